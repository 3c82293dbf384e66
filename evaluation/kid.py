"""Kernel inception distance: how far apart are two sets of pictures, by features.

Source: Bińkowski et al. 2018, "Demystifying MMD GANs". Unlike the Fréchet distance its
estimate is unbiased: that of two sets of one kind is 0 on average, however few.

Here a set has equally many pictures of each pizza, `(pizzas, n, dimensions)`. Two
pictures of such a set are of one pizza less often than two at random, so that the usual
estimate would be too low: means are taken pizza by pizza.
"""

import numpy as np


def squared_mmd(x: np.ndarray, y: np.ndarray) -> float:
    """Unbiased estimate of the squared maximum mean discrepancy of two sets.

    With the cubic kernel, and without pairing a picture with itself (Gretton et al.
    2012, "A kernel two-sample test", equation 3). May be negative.

    Args:
        x, y: features `(pizzas, n, dimensions)`, at least two of each pizza.
    """
    return _mean_within(x) + _mean_within(y) - 2 * float(_kernel(x, y).mean())


def kid(real: np.ndarray, made: np.ndarray, most_blocks: int = 10):
    """Mean of the squared discrepancies of disjoint blocks of both sets.

    Args:
        real, made: features `(pizzas, n, dimensions)`, in random order, at least two
            of each pizza.
        most_blocks: into how many blocks to split them, if there are enough.

    Returns:
        The distance and its standard error, as the blocks scatter; NaN of one block.
    """
    blocks = min(most_blocks, real.shape[1] // 2, made.shape[1] // 2)
    parts = [np.array_split(f.astype("float64"), blocks, axis=1) for f in (real, made)]
    estimates = [squared_mmd(x, y) for x, y in zip(*parts, strict=True)]
    error = np.std(estimates, ddof=1) / blocks**0.5 if blocks > 1 else np.nan
    return float(np.mean(estimates)), float(error)


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`(x . y / dimensions + 1) ** 3` of all pairs, `(pizzas, n, pizzas, m)`."""
    products = np.tensordot(x, y, axes=(-1, -1))
    return (products / x.shape[-1] + 1) ** 3


def _mean_within(x: np.ndarray) -> float:
    pizzas, n = x.shape[:2]
    k = _kernel(x, x)
    of_pairs = k.mean(axis=(1, 3))  # of two pizzas
    with_itself = np.einsum("inin->i", k)
    of_one = (np.einsum("inim->i", k) - with_itself) / (n * (n - 1))
    np.fill_diagonal(of_pairs, of_one)
    return float(of_pairs.mean())
