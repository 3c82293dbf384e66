"""How close reconstructions are to their photos: PSNR and structural similarity."""

import numpy as np

from training.psnr import psnr


def fidelity(photos: np.ndarray, reconstructions: np.ndarray) -> dict[str, float]:
    """Compares pictures one by one, both uint8 `(n, size, size, 3)`.

    Returns:
        "psnr", the mean peak signal-to-noise ratio in dB, and "ssim", the mean
        structural similarity.
    """
    return {
        "psnr": float(psnr(reconstructions, photos).mean()),
        "ssim": float(ssim(reconstructions, photos).mean()),
    }


def ssim(pictures: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Structural similarity of each of a batch of uint8 pictures, at least 11x11.

    It is 1 for equal pictures. Source: Wang et al. 2004, "Image quality assessment:
    from error visibility to structural similarity".
    """
    import tensorflow as tf  # its implementation serves every backend

    return tf.image.ssim(
        tf.constant(pictures), tf.constant(references), max_val=255
    ).numpy()
