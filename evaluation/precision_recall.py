"""Precision and recall: do pictures look real, and do they cover the real ones?

Source: Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing
generative models".
"""

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances


def precision_recall(
    real: np.ndarray, fake: np.ndarray, neighbours: int = 3
) -> tuple[float, float]:
    """Share of fake pictures among the real ones, and of real ones among the fake.

    A picture is among a set if it lies no farther from one of the set's members than
    the member's k-th nearest other member.

    Args:
        real, fake: features `(n, dimensions)`, more than `neighbours` each.
        neighbours: k.

    Returns:
        Precision and recall.
    """
    return _share_among(real, fake, neighbours), _share_among(fake, real, neighbours)


def _share_among(members: np.ndarray, others: np.ndarray, neighbours: int) -> float:
    between = euclidean_distances(members)
    np.fill_diagonal(between, np.inf)  # a member is no neighbour of itself
    radius = np.sort(between, axis=1)[:, neighbours - 1]
    return float((euclidean_distances(others, members) <= radius).any(axis=1).mean())
