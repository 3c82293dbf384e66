"""The table of results: found, evaluated, summed up."""

import csv
import json
import subprocess

import numpy as np
import pytest
from conftest import TOY
from PIL import Image
from toys import toy_judge, write_metrics, write_run

import evaluate
from experiments import results, table
from lab.settings import read_script
from utils import InputError

OUR_CVAE = {"MENU": "data/toy", "IMAGE_SIZE": 16, "ROWS": "our CVAE", "MINUTES": 0.0}
OUR_CVAE |= {"SAMPLES": 60, "SEEDS": 2, "GIVEN": " ".join(TOY[2:])}


def test_finds_evaluates_and_sums_up(place, call, monkeypatch):
    first = place / "temp/cvae/00001"
    second = first.with_name("00002")
    values = json.loads((first / "settings.json").read_text())
    write_run(second, values | {"SEED": 1})
    write_metrics(second, 0.25)
    commands = []

    def evaluate_here(command):
        commands.append(command)
        for name, value in read_script(command[1], command[2:]).items():
            monkeypatch.setattr(evaluate, name, value)
        evaluate.main()
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(evaluate, "load_judge", lambda *_: toy_judge())
    monkeypatch.setattr(table.subprocess, "run", evaluate_here)
    text = call(results, **OUR_CVAE)
    assert [command[1].name for command in commands] == ["evaluate.py"]
    assert (first / "evaluation/metrics.json").exists()
    with open(place / "temp/results-toy-16.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    names = ["photos", "photos blurred", "our CVAE", "our CVAE"]
    assert [row["row"] for row in rows] == names
    assert [row["epochs"] for row in rows[2:]] == ["3.0", "3.0"]
    recall = [float(row["judge_features.recall"]) for row in rows[2:]]
    assert recall[1] == 0.25
    mean, deviation = np.mean(recall), abs(recall[0] - recall[1]) / 2**0.5
    summary = (place / "temp/results-toy-16.md").read_text()
    assert f" {mean:.3f} ± {deviation:.3f} |" in summary
    assert summary in text
    sheet = Image.open(place / "temp/results-toy-16.png")
    assert sheet.width > 5 * 64 and sheet.height > 3 * 64  # photo, gap, two pictures

    again = call(results, **OUR_CVAE)
    assert "mean average precision" in text  # evaluate.py's own table
    assert "mean average precision" not in again and summary in again
    assert len(commands) == 1 and len(list((place / "temp/cvae").iterdir())) == 2
    (place / "temp/judge/judge_16.json").unlink()
    with pytest.raises(InputError, match="run `python judge.py --image-size=16`"):
        call(results, **OUR_CVAE)
