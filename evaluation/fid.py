"""Fréchet inception distance: two sets of pictures as two Gaussians of their features.

Source: Heusel et al. 2017, "GANs trained by a two time-scale update rule converge to a
local Nash equilibrium". It falls as pictures become more: compare equally large sets.
"""

import numpy as np


def fid(real: np.ndarray, made: np.ndarray) -> float:
    """Fréchet distance of the Gaussians fitted to two sets.

    `|m - n|^2 + trace(C + D - 2 (C D)^(1/2))` of means m, n and covariances C = A'A,
    D = B'B. The trace of the root is the sum of the singular values of A B', and of
    R S', A = QR and B = PS: no root of a nearly singular matrix is taken, and nothing
    comes out complex.

    Args:
        real, made: features `(n, dimensions)`, at least two pictures each.
    """
    difference = real.mean(axis=0, dtype="float64") - made.mean(axis=0, dtype="float64")
    r, s = _root_of_covariance(real), _root_of_covariance(made)
    of_root = np.linalg.svd(r @ s.T, compute_uv=False).sum()
    return float(difference @ difference + (r**2).sum() + (s**2).sum() - 2 * of_root)


def _root_of_covariance(features: np.ndarray) -> np.ndarray:
    """A matrix R of `R'R = covariance`, with no more rows than dimensions."""
    centred = features - features.mean(axis=0, dtype="float64")
    return np.linalg.qr(centred / (len(features) - 1) ** 0.5, mode="r")
