"""Scripts end to end on a toy menu: train, kill, resume, draw."""

import csv
import errno
import json
import shutil
import signal
import time
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from conftest import TOY, add_pizza, assert_same, contents, fail, run, start, weights
from PIL import Image

import cvae
import style_transfer
import utils
from lab.settings import Settings
from menus.menu import read_menu


def newest(folder):
    return sorted((folder / "temp/cvae").iterdir())[-1]


@pytest.mark.backends
def test_a_run_folder_holds_all_of_it(workplace):
    folder = newest(workplace)
    assert folder.name == (
        "00001-menu-toy-image-size-16-latent-dim-4-epochs-2-batch-size-8"
    )
    settings = json.loads((folder / "settings.json").read_text())
    assert (settings["LATENT_DIM"], settings["LOSS"]) == (4, "elbo")
    with open(folder / "log.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    columns = {"loss", "reconstruction", "kl", "active_units", "psnr", "val_loss"}
    assert columns <= rows[0].keys()
    total = float(rows[1]["reconstruction"]) + float(rows[1]["kl"])
    assert float(rows[1]["loss"]) == pytest.approx(total, rel=1e-4)
    assert float(rows[1]["loss"]) < float(rows[0]["loss"])
    for name in ("real.png", "log.png", "samples/epoch-0001.png"):
        assert Image.open(folder / name).size[0] > 100
    assert Image.open(folder / "progress.gif").n_frames == 2
    assert list((folder / "tensorboard").iterdir())
    menu = read_menu(folder / "menu")
    assert menu.recipes == read_menu(workplace / "data/toy").recipes


def test_a_killed_run_resumes_to_the_bit(workplace, tmp_path):
    """Killed before its first epoch, then after: as one that never was."""
    shutil.copytree(workplace / "data", tmp_path / "data")
    more = ["--kl-warm-up=4", "--patience=9"]
    for written, resume in ("settings.json", []), ("log.csv", ["--resume"]):
        many = start("cvae.py", *TOY, *more, "--epochs=400", *resume, cwd=tmp_path)
        while not list(tmp_path.glob(f"temp/cvae/*/{written}")):
            assert many.poll() is None, many.communicate()
            time.sleep(0.01)
        many.send_signal(signal.SIGKILL)
        many.communicate()
    resumed = newest(tmp_path)
    done = len((resumed / "log.csv").read_text().splitlines()) - 1

    epochs = f"--epochs={done + 2}"
    run("cvae.py", *TOY, *more, epochs, "--resume", cwd=tmp_path)
    assert newest(tmp_path) == resumed
    run("cvae.py", *TOY, *more, epochs, cwd=tmp_path)
    unbroken = newest(tmp_path)
    assert resumed != unbroken
    assert_same(weights(resumed), weights(unbroken))
    columns = slice(2, None)  # without epoch and seconds
    logs = [
        [line.split(",")[columns] for line in (r / "log.csv").read_text().splitlines()]
        for r in (resumed, unbroken)
    ]
    assert logs[0] == logs[1]
    sheets = [
        {path.name: Image.open(path).tobytes() for path in (r / "samples").iterdir()}
        for r in (resumed, unbroken)
    ]
    assert sheets[0] == sheets[1]


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


def test_a_disk_without_room_for_weights_is_told(tmp_path, monkeypatch):
    from training import loop

    def refuse(path, size):
        assert size > 4 * 2
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    monkeypatch.setattr(loop, "claim_room", refuse)
    with pytest.raises(OSError, match="No space left on device"):
        loop.Checkpoint(tmp_path, {"network": network}).on_epoch_end(0)
    assert not list(tmp_path.iterdir())
    (tmp_path / "tensorboard").touch()
    with pytest.raises(OSError, match="tensorboard"):
        loop.Events(tmp_path)


def test_early_stopping_counts_epochs_since_the_best(tmp_path):
    from training.loop import Log

    log = Log(tmp_path, done=0, patience=2)
    for losses, enough in [
        ([], False),
        ([3, 2], False),
        ([3, 2, 4], False),
        ([3, 2, 4, 2.5], True),
        ([3, 2, 4, 1], False),
    ]:
        log.rows = [{"val_loss": str(loss)} for loss in losses]
        assert log.enough() is enough


def test_training_stops_when_time_is_up(tmp_path):
    from training.loop import Log

    log = Log(tmp_path, done=0, minutes=1)
    log.rows = [{"seconds": "31.0"}]
    assert not log.enough()
    log.rows *= 2
    assert log.enough()


@pytest.mark.parametrize("learned", [True, False])
def test_what_collapsed_after_a_checkpoint_is_finished(tmp_path, learned):
    from training import loop
    from training.data import Batches

    class Model:
        optimizer = SimpleNamespace(iterations=0)

        def fit(self, *args, **options):
            if learned:
                (tmp_path / loop.CHECKPOINT).touch()
                (tmp_path / "log.csv").write_text("epoch,loss\n1,0.5\n2,0.25\n")
                (tmp_path / "samples").mkdir()
                Image.new("RGB", (400, 200)).save(tmp_path / "samples/epoch-0001.png")
            raise utils.InputError("training collapsed")

    images, codes = np.zeros((2, 4, 4, 3), "uint8"), np.zeros((2, 1), int)
    batches = Batches(images, codes, 2, np.arange(2), batch_size=1, seed=0)
    with pytest.raises(utils.InputError, match="collapsed"):
        loop.train(Model(), batches, None, tmp_path, 3, networks={}, draw=None)
    assert (tmp_path / "progress.gif").exists() is learned


def test_style_transfer_of_the_menu(workplace):
    said, path = run("style_transfer.py", cwd=workplace).splitlines()
    assert said.startswith("changed by ")
    path = path.removeprefix("see ")
    width, height = Image.open(workplace / path).size
    assert width > 4 * 64 and height > 4 * 64


@pytest.fixture
def redraw(workplace, monkeypatch, capsys):
    """Redraws a photo in this process; returns the path of the sheet."""
    monkeypatch.chdir(workplace)

    def run(photo, ingredients, to):
        settings = {"RUN": "", "PHOTO": photo, "INGREDIENTS": ingredients, "TO": to}
        for name, value in settings.items():
            monkeypatch.setattr(style_transfer, name, value)
        style_transfer.main()
        return capsys.readouterr().out.splitlines()[-1].removeprefix("see ")

    return run


def test_style_transfer_of_a_photo(workplace, redraw):
    Image.open(workplace / "data/toy/photos/ham.png").save(workplace / "menu.png")
    path = redraw("menu.png", "ham, mozz", "olives")
    others = [
        redraw("data/toy/photos/olives.png", "ham", "olives"),
        redraw("data/toy/photos/ham.png", "ham, mozz", "1"),
    ]
    Image.open("menu.png").save("menu.webp")
    others += [redraw("menu.webp", "ham, mozz", "olives"), "style_transfer/menu.png"]
    assert len({path, *others}) == 5
    sheet = np.asarray(Image.open(workplace / path))
    assert sheet.shape[1] >= 3 * 64
    original = np.asarray(
        Image.open(workplace / newest(workplace) / "menu/photos/0001.png")
    )
    enlarged = original.repeat(4, 0).repeat(4, 1)
    assert np.array_equal(sheet[-66:-2, 2:66], enlarged)


def test_change_is_told_inside_and_around_the_toppings():
    from style_transfer import change

    before = np.zeros((2, 16, 16, 3), "uint8")
    after = before.copy()
    after[:, 4:12, 4:12] = 100  # 64 of the pixels inside, of which there are some more
    inside = sum(
        np.hypot((x + 0.5) / 8 - 1, (y + 0.5) / 8 - 1) < 0.75
        for x in range(16)
        for y in range(16)
    )
    expected = f"changed by {6400 / inside:.1f} of 255 where toppings lie, by 0.0"
    assert change(before, after).startswith(expected)


@pytest.mark.parametrize(
    ("script", "arguments", "expected"),
    [
        ("style_transfer.py", ["--photo=no.jpg"], "expected --ingredients"),
        ("style_transfer.py", ["--ingredients=1", "--to=2"], "expected --photo"),
        (
            "style_transfer.py",
            ["--photo=no.jpg", "--ingredients=1", "--to=2"],
            "no.jpg: expected a whole picture",
        ),
        ("cvae.py", ["--image-size=30"], "IMAGE_SIZE: expected a positive multiple"),
        ("cvae.py", [*TOY, "--hosts=a:1,b:1"], "HOSTS: expected the JAX backend"),
    ],
)
def test_bad_input_gets_one_line(workplace, script, arguments, expected):
    assert expected in fail(script, *arguments, cwd=workplace)


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
