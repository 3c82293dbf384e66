"""Measures how long a click on the page of `order.py` waits for its picture.

    python -m benchmarks.click_to_picture                   # the run trained last
    python -m benchmarks.click_to_picture --run=temp/cvae_gan/00001

Draws random recipes as the page does, one after another, and prints milliseconds a
picture: of processor time, and of wall time, which is right on free cores only. The
page cuts all pieces out of the photos as it opens; here that is measured apart. What
the browser itself takes is not in it.
"""

from lab import limits, runs, settings
from training import backend

# data
RUN = ""  # run folder; empty for the one trained last

# measurement
CLICKS = 100  # pictures to draw
SEED = 0  # of recipes, and of z

settings.read_settings(globals(), CLICKS=limits.at_least(2))

backend.start()

import time

import numpy as np

import utils
from menus.orders import Order
from ordering import choices
from ordering.drawing import enlarge, load_drawer


def seconds() -> np.ndarray:
    """Processor time of this process, and wall time."""
    return np.array([time.process_time(), time.perf_counter()])


def main():
    drawer, rng = load_drawer(runs.find_run(RUN)), np.random.default_rng(SEED)
    began = seconds()
    drawer.prepare()
    cpu, wall = seconds() - began
    print(f"cutting pieces: {cpu:.1f} s of processor time, {wall:.1f} s of wall time")
    took = []
    for number in range(CLICKS):
        portions = choices.surprise(drawer.menu, rng)
        choice = choices.Choice(Order(drawer.menu, tuple(portions.items())))
        began = seconds()
        enlarge(drawer.draw(choice, SEED + number).picture, "sharp")
        took.append(seconds() - began)
    cpu, wall = 1000 * np.mean(took[1:], axis=0)  # the network is compiled in the first
    print(
        f"a picture of {drawer.sampler.size} pixels: {cpu:.0f} ms of processor time,"
        f" {wall:.0f} ms of wall time"
    )


if __name__ == "__main__":
    utils.run(main)
