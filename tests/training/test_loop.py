"""Scripts end to end on a toy menu: train, kill, resume, draw."""

import csv
import errno
import json
import os
import shutil
import signal
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from conftest import (
    ROOT,
    TOY,
    assert_same,
    contents,
    fail,
    run,
    start,
    wait_for,
    weights,
)
from PIL import Image
from toys import add_pizza, batches

import cvae
import utils
from lab import runs
from lab.settings import Settings, read_script
from menus.files import read_menu


def newest(folder):
    return sorted((folder / "temp/cvae").iterdir())[-1]


def rows(folder):
    with open(folder / "log.csv", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.backends
def test_a_run_folder_holds_all_of_it(workplace):
    folder = newest(workplace)
    assert folder.name == (
        "00001-menu-toy-image-size-16-latent-dim-4-epochs-2-batch-size-8"
    )
    settings = json.loads((folder / "settings.json").read_text())
    assert (settings["LATENT_DIM"], settings["LOSS"]) == (4, "elbo")
    log = rows(folder)
    assert [row["epoch"] for row in log] == ["1", "2"]
    columns = {"loss", "reconstruction", "kl", "active_units", "psnr", "val_loss"}
    assert columns <= log[0].keys()
    total = float(log[1]["reconstruction"]) + float(log[1]["kl"])
    assert float(log[1]["loss"]) == pytest.approx(total, rel=1e-4)
    assert float(log[1]["loss"]) < float(log[0]["loss"])
    record = json.loads((folder / runs.FINISHED).read_text())
    assert (record["steps"], record["ended"]) == (10, "done")  # twice 43 // 8
    for name in ("real.png", "log.png", "samples/epoch-0001.png"):
        assert Image.open(folder / name).size[0] > 100
    assert Image.open(folder / "progress.gif").n_frames == 2
    assert list((folder / "tensorboard").iterdir())
    menu = read_menu(folder / "menu")
    assert menu.recipes == read_menu(workplace / "data/toy").recipes


def test_a_killed_run_resumes_to_the_bit(train_here, tmp_path):
    """Killed before its first epoch, then after: as one that never was."""
    flags = [*TOY, "--kl-warm-up=4", "--patience=9"]
    for written, resume in ("settings.json", []), ("log.csv", ["--resume"]):
        many = start("cvae.py", *flags, "--epochs=400", *resume, cwd=tmp_path)
        wait_for(many, tmp_path, f"temp/cvae/*/{written}")
        many.send_signal(signal.SIGKILL)
        many.communicate()
    resumed = newest(tmp_path)
    done = len((resumed / "log.csv").read_text().splitlines()) - 1

    flags.append(f"--epochs={done + 2}")
    resume = read_script(ROOT / "cvae.py", [*flags, "--resume"])
    assert train_here(cvae, **resume) == resumed
    unbroken = train_here(cvae, **read_script(ROOT / "cvae.py", flags))
    assert resumed != unbroken
    assert_same(weights(resumed), weights(unbroken))
    logs = [rows(run) for run in (resumed, unbroken)]
    for row in (*logs[0], *logs[1]):
        del row["seconds"]
    assert logs[0] == logs[1]
    sheets = [
        {path.name: Image.open(path).tobytes() for path in (r / "samples").iterdir()}
        for r in (resumed, unbroken)
    ]
    assert sheets[0] == sheets[1]


def test_steps_need_no_whole_epoch(tmp_path):
    """Neither in all nor before a resume."""
    from training import loop
    from training.losses import SquaredError
    from training.models import LossModel

    def train(folder, steps):
        keras.utils.clear_session()
        inputs = {
            "photo": keras.Input((2, 2, 3), name="photo"),
            "recipe": keras.Input((3, 5), name="recipe"),
        }
        x = keras.layers.Dense(5)(inputs["recipe"])
        model = LossModel(inputs, {"loss": SquaredError()(x, inputs["recipe"] / 2)})
        model.compile(keras.optimizers.Adam(0.01))
        folder.mkdir(exist_ok=True)
        loop.restore(model, folder)
        sheet = Image.new("RGB", (400, 200))
        options = dict(networks={}, draw=lambda: sheet, steps_per_epoch=20)
        loop.train(model, batches(), None, folder, steps, **options)
        return [int(row["steps"]) for row in rows(folder)]

    keras.utils.set_random_seed(0)
    begun, unbroken = tmp_path / "begun", tmp_path / "unbroken"
    assert train(begun, 50) == [20, 40, 50]
    assert train(begun, 120) == [20, 40, 50, 70, 90, 110, 120]
    keras.utils.set_random_seed(0)
    assert train(unbroken, 120) == [20, 40, 60, 80, 100, 120]
    assert_same(weights(begun), weights(unbroken))
    for folder in begun, unbroken:
        assert json.loads((folder / runs.FINISHED).read_text())["steps"] == 120


def test_a_damaged_checkpoint_is_told_and_left(tmp_path):
    from training import loop

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    saved = loop.Checkpoint(tmp_path, {"network": model})
    saved.set_model(model)
    saved.on_epoch_end(0)
    assert loop.restore(model, tmp_path) == 0
    path = tmp_path / loop.CHECKPOINT
    for content in (path.read_bytes()[:-100], b"", b"HDF5"):
        path.write_bytes(content)
        with pytest.raises(utils.InputError, match=f"{path}: expected a whole checkpo"):
            loop.restore(model, tmp_path)


@pytest.mark.parametrize(
    "log",
    [
        "epoch,steps,seconds,loss\n1,2,0.5,0.9\n2,4,0.5\n",
        "epoch,steps,seconds,loss\n1,2,0.5,0.9,1,2\n2,4,0.5,0.8\n",
        "epoch,steps,seconds,loss\n1,2,0.5,0.9\n2,4,0.5,less\n",
        "epoch,steps,seconds,loss\n1,2,0.5,0.9\n",
        "epoch,steps,secnds,loss\n1,2,0.5,0.9\n2,4,0.5,0.8\n",
        "epoch,steps,seconds,l\udcffss\n",
    ],
    ids=["cut", "doubled", "a word", "a row lost", "heading", "bytes"],
)
def test_a_damaged_log_is_told_and_left(tmp_path, log):
    from training.callbacks import read_log

    assert read_log(tmp_path, 4) == []
    path = tmp_path / "log.csv"
    path.write_text("epoch,steps,seconds,loss\n1,2,0.5,\n2,4,0.5,nan\n3,6,0.5,0.7\n")
    assert [row["epoch"] for row in read_log(tmp_path, 4)] == ["1", "2"]
    path.write_bytes(log.encode(errors="surrogateescape"))
    with pytest.raises(utils.InputError, match="log.csv: expected a whole log"):
        read_log(tmp_path, 4)


def test_a_disk_without_room_for_weights_is_told(tmp_path, monkeypatch):
    from training import callbacks

    def refuse(path, size):
        assert size > 4 * 2
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    monkeypatch.setattr(callbacks, "claim_room", refuse)
    with pytest.raises(OSError, match="No space left on device"):
        callbacks.Checkpoint(tmp_path, {"network": network}).on_epoch_end(0)
    assert not list(tmp_path.iterdir())
    (tmp_path / "tensorboard").touch()
    with pytest.raises(OSError, match="tensorboard"):
        callbacks.Events(tmp_path)


def test_early_stopping_counts_epochs_since_the_best(tmp_path):
    from training.callbacks import Log

    log = Log(tmp_path, done=0, patience=2)
    for losses, enough in [
        ([], False),
        ([3, 2], False),
        ([3, 2, 4], False),
        ([3, 2, 4, 2.5], True),
        ([3, 2, 4, 1], False),
    ]:
        log.rows = [{"val_loss": str(loss)} for loss in losses]
        assert log.why_enough() == ("patience" if enough else "")


def test_training_stops_when_time_is_up(tmp_path):
    from training.callbacks import Log

    log = Log(tmp_path, done=0, minutes=1)
    log.rows = [{"seconds": "31.0"}]
    assert not log.why_enough()
    log.rows *= 2
    assert log.why_enough() == "minutes"


@pytest.mark.parametrize("learned", [True, False])
def test_what_collapsed_after_a_checkpoint_is_finished(tmp_path, learned):
    from training import loop
    from training.batches import Batches
    from training.guard import TrainingCollapsed

    class Model:
        optimizer = SimpleNamespace(iterations=0)

        def fit(self, *args, **options):
            if learned:
                (tmp_path / loop.CHECKPOINT).touch()
                log = "epoch,steps,seconds,loss\n1,2,0.5,0.5\n2,4,0.5,0.25\n"
                (tmp_path / "log.csv").write_text(log)
                options["callbacks"][0].rows = list(csv.DictReader(log.splitlines()))
                (tmp_path / "samples").mkdir()
                Image.new("RGB", (400, 200)).save(tmp_path / "samples/epoch-0001.png")
            raise TrainingCollapsed("training collapsed")

    images, codes = np.zeros((2, 4, 4, 3), "uint8"), np.zeros((2, 1), int)
    batches = Batches(images, codes, 2, np.arange(2), batch_size=1, seed=0)
    with pytest.raises(TrainingCollapsed):
        loop.train(Model(), batches, None, tmp_path, 6, networks={}, draw=None)
    assert (tmp_path / runs.FINISHED).exists() is learned
    if learned:
        record = json.loads((tmp_path / runs.FINISHED).read_text())
        assert record == {"steps": 4, "seconds": 1.0, "ended": "collapsed"}


@pytest.mark.parametrize(
    ("script", "arguments", "expected"),
    [
        ("cvae.py", ["--menu=nowhere"], "expected a menu folder"),
        ("gan.py", ["--menu=nowhere"], "expected a menu folder"),
        ("cvae_gan.py", ["--menu=data/toy"], "expected pictures in data/toy/augmented"),
        ("evaluate.py", ["--run=nowhere"], "expected a run folder"),
        ("cvae.py", ["--image-size=30"], "IMAGE_SIZE: expected a positive multiple"),
        ("cvae.py", [*TOY, "--seed=5", "--resume"], "of --seed 0, not 5"),
        ("gan.py", [*TOY[:2], "--networks=article", "--resume"], "0 other runs"),
    ],
)
def test_mistakes_do_not_wait_for_keras(workplace, script, arguments, expected):
    no_keras = {**os.environ, "KERAS_BACKEND": "none such"}
    assert expected in fail(script, *arguments, cwd=workplace, env=no_keras)


def test_several_hosts_need_jax(workplace):
    line = fail("cvae.py", *TOY, "--hosts=a:1,b:1", cwd=workplace)
    assert "HOSTS: expected the JAX backend" in line


@pytest.fixture
def train(monkeypatch):
    """Runs the script in this process in some folder, with some settings."""
    toy = {"MENU": "data/toy", "IMAGE_SIZE": 16, "EPOCHS": 2, "BATCH_SIZE": 8}

    def run(folder, **given):
        values = cvae.SETTINGS.values | toy | {"LATENT_DIM": 4} | given
        for name, value in values.items():
            monkeypatch.setattr(cvae, name, value)
        monkeypatch.setattr(cvae, "SETTINGS", Settings("cvae", values, given))
        monkeypatch.chdir(folder)
        cvae.main()

    return run


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"MENU": "nowhere"}, "expected a menu folder"),
        ({"IMAGE_SIZE": 64}, "expected pictures in data/toy/augmented_64"),
        ({"BATCH_SIZE": 100}, "BATCH_SIZE: expected at most 43"),
        ({"SEED": 5, "RESUME": True}, "--resume: expected a run.*of --seed 0, not 5"),
    ],
)
def test_what_cannot_be_trained_is_told(workplace, train, given, expected):
    before = contents(workplace / "temp")
    with pytest.raises(utils.InputError, match=expected):
        train(workplace, **given)
    assert contents(workplace / "temp") == before


def test_mistakes_in_an_order_do_not_wait_for_keras(workplace):
    no_keras = {**os.environ, "KERAS_BACKEND": "none such"}
    photo = "--photo=data/toy/photos/ham.png"
    for script, more in ("generate.py", []), ("style_transfer.py", [photo, "--to=1"]):
        flags = ["--ingredients=hamm", *more]
        assert "nearest: ham" in fail(script, *flags, cwd=workplace, env=no_keras)
    line = fail("generate.py", "--ingredients=ham", cwd=workplace, env=no_keras)
    assert "expected tensorflow or jax, installed. Received: 'none such'" in line


def test_a_run_of_a_menu_that_grew_is_left_alone(workplace, tmp_path, train):
    for name in ("data", "temp"):
        shutil.copytree(workplace / name, tmp_path / name)
    before = contents(newest(tmp_path))
    add_pizza(tmp_path / "data/toy", "basil")
    with pytest.raises(utils.InputError, match="expected pictures of data/toy as"):
        train(tmp_path, RESUME=True)
    run("augment.py", "--menu=data/toy", "--image-size=16", "--angles=8", cwd=tmp_path)
    with pytest.raises(
        utils.InputError, match="a run of a menu of 5 ingredients, not 6"
    ):
        train(tmp_path, RESUME=True, EPOCHS=3)
    assert contents(newest(tmp_path)) == before
