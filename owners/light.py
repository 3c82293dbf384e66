"""Light: whether a pixel is lighter than its owner mostly is.

Who owns a pixel does not say where the rim of a slice lies, or the hole of an olive.
One bit a pixel does. A layout is labels and light, uint8 `(size, size, 2)`.
"""

import numpy as np

LUMINANCE = np.float32([0.299, 0.587, 0.114])


def with_light(pictures, labels, usual) -> np.ndarray:
    """Joins labels and light to layouts.

    Args:
        pictures: uint8 `(..., size, size, 3)`.
        labels: who owns each pixel, uint8 `(..., size, size)`.
        usual: `Bank.usual_light`.

    Returns:
        uint8 `(..., size, size, 2)`.
    """
    light = pictures @ LUMINANCE > usual[labels]
    return np.stack([labels, light], axis=-1).astype("uint8")
