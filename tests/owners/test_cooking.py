"""Pizzas cooked from pieces: what lies on them, how much, and where."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from toys import write_maps

import owners.bank
from menus.files import read_menu
from menus.menu import Menu
from owners.bank import Bank, load_bank
from owners.cooking import SOLID, choose_base, cook, lines_of, place_pieces, prepare
from owners.grounds import turned
from owners.pieces import Piece, wholeness
from owners.portions import MOST_HIDDEN, laid

SIZE = 64
AXIS = (np.arange(SIZE) + 0.5) * 2 / SIZE - 1
RADIUS = np.hypot(AXIS[:, None], AXIS[None])
COLOURS = np.array([[0.8, 0.6, 0.3], [0.9, 0.1, 0.1], [0.1, 0.1, 0.1], [0.2, 0.8, 0.2]])


def bank_of(names, recipes, labels, colours=None) -> Bank:
    """A bank of photos with one colour an owner, by their labels; the rest is table."""
    menu = Menu("toy", [{}] * len(recipes), names, names, recipes)
    labels = np.where(RADIUS > 0.93, menu.classes, labels)
    colours = np.eye(1 + menu.classes, 3) if colours is None else colours
    photos = colours[labels].astype("float32")
    owners = [
        {code: (photo == code).astype("float32") for code in (0, menu.classes, *recipe)}
        for photo, recipe in zip(labels, recipes, strict=True)
    ]
    return Bank(menu, photos, owners, np.arange(len(recipes)), 0.76)


@pytest.fixture(scope="module")
def bank():
    """Two photos: squares of ham and olives; ham and a cross of syrup (unknown)."""
    names = ["none", "ham", "black olives", "zing"]
    labels = np.zeros((2, SIZE, SIZE), int)
    for k in range(4):
        labels[:, 14 + 10 * k : 19 + 10 * k, 20:25] = 1
        labels[0, 16 + 9 * k : 19 + 9 * k, 38:41] = 2
        labels[1, 14 + 10 * k : 19 + 10 * k, 30:35] = 3
    colours = np.concatenate([COLOURS, [[1, 1, 1]]])
    return bank_of(names, [[1, 2], [1, 1, 3]], labels, colours)


def test_owners_match_the_picture(bank):
    pizza = cook(bank, {1: 1, 2: 1}, seed=3)
    for code in (1, 2):
        sure = pizza.labels == code
        assert sure.sum() > 5
        assert np.abs(pizza.picture[sure] - COLOURS[code]).max() < 0.02
    assert set(np.unique(pizza.labels)) == {0, 1, 2, 4}
    assert pizza.lenders <= {0, 1} and 0 in pizza.lenders  # only photo 0 has olives


def test_a_pizza_that_loses_a_ground_keeps_its_crust_if_that_still_fits():
    recipes = [[1], [2], [1], [1]]
    shares = np.array([[0, 0.5, 0], [0, 0, 0.7], [0, 0.3, 0], [0, 0.6, 0]])
    menu = Menu("toy", [{}] * 4, ["none", "a", "b"], ["none", "a", "b"], recipes)
    bank = SimpleNamespace(menu=menu, grounds={1, 2}, pizza=np.arange(4), shares=shares)

    def bases(grounds):
        streams = map(np.random.default_rng, range(2000))
        return np.array([choose_base(bank, grounds, rng) for rng in streams])

    both, one = bases({1, 2}), bases({1})
    assert np.array_equal(one[both != 1], both[both != 1])
    counts = np.bincount(both) / 2000
    expected = np.array([0.5, 0.7, 0.3, 0.6]) ** 2
    np.testing.assert_allclose(counts, expected / expected.sum(), atol=0.04)


def test_the_same_seed_cooks_the_same_and_another_does_not(bank):
    one, same, other = (cook(bank, {1: 1}, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.picture, same.picture)
    assert not np.array_equal(one.labels, other.labels)


def test_nothing_is_cut_or_spread_for_a_pizza_after_all_was(bank):
    fresh = Bank(bank.menu, bank.photos, bank.owners, bank.pizza, bank.filling)
    prepare(fresh)
    ready = len(fresh._cut), len(fresh.spread_grounds)
    recipe = {code: 1.0 for code in range(1, bank.menu.classes)}
    for seed in range(5):
        picture = cook(fresh, recipe, seed).picture
        assert np.array_equal(picture, cook(bank, recipe, seed).picture)
    assert (len(fresh._cut), len(fresh.spread_grounds)) == ready


def test_what_comes_along_moves_nothing_else(bank):
    alone, both = cook(bank, {1: 1}, 5), cook(bank, {1: 1, 2: 1}, 5)
    free = both.labels != 2
    assert np.array_equal(alone.labels[free], both.labels[free])


def test_more_is_more_and_none_is_none(bank):
    areas = [
        np.mean([(cook(bank, {1: amount}, s).labels == 1).sum() for s in range(8)])
        for amount in (0, 0.5, 1, 3)
    ]
    assert areas[0] == 0 and areas[1] < areas[2] < areas[3]
    shown = bank.coverage[1] * bank.inside.sum()
    assert areas[2] == pytest.approx(shown, rel=0.35)


def test_pieces_that_touch_are_several(bank):
    share = bank.share(0, 1).copy()
    share[14:49, 20:25] = 1  # one long piece
    owners = [{**bank.owners[0], 1: share}, bank.owners[1]]
    touching = Bank(bank.menu, bank.photos, owners, bank.pizza, bank.filling)
    assert 5 <= len(touching.pieces(1, 0)) <= 7


def test_nothing_that_no_photo_shows_is_laid(bank):
    menu = Menu("toy", [{}, {}], [*"abcde"], [*"abcde"], bank.menu.recipes)
    owners = [{5 if c == 4 else c: s for c, s in o.items()} for o in bank.owners]
    larger = Bank(menu, bank.photos, owners, bank.pizza, bank.filling)
    pizza = cook(larger, {4: 1}, 0)
    assert set(np.unique(pizza.labels)) == {0, 5}


def sauces():
    """Photos of tomato sauce and ham; of ranch sauce, its lines on ham; of all."""
    names = ["none", "tomato sauce", "ranch sauce", "ham"]
    recipes = [[1, 3], [2, 3], [1, 2, 3]]
    labels = np.tile(np.where(RADIUS < 0.76, 1, 0), (3, 1, 1))
    labels[1][labels[1] == 1] = 2
    labels[2, :, : SIZE // 2][labels[2, :, : SIZE // 2] == 1] = 2
    labels[:, 26:38, 26:38] = 3
    labels[1, 26:38:6, 26:38] = 2
    return bank_of(names, recipes, labels)


def test_the_crust_is_of_a_photo_with_the_same_sauces():
    bank = sauces()
    for seed in range(5):
        assert cook(bank, {1: 1}, seed).lenders == {0}
        assert 1 in cook(bank, {2: 1}, seed).lenders
        assert 2 in cook(bank, {1: 1, 2: 1}, seed).lenders


def test_the_lines_of_a_sauce_lie_on_top():
    bank = sauces()
    assert bank.grounds == {1, 2} and bank.on_top == {2}
    patterns = [(bank.share(i, 2) > 0.5) & (bank.inside > 0.5) for i in (1, 2)]
    views = [turned(pattern, turn) for pattern in patterns for turn in range(8)]
    for seed in range(3):
        sauce = cook(bank, {2: 1, 3: 1}, seed).labels == 2
        assert any(sauce[view].all() for view in views)


def test_less_of_a_sauce_lies_in_patches_that_grow():
    bank = sauces()
    areas = [cook(bank, {1: amount}, seed=0).labels == 1 for amount in (0.3, 0.6, 1)]
    parts = [area.sum() / areas[-1].sum() for area in areas]
    assert parts == pytest.approx([0.3, 0.6, 1], abs=0.15)
    assert not (areas[0] & ~areas[1]).any()  # patches only grow


def cheese_and_syrup():
    """Photos of sauce, cheese and ham: all ham in the middle; the second with an L of
    sauce on top."""
    names = ["none", "tomato sauce", "mozzarella", "ham", "barbecue sauce"]
    labels = np.tile(np.where(RADIUS < 0.76, 2, 0), (2, 1, 1))
    labels[:, :, :12][labels[:, :, :12] == 2] = 1
    labels[:, 22:42, 22:42] = 3
    labels[1, 12:52, 24:27] = labels[1, 12:15, 24:40] = 4
    return bank_of(names, [[1, 2, 3], [1, 2, 3, 4]], labels)


def test_more_cheese_runs_over_pieces():
    bank = cheese_and_syrup()
    assert bank.grounds == {1, 2} and bank.on_top == {4}
    once, twice, more = (
        cook(bank, {1: 1, 2: amount, 3: 1}, 0).labels for amount in (1, 2, 4)
    )
    ham = [(labels == 3).sum() for labels in (once, twice, more)]
    assert ham[0] > ham[1] > ham[2] > 0
    assert not ((twice != once) & (twice != 2)).any()  # nothing else has changed


def test_a_part_of_a_portion_of_lines_lies_in_patches():
    bank = cheese_and_syrup()
    half, once, more, twice = (
        cook(bank, {1: 1, 2: 1, 4: amount}, 0).labels == 4
        for amount in (0.5, 1, 1.5, 2)
    )
    assert 0 < half.sum() < once.sum() < more.sum() < twice.sum()
    assert not (half & ~once).any() and not (more & ~twice).any()


def test_lines_are_of_a_photo_where_more_than_the_sauce_is_seen():
    """Where nothing covers it, a sauce is seen everywhere: it would flood the pizza."""
    bank = sauces()
    assert lines_of(bank, 2).tolist() == [0, 1]
    assert all(cook(bank, {2: 1}, seed).lenders == {1, 2} for seed in range(5))
    alone = dataclasses.replace(
        bank, photos=bank.photos[:2], owners=bank.owners[:2], pizza=bank.pizza[:2]
    )
    assert lines_of(alone, 2).tolist() == [1]


def test_of_hidden_pieces_more_are_laid_than_are_seen():
    bank = sauces()
    seen = bank.shares[:, 3]
    assert bank.on_top == {2} and seen[1] < seen[0]
    found = laid(bank, 3, np.arange(3))
    assert (found > seen).all()
    hidden = min(bank.shares[1, 2], MOST_HIDDEN)
    assert found[1] == pytest.approx(-np.log1p(-seen[1] / (1 - hidden)))


def square_and_corner():
    """A whole piece of 8 pixels a side, and one of which a quarter was hidden."""
    whole = np.ones((8, 8), bool)
    torn = whole.copy()
    torn[:4, :4] = False
    picture = np.zeros((8, 8, 3), "float32")
    return [Piece(picture, mask.astype("float32"), mask) for mask in (whole, torn)]


def test_torn_pieces_are_less_solid_than_whole_ones():
    whole, torn = square_and_corner()
    assert whole.solidity == pytest.approx(1)
    assert torn.solidity == pytest.approx(48 / 56)  # its hull lacks half a quarter
    assert wholeness([whole], 64) == pytest.approx(1)
    assert 0 < wholeness([torn], 64) < wholeness([torn], 48) < 1  # small ones are too
    assert wholeness([], 64) == 0


def test_whole_pieces_are_laid_rather():
    pieces = square_and_corner()
    bank = SimpleNamespace(
        pieces=lambda code, photo: pieces, inside=np.ones((64, 64)), size=64, filling=1
    )
    rng = np.random.default_rng(0)
    placed = [piece for piece, *_ in place_pieces(bank, 1, 0, 3.0, rng)]
    share = sum(piece is pieces[0] for piece in placed) / len(placed)
    weights = np.array([p.area**2 * p.solidity**SOLID for p in pieces])
    assert len(placed) > 100
    assert share == pytest.approx(weights[0] / weights.sum(), abs=0.1)


def test_of_a_large_menu_photos_that_show_all_ingredients_lend(menu, monkeypatch):
    monkeypatch.setattr(owners.bank, "PHOTOS", 1)
    toy = read_menu(menu)
    write_maps(toy)
    few = load_bank(toy, 32, [1, 0])  # photo 0 shows nothing that 1 does not
    assert few.pizza.tolist() == [1] and few.photos.shape == (1, 32, 32, 3)
    assert load_bank(toy, 32).pizza.tolist() == [0, 1, 2]  # each shows something new
