"""The judge as a network: saved, loaded, and asked about a menu's ingredients."""

import numpy as np
import pytest
from conftest import make_menu, toy_judge, untrained_judge

import utils
from evaluation.judge import load_judge, save_judge
from menus.menu import read_menu


def test_a_saved_judge_answers_the_same(tmp_path):
    judge = untrained_judge()
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (3, 16, 16, 3), "uint8")
    save_judge(judge, tmp_path)
    other = load_judge(16, tmp_path)
    probabilities, features = judge.probabilities(pictures), judge.features(pictures)
    assert np.allclose(probabilities, other.probabilities(pictures), atol=1e-6)
    assert np.allclose(features, other.features(pictures), atol=1e-5)
    assert probabilities.shape == (3, 28) and features.shape == (
        3,
        2 * (3 + 6 + 9 + 12),
    )
    assert (probabilities > 0).all() and (probabilities < 1).all()


def test_no_judge_gets_one_line(tmp_path):
    with pytest.raises(utils.InputError, match="run `python judge.py --image-size=16`"):
        load_judge(16, tmp_path)
    (tmp_path / "judge_16.keras").write_bytes(b"no network")
    (tmp_path / "judge_16.json").write_text("{}")
    with pytest.raises(utils.InputError) as error:
        load_judge(16, tmp_path)
    assert "\n" not in str(error.value)


def test_ingredients_are_known_by_name_in_either_language(tmp_path):
    folder = make_menu(tmp_path / "toy")
    table = (folder / "ingredients.csv").read_text().splitlines()
    english = ["name_en", "none", "Tomato sauce", "", "squid", "black olives"]
    table = [f"{row},{name}" for row, name in zip(table, english, strict=True)]
    table[1:] = [row.replace("tomato sauce", "соус", 1) for row in table[1:]]
    (folder / "ingredients.csv").write_text("\n".join(table) + "\n")
    text = (folder / "menu.csv").read_text().replace("tomato sauce", "соус")
    (folder / "menu.csv").write_text(text)
    menu = read_menu(folder)
    judge = toy_judge(names=("mozzarella", "tomato sauce", "black olives"))
    assert judge.columns(menu) == {1: 1, 2: 0, 4: 2}
    assert judge.unknown(menu) == ["squid"]
