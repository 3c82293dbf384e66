"""Tests of `sample_menu.py`, end to end: what it writes, and what it will not lose."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from conftest import contents
from PIL import Image

from menus.files import read_menu

ROOT = Path(__file__).parents[1]


def draw(cwd, *flags):
    command = [sys.executable, str(ROOT / "sample_menu.py"), *flags]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def test_the_articles_menu(tmp_path):
    result = draw(tmp_path, "--size=64")
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "data/sample"
    menu = read_menu(folder)
    assert (len(menu.rows), menu.longest, menu.classes) == (20, 9, 29)
    assert menu.names[0] == "none"
    assert (menu.names[17], menu.names[20], menu.names[24]) == (
        "mozzarella",
        "pepperoni",
        "tomatoes",
    )
    assert menu.codes[0].tolist() == [4, 20, 20, 17, 0, 0, 0, 0, 0]
    photos = [np.asarray(Image.open(menu.photo(i))) for i in range(20)]
    assert {photo.shape for photo in photos} == {(64, 64, 3)}

    before = contents(folder)
    assert draw(tmp_path, "--size=64").returncode == 0
    assert contents(folder) == before


def test_random_menus_replace_a_drawn_one_whole(tmp_path):
    first = draw(tmp_path, "--pizzas=7", "--seed=1", "--size=32", "--menu=m")
    assert first.returncode == 0, first.stderr
    one = read_menu(tmp_path / "m")
    assert (
        draw(tmp_path, "--pizzas=5", "--seed=2", "--size=32", "--menu=m").returncode
        == 0
    )
    two = read_menu(tmp_path / "m")
    assert (len(one.rows), len(two.rows)) == (7, 5)
    assert one.recipes[:5] != two.recipes
    assert len(list((tmp_path / "m/photos").iterdir())) == 5


def test_a_menu_of_ones_own_is_not_lost(tmp_path):
    flags = ("--pizzas=2", "--size=32")
    assert draw(tmp_path, *flags).returncode == 0
    menu = tmp_path / "data/sample/menu.csv"
    menu.write_text(menu.read_text().replace("Pizza 1", "My pizza"))
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    record = tmp_path / "endless/drawn.json"
    record.parent.mkdir()
    record.write_text('{"PIZZAS": 1' + 30 * "0" + ', "SEED": 0}')
    for folder in ("data/sample", "other", "endless"):
        before = contents(tmp_path / folder)
        result = draw(tmp_path, *flags, f"--menu={folder}")
        assert result.returncode == 2
        assert "expected a new folder" in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert contents(tmp_path / folder) == before


def test_a_killed_run_is_simply_started_again(tmp_path):
    flags = ("--pizzas=3", "--size=32")
    assert draw(tmp_path, *flags).returncode == 0
    folder = tmp_path / "data/sample"
    whole = contents(folder)
    (folder / "menu.csv").unlink()
    (folder / "photos/pizza-2.png").unlink()
    assert draw(tmp_path, *flags).returncode == 0
    assert contents(folder) == whole


def test_sheets(tmp_path):
    result = draw(tmp_path, "--pizzas=1", "--size=32", "--sheets")
    assert result.returncode == 0, result.stderr
    sheets = sorted((tmp_path / "docs/images").iterdir())
    assert len(sheets) == 3
    for sheet in sheets:
        assert sheet.stat().st_size < 300 * 1024
        assert np.asarray(Image.open(sheet).convert("L")).std() > 20
