"""A toy menu, a toy site, and scripts run on them as a user runs them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from dodo_site import FAST, Site
from toys import make_menu, untrained_judge, write_cvae, write_maps

import augment
import scrape_dodo
import utils
from lab.settings import Settings, read_script
from menus.files import read_menu

ROOT = Path(__file__).parents[1]


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


def wait_for(process: subprocess.Popen, folder: Path, pattern: str):
    """Waits until a process has written a file below a folder."""
    while not list(folder.glob(pattern)):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def run_and_copy(script: str, *arguments: str, cwd: Path, after: str, copy: Path):
    """Runs a script; copies what it has written by the time that a file is there.

    The copy is what the script would have left if it had been killed then.

    Args:
        script: see `start`.
        *arguments: of the command line.
        cwd: the folder to run in.
        after: a pattern of the file that is waited for.
        copy: where to.
    """
    process = start(script, *arguments, cwd=cwd)
    wait_for(process, cwd, after)
    process.send_signal(signal.SIGSTOP)
    shutil.copytree(cwd / "temp", copy)
    process.send_signal(signal.SIGCONT)
    _, errors = process.communicate()
    assert process.returncode == 0, errors


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
