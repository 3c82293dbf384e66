"""What a network of a menu learns from: opened, chosen, and split."""

import mmap

import numpy as np

from menus.augmented import open_augmented, open_owners, open_recombined
from menus.menu import Menu
from owners.bank import Bank, load_bank
from owners.layouts import FINER
from training.batches import Batches
from utils import InputError, count


def load_augmented(menu: Menu, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Opens the pictures that `augment.py` made of a menu, memory-mapped.

    Args:
        menu: the menu.
        size: pixels a side.

    Returns:
        Pictures, uint8 `(n, size, size, 3)`, and the row of the menu that each shows,
        `(n,)`.

    Raises:
        InputError: there are none of this size, or they are of another menu.
    """
    images, pizza = open_augmented(menu, size)
    _read_at_random(images)
    return images, pizza


def load_owners(menu: Menu, size: int) -> np.ndarray:
    """Opens the owners of these pictures' pixels, memory-mapped.

    Returns:
        Labels, uint8 `(n, size, size)`: 0 for the dough, codes of ingredients, and for
        the table the number of classes.

    Raises:
        InputError: there are none of this size, or they are of another menu.
    """
    owners = open_owners(menu, size)
    _read_at_random(owners)
    return owners


def _read_at_random(array: np.ndarray):
    if hasattr(mmap, "MADV_RANDOM"):  # a batch is from all over the file
        array.base.madvise(mmap.MADV_RANDOM)


def load_recombined(
    menu: Menu, size: int, rows: list[int], share: float
) -> tuple | None:
    """Opens the pizzas that `augment.py` cooked from the pieces of a menu's photos.

    Args:
        menu: the menu.
        size: pixels a side.
        rows: pizzas to learn from. What a photo of another has lent a piece to is left
            out, so that what is held out is never seen.
        share: part of a batch that is wanted of them.

    Returns:
        Pictures, uint8 `(n, size, size, 3)`, padded recipes `(n, longest)`, the indices
        of those to take, and the owners of their pixels, uint8 `(n, size, size)`; None
        if none are wanted, or if there are none, which is printed.

    Raises:
        InputError: they are damaged, or of another menu.
    """
    arrays = open_recombined(menu, size) if share else None
    if arrays is not None:
        others = np.setdiff1d(np.arange(len(menu.rows)), rows)
        indices = np.flatnonzero(~arrays["lenders"][:, others].any(axis=1))
        if len(indices):
            return arrays["images"], arrays["codes"], indices, arrays["owners"]
    if share:
        print("RECOMBINED: no pizzas of other recipes found; photos alone are learned")
    return None


def rows_to_learn(menu: Menu, hold_out: str, only: str = "") -> list[int]:
    """Chooses the pizzas of a menu that a network learns from.

    Args:
        menu: the menu.
        hold_out: slugs, with commas, of pizzas that it never sees.
        only: slugs of the only pizzas that it sees; empty for all but those held out.

    Returns:
        Their rows in the menu.

    Raises:
        InputError: no pizza has such a slug, or no pizza is left.
    """
    held_out = menu.find(hold_out)
    chosen = menu.find(only) if only else range(len(menu.rows))
    rows = [i for i in chosen if i not in held_out]
    if not rows:
        pizzas = count(len(chosen), "pizza")
        raise InputError(
            f"HOLD_OUT: expected fewer than all {pizzas} to learn from. Received:"
            f" {hold_out!r}"
        )
    return rows


def split(
    indices: np.ndarray, validation: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Splits indices of pictures at random, as the article does.

    The split leaks: a picture turned by one more degree is nearly the same picture, so
    that the validation loss says little about pizzas never seen.

    Args:
        indices: of all pictures.
        validation: share of them that is for validation.
        seed: of the split.

    Returns:
        Indices for training, and indices for validation, both sorted.
    """
    order = np.random.default_rng(seed).permutation(indices)
    count = round(len(indices) * validation)
    return np.sort(order[count:]), np.sort(order[:count])


def load_batches(
    menu: Menu,
    size: int,
    rows: list[int],
    batch_size: int,
    seed: int,
    recombined_share: float,
    with_owners: bool,
) -> tuple[np.ndarray, np.ndarray, Batches, Bank | None]:
    """Opens all that a GAN of a menu learns from.

    Args:
        menu: the menu.
        size: pixels a side.
        rows: pizzas to learn from.
        batch_size, seed, recombined_share: see `Batches`.
        with_owners: whether the networks paint owners.

    Returns:
        Pictures and their rows as of `load_augmented`, batches, and the pieces of these
        pizzas, that layouts are cooked from; None without owners.

    Raises:
        InputError: something is missing, damaged, or of another menu.
    """
    images, pizza = load_augmented(menu, size)
    owners = load_owners(menu, size) if with_owners else None
    bank = load_bank(menu, FINER * size, rows) if with_owners else None
    batches = Batches(
        images,
        menu.codes[pizza],
        menu.classes,
        np.flatnonzero(np.isin(pizza, rows)),
        batch_size,
        seed,
        owners=owners,
        recombined=load_recombined(menu, size, rows, recombined_share),
        recombined_share=recombined_share,
        light_steps=bank and bank.light_steps,
    )
    return images, pizza, batches, bank
