"""Pizzas cooked from pieces: whole or not there; and a run knows which it learns."""

import errno
import json
import shutil

import numpy as np
import pytest
from conftest import contents
from PIL import Image
from toys import write_maps

import augment
import utils
from menus.files import read_menu
from owners import recombine


@pytest.fixture
def augmented(menu, monkeypatch, capsys):
    """Runs `augment.py` on a menu with maps, in this process; returns its output."""
    write_maps(read_menu(menu))
    settings = {"MENU": str(menu), "IMAGE_SIZE": 8, "ANGLES": 1, "RECOMBINED": 5}
    for name, value in settings.items():
        monkeypatch.setattr(augment, name, value)

    def run(**changed) -> str:
        for name, value in changed.items():
            monkeypatch.setattr(augment, name, value)
        augment.main()
        return capsys.readouterr().out

    return run


@pytest.fixture
def recombined(menu, augmented):
    assert "recombined: 5 pizzas of other recipes" in augmented()
    return menu / "augmented_8/recombined"


def test_what_is_damaged_is_told_and_made_anew(menu, augmented, recombined):
    from training.data import load_recombined

    whole = contents(recombined)
    damages = {name: content[:-3] for name, content in whole.items()}
    for name, array in (
        ("images", np.zeros((5, 8, 8, 3), "float32")),
        ("owners", np.full((5, 8, 8), 77, "uint8")),
        ("codes", np.full((5, 3), 77, "int32")),
        ("lenders", np.zeros((4, 3), bool)),
    ):
        np.save(menu / "array.npy", array)
        damages[f"{name}.npy "] = (menu / "array.npy").read_bytes()
    for name, content in damages.items():
        assert "recombined is up to date" in augmented()
        (recombined / name.strip()).write_bytes(content)
        with pytest.raises(utils.InputError, match="run `python augment.py --menu="):
            load_recombined(read_menu(menu), 8, [0, 1, 2], share=0.5)
        assert "5 pizzas of other recipes" in augmented()
        assert contents(recombined) == whole


def test_a_full_disk_leaves_nothing_behind(menu, augmented, monkeypatch):
    augmented(RECOMBINED=0)
    before, claim = contents(menu), utils.claim_room

    def refuse(path, size):
        if path.name == "codes.npy":
            raise OSError(errno.ENOSPC, "No space left on device")
        claim(path, size)

    monkeypatch.setattr(utils, "claim_room", refuse)
    with pytest.raises(utils.InputError, match="expected room for 0 MB.*No space left"):
        augmented(RECOMBINED=5)
    assert contents(menu) == before
    assert not list(menu.glob("augmented_8/.part-*"))


@pytest.mark.parametrize(
    "name, content, numbers",
    [
        ("", "", [3, 4]),
        ("done", "", [0, 1, 2, 3, 4]),
        ("done", "6", [0, 1, 2, 3, 4]),
        ("made_from.json", "{", [0, 1, 2, 3, 4]),
        ("codes.npy", "cut", [0, 1, 2, 3, 4]),
    ],
)
def test_what_was_broken_off_goes_on_or_begins_anew(
    menu, augmented, recombined, monkeypatch, name, content, numbers
):
    whole = contents(recombined)
    part = recombined.with_name(".part-recombined")
    shutil.copytree(recombined, part)
    shutil.rmtree(recombined)
    (part / "done").write_text("3")
    if name:
        (part / name).write_text(content)
    one, cooked = recombine.recombine_one, []

    def noted(bank, seed, number):
        cooked.append(number)
        return one(bank, seed, number)

    monkeypatch.setattr(recombine, "recombine_one", noted)
    augmented()
    assert sorted(cooked) == [0, *numbers]  # 0 to compare with the record, too
    assert contents(recombined) == whole and not part.exists()


def test_pizzas_are_cooked_anew_where_they_would_come_out_otherwise(
    augmented, recombined, monkeypatch
):
    assert "recombined is up to date" in augmented()
    before, one = contents(recombined), recombine.recombine_one

    def lighter(bank, seed, number):
        picture, *others = one(bank, seed, number)
        return picture // 2 + 128, *others

    monkeypatch.setattr(recombine, "recombine_one", lighter)
    assert "5 pizzas of other recipes" in augmented()
    after = contents(recombined)
    assert after["images.npy"] != before["images.npy"]
    assert after["owners.npy"] == before["owners.npy"]


def test_a_run_is_resumed_with_the_pizzas_it_learns(
    menu, augmented, recombined, tmp_path, monkeypatch
):
    import keras

    from lab.settings import Settings
    from training import data, loop

    monkeypatch.chdir(tmp_path)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    read = read_menu(menu)

    def start(share, resume=False):
        values = {"MENU": str(menu), "RECOMBINED": share, "RESUME": resume}
        values["IMAGE_SIZE"] = 8
        settings = Settings("cvae", values, {})
        return loop.start(settings, read, *data.load_augmented(read, 8), [0], model)[0]

    run, without = start(0.5), start(0.0)
    record = json.loads((run / "menu/made_from.json").read_text())
    assert record["recombined"].keys() == {"settings", "maps", "first_pizza"}
    assert start(0.5, resume=True) == run
    augmented(SEED=1)
    before = contents(tmp_path / "temp")
    with pytest.raises(utils.InputError, match="is a run of other recombined pizzas"):
        start(0.5, resume=True)
    assert contents(tmp_path / "temp") == before
    assert start(0.0, resume=True) == without
    augmented(RECOMBINED=0)
    with pytest.raises(utils.InputError, match="is a run of other recombined pizzas"):
        start(0.5, resume=True)
    assert Image.open(run / "real.png").size[0] > 64
