"""Draws thousands of pizzas on all cores."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from renderer.pizza import draw_pizza

SHARE = 32  # pizzas of 64 pixels below which a process costs more than it saves


def draw_pizzas(recipes: list[list[str]], size: int, seeds: list[int]) -> np.ndarray:
    """Draws many pizzas on all cores.

    Each core works in an interpreter of its own: a process that has run TensorFlow
    must not be forked, and `multiprocessing` would import the calling script again.

    Args:
        recipes: lists of names, see `draw_pizza`.
        size: pixels a side.
        seeds: one a pizza.

    Returns:
        Array `(pizzas, size, size, 3)` of uint8, the same as `draw_pizza` gives.
    """
    orders = list(zip(recipes, map(int, seeds), strict=True))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    workers = min(cores or os.cpu_count() or 1, len(orders) * size // (64 * SHARE))
    pizzas = np.empty((len(orders), size, size, 3), "uint8")
    if workers < 2:
        for i, (recipe, seed) in enumerate(orders):
            pizzas[i] = draw_pizza(recipe, size, seed)
        return pizzas
    shares = [orders[i::workers] for i in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        for i, drawn in enumerate(pool.map(partial(_draw_elsewhere, size), shares)):
            pizzas[i::workers] = drawn
    return pizzas


def _draw_elsewhere(size: int, orders: list) -> np.ndarray:
    result = subprocess.run(
        [sys.executable, "-m", "renderer"],
        input=json.dumps([size, orders]).encode(),
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
        check=True,
    )
    pixels = np.frombuffer(result.stdout, "uint8")
    return pixels.reshape(len(orders), size, size, 3)
