"""Run folders: found by the beginning of a name, and resumed only by the same run."""

import json

import pytest

import utils
from lab import runs
from lab.settings import Settings

VALUES = {"MENU": "m", "SEED": 0, "KL": 0.5, "EPOCHS": 3, "RESUME": True}


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name, **values):
    folder = runs.TEMP / "bake" / name
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(json.dumps(VALUES | values))
    (folder / "oven.keras").touch()
    return folder


def resume(unlike=lambda run: "", **values):
    settings = Settings("bake", VALUES | values, values)
    return runs.run_to_resume(settings, unlike)


def test_a_number_is_enough_to_name_a_run():
    run = write("00001-menu-m")
    other = write("00002")
    write("00002-seed-1")
    for name in ("temp/bake/00001", "temp/bake/00001-menu", str(run), f"{run}/"):
        assert runs.find_run(name) == run
    assert runs.find_run("temp/bake/00002") == other
    with pytest.raises(utils.InputError, match="may be 00001-menu-m, 00002, 00002"):
        runs.find_run("temp/bake/0000")
    for name in ("temp/bake/00003", "temp/none/00001", "temp/bake/00001/x"):
        with pytest.raises(utils.InputError, match=f"Received: {name}$"):
            runs.find_run(name)


def test_what_a_killed_run_was_writing_is_no_network():
    whole, killed = write("00001"), write("00002")
    (killed / "oven.keras").rename(killed / ".part-7-oven.keras")
    assert runs.find_run() == whole
    with pytest.raises(utils.InputError, match=r"folder with \*.keras in it"):
        runs.find_run(str(killed))


def test_the_newest_run_of_these_settings_is_resumed(place):
    write("00001", EPOCHS=1)
    run = write("00002", EPOCHS=2)
    write("00003", SEED=1)
    for menu in ("m", "m/", "./m", str(place / "m")):
        assert resume(MENU=menu) == run
        assert resume(MENU=menu, STEPS=120) == run  # more of them are welcome
    assert resume(lambda run: "other" if run.name == "00002" else "").name == "00001"


def test_what_differs_is_told():
    with pytest.raises(utils.InputError, match="Received: 0 other runs; start without"):
        resume()
    write("00001", SEED=1)
    (write("00002") / "settings.json").write_text("{")
    write("00003", SEED=2, KL=0.1)
    for told, values in {
        "2 other|the nearest, 00001, is of --seed 1, not 0; start": {},
        "nearest, 00003, is of --kl 0.1, not 0.5; start": {"SEED": 2},
        "nearest, 00001, is of --menu 'm', not 'n'; start": {"SEED": 1, "MENU": "n"},
    }.items():
        with pytest.raises(utils.InputError, match=told):
            resume(**values)
    with pytest.raises(utils.InputError, match="nearest, 00001, is another menu; sta"):
        resume(lambda run: "another menu", SEED=1)


def test_settings_are_read_or_missed_in_one_line():
    run = write("00001")
    assert runs.run_settings(run) == VALUES
    with pytest.raises(utils.InputError, match="settings.json: .*WIDTH. Received: no"):
        runs.run_settings(run)["WIDTH"]
    (run / "settings.json").write_text("[]")
    with pytest.raises(utils.InputError, match="settings.json: expected a JSON object"):
        runs.run_settings(run)


def test_a_new_run_has_a_name_that_a_disk_can_hold():
    settings = Settings("bake", VALUES, {"MENU": "メニュー" * 40, "HOSTS": "a:1"})
    folders = [runs.new_run(settings) for _ in range(2)]
    assert [folder.name[:6] for folder in folders] == ["00001-", "00002-"]
    assert all(len(folder.name.encode()) <= 100 for folder in folders)
