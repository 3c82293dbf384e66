"""Draws pizzas for a recipe of your own with a trained network.

    python generate.py --ingredients="tomatoes, pepperoni, mozzarella" --count=8

Needs a run folder, by default the one trained last, and writes a sheet into its
`generated/`. Without ingredients, the article's sheet: pizzas of a single ingredient.
(The article put it into every row of the recipe matrix, as no recipe of a menu does:
pictures come out in wild colours. Here it is a recipe of one ingredient.)
"""

import re

import runs
import settings
import utils

# data
RUN = ""  # run folder; empty for the one trained last
INGREDIENTS = ""  # names or codes with commas, a double portion twice; empty for each

# output
COUNT = 8  # pictures of a recipe, each from another z
SEED = 0  # of z

settings.read_settings(
    globals(), COUNT=settings.between(1, 1000), SEED=settings.at_least(0)
)

import numpy as np

import pictures
from networks.models import draw, load_drawing, sample_z

ACROSS = 10  # pictures in a row of the sheet


def main():
    run = runs.find_run(RUN)
    menu = utils.read_menu(run / "menu")
    drawing = load_drawing(run)
    told = len(drawing.inputs) == 2
    if INGREDIENTS and not told:
        raise utils.InputError(
            f"--ingredients: expected a network that draws recipes. Received: {run},"
            " which knows no recipes"
        )
    if INGREDIENTS:
        recipes = [menu.pad(menu.parse_recipe(INGREDIENTS))]
    elif not told:
        recipes = [np.zeros(menu.longest, np.int32)]
    else:
        recipes = [menu.pad([code]) for code in range(1, menu.classes)]
    latent = runs.run_settings(run).get("LATENT", "normal")
    z = np.concatenate([sample_z(drawing, COUNT, SEED, latent)] * len(recipes))
    matrices = utils.recipe_matrix(np.stack(recipes), menu.classes)
    drawn = draw(drawing, z, np.repeat(matrices, COUNT, axis=0))

    name = "each-ingredient" if told else "samples"
    if INGREDIENTS:
        name = re.sub(r"\W+", "-", menu.describe(menu.parse_recipe(INGREDIENTS)))[:80]
    rows, captions = [], []
    for recipe, pizzas in zip(recipes, np.split(drawn, len(recipes)), strict=True):
        caption = menu.describe([code for code in recipe if code])
        for i in range(0, COUNT, ACROSS):
            rows.append(list(pizzas[i : i + ACROSS]))
            captions.append(caption if i == 0 else "")
    sheet = pictures.sheet(rows, captions)
    print(f"see {pictures.save(sheet, run / 'generated' / f'{name}.png')}")


if __name__ == "__main__":
    utils.run(main)
