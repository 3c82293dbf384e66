"""Measures as text and as JSON."""

import json

import numpy as np

from evaluation import report


def test_a_table_has_labels_in_a_fixed_order_and_blanks_for_what_is_not_there():
    photos = {
        "judge_features": {"recall": 1.0, "kid_x1000": -0.25, "kid_x1000_error": None}
    }
    run = {
        "pixels": {"nearest_photo_rms": 35.25},
        "judge_features": {"kid_x1000": 12.0, "kid_x1000_error": 1.5},
        "menu_recipes": {"recognised": 3, "mean_average_precision": np.nan},
    }
    heading, *lines = report.table({"photos": photos, "gan 00001": run}).splitlines()
    assert heading.split() == ["photos", "gan", "00001"]
    cells = [line.rsplit(maxsplit=2) for line in lines]
    assert [[text.strip(), *values] for text, *values in cells] == [
        ["recipes of the menu   mean average precision", "-", "-"],
        ["ingredients recognised", "-", "3"],
        ["features of the judge KID (judge) x 1000", "-0.250", "12.0"],
        ["its standard error", "-", "1.5"],
        ["recall", "1.0", "-"],
        ["pixels                to the nearest photo (RMS)", "-", "35.2"],
    ]


def test_json_has_null_for_what_is_no_number(tmp_path):
    report.write_json({"a": {"b": np.nan, "c": None, "d": 0.5}}, tmp_path / "x.json")
    text = (tmp_path / "x.json").read_text()
    assert json.loads(text) == {"a": {"b": None, "c": None, "d": 0.5}}
