"""`evaluate.py` end to end, with an untrained judge: what it asks, says and writes."""

import csv
import json
import shutil

import keras
import numpy as np
import pytest
from conftest import RECIPES, TOY, fail, run, stub, write_metrics, write_run
from PIL import Image

import evaluate as script
import utils
from evaluation.judge import save_judge
from evaluation.subject import Subject
from menus.menu import read_menu

FEW = {"RUN": "", "SAMPLES": 60, "INCEPTION": 0}

OUR_CVAE = ["--menu=data/toy", "--image-size=16", "--rows=our CVAE", "--minutes=0"]
OUR_CVAE += ["--samples=60", f"--given={' '.join(TOY[2:])}"]


@pytest.fixture
def place(workplace, tmp_path):
    """A folder with the augmented toy menu, a CVAE trained on it, and a judge."""
    for name in ("data", "temp"):
        shutil.copytree(workplace / name, tmp_path / name)
    save_judge(stub(), tmp_path / "temp/judge")
    return tmp_path


@pytest.fixture
def evaluate(place, monkeypatch, capsys):
    """Runs the script in this process with some settings; returns what it printed."""
    monkeypatch.chdir(place)

    def run(**settings) -> str:
        for name, value in (FEW | settings).items():
            monkeypatch.setattr(script, name, value)
        script.main()
        return capsys.readouterr().out

    return run


def cvae(place):
    return sorted((place / "temp/cvae").iterdir())[0]


def figures(run_folder):
    return json.loads((run_folder / "evaluation/metrics.json").read_text())


def test_measures_a_run_the_same_each_time(place, evaluate):
    text = run("evaluate.py", "--samples=60", "--inception=0", cwd=place)
    assert text.startswith("the judge of 16 pixels: mean average precision 0.500")
    found = figures(cvae(place))
    groups = found["measures"]["drawn"]
    assert list(groups) == [
        "recipes of the menu",
        "unseen recipes",
        "single ingredients",
        "one ingredient changed",
        "to the judge's eye",
        "pixels",
        "photos learned, reconstructed",
    ]
    for name in groups:
        assert f"\n{name} " in text
    to_nearest = {
        kind: of_kind["pixels"]["to the nearest photo, RMS"]
        for kind, of_kind in found["measures"].items()
    }
    # A blurred photo is near to itself, a photo is compared with those of other pizzas.
    assert 0 < to_nearest["photos blurred"] < to_nearest["photos"]
    assert found["average precision"].keys() >= {"unseen recipes", "single ingredients"}
    written = {path.name for path in (cvae(place) / "evaluation").iterdir()}
    pictures = written - {"metrics.json"}
    assert len(pictures) == 4
    for name in pictures:
        assert Image.open(cvae(place) / "evaluation" / name).width > 300
    assert evaluate() == text
    assert figures(cvae(place)) == found


def test_turns_are_of_learned_pizzas_and_none_is_taken_twice(place, monkeypatch):
    monkeypatch.chdir(place)
    subject = Subject(cvae(place))
    subject.rows = [0, 2]
    turns = subject.turns(5, np.random.default_rng(0))
    assert turns.shape == (2, 2, 5)
    assert len(set(turns.ravel())) == turns.size
    for row, of_pizza in zip([0, 2], turns.swapaxes(0, 1), strict=True):
        assert (subject.pizza[of_pizza] == row).all()
    assert subject.turns(100, np.random.default_rng(0)).shape == (2, 2, 8)


def test_unseen_recipes_are_of_the_menu_but_not_on_it(place, monkeypatch):
    monkeypatch.chdir(place)
    subject = Subject(cvae(place))
    menu = subject.menu
    codes = {"mozzarella": 2, "ham": 3, "black olives": 4}
    recipes = subject.unseen_recipes(codes, 300, np.random.default_rng(0))
    assert recipes.shape[1] == menu.longest and 100 < len(recipes) <= 300
    assert set(recipes.ravel()) == {0, 2, 3, 4}
    on_menu = {frozenset(recipe) for recipe in menu.recipes}
    assert not on_menu & {frozenset(recipe) - {0} for recipe in recipes.tolist()}
    (folder,) = place.glob("data/toy")
    text = (folder / "menu.csv").read_text()
    (folder / "menu.csv").write_text(text.replace("tomato sauce, mozzarella,", ""))
    subject.menu = read_menu(folder)
    none = subject.unseen_recipes({"ham": 3}, 50, np.random.default_rng(0))
    assert none.shape == (0, subject.menu.longest)


def test_runs_side_by_side_and_pizzas_left_out(place, evaluate):
    run("cvae.py", *TOY, "--hold-out=olives, ham", cwd=place)
    other = sorted((place / "temp/cvae").iterdir())[1]
    rows = {Image.open(r / "real.png").height for r in (cvae(place), other)}
    assert len(rows) == 2  # it has learned from fewer pizzas
    names = [str(path.relative_to(place)) for path in (cvae(place), other)]
    table = evaluate(RUN=", ".join(names))
    assert "cvae 00001" in table and "cvae 00002" in table
    assert "photos 00001" in table and "photos 00002" in table  # not the same photos
    groups = figures(other)["measures"]["drawn"]
    assert {"recipes left out", "photos left out, reconstructed"} <= groups.keys()
    assert "recipes left out" not in figures(cvae(place))["measures"]["drawn"]


def test_leaves_each_pizza_out_in_turn(place, evaluate):
    """With networks in place of those that would be trained without each pizza."""
    first = cvae(place)
    values = json.loads((first / "settings.json").read_text())
    for k, slug in enumerate(RECIPES, start=2):
        shutil.copytree(first, first.with_name(f"0000{k}"))
        text = json.dumps(values | {"HOLD_OUT": slug})
        (first.with_name(f"0000{k}") / "settings.json").write_text(text)
    unlike = first.with_name("00003") / "decoder.keras"
    network = keras.saving.load_model(unlike, compile=False)
    network.set_weights([0 * weight for weight in network.get_weights()])
    network.save(unlike)
    text = evaluate(RUN=str(first.with_name("00004")), LEAVE_ONE_OUT=True)
    lines = [f"without {slug}, {k} of 3" for k, slug in enumerate(RECIPES, start=1)]
    assert text.splitlines()[:3] == lines
    found = json.loads((first / "evaluation/leave-one-out.json").read_text())
    precision = found["average precision"]
    assert precision.keys() == {"left out", "learned", "photos"}
    assert precision["left out"] != precision["learned"]
    measures = found["measures"]
    assert measures["left out"].keys() == measures["learned"].keys()
    fidelity = [measures[kind]["photos, reconstructed"] for kind in list(measures)[:2]]
    assert fidelity[0]["PSNR, dB"] != fidelity[1]["PSNR, dB"]
    sheet = Image.open(first / "evaluation/leave-one-out.png")
    assert sheet.height > 3 * 64
    learned = np.asarray(sheet)[:, -4 * 66 :]
    never_seen = np.asarray(sheet)[:, -9 * 66 : -5 * 66]
    differ = (learned != never_seen).any(axis=(1, 2))[-3 * 66 :].reshape(3, -1)
    assert differ.any(axis=1).tolist() == [False, True, False]
    write = json.dumps(values | {"PIZZA": "ham", "CONDITIONAL": False})
    (first / "settings.json").write_text(write)
    with pytest.raises(utils.InputError, match="told recipes of a menu"):
        evaluate(RUN=str(first), LEAVE_ONE_OUT=True)


def test_a_network_that_knows_no_recipes(place, evaluate):
    z = keras.Input((4,), name="z")
    x = keras.layers.Dense(16 * 16 * 3, activation="sigmoid")(z)
    picture = keras.layers.Reshape((16, 16, 3))(x)
    (cvae(place) / "encoder.keras").unlink()
    keras.Model(z, picture).save(cvae(place) / "decoder.keras")
    evaluate()
    found = figures(cvae(place))["measures"]
    assert list(found["drawn"]) == ["to the judge's eye", "pixels"]
    assert "recipes of the menu" in found["photos"]


def test_a_menu_that_the_judge_does_not_know(place, evaluate):
    save_judge(stub(names=("squid", "durian")), place / "temp/judge")
    text = evaluate()
    line = "does not know: tomato sauce, mozzarella, ham, black olives"
    assert line in text
    assert "recipes of the menu" not in text and "KID" in text
    save_judge(stub(names=("squid", "ham", "mozzarella")), place / "temp/judge")
    text = evaluate()
    assert "does not know: tomato sauce, black olives" in text
    precision = figures(cvae(place))["average precision"]["recipes of the menu"]
    assert precision.keys() == {"ham", "mozzarella"}


def test_inception_and_going_on_without(place, evaluate, monkeypatch):
    def tiny(**options):
        x = keras.Input((None, None, 3))
        return keras.Model(x, keras.layers.GlobalAveragePooling2D()(x))

    monkeypatch.setattr(keras.applications, "InceptionV3", tiny)
    assert "to InceptionV3's eye" in evaluate(INCEPTION=10)
    found = figures(cvae(place))["measures"]
    assert all("to InceptionV3's eye" in of_kind for of_kind in found.values())

    def offline(**options):
        raise Exception("URL fetch failure: Name or service not known\nand more")

    monkeypatch.setattr(keras.applications, "InceptionV3", offline)
    text = evaluate(INCEPTION=10)
    reason = "Received: URL fetch failure: Name or service not known; going on without"
    assert reason in text
    assert "to InceptionV3's eye" not in text and "to the judge's eye" in text


def test_what_is_missing_is_told_in_a_line(place, evaluate):
    with pytest.raises(utils.InputError, match="expected a run folder"):
        evaluate(RUN="temp/nowhere")
    shutil.move(place / "temp/judge", place / "elsewhere")
    with pytest.raises(utils.InputError, match="run `python judge.py --image-size=16`"):
        evaluate()
    shutil.move(place / "elsewhere", place / "temp/judge")
    menu = place / "data/toy/menu.csv"
    text = menu.read_text()
    menu.write_text(text.replace("mozzarella, ham", "ham"))
    with pytest.raises(utils.InputError, match="trained on in data/toy. Received: ano"):
        evaluate()
    menu.write_text(text)
    shutil.rmtree(place / "data/toy/augmented_16")
    with pytest.raises(utils.InputError, match="run `python augment.py"):
        evaluate()


def test_results_finds_evaluates_and_sums_up(place):
    first = cvae(place)
    second = first.with_name("00002")
    values = json.loads((first / "settings.json").read_text())
    write_run(second, values | {"SEED": 1})
    write_metrics(second, 0.25)

    text = run("experiments.results", *OUR_CVAE, "--seeds=2", cwd=place)
    assert (first / "evaluation/metrics.json").exists()
    with open(place / "temp/results-toy-16.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    names = ["photos", "photos blurred", "our CVAE", "our CVAE"]
    assert [row["row"] for row in rows] == names
    assert [row["epochs"] for row in rows[2:]] == ["2.0", "3.0"]
    recall = float(rows[2]["recall"]), float(rows[3]["recall"])
    assert recall[1] == 0.25
    mean, deviation = np.mean(recall), abs(recall[0] - recall[1]) / 2**0.5
    summary = (place / "temp/results-toy-16.md").read_text()
    assert f" {mean:.3f} ± {deviation:.3f} |" in summary
    assert summary in text

    again = run("experiments.results", *OUR_CVAE, "--seeds=2", cwd=place)
    assert "mean average precision" in text  # evaluate.py's own table
    assert "mean average precision" not in again and summary in again
    assert len(list((place / "temp/cvae").iterdir())) == 2
    (place / "temp/judge/judge_16.json").unlink()
    line = fail("experiments.results", *OUR_CVAE, cwd=place)
    assert "run `python judge.py --image-size=16`" in line
