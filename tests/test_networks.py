"""Networks, losses, optimizer and batches: counts, arithmetic, gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

import cvae
import utils
from networks.data import Batches, rows_to_learn, split
from networks.layers import Frozen, RecipeChannel, Sampling, StopGradient
from networks.losses import ArticleBernoulliLoss, BernoulliLoss, KLDivergence
from networks.models import LossModel
from networks.optimizers import FusedAdam

RECIPE = (9, 29)  # the article's longest recipe and its classes


@pytest.mark.parametrize(
    ("recipe_at", "parameters"), [("features", 4_221_987), ("pixels", 3_954_867)]
)
def test_the_articles_parameters(recipe_at, parameters):
    encoder = cvae.build_encoder(32, RECIPE, 512, recipe_at)
    decoder = cvae.build_decoder(32, RECIPE, 512)
    assert encoder.count_params() + decoder.count_params() == parameters
    model = cvae.build_cvae(encoder, decoder, "article", 1.0, 0, seed=0)
    trained = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    assert trained == parameters


@pytest.mark.parametrize("size", [4, 12, 64])
def test_any_multiple_of_four(size):
    decoder = cvae.build_decoder(size, RECIPE, 8)
    assert decoder.output_shape == (None, size, size, 3)


@pytest.mark.backends
def test_the_recipe_channel_repeats_and_cuts():
    recipe = np.arange(2 * 3 * 5, dtype="float32").reshape(2, 3, 5)
    features = np.zeros((2, 4, 6, 7), "float32")
    channel = ops.convert_to_numpy(RecipeChannel()(features, recipe))[..., 7]
    for i in range(2):
        flat = np.tile(recipe[i].ravel(), 2)[:24]
        assert np.array_equal(channel[i].ravel(), flat)


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


@pytest.mark.backends
def test_sampling_has_the_mean_and_the_variance_asked_for():
    mean = np.full((20_000, 1), 3.0, "float32")
    log_var = np.full((20_000, 1), np.log(4.0), "float32")
    z = ops.convert_to_numpy(Sampling(seed=0)(mean, log_var))
    assert z.mean() == pytest.approx(3.0, abs=0.05)
    assert z.std() == pytest.approx(2.0, rel=0.03)


def test_the_articles_total_loss():
    encoder = cvae.build_encoder(8, (3, 5), 4, "pixels")
    decoder = cvae.build_decoder(8, (3, 5), 4)
    model = cvae.build_cvae(encoder, decoder, "article", 1.0, 0, seed=0)
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (6, 8, 8, 3)).astype("uint8")
    recipe = np.eye(5, dtype="float32")[rng.integers(0, 5, (6, 3))]
    named = model({"photo": photo, "recipe": recipe}, training=False)
    n = 8 * 8 * 3
    expected = 0.5 * float(named["reconstruction"]) / n + float(named["kl"]) / (2 * n)
    assert float(sum(model.losses)) == pytest.approx(expected, rel=1e-5)


def two_networks():
    """A generator and a discriminator, each behind the other's loss."""
    z = keras.Input((3,), name="z")
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(4)])
    discriminator = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    made = generator(z)

    class Mean(layers.Layer):
        def call(self, x):
            self.add_loss(ops.mean(x))
            return ops.mean(x)

    outputs = {
        "discriminator": Mean()(discriminator(StopGradient()(made))),
        "generator": Mean()(Frozen(discriminator)(made)),
    }
    return LossModel({"z": z}, outputs), generator, discriminator


def test_each_loss_moves_only_its_network():
    model, generator, discriminator = two_networks()
    assert len(model.weights) == 4
    frozen = [layer for layer in model.layers if isinstance(layer, Frozen)]
    assert not frozen[0].weights  # they are the discriminator's, and saved with it
    for name, moved, still in [
        ("discriminator", discriminator, generator),
        ("generator", generator, discriminator),
    ]:
        with tf.GradientTape(persistent=True) as tape:
            loss = model({"z": np.ones((2, 3), "float32")})[name]
        for weight in still.trainable_variables:
            assert tape.gradient(loss, weight.value) is None
        gradient = tape.gradient(loss, moved.trainable_variables[0].value)
        assert np.abs(gradient).max() > 0


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


def batches(**options):
    images = np.arange(20, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3))
    codes = np.stack([[i % 4, 1, 2] for i in range(20)])
    settings = dict(indices=np.arange(20), batch_size=6, seed=3)
    return Batches(images.astype(np.uint8), codes, 5, **(settings | options))


def test_an_epoch_shows_each_picture_once_with_its_recipe_shuffled():
    stream = batches()
    assert stream.steps == 3
    shown = [stream[i][0] for i in range(6)]
    for epoch in (shown[:3], shown[3:]):
        numbers = np.concatenate([b["photo"][:, 0, 0, 0] for b in epoch])
        assert len(set(numbers)) == 18
    orders = set()
    for batch in shown:
        for photo, recipe in zip(batch["photo"], batch["recipe"], strict=True):
            codes = recipe.argmax(axis=-1)
            assert sorted(codes) == sorted([photo[0, 0, 0] % 4, 1, 2])
            orders.add(tuple(codes))
    assert len(orders) > 10


def test_a_batch_is_a_function_of_its_number():
    whole, resumed = batches(), batches()
    resumed.first = 4
    for i in (2, 0, 1):
        for name in ("photo", "recipe"):
            assert np.array_equal(whole[4 + i][0][name], resumed[i][0][name])


def test_validation_shows_all_in_the_same_order():
    once = batches(endless=False)
    assert once.num_batches == 4
    assert sum(len(once[i][0]["photo"]) for i in range(4)) == 20


def test_split_is_disjoint_and_whole():
    train_on, validate_on = split(np.arange(14_400) + 720, 0.1, seed=0)
    assert (len(train_on), len(validate_on)) == (12_960, 1_440)
    assert {*train_on, *validate_on} == {*range(720, 720 + 14_400)}


def test_what_is_held_out_is_not_learned(menu):
    toy = utils.read_menu(menu)  # margherita, ham, olives
    assert rows_to_learn(toy, "") == [0, 1, 2]
    assert rows_to_learn(toy, "olives, margherita") == [1]
    assert rows_to_learn(toy, "olives", only="ham") == [1]
    with pytest.raises(utils.InputError, match="HOLD_OUT: expected fewer than all 1"):
        rows_to_learn(toy, "ham", only="ham")
