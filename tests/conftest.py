"""A toy menu, a toy site, and scripts run on them as a user runs them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dodo_site import FAST, Site
from PIL import Image, ImageDraw

import augment
import scrape_dodo
import utils
from lab import pictures, runs
from lab.settings import Settings, read_script
from menus.menu import read_menu, save_menu, write_menu

ROOT = Path(__file__).parents[1]

INGREDIENTS = ["none", "tomato sauce", "mozzarella", "ham", "black olives"]
RECIPES = {
    "margherita": "tomato sauce, mozzarella",
    "ham": "tomato sauce, mozzarella, ham",
    "olives": "tomato sauce, black olives, black olives",
}


def make_menu(folder: Path, side: int = 40) -> Path:
    """Writes a menu of three pizzas with pieces of their own colour."""
    colours = ["gold", "pink", "black"]
    (folder / "photos").mkdir(parents=True)
    rng = np.random.default_rng(0)
    rows = []
    for (slug, recipe), colour in zip(RECIPES.items(), colours, strict=True):
        photo = Image.new("RGB", (side, side), "white")
        draw = ImageDraw.Draw(photo)
        draw.ellipse((2, 2, side - 3, side - 3), "chocolate")
        for x, y in rng.uniform(0.25, 0.7, (6, 2)) * side:
            draw.rectangle((x, y, x + side / 8, y + side / 8), colour)
        photo.save(folder / "photos" / f"{slug}.png")
        name = f"photos/{slug}.png"
        rows.append({"slug": slug, "name": slug, "photo": name, "ingredients": recipe})
    table = [{"code": i, "name": name} for i, name in enumerate(INGREDIENTS)]
    write_menu(folder, rows, table)
    return folder


def add_pizza(folder: Path, name: str):
    """Puts a pizza with an ingredient of its own on a menu."""
    with open(folder / "ingredients.csv", "a") as table:
        table.write(f"{len(INGREDIENTS)},{name}\n")
    with open(folder / "menu.csv", "a") as table:
        table.write(f'{name},{name},photos/ham.png,"ham, {name}"\n')


def write_maps(menu):
    """Writes maps on which each photo is dough left, its last ingredient right."""
    from owners import maps

    entries = {}
    for row, recipe in enumerate(menu.recipes):
        owners = len(maps.owners_of(recipe))
        shares = np.zeros((maps.SIDE, maps.SIDE, owners), "float32")
        shares[:, : maps.SIDE // 2, 0] = 1
        shares[:, maps.SIDE // 2 :, -1] = 1
        entries[menu.rows[row]["slug"]] = maps.write_map(menu, row, shares)
    maps.write_record(menu, entries, filling=0.7)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def start(script: str, *arguments: str, cwd: Path, **options) -> subprocess.Popen:
    """Starts a script, or a module such as "experiments.results"."""
    what = [str(ROOT / script)] if script.endswith(".py") else ["-m", script]
    environment = dict(options.pop("env", os.environ))
    if not script.endswith(".py"):
        environment["PYTHONPATH"] = str(ROOT)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(
        [sys.executable, *what, *arguments],
        cwd=cwd,
        env=environment,
        **(pipes | options),
    )


def run(script: str, *arguments: str, cwd: Path, **options) -> str:
    """Runs a script to its end and returns what it printed."""
    process = start(script, *arguments, cwd=cwd, **options)
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return output


def fail(script: str, *arguments: str, cwd: Path, **options) -> str:
    """Runs a script that must refuse its input, and returns its one line."""
    process = start(script, *arguments, cwd=cwd, **options)
    output, errors = process.communicate()
    assert process.returncode == 2, output + errors
    (line,) = errors.splitlines()  # without TensorFlow's greetings too
    name = script.removesuffix(".py").split(".")[-1]
    assert line.startswith(f"{name}.py: ")
    assert "Received: " in line
    return line


def write_run(folder: Path, values: dict, *networks):
    """Writes as much of a finished run as tells that it need not be trained."""
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(json.dumps(values))
    (folder / "log.csv").write_text("epoch\n1\n2\n3\n")
    for network in networks:
        network.save(folder / f"{network.name}.keras")
    record = {"steps": values.get("STEPS", 3), "seconds": 1.0, "ended": "done"}
    (folder / runs.FINISHED).write_text(json.dumps(record))


def write_cvae(folder, values, menu):
    """Writes the run of a CVAE with these settings, which is not trained."""
    import cvae
    from networks import article

    size, dim = values["IMAGE_SIZE"], values["LATENT_DIM"]
    recipe = menu.longest, menu.classes
    encoder = article.build_encoder(size, recipe, dim, values["RECIPE_AT"])
    decoder = article.build_decoder(size, recipe, dim)
    write_run(folder, values, encoder, cvae.with_sigmoid(decoder, values["LOSS"]))
    rows = range(len(menu.rows))
    photos = [pictures.shrink(pictures.read_photo(menu.photo(i)), size) for i in rows]
    save_menu(folder, menu, photos)


def untrained_judge(size=16, names=None):
    import renderer
    from evaluation.judge import Judge, build_judge

    names = list(names or renderer.INGREDIENTS)
    record = {"ingredients": names, "width": 0.1, "precision": [0.5] * len(names)}
    return Judge(build_judge(size, len(names), 0.1), record)


def toy_judge(names=None):
    """A judge without a network, which sees nothing but colours."""
    import renderer
    from evaluation.judge import Judge

    class ToyJudge(Judge):
        def __init__(self, names):
            self.record = {"ingredients": names, "precision": [0.5] * len(names)}
            self.ingredients = names

        def features(self, pictures):
            parts = np.array_split(pictures / 255, 4, axis=1)
            return np.concatenate([part.mean(axis=(1, 2)) for part in parts], axis=1)

        def probabilities(self, pictures):
            features = self.features(pictures)
            weights = np.random.default_rng(0).normal(size=(12, len(self.ingredients)))
            return 1 / (1 + np.exp(-(features - 0.5) @ weights))

    return ToyJudge(list(names or renderer.INGREDIENTS))


def batches(**options):
    """Batches of 20 pictures, each of its number's grey."""
    from training.data import Batches

    images = np.arange(20, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3))
    codes = np.stack([[i % 4, 1, 2] for i in range(20)])
    settings = dict(indices=np.arange(20), batch_size=6, seed=3)
    return Batches(images.astype(np.uint8), codes, 5, **(settings | options))


def weights(run_folder):
    """All numbers of a checkpoint by name: weights, optimizer, noise, warm-up."""
    import h5py

    found = {}
    with h5py.File(run_folder / "checkpoint.weights.h5") as file:
        file.visititems(
            lambda name, item: (
                found.update({name: item[()]}) if hasattr(item, "shape") else None
            )
        )
    return found


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        assert np.array_equal(one[name], other[name]), name


def equal_measures(number):
    """Measures of a run as `evaluate.py` writes them, all equal."""
    from experiments import table

    measures = {}
    for measure in table.MEASURES:
        group, name = measure.split(".")
        measures.setdefault(group, {})[name] = number
    return measures


def write_metrics(folder, number):
    path = folder / "evaluation/metrics.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    measures = equal_measures(number)
    kinds = {"photos": {}, "blurred_photos": {}, "generated": measures}
    path.write_text(json.dumps({"samples": 60, "seed": 0, "measures": kinds}))


@pytest.fixture
def menu(tmp_path) -> Path:
    return make_menu(tmp_path / "data/toy")


@pytest.fixture(scope="session")
def augmented(tmp_path_factory) -> Path:
    """A folder with an augmented toy menu, its maps, and some recombined pizzas."""
    folder = tmp_path_factory.mktemp("augmented")
    menu = make_menu(folder / "data/toy")
    write_maps(read_menu(menu))
    settings = {"MENU": str(menu), "IMAGE_SIZE": 16, "ANGLES": 8, "RECOMBINED": 12}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setattr(augment, name, value)
        augment.main()
    return folder


@pytest.fixture(scope="session")
def workplace(augmented, tmp_path_factory) -> Path:
    """A folder with an augmented toy menu and one trained CVAE."""
    folder = tmp_path_factory.mktemp("workplace")
    shutil.copytree(augmented / "data", folder / "data")
    run("cvae.py", *TOY, cwd=folder)
    return folder


@pytest.fixture(scope="session")
def untrained(augmented, tmp_path_factory) -> Path:
    """A folder with an augmented toy menu, an untrained CVAE and an untrained judge."""
    from evaluation.judge import save_judge

    folder = tmp_path_factory.mktemp("untrained")
    shutil.copytree(augmented / "data", folder / "data")
    values = read_script(ROOT / "cvae.py", TOY)
    write_cvae(folder / "temp/cvae/00001", values, read_menu(folder / "data/toy"))
    save_judge(untrained_judge(), folder / "temp/judge")
    return folder


@pytest.fixture
def place(untrained, tmp_path, monkeypatch) -> Path:
    """A copy of the folder with an untrained CVAE and judge; tests run in it."""
    for name in ("data", "temp"):
        shutil.copytree(untrained / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(monkeypatch, capsys):
    """Runs a script in this process with some settings; returns what it printed."""

    def run(script, **values) -> str:
        for name, value in values.items():
            monkeypatch.setattr(script, name, value)
        if hasattr(script, "SETTINGS"):
            all_values = script.SETTINGS.values | values
            settings = Settings(script.SETTINGS.script, all_values, values)
            monkeypatch.setattr(script, "SETTINGS", settings)
        capsys.readouterr()
        script.main()
        return capsys.readouterr().out

    return run


@pytest.fixture
def train_here(tmp_path, augmented, monkeypatch):
    """Runs a training script on the toy menu, in this process; returns its run."""
    shutil.copytree(augmented / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)

    def train(script, **changed) -> Path:
        import keras

        keras.utils.clear_session()  # the names of layers count from 0, as in a process
        values = script.SETTINGS.values | {"RESUME": False} | changed
        for name, value in values.items():
            monkeypatch.setattr(script, name, value)
        name = script.__name__
        monkeypatch.setattr(script, "SETTINGS", Settings(name, values, changed))
        script.main()
        return sorted((tmp_path / "temp" / name).iterdir())[-1]

    return train


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    site = Site()
    yield site
    site.close()


@pytest.fixture
def scrape(site, tmp_path, monkeypatch, capsys):
    """Runs the script in this process with some settings; returns what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(**settings) -> str:
        for name, value in (FAST | {"SITE": site.address} | settings).items():
            monkeypatch.setattr(scrape_dodo, name, value)
        try:
            scrape_dodo.main()
        except utils.InputError as error:
            assert "\n" not in str(error) and "Received: " in str(error)
            return f"{capsys.readouterr().out}stopped: {error}"
        return capsys.readouterr().out

    return run


TOY = ["--menu=data/toy", "--image-size=16", "--epochs=2", "--batch-size=8"]
TOY += ["--latent-dim=4"]
SMALL = {"MENU": "data/toy", "IMAGE_SIZE": 16, "WIDTH": 0.1, "BATCH_SIZE": 4}
