"""Brings an owner map to the size of a photo."""

import numpy as np
from PIL import Image
from scipy import ndimage

from owners.table import find_table

GUIDE = 1e-3  # variance of colour below which a map does not follow it


def enlarge(
    shares: np.ndarray, codes: list[int], photo: np.ndarray, table: int
) -> dict[int, np.ndarray]:
    """Brings a map to a photo's size, and tells the table.

    Args:
        shares: the map, float32 `(side, side, owners)`.
        codes: the owners' codes; 0 for dough and table.
        photo: float32 `(size, size, 3)`, 0..1.
        table: the table's code.

    Returns:
        The shares of each owner, by code, float32 `(size, size)`; they add up to 1.
    """
    on_table = find_table(photo)
    enlarged = np.stack([_follow(share, photo) for share in shares.transpose(2, 0, 1)])
    enlarged *= (1 - on_table) / (enlarged.sum(axis=0) + 1e-6)
    return {**dict(zip(codes, enlarged, strict=True)), table: on_table}


def _follow(share: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """Brings one share to a photo's size; a larger one follows the photo's edges.

    By a guided filter: within a window the share is a linear function of the photo's
    colours (He, Sun & Tang 2013, "Guided image filtering"), here of each by itself.
    """
    size, side = len(photo), len(share)
    image = Image.fromarray(np.ascontiguousarray(share))
    image = image.resize((size, size), Image.Resampling.BICUBIC)
    share = np.clip(np.asarray(image), 0, 1)
    if size < 1.5 * side:
        return share
    window = 2 * (size // side) + 1

    def mean(x):
        return ndimage.uniform_filter(x, window)

    refined = np.zeros_like(share)
    for channel in photo.transpose(2, 0, 1):
        centre, level = mean(channel), mean(share)
        variance = mean(channel**2) - centre**2
        slope = (mean(channel * share) - centre * level) / (variance + GUIDE)
        offset = level - slope * centre
        refined += (mean(slope) * channel + mean(offset)) / 3
    return np.clip(refined, 0, 1)
