"""One sheet of what several trained networks draw for the same pizzas of a menu."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from lab import pictures
from menus.menu import Menu, recipe_matrix
from training.sampler import load_sampler


def side_by_side(
    menu: Menu,
    chosen: dict[str, Path],
    pizzas: Sequence[int],
    size: int,
    samples: int,
    seed: int,
    notes: list[str] = (),
) -> Image.Image:
    """Lays out photos, and beside each what the runs draw for its recipe.

    Args:
        menu: the menu that all runs have learned.
        chosen: run folders, by the title of their columns.
        pizzas: rows of the menu.
        size: pixels a side of the pictures.
        samples: of each pizza by each run.
        seed: of z.
        notes: paragraphs below.
    """
    matrices = recipe_matrix(menu.codes[list(pizzas)], menu.classes)
    rows = [[pictures.shrink(menu.square(i)[0], size)] for i in pizzas]
    columns = ["photo"]
    for title, run in chosen.items():
        drawn = load_sampler(run, menu).sample(matrices, samples, seed)
        for row, pictures_of_run in zip(rows, drawn, strict=True):
            row += [None, *pictures_of_run]
        columns += ["", title, *[""] * (samples - 1)]
    captions = [menu.describe(menu.recipes[i]) for i in pizzas]
    return pictures.sheet(rows, captions, columns, notes)
