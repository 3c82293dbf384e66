"""Peak signal-to-noise ratio of pictures."""

import numpy as np
from keras import ops


def psnr(pictures: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Computes the peak signal-to-noise ratio of each picture to its reference.

    Args:
        pictures: values 0..255, `(n, height, width, 3)`.
        references: the same.

    Returns:
        `(n,)`, in dB; infinite where a picture equals its reference.
    """
    pairs = zip(np.float32(pictures), np.float32(references), strict=True)
    return np.array([float(ops.psnr(*pair, max_val=255)) for pair in pairs])
