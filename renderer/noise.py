"""Noise at several scales, for the textures of dough, cheese and meat.

All randomness is drawn on lattices of fixed fineness, whatever the picture's size, so
that a pizza is the same one at 32 and at 760 pixels. Maps are float32 throughout:
scalars come from `math`, as one NumPy float64 among them would double the work.
"""

import math
import zlib

import numpy as np
from PIL import Image


def stream(seed: int, name: str) -> np.random.Generator:
    """A random stream of its own for each part of a pizza.

    With one stream for all, one more olive would move every other piece.
    """
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def fractal(
    rng: np.random.Generator, width: int, cells: int, octaves: int, gain: float = 0.7
) -> np.ndarray:
    """Value noise: random lattices, each twice as fine as the last, summed.

    Args:
        rng: the random stream.
        width: pixels a side.
        cells: lattice cells a side of the coarsest octave.
        octaves: how many octaves.
        gain: weight of an octave relative to the coarser one before it.

    Returns:
        Array `(width, width)` of float32, mean about 0 and deviation about 1.
    """
    total = np.zeros((width, width), "float32")
    power = 0.0
    for octave in range(octaves):
        n = cells * 2**octave
        lattice = Image.fromarray(rng.standard_normal((n, n), "float32"))
        image = lattice.resize((width, width), Image.Resampling.BICUBIC)
        total += gain**octave * np.asarray(image)
        power += gain ** (2 * octave)
    return total / (0.75 * math.sqrt(power))  # interpolation takes a quarter


def ripple(rng: np.random.Generator, angle: np.ndarray, highest: int) -> np.ndarray:
    """A smooth random function of an angle, deviation about 1: an uneven circle."""
    around = np.linspace(0, 2 * np.pi, 2048, endpoint=False)
    waves = np.arange(2, highest + 1)[:, None]
    phases = rng.uniform(0, 2 * np.pi, waves.shape)
    table = (np.cos(waves * around + phases) / np.sqrt(waves)).sum(0)
    steps = (angle * (2048 / (2 * np.pi))).astype(int)
    return (table / table.std()).astype("float32").take(steps, mode="wrap")
