"""Spreads dough, sauces and cheese, as a photo shows them, over a whole pizza."""

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from owners.bank import Bank
from owners.pieces import fade


def turned(x: np.ndarray, turn: int) -> np.ndarray:
    """Turns by quarters, and mirrors from the fourth `turn` on."""
    x = np.rot90(x, turn % 4)
    return x[:, ::-1] if turn >= 4 else x


def spread(bank: Bank, photo: int, code: int) -> tuple[np.ndarray, np.ndarray]:
    """Spreads what a photo shows of a ground over the whole filling.

    Where something else lies on the photo, the ground of another turn of it is seen:
    texture stays texture. What no turn shows looks as the nearest that is seen.

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
    ground = sum(bank.share(photo, c) for c in bank.grounds)
    seen = fade(ground, 0.4, 0.8) * bank.inside
    own = fade(mine, 0.3, 0.7) * bank.inside
    picture = fill(bank.photos[photo], own)
    density = np.ones_like(mine)
    recipe = bank.menu.recipes[bank.pizza[photo]]
    if any(bank.coverage[c] < bank.coverage[code] for c in bank.grounds & set(recipe)):
        density = fill(np.clip(mine / (ground + 1e-6), 0, 1)[..., None], seen)
        density = np.clip(density[..., 0], 0, 1)
    return picture, density


def _spread_dough(bank: Bank, photo: int, code: int):
    """The colour of the crust's inner side, and grain."""
    side = bank.size
    inner = (bank.radius > bank.filling) & (bank.radius < bank.filling + 0.06)
    weight = bank.share(photo, code) * inner
    total = weight.sum() + 1e-6
    mean = (weight[..., None] * bank.photos[photo]).sum((0, 1)) / total
    rng = np.random.default_rng(photo)
    grain = gaussian_filter(rng.standard_normal((side, side)), side / 150)
    coarse = gaussian_filter(rng.standard_normal((side, side)), side / 20)
    grain = 0.03 * grain / grain.std() + 0.02 * coarse / coarse.std()
    picture = np.clip(mean * (1 + grain[..., None]), 0, 1).astype("float32")
    return picture, np.ones_like(weight)


def fill(picture: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Fills what is not seen from other turns of the picture, moved a little, and what
    none of them shows by the nearest pixels."""
    weight = seen[..., None] ** 2
    total, filled = weight.copy(), weight * picture
    side = len(picture)
    for turn in range(1, 16):
        # Moved as well, since turns about the centre all show the same centre.
        step = 0 if turn < 8 else side // 8
        moved = [
            np.roll(turned(x, turn % 8), (step, (turn % 3 - 1) * step), (0, 1))
            for x in (weight, picture)
        ]
        share = moved[0] * np.clip(1 - total, 0, 1)
        filled += share * moved[1]
        total += share
    known = seen > 0.5
    if not known.any():
        return filled + np.clip(1 - total, 0, 1) * picture
    _, (rows, columns) = distance_transform_edt(~known, return_indices=True)
    nearby = gaussian_filter(picture[rows, columns], (1, 1, 0))
    return filled + np.clip(1 - total, 0, 1) * nearby
