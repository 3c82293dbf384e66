"""Structural similarity of pictures, 1 for the same picture.

Source: Wang et al. 2004, "Image quality assessment: from error visibility to structural
similarity".
"""

import numpy as np


def ssim(pictures: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Structural similarity of each of a batch of uint8 pictures, at least 11x11."""
    import tensorflow as tf  # its implementation serves every backend

    return tf.image.ssim(
        tf.constant(pictures), tf.constant(references), max_val=255
    ).numpy()
