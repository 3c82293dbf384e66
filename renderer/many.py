"""Draws thousands of pizzas on all cores."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from renderer.ingredients import INGREDIENTS
from renderer.pizza import DOUGH, draw_pizza, draw_with_owners

SHARE = 32  # pizzas of 64 pixels below which a process costs more than it saves


def draw_pizzas(recipes: list[list[str]], size: int, seeds: list[int]) -> np.ndarray:
    """Draws many pizzas on all cores.

    Args:
        recipes: lists of names, see `draw_pizza`.
        size: pixels a side.
        seeds: one a pizza.

    Returns:
        Array `(pizzas, size, size, 3)` of uint8, the same as `draw_pizza` gives.
    """
    return _draw_on_all_cores(recipes, size, seeds, labelled=False)[0]


def draw_labelled(
    recipes: list[list[str]], size: int, seeds: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Draws many pizzas of ingredients of the table, and says who owns each pixel.

    Args:
        recipes, size, seeds: as of `draw_pizzas`.

    Returns:
        Pictures as of `draw_pizzas`, and labels, uint8 `(pizzas, size, size)`: 0 for
        dough and table, else 1 and the place in `INGREDIENTS` of whoever owns most of
        the pixel.
    """
    return _draw_on_all_cores(recipes, size, seeds, labelled=True)


def code_digest() -> str:
    """Hashes the code that draws, to tell drawings that are its own."""
    code = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in code)).hexdigest()


def draw_each(
    orders: list, size: int, labelled: bool
) -> Iterator[tuple[np.ndarray, ...]]:
    """Draws pizzas one by one, `(recipe, seed)` each: pictures, and maybe labels."""
    names = [DOUGH, *INGREDIENTS]
    for recipe, seed in orders:
        if not labelled:
            yield (draw_pizza(recipe, size, seed),)
            continue
        picture, owners = draw_with_owners(recipe, size, seed)
        codes = np.array([names.index(name) for name in owners], "uint8")
        yield picture, codes[np.argmax(list(owners.values()), axis=0)]


def _draw_on_all_cores(recipes, size, seeds, labelled):
    """Each core works in an interpreter of its own: a process that has run TensorFlow
    must not be forked, and `multiprocessing` would import the calling script again."""
    orders = list(zip(recipes, map(int, seeds), strict=True))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    workers = min(cores or os.cpu_count() or 1, len(orders) * size // (64 * SHARE))
    pizzas = np.empty((len(orders), size, size, 3), "uint8")
    labels = np.empty((len(orders), size, size), "uint8")
    if workers < 2:
        for i, (pizza, *label) in enumerate(draw_each(orders, size, labelled)):
            pizzas[i] = pizza
            labels[i] = label[0] if labelled else 0
        return pizzas, labels
    shares = [orders[i::workers] for i in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        drawn = pool.map(partial(_draw_elsewhere, size, labelled), shares)
        for i, pixels in enumerate(drawn):
            pizzas[i::workers] = pixels[..., :3]
            if labelled:
                labels[i::workers] = pixels[..., 3]
    return pizzas, labels


def _draw_elsewhere(size: int, labelled: bool, orders: list) -> np.ndarray:
    """Returns pictures `(n, size, size, 3)`, or with labels as a fourth channel."""
    result = subprocess.run(
        [sys.executable, "-m", "renderer"],
        input=json.dumps([size, orders, labelled]).encode(),
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
        check=True,
    )
    pixels = np.frombuffer(result.stdout, "uint8").reshape(len(orders), -1)
    pictures = pixels[:, : 3 * size**2].reshape(-1, size, size, 3)
    labels = pixels[:, 3 * size**2 :].reshape(len(orders), size, size, -1)
    return np.concatenate([pictures, labels], axis=-1)
