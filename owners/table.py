"""Tells the table from the pizza: around the disc it has the colour of the corners."""

import numpy as np
from scipy import ndimage

TOLERANCE = 0.04  # of colour without brightness: a shadow is still the table
DARKEST = 0.45  # of the table's brightness, in its shadow
CORNER = 1.2  # half sides from the centre; there is table only
USUAL = 0.93  # radius of the disc where no table is told from it, in half sides
PLAUSIBLE = 0.5, 1.02  # radii of a disc that was found


def find_table(photo: np.ndarray) -> np.ndarray:
    """Finds the table around a pizza.

    Args:
        photo: float32 `(size, size, 3)`, 0..1, the pizza in the middle.

    Returns:
        Share of the table of each pixel, float32 `(size, size)`. Where the disc cannot
        be told from the table it is a circle of the usual size.
    """
    size = len(photo)
    radius = distances(size)
    brightness = photo.mean(axis=-1)
    colour = photo / (photo.sum(axis=-1, keepdims=True) + 0.05)
    corners = radius > CORNER
    alike = np.abs(colour - np.median(colour[corners], axis=0)).max(-1) < TOLERANCE
    alike &= brightness > DARKEST * np.median(brightness[corners])
    disc = ndimage.binary_fill_holes(_largest(~alike))
    disc = ndimage.binary_opening(disc, iterations=max(1, size // 64))
    if not PLAUSIBLE[0] < disc_radius(disc) < PLAUSIBLE[1]:
        disc = radius < USUAL
    return 1 - ndimage.gaussian_filter(disc.astype("float32"), 0.5)


def disc_radius(disc: np.ndarray) -> float:
    """Radius, in half sides, of a circle as large as what is in the disc."""
    return float(np.sqrt(disc.sum() / np.pi) * 2 / len(disc))


def distances(size: int) -> np.ndarray:
    """Distance of each pixel from the centre, in half sides, `(size, size)`."""
    axis = (np.arange(size, dtype="float32") + 0.5) * 2 / size - 1
    return np.hypot(axis[:, None], axis[None, :])


def _largest(mask: np.ndarray) -> np.ndarray:
    labels, count = ndimage.label(mask)
    if not count:
        return mask
    return labels == 1 + np.bincount(labels.ravel())[1:].argmax()
