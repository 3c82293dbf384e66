"""Spreads dough, sauces and cheese, as a photo shows them, over a whole pizza."""

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from owners.bank import Bank
from owners.light import LUMINANCE
from owners.pieces import fade

NEAR = 1 / 16  # of the side: of how far around what is not seen takes its colour
MOST_GRAIN = 0.05  # standard deviation, part of the brightness
BLUR = 1 / 30  # of the side: of the noise whose low places are patches
EDGE = 0.3  # how soft their edges are, in standard deviations of the noise
GOLDEN_ANGLE = 137.508  # degrees: of many turns by it, no two are nearly alike


def turned(x: np.ndarray, turn: int) -> np.ndarray:
    """Turns by quarters, and mirrors from the fourth `turn` on."""
    x = np.rot90(x, turn % 4)
    return x[:, ::-1] if turn >= 4 else x


def spread(bank: Bank, photo: int, code: int) -> tuple[np.ndarray, np.ndarray]:
    """Spreads what a photo shows of a ground over the whole filling.

    Where something else lies on the photo, the ground of another turn of it is seen:
    texture stays texture. What no turn shows has the colour of what is seen around it,
    and grain.

    Args:
        bank: the pieces.
        photo: the photo.
        code: the ground, or 0 for the dough.

    Returns:
        A picture, and how dense the ground lies among the grounds of the photo.
    """
    key = photo, code
    if key not in bank.spread_grounds:
        spread_one = _spread_ground if code else _spread_dough
        bank.spread_grounds[key] = spread_one(bank, photo, code)
    return bank.spread_grounds[key]


def _spread_ground(bank: Bank, photo: int, code: int):
    mine = bank.share(photo, code)
    own = fade(mine, 0.3, 0.7) * bank.inside
    light = (bank.photos[photo] @ LUMINANCE)[own > 0.5]
    roughness = (
        min(MOST_GRAIN, light.std() / (light.mean() + 1e-6)) if len(light) else 0
    )
    rough = 1 + roughness * grain(bank.size, photo)
    picture = np.clip(around(bank.photos[photo], own) * rough[..., None], 0, 1)
    if code not in bank.on_top:  # else its lines are laid on top, once
        picture = fill(bank.photos[photo], own, picture)
    density = np.ones_like(mine)
    recipe = bank.menu.recipes[bank.pizza[photo]]
    if any(bank.coverage[c] < bank.coverage[code] for c in bank.grounds & set(recipe)):
        # What is seen of a sauce that also lies on top is mostly its lines: no gaps.
        below = (bank.grounds - bank.on_top) | {code}
        ground = sum(bank.share(photo, c) for c in below)
        seen = fade(ground, 0.4, 0.8) * bank.inside
        density = np.clip(mine / (ground + 1e-6), 0, 1)[..., None]
        density = fill(density, seen, around(density, seen))
        density = np.clip(density[..., 0], 0, 1)
    return picture.astype("float32"), density.astype("float32")


def _spread_dough(bank: Bank, photo: int, code: int):
    """The colour of the crust's inner side, and grain."""
    inner = (bank.radius > bank.filling) & (bank.radius < bank.filling + 0.06)
    weight = bank.share(photo, code) * inner
    total = weight.sum() + 1e-6
    mean = (weight[..., None] * bank.photos[photo]).sum((0, 1)) / total
    rough = 1 + 0.036 * grain(bank.size, photo)
    picture = np.clip(mean * rough[..., None], 0, 1).astype("float32")
    return picture, np.ones_like(weight)


def grain(side: int, seed: int) -> np.ndarray:
    """Fine and coarse noise `(side, side)`, of mean 0 and standard deviation 1."""
    rng = np.random.default_rng(seed)
    fine, coarse = (
        gaussian_filter(rng.standard_normal((side, side)), side / scale)
        for scale in (150, 20)
    )
    noise = 3 * fine / fine.std() + 2 * coarse / coarse.std()
    return noise / noise.std()


def patches(side: int, part: float, seed) -> np.ndarray:
    """Where a sauce or cheese lies that covers only a part.

    Args:
        side: pixels.
        part: of the picture that the patches make up. They grow with it.
        seed: where they lie.

    Returns:
        0..1, soft at the edges of patches, float32 `(side, side)`.
    """
    rng = np.random.default_rng(seed)
    noise = gaussian_filter(rng.standard_normal((side, side)), BLUR * side)
    soft = (np.quantile(noise, part) - noise) / (EDGE * noise.std()) + 0.5
    return np.clip(soft, 0, 1).astype("float32")


def fill(picture: np.ndarray, seen: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Fills what is not seen from other turns of the picture, and what none of them
    shows from another picture.

    Args:
        picture: `(side, side, channels)`.
        seen: how much of each pixel is seen, `(side, side)`.
        other: as `picture`.
    """
    weight = seen[..., None] ** 2
    total, filled = weight.copy(), weight * picture
    for number in range(1, 16):
        moved = [_turn_freely(x, number) for x in (weight, picture)]
        if number > 7:  # turns about the centre all show the same centre
            angle = np.radians(GOLDEN_ANGLE) * number
            offset = len(picture) / 8 * np.array([np.sin(angle), np.cos(angle)])
            steps = tuple(np.rint(offset).astype(int))
            moved = [np.roll(x, steps, (0, 1)) for x in moved]
        share = moved[0] * np.clip(1 - total, 0, 1)
        filled += share * moved[1]
        total += share
    return filled + np.clip(1 - total, 0, 1) * other


def _turn_freely(x: np.ndarray, number: int) -> np.ndarray:
    """Turns by so many golden angles, and mirrors each second time.

    Quarter turns and their mirrorings would make a kaleidoscope. Pixels keep their
    values, so that the texture stays as sharp.

    Args:
        x: `(side, side, channels)`.
        number: how many.
    """
    x = x[:, ::-1] if number % 2 else x
    channels = [Image.fromarray(c.astype("float32")) for c in x.transpose(2, 0, 1)]
    return np.dstack([np.asarray(c.rotate(GOLDEN_ANGLE * number)) for c in channels])


def around(picture: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The colour around each pixel: the mean of what is seen near, or at all; where
    nothing is seen, the mean of the picture.

    Arguments as of `fill`.
    """
    weight = seen[..., None] ** 2 + 1e-9
    near = (NEAR * len(picture), NEAR * len(picture), 0)
    mean = (weight * picture).sum((0, 1)) / weight.sum()
    total = gaussian_filter(weight * picture, near) + 1e-3 * mean
    return total / (gaussian_filter(weight, near) + 1e-3)
