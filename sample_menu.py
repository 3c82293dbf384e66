"""Draws a menu to learn from, without a pizzeria's photos.

    python sample_menu.py                          # the article's 20 pizzas
    python sample_menu.py --pizzas=200 --seed=1    # 200 pizzas of random recipes
    python sample_menu.py --sheets                 # and three sheets to look at

Writes the menu folder `data/sample/`: `menu.csv`, `ingredients.csv`, `photos/`. The
same settings give the same bytes. `renderer/` can draw any recipe, so the right picture
is known for recipes that are not on the menu too.
"""

# data
PIZZAS = 20  # pizzas on the menu; 20 are the article's, any other number is random
RANDOM = False  # whether 20 pizzas are random too
SIZE = 380  # pixels a side of a photo; 380 in the article
SEED = 0  # of the recipes, the places of pieces, and the camera

# output
MENU = "data/sample"  # the menu folder to write
SHEETS = False  # also write sheets of pizzas, of ingredients and of seeds
DOCS = "docs/images"  # where the sheets go

from lab import limits, settings

pizzas_limit = limits.between(1, 100_000)
settings.read_settings(globals(), PIZZAS=pizzas_limit, SIZE=limits.between(32, 760))

import json
from pathlib import Path

import numpy as np
from PIL import Image

import renderer
import utils
from lab import pictures
from menus.files import read_menu, write_menu

BATCH = 64  # pizzas drawn before they are written
RECORD = "drawn.json"  # in the menu folder: the settings it was drawn with


def choose_recipes(
    pizzas: int, seed: int, chance: bool = False
) -> dict[str, list[str]]:
    """Returns the article's recipes by name, or random ones if not 20 are wanted.

    A larger menu of the same seed begins with the random recipes of a smaller one.

    Args:
        pizzas: how many.
        seed: of random ones.
        chance: whether 20 are random too.
    """
    if pizzas == len(renderer.ARTICLE_MENU) and not chance:
        return renderer.ARTICLE_MENU
    rng = np.random.default_rng(seed)
    digits = len(str(pizzas))
    return {
        f"Pizza {i:0{digits}}": renderer.random_recipe(rng)
        for i in range(1, pizzas + 1)
    }


def menu_rows(recipes: dict[str, list[str]]) -> list[dict[str, str]]:
    rows = []
    for name, recipe in recipes.items():
        slug = name.lower().replace(" ", "-")
        photo = f"photos/{slug}.png"
        text = ", ".join(recipe)
        rows.append(dict(slug=slug, name=name, photo=photo, ingredients=text))
    return rows


def clear_folder(folder: Path):
    """Removes what this script drew into a menu folder before, and nothing else.

    Raises:
        InputError: the folder holds something else, or the menu was changed by hand.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return
    try:
        record = utils.read_json(folder / RECORD)
        drawn_with = record["PIZZAS"], record["SEED"], record.get("RANDOM", False)
        if not pizzas_limit.holds(record["PIZZAS"]):
            raise ValueError(f"{record['PIZZAS']} pizzas")
        rows = menu_rows(choose_recipes(*drawn_with))
        is_own = not (folder / "menu.csv").exists() or read_menu(folder).rows == rows
    except (OSError, ValueError, KeyError, TypeError):
        is_own = False
    if not is_own:
        raise utils.InputError(
            "MENU: expected a new folder, or a menu drawn by this script and unchanged"
            f" since. Received: {folder}, which holds other things; give another --menu"
        )
    for path in [folder / "menu.csv", *(folder / row["photo"] for row in rows)]:
        path.unlink(missing_ok=True)


def write_drawn_menu(folder: Path):
    recipes = choose_recipes(PIZZAS, SEED, RANDOM)
    rows = menu_rows(recipes)
    clear_folder(folder)
    record = json.dumps({"PIZZAS": PIZZAS, "SEED": SEED, "RANDOM": RANDOM})
    utils.write_text(folder / RECORD, record + "\n")
    orders = list(recipes.values())
    seeds = np.random.default_rng([SEED, 1]).integers(2**31, size=PIZZAS)
    for start in range(0, PIZZAS, BATCH):
        stop = min(start + BATCH, PIZZAS)
        photos = renderer.draw_pizzas(orders[start:stop], SIZE, seeds[start:stop])
        for row, photo in zip(rows[start:stop], photos, strict=True):
            pictures.save(Image.fromarray(photo), folder / row["photo"])
    names = ["none", *renderer.INGREDIENTS]
    table = [dict(code=code, name=name) for code, name in enumerate(names)]
    write_menu(folder, rows, table)
    pizzas = utils.count(PIZZAS, "pizza")
    print(f"{pizzas} of {len(names) - 1} ingredients: {folder}/menu.csv")


def write_sheets(folder: Path):
    """Writes the article's 20 pizzas, single ingredients, and one recipe by 8 seeds."""
    menu = renderer.ARTICLE_MENU
    single = {name: [name] for name in renderer.INGREDIENTS}
    favourite = "Vegetables and mushrooms"
    seeds = {f"{favourite}, seed {seed}": menu[favourite] for seed in range(8)}
    for name, recipes, columns, size in (
        ("sample_pizzas.jpg", menu, 5, 180),
        ("sample_ingredients.jpg", single, 7, 150),
        ("sample_seeds.jpg", seeds, 4, 200),
    ):
        photos = renderer.draw_pizzas(list(recipes.values()), size, range(len(recipes)))
        captions = list(recipes)
        strips = [
            pictures.sheet(
                [list(photos[start : start + columns])],
                column_captions=captions[start : start + columns],
            )
            for start in range(0, len(captions), columns)
        ]
        sheet = Image.fromarray(np.concatenate(strips))
        print(pictures.save(sheet, folder / name))


def main():
    write_drawn_menu(Path(MENU))
    if SHEETS:
        write_sheets(Path(DOCS))


if __name__ == "__main__":
    utils.run(main)
