"""Pizzas never seen: what is compared with what, and how answers are pooled."""

import json
import shutil

import keras
import numpy as np
import pytest
from conftest import ROOT
from PIL import Image
from toys import RECIPES, toy_judge, write_run

import utils
from experiments import leave_one_out
from lab.settings import read_script
from menus.files import read_menu, save_menu
from networks import painter
from owners.bank import load_bank
from owners.layouts import FINER, keep_bank


def test_leaves_each_pizza_out_in_turn(place, call, monkeypatch):
    """With networks in place of those that would be trained without each pizza."""
    first = place / "temp/cvae/00001"
    values = json.loads((first / "settings.json").read_text())
    for k, slug in enumerate(RECIPES, start=2):
        shutil.copytree(first, first.with_name(f"0000{k}"))
        text = json.dumps(values | {"HOLD_OUT": slug})
        (first.with_name(f"0000{k}") / "settings.json").write_text(text)
    unlike = first.with_name("00003") / "decoder.keras"
    network = keras.saving.load_model(unlike, compile=False)
    network.set_weights([0 * weight for weight in network.get_weights()])
    network.save(unlike)
    monkeypatch.setattr(leave_one_out, "load_judge", lambda *_: toy_judge())
    shown, sheet = [], leave_one_out.pictures.sheet

    def lay_out(rows, *captions):
        shown.extend(rows)
        return sheet(rows, *captions)

    monkeypatch.setattr(leave_one_out.pictures, "sheet", lay_out)
    text = call(leave_one_out, RUN=str(first.with_name("00004")), SAMPLES=24)
    lines = [f"without {slug}, {k} of 3" for k, slug in enumerate(RECIPES, start=1)]
    assert text.splitlines()[:3] == lines
    assert "by chance" in text and "photos, reconstructed" in text
    found = json.loads((first / "evaluation/leave-one-out.json").read_text())
    precision = found["average_precision"]
    assert precision.keys() == {"left_out", "learned", "photos"}
    assert precision["left_out"] != precision["learned"]
    measures = found["measures"]
    assert measures["left_out"].keys() == measures["learned"].keys()
    left_out, learned = (measures[kind] for kind in ("left_out", "learned"))
    assert left_out["reconstructions"]["psnr"] != learned["reconstructions"]["psnr"]
    sheet = Image.open(first / "evaluation/leave-one-out.png")
    assert sheet.height > 3 * 64
    differ = [not np.array_equal(row[-4:], row[-9:-5]) for row in shown]
    assert differ == [False, True, False]


def test_pieces_of_the_other_photos_stand_beside(place, call, monkeypatch):
    """Of painters that nobody trained, on photos with pieces of their own colour."""
    menu = read_menu("data/toy")
    for k, slug in enumerate(["", *RECIPES], start=1):
        flags = ["--menu=data/toy", "--image-size=16", f"--hold-out={slug}"]
        run = place / f"temp/gan/0000{k}"
        generator = painter.build_painter(16, menu.classes + 1, 0.1)
        write_run(run, read_script(ROOT / "gan.py", flags), generator)
        save_menu(run, menu, np.zeros((3, 16, 16, 3), "uint8"))
        others = [row for row in range(3) if menu.rows[row]["slug"] != slug]
        keep_bank(run, load_bank(menu, FINER * 16, others))
    judge, judged = toy_judge(), []
    answers = judge.probabilities
    judge.probabilities = lambda images: judged.append(images) or answers(images)
    monkeypatch.setattr(leave_one_out, "load_judge", lambda *_: judge)
    text = call(leave_one_out, RUN=str(place / "temp/gan/00001"), SAMPLES=24)
    assert "left out, pieces" in text
    found = json.loads(
        (place / "temp/gan/00001/evaluation/leave-one-out.json").read_text()
    )
    assert list(found["measures"]) == [
        "left_out",
        "left_out_pieces",
        "learned",
        "photos",
    ]
    ham, olives = judged[3 + 1].astype(int), judged[3 + 2]  # pieces laid for these two
    gold = 255, 215, 0  # mozzarella, from another photo
    assert np.abs(ham - gold).max(axis=-1).min() < 20
    assert olives.max(axis=-1).min() > 150  # none: only the photo left out has them
    assert judged[-1].max(axis=-1).min() < 60  # that photo


def test_a_run_without_recipes_is_refused(place, call):
    folder = place / "temp/cvae/00001"
    values = json.loads((folder / "settings.json").read_text())
    text = json.dumps(values | {"PIZZA": "ham", "CONDITIONAL": False})
    (folder / "settings.json").write_text(text)
    with pytest.raises(utils.InputError, match="draws the recipes of a menu"):
        call(leave_one_out, RUN=str(folder))


def test_answers_to_pizzas_left_out_are_pooled():
    """Each pizza's pictures alone would have no average precision."""
    ordered = np.array([[1, 0, 1], [1, 1, 1], [0, 0, 1]], bool)
    right = np.repeat(ordered[:, None], 2, axis=1) * 0.5 + 0.25
    found = leave_one_out.pool(right, ordered)["all_ingredients"]
    assert found.average_precision[:2].tolist() == [1, 1]
    assert np.isnan(found.average_precision[2])
    assert found.mean_average_precision == 1
    assert found.chance == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert (found.recognised.sum(), found.measurable.sum()) == (2, 2)
    # The second is on one pizza alone: without it, no photo shows it.
    wrong = right.copy()
    wrong[1, :, 1] = 0.0
    agreements = leave_one_out.pool(wrong, ordered)
    assert agreements["all_ingredients"].average_precision[1] < 0.5
    shared = agreements["shared_ingredients"]
    assert (shared.mean_average_precision, shared.measurable.sum()) == (1, 1)
    assert shared.chance == pytest.approx(2 / 3)
    alone = leave_one_out.pool(right[:1], ordered[:1])
    assert alone.keys() == {"all_ingredients"}
    assert alone["all_ingredients"].measurable.sum() == 0
    assert np.isnan(alone["all_ingredients"].chance)
