"""What else a training costs: starting, memory, drawing, and how all of it grows.

    python -m benchmarks.costs

Runs each training script in a process of its own, with its defaults but for what a line
names, on a menu of empty pictures: what they show makes no difference here. CPU seconds
from the start of Python to the end of the first training step; of a step after that;
the peak of memory; CPU seconds for drawing 1,000 pictures. Linux only.
"""

import json
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import settings
import utils

# what
SCRIPTS = "cvae gan cvae_gan"  # apart by spaces
GROW = True  # also with other sizes of pictures, batches and menus
PROBE = ""  # a script and its flags: run it here and tell what it costs, as JSON

# measurement
STEPS = 6  # training steps, after the first

settings.read_settings(globals(), STEPS=settings.at_least(1))

SAMPLES = 1000
TURNS = 720  # pictures of a photo
BESIDE = {"pizzas": 20, "image-size": 64, "batch-size": 0}  # 0: a script's own default
GROWN = [{"image-size": 32}, {"image-size": 128}, {"batch-size": 32}]
GROWN += [{"batch-size": 128}, {"pizzas": 200}, {"pizzas": 2000}]
GROWN += [{"pizzas": 2000, "image-size": 128}]


def make_menu(folder: Path, pizzas: int, size: int):
    """Writes a menu with augmented pictures, black ones that take no room on disk."""
    import numpy as np
    from PIL import Image

    import drawing

    rng = np.random.default_rng(0)
    rows = []
    for i in range(pizzas):
        recipe = ", ".join(drawing.random_recipe(rng))
        row = dict(slug=f"pizza-{i}", name=f"Pizza {i}", photo="black.png")
        rows.append({**row, "ingredients": recipe})
    names = ["none", *drawing.INGREDIENTS]
    augmented = folder / f"augmented_{size}"
    augmented.mkdir(parents=True)
    Image.new("RGB", (size, size)).save(folder / "black.png")
    utils.write_menu(folder, rows, [dict(code=c, name=n) for c, n in enumerate(names)])
    np.save(augmented / "pizza.npy", np.repeat(np.arange(pizzas, dtype="int32"), TURNS))
    shape = (pizzas * TURNS, size, size, 3)
    path = augmented / "images.npy"
    np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)


def probe(command: str):
    """Runs a training script here, its training replaced by a measurement."""
    import runs
    from networks import training

    script, *flags = command.split()
    sys.argv = [script, *flags]
    training.train = measure
    with tempfile.TemporaryDirectory() as temp:
        runs.TEMP = Path(temp)
        runpy.run_path(script, run_name="__main__")


def measure(model, batches, *_, networks, **__):
    """Takes the place of `networks.training.train`; prints what it found."""
    import numpy as np

    from benchmarks.memory import peak_mebibytes
    from networks.models import draw, sample_z

    def train(steps):
        model.fit(batches, steps_per_epoch=steps, shuffle=False, verbose=0)

    train(1)
    found = {"start": time.process_time()}
    train(STEPS)
    found["step"] = (time.process_time() - found["start"]) / STEPS
    found["memory"] = peak_mebibytes()
    drawing = networks.get("decoder") or networks["generator"]
    z = sample_z(drawing, SAMPLES, seed=0)
    recipe = batches[0][0]["recipe"][:1]
    began = time.process_time()
    draw(drawing, z, np.repeat(recipe, SAMPLES, axis=0))
    found["drawing"] = time.process_time() - began
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
        probed = " ".join([f"{script}.py", *flags])
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
    for script in SCRIPTS.split():
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
