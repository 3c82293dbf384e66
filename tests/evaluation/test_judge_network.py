"""The judge as a network: saved, loaded, shipped, asked about a menu's ingredients."""

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import average_precision_score
from toys import make_menu, toy_judge, untrained_judge

import renderer
import utils
from evaluation.judge import SurestPlaces, load_judge, save_judge
from evaluation.judge_files import SHIPPED
from evaluation.judge_training import PhotoJitter, PlaceLoss
from lab import pictures
from menus.files import read_menu


def test_a_saved_judge_answers_the_same(tmp_path):
    judge = untrained_judge()
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (3, 16, 16, 3), "uint8")
    save_judge(judge, tmp_path)
    other = load_judge(16, tmp_path)
    probabilities, features = judge.probabilities(pictures), judge.features(pictures)
    assert np.allclose(probabilities, other.probabilities(pictures), atol=0.01)
    assert np.allclose(features, other.features(pictures), atol=0.05)
    written = (tmp_path / "judge_16.npz").read_bytes()
    save_judge(other, tmp_path)  # what float16 has rounded stays as it is
    assert (tmp_path / "judge_16.npz").stat().st_size == len(written)
    with np.load(tmp_path / "judge_16.npz") as weights:
        for old, new in zip(other.network.get_weights(), weights.values(), strict=True):
            assert new.dtype == "float16" and (old == new).all()
    assert probabilities.shape == (3, 28) and features.shape == (
        3,
        2 * (3 + 6 + 9 + 12),
    )
    assert (probabilities > 0).all() and (probabilities < 1).all()


def test_no_judge_gets_one_line(tmp_path):
    with pytest.raises(utils.InputError, match="run `python judge.py --image-size=16`"):
        load_judge(16, tmp_path)
    whole = '{"ingredients": ["ham"], "width": 0.1, "precision": [0.5]}'
    others = "{}", "no", whole.replace('"ham"', "7"), whole.replace("0.5", '"x"')
    damaged = [(other, b"x") for other in others]
    for record, weights in (*damaged, (whole, b"x"), (whole, b"")):
        (tmp_path / "judge_16.npz").write_bytes(weights)
        (tmp_path / "judge_16.json").write_text(record)
        with pytest.raises(utils.InputError, match="run `python judge.py") as error:
            load_judge(16, tmp_path)
        assert "\n" not in str(error.value)


def test_the_shipped_judge_recognises_fresh_drawings(tmp_path):
    judge = load_judge(64, tmp_path)
    assert judge.ingredients == list(renderer.INGREDIENTS)
    assert (SHIPPED / "judge_64.npz").stat().st_size < 2**20
    rng = np.random.default_rng(2026)
    recipes = [renderer.random_recipe(rng) for _ in range(60)]
    drawn = [renderer.draw_pizza(r, 128, seed) for seed, r in enumerate(recipes)]
    photos = np.stack([pictures.shrink(Image.fromarray(p), 64) for p in drawn])
    truth = [[name in recipe for name in judge.ingredients] for recipe in recipes]
    probabilities = judge.probabilities(photos)
    shown = np.any(truth, axis=0)  # by chance, a rare one is on none of them
    found = average_precision_score(
        np.array(truth)[:, shown], probabilities[:, shown], average="macro"
    )
    assert shown.sum() > 24 and found > 0.9


def test_a_judge_trained_here_is_asked_before_the_shipped_one(tmp_path):
    save_judge(untrained_judge(64), tmp_path)
    assert load_judge(64, tmp_path).precision == 0.5
    (tmp_path / "judge_64.json").unlink()
    assert load_judge(64, tmp_path).precision > 0.9


def test_surest_places_are_averaged():
    logits = np.zeros((2, 4, 4, 3), "float32")
    logits[0, 1, 2, 0], logits[0, 3, 3, 0], logits[1, 0, 0, 2] = 6, 2, -8
    found = np.array(SurestPlaces(2)(logits))
    assert found.tolist() == [[4, 0, 0], [0, 0, 0]]


def test_jitter_varies_each_picture_by_its_strength():
    pictures = np.full((8, 16, 16, 3), (200, 120, 40), "float32")
    assert np.allclose(PhotoJitter(0.0, seed=1)(pictures), pictures, atol=0.1)
    change = [
        np.abs(np.array(PhotoJitter(strength, seed=1)(pictures)) - pictures)
        for strength in (0.3, 1.0)
    ]
    assert 1 < change[0].mean() < change[1].mean() < 60
    assert len(np.unique(change[1].mean(axis=(1, 2, 3)).round(3))) == 8
    assert change[1].max() <= 200


def test_places_are_taught_by_who_owns_them():
    labels = np.zeros((1, 8, 8, 1), "int32")
    labels[0, :2, :2, 0] = 2  # a quarter of the first place
    labels[0, 7, 7, 0] = 1  # too little of the last
    logits = np.full((1, 2, 2, 2), -20, "float32")
    assert np.isclose(PlaceLoss()(labels, logits), 20 / 8, atol=1e-4)
    logits[0, 0, 0, 1] = 20
    assert PlaceLoss()(labels, logits) < 1e-4


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
