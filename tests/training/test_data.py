"""Batches: which pictures, in what order."""

import numpy as np
import pytest
from toys import batches

import utils
from menus.menu import read_menu
from training.data import rows_to_learn, split

RECIPE = (9, 29)  # the article's longest recipe and its classes


def test_an_epoch_shows_each_picture_once_with_its_recipe_shuffled():
    stream = batches()
    assert stream.steps == 3
    taken = [stream[i][0] for i in range(6)]
    for epoch in (taken[:3], taken[3:]):
        numbers = np.concatenate([b["photo"][:, 0, 0, 0] for b in epoch])
        assert len(set(numbers)) == 18
    orders = set()
    for batch in taken:
        for photo, recipe in zip(batch["photo"], batch["recipe"], strict=True):
            codes = recipe.argmax(axis=-1)
            assert sorted(codes) == sorted([photo[0, 0, 0] % 4, 1, 2])
            orders.add(tuple(codes))
    assert len(orders) > 10


def test_a_batch_is_a_function_of_its_number():
    whole, resumed = batches(), batches()
    resumed.first = 4
    for i in (2, 0, 1):
        for name in ("photo", "recipe"):
            assert np.array_equal(whole[4 + i][0][name], resumed[i][0][name])


def test_validation_shows_all_in_the_same_order():
    once = batches(endless=False)
    assert once.num_batches == 4
    assert sum(len(once[i][0]["photo"]) for i in range(4)) == 20


def test_split_is_disjoint_and_whole():
    train_on, validate_on = split(np.arange(14_400) + 720, 0.1, seed=0)
    assert (len(train_on), len(validate_on)) == (12_960, 1_440)
    assert {*train_on, *validate_on} == {*range(720, 720 + 14_400)}


def test_what_is_held_out_is_not_learned(menu):
    toy = read_menu(menu)  # margherita, ham, olives
    assert rows_to_learn(toy, "") == [0, 1, 2]
    assert rows_to_learn(toy, "olives, margherita") == [1]
    assert rows_to_learn(toy, "olives", only="ham") == [1]
    with pytest.raises(utils.InputError, match="HOLD_OUT: expected fewer than all 1"):
        rows_to_learn(toy, "ham", only="ham")
