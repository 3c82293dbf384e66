"""Is a generated pizza a copy of a photo? Its nearest augmented photo, and how near."""

import numpy as np

CHUNK = 720  # photos compared at once


def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Root mean squared difference of uint8 pictures, `(n,)`, in 0..255."""
    difference = one.astype("float32") - other
    return np.sqrt((difference**2).mean(axis=(1, 2, 3)))


def nearest(
    pictures: np.ndarray, photos: np.ndarray, allowed: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Finds the nearest photo of each picture.

    Args:
        pictures: uint8 `(n, size, size, 3)`.
        photos: uint8 `(m, size, size, 3)`, memory-mapped or not: all augmented photos.
        allowed: which photos count for which picture, `(n, m)`; all by default.

    Returns:
        Distance, see `distance`, and index of the nearest photo, both `(n,)`.
    """
    values = np.prod(pictures.shape[1:])
    x = pictures.reshape(-1, values) / np.float32(255)
    best = np.full(len(pictures), np.inf, "float32")
    index = np.zeros(len(pictures), int)
    for start in range(0, len(photos), CHUNK):
        y = photos[start : start + CHUNK].reshape(-1, values) / np.float32(255)
        # |x - y|^2 without |x|^2, which is the same for all photos: a matrix product
        squares = (y**2).sum(axis=1) - 2 * x @ y.T
        if allowed is not None:
            squares[~allowed[:, start : start + CHUNK]] = np.inf
        nearest = squares.argmin(axis=1)
        least = squares[np.arange(len(x)), nearest]
        index[least < best] = start + nearest[least < best]
        best = np.minimum(best, least)
    return distance(pictures, np.asarray(photos[index])), index
