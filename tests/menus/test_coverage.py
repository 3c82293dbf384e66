"""What a menu can teach: counted on menus small enough to see it."""

from pathlib import Path

from menus import coverage
from menus.menu import Menu

NAMES = ["none", "sauce", "cheese", "ham", "olives", "basil", "truffle"]


def toy(*recipes):
    return Menu(Path(), [{}] * len(recipes), NAMES, NAMES, list(recipes))


MENU = toy([1, 2], [1, 2, 3, 3], [1, 4, 5], [2, 4, 5])


def test_photos_and_amounts():
    assert coverage.photos(MENU).tolist() == [0, 3, 3, 1, 2, 2, 0]
    assert coverage.amounts(MENU)[1].tolist() == [1, 1, 2, 0, 0, 0]


def test_what_always_comes_along():
    assert coverage.always_with(MENU, 3) == [1, 2]
    assert coverage.always_with(MENU, 5) == [4]
    assert coverage.always_with(MENU, 1) == []
    assert coverage.always_with(MENU, 6) == []
    rarest_first = toy([1, 2, 3], [1, 2], [1])
    assert coverage.always_with(rarest_first, 3) == [2, 1]


def test_what_is_never_apart():
    assert coverage.never_apart(MENU) == [[4, 5]]
    assert coverage.never_apart(toy([1, 2, 3], [3])) == [[1, 2]]


def test_rank_counts_what_can_be_told_apart():
    assert coverage.rank(MENU) == 4
    assert coverage.rank(toy([1, 2], [1, 2, 2], [1])) == 2
    assert coverage.rank(toy([1, 2], [1, 2, 3], [3])) == 2  # the second is a sum


def test_in_words():
    assert coverage.describe(MENU, [5]) == "basil: 2 photos, always with olives"
    assert coverage.describe(MENU, [3]) == (
        "ham: 1 photo (1 with more than one portion), always with sauce, cheese"
    )
    assert coverage.describe(MENU, [5, 4, 5, 6]) == (
        "basil: 2 photos; olives: 2 photos; truffle: no photos"
    )


def test_few_photos_show_every_ingredient():
    menu = toy([1, 2], [1, 2], [1, 3], [2, 1], [4], [1, 3])
    assert coverage.few_photos(menu, range(6), most=6) == list(range(6))
    assert coverage.few_photos(menu, range(6), most=1) == [0, 2, 4]  # as many as needed
    assert coverage.few_photos(menu, range(6), most=4) == [0, 1, 2, 4]
    assert coverage.few_photos(menu, [1, 3, 5], most=2) == [1, 5]
