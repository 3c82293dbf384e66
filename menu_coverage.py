"""What a menu can teach: which ingredients its photos show, and never apart from which.

    python menu_coverage.py --menu=data/sample

Prints a table of a menu folder. No network can know how basil looks where every photo
with basil shows olives too: it may paint the olives green.
"""

import settings
import utils

# data
MENU = "data/sample"  # menu folder

settings.read_settings(globals())

import numpy as np


def amounts(menu: utils.Menu) -> np.ndarray:
    """Counts portions, `(pizzas, classes - 1)`: 2 for a double one; no padding."""
    matrices = utils.recipe_matrix(menu.codes, menu.classes)
    return matrices.sum(axis=1)[:, 1:].astype(int)


def photos(menu: utils.Menu) -> np.ndarray:
    """Counts the photos that show an ingredient, `(classes,)`; 0 of the padding."""
    return np.append(0, (amounts(menu) > 0).sum(axis=0))


def always_with(menu: utils.Menu, code: int) -> list[int]:
    """Finds the ingredients of every photo that shows this one, the rarest first."""
    shows = [set(recipe) for recipe in menu.recipes if code in recipe]
    common = set.intersection(*shows) - {code} if shows else set()
    return sorted(common, key=lambda other: (photos(menu)[other], other))


def never_apart(menu: utils.Menu) -> list[list[int]]:
    """Groups the ingredients that the same photos show: names for the same look."""
    groups = {}
    for code, shown in enumerate((amounts(menu) > 0).T, start=1):
        if shown.any():
            groups.setdefault(tuple(shown), []).append(code)
    return [group for group in groups.values() if len(group) > 1]


def rank(menu: utils.Menu) -> int:
    """Rank of the matrix of pizzas and ingredients, of amounts.

    If looks of ingredients added up, so many of them could be told from the photos.
    """
    return int(np.linalg.matrix_rank(amounts(menu)))


def describe(menu: utils.Menu, codes: list[int]) -> str:
    """Says in words what the photos show of ingredients that are drawn together.

    Returns:
        "ham: 5 photos; basil: 1 photo, always with olives": what comes with basil on
        every photo, but is not among the codes.
    """
    facts = []
    for code in dict.fromkeys(codes):
        shown = sum(code in recipe for recipe in menu.recipes)
        fact = f"{menu.captions[code]}: {shown or 'no'} photo{'s' * (shown != 1)}"
        if more := sum(recipe.count(code) > 1 for recipe in menu.recipes):
            fact += f" ({more} with more than one portion)"
        if others := [c for c in always_with(menu, code) if c not in codes]:
            fact += f", always with {menu.describe(others)}"
        facts.append(fact)
    return "; ".join(facts)


def main():
    menu = utils.read_menu(MENU)
    shown, width = photos(menu), max(map(len, menu.captions))
    print(f"photos  {'ingredient':{width}}  always with")
    for code in sorted(range(1, menu.classes), key=lambda code: (shown[code], code)):
        others = menu.describe(always_with(menu, code)) or "-"
        print(f"{shown[code]:6}  {menu.captions[code]:{width}}  {others}")
    for group in never_apart(menu):
        print(f"never apart: {menu.describe(group)}")
    print(
        f"{len(menu.rows)} pizzas of {menu.classes - 1} ingredients, rank {rank(menu)}:"
        " were a pizza's look the sum of its ingredients', so many could be told"
    )


if __name__ == "__main__":
    utils.run(main)
