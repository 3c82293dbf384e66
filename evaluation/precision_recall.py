"""Precision and recall of pictures: are they possible ones, and are all there?

Source: Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing
generative models".
"""

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestNeighbors


def precision_recall(
    real: np.ndarray, made: np.ndarray, neighbours: int = 3
) -> tuple[float, float]:
    """Share of made pictures among the real ones, and of real ones among the made.

    Among a set is what lies no farther from one of its members than that member's
    k-th nearest other member.

    Args:
        real, made: features `(n, dimensions)`, more than `neighbours` each.
        neighbours: k.

    Returns:
        Precision and recall.
    """
    return _share_among(real, made, neighbours), _share_among(made, real, neighbours)


def _share_among(members: np.ndarray, others: np.ndarray, neighbours: int) -> float:
    index = NearestNeighbors(n_neighbors=neighbours).fit(members)
    reach = index.kneighbors()[0][:, -1]  # a member is no neighbour of itself
    return float((euclidean_distances(others, members) <= reach).any(axis=1).mean())
