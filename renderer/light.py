"""Lights a painted canvas once, from the upper left, as menu photos are.

Four parts: slopes that face the lamp or not, hollows that little light reaches, shadows
cast by higher places, and gloss on wet places.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

from renderer.canvas import Canvas, smooth

LAMP = np.array([-0.42, -0.52, 0.9], "float32")  # towards it: x right, y down, z up
FINEST = 0.006  # slopes are taken at this scale, in radii, at every picture size
SHADE = np.array([0.6, 1.2, 1.5], "float32")  # how fast red, green, blue fall in shade


def light(canvas: Canvas) -> np.ndarray:
    """Returns the lit colours of a canvas, `(width, width, 3)`, about 0..1."""
    height = gaussian_filter(canvas.height, FINEST / canvas.pixel)
    slope_y, slope_x = np.gradient(height, canvas.pixel)
    length = np.sqrt(1 + slope_x**2 + slope_y**2)
    lamp_x, lamp_y, lamp_z = LAMP / np.linalg.norm(LAMP)
    facing = (lamp_z - lamp_x * slope_x - lamp_y * slope_y) / length

    wide = gaussian_filter(height, 0.035 / canvas.pixel)
    hollow = np.clip((wide - height) / 0.03, -0.5, 1)
    brightness = 0.54 + 0.46 * np.clip(facing, 0, None) / lamp_z
    brightness *= (1 - 0.22 * _cast_shadow(height, canvas.pixel)) * (1 - 0.18 * hollow)
    lit = canvas.colour * brightness[..., None] ** SHADE

    # Blinn's gloss: the mirror direction halfway between the lamp and the eye above.
    half_x, half_y, half_z = LAMP / np.linalg.norm(LAMP) + np.array(
        [0, 0, 1], "float32"
    )
    half = np.sqrt(half_x**2 + half_y**2 + half_z**2)
    mirrored = (half_z - half_x * slope_x - half_y * slope_y) / (length * half)
    lit += (0.55 * canvas.gloss * np.clip(mirrored, 0, 1) ** 40)[..., None]
    return lit


def _cast_shadow(height: np.ndarray, pixel: float) -> np.ndarray:
    """0 in the light, 1 in full shadow: looks a few steps towards the lamp."""
    rise = LAMP[2] / np.hypot(LAMP[0], LAMP[1])
    shadow = np.zeros_like(height)
    for distance in (0.012, 0.024, 0.04, 0.065):
        dx, dy = np.rint(LAMP[:2] / np.hypot(*LAMP[:2]) * distance / pixel).astype(int)
        higher = np.roll(height, (-dy, -dx), (0, 1)) - height - rise * distance * 0.5
        np.maximum(shadow, smooth(0, 0.012, higher), out=shadow)
    return gaussian_filter(shadow, 0.006 / pixel)
