"""The article's comparison of three CVAEs: two are trained, the third is missing."""

import subprocess
import sys

from conftest import ROOT
from PIL import Image
from toys import write_cvae

from experiments import article
from lab import runs
from lab.settings import read_script
from menus.files import read_menu


def test_trains_what_is_missing_once(place, call, monkeypatch):
    menu = read_menu("data/toy")
    wanted = {"MENU": "data/toy", "IMAGE_SIZE": 16, "EPOCHS": 1, "BATCH_SIZE": 8}
    for number, way in enumerate(list(article.COMPARED.values())[:2], start=2):
        values = read_script(ROOT / "cvae.py") | wanted | way
        write_cvae(place / f"temp/cvae/0000{number}", values, menu)
    commands = []

    def train(command):
        commands.append(command)
        values = read_script(command[1], command[2:])
        write_cvae(place / "temp/cvae/00004", values, menu)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(runs.subprocess, "run", train)
    first = call(article, **wanted)
    assert [command[:2] for command in commands] == [[sys.executable, ROOT / "cvae.py"]]
    assert first.count("dB PSNR") == 3
    sheet = place / "temp/article-toy-16-elbo.png"
    assert Image.open(sheet).size[1] // 66 >= 4
    again = call(article, **wanted)
    assert len(commands) == 1
    assert again.splitlines() == first.splitlines()[-4:]
