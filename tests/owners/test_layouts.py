"""Layouts of pizzas that do not exist yet, cooked from the pieces of those that do."""

import numpy as np
import pytest
from toys import write_maps

import utils
from menus.files import read_menu
from menus.menu import recipe_matrix
from owners import layouts, light
from owners.bank import load_bank
from owners.editing import edit

SIZE = 24
HAM, OLIVES = 3, 4


@pytest.fixture
def bank(menu):
    read = read_menu(menu)
    write_maps(read)
    return load_bank(read, layouts.FINER * SIZE)


def matrix(bank, *codes):
    return recipe_matrix(np.array([bank.menu.pad(list(codes))]), bank.menu.classes)[0]


def test_a_layout_shows_what_its_recipe_names(bank):
    found = layouts.lay_out(bank, matrix(bank, HAM), seed=1)
    assert found.shape == (SIZE, SIZE, 2) and found.dtype == np.uint8
    assert set(np.unique(found[..., 0])) == {0, HAM, bank.menu.classes}
    assert set(np.unique(found[..., 1])) <= set(range(light.LEVELS))
    assert np.array_equal(found, layouts.lay_out(bank, matrix(bank, HAM), seed=1))
    assert not np.array_equal(found, layouts.lay_out(bank, matrix(bank, HAM), seed=2))


def test_halves_are_two_pizzas_of_one_crust(bank):
    recipes = matrix(bank, HAM), matrix(bank, OLIVES)
    left, right = (layouts.lay_out(bank, recipe, 3) for recipe in recipes)
    both = layouts.lay_out(bank, np.stack(recipes), 3)
    assert np.array_equal(both[:, : SIZE // 2], left[:, : SIZE // 2])
    assert np.array_equal(both[:, SIZE // 2 :], right[:, SIZE // 2 :])


def test_another_ingredient_leaves_the_rest_where_it_was(bank):
    one = layouts.lay_out(bank, matrix(bank, HAM), 3)[..., 0]
    both = layouts.lay_out(bank, matrix(bank, HAM, OLIVES), 3)[..., 0]
    assert np.array_equal(one[both != OLIVES], both[both != OLIVES])


def test_a_run_keeps_its_pieces(bank, tmp_path):
    layouts.keep_bank(tmp_path, bank)
    kept = layouts.kept_bank(tmp_path, bank.menu)
    assert np.abs(kept.photos - bank.photos).max() <= 0.5 / 255 + 1e-6
    for shares, expected in zip(kept.owners, bank.owners, strict=True):
        assert shares.keys() == expected.keys()
        for code, share in expected.items():
            assert np.abs(shares[code] - share).max() <= 0.5 / 255 + 1e-6
    assert kept.filling == bank.filling and np.array_equal(kept.pizza, bank.pizza)
    path = tmp_path / layouts.FILE
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(utils.InputError, match="pieces.npz: expected the pieces"):
        layouts.kept_bank(tmp_path, bank.menu)


def test_light_tells_the_rim_of_a_slice_from_its_middle():
    picture = np.full((1, 4, 3), 100, "uint8")
    picture[:, 1], picture[:, 3] = 180, 20
    labels = np.array([[HAM, HAM, OLIVES, OLIVES]], "uint8")
    steps = np.zeros((5, light.LEVELS - 1), "float32")
    steps[HAM], steps[OLIVES] = (90, 110, 150), (30, 60, 120)
    layout = light.with_light(picture, labels, steps)
    assert layout.dtype == np.uint8
    assert layout[0].tolist() == [[HAM, 1], [HAM, 3], [OLIVES, 2], [OLIVES, 0]]


def test_an_owner_has_as_many_pixels_of_each_level_of_light(bank):
    bank.photos[:] = np.random.default_rng(0).uniform(size=bank.photos.shape)
    shown = bank.showing(OLIVES)[0]
    pictures = (255 * bank.photos[shown]).astype("uint8")
    labels = np.full(pictures.shape[:2], OLIVES, "uint8")
    layout = light.with_light(pictures, labels, bank.light_steps)
    own = layout[bank.share(shown, OLIVES) > 0.5][:, 1]
    parts = np.bincount(own, minlength=light.LEVELS) / len(own)
    assert parts == pytest.approx(1 / light.LEVELS, abs=0.05)


def test_editing_leaves_other_owners_where_they_are(bank):
    labels = np.full((SIZE, SIZE), bank.menu.classes, "uint8")
    labels[4:20, 4:20] = 2  # mozzarella, a ground
    labels[6:10, 6:10], labels[12:16, 12:16] = HAM, OLIVES
    layout = np.stack([labels, np.zeros_like(labels)], axis=-1)
    cooked = np.stack([np.full_like(labels, 2), np.ones_like(labels)], axis=-1)
    without = edit(layout, {2, HAM, OLIVES}, {2, OLIVES}, cooked, bank)
    expected = layout.copy()
    expected[labels == HAM] = 2, 1
    assert np.array_equal(without, expected)
    cooked[8:12, 8:12] = HAM, 1
    put_on = edit(expected, {2, OLIVES}, {2, OLIVES, HAM}, cooked, bank)
    assert (put_on[8:12, 8:12] == (HAM, 1)).all()
    elsewhere = cooked[..., 0] != HAM
    assert np.array_equal(put_on[elsewhere], expected[elsewhere])
    bare = edit(layout, {2, HAM, OLIVES}, {HAM, OLIVES}, layout, bank)
    assert set(np.unique(bare[..., 0])) == {0, HAM, OLIVES, bank.menu.classes}
