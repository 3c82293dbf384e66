"""What an evaluated run says of its menu and of the photos that it learned from."""

import numpy as np
import pytest

from evaluation.evaluated_run import EvaluatedRun
from menus.files import read_menu


@pytest.fixture
def evaluated(place):
    return EvaluatedRun(place / "temp/cvae/00001")


def test_photos_are_of_learned_pizzas_and_none_is_taken_twice(evaluated):
    evaluated.learned = [0, 2]
    halves = evaluated.split_photos(5, np.random.default_rng(0))
    assert halves.shape == (2, 2, 5)
    assert len(set(halves.ravel())) == halves.size
    for row, indices in zip([0, 2], halves.swapaxes(0, 1), strict=True):
        assert (evaluated.pizza[indices] == row).all()
    assert evaluated.split_photos(100, np.random.default_rng(0)).shape == (2, 2, 8)


def test_unseen_recipes_are_of_the_menu_but_not_on_it(evaluated):
    menu = evaluated.menu
    codes = {"mozzarella": 2, "ham": 3, "black olives": 4}
    recipes = evaluated.unseen_recipes(codes, 300, np.random.default_rng(0))
    assert recipes.shape[1] == menu.longest and 100 < len(recipes) <= 300
    assert set(recipes.ravel()) == {0, 2, 3, 4}
    on_menu = {frozenset(recipe) for recipe in menu.recipes}
    assert not on_menu & {frozenset(recipe) - {0} for recipe in recipes.tolist()}
    table = evaluated.menu.folder / "menu.csv"
    table.write_text(table.read_text().replace("tomato sauce, mozzarella,", ""))
    evaluated.menu = read_menu(evaluated.menu.folder)
    none = evaluated.unseen_recipes({"ham": 3}, 50, np.random.default_rng(0))
    assert none.shape == (0, evaluated.menu.longest)
