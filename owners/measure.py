"""How well owners are found: intersection over union with the truth."""

import numpy as np

FILLING = 0.75  # radius within which owners are compared, in half sides


def intersection_over_union(
    truth: np.ndarray, found: np.ndarray
) -> tuple[np.ndarray, float]:
    """Compares labels of owners within the filling.

    Args:
        truth, found: whole numbers `(pizzas, size, size)`; 0 is dough.

    Returns:
        By owner, how much of what either shows both show, over all pizzas; NaN for an
        owner that neither shows. And the share of places that are right.
    """
    size = truth.shape[1]
    axis = (np.arange(size) + 0.5) * 2 / size - 1
    inside = np.hypot(axis[:, None], axis[None, :]) < FILLING
    truth, found = truth[:, inside], found[:, inside]
    owners = int(max(truth.max(), found.max())) + 1
    both = np.bincount(truth[truth == found].ravel(), minlength=owners)
    either = np.bincount(truth.ravel(), minlength=owners)
    either = either + np.bincount(found.ravel(), minlength=owners) - both
    with np.errstate(invalid="ignore"):
        return np.where(either, both / either, np.nan), float((truth == found).mean())
