"""Light: how light a pixel is among those of its owner.

Who owns a pixel does not say where the rim of a slice lies, or the hole of an olive.
Two bits a pixel do. A layout is labels and light, uint8 `(size, size, 2)`.
"""

import numpy as np

LEVELS = 4  # of light: of the pixels of an owner, as many have each
LUMINANCE = np.float32([0.299, 0.587, 0.114])


def with_light(pictures, labels, steps) -> np.ndarray:
    """Joins labels and light to layouts.

    Args:
        pictures: uint8 `(..., size, size, 3)`.
        labels: who owns each pixel, uint8 `(..., size, size)`.
        steps: `Bank.light_steps`.

    Returns:
        uint8 `(..., size, size, 2)`; light is from 0, dark, to `LEVELS - 1`.
    """
    luminance = pictures @ LUMINANCE
    light = (luminance[..., None] > steps[labels]).sum(axis=-1)
    return np.stack([labels, light], axis=-1).astype("uint8")
