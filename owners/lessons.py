"""Finds who lies where with a finder that has learned from drawings.

`python -m experiments.teach_finder` has trained it, once: its weights are in
`finder.npz` beside this file. It knows the ingredients of the renderer's table.
"""

from pathlib import Path

import numpy as np
from scipy.special import softmax

import renderer
from menus.menu import Menu
from utils import reading

WEIGHTS = Path(__file__).with_name("finder.npz")
BATCH_SIZE = 20
TURNS = 8  # the finder is asked about a photo turned and mirrored, and answers averaged
# Chance of an ingredient that the finder does not know, where it surely sees something
# that the recipe does not name; and the power by which it falls where it is less sure.
UNKNOWN, SURENESS = 0.8, 4


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


def menu_shares(menu: Menu, logits: np.ndarray) -> np.ndarray:
    """Turns the finder's answers into shares of the owners that recipes name.

    What the finder does not know lies where it sees nothing that the recipe names: an
    unknown sausage looks to it like pepperoni, of which this recipe has none.

    Args:
        menu: the menu.
        logits: of its photos, `(photos, size, size, owners)`, see `find_logits`.

    Returns:
        Probabilities `(photos, size, size, classes)`, 0 for what the recipe does not
        name.
    """
    known = known_names(menu)
    shares = np.zeros((*logits.shape[:3], menu.classes), "float32")
    for share, answer, recipe in zip(shares, logits, menu.recipes, strict=True):
        named = [0, *(code for code in set(recipe) if code in known)]
        unknown = [code for code in set(recipe) if code not in known]
        owners = [known.get(code, 0) for code in named]
        share[..., named] = softmax(answer[..., owners], axis=-1)
        if unknown:
            seen = softmax(answer, axis=-1)[..., sorted(set(owners))]
            chance = UNKNOWN * (1 - seen.sum(axis=-1, keepdims=True)) ** SURENESS
            share *= 1 - chance
            share[..., unknown] = chance
            share /= share.sum(axis=-1, keepdims=True)
    return shares
