"""A training that has collapsed is ended, with advice."""

import re
import types

import numpy as np
import pytest

import cvae_gan
import gan
import utils
from training.guard import CollapseGuard, TrainingCollapsed


def guard(samples, script=gan):
    watch = CollapseGuard(lambda: np.asarray(samples, "uint8"), script.SETTINGS.values)
    optimizer = types.SimpleNamespace(iterations=100)
    watch.set_model(types.SimpleNamespace(optimizer=optimizer))
    return watch


HEALTHY = {"d_loss": 0.5, "real_accuracy": 0.7, "fake_accuracy": 0.7}


ALIKE, DIFFERENT = np.zeros((1, 2, 4, 4, 3)), [[np.zeros(3), np.full(3, 200)]]


def test_the_guard_ends_what_has_collapsed():
    with pytest.raises(
        TrainingCollapsed, match="step 100: .* Received: d_loss nan; lower"
    ):
        guard(DIFFERENT).on_epoch_end(0, HEALTHY | {"d_loss": float("nan")})
    guard(ALIKE).on_epoch_end(0, dict(HEALTHY))  # before anything is learnt
    with pytest.raises(TrainingCollapsed, match="expected different samples"):
        guard(ALIKE).on_epoch_end(11, dict(HEALTHY))
    watch, epochs = guard(DIFFERENT), 0
    with pytest.raises(TrainingCollapsed, match="a discriminator that makes mistakes"):
        for epochs in range(100):
            sure = {"real_accuracy": 1.0, "fake_accuracy": 1.0}
            watch.on_epoch_end(epochs, HEALTHY | sure)
    assert epochs == 19


@pytest.mark.parametrize("script", [gan, cvae_gan])
def test_the_guard_advises_settings_that_the_script_has(script):
    for samples, logs in (DIFFERENT, {"d_loss": np.inf}), (ALIKE, {}):
        with pytest.raises(TrainingCollapsed) as error:
            guard(samples, script).on_epoch_end(11, HEALTHY | logs)
        advised = re.findall(r"(?:raise|lower) (\w+)", str(error.value))
        assert advised and set(advised) <= script.SETTINGS.values.keys()


def test_a_collapse_ends_a_script_with_one_line(capsys):
    def main():
        raise TrainingCollapsed("training collapsed at step 3")

    with pytest.raises(SystemExit) as end:
        utils.run(main)
    assert end.value.code == 2
    assert capsys.readouterr().err.endswith(": training collapsed at step 3\n")
