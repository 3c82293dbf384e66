"""A toy menu, a toy site, and scripts run on them as a user runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dodo_site import FAST, Site
from PIL import Image, ImageDraw

import scrape_dodo
import utils
from menus.menu import write_menu

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
    (folder / "progress.gif").touch()


def stub(size=16, names=None):
    """A small judge that has learned nothing."""
    import renderer
    from evaluation.judge import Judge, build_judge

    names = list(names or renderer.INGREDIENTS)
    record = {"ingredients": names, "precision": [0.5] * len(names)}
    return Judge(build_judge(size, len(names), 0.1), record)


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


def drawn(number):
    """Figures of a run as `evaluate.py` has them, all equal."""
    from experiments import table

    return {
        group: {
            name: number
            for columns in table.MEASURES.values()
            for of, name in columns.values()
            if of == group
        }
        for columns in table.MEASURES.values()
        for group, _ in columns.values()
    }


def write_metrics(folder, number):
    path = folder / "evaluation/metrics.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    kinds = {"photos": {}, "photos blurred": {}, "drawn": drawn(number)}
    path.write_text(json.dumps({"samples": 60, "seed": 0, "measures": kinds}))


@pytest.fixture
def menu(tmp_path) -> Path:
    return make_menu(tmp_path / "data/toy")


@pytest.fixture(scope="session")
def workplace(tmp_path_factory) -> Path:
    """A folder with an augmented toy menu and one trained CVAE."""
    folder = tmp_path_factory.mktemp("workplace")
    make_menu(folder / "data/toy")
    run("augment.py", "--menu=data/toy", "--image-size=16", "--angles=8", cwd=folder)
    run("cvae.py", *TOY, cwd=folder)
    return folder


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
