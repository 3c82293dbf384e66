"""A guard against training on after a GAN has collapsed."""

import keras
import numpy as np

from utils import InputError

PATIENCE = 20  # sheets in a row on which a discriminator that never errs is borne


class CollapseGuard(keras.callbacks.Callback):
    """Ends a training that has collapsed, before it overwrites the last good weights.

    Adds `spread` to the logs: how much samples of one recipe differ, the standard
    deviation of a pixel's value in 0..255.

    Args:
        samples: function that draws samples, uint8 `(pizzas, samples, ...)`.

    Raises:
        InputError: at the end of an epoch, with what to change.
    """

    def __init__(self, samples):
        super().__init__()
        self.samples, self.certain = samples, 0

    def on_epoch_end(self, epoch, logs=None):
        step = (epoch + 1) * self.params["steps"]
        if not all(np.isfinite(value) for value in logs.values()):
            self.end(step, "finite losses", logs, "lower GENERATOR_LEARNING_RATE")
        spread = float(self.samples().astype("float32").std(axis=1).mean())
        logs["spread"] = spread
        if epoch > 10 and spread < 0.5:
            self.end(step, "samples that differ", spread, "raise R1_R2_WEIGHT")
        never_errs = min(logs["real_accuracy"], logs["fake_accuracy"]) > 0.999
        self.certain = self.certain + 1 if never_errs else 0
        if self.certain == PATIENCE:
            advice = "lower DISCRIMINATOR_LEARNING_RATE or raise R1_R2_WEIGHT"
            self.end(step, "a discriminator that errs now and then", "none", advice)

    def end(self, step, expected, received, advice):
        raise InputError(
            f"training collapsed at step {step}: expected {expected}."
            f" Received: {received}; {advice}. The weights of the last sheet are kept"
        )
