"""How much of each ingredient a portion is, by what a menu's photos show."""

import numpy as np

CROWDED = 3  # toppings that lie on a pizza as if alone; more of them share the room
MOST_HIDDEN = 0.8  # part of the filling, for shares that cannot be told
LOST = 0.25  # of what photos show much of; what a map shows less of, it has lost
MUCH = 0.75  # quantile of the photos


def find_portions(bank) -> np.ndarray:
    """Finds the part of the filling that a portion covers where there is room.

    The median of the photos, but those whose maps have lost the ingredient. Pieces that
    others hide are counted too. A ground may lie below cheese on nearly all photos, so
    that the one with the most tells what is lost. Of pieces that one may be a photo
    whose map gives them the place of others, or on which `laid` guesses too much.

    Args:
        bank: a `Bank`.

    Returns:
        Parts by code, `(classes,)`; 0 for what no photo shows.
    """
    found = np.zeros(bank.menu.classes)
    for code in range(1, bank.menu.classes):
        shown = bank.showing(code)
        if not len(shown):
            continue
        seen = bank.shares[shown, code]
        if bank.kinds[code] == "pieces":
            seen = laid(bank, code, shown)
        recipes = [bank.menu.recipes[i] for i in bank.pizza[shown]]
        portions = np.array([r.count(code) ** 0.8 for r in recipes])
        room = np.array([crowding(bank, recipe) for recipe in recipes])
        shares = seen / portions / room
        much = np.quantile(shares, 1 if code in bank.grounds else MUCH)
        found[code] = np.median(shares[shares >= LOST * much])
    return found


def laid(bank, code: int, shown: np.ndarray) -> np.ndarray:
    """How large a part of the filling all pieces on some photos are together.

    Sauces on top hide pieces, and so does half of what else lies there. Of pieces at
    random places that make up a part p, a part `1 - exp(-p)` is covered.

    Args:
        bank: a `Bank`.
        code: the ingredient.
        shown: numbers of photos.

    Returns:
        A part for each of these photos.
    """
    others = [c for c, kind in bank.kinds.items() if kind == "pieces" and c != code]
    hidden = bank.shares[np.ix_(shown, others)].sum(axis=1) / 2
    hidden += bank.shares[np.ix_(shown, list(bank.on_top))].sum(axis=1)
    seen = bank.shares[shown, code] / (1 - np.minimum(hidden, MOST_HIDDEN))
    return -np.log1p(-np.minimum(seen, MOST_HIDDEN))


def crowding(bank, recipe) -> float:
    """How many of their pieces toppings lie with, at most 1, if they share room."""
    toppings = set(recipe) - bank.grounds
    return min(1.0, (CROWDED / max(1, len(toppings))) ** 0.3)
