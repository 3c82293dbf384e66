"""Kernel inception distance: how far apart are two sets of pictures, by features.

Source: Bińkowski et al. 2018, "Demystifying MMD GANs". Unlike the Fréchet distance its
estimate is unbiased: that of two sets of one kind is 0 on average, however few.
"""

import numpy as np


def kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The cubic kernel `(x . y / dimensions + 1) ** 3` of all pairs."""
    return (x @ y.T / x.shape[1] + 1) ** 3


def squared_mmd(x: np.ndarray, y: np.ndarray) -> float:
    """Unbiased estimate of the squared maximum mean discrepancy of two sets.

    Features of one picture are not paired with themselves (Gretton et al. 2012, "A
    kernel two-sample test", equation 3). May be negative.

    Args:
        x: features `(n, dimensions)`.
        y: features `(m, dimensions)`.
    """
    n, m = len(x), len(y)
    xx, yy = kernel(x, x), kernel(y, y)
    within_x = (xx.sum() - np.trace(xx)) / (n * (n - 1))
    within_y = (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return float(within_x + within_y - 2 * kernel(x, y).mean())


def kid(
    real: np.ndarray, made: np.ndarray, blocks: int = 10, seed: int = 0
) -> tuple[float, float]:
    """Mean of the squared discrepancies of disjoint random blocks of both sets.

    Args:
        real, made: features `(n, dimensions)`, at least two a block.
        blocks: how many.
        seed: of which picture goes into which block.

    Returns:
        The distance and its standard error, as the blocks scatter.
    """
    rng = np.random.default_rng(seed)
    parts = [
        np.array_split(rng.permutation(features.astype("float64")), blocks)
        for features in (real, made)
    ]
    estimates = [squared_mmd(x, y) for x, y in zip(*parts, strict=True)]
    return float(np.mean(estimates)), float(np.std(estimates, ddof=1) / blocks**0.5)
