"""Layouts: who owns each pixel of a pizza that does not exist yet, and its light.

A layout is cooked for a recipe from the pieces of a menu's photos. Of the cooked pizza
only the owners are taken, as labels - 0 for the dough, codes of ingredients, and for
the table the number of classes - and of each pixel two bits of light.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from lab.pictures import shrink, to_uint8
from menus.menu import Menu
from owners.bank import Bank
from owners.cooking import Pizza
from owners.light import with_light
from owners.strips import cook_strips, side_by_side
from utils import reading, whole_file

FINER = 4  # cooked so many times larger, then reduced, as photos are
FILE = "pieces.npz"  # in a run folder: photos and maps that layouts are cooked from


def labels_of(pizza: Pizza) -> np.ndarray:
    """The owner of most of each pixel of a cooked pizza, `FINER` times smaller.

    Returns:
        uint8 `(size, size)`.
    """
    size = len(pizza.labels) // FINER
    blocks = pizza.labels.reshape(size, FINER, size, FINER)
    codes = np.unique(blocks)
    counts = [(blocks == code).sum(axis=(1, 3), dtype="uint8") for code in codes]
    return codes[np.argmax(counts, axis=0)]


def picture_of(pizza: Pizza) -> np.ndarray:
    """The picture of a cooked pizza as small, uint8 `(size, size, 3)`."""
    image = Image.fromarray(to_uint8(pizza.picture))
    return shrink(image, image.width // FINER)


def lay_out(bank: Bank, recipe: np.ndarray, seed: int) -> np.ndarray:
    """Cooks the layout of a recipe.

    Args:
        bank: the pieces, of pictures `FINER` times as large.
        recipe: recipe matrix `(longest, classes)`, or as many strips of a pizza side by
            side, `(strips, longest, classes)`.
        seed: which pieces, and where they lie.

    Returns:
        Labels and light, uint8 `(size, size, 2)`.
    """
    return lay_both(bank, recipe, seed)[0]


def lay_both(bank: Bank, recipe: np.ndarray, seed: int) -> tuple[np.ndarray, ...]:
    """Cooks a layout, and the picture of its pieces, uint8 `(size, size, 3)`.

    Arguments as of `lay_out`.
    """
    pizzas = cook_strips(bank, recipe, seed)
    labels, picture = (
        side_by_side([f(p) for p in pizzas]) for f in (labels_of, picture_of)
    )
    return with_light(picture, labels, bank.light_steps), picture


def keep_bank(folder: Path, bank: Bank):
    """Writes the pieces of a bank into a run folder."""
    owners = [(i, code) for i, shares in enumerate(bank.owners) for code in shares]
    shares = np.stack([bank.share(i, code) for i, code in owners])
    with whole_file(folder / FILE) as part, open(part, "wb") as file:
        np.savez_compressed(
            file,
            photos=np.rint(bank.photos * 255).astype("uint8"),
            owners=np.array(owners, "int32"),
            shares=np.rint(shares * 255).astype("uint8"),
            pizza=bank.pizza,
            filling=bank.filling,
        )


def kept_bank(folder: Path, menu: Menu) -> Bank:
    """Reads the pieces that `keep_bank` wrote.

    Args:
        folder: the run folder.
        menu: its menu.

    Raises:
        InputError: there are none, they are damaged, or of another menu.
    """
    path = folder / FILE
    with reading(path, "the pieces that the run has learned from"):
        with np.load(path) as arrays:
            photos = arrays["photos"].astype("float32") / 255
            shares = arrays["shares"].astype("float32") / 255
            pizza, filling = arrays["pizza"], float(arrays["filling"])
            owners = [{} for _ in pizza]
            for (photo, code), share in zip(arrays["owners"], shares, strict=True):
                owners[photo][int(code)] = share
        size = photos.shape[1]
        if photos.shape != (len(pizza), size, size, 3):
            raise ValueError(f"photos of shape {photos.shape}")
        if shares.shape[1:] != (size, size):
            raise ValueError(f"owners of shape {shares.shape}")
        for row, shown in zip(pizza, owners, strict=True):
            if set(shown) != {0, menu.classes, *menu.recipes[row]}:
                raise ValueError(f"owners {sorted(shown)} of pizza {row + 1}")
    return Bank(menu, photos, owners, pizza, filling)
