"""A guard that ends a GAN's training once it has collapsed."""

from collections.abc import Collection

import keras
import numpy as np

from utils import ScriptError

FIRST_STEPS = 1000  # in which samples may still be the same
LEAST_DIVERSITY = 0.5  # standard deviation of a pixel's value in 0..255
PATIENCE = 2000  # steps in a row in which the discriminator may make no mistake
# What to change, by the name of the setting.
NOT_FINITE = {"GENERATOR_LEARNING_RATE": "lower", "LEARNING_RATE": "lower"}
NO_DIVERSITY = {"R1_R2_WEIGHT": "raise"}
NO_MISTAKES = {
    "DISCRIMINATOR_LEARNING_RATE": "lower",
    "LEARNING_RATE": "lower",
    "R1_R2_WEIGHT": "raise",
}


class TrainingCollapsed(ScriptError):
    """A training that cannot recover; the weights of the last epoch are kept."""


class CollapseGuard(keras.callbacks.Callback):
    """Ends a training that has collapsed, before bad weights overwrite good ones.

    Adds `diversity` to an epoch's logs: the standard deviation of a pixel's value, in
    0..255, between samples of one recipe.

    Args:
        samples: function that draws samples, uint8 `(pizzas, samples, ...)`.
        settings: names of the script's settings; others are not advised.

    Raises:
        TrainingCollapsed: at the end of an epoch, with what to change.
    """

    def __init__(self, samples, settings: Collection[str]):
        super().__init__()
        self.samples, self.settings = samples, settings

    def on_train_begin(self, logs=None):
        self.last_mistake = int(self.model.optimizer.iterations)

    def on_epoch_end(self, epoch, logs=None):
        if bad := [f"{k} {v}" for k, v in logs.items() if not np.isfinite(v)]:
            self.end("finite losses", ", ".join(bad), NOT_FINITE)
        step = int(self.model.optimizer.iterations)
        diversity = float(self.samples().astype("float32").std(axis=1).mean())
        logs["diversity"] = diversity
        if step > FIRST_STEPS and diversity < LEAST_DIVERSITY:
            self.end("different samples", f"diversity {diversity}", NO_DIVERSITY)
        if min(logs["real_accuracy"], logs["fake_accuracy"]) <= 0.999:
            self.last_mistake = step
        if step - self.last_mistake >= PATIENCE:
            expected = "a discriminator that makes mistakes"
            self.end(expected, f"none in {PATIENCE} steps", NO_MISTAKES)

    def end(self, expected: str, received, changes: dict[str, str]):
        """Raises the error; `changes` says how to change which setting."""
        step = int(self.model.optimizer.iterations)
        advice = " or ".join(
            f"{change} {name}"
            for name, change in changes.items()
            if name in self.settings
        )
        raise TrainingCollapsed(
            f"training collapsed at step {step}: expected {expected}."
            f" Received: {received}; {advice}. The weights of the last epoch are kept"
        )
