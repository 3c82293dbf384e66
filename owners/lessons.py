"""Finds who lies where with a finder that has learned from drawings.

`python -m experiments.teach_finder` has trained it, once: its weights are in
`finder.npz` beside this file. It knows the ingredients of the renderer's table.
"""

from pathlib import Path

import numpy as np

import renderer
from menus.menu import Menu
from utils import reading

WEIGHTS = Path(__file__).with_name("finder.npz")
BATCH_SIZE = 20
TURNS = 8  # the finder is asked about a photo turned and mirrored, and answers averaged


def save_weights(finder, path: Path = WEIGHTS):
    """Writes a finder's weights as float16, half the size and as good."""
    arrays = [weight.astype("float16") for weight in finder.get_weights()]
    with open(path, "wb") as file:
        np.savez_compressed(file, *arrays)


def load_finder(path: Path = WEIGHTS):
    """Builds the finder with its trained weights.

    Raises:
        InputError: the file of weights is missing or damaged.
    """
    from networks.finder import build_finder

    finder = build_finder(1 + len(renderer.INGREDIENTS))
    advice = "get the file again, or run `python -m experiments.teach_finder`"
    with reading(path, "the finder's weights", advice), np.load(path) as arrays:
        finder.set_weights([arrays[name].astype("float32") for name in arrays])
    return finder


def known_names(menu: Menu) -> dict[int, int]:
    """Maps codes of a menu's ingredients to the finder's owners, by name."""
    owners = {name: i for i, name in enumerate(renderer.INGREDIENTS, start=1)}
    known = {
        code: renderer.known_name(menu.captions[code], menu.names[code])
        for code in range(1, menu.classes)
    }
    return {code: owners[name] for code, name in known.items() if name}


def find_logits(finder, photos: np.ndarray) -> np.ndarray:
    """Asks the finder, from all sides.

    Args:
        finder: see `networks.finder.build_finder`.
        photos: float32 `(photos, size, size, 3)`, 0..1.

    Returns:
        Logits `(photos, size, size, owners)`.
    """
    total = 0.0
    for turn in range(TURNS):
        seen = np.rot90(photos, turn % 4, axes=(1, 2))
        seen = seen[:, :, ::-1] if turn >= 4 else seen
        logits = finder.predict(np.ascontiguousarray(seen), BATCH_SIZE, verbose=0)
        logits = logits[:, :, ::-1] if turn >= 4 else logits
        total = total + np.rot90(logits, -(turn % 4), axes=(1, 2))
    return total / TURNS


def menu_logits(menu: Menu, photos: np.ndarray) -> np.ndarray:
    """Finds the owners of each photo among the ingredients of its recipe.

    Args:
        menu: the menu.
        photos: its photos, float32 `(photos, size, size, 3)`, 0..1.

    Returns:
        Logits `(photos, size, size, classes)`: -inf for what the recipe does not name,
        NaN for what it names and the finder does not know.
    """
    known = known_names(menu)
    found = find_logits(load_finder(), photos)
    logits = np.full((*found.shape[:3], menu.classes), -np.inf, "float32")
    logits[..., 0] = found[..., 0]
    for i, recipe in enumerate(menu.recipes):
        for code in set(recipe):
            logits[i, ..., code] = (
                found[i, ..., known[code]] if code in known else np.nan
            )
    return logits
