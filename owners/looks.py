"""What the pixels of photos look like: colour, colour nearby, and contrast."""

import numpy as np
from scipy.ndimage import gaussian_filter

# Of lightness and two opponent colours, the same blurred, and contrast: contrast tells
# least, colour most.
WEIGHTS = np.array([1, 1.3, 1.3, 1, 1.3, 1.3, 0.7], "float32")
# Power of the ratio of the contrasts of crusts, which depend on baking too.
CONTRAST = 0.5


def perceived(rgb: np.ndarray) -> np.ndarray:
    """Turns RGB of 0..1 into lightness, red-green and blue-yellow, `(..., 3)`.

    The cube roots of CIELAB make a step as large in the dark as in the light: an
    ingredient in shadow stays near to itself.
    """
    linear = np.maximum(rgb, 1e-3) ** 2.2
    to_xyz = np.array(
        [[0.434, 0.376, 0.190], [0.213, 0.715, 0.072], [0.018, 0.109, 0.873]]
    )  # of sRGB, white being 1, 1, 1
    x, y, z = np.moveaxis(np.cbrt(linear @ to_xyz.T), -1, 0)
    return np.stack([y, 5 * (x - y), 2 * (y - z)], axis=-1).astype("float32")


def one_light(colour: np.ndarray, crust: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Computes what brings photos to one light, by their crusts, which are all alike.

    The statistics of a known part are moved to those of all photos, as of a whole
    picture by Reinhard et al. 2001, "Color transfer between images".

    Args:
        colour: as of `perceived`, `(photos, size, size, 3)`.
        crust: where dough surely lies, bool `(photos, size, size)`.

    Returns:
        A factor and a summand for each photo and channel, `(photos, 3)`; 1 and 0 where
        no crust is seen.
    """
    means, deviations = np.empty((2, len(colour), colour.shape[-1]), "float32")
    seen = crust.any(axis=(1, 2))
    for i in np.flatnonzero(seen):
        dough = colour[i][crust[i]]
        means[i], deviations[i] = dough.mean(axis=0), dough.std(axis=0) + 1e-3
    factor, summand = np.ones_like(means), np.zeros_like(means)
    if seen.any():
        usual = np.exp(np.log(deviations[seen]).mean(axis=0))
        factor[seen] = (usual / deviations[seen]) ** CONTRAST
        summand[seen] = means[seen].mean(axis=0) - means[seen] * factor[seen]
    return factor, summand


def features(colour: np.ndarray) -> np.ndarray:
    """Describes each pixel by colour, colour nearby, and contrast.

    Args:
        colour: as of `perceived`, `(photos, size, size, 3)`.

    Returns:
        `(photos, size, size, 7)`.
    """
    scale = colour.shape[1] / 96

    def blur(x, sigma):
        return gaussian_filter(x, (0, sigma * scale, sigma * scale, 0), truncate=3)

    light = colour[..., :1]
    contrast = np.sqrt(np.maximum(blur(light**2, 1.5) - blur(light, 1.5) ** 2, 0))
    return np.concatenate([colour, blur(colour, 1.2), contrast], axis=-1)
