"""Measures how long a click on the page of `order.py` waits for its picture.

    python -m benchmarks.click_to_picture                   # the run trained last
    python -m benchmarks.click_to_picture --run=temp/cvae_gan/00001

Draws random recipes as the page does, one after another, and prints milliseconds a
picture: of processor time, and of wall time, which is right on free cores only. The
first pictures take longer, because pieces are cut out of the photos then. What the
browser itself takes is not in it.
"""

from lab import runs, settings
from training import backend

# data
RUN = ""  # run folder; empty for the one trained last

# measurement
CLICKS = 100  # pictures to draw
FIRST = 10  # of them, measured apart
SEED = 0  # of recipes, and of z

settings.read_settings(globals(), CLICKS=settings.at_least(20))

backend.start()

import time

import numpy as np

import utils
from menus.orders import Order
from ordering import choices
from ordering.drawing import enlarge, load_drawer


def main():
    drawer, rng = load_drawer(runs.find_run(RUN)), np.random.default_rng(SEED)
    size, took = drawer.sampler.size, []
    for number in range(CLICKS):
        portions = choices.surprise(drawer.menu, rng)
        choice = choices.Choice(Order(drawer.menu, tuple(portions.items())))
        began = time.process_time(), time.perf_counter()
        enlarge(drawer.draw(choice, SEED + number).picture, "sharp")
        took.append((time.process_time() - began[0], time.perf_counter() - began[1]))
    took = 1000 * np.array(took)
    for name, some in (("first", took[:FIRST]), ("next", took[FIRST:])):
        cpu, wall = some.mean(axis=0)
        print(
            f"{name} {len(some)} pictures of {size} pixels: {cpu:.0f} ms of processor"
            f" time each, {wall:.0f} ms of wall time"
        )


if __name__ == "__main__":
    utils.run(main)
