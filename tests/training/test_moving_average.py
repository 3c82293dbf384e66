"""Averaged weights of one network of two."""

import keras
import numpy as np
import pytest

from training.losses import MeanFeatureMatching
from training.models import LossModel
from training.moving_average import MovingAverage
from training.optimizers import FusedAdam, optimizer_of_each


@pytest.mark.backends
def test_the_moving_average_of_one_network_of_two():
    inputs = keras.Input((2,), name="x")
    averaged, other = (
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]) for _ in range(2)
    )
    loss = MeanFeatureMatching()(averaged(inputs), other(inputs))
    model = LossModel({"x": inputs}, {"loss": loss})
    adam = FusedAdam(0.1, use_ema=True, ema_momentum=0.75)
    model.compile(optimizer_of_each({averaged: adam, other: FusedAdam(0.1)}))
    copy = keras.models.clone_model(averaged)
    weights = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            weights.append(averaged.get_weights())

    x = {"x": np.random.default_rng(0).standard_normal((8, 2))}
    draw = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: copy.predict(x["x"], verbose=0)
    )
    callbacks = [Watch(), MovingAverage(adam, copy), draw]
    model.fit(x, epochs=4, verbose=0, callbacks=callbacks)
    mean = weights[0]  # Keras begins with the weights after the first step
    for later in weights[1:]:
        mean = [0.75 * m + 0.25 * w for m, w in zip(mean, later, strict=True)]
    for found, expected in zip(copy.get_weights(), mean, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert not np.allclose(copy.get_weights()[0], weights[-1][0])
    model.fit(x, verbose=0)  # JAX gives away arrays: no weight shares its average's
