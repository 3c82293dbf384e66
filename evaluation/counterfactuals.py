"""One ingredient more or less, same z: does the picture follow, and nothing else?"""

from dataclasses import dataclass

import numpy as np

from evaluation.nearest_photos import distance
from menus.menu import Menu


@dataclass(frozen=True)
class Changes:
    """Pairs of recipes that differ in one ingredient.

    Attributes:
        without: padded recipes without the ingredient, `(n, longest)`.
        having: the same recipes with it, `(n, longest)`.
        code: the ingredient, `(n,)`.
        added: whether the menu's recipe is the one without it, `(n,)`.
    """

    without: np.ndarray
    having: np.ndarray
    code: np.ndarray
    added: np.ndarray


def change_recipes(
    menu: Menu, rows: list[int], codes: list[int], count: int, rng: np.random.Generator
) -> Changes:
    """Adds an ingredient to pizzas of a menu and removes one, in turn.

    The other ingredients stay in their rows of the recipe matrix.

    Args:
        menu: the menu.
        rows: pizzas to start from, at random.
        codes: ingredients to add or remove, at random.
        count: pairs to try; a full recipe takes no more, one ingredient is not removed.
        rng: the random stream.
    """
    pairs = []
    for i in range(count):
        added = i % 2 == 0
        recipe = menu.codes[rng.choice(rows)]
        choice = [code for code in codes if (code in recipe) != added]
        if not choice:
            continue
        code = rng.choice(choice)
        changed = np.where(recipe == code, 0, recipe)
        if added:
            changed[np.argmin(recipe)] = code  # in the first row that is free
        if changed.any() and (not added or (recipe == 0).any()):
            pair = (recipe, changed) if added else (changed, recipe)
            pairs.append((*pair, code, added))
    without, having, code, added = zip(*pairs, strict=True) if pairs else [()] * 4
    shape = -1, menu.longest
    return Changes(
        np.reshape(without, shape).astype(np.int32),
        np.reshape(having, shape).astype(np.int32),
        np.array(code, int),
        np.array(added, bool),
    )


def response(
    changes: Changes, columns: dict[int, int], without: np.ndarray, having: np.ndarray
) -> dict[str, float]:
    """Measures how the judge's probabilities respond to a changed recipe.

    Args:
        changes: the recipes.
        columns: the columns of probabilities by ingredient's code.
        without: probabilities of the pictures without it, `(n, columns)`.
        having: probabilities of the pictures with it, `(n, columns)`.

    Returns:
        For added and for removed ingredients: in how many pairs the ingredient is more
        probable on the picture that should have it, 0.5 by chance, and by how much.
        And by how much the other ingredients change, which should not.
    """
    difference = having - without
    column = np.array([columns[code] for code in changes.code])
    changed = np.take_along_axis(difference, column[:, None], axis=1)[:, 0]
    measures = {}
    for name, which in (("added", changes.added), ("removed", ~changes.added)):
        if which.any():
            measures[f"{name}_follows"] = float((changed[which] > 0).mean())
            measures[f"{name}_by"] = float(changed[which].mean())
    is_other = np.isin(np.arange(difference.shape[1]), list(columns.values()))
    is_other = is_other & (np.arange(difference.shape[1]) != column[:, None])
    measures["others_change_by"] = float(np.abs(difference)[is_other].mean())
    return measures


def rest_kept(
    without: np.ndarray,
    having: np.ndarray,
    another_z: np.ndarray,
    where: np.ndarray | None = None,
) -> float:
    """Measures how much of the picture stays when the recipe changes.

    Args:
        without: uint8 pictures without the ingredient, `(n, size, size, 3)`.
        having: the same with it.
        another_z: pictures as `without`, each from another z.
        where: pixels to compare, bool `(n, size, size)`; all by default.

    Returns:
        1 if nothing changes, 0 if as much as between two pizzas of one recipe.
    """
    if where is not None:
        having, another_z = (
            np.where(where[..., None], x, without) for x in (having, another_z)
        )
    change = distance(without, having).mean()
    return float(1 - change / distance(without, another_z).mean())
