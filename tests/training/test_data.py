"""What is learned from, and what is held out."""

import numpy as np
import pytest

import utils
from menus.files import read_menu
from training.data import rows_to_learn, split


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
