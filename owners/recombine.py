"""Pizzas of recipes that no photo shows, cooked from the pieces of those that do.

The article made 720 pictures of a photo by turning it. Here recipes are varied too: a
network that sees ham with olives, with pineapple and alone learns what ham is.

Beside the turned photos, in `augmented_<size>/recombined/`: `images.npy`, uint8
`(n, size, size, 3)`; `owners.npy`, who owns each pixel, uint8 `(n, size, size)`, codes
and for the table the number of classes; `codes.npy`, padded recipes `(n, longest)`; and
`lenders.npy`, bool `(n, pizzas)`: which photos have lent a piece.
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from menus.unfinished import UnfinishedFolder
from owners.bank import Bank
from owners.cooking import cook
from owners.layouts import labels_of, picture_of

ALONE = 0.2  # share of pizzas with one ingredient
MOST_TOPPINGS = 7
DOUBLED = 0.1  # share of recipes with a double portion


def random_recipe(bank: Bank, rng: np.random.Generator) -> list[int]:
    """Draws up a recipe: one ingredient, or the grounds of some pizza with toppings.

    Each topping is as likely as any other, and meets any other.
    """
    menu = bank.menu
    shown = [code for code in range(1, menu.classes) if len(bank.showing(code))]
    if rng.uniform() < ALONE:
        return [int(rng.choice(shown))]
    grounds = [code for code in shown if bank.kinds[code] == "ground"]
    toppings = [code for code in shown if code not in grounds]
    pizza = menu.recipes[rng.choice(bank.pizza)]
    recipe = [code for code in grounds if code in pizza]
    room = menu.longest - len(recipe)
    most = min(len(toppings), room, MOST_TOPPINGS)
    if most > 0:
        count = int(rng.integers(1, most + 1))
        recipe += [int(code) for code in rng.choice(toppings, count, replace=False)]
        if count < room and rng.uniform() < DOUBLED:
            recipe.append(recipe[-1])
    return recipe or [int(rng.choice(shown))]


def recombine_one(bank: Bank, seed: int, number: int) -> tuple:
    """Cooks one picture, whatever others are cooked.

    Returns:
        The picture, its owners, its padded recipe, and who has lent a piece.
    """
    rng = np.random.default_rng([seed, number])
    recipe = random_recipe(bank, rng)
    amounts = {code: float(recipe.count(code)) for code in recipe}
    pizza = cook(bank, amounts, int(rng.integers(2**31)))
    lenders = np.isin(np.arange(len(bank.menu.rows)), list(pizza.lenders))
    return picture_of(pizza), labels_of(pizza), bank.menu.pad(recipe), lenders


def digest_of_first(bank: Bank, seed: int) -> str:
    """Cooks the first picture and returns its SHA-256.

    It is a record of how pizzas are cooked: where the code of it changes, so do they.
    """
    digest = hashlib.sha256()
    for array in recombine_one(bank, seed, 0):
        digest.update(array.tobytes())
    return digest.hexdigest()


def recombine(bank: Bank, size: int, count: int, seed: int, folder: Path, record: dict):
    """Cooks pictures into a folder, from where an interrupted run stopped.

    Args:
        bank: the pieces, of pictures `FINER` times as large.
        size: pixels of a picture.
        count: pictures.
        seed: of recipes and places.
        folder: the folder; it is whole or not there.
        record: what all depends on; it is kept in the folder.
    """
    from tqdm import tqdm

    arrays = {
        "images": ((count, size, size, 3), "uint8"),
        "owners": ((count, size, size), "uint8"),
        "codes": ((count, bank.menu.longest), "int32"),
        "lenders": ((count, len(bank.menu.rows)), "bool"),
    }
    unfinished = UnfinishedFolder(folder, arrays, count, record)
    mapped = [unfinished.open(name) for name in arrays]
    numbers = range(unfinished.done, count)
    with ThreadPoolExecutor() as threads:
        cooked = threads.map(partial(recombine_one, bank, seed), numbers)
        bar = tqdm(cooked, "recombined", len(numbers), unit="pizza", disable=None)
        for number, made in zip(numbers, bar, strict=True):
            for array, value in zip(mapped, made, strict=True):
                array[number] = value
            if number % 100 == 99:
                unfinished.note(number + 1)
    del mapped
    unfinished.finish()
