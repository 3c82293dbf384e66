"""`style_transfer.py` on a run that nobody trained: the sheets, and what is said."""

import numpy as np
import pytest
from conftest import run
from PIL import Image

import style_transfer
import utils

USUAL = {"RUN": "", "PHOTO": "", "INGREDIENTS": "", "TO": "", "WITHOUT": "", "WITH": ""}


def test_of_the_menu_from_the_command_line(place):
    said, path = run("style_transfer.py", cwd=place).splitlines()
    assert said.startswith("changed by ")
    width, height = Image.open(place / path.removeprefix("see ")).size
    assert width > 4 * 64 and height > 4 * 64


def test_of_a_photo(place, call):
    given = {"PHOTO": "data/toy/photos/ham.png", "INGREDIENTS": "ham, mozz"}
    output = call(style_transfer, **USUAL | given | {"TO": "olives"})
    path = output.splitlines()[-1].removeprefix("see ")
    sheet = np.asarray(Image.open(place / path))
    assert sheet.shape[1] >= 3 * 256  # the whole order can be read
    original = Image.open(place / "temp/cvae/00001/menu/photos/0001.png")
    enlarged = np.asarray(original).repeat(16, 0).repeat(16, 1)
    top = int(np.argmax((sheet[:, 2:258] == enlarged[0]).all(axis=(1, 2))))
    assert np.array_equal(sheet[top : top + 256, 2:258], enlarged)


def test_change_is_told_inside_and_around_the_toppings():
    before = np.zeros((2, 16, 16, 3), "uint8")
    after = before.copy()
    after[:, 4:12, 4:12] = 100  # 64 of the pixels inside, of which there are some more
    inside = sum(
        np.hypot((x + 0.5) / 8 - 1, (y + 0.5) / 8 - 1) < 0.75
        for x in range(16)
        for y in range(16)
    )
    expected = f"changed by {6400 / inside:.1f} of 255 where toppings lie, by 0.0"
    everywhere = np.ones((2, 16, 16), bool)
    assert style_transfer.change(before, after, everywhere).startswith(expected)


def test_bad_input_gets_one_line(place, call):
    with pytest.raises(utils.InputError, match="expected --ingredients.*Received: ''"):
        call(style_transfer, **USUAL | {"PHOTO": "no.jpg"})
    given = {"PHOTO": "no.jpg", "INGREDIENTS": "1", "TO": "2"}
    with pytest.raises(utils.InputError, match="no.jpg: expected a whole picture"):
        call(style_transfer, **USUAL | given)
