"""What a training costs: start, steps, memory and drawing, and how they grow.

    python -m benchmarks.costs
    python -m benchmarks.costs --clock=wall --steps=200    # on a GPU

Runs each training script in a process of its own, with its defaults but for what a line
names, on a menu of black pictures. Prints seconds from the start of the script to the
end of the first training step, seconds of each later step, the peak of the host's
memory, and seconds for drawing 1,000 pictures once the network is compiled. Linux only.
"""

import json
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import utils
from lab import limits, settings
from menus import identity
from menus.augmented import OWNERS, OWNERS_RECORD
from menus.files import read_menu, write_menu
from owners import maps
from training import backend

# what
SCRIPTS = "cvae, gan, cvae_gan"
GROW = True  # also with other sizes of pictures, batches and menus
IMAGE_SIZE = 64  # pixels, of lines that name no other
GIVEN = ""  # settings for all scripts, such as "--precision=mixed_bfloat16"
PROBE = ""  # a script and its flags: run it here and print what it costs, as JSON

# measurement
STEPS = 6  # training steps, after the first
CLOCK = "cpu"  # which seconds: of shared "cpu" cores, or "wall", those of a clock

settings.read_settings(
    globals(),
    IMAGE_SIZE=limits.multiple_of(8),
    STEPS=limits.at_least(1),
    CLOCK=limits.one_of("cpu", "wall"),
)

now = time.process_time if CLOCK == "cpu" else time.perf_counter
BEGAN = 0.0 if CLOCK == "cpu" else now()  # CPU seconds count from the start of Python
SAMPLES = 1000
TURNS = 720  # pictures of a photo
BESIDE = {"pizzas": 20, "image-size": IMAGE_SIZE, "batch-size": 0}  # 0: the default
GROWN = [{"image-size": 32}, {"image-size": 128}, {"batch-size": 32}]
GROWN += [{"batch-size": 128}, {"pizzas": 200}, {"pizzas": 2000}]
GROWN += [{"pizzas": 2000, "image-size": 128}]


def make_menu(folder: Path, pizzas: int, size: int):
    """Writes a menu with augmented pictures, black ones that take no room on disk."""
    import numpy as np
    from PIL import Image

    import renderer

    rng = np.random.default_rng(0)
    rows = []
    for i in range(pizzas):
        recipe = ", ".join(renderer.random_recipe(rng))
        row = dict(slug=f"pizza-{i}", name=f"Pizza {i}", photo="black.png")
        rows.append({**row, "ingredients": recipe})
    names = ["none", *renderer.INGREDIENTS]
    augmented = folder / f"augmented_{size}"
    augmented.mkdir(parents=True)
    Image.new("RGB", (size, size)).save(folder / "black.png")
    write_menu(folder, rows, [dict(code=c, name=n) for c, n in enumerate(names)])
    np.save(augmented / "pizza.npy", np.repeat(np.arange(pizzas, dtype="int32"), TURNS))
    shape = (pizzas * TURNS, size, size, 3)
    path = augmented / "images.npy"
    np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
    menu = read_menu(folder)
    record = {"menu": identity.identity(menu)}
    utils.write_text(augmented / identity.RECORD, json.dumps(record))
    path = augmented / OWNERS  # all is dough
    np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape[:3])
    utils.write_text(augmented / OWNERS_RECORD, json.dumps(record))
    entries = {}
    for row, recipe in enumerate(menu.recipes):
        shares = np.zeros((maps.SIDE, maps.SIDE, len(maps.owners_of(recipe))))
        shares[..., 0] = 1
        entries[menu.rows[row]["slug"]] = maps.write_map(menu, row, shares)
    maps.write_record(menu, entries, filling=0.77)


def probe(command: str):
    """Runs a training script here, its training replaced by a measurement."""
    backend.start()
    from lab import runs
    from training import loop

    script, *flags = command.split()
    sys.argv = [script, *flags]
    loop.train = measure
    with tempfile.TemporaryDirectory() as temp:
        runs.TEMP = Path(temp)
        runpy.run_path(script, run_name="__main__")


def measure(model, batches, *_, networks, **__):
    """Takes the place of `training.loop.train`; prints what it found."""
    import numpy as np

    from benchmarks.memory import peak_mebibytes
    from training.sampler import Sampler

    def train(steps):
        model.fit(batches, steps_per_epoch=steps, shuffle=False, verbose=0)

    train(1)
    found = {"start": now() - BEGAN}
    began = now()
    train(STEPS)
    found["step"] = (now() - began) / STEPS
    found["memory"] = peak_mebibytes()
    generator = networks.get("decoder") or networks["generator"]
    sampler = Sampler(generator)
    z, name = sampler.z(SAMPLES, seed=0), sampler.takes or "recipe"
    condition = np.repeat(batches[0][0][name][:1], SAMPLES, axis=0)
    sampler.paint(z, condition)
    began = now()
    sampler.paint(z, condition)
    found["drawing"] = now() - began
    print(json.dumps(found), flush=True)


def costs(script: str, changed: dict[str, int]) -> dict[str, float]:
    """Measures a script with some of `BESIDE` changed, in a process of its own."""
    chosen = BESIDE | changed
    with tempfile.TemporaryDirectory() as folder:
        menu = Path(folder) / "menu"
        make_menu(menu, chosen["pizzas"], chosen["image-size"])
        flags = [f"--menu={menu}", f"--image-size={chosen['image-size']}"]
        if chosen["batch-size"]:
            flags.append(f"--batch-size={chosen['batch-size']}")
        command = [sys.executable, "-m", "benchmarks.costs", f"--steps={STEPS}"]
        command.append(f"--clock={CLOCK}")
        probed = " ".join([f"{script}.py", *flags, GIVEN])
        result = subprocess.run(
            [*command, f"--probe={probed}"], capture_output=True, text=True
        )
    for line in result.stdout.splitlines():
        if line.startswith("{"):
            return json.loads(line)
    raise utils.InputError(
        f"expected `{probed}` to train. Received: {result.stderr.strip()[-300:]!r}"
    )


def main():
    if PROBE:
        probe(PROBE)
        return
    heads = "start, s", "step, s", "memory, MiB", f"draw {SAMPLES:,}, s"
    print(f"{'':32}", *(f"{head:>13}" for head in heads))
    for script in utils.split_names(SCRIPTS):
        for changed in [{}, *(GROWN if GROW else [])]:
            what = " ".join(f"{name} {v:,}" for name, v in changed.items())
            found = costs(script, changed)
            print(
                f"{f'  {what}' if what else f'{script}.py':32}"
                f" {found['start']:13.1f} {found['step']:13.3f}"
                f" {found['memory']:13,.0f} {found['drawing']:13.1f}",
                flush=True,
            )


if __name__ == "__main__":
    utils.run(main)
