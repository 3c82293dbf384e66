"""Keras is started quietly, on a backend that is there, whatever keras.json says."""

import logging
import os

import keras
import pytest
from conftest import fail

import utils
from training import backend


def test_only_what_python_says_is_heard(capfd, monkeypatch):
    monkeypatch.delenv(utils.DEBUG, raising=False)
    with backend.quiet():
        os.write(2, b"greetings\n")
    os.write(2, b"news\n")
    assert capfd.readouterr().err == "news\n"
    monkeypatch.setenv(utils.DEBUG, "1")
    with backend.quiet():
        os.write(2, b"greetings\n")
    assert capfd.readouterr().err == "greetings\n"


@pytest.mark.parametrize("debugging", [True, False])
def test_warnings_of_tensorflow_are_for_those_who_debug(debugging, monkeypatch, caplog):
    monkeypatch.setenv("KERAS_BACKEND", keras.backend.backend())
    monkeypatch.setenv(utils.DEBUG, "1" if debugging else "")
    monkeypatch.setattr(logging.getLogger("tensorflow"), "level", logging.WARNING)
    monkeypatch.setattr(logging.getLogger("tensorflow"), "propagate", True)
    backend.start()
    logging.getLogger("tensorflow").warning("traced again")
    assert ("traced again" in caplog.text) == debugging


@pytest.mark.parametrize("name", ["torch", "numpy", "none such"])
def test_other_backends_are_refused(name, capsys, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", name)
    with pytest.raises(SystemExit):
        backend.start()
    line = f"expected tensorflow or jax, installed. Received: '{name}'\n"
    assert capsys.readouterr().err.endswith(line)


@pytest.mark.parametrize(
    "script",
    [
        "experiments.compare",
        "experiments.leave_one_out",
        "experiments.recombination",
        "experiments.teach_finder",
        "judge.py",
        "toppings.py",
    ],
)
def test_each_script_refuses_them_in_one_line(script, menu, tmp_path):
    environment = os.environ | {"KERAS_BACKEND": "none such"}
    flags = ["--menu=data/toy"] if script == "toppings.py" else []
    line = fail(script, *flags, cwd=tmp_path, env=environment)
    assert line.endswith(
        "KERAS_BACKEND: expected tensorflow or jax, installed. Received: 'none such'"
    )


def test_what_keras_json_asks_for_does_not_count(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", keras.backend.backend())
    keras.config.set_image_data_format("channels_first")
    keras.config.set_floatx("float16")
    backend.start()
    assert keras.config.image_data_format() == "channels_last"
    assert keras.config.floatx() == "float32"
