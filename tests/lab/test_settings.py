"""Settings from constants, comments and the command line."""

import os

import pytest
from conftest import ROOT, fail, run, start

import utils
from lab import settings

SCRIPT = '''"""Bakes."""
import sys
sys.path.insert(0, {root!r})
from lab import limits, settings

# oven, as a baker has it
HEAT = 250  # degrees Celsius
STEAM = False  # whether to spray water

# dough
FLOUR = "#00"  # kind of flour
# A comment below a setting heads no group.
SALT = (
    0.02
)  # share of the flour: 100% is all
SEED = 0  # of crumbs

SETTINGS = settings.read_settings(
    globals(), HEAT=limits.between(100, 500), SALT=limits.at_least(0)
)
LOAVES = 3  # no setting
print(HEAT, FLOUR, SALT, STEAM, SETTINGS.changed)
'''


@pytest.fixture
def bake(tmp_path):
    (tmp_path / "bake.py").write_text(SCRIPT.format(root=str(ROOT)))

    def call(function, *arguments):
        # A script beside the project's: joined to ROOT, an absolute path stays itself.
        return function(str(tmp_path / "bake.py"), *arguments, cwd=tmp_path)

    return call


def test_constants_are_the_defaults(bake):
    assert bake(run) == "250 #00 0.02 False {}\n"


def test_the_command_line_changes_them(bake):
    assert bake(run, "--heat=300", "--flour", "rye", "--salt=0", "--steam") == (
        "300 rye 0.0 True {'HEAT': 300, 'STEAM': True, 'FLOUR': 'rye', 'SALT': 0.0}\n"
    )
    assert bake(run, "--steam=no").startswith("250 #00 0.02 False")


def test_help_is_made_from_the_comments(bake):
    text = bake(run, "--help")
    assert text.split("\n\n")[1] == "Bakes."
    oven, dough = text.split("oven, as a baker has it:")[1].split("dough:")
    assert "degrees Celsius [250]" in oven and "--steam" in oven
    assert "kind of flour ['#00']" in dough
    assert "share of the flour: 100% is all [0.02]" in dough


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("--heat=hot", "expected a whole number. Received: 'hot'"),
        ("--heat=2000", "HEAT: expected a number from 100 to 500. Received: 2000"),
        ("--salt=nan", "SALT: expected a number of at least 0. Received: nan"),
        ("--seed=-1", "SEED: expected a number from 0 to 4294967295. Received: -1"),
        ("--steam=perhaps", "expected true or false. Received: 'perhaps'"),
        ("--heta=300", "(nearest: --heat). Received: --heta=300"),
        ("rye", "expected settings as --name=value (see --help). Received: rye"),
    ],
)
def test_mistakes_get_one_line(tmp_path, argument, expected):
    (tmp_path / "bake.py").write_text(SCRIPT.format(root=str(ROOT)))
    process = start(str(tmp_path / "bake.py"), argument, cwd=tmp_path)
    _, errors = process.communicate()
    assert process.returncode == 2
    assert errors.count("\n") == 1
    assert expected in errors


@pytest.mark.parametrize("script", ["cvae.py", "generate.py", "style_transfer.py"])
def test_mistakes_and_help_do_not_wait_for_keras(script, tmp_path):
    no_keras = {**os.environ, "KERAS_BACKEND": "none such"}
    assert "--seed" in run("cvae.py", "--help", cwd=tmp_path, env=no_keras)
    fail(script, "--seed=-1x", cwd=tmp_path, env=no_keras)


def test_importing_a_script_leaves_the_command_line_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["pytest", "--nonsense"])
    (tmp_path / "bake.py").write_text("HEAT = 1\nhelper = 2\n")
    module = {"__name__": "bake", "__file__": str(tmp_path / "bake.py")}
    read = settings.read_settings(module)
    assert read.values == {"HEAT": 1} and module["HEAT"] == 1


def test_reads_a_script_without_running_it(tmp_path):
    script = tmp_path / "bake.py"
    script.write_text(SCRIPT.format(root=""))
    defaults = {"HEAT": 250, "STEAM": False, "FLOUR": "#00", "SALT": 0.02, "SEED": 0}
    assert settings.read_script(script) == defaults
    found = settings.read_script(script, ["--salt=1", "--steam"])
    assert found == defaults | {"SALT": 1.0, "STEAM": True}
    with pytest.raises(utils.InputError, match="nearest: --heat"):
        settings.read_script(script, ["--heta=3"])


def test_whole_numbers_are_sorted_and_each_once():
    assert settings.whole_numbers("SIZES", "64, 32,64") == [32, 64]
    for bad in ("", "32 64", "32,,64", "0", "1.5", "many"):
        with pytest.raises(utils.InputError, match=f"SIZES: .* Received: '{bad}'"):
            settings.whole_numbers("SIZES", bad)
