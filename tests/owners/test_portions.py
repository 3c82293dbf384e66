"""How much a portion is: what photos show, what they hide, what maps have lost."""

from types import SimpleNamespace

import numpy as np
import pytest

from menus.menu import Menu
from owners.portions import MOST_HIDDEN, crowding, find_portions, laid

HAM, SAUCE, OLIVES = 1, 2, 3


def photos(kinds: dict[int, str], shares: list[list[float]], recipes=None):
    """A bank of which only shares of the filling are known, by photo and code."""
    names = [str(code) for code in range(1 + max(kinds))]
    shares = np.insert(np.array(shares, float), 0, 0, axis=1)
    recipes = recipes or [list(np.flatnonzero(row)) for row in shares]
    menu = Menu("toy", [{}] * len(shares), names, names, recipes)
    return SimpleNamespace(
        menu=menu,
        kinds=kinds,
        shares=shares,
        pizza=np.arange(len(shares)),
        grounds={code for code, kind in kinds.items() if kind == "ground"},
        on_top={code for code, kind in kinds.items() if kind == "drizzle"},
        showing=lambda code: np.flatnonzero([code in recipe for recipe in recipes]),
    )


def test_half_of_what_else_lies_there_hides_too():
    kinds = {HAM: "pieces", SAUCE: "drizzle", OLIVES: "pieces"}
    bank = photos(kinds, [[0.2, 0, 0], [0.2, 0.5, 0], [0.2, 0, 0.3], [0.1, 0.9, 0]])
    found = laid(bank, HAM, np.arange(4))
    hidden = [0, 0.5, 0.3 / 2, MOST_HIDDEN]
    seen = np.array([0.2, 0.2, 0.2, 0.1]) / (1 - np.array(hidden))
    assert found == pytest.approx(-np.log(1 - seen))


@pytest.mark.parametrize(
    ("shares", "portion"),
    [
        ([0.2], 0.2),
        ([0.1, 0.2, 0.4], 0.2),
        ([0.01, 0.2, 0.4], 0.3),  # the first has lost it: less than 0.25 x 0.3
        ([0.1, 0.12, 0.14, 0.79], 0.13),  # the last is an error
    ],
)
def test_a_portion_is_what_most_maps_say(shares, portion):
    bank = photos({SAUCE: "drizzle"}, [[0, share] for share in shares])
    assert find_portions(bank)[SAUCE] == pytest.approx(portion)


def test_of_a_ground_the_photo_without_cheese_tells():
    found = find_portions(photos({1: "ground"}, [[0.03], [0.02], [0.04], [0.6]]))
    assert found.tolist() == [0, 0.6]


def test_double_portions_and_crowded_pizzas_count_as_such():
    kinds = dict.fromkeys(range(1, 7), "drizzle")
    double = photos(kinds, [[0.4, 0, 0, 0, 0, 0]], [[1, 1]])
    assert find_portions(double)[1] == pytest.approx(0.4 / 2**0.8)
    crowded = photos(kinds, [[0.1] * 6])
    assert crowding(crowded, range(1, 7)) == pytest.approx(0.5**0.3)
    assert find_portions(crowded)[1:] == pytest.approx([0.1 / 0.5**0.3] * 6)
    assert crowding(crowded, [1, 2, 3]) == 1


def test_what_no_photo_shows_has_no_portion():
    bank = photos({HAM: "pieces", SAUCE: "drizzle"}, [[0.2, 0]])
    assert find_portions(bank)[SAUCE] == 0
