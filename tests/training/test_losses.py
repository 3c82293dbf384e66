"""Losses against formulas by hand, and Adam in one pass."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

import cvae
from networks import article
from networks.layers import Frozen, StopGradient
from training.losses import ArticleBernoulliLoss, BernoulliLoss, KLDivergence
from training.models import LossModel
from training.optimizers import FusedAdam

RECIPE = (9, 29)  # the article's longest recipe and its classes


def two_networks():
    """A generator and a discriminator, each behind the other's loss."""
    z = keras.Input((3,), name="z")
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(4)])
    discriminator = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    fake = generator(z)

    class Mean(layers.Layer):
        def call(self, x):
            self.add_loss(ops.mean(x))
            return ops.mean(x)

    outputs = {
        "discriminator": Mean()(discriminator(StopGradient()(fake))),
        "generator": Mean()(Frozen(discriminator)(fake)),
    }
    return LossModel({"z": z}, outputs), generator, discriminator


def logit(p):
    return np.log(p / (1 - p))


@pytest.mark.backends
def test_bernoulli_loss_in_nats():
    photo = np.array([0.0, 0.25, 1.0], "float32").reshape(1, 1, 1, 3)
    p = np.array([0.1, 0.25, 0.9]).reshape(1, 1, 1, 3)
    nats = -(photo * np.log(p) + (1 - photo) * np.log(1 - p)).sum()
    layer = BernoulliLoss(scale=0.5)
    loss = layer(photo, logit(p).astype("float32"))
    assert float(loss) == pytest.approx(nats, rel=1e-5)
    assert float(layer.losses[0]) == pytest.approx(0.5 * nats, rel=1e-5)


@pytest.mark.backends
def test_the_articles_loss_is_keras_clipped_cross_entropy_of_targets_below_zero():
    rng = np.random.default_rng(0)
    photo = rng.uniform(0, 1, (4, 2, 2, 3)).astype("float32")
    logits = (20 * rng.standard_normal(photo.shape)).astype("float32")
    p = np.clip(1 / (1 + np.exp(-logits)), np.float32(1e-7), np.float32(1 - 1e-7))
    target = 2 * photo - 1
    nats = -(target * np.log(p) + (1 - target) * np.log(1 - p)).sum(axis=(1, 2, 3))
    loss = ArticleBernoulliLoss()(photo, logits)
    assert float(loss) == pytest.approx(nats.mean(), rel=1e-3)


@pytest.mark.backends
def test_kl_divergence_and_its_warm_up():
    mean = np.array([[1.0, 0.0], [0.0, 0.0]], "float32")
    log_var = np.array([[0.0, 0.0], [np.log(2.0), 0.0]], "float32")
    nats = (0.5 + 0.5 * (2 - 1 - np.log(2))) / 2
    layer = KLDivergence(scale=3.0, warm_up=4)
    for step in range(6):
        loss = layer(mean, log_var, training=True)
        assert float(loss) == pytest.approx(nats, rel=1e-5)
        weight = 3.0 * min((step + 1) / 4, 1)
        assert float(layer.losses[-1]) == pytest.approx(weight * nats, rel=1e-5)
    layer(mean, log_var, training=False)
    assert float(layer.step) == 6
    layer = KLDivergence(scale=3.0, warm_up=4)
    layer(mean, log_var, training=False)  # validation compares epochs: no warm-up
    assert float(layer.losses[-1]) == pytest.approx(3.0 * nats, rel=1e-5)
    assert float(layer.step) == 0


def test_the_articles_total_loss():
    encoder = article.build_encoder(8, (3, 5), 4)
    decoder = article.build_decoder(8, (3, 5), 4)
    model = cvae.build_cvae(encoder, decoder, "article", 1.0, 0, seed=0)
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (6, 8, 8, 3)).astype("uint8")
    recipe = np.eye(5, dtype="float32")[rng.integers(0, 5, (6, 3))]
    named = model({"photo": photo, "recipe": recipe}, training=False)
    n = 8 * 8 * 3
    expected = 0.5 * float(named["reconstruction"]) / n + float(named["kl"]) / (2 * n)
    assert float(sum(model.losses)) == pytest.approx(expected, rel=1e-5)


def test_each_loss_moves_only_its_network():
    model, generator, discriminator = two_networks()
    assert len(model.weights) == 4
    frozen = [layer for layer in model.layers if isinstance(layer, Frozen)]
    assert not frozen[0].weights  # they are the discriminator's, and saved with it
    for name, moved, constant in [
        ("discriminator", discriminator, generator),
        ("generator", generator, discriminator),
    ]:
        with tf.GradientTape(persistent=True) as tape:
            loss = model({"z": np.ones((2, 3), "float32")})[name]
        for weight in constant.trainable_variables:
            assert tape.gradient(loss, weight.value) is None
        gradient = tape.gradient(loss, moved.trainable_variables[0].value)
        assert np.abs(gradient).max() > 0


def test_fused_adam_is_adam():
    def trained(optimizer):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((5,)), layers.Dense(7), layers.Dense(1)])
        model.compile(optimizer, "mse")
        rng = np.random.default_rng(0)
        x = rng.standard_normal((64, 5))
        model.fit(x, x.sum(axis=1) ** 2, batch_size=8, epochs=3, verbose=0)
        return model.get_weights()

    fused = trained(FusedAdam(0.01))
    for ours, theirs in zip(fused, trained(keras.optimizers.Adam(0.01)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=1e-6)


@pytest.mark.backends
@pytest.mark.parametrize(("clip_updates", "moved"), [(False, 10.0), (True, 1.0)])
def test_a_sudden_gradient_moves_weights_by_one_step(clip_updates, moved):
    weights = keras.Variable(np.zeros(3), dtype="float32")
    adam = FusedAdam(0.1, beta_1=0.0, beta_2=0.99, clip_updates=clip_updates)
    for _ in range(400):
        adam.apply([np.full(3, 1e-3, "float32")], [weights])
    before = keras.ops.convert_to_numpy(weights).copy()
    adam.apply([np.full(3, 1.0, "float32")], [weights])
    step = np.abs(keras.ops.convert_to_numpy(weights) - before)
    np.testing.assert_allclose(step, 0.1 * moved, rtol=0.03)


@pytest.mark.backends
def test_frozen_follows_the_network_it_holds():
    model, generator, discriminator = two_networks()
    z = {"z": np.ones((2, 3), "float32")}
    model.compile(keras.optimizers.SGD(0.1))
    model.fit(z, epochs=3, verbose=0)
    losses = model(z)
    assert float(losses["generator"]) == pytest.approx(float(losses["discriminator"]))
    direct = discriminator(generator(z["z"]))
    assert float(losses["generator"]) == pytest.approx(float(np.mean(direct)))


def test_tensorflow_traces_a_step_once(monkeypatch):
    """Twice would be seconds of each start of a training."""
    traced, compute_loss = [], LossModel.compute_loss

    def count(*args, **kwargs):
        traced.append(args)
        return compute_loss(*args, **kwargs)

    monkeypatch.setattr(LossModel, "compute_loss", count)
    model, *_ = two_networks()
    model.compile(FusedAdam(0.1))
    model.fit({"z": np.ones((2, 3), "float32")}, epochs=3, verbose=0)
    assert len(traced) == 1
