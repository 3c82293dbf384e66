"""One ingredient more or less, same z: does the picture follow, and no further?"""

from dataclasses import dataclass

import numpy as np

from evaluation.nearest_photos import distance
from menus.menu import Menu


@dataclass(frozen=True)
class Changes:
    """Pairs of recipes that differ in one ingredient.

    Attributes:
        without, having: padded recipes without it and with it, `(n, longest)`.
        code: the ingredient, `(n,)`.
        put_on: whether the pizza of the menu is the one without it, `(n,)`.
    """

    without: np.ndarray
    having: np.ndarray
    code: np.ndarray
    put_on: np.ndarray


def change_recipes(
    menu: Menu, rows: list[int], codes: list[int], count: int, rng: np.random.Generator
) -> Changes:
    """Puts an ingredient on pizzas of a menu and takes one off, in turn.

    What is not changed stays in its row of the recipe matrix.

    Args:
        menu: the menu.
        rows: pizzas to start from, at random.
        codes: ingredients to put on or take off, at random.
        count: pairs to try; there are fewer where a recipe is full, or has but one.
        rng: the random stream.
    """
    pairs = []
    for i in range(count):
        put_on = i % 2 == 0
        recipe = menu.codes[rng.choice(rows)]
        choice = [code for code in codes if (code in recipe) != put_on]
        if not choice:
            continue
        code = rng.choice(choice)
        changed = np.where(recipe == code, 0, recipe)
        if put_on:
            changed[np.argmin(recipe)] = code  # in the first row that is free
        if changed.any() and (not put_on or (recipe == 0).any()):
            pair = (recipe, changed) if put_on else (changed, recipe)
            pairs.append((*pair, code, put_on))
    without, having, code, added = zip(*pairs, strict=True) if pairs else [()] * 4
    shape = -1, menu.longest
    return Changes(
        np.reshape(without, shape).astype(np.int32),
        np.reshape(having, shape).astype(np.int32),
        np.array(code, int),
        np.array(added, bool),
    )


def follows(
    changes: Changes, columns: dict[int, int], without: np.ndarray, having: np.ndarray
) -> dict[str, float]:
    """Measures how a judge's probabilities follow.

    Args:
        changes: the recipes.
        columns: the columns of probabilities by ingredient's code.
        without, having: probabilities of the pictures of both sides, `(n, columns)`.

    Returns:
        For ingredients put on and for those taken off: in how many pairs it is more
        probable on the picture that should have it, half of them by chance, and by how
        much. And by how much the other ingredients change, which should not.
    """
    difference = having - without
    column = np.array([columns[code] for code in changes.code])
    changed = np.take_along_axis(difference, column[:, None], axis=1)[:, 0]
    measures = {}
    for words, which in (("put on", changes.put_on), ("taken off", ~changes.put_on)):
        if which.any():
            measures[f"{words}: follows"] = float((changed[which] > 0).mean())
            measures[f"{words}: by"] = float(changed[which].mean())
    is_other = np.isin(np.arange(difference.shape[1]), list(columns.values()))
    is_other = is_other & (np.arange(difference.shape[1]) != column[:, None])
    measures["other ingredients change by"] = float(np.abs(difference)[is_other].mean())
    return measures


def kept(without: np.ndarray, having: np.ndarray, another_z: np.ndarray) -> float:
    """How much of the picture stays when the recipe changes.

    Args:
        without, having: uint8 pictures of both sides, `(n, size, size, 3)`.
        another_z: pictures as `without`, each from another z.

    Returns:
        1 if nothing changes, 0 if as much as between two pizzas of one recipe.
    """
    change = distance(without, having).mean()
    return float(1 - change / distance(without, another_z).mean())
