"""Is a drawn pizza more than a copy? Its nearest photo, in all turns and mirrorings."""

import numpy as np

CHUNK = 720  # photos compared at once


def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Root mean squared difference of uint8 pictures, `(n,)`, in 0..255."""
    difference = one.astype("float32") - other
    return np.sqrt((difference**2).mean(axis=(1, 2, 3)))


def nearest(
    made: np.ndarray, photos: np.ndarray, may_be: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Finds the nearest photo of each picture.

    Args:
        made: uint8 `(n, size, size, 3)`.
        photos: uint8 `(m, size, size, 3)`, memory-mapped or not: all that the network
            has learned from, every turn.
        may_be: which photos count for which picture, `(n, m)`; all by default.

    Returns:
        Distance, see `distance`, and index of the nearest photo, both `(n,)`.
    """
    values = np.prod(made.shape[1:])
    x = made.reshape(-1, values) / np.float32(255)
    best = np.full(len(made), np.inf, "float32")
    index = np.zeros(len(made), int)
    for start in range(0, len(photos), CHUNK):
        y = photos[start : start + CHUNK].reshape(-1, values) / np.float32(255)
        # |x - y|^2 as one product of matrices, which is fast; |x|^2 is the same for all
        squares = (y**2).sum(axis=1) - 2 * x @ y.T
        if may_be is not None:
            squares[~may_be[:, start : start + CHUNK]] = np.inf
        here = squares.argmin(axis=1)
        least = squares[np.arange(len(x)), here]
        index[least < best] = start + here[least < best]
        best = np.minimum(best, least)
    return distance(made, np.asarray(photos[index])), index
