"""Kernel inception distance: how different two sets of pictures are, by features.

Source: Bińkowski et al. 2018, "Demystifying MMD GANs". Its estimate is unbiased, unlike
that of the Fréchet distance: for two sets of one distribution it is 0 on average,
however small they are.

Here a set has the same number of pictures of each pizza, `(pizzas, n, dimensions)`.
Two of its pictures show the same pizza less often than two independent pictures would,
so the usual estimate would be too low. The kernel is averaged pizza by pizza instead.
"""

import numpy as np


def squared_mmd(x: np.ndarray, y: np.ndarray) -> float:
    """Unbiased estimate of the squared maximum mean discrepancy of two sets.

    With the cubic kernel, and without pairing a picture with itself (Gretton et al.
    2012, "A kernel two-sample test", equation 3). May be negative.

    Args:
        x, y: features `(pizzas, n, dimensions)`, at least two of each pizza.
    """
    across = _kernel(x, y).mean()
    return float(_means_within(x).mean() + _means_within(y).mean() - 2 * across)


def kid(
    real: np.ndarray, fake: np.ndarray, most_blocks: int = 10
) -> tuple[float, float | None]:
    """Mean of the squared discrepancies of disjoint blocks of both sets.

    Args:
        real, fake: features `(pizzas, n, dimensions)` of the same pizzas, in random
            order, at least two of each pizza.
        most_blocks: into how many blocks to split them, if there are enough pictures.

    Returns:
        The distance and its standard error. The error is estimated from the blocks or,
        where there is only one, from the pizzas; `None` for one block of one pizza.
    """
    blocks = min(most_blocks, real.shape[1] // 2, fake.shape[1] // 2)
    real, fake = real.astype("float64"), fake.astype("float64")
    if blocks < 2:
        return squared_mmd(real, fake), _error_over_pizzas(real, fake)
    parts = [np.array_split(features, blocks, axis=1) for features in (real, fake)]
    estimates = [squared_mmd(x, y) for x, y in zip(*parts, strict=True)]
    return float(np.mean(estimates)), float(np.std(estimates, ddof=1) / blocks**0.5)


def _error_over_pizzas(x: np.ndarray, y: np.ndarray) -> float | None:
    """Jackknife standard error of `squared_mmd`: each pizza is left out of both sets.

    Source: Efron & Stein 1981, "The jackknife estimate of variance".
    """
    pizzas = len(x)
    if pizzas < 2:
        return None
    across = _kernel(x, y).mean(axis=(1, 3))
    pairs = _means_within(x) + _means_within(y) - across - across.T
    sums = pairs.sum() - pairs.sum(axis=0) - pairs.sum(axis=1) + pairs.diagonal()
    estimates = sums / (pizzas - 1) ** 2  # each without one pizza
    return float(np.std(estimates) * (pizzas - 1) ** 0.5)


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`(x . y / dimensions + 1) ** 3` of all pairs, `(pizzas, n, pizzas, m)`."""
    products = np.tensordot(x, y, axes=(-1, -1))
    return (products / x.shape[-1] + 1) ** 3


def _means_within(x: np.ndarray) -> np.ndarray:
    """Means of the kernel over each pair of pizzas of a set, `(pizzas, pizzas)`."""
    n = x.shape[1]
    kernel = _kernel(x, x)
    means = kernel.mean(axis=(1, 3))
    with_itself = np.einsum("inin->i", kernel)
    same_pizza = (np.einsum("inim->i", kernel) - with_itself) / (n * (n - 1))
    np.fill_diagonal(means, same_pizza)
    return means
