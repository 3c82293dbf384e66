"""How near reconstructions come to their photos."""

import numpy as np

import pictures
from evaluation.ssim import ssim


def fidelity(photos: np.ndarray, drawn: np.ndarray) -> dict[str, float]:
    """Compares pictures one by one, both uint8 `(n, size, size, 3)`.

    Returns:
        Means of the peak signal-to-noise ratio and of the structural similarity.
    """
    return {
        "PSNR, dB": float(pictures.psnr(drawn, photos).mean()),
        "SSIM": float(ssim(drawn, photos).mean()),
    }
