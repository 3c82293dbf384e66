"""Training speed: our code, the article's loops, PyTorch and the floor, in CPU seconds.

    pip install --requirement benchmarks/requirements.txt
    python augment.py --image-size=32
    OMP_WAIT_POLICY=passive python -m benchmarks.training_speed

The article's networks, batches and losses, trained by our one `fit` (with networks in
bfloat16 too, which some processors compute faster), by the article's own loop in Keras
3 and by a twin in PyTorch, from the same memory-mapped pictures. The floor is the
arithmetic of a step at the speed of one large convolution and one large product of
matrices. All take turns in one process and are measured in CPU time, since a shared
machine's speed drifts and its wall time varies twofold: quote ratios. Without that
variable PyTorch's threads spin while they wait, on a busy machine for a third of its
CPU time. Linux only.
"""

import subprocess
import sys
from collections.abc import Callable
from functools import partial

import utils
from lab import limits, settings
from menus.files import read_menu
from menus.menu import Menu
from training import backend

# data
MENU = "data/sample"  # menu folder, augmented at 32 pixels

# what
METHODS = ""  # some of benchmarks/methods.py, with commas; empty for all
ONLY = ""  # "ours" or "article": train one method so, and print its peak of memory

# measurement
TURNS = 5  # of each way; medians are printed
SECONDS = 4.0  # CPU time of a turn of ours; the others make as many steps

settings.read_settings(
    globals(),
    ONLY=limits.one_of("", "ours", "article"),
    TURNS=limits.at_least(1),
    SECONDS=limits.at_least(0),
)

backend.start()

import numpy as np

from benchmarks import article_loops, floor, methods
from benchmarks.memory import peak_mebibytes
from benchmarks.methods import Cvae, CvaeGan, Gan, Method
from benchmarks.turns import cpu_seconds
from training.models import precision


def twin(method: Method):
    """Returns two functions: one builds a method's networks in PyTorch, one trains.

    Raises:
        InputError: there is no PyTorch.
    """
    try:
        from benchmarks import torch_twins
    except ImportError:
        raise utils.InputError(
            "expected PyTorch. Received: none; run"
            " `pip install --requirement benchmarks/requirements.txt`"
        ) from None
    if isinstance(method, Gan):
        build = partial(torch_twins.build_gan, width=method.width)
        return build, torch_twins.train_gan
    return {
        Cvae: (torch_twins.build_cvae, torch_twins.train_cvae),
        CvaeGan: (torch_twins.build_cvae_gan, torch_twins.train_cvae_gan),
    }[type(method)]


def check_twin(method: Method, recipe_shape: tuple[int, int]):
    """Stops unless the twins have as many parameters, network by network."""
    counts = [network.count_params() for network in method.build(recipe_shape)]
    twins = twin(method)[0](recipe_shape)
    twin_counts = [sum(p.numel() for p in n.parameters()) for n in twins]
    if counts != twin_counts:
        raise utils.InputError(
            f"{method.name}: expected twins of {counts} parameters. Received:"
            f" {twin_counts}; build them alike"
        )


def prepare(method: Method, menu: Menu) -> dict[str, Callable[[int], None]]:
    """Prepares a method's training in all ways, each with networks of its own."""
    batches = method.batches(menu)
    shape = menu.longest, menu.classes
    build, train = twin(method)
    with precision("mixed_bfloat16"):
        in_bfloat16 = method.build(shape)
    ways = {
        "ours": method.ours(method.build(shape), batches),
        "  in bfloat16": method.ours(in_bfloat16, batches),
        "the article's loop": method.article(method.build(shape), batches),
    }
    if isinstance(method, Gan):
        ways["  with predict_on_batch"] = article_loops.train_gan(
            method.build(shape), batches, on_batch=True
        )
    return ways | {
        "PyTorch": train(build(shape), batches, channels_last=False),
        "PyTorch, channels last": train(build(shape), batches),
        "PyTorch, compiled": train(build(shape), batches, compiled=True),
    }


def compare(method: Method, menu: Menu):
    """Prints a method's table."""
    work = method.work(method.build((menu.longest, menu.classes)))
    trainings = prepare(method, menu)
    large = floor.convolution(), floor.matrix_product()
    machine = {"convolution": large[0].work, "matrix": large[1].work}
    took = cpu_seconds({**trainings, **machine}, TURNS, SECONDS)
    needed = zip(large, (work.convolution, work.matrix), machine, strict=True)
    took["the floor"] = sum(
        flops / one.flops * took[name] for one, flops, name in needed
    )
    print(f"\n{method.name:30} steps a CPU second  ours / this")
    for way in (*trainings, "the floor"):
        ratio = np.median(took[way] / took["ours"])
        print(f"  {way:28} {1 / np.median(took[way]):18.2f} {ratio:12.2f}")
    flops = work.convolution + work.matrix
    print(
        f"  {flops / 1e9:.1f} GFLOP a step, {work.convolution / flops:.0%} of them in"
        " convolutions",
        flush=True,
    )


def print_machine():
    print("GFLOP a CPU second      fp32  bf16")
    for name, make in (
        ("a large convolution", floor.convolution),
        ("a large matrix product", floor.matrix_product),
    ):
        speeds = []
        for kind in ("float32", "bfloat16"):
            one = make(kind)
            took = cpu_seconds({"": one.work}, TURNS, 0.5)[""]
            speeds.append(one.flops / np.median(took) / 1e9)
        print(f"{name:22} {speeds[0]:5.0f} {speeds[1]:5.0f}", flush=True)


def peak_memory(name: str, way: str) -> str:
    """Trains in a process of its own; returns its peak of memory in MiB."""
    flags = [f"--menu={MENU}", f"--methods={name}", f"--only={way}"]
    command = [sys.executable, "-m", "benchmarks.training_speed", *flags]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return result.stdout.strip()


def main():
    chosen = settings.choose("METHODS", METHODS, methods.ALL)
    menu = read_menu(MENU)
    shape = menu.longest, menu.classes
    if ONLY:
        method = next(iter(chosen.values()))
        train = {"ours": method.ours, "article": method.article}[ONLY]
        train(method.build(shape), method.batches(menu))(10)
        print(peak_mebibytes())
        return
    for method in chosen.values():
        check_twin(method, shape)
    print_machine()
    for method in chosen.values():
        compare(method, menu)
    print(f"\n{'peak memory, MiB':30} {'ours':>18} {'the article':>12}")
    for name, method in chosen.items():
        peaks = [peak_memory(name, way) for way in ("ours", "article")]
        print(f"  {method.name:28} {peaks[0]:>18} {peaks[1]:>12}", flush=True)


if __name__ == "__main__":
    utils.run(main)
