"""How inputs are broken, and how an ending is told."""

import json
import signal

import numpy as np
import pytest
from PIL import Image

from benchmarks import break_inputs, toy
from benchmarks.break_inputs import ending
from menus.files import read_menu


def test_each_way_breaks_a_file_and_the_same_seed_in_the_same_way(tmp_path):
    path, whole = tmp_path / "file.json", b'{"a": [1, {"b": "c"}]}'
    ways = set()
    for seed in range(60):
        found = []
        for _ in range(2):
            path.write_bytes(whole)
            way = break_inputs.break_file(path, np.random.default_rng(seed))
            found.append((way, path.read_bytes()))
        assert found[0] == found[1]
        ways.add(found[0][0])
        if way == "change value":
            assert json.loads(path.read_bytes()) != json.loads(whole)
    names = [way.__name__ for way in break_inputs.WAYS] + [
        "put_word_in",
        "change_value",
    ]
    assert ways == {name.replace("_", " ") for name in names}


@pytest.mark.parametrize(
    "status, printed, told",
    [
        (0, "", "accepted"),
        (0, "RuntimeWarning: divide by zero\n", "other words"),
        (2, "gan.py: expected rice. Received: beans\n", "refused"),
        (2, "note\ngan.py: expected rice. Received: beans\n", "other words"),
        (2, "", "other words"),
        (1, "Traceback (most recent call last):\n", "traceback"),
        (-signal.SIGBUS, "", "crash"),
        (-signal.SIGALRM, "", "hangs"),
    ],
)
def test_an_ending_is_told_by_status_and_words(status, printed, told):
    assert ending(status, printed) == told


def test_what_lies_around_is_seen_and_what_is_inside_is_not(tmp_path):
    place = tmp_path / "a/place"
    place.mkdir(parents=True)
    before = break_inputs.noted(tmp_path, place)
    (place / "own").write_text("x")
    assert break_inputs.noted(tmp_path, place) == before
    (place / "../outside").write_text("x")
    assert break_inputs.noted(tmp_path, place) != before


def test_the_toy_menu_is_whole(tmp_path):
    toy.make_menu(tmp_path / "toy")
    menu = read_menu(tmp_path / "toy")
    assert (len(menu.rows), menu.classes) == (4, 5)
    sizes = {Image.open(menu.photo(i)).size for i in range(4)}
    assert sizes == {(toy.SIDE, toy.SIDE)}
