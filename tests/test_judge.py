"""`judge.py`: what it draws to learn from; its training is kept and resumed."""

import numpy as np
import pytest
from conftest import run

import judge as script
import renderer
from evaluation.judge import load_judge
from lab import pictures
from lab.settings import flag
from training import loop


def test_recipes_to_judge_hold_every_kind():
    rng = np.random.default_rng(0)
    recipes = [script.judge_recipe(rng) for _ in range(1000)]
    alone = [recipe[0] for recipe in recipes if len(recipe) == 1]
    assert 60 < len(alone) < 140 and len(set(alone)) > 20
    without_sauce = [r for r in recipes if len(r) > 1 and not set(r) & SAUCES]
    assert 20 < len(without_sauce) < 120


SAUCES = {"tomato sauce", "ranch sauce", "cheese sauce", "condensed milk"}


def test_blocks_show_each_pizza_in_two_rotations(monkeypatch):
    monkeypatch.setattr(script, "IMAGE_SIZE", 32)
    block = script.draw_block(script.judge_recipe, 3, np.random.default_rng(1))
    photos, labels, has = block["photos"], block["labels"], block["has"]
    assert photos.shape == (6, 32, 32, 3) and photos.dtype == np.uint8
    assert has.shape == (6, 28) and has.any(axis=1).all()
    assert (has[::2] == has[1::2]).all()
    assert (photos[::2] != photos[1::2]).any(axis=(1, 2, 3)).all()
    colours = photos.mean(axis=(1, 2)).reshape(3, 2, 3)
    assert np.ptp(colours, axis=1).max() < 0.2 * np.ptp(colours, axis=(0, 1)).max()
    assert labels.shape == (6, 32, 32) and labels.dtype == np.uint8
    for owners, ordered in zip(labels, has, strict=True):
        assert set(np.unique(owners)) <= {0, *(np.flatnonzero(ordered) + 1)}
        assert owners.any()


def test_labels_are_rotated_with_their_picture():
    labels = np.zeros((64, 64), "uint8")
    labels[6:30, 34:40] = 7
    picture = np.repeat(labels[..., None] * np.uint8(30), 3, axis=2)
    for degrees in (0, 20, 90, 135, 300):
        turned = pictures.shrink(pictures.turn(picture, degrees), 32)
        there = script.rotate_labels(labels, degrees, 32) == 7
        assert 30 <= there.sum() <= 42  # 24 x 6 pixels at half the size: 36
        assert np.mean(there == (turned[..., 0] > 105)) > 0.98


def test_an_interrupted_training_goes_on_learns_and_is_kept(
    tmp_path, monkeypatch, call
):
    monkeypatch.chdir(tmp_path)
    learn = dict(IMAGE_SIZE=16, DRAWINGS=100, FRESH=40, EPOCHS=8, WIDTH=0.5)
    folder = tmp_path / "temp/judge"
    save, epochs = loop.Checkpoint.on_epoch_end, []

    def interrupt(self, epoch, logs=None):
        if epochs == [0, 1]:
            raise KeyboardInterrupt
        save(self, epoch, logs)
        epochs.append(epoch)

    monkeypatch.setattr(loop.Checkpoint, "on_epoch_end", interrupt)
    with pytest.raises(KeyboardInterrupt):
        call(script, **learn)
    assert list(folder.glob("drawings_16/training-*/checkpoint.weights.h5"))
    drawn = [path.stat().st_mtime_ns for path in sorted(folder.glob("*/*.npz"))]

    monkeypatch.setattr(loop.Checkpoint, "on_epoch_end", save)
    table = call(script, **learn)
    assert "Epoch 2/8" not in table and "Epoch 3/8" in table and "Epoch 8/8" in table
    assert drawn == [path.stat().st_mtime_ns for path in sorted(folder.glob("*/*.npz"))]
    assert not list(folder.glob("drawings_16/training-*"))
    written = {path.name for path in folder.iterdir()}
    kept = {"judge_16.npz", "judge_16.json", "calibration_16.png", "drawings_16"}
    assert written == kept
    for name in renderer.INGREDIENTS:
        assert f"\n{name} " in table
    judge = load_judge(16, folder)
    assert judge.precision > 1.5 * np.mean(judge.record["share"])  # what chance gives

    flags = [f"{flag(name)}={value}" for name, value in learn.items()]
    again = run("judge.py", *flags, cwd=tmp_path)
    assert "up to date" in again and "Epoch" not in again
    assert table.endswith(again[again.index("average precision") :])


def test_what_was_drawn_otherwise_is_drawn_anew(monkeypatch):
    source = script.source_of_drawings()
    assert source == script.source_of_drawings()
    monkeypatch.setattr(script, "SEED", 1)
    assert source != script.source_of_drawings()
