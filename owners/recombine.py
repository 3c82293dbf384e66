"""Pizzas of recipes that no photo shows, cooked from the pieces of those that do.

The article made 720 pictures of a photo by turning it. Here recipes are varied too: a
network that sees ham with olives, with pineapple and alone learns what ham is.

Beside the turned photos, in `augmented_<size>/recombined/`: `images.npy`, uint8
`(n, size, size, 3)`; `owners.npy`, who owns each pixel, uint8 `(n, size, size)`, codes
and for the table the number of classes; `codes.npy`, padded recipes `(n, longest)`; and
`lenders.npy`, bool `(n, pizzas)`: which photos have lent a piece.
"""

import itertools
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from lab import pictures
from menus.identity import RECORD
from owners.cooking import cook
from owners.layouts import labels_of
from owners.pieces import Bank
from utils import claim_room, read_json, write_text

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


def recombine_one(bank: Bank, size: int, seed: int, number: int) -> tuple:
    """Cooks one picture, whatever others are cooked.

    Returns:
        The picture, its owners, its padded recipe, and who has lent a piece.
    """
    rng = np.random.default_rng([seed, number])
    recipe = random_recipe(bank, rng)
    amounts = {code: float(recipe.count(code)) for code in recipe}
    pizza = cook(bank, amounts, int(rng.integers(2**31)))
    image = Image.fromarray(pictures.to_uint8(pizza.picture))
    lenders = np.isin(np.arange(len(bank.menu.rows)), list(pizza.lenders))
    return (
        pictures.shrink(image, size),
        labels_of(pizza),
        bank.menu.pad(recipe),
        lenders,
    )


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

    menu, part = bank.menu, folder.with_name(f".part-{folder.name}")
    arrays = {
        "images": ((count, size, size, 3), "uint8"),
        "owners": ((count, size, size), "uint8"),
        "codes": ((count, menu.longest), "int32"),
        "lenders": ((count, len(menu.rows)), "bool"),
    }
    done = part / "done"
    if not done.exists() or read_json(part / RECORD) != record:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for name, (shape, dtype) in arrays.items():
            path = part / f"{name}.npy"
            np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)
            claim_room(path, path.stat().st_size)
        write_text(part / RECORD, json.dumps(record))
        write_text(done, "0")
    first = int(done.read_text())
    mapped = [np.load(part / f"{name}.npy", mmap_mode="r+") for name in arrays]
    with ThreadPoolExecutor() as threads:
        cook_one = partial(recombine_one, bank, size, seed)
        cooked = threads.map(cook_one, range(first, count))
        bar = tqdm(cooked, "recombined", count - first, unit="pizza", disable=None)
        for number, made in zip(itertools.count(first), bar, strict=False):
            for array, value in zip(mapped, made, strict=True):
                array[number] = value
            if number % 100 == 99:
                write_text(done, str(number + 1))
    del mapped
    done.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)
