"""Fréchet distance of two sets of pictures, as two Gaussians of their features.

With features of InceptionV3 it is the Fréchet inception distance (FID). Source: Heusel
et al. 2017, "GANs trained by a two time-scale update rule converge to a local Nash
equilibrium". It falls as a set grows: compare sets of the same size.
"""

import numpy as np


def frechet_distance(real: np.ndarray, fake: np.ndarray) -> float:
    """Fréchet distance of the Gaussians fitted to two sets.

    `|m - n|^2 + trace(C + D - 2 (C D)^(1/2))` of means m, n and covariances C = A'A,
    D = B'B. The trace of the root is the sum of the singular values of A B', and so of
    R S', where A = QR and B = PS. This needs no root of a nearly singular matrix, and
    the result is never complex.

    Args:
        real: features `(n, dimensions)`, at least two pictures.
        fake: features `(m, dimensions)`, at least two pictures.
    """
    difference = real.mean(axis=0, dtype="float64") - fake.mean(axis=0, dtype="float64")
    r, s = _root_of_covariance(real), _root_of_covariance(fake)
    trace = np.linalg.svd(r @ s.T, compute_uv=False).sum()
    return float(difference @ difference + (r**2).sum() + (s**2).sum() - 2 * trace)


def _root_of_covariance(features: np.ndarray) -> np.ndarray:
    """A matrix R of `R'R = covariance`, with no more rows than dimensions."""
    centred = features - features.mean(axis=0, dtype="float64")
    return np.linalg.qr(centred / (len(features) - 1) ** 0.5, mode="r")
