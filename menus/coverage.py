"""What a menu's photos can teach: on how many photos is each ingredient, and with what?

If every photo with basil also shows olives, no network can learn which of the two is
green.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from menus.menu import Menu, recipe_matrix
from utils import count


def amounts(menu: Menu) -> np.ndarray:
    """Counts portions, `(pizzas, classes - 1)`: 2 for a double one; no padding."""
    matrices = recipe_matrix(menu.codes, menu.classes)
    return matrices.sum(axis=1)[:, 1:].astype(int)


def photos(menu: Menu) -> np.ndarray:
    """Counts the photos that show an ingredient, `(classes,)`; 0 of the padding."""
    return np.append(0, (amounts(menu) > 0).sum(axis=0))


def always_with(menu: Menu, code: int) -> list[int]:
    """Finds the ingredients of every photo that shows this one, the rarest first."""
    shows = [set(recipe) for recipe in menu.recipes if code in recipe]
    common = set.intersection(*shows) - {code} if shows else set()
    return sorted(common, key=lambda other: (photos(menu)[other], other))


def never_apart(menu: Menu) -> list[list[int]]:
    """Groups the ingredients that are on exactly the same photos."""
    groups = {}
    for code, shown in enumerate((amounts(menu) > 0).T, start=1):
        if shown.any():
            groups.setdefault(tuple(shown), []).append(code)
    return [group for group in groups.values() if len(group) > 1]


def few_photos(menu: Menu, rows: Iterable[int], most: int) -> list[int]:
    """Chooses photos that show every ingredient of `rows`, the rare ones rather.

    Args:
        menu: the menu.
        rows: of the photos to choose from.
        most: how many to choose; more, if ingredients need more.

    Returns:
        All of them, in order, if there are no more than `most`.
    """
    before, shown = {}, Counter()  # how often its rarest ingredient was shown before
    for row in rows:
        recipe = set(menu.recipes[row])
        before[row] = min(shown[code] for code in recipe)
        shown.update(recipe)
    needed = sum(not times for times in before.values())
    return sorted(sorted(before, key=before.get)[: max(most, needed)])


def rank(menu: Menu) -> int:
    """Rank of the matrix of amounts, pizzas x ingredients.

    If the looks of ingredients added up, so many could be separated from the photos.
    """
    return int(np.linalg.matrix_rank(amounts(menu)))


def describe(menu: Menu, codes: list[int]) -> str:
    """Says in words what the photos show of ingredients that are drawn together.

    Returns:
        "ham: 5 photos; basil: 1 photo, always with olives": what comes with basil on
        every photo, but is not among the codes.
    """
    facts = []
    for code in dict.fromkeys(codes):
        shown = sum(code in recipe for recipe in menu.recipes)
        fact = (
            f"{menu.captions[code]}: {count(shown, 'photo') if shown else 'no photos'}"
        )
        if more := sum(recipe.count(code) > 1 for recipe in menu.recipes):
            fact += f" ({more} with more than one portion)"
        if others := [c for c in always_with(menu, code) if c not in codes]:
            fact += f", always with {menu.describe(others)}"
        facts.append(fact)
    return "; ".join(facts)
