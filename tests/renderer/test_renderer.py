"""Tests of `renderer/`: any recipe, any size, the same pizza again."""

import numpy as np
import pytest
from PIL import Image

from renderer import ARTICLE_MENU, INGREDIENTS, draw_pizza, draw_pizzas, random_recipe


def test_every_ingredient_changes_the_picture_where_the_filling_is():
    plain = draw_pizza([], 64, seed=3).astype(int)
    drawn = {name: draw_pizza([name], 64, seed=3).astype(int) for name in INGREDIENTS}
    for name, picture in drawn.items():
        changed = np.abs(picture - plain).max(-1) > 24
        assert changed[16:48, 16:48].mean() > 0.02, name
        assert not changed[:4].any(), name  # the table around it is as it was
    colours = np.array([p[16:48, 16:48].mean((0, 1)) for p in drawn.values()])
    gaps = np.abs(colours[:, None] - colours[None]).max(-1)
    assert (gaps + 9 * np.eye(len(gaps)) > 0.5).all()  # no two are drawn alike


def reduce(picture):
    image = Image.fromarray(picture).resize((16, 16), Image.Resampling.BOX)
    return np.asarray(image, float)


@pytest.mark.parametrize("name", ["Vegetables and mushrooms", "Ranch pizza"])
def test_a_pizza_is_the_same_one_at_every_size(name):
    recipe = ARTICLE_MENU[name]
    reference = reduce(draw_pizza(recipe, 380, seed=5))
    another = reduce(draw_pizza(recipe, 64, seed=6))
    apart = np.abs(another - reference).mean()
    for size in (32, 64, 114, 200):
        drawn = draw_pizza(recipe, size, seed=5)
        assert drawn.shape == (size, size, 3) and drawn.dtype == np.uint8
        assert np.abs(reduce(drawn) - reference).mean() < 0.4 * apart, size


def test_white_around_a_round_pizza():
    picture = draw_pizza(["tomato sauce", "mozzarella"], 114, seed=1)
    assert (picture[:3].min(), picture[:, :3].min()) >= (250, 250)
    y, x = np.mgrid[:114, :114] - 56.5
    disc = np.hypot(x, y) < 0.85 * 57
    assert (picture[disc].min(-1) < 245).mean() > 0.97


def test_order_and_case_do_not_matter_but_portions_do():
    one = draw_pizza(["tomato sauce", "Pepperoni"], 64, seed=2)
    assert (one == draw_pizza(["pepperoni", "tomato sauce"], 64, seed=2)).all()
    two = draw_pizza(["tomato sauce", "pepperoni", "pepperoni"], 64, seed=2)
    assert (one != two).any(-1).mean() > 0.05


def test_an_unknown_ingredient_has_a_colour_of_its_own():
    durian = draw_pizza(["durian"], 64, seed=1)
    assert (durian == draw_pizza(["durian"], 64, seed=1)).all()
    for other in ([], ["squid"]):
        assert (durian != draw_pizza(other, 64, seed=1)).any(-1).mean() > 0.05


def test_many_on_all_cores_are_those_drawn_one_by_one():
    rng = np.random.default_rng(0)
    recipes = [random_recipe(rng) for _ in range(70)]
    drawn = draw_pizzas(recipes, 32, range(70))
    assert drawn.shape == (70, 32, 32, 3)
    for i in (0, 1, 33, 69):
        assert (drawn[i] == draw_pizza(recipes[i], 32, i)).all()


def test_random_recipes_are_plausible_and_well_spread():
    rng = np.random.default_rng(1)
    recipes = [random_recipe(rng) for _ in range(3000)]
    assert recipes[:5] != recipes[5:10]
    share = {n: np.mean([n in recipe for recipe in recipes]) for n in INGREDIENTS}
    assert share["mozzarella"] > 0.85 and share["tomato sauce"] > 0.5
    assert min(share.values()) > 0.08
    present = np.array([[n in recipe for n in INGREDIENTS] for recipe in recipes])
    toppings = present[:, [n for n, s in enumerate(share.values()) if s < 0.3]]
    together = np.corrcoef(toppings.T) - np.eye(toppings.shape[1])
    assert np.abs(together).max() < 0.2


@pytest.mark.parametrize("name", ARTICLE_MENU)
def test_the_articles_recipes_use_the_table(name):
    assert set(ARTICLE_MENU[name]) <= set(INGREDIENTS)
