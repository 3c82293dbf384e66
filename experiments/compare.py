"""Compares the methods: the same recipes drawn by CVAE, GAN and CVAE+GAN, on one sheet.

    python -m experiments.compare --menu=data/sample

Each is trained by its own script, with its defaults, for the same time. Takes the
finished runs of these settings below `temp/` and trains what is missing. Writes
`temp/compare-<menu>-<size>.png`.
"""

from pathlib import Path

import utils
from lab import limits, runs, settings
from menus.files import read_menu
from menus.identity import is_current
from menus.sheets import MOST_SHOWN, shown_note
from training import backend

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 64  # pixels

# training
MINUTES = 15.0  # each

# output
SEED = 0  # of z

settings.read_settings(globals(), MINUTES=limits.between(0.001, 10_000))

backend.start()

from experiments.side_by_side import side_by_side
from lab import pictures

METHODS = {"cvae": "EPOCHS", "gan": "STEPS", "cvae_gan": "STEPS"}
ENDLESS = 1_000_000  # epochs or steps, for trainings that the time ends
SAMPLES = 4  # of each pizza by each method


def main():
    menu = read_menu(MENU)
    wanted = {"MENU": MENU, "IMAGE_SIZE": IMAGE_SIZE, "MINUTES": MINUTES}
    chosen = {
        script: runs.trained_run(script, {**wanted, length: ENDLESS}, is_current)
        for script, length in METHODS.items()
    }
    shown = range(min(len(menu.rows), MOST_SHOWN))
    titled = {}
    for script, run in chosen.items():
        titled[script.upper().replace("_", "+")] = run
        print(f"{script}: {run}")
    note = shown_note(menu.rows)
    sheet = side_by_side(menu, titled, shown, IMAGE_SIZE, SAMPLES, SEED, note)
    name = f"compare-{Path(MENU).name}-{IMAGE_SIZE}.png"
    print(f"see {pictures.save(sheet, runs.TEMP / name)}")


if __name__ == "__main__":
    utils.run(main)
