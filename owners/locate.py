"""Finds the owners of a menu's photos by one teacher or by both."""

import numpy as np

from menus.menu import Menu
from owners import lessons
from owners.elimination import eliminate
from owners.table import disc_radius, distances, find_table

FILLING = 0.83  # of the disc's radius: what lies further out is crust
CRUST = 0.86, 0.98  # of the disc's radius, where dough is surely seen


def find_owners(
    menu: Menu,
    photos: np.ndarray,
    teacher: str,
    seed: int = 0,
    logits: np.ndarray | None = None,
) -> tuple[np.ndarray, float]:
    """Finds who owns each pixel of each photo.

    Args:
        menu: the menu.
        photos: its photos, float32 `(photos, side, side, 3)`, 0..1.
        teacher: "lessons" from drawings, "recipes" alone, or both "joined". What the
            lessons do not know is found from recipes by each of them.
        seed: of the starts of elimination.
        logits: what the finder answers to these photos, see `lessons.find_logits`; it
            is asked if there are none.

    Returns:
        Shares of the owners `(photos, side, side, classes)`, and the radius of the
        filling on most photos, in half sides.
    """
    radius = distances(photos.shape[1])
    discs = np.array([disc_radius(find_table(photo) < 0.5) for photo in photos])
    scale = discs[:, None, None]
    filling = radius < FILLING * scale
    crust = (radius > CRUST[0] * scale) & (radius < CRUST[1] * scale)
    usual = float(FILLING * np.median(discs))
    prior = None
    known = lessons.known_names(menu)
    if teacher != "recipes" and known:
        if logits is None:
            logits = lessons.find_logits(lessons.load_finder(), photos)
        prior = lessons.menu_shares(menu, logits)
        if teacher == "lessons" and known.keys() >= set().union(*menu.recipes) - {0}:
            dough = np.eye(menu.classes, dtype="float32")[0]
            return np.where(filling[..., None], prior, dough), usual
    shares = eliminate(
        photos,
        menu.recipes,
        menu.classes,
        filling,
        crust,
        prior=prior,
        hints=colour_hints(menu),
        seed=seed,
    )
    return shares, usual


def colour_hints(menu: Menu) -> dict[int, np.ndarray]:
    """Reads the column `colour` of the table of ingredients: RGB in 0..1 by code."""
    return {
        code: np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], "float32") / 255
        for code, colour in enumerate(menu.colours)
        if colour
    }
