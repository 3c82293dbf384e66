"""Tables of trainings: what is found, trained, evaluated, summed up and plotted."""

import csv
import os
import subprocess

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from toys import (
    equal_measures,
    untrained_judge,
    write_maps,
    write_metrics,
    write_run,
)

import cvae
import cvae_gan
import gan
import sample_menu
from evaluation.judge import save_judge
from experiments import ablation, menu_sizes, results, table
from lab import runs
from lab.settings import choose
from menus.files import read_menu
from menus.identity import is_current
from utils import InputError, read_json


def settings_of(command, **others):
    return table.settings_of(command)[1] | others


@pytest.mark.parametrize("script", [cvae, gan, cvae_gan])
def test_settings_of_a_script_are_known_without_running_it(script):
    assert settings_of(f"{script.__name__}.py") == script.SETTINGS.values


@pytest.mark.parametrize("variants", [results.VARIANTS, *ablation.VARIANTS.values()])
def test_each_row_trains_what_no_other_does(variants):
    rows = [table.settings_of(row) for row in variants.values()]
    for k, row in enumerate(rows):
        assert row not in rows[:k]
    shared = table.settings_of("cvae.py --batch-size=20", "--pixels=3 --batch-size=9")
    assert shared == ("cvae", settings_of("cvae.py", BATCH_SIZE=20))


def test_a_run_of_other_settings_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = settings_of("cvae.py", EPOCHS=3)
    del values["KL_WARM_UP"]  # the run is older than this setting
    machine = {"RESUME": True, "HOSTS": "a:1,b:1", "HOST_INDEX": 1}
    write_run(tmp_path / "temp/cvae/00001", values | machine)
    write_run(tmp_path / "temp/cvae/00002", values | {"LATENT_DIM": 512})
    write_run(tmp_path / "temp/cvae/00003", values | {"EPOCHS": 3, "A_REMEDY": 1.0})
    expected = runs.TEMP / "cvae/00001"
    assert runs.trained_run("cvae", {"EPOCHS": 3}, is_current) == expected
    assert runs.trained_run("cvae", values | machine, is_current) == expected
    wanted = {"EPOCHS": 3, "LATENT_DIM": 512}
    assert runs.trained_run("cvae", wanted, is_current) == runs.TEMP / "cvae/00002"
    asked = []

    def fail(command):
        asked.append(command)
        return subprocess.CompletedProcess(command, 2)

    monkeypatch.setattr(runs.subprocess, "run", fail)
    with pytest.raises(SystemExit) as error:
        runs.trained_run("cvae", {"EPOCHS": 3, "KL_WARM_UP": 9, "SEED": 0}, is_current)
    assert error.value.code == 2
    assert [command[2:] for command in asked] == [["--epochs=3", "--kl-warm-up=9"]]


def test_figures_that_are_up_to_date_are_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder, judge = tmp_path / "run", tmp_path / "temp/judge/judge_16.json"
    judge.parent.mkdir(parents=True)
    judge.touch()
    write_run(folder, {"IMAGE_SIZE": 16, "STEPS": 9, "SAMPLE_EVERY": 4})
    write_metrics(folder, 1)
    asked = []

    def evaluate(command):
        asked.append(command)
        write_metrics(folder, 2)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(table.subprocess, "run", evaluate)
    assert table.measures(folder, 60)["generated"] == equal_measures(1)
    assert not asked
    later = (folder / "evaluation/metrics.json").stat().st_mtime + 1
    os.utime(judge, (later, later))
    assert table.measures(folder, 60)["generated"] == equal_measures(2)
    assert len(asked) == 1 and "--samples=60" in asked[0]
    assert table.trained_for(folder) == {"steps": 9}


def test_damaged_figures_are_measured_anew(tmp_path):
    write_metrics(tmp_path, 1)
    found = read_json(tmp_path / "evaluation/metrics.json")
    assert table._is_whole(found)
    found["measures"]["generated"]["pixels"] = None
    assert not table._is_whole(found) and not table._is_whole({"measures": []})
    (tmp_path / "settings.json").write_text('{"STEPS": 9}')
    (tmp_path / runs.FINISHED).write_text('{"steps": null}')
    with pytest.raises(InputError, match="expected the steps of a finished run"):
        table.trained_for(tmp_path)


def test_mistakes_are_told_before_any_training():
    rows = choose("ROWS", "our GAN, our CVAE", results.VARIANTS)
    assert list(rows) == ["our GAN", "our CVAE"]
    assert choose("ROWS", "", results.VARIANTS) == results.VARIANTS
    with pytest.raises(InputError, match="recombined, our GAN.* Received: 'our CAVE'"):
        choose("ROWS", "our CAVE", results.VARIANTS)
    with pytest.raises(InputError, match="settings of .*gan.py.* Received: --epoch=3"):
        next(table.compare(rows, "--seed=3 --epoch=3", 1, 60))


def test_the_time_ends_rows_of_any_script(monkeypatch):
    class Trained(Exception):
        pass

    def train(script, wanted, is_current):
        raise Trained(script, wanted["STEPS"])

    monkeypatch.setattr(table.runs, "trained_run", train)
    rows = choose("ROWS", "our CVAE+GAN", results.VARIANTS)
    with pytest.raises(Trained, match="cvae_gan', 1000000"):
        next(table.compare(rows, table.ENDLESS, 1, 60))


def test_a_summary_by_hand():
    recall, distance = "judge_features.recall", "judge_features.frechet_distance"
    frame = pd.DataFrame(
        [
            {"row": "photos", recall: 1.0},
            {"row": "ours", "steps": 1000, recall: 0.25, distance: 150.0},
            {"row": "ours", "steps": 1200, recall: 0.75, distance: None},
            {"row": "alike", "steps": 12, recall: 0.12345},
            {"row": "alike", "steps": 12, recall: 0.12345},
        ]
    )
    lines = table.summary(frame).splitlines()
    assert "|  | steps |" in lines
    assert "| ours | 1,100 ± 141 |" in lines
    assert "|  | Frechet distance (judge) | recall |" in lines
    assert "| photos |  | 1 |" in lines
    assert "| ours | 150 | 0.500 ± 0.354 |" in lines
    assert "| alike | 12 |" in lines
    assert "| alike |  | 0.123 |" in lines


def test_menu_sizes_draws_menus_and_plots(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(menu_sizes, "SIZES", "2, 1")
    monkeypatch.setattr(menu_sizes, "IMAGE_SIZE", 16)
    monkeypatch.setattr(menu_sizes, "PICTURES", 24)
    monkeypatch.setattr(menu_sizes, "STEPS", 2)
    monkeypatch.setattr(menu_sizes, "RECOMBINED", 3)
    monkeypatch.setattr(menu_sizes, "SAMPLES", 60)
    save_judge(untrained_judge(), tmp_path / "temp/judge")
    run_script = menu_sizes.run_script

    def run(script, *flags):
        if script != "toppings.py":  # which takes long, and has tests of its own
            return run_script(script, *flags)
        (menu,) = (flag.removeprefix("--menu=") for flag in flags)
        write_maps(read_menu(menu))

    monkeypatch.setattr(menu_sizes, "run_script", run)
    for pizzas in (1, 2):
        menu = f"data/random-{pizzas}"
        values = settings_of("cvae_gan.py", MENU=menu, IMAGE_SIZE=16, STEPS=2)
        write_run(tmp_path / f"temp/cvae_gan/0000{pizzas}", values)
        write_metrics(tmp_path / f"temp/cvae_gan/0000{pizzas}", pizzas / 10)
    menu_sizes.main()
    small, large = (read_menu(f"data/random-{n}").recipes for n in (1, 2))
    assert large[:1] == small
    for n in (1, 2):
        images = np.load(f"data/random-{n}/augmented_16/images.npy", mmap_mode="r")
        assert len(images) == 2 * n * menu_sizes.count_angles(n)
    with open("temp/menu-sizes.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["pizzas"] for row in rows] == ["1", "2"]
    precision = "single_ingredients.mean_average_precision"
    assert [row[precision] for row in rows] == ["0.1", "0.2"]
    shown = [
        len({code for recipe in menu for code in recipe}) for menu in (small, large)
    ]
    assert [row["ingredients_shown"] for row in rows] == list(map(str, shown))
    assert f"data/random-1 shows {shown[0]} of 28" in capsys.readouterr().out
    assert Image.open("temp/menu-sizes.png").width > 500
    monkeypatch.setattr(menu_sizes, "SIZES", "20, many")
    with pytest.raises(InputError, match="Received: '20, many'"):
        menu_sizes.main()


def test_twenty_random_pizzas_show_all_ingredients():
    recipes = sample_menu.choose_recipes(20, menu_sizes.MENU_SEED, chance=True)
    more = sample_menu.choose_recipes(50, menu_sizes.MENU_SEED)
    assert list(recipes.values()) == list(more.values())[:20]
    shown = {name for recipe in recipes.values() for name in recipe}
    assert shown == set(sample_menu.renderer.INGREDIENTS)
    # None of the recipes that all are asked for is longer than the smallest menu's.
    rng = np.random.default_rng(0)
    longest = max(len(sample_menu.renderer.random_recipe(rng)) for _ in range(2000))
    assert max(map(len, recipes.values())) == longest


@pytest.mark.parametrize("pizzas", [20, 50, 100, 200, 500])
def test_larger_menus_are_turned_less(pizzas):
    pictures = 2 * pizzas * menu_sizes.count_angles(pizzas)
    assert abs(pictures / menu_sizes.PICTURES - 1) < 0.15
