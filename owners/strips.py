"""Pizzas of several vertical strips, half and half say, each of a recipe of its own."""

import numpy as np

from lab.pictures import to_uint8
from owners.bank import Bank
from owners.cooking import Pizza, cook, portions


def cook_strips(bank: Bank, recipe: np.ndarray, seed: int) -> list[Pizza]:
    """Cooks a pizza of several vertical strips: all of each, with one crust.

    Args:
        bank: the pieces.
        recipe: recipe matrix `(longest, classes)`, or one for each strip, `(strips,
            longest, classes)`.
        seed: see `cook`.
    """
    strips = [portions(strip) for strip in np.reshape(recipe, (-1, *recipe.shape[-2:]))]
    crust_for = bank.grounds.intersection(set().union(*strips))
    return [cook(bank, strip, seed, crust_for) for strip in strips]


def cook_each(bank: Bank, recipes: np.ndarray, seeds: list[int]) -> np.ndarray:
    """Cooks each recipe with each seed.

    Args:
        bank: the pieces.
        recipes: recipe matrices `(n, longest, classes)`, or as many strips of a pizza
            side by side, `(n, strips, longest, classes)`.
        seeds: see `cook`.

    Returns:
        uint8 `(n, seeds, size, size, 3)`.
    """
    size = bank.size
    cooked = np.empty((len(recipes), len(seeds), size, size, 3), "uint8")
    for i, recipe in enumerate(recipes):
        for j, seed in enumerate(seeds):
            pizzas = [pizza.picture for pizza in cook_strips(bank, recipe, seed)]
            cooked[i, j] = to_uint8(side_by_side(pizzas))
    return cooked


def side_by_side(whole: list[np.ndarray]) -> np.ndarray:
    """Joins vertical strips, the first of the first and so on.

    Args:
        whole: pictures or labels of one size.
    """
    size = whole[0].shape[1]
    strip_at = np.arange(size) * len(whole) // size
    return np.stack(whole)[strip_at, :, np.arange(size)].swapaxes(0, 1)
