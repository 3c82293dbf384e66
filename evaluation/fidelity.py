"""How near reconstructions come to their photos: PSNR and structural similarity."""

import numpy as np

from lab import pictures


def fidelity(photos: np.ndarray, drawn: np.ndarray) -> dict[str, float]:
    """Compares pictures one by one, both uint8 `(n, size, size, 3)`.

    Returns:
        Means of the peak signal-to-noise ratio and of the structural similarity.
    """
    return {
        "PSNR, dB": float(pictures.psnr(drawn, photos).mean()),
        "SSIM": float(ssim(drawn, photos).mean()),
    }


def ssim(pictures: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Structural similarity of each of a batch of uint8 pictures, at least 11x11.

    1 for the same picture. Source: Wang et al. 2004, "Image quality assessment: from
    error visibility to structural similarity".
    """
    import tensorflow as tf  # its implementation serves every backend

    return tf.image.ssim(
        tf.constant(pictures), tf.constant(references), max_val=255
    ).numpy()
