"""The judge: drawn for, trained, kept, resumed; and how it is asked."""

import signal
import time

import numpy as np
import pytest
from conftest import make_menu, run, start, stub

import judge as script
import renderer
import utils
from evaluation.judge import load_judge, save_judge
from menus.menu import read_menu


def test_recipes_to_judge_hold_every_kind():
    rng = np.random.default_rng(0)
    recipes = [script.judge_recipe(rng) for _ in range(1000)]
    alone = [recipe[0] for recipe in recipes if len(recipe) == 1]
    assert 60 < len(alone) < 140 and len(set(alone)) > 20
    without_sauce = [r for r in recipes if len(r) > 1 and not set(r) & SAUCES]
    assert 20 < len(without_sauce) < 120


SAUCES = {"tomato sauce", "ranch sauce", "cheese sauce", "condensed milk"}


def test_blocks_show_each_pizza_from_two_sides(monkeypatch):
    monkeypatch.setattr(script, "IMAGE_SIZE", 32)
    monkeypatch.setattr(renderer, "draw_pizzas", draw_on_this_core)
    block = script.draw_block(3, script.judge_recipe, np.random.default_rng(1))
    photos, has = block["photos"], block["has"]
    assert photos.shape == (6, 32, 32, 3) and photos.dtype == np.uint8
    assert has.shape == (6, 28) and has.any(axis=1).all()
    assert (has[::2] == has[1::2]).all()
    assert (photos[::2] != photos[1::2]).any(axis=(1, 2, 3)).all()
    colours = photos.mean(axis=(1, 2)).reshape(3, 2, 3)
    of_one, of_all = np.ptp(colours, axis=1).max(), np.ptp(colours, axis=(0, 1)).max()
    assert of_one < 0.2 * of_all


def draw_on_this_core(recipes, size, seeds):
    pairs = zip(recipes, seeds, strict=True)
    return np.stack([renderer.draw_pizza(r, size, int(seed)) for r, seed in pairs])


def test_a_killed_training_goes_on_learns_and_is_kept(tmp_path):
    learn = ["--image-size=16", "--drawings=100", "--fresh=40", "--epochs=8"]
    learn += ["--width=0.5"]
    folder = tmp_path / "temp/judge"
    process = start("judge.py", *learn, cwd=tmp_path)
    while not list(folder.glob("drawings_16/training-*/checkpoint.weights.h5")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    drawn = [path.stat().st_mtime_ns for path in sorted(folder.glob("*/*.npz"))]

    table = run("judge.py", *learn, cwd=tmp_path)
    assert "Epoch 1/8" not in table and "Epoch 8/8" in table
    assert drawn == [path.stat().st_mtime_ns for path in sorted(folder.glob("*/*.npz"))]
    assert not list(folder.glob("drawings_16/training-*"))
    written = {path.name for path in folder.iterdir()}
    kept = {"judge_16.keras", "judge_16.json", "calibration_16.png", "drawings_16"}
    assert written == kept
    for name in renderer.INGREDIENTS:
        assert f"\n{name} " in table
    judge = load_judge(16, folder)
    assert judge.precision > 1.5 * np.mean(judge.record["share"])  # what chance gives

    again = run("judge.py", *learn, cwd=tmp_path)
    assert "up to date" in again and "Epoch" not in again
    assert table.endswith(again[again.index("average precision") :])


def test_what_was_drawn_otherwise_is_drawn_anew(monkeypatch):
    source = script.source_of_drawings()
    assert source == script.source_of_drawings()
    monkeypatch.setattr(script, "SEED", 1)
    assert source != script.source_of_drawings()


def test_a_saved_judge_answers_the_same(tmp_path):
    judge = stub()
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


def test_no_judge_is_told_in_a_line(tmp_path):
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
    judge = stub(names=("mozzarella", "tomato sauce", "black olives"))
    assert judge.columns(menu) == {1: 1, 2: 0, 4: 2}
    assert judge.unknown(menu) == ["squid"]
