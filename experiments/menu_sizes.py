"""What are more photos worth? The same training on drawn menus of 20 to 500 pizzas.

    python judge.py --image-size=32       # once
    python -m experiments.menu_sizes

A pizzeria has some twenty pizzas; drawn menus may have any number. Each menu begins
with the pizzas of the smaller ones, and all show the same 28 ingredients. Each training
has the same networks and steps, and about as many pictures: photos of a larger menu are
rotated less often. `evaluate.py` measures each with the same recipes that no menu has,
and with single ingredients, which no photo shows alone.

Writes the menus `data/random-<pizzas>/`, and `temp/menu-sizes.png`, `.csv` and `.md`.
What is drawn, trained and evaluated is kept.
"""

import subprocess
import sys
from pathlib import Path

import utils
from experiments import table
from lab import limits, runs, settings
from menus.files import read_menu

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

settings.read_settings(globals(), MENU_SEED=limits.at_least(0))

import pandas as pd

from evaluation import plots
from evaluation.judge_files import find_judge
from evaluation.report import GROUPS, RECOGNITION

RECOMBINED = 2000  # pizzas cooked from the pieces of each menu
PICTURES = 20 * 720  # augmented pictures of each menu, about: as of the sample menu
PLOTTED = {  # by title of a plot, then by label: columns of the table
    RECOGNITION[measure]: {
        GROUPS[group].title: f"{group}.{measure}"
        for group in ("menu_recipes", "unseen_recipes", "single_ingredients")
    }
    for measure in ("mean_average_precision", "recognised")
}


def count_angles(pizzas: int) -> int:
    """Returns by how many angles to rotate each photo, for about `PICTURES` in all.

    Each rotated photo is also mirrored. The number is a multiple of 4, because
    `augment.py` gets quarter turns for free.
    """
    return 4 * max(1, round(PICTURES / pizzas / 8))


def draw_menu(pizzas: int) -> Path:
    """Draws a menu, if it is not there, and augments it; returns its folder."""
    folder = Path(f"data/random-{pizzas}")
    if MENU_SEED != 1:
        folder = Path(f"{folder}-seed-{MENU_SEED}")
    if not (folder / "menu.csv").exists():
        pizzas_flags = [f"--pizzas={pizzas}", "--random", f"--seed={MENU_SEED}"]
        run_script("sample_menu.py", f"--menu={folder}", *pizzas_flags)
    run_script("toppings.py", f"--menu={folder}")
    angles = f"--angles={count_angles(pizzas)}"
    flags = f"--image-size={IMAGE_SIZE}", angles, f"--recombined={RECOMBINED}"
    run_script("augment.py", f"--menu={folder}", *flags)
    return folder


def run_script(script: str, *flags: str):
    """Runs a script; one that fails ends this process with its exit status."""
    done = subprocess.run([sys.executable, runs.HOME / script, *flags])
    if done.returncode:
        sys.exit(done.returncode)


def main():
    sizes = settings.whole_numbers("SIZES", SIZES)
    find_judge(IMAGE_SIZE)  # before hours of training
    rows, menus = {}, []
    for pizzas in sizes:
        folder = draw_menu(pizzas)
        menu = read_menu(folder)
        shown = len({code for recipe in menu.recipes for code in recipe})
        print(f"{folder} shows {shown} of {menu.classes - 1} ingredients", flush=True)
        name = utils.count(pizzas, "pizza")
        rows[name] = f"cvae_gan.py --menu={folder} --image-size={IMAGE_SIZE}"
        menus.append({"row": name, "pizzas": pizzas, "ingredients_shown": shown})
    path = runs.TEMP / "menu-sizes.png"
    given = f"--steps={STEPS} {GIVEN}"
    for found in table.compare(rows, given, SEEDS, SAMPLES):
        found = found.merge(pd.DataFrame(menus), on="row")
        text = table.write(found, path)
    plots.over_menu_sizes(found, PLOTTED, path)
    print(f"{text}\nsee {path}, .md and .csv")


if __name__ == "__main__":
    utils.run(main)
