"""A training that has collapsed is ended, with advice."""

import re
import types

import numpy as np
import pytest

import cvae_gan
import gan
import utils
from training.guard import CollapseGuard, TrainingCollapsed


def guard(samples, script=gan, steps=100):
    watch = CollapseGuard(lambda: np.asarray(samples, "uint8"), script.SETTINGS.values)
    optimizer = types.SimpleNamespace(iterations=steps)
    watch.set_model(types.SimpleNamespace(optimizer=optimizer))
    watch.on_train_begin()
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
        guard(ALIKE, steps=1100).on_epoch_end(11, dict(HEALTHY))


@pytest.mark.parametrize("steps", [100, 400])
def test_the_guard_counts_steps_without_a_mistake_not_epochs(steps):
    watch = guard(DIFFERENT, steps=4000)
    sure = HEALTHY | {"real_accuracy": 1.0, "fake_accuracy": 1.0}

    def end_epochs(logs, count):
        for epoch in range(count):
            watch.model.optimizer.iterations += steps
            watch.on_epoch_end(epoch, dict(logs))

    end_epochs(sure, 2000 // steps - 1)
    end_epochs(HEALTHY, 1)
    end_epochs(sure, 2000 // steps - 1)
    with pytest.raises(TrainingCollapsed, match="mistakes. Received: none in 2000 st"):
        end_epochs(sure, 1)


@pytest.mark.parametrize("script", [gan, cvae_gan])
def test_the_guard_advises_settings_that_the_script_has(script):
    for samples, logs in (DIFFERENT, {"d_loss": np.inf}), (ALIKE, {}):
        with pytest.raises(TrainingCollapsed) as error:
            guard(samples, script, steps=1100).on_epoch_end(11, HEALTHY | logs)
        advised = re.findall(r"(?:raise|lower) (\w+)", str(error.value))
        assert advised and set(advised) <= script.SETTINGS.values.keys()


def test_a_collapse_ends_a_script_with_one_line(capsys):
    def main():
        raise TrainingCollapsed("training collapsed at step 3")

    with pytest.raises(SystemExit) as end:
        utils.run(main)
    assert end.value.code == 2
    assert capsys.readouterr().err.endswith(": training collapsed at step 3\n")
