"""What are more photos worth? The same training on drawn menus from small to large.

    python judge.py --image-size=32       # once
    python -m experiments.menu_sizes

A pizzeria has some twenty pizzas; drawn menus may have any number. Each menu begins
with the pizzas of the smaller ones, all show the same 28 ingredients, and each training
has the same networks, steps and, as photos of a larger menu are turned less often,
about as many pictures. `evaluate.py` asks each for the same recipes that no menu has,
and for single ingredients, which no photo shows alone.

Writes the menus `data/random-<pizzas>/`, and `temp/menu-sizes.png`, `.csv` and `.md`.
What is drawn, trained and evaluated is kept.
"""

import subprocess
import sys
from pathlib import Path

import utils
from experiments import table
from lab import runs, settings
from menus.menu import read_menu

# data
SIZES = "20,50,100,200,500"  # pizzas of each menu
IMAGE_SIZE = 32  # pixels: four times the steps of 64 in the same time
MENU_SEED = 1  # of recipes and drawings; the 20 pizzas of 1 show all ingredients

# training
STEPS = 3000  # each
SEEDS = 1  # trainings on each menu
GIVEN = ""  # other settings of `cvae_gan.py`, such as "--width=0.5"

# measurement
SAMPLES = 1000  # pictures that each run draws, see evaluate.py

settings.read_settings(
    globals(),
    IMAGE_SIZE=settings.multiple_of(8),
    MENU_SEED=settings.at_least(0),
    STEPS=settings.at_least(1),
    SEEDS=settings.at_least(1),
    SAMPLES=settings.at_least(50),
)

import pandas as pd

from evaluation import plots

PICTURES = 20 * 720  # that each learns from, about: as many as of the sample menu
PLOTTED = {  # headings of table.MEASURES, by title and label
    "mean average precision": {
        "recipes of the menu": "mean AP, menu",
        "unseen recipes": "mean AP, unseen",
        "single ingredients": "mean AP, single",
    },
    "ingredients recognised": {
        "recipes of the menu": "recognised, menu",
        "unseen recipes": "recognised, unseen",
        "single ingredients": "recognised, single",
    },
}


def turns(pizzas: int) -> int:
    """How often to turn each photo, and mirror that, for about `PICTURES` in all.

    A multiple of 4, as quarter turns cost nothing.
    """
    return 4 * max(1, round(PICTURES / pizzas / 8))


def draw_menu(pizzas: int) -> Path:
    """Draws a menu, if it is not there, and turns its photos; returns its folder."""
    folder = Path(f"data/random-{pizzas}")
    if MENU_SEED != 1:
        folder = Path(f"{folder}-seed-{MENU_SEED}")
    of_recipes = [f"--pizzas={pizzas}", "--random", f"--seed={MENU_SEED}"]
    of_turns = [f"--image-size={IMAGE_SIZE}", f"--angles={turns(pizzas)}"]
    scripts = {"sample_menu.py": of_recipes, "augment.py": of_turns}
    if (folder / "menu.csv").exists():
        del scripts["sample_menu.py"]
    for script, flags in scripts.items():
        path = runs.HOME / script
        done = subprocess.run([sys.executable, path, f"--menu={folder}", *flags])
        if done.returncode:
            sys.exit(done.returncode)
    return folder


def main():
    sizes = settings.whole_numbers("SIZES", SIZES)
    table.need_judge(IMAGE_SIZE)
    rows, of_menu = {}, {}
    for pizzas in sizes:
        folder = draw_menu(pizzas)
        menu = read_menu(folder)
        shown = len({code for recipe in menu.recipes for code in recipe})
        print(f"{folder} shows {shown} of {menu.classes - 1} ingredients", flush=True)
        name = utils.count(pizzas, "pizza")
        rows[name] = f"cvae_gan.py --menu={folder} --image-size={IMAGE_SIZE}"
        of_menu[name] = {"row": name, "pizzas": pizzas, "ingredients shown": shown}
    path = runs.TEMP / "menu-sizes.png"
    given = f"--steps={STEPS} {GIVEN}"
    for found in table.compare(rows, given, SEEDS, SAMPLES):
        found = found.merge(pd.DataFrame(of_menu.values()), on="row")
        text = table.write(found, path)
    plots.over_menu_sizes(found, PLOTTED, path)
    print(f"{text}\nsee {path}, .md and .csv")


if __name__ == "__main__":
    utils.run(main)
