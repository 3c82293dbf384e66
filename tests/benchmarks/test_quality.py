"""How quality over time, and the time of a click, are told; nothing is timed."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import utils
from benchmarks import click_to_picture, quality_over_time
from evaluation import plots


def test_a_picture_a_click(place, call):
    cutting, picture = call(click_to_picture, CLICKS=2).splitlines()
    assert cutting.startswith("cutting pieces: ")
    assert picture.startswith("a picture of 16 pixels: ")


def test_each_method_has_its_line(tmp_path):
    headings = list(quality_over_time.MEASURES)
    chosen = quality_over_time.chosen({"judge_features": {"kid_x1000": 237.0}})
    assert list(chosen) == headings
    assert chosen["KID x 1000"] == 237 and np.isnan(chosen["unseen mAP"])
    rows = [("pieces", 0.0), ("painter", 5.1), ("painter", 9.8), ("lightweight", 5.0)]
    lines = [{"method": name, "CPU minutes": m, **chosen} for name, m in rows]
    path = tmp_path / "plot.png"
    plots.over_time(pd.DataFrame(lines), headings, path)
    with Image.open(path) as image:
        assert image.width > 2 * image.height


def test_what_was_measured_is_not_measured_anew(place, call, monkeypatch):
    monkeypatch.setattr(quality_over_time, "TABLE", place / "table.csv")
    trained = []

    def training_of(method):
        def train(keep):
            trained.append(method)
            keep(method, 5.0, quality_over_time.chosen({}))

        return train

    for method in ("painter", "lightweight"):
        train = training_of(method)
        monkeypatch.setattr(quality_over_time, f"train_{method}", train)
    monkeypatch.setattr(quality_over_time, "find_spec", lambda name: name)
    for methods in "painter", "painter,lightweight":
        call(quality_over_time, METHODS=methods)
    assert trained == ["painter", "lightweight"]
    with pytest.raises(utils.InputError, match="METHODS: expected some of painter"):
        call(quality_over_time, METHODS="painters")
