"""CVAE training: ours beside the plain Keras way, in pictures a CPU second.

    python augment.py --image-size=32
    python -m benchmarks.training_speed

The plain way: all pictures and recipes as float arrays, `keras.optimizers.Adam`, `fit`.
Same networks, losses and batch sizes, those of the article. Both take turns in one
process, since the speed of a shared machine drifts: quote the ratio. Wall time of the
same work can vary twofold there, so it is CPU time that is counted. Linux only.
"""

import re
import subprocess
import sys
from pathlib import Path

import settings
import utils

# data
MENU = "data/sample"  # menu folder, augmented at 32 pixels

# measurement
TURNS = 7  # of both ways; the medians are told
STEPS = 60  # training steps a turn
ONLY = ""  # "ours" or "plain": train only that way and tell the peak of memory

settings.read_settings(
    globals(),
    TURNS=settings.at_least(1),
    STEPS=settings.at_least(1),
    ONLY=settings.one_of("", "ours", "plain"),
)

import keras
import numpy as np

import cvae
from benchmarks.turns import steps_per_cpu_second
from networks.data import Batches, load_augmented
from networks.models import LossModel
from networks.optimizers import FusedAdam

SIZE = 32
BATCH_SIZES = (20, 64)  # the article's, and our default


def build(menu: utils.Menu) -> LossModel:
    shape = (menu.longest, menu.classes)
    encoder = cvae.build_encoder(SIZE, shape, 512, "pixels")
    decoder = cvae.build_decoder(SIZE, shape, 512)
    return cvae.build_cvae(encoder, decoder, "article", 1.0, 0, seed=0)


def ours(menu, images, pizza, batch_size):
    """Prepares our way; returns a function that trains so many steps."""
    model = build(menu)
    model.compile(FusedAdam(1e-3))
    batches = Batches(
        images, menu.codes[pizza], menu.classes, np.arange(len(images)), batch_size, 0
    )
    return lambda steps: model.fit(
        batches, steps_per_epoch=steps, shuffle=False, verbose=0
    )


def plain(menu, images, pizza, batch_size):
    """Prepares the plain way, as a Keras tutorial has it."""
    inside = build(menu)
    model = keras.Model(inside.inputs, inside.outputs)
    model.compile(keras.optimizers.Adam(1e-3))
    photos = np.array(images, "float32")
    recipes = utils.recipe_matrix(menu.codes[pizza], menu.classes)

    def train(steps):
        model.fit(
            [photos, recipes], batch_size=batch_size, steps_per_epoch=steps, verbose=0
        )

    return train


def compare(menu, images, pizza):
    print("pictures a CPU second   ours  plain  ours / plain")
    for batch_size in BATCH_SIZES:
        ways = [way(menu, images, pizza, batch_size) for way in (ours, plain)]
        rates, ratios = steps_per_cpu_second(ways, STEPS, TURNS)
        rates = batch_size * rates
        print(
            f"batch {batch_size:<15} {rates[0]:6,.0f} {rates[1]:6,.0f}"
            f" {ratios[1]:10.2f}"
        )


def peak_memory(way: str) -> str:
    command = [sys.executable, "-m", "benchmarks.training_speed", f"--menu={MENU}"]
    return subprocess.run(
        [*command, f"--only={way}"], check=True, capture_output=True, text=True
    ).stdout.strip()


def main():
    menu = utils.read_menu(MENU)
    images, pizza = load_augmented(menu, SIZE)
    if ONLY:
        {"ours": ours, "plain": plain}[ONLY](menu, images, pizza, 20)(STEPS)
        # Not getrusage: its peak starts from that of the process that forked this one.
        status = Path("/proc/self/status").read_text()
        kibibytes = int(re.search(r"VmHWM:\s+(\d+)", status)[1])
        print(f"{kibibytes / 1024:,.0f} MiB")
        return
    compare(menu, images, pizza)
    print(f"peak memory  ours {peak_memory('ours')}, plain {peak_memory('plain')}")


if __name__ == "__main__":
    utils.run(main)
