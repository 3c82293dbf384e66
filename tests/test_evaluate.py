"""`evaluate.py` end to end, on a run that nobody trained: what it says and writes."""

import json
import shutil

import keras
import pytest
from conftest import run
from PIL import Image
from toys import toy_judge

import cvae
import evaluate as script
import utils


@pytest.fixture
def evaluate(place, call, monkeypatch):
    """Runs the script in this process, with a judge that has no network to load."""

    def evaluate(judge=None, **settings):
        monkeypatch.setattr(script, "load_judge", lambda *_: judge or toy_judge())
        return call(script, **{"RUN": "", "SAMPLES": 60, "INCEPTION": 0} | settings)

    return evaluate


def the_run(place):
    return place / "temp/cvae/00001"


def figures(run_folder):
    return json.loads((run_folder / "evaluation/metrics.json").read_text())


def test_measures_a_run_the_same_each_time(place, call):
    text = run("evaluate.py", "--samples=60", "--inception=0", cwd=place)
    assert text.startswith("the judge of 16 pixels: mean average precision 0.500")
    found = figures(the_run(place))
    assert list(found["measures"]["generated"]) == [
        "menu_recipes",
        "unseen_recipes",
        "single_ingredients",
        "one_ingredient_changed",
        "judge_features",
        "pixels",
        "learned_reconstructions",
    ]
    for title in (
        "recipes of the menu",
        "unseen recipes",
        "single ingredients",
        "one ingredient changed",
        "features of the judge",
        "pixels",
        "photos learned, reconstructed",
    ):
        assert f"\n{title} " in text
    assert "R-precision" in text and "Frechet distance (judge)" in text
    to_nearest = {
        kind: groups["pixels"]["nearest_photo_rms"]
        for kind, groups in found["measures"].items()
    }
    # A blurred photo is near to itself, a photo is compared with those of other pizzas.
    assert 0 < to_nearest["blurred_photos"] < to_nearest["photos"]
    assert found["average_precision"].keys() >= {"unseen_recipes", "single_ingredients"}
    written = {path.name for path in (the_run(place) / "evaluation").iterdir()}
    pictures = written - {"metrics.json"}
    assert len(pictures) == 4
    for name in pictures:
        assert Image.open(the_run(place) / "evaluation" / name).width > 300
    assert call(script, RUN="", SAMPLES=60, INCEPTION=0) == text
    assert figures(the_run(place)) == found


def test_runs_side_by_side_and_pizzas_left_out(place, evaluate, call):
    toy = {"MENU": "data/toy", "IMAGE_SIZE": 16, "EPOCHS": 1, "BATCH_SIZE": 8}
    call(cvae, **toy, LATENT_DIM=4, HOLD_OUT="olives, ham")
    other = sorted((place / "temp/cvae").iterdir())[1]
    photos = Image.open(other / "real.png")
    assert 64 < photos.height < 2 * 64  # it has learned from one pizza
    names = [str(path.relative_to(place)) for path in (the_run(place), other)]
    table = evaluate(RUN=", ".join(names))
    assert "cvae 00001" in table and "cvae 00002" in table
    for heading in ("photos cvae 00001", "photos cvae 00002"):  # not the same photos
        assert heading in table
    groups = figures(other)["measures"]["generated"]
    assert {"held_out_recipes", "held_out_reconstructions"} <= groups.keys()
    first = figures(the_run(place))["measures"]["generated"]
    assert "held_out_recipes" not in first


def test_a_network_without_recipes(place, evaluate):
    z = keras.Input((4,), name="z")
    x = keras.layers.Dense(16 * 16 * 3, activation="sigmoid")(z)
    picture = keras.layers.Reshape((16, 16, 3))(x)
    (the_run(place) / "encoder.keras").unlink()
    keras.Model(z, picture).save(the_run(place) / "decoder.keras")
    evaluate()
    found = figures(the_run(place))["measures"]
    assert list(found["generated"]) == ["judge_features", "pixels"]
    assert "menu_recipes" in found["photos"]


def test_a_menu_that_the_judge_does_not_know(place, evaluate):
    text = evaluate(toy_judge(names=("squid", "durian")))
    line = "does not know: tomato sauce, mozzarella, ham, black olives"
    assert line in text
    assert "recipes of the menu" not in text and "KID (judge)" in text
    text = evaluate(toy_judge(names=("squid", "ham", "mozzarella")))
    assert "does not know: tomato sauce, black olives" in text
    precision = figures(the_run(place))["average_precision"]["menu_recipes"]
    assert precision.keys() == {"ham", "mozzarella"}


def test_inception_and_going_on_without(place, evaluate, monkeypatch):
    def tiny(**options):
        x = keras.Input((None, None, 3))
        return keras.Model(x, keras.layers.GlobalAveragePooling2D()(x))

    monkeypatch.setattr(keras.applications, "InceptionV3", tiny)
    text = evaluate(INCEPTION=10)
    assert "features of InceptionV3" in text
    assert " FID " in text and "KID x 1000" in text
    found = figures(the_run(place))["measures"]
    assert all("inception_features" in groups for groups in found.values())

    def offline(**options):
        raise Exception("URL fetch failure: Name or service not known\nand more")

    monkeypatch.setattr(keras.applications, "InceptionV3", offline)
    text = evaluate(INCEPTION=10)
    reason = "Received: URL fetch failure: Name or service not known; going on without"
    assert reason in text
    assert "features of InceptionV3" not in text and "features of the judge" in text
    assert " FID " not in text and "KID x 1000" not in text


def test_what_is_missing_gets_one_line(place, call):
    with pytest.raises(utils.InputError, match="expected a run folder"):
        call(script, RUN="temp/nowhere")
    shutil.move(place / "temp/judge", place / "elsewhere")
    with pytest.raises(utils.InputError, match="run `python judge.py --image-size=16`"):
        call(script, RUN="")
    shutil.move(place / "elsewhere", place / "temp/judge")
    menu = place / "data/toy/menu.csv"
    text = menu.read_text()
    menu.write_text(text.replace("mozzarella, ham", "ham"))
    with pytest.raises(utils.InputError, match="trained on in data/toy. Received: ano"):
        call(script, RUN="")
    menu.write_text(text)
    shutil.rmtree(place / "data/toy/augmented_16")
    with pytest.raises(utils.InputError, match="run `python augment.py"):
        call(script, RUN="")


def test_columns_that_differ_between_runs_name_the_run():
    def measured(pieces):
        kinds = {"generated": {"a": 1}, "photos": {"a": 2}, "blurred_photos": {"a": 3}}
        return kinds | ({"pieces": {"a": pieces}} if pieces else {})

    same = {"gan 00001": measured(4), "gan 00002": measured(4)}
    once = ["photos", "photos blurred", "pieces", *same]
    assert list(script.columns(same)) == once
    without = {"gan 00001": measured(4), "cvae 00001": measured(0)}
    assert list(script.columns(without)) == [*once[:3], *without]
    other = {"gan 00001": measured(4), "gan 00002": measured(5)}
    pieces = ["pieces gan 00001", "pieces gan 00002"]
    assert list(script.columns(other)) == [*once[:2], *pieces, *other]
