"""Photographed pizzas with other recipes: the method of `style_transfer.py`."""

import numpy as np

from owners.editing import edit


def transfer(
    sampler, photos, recipes, to, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Draws photographed pizzas with other recipes.

    Args:
        sampler: see `training.sampler`; with an encoder.
        photos: uint8 `(n, size, size, 3)`.
        recipes: their matrices `(n, longest, classes)`.
        to: matrices `(m, longest, classes)`.
        seed: of where new pieces lie.

    Returns:
        Pictures, uint8 `(n, m, size, size, 3)`, and where they were to change, bool
        `(n, m, size, size)`.
    """
    z, found = (np.repeat(x, len(to), axis=0) for x in sampler.encode(photos, recipes))
    shape = len(photos), len(to), *photos.shape[1:]
    wanted = np.concatenate([to] * len(photos))
    if sampler.takes != "layout":
        return sampler.paint(z, wanted).reshape(shape), np.ones(shape[:4], bool)

    before = np.repeat(recipes, len(to), axis=0)
    cooked = np.tile(sampler.layouts(to, [seed] * len(to)), (len(photos), 1, 1, 1))
    edited = [
        edit(layout, _codes(old), _codes(new), other, sampler.bank)
        for layout, old, new, other in zip(found, before, wanted, cooked, strict=True)
    ]
    changed = (np.stack(edited) != found)[..., 0]
    painted = sampler.paint(z, np.stack(edited))
    original = np.repeat(photos, len(to), axis=0)
    drawn = np.where(changed[..., None], painted, original)
    return drawn.reshape(shape), changed.reshape(shape[:4])


def _codes(matrix: np.ndarray) -> set[int]:
    return {int(code) for code in np.flatnonzero(matrix.sum(axis=0)) if code}
