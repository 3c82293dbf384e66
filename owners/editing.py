"""Changes who lies where on a pizza: takes ingredients off, puts others on."""

import numpy as np
from scipy import ndimage

from owners.bank import Bank


def edit(
    layout: np.ndarray,
    before: set[int],
    after: set[int],
    cooked: np.ndarray,
    bank: Bank,
) -> np.ndarray:
    """Edits a layout.

    Where something is taken off, the ground nearest to it spreads. What is put on lies
    where it lies on a pizza cooked for the new recipe; a ground goes below the rest.

    Args:
        layout: owners and light of the pizza as it is, uint8 `(size, size, 2)`.
        before: codes that are on it.
        after: codes that shall be.
        cooked: layout of a pizza that has the latter.
        bank: says which ingredients are grounds.

    Returns:
        The layout, uint8 `(size, size, 2)`; places of other owners stay as they are.
    """
    edited, (cooked, light) = layout[..., 0].copy(), np.moveaxis(cooked, -1, 0)
    grounds = [code for code, kind in bank.kinds.items() if kind == "ground"]
    put_on = after - before
    lower = np.isin(edited, [0, *grounds])
    for code in sorted(put_on, key=lambda code: code not in grounds):
        where = cooked == code
        edited[where & lower if code in grounds else where] = code
    gone = np.isin(edited, list(before - after))
    ground = np.isin(edited, list(after & set(grounds)))
    if ground.any():
        _, nearest = ndimage.distance_transform_edt(~ground, return_indices=True)
        edited[gone] = edited[tuple(nearest)][gone]
    # Dough where there is no ground, or where less than a portion leaves it bare.
    edited[gone & ((cooked == 0) | ~np.isin(edited, list(after)))] = 0
    light = np.where(edited == layout[..., 0], layout[..., 1], light)
    return np.stack([edited, light], axis=-1)
