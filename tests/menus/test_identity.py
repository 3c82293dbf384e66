"""Menus told by their content: what was made of one fits no other."""

import json

import numpy as np
import pytest
from PIL import Image
from toys import add_pizza, make_menu

import utils
from menus import augmented, identity
from menus.files import read_menu, save_menu


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def sort_rows(menu):
    head, *rows = (menu / "menu.csv").read_text().splitlines()
    (menu / "menu.csv").write_text("\n".join([head, *sorted(rows)]) + "\n")


def renumber(menu):
    edit(menu / "ingredients.csv", "3,ham\n4,black olives", "3,black olives\n4,ham")


CHANGES = {
    sort_rows: "with another recipe of pizza 1",
    renumber: "with code 3 as 'ham', not 'black olives'",
    lambda menu: Image.new("RGB", (9, 9)).save(menu / "photos/ham.png"): (
        "with another photo of pizza 2"
    ),
    lambda menu: edit(menu / "menu.csv", "mozzarella, ham", "ham"): (
        "with another recipe of pizza 2"
    ),
    lambda menu: add_pizza(menu, "basil"): "of 5 ingredients, not 6",
    lambda menu: edit(menu / "menu.csv", "olives,olives", "olives,Olives"): "",
    lambda menu: edit(menu / "menu.csv", "tomato sauce", "Tomato\xa0Sauce"): "",
}


@pytest.fixture(params=CHANGES, ids=range(len(CHANGES)))
def change(request):
    return request.param


def write_augmented(menu, size=4):
    """Writes what `augment.py` writes, but for the pictures."""
    folder = menu.folder / f"augmented_{size}"
    folder.mkdir()
    np.save(folder / "images.npy", np.zeros((6, size, size, 3), np.uint8))
    np.save(folder / "pizza.npy", np.repeat(np.arange(3, dtype=np.int32), 2))
    record = {"settings": {}, "menu": identity.identity(menu)}
    (folder / identity.RECORD).write_text(json.dumps(record))
    return folder


def test_pictures_of_a_menu_that_changed_are_refused(menu, change):
    write_augmented(read_menu(menu))
    change(menu)
    if not CHANGES[change]:
        images, pizza = augmented.open_augmented(read_menu(menu), 4)
        assert len(images) == 6 and pizza.tolist() == [0, 0, 1, 1, 2, 2]
        return
    with pytest.raises(utils.InputError, match=CHANGES[change]) as error:
        augmented.open_augmented(read_menu(menu), 4)
    assert "run `python augment.py --menu=" in str(error.value)


def test_a_run_knows_whether_its_menu_changed(menu, change, tmp_path):
    toy, run = read_menu(menu), tmp_path / "temp/cvae/00001"
    save_menu(run, toy, np.zeros((3, 4, 4, 3), np.uint8))
    (run / "settings.json").write_text(json.dumps({"MENU": str(menu)}))
    assert identity.is_current(run) and not identity.changed_since(run, toy)
    record = {"settings": {}, "menu": identity.identity(toy)}
    identity.keep_record(run, record)
    assert identity.record_of(run) == record
    change(menu)
    assert identity.changed_since(run, read_menu(menu)) == CHANGES[change]
    assert identity.is_current(run) == (not CHANGES[change])
    assert identity.read_menu_of(run).recipes == toy.recipes
    edit(run / "menu/ingredients.csv", "3,ham", "3,ham and more")
    edit(run / "menu/menu.csv", "mozzarella, ham", "mozzarella, ham and more")
    with pytest.raises(utils.InputError, match="menu that the run has learned.*code 3"):
        identity.read_menu_of(run)


def cut(path):
    path.write_bytes(path.read_bytes()[:-30])


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("images.npy", cut),
        ("images.npy", lambda path: np.save(path, np.zeros((6, 4, 4), np.uint8))),
        ("pizza.npy", lambda path: path.unlink()),
        ("pizza.npy", cut),
        ("pizza.npy", lambda path: np.save(path, np.zeros(6, np.int32))),
        ("made_from.json", cut),
        ("made_from.json", lambda path: path.write_text('{"photos": []}')),
        ("made_from.json", lambda path: path.write_text('{"menu": {"pizzas": 1}}')),
    ],
)
def test_damaged_pictures_are_refused(menu, name, damage):
    toy = read_menu(menu)
    damage(write_augmented(toy) / name)
    with pytest.raises(utils.InputError, match=f"{name}: expected.*; run `python aug"):
        augmented.open_augmented(toy, 4)


def test_photos_are_found_by_the_names_that_a_table_has(tmp_path):
    menu = make_menu(tmp_path / "m")
    for old, new in [("ham.png", "чаи\u0306.png"), ("olives.png", "Olives.PNG")]:
        (menu / "photos" / old).rename(menu / "photos" / new)
    edit(menu / "menu.csv", "photos/ham.png", "photos/Чай.png")
    edit(menu / "menu.csv", "photos/olives.png", "photos\\olives.png")
    read = read_menu(menu)
    assert all(read.photo(i).is_file() for i in range(3))
    assert read.photo(2).name == "Olives.PNG"
    for absent in ("/nowhere/ham.png", "../ham.png", "photos", "x" * 300, "a\0"):
        (menu / "menu.csv").write_text(f"slug,name,photo,ingredients\nx,x,{absent},ham")
        with pytest.raises(utils.InputError, match="row 2: expected a photo"):
            read_menu(menu)
