"""The GAN: the article's counts, gradients, penalties, and training end to end."""

import csv
import json
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import SMALL, assert_same, run_and_copy, weights
from keras import ops
from PIL import Image

import gan
import generate
import style_transfer
import utils
from lab import runs
from menus.sheets import LARGE
from networks import article, painter
from networks.layers import Frozen
from owners.maps import colour_of
from training import adversarial
from training.one_pass import OnePass

RECIPE, OWNERS = (3, 5), 6
WEIGHTS = dict(adversarial=1, wrong_recipes=1, r1_r2=1)
TOY = ["--menu=data/toy", "--image-size=16", "--width=0.1", "--batch-size=4"]


def test_the_articles_parameters():
    assert article.build_gan_generator(32).count_params() == 4_768_899
    assert article.build_gan_discriminator(32).count_params() == 20_887_809


@pytest.mark.parametrize("size", [32, 64])
def test_networks_draw_and_judge(size):
    pairs = [
        (article.build_gan_generator, article.build_gan_discriminator, None),
        (article.build_gan_generator, article.build_gan_discriminator, RECIPE),
        (painter.build_painter, painter.build_discriminator, OWNERS),
    ]
    for build_generator, build_discriminator, condition in pairs:
        generator = build_generator(size, condition, 0.1)
        discriminator = build_discriminator(size, condition, 0.1)
        assert generator.output_shape == (None, size, size, 3)
        assert discriminator.output_shape[-1] == 1
        inputs = 1 + bool(condition)
        assert len(generator.inputs) == len(discriminator.inputs) == inputs


def toy_gan(**options):
    generator = painter.build_painter(16, OWNERS, 0.1)
    discriminator = painter.build_discriminator(16, OWNERS, 0.1)
    model = gan.build_gan(generator, discriminator, RECIPE, WEIGHTS, **options)
    rng = np.random.default_rng(0)
    batch = {
        "photo": rng.integers(0, 256, (4, 16, 16, 3)).astype("uint8"),
        "recipe": np.eye(5, dtype="float32")[rng.integers(0, 5, (4, 3))],
        "layout": rng.integers(0, OWNERS, (4, 16, 16, 2)).astype("uint8"),
    }
    return model, generator, discriminator, batch


@pytest.mark.parametrize("loss", ["relativistic", "article"])
def test_each_loss_moves_only_its_network(loss):
    model, generator, discriminator, batch = toy_gan(loss=loss)
    with tf.GradientTape(persistent=True) as tape:
        named = model(batch, training=True)
    d_losses = {"d_loss", "r1_r2", "wrong_recipes"}
    assert named.keys() == d_losses | {"g_loss", "real_accuracy", "fake_accuracy"}
    for name in d_losses | {"g_loss"}:
        moved, constant = generator, discriminator
        if name in d_losses:
            moved, constant = constant, moved
        for weight in constant.trainable_variables:
            gradient = tape.gradient(named[name], weight.value)
            assert gradient is None or not np.any(gradient), name
        gradients = [
            tape.gradient(named[name], w.value) for w in moved.trainable_variables
        ]
        assert max(np.abs(g).max() for g in gradients if g is not None) > 0, name
    assert float(sum(model.losses)) == pytest.approx(
        sum(float(named[name]) for name in d_losses | {"g_loss"}), rel=1e-5
    )


def test_a_penalty_compares_pictures_of_the_same_view(monkeypatch):
    """Without noise both pictures are the same: no penalty, however they are turned."""
    monkeypatch.setattr(adversarial, "AddNoise", lambda *_: lambda pictures: pictures)
    model, *_, batch = toy_gan(augment_d=True)
    for _ in range(3):  # other turns each time
        named = model(batch, training=True)
        assert float(named["r1_r2"]) == 0


@pytest.mark.parametrize("recipe_shape", [None, RECIPE])
@pytest.mark.parametrize("loss", ["relativistic", "article"])
def test_one_pass_gives_the_gradients_of_two(monkeypatch, loss, recipe_shape):
    class TwoPasses(keras.layers.Layer):
        def __init__(self, network):
            super().__init__()
            self.network, self.frozen = network, Frozen(network)

        def call(self, inputs):
            x, *recipe = inputs if isinstance(inputs, list) else [inputs]
            fixed = [ops.stop_gradient(x), *recipe] if recipe else ops.stop_gradient(x)
            return self.network(fixed), self.frozen(inputs)

    generator = article.build_gan_generator(16, recipe_shape, 0.1)
    discriminator = article.build_gan_discriminator(16, recipe_shape, 0.1)
    rng = np.random.default_rng(0)
    batch = {
        "photo": tf.constant(rng.integers(0, 256, (4, 16, 16, 3)), tf.uint8),
        "recipe": tf.constant(np.eye(5, dtype="float32")[[[1, 2, 3]] * 4]),
    }
    found = []
    for way in (OnePass, TwoPasses):
        monkeypatch.setattr(adversarial, "OnePass", way)
        model = gan.build_gan(generator, discriminator, RECIPE, WEIGHTS, loss=loss)
        with tf.GradientTape() as tape:
            model(batch, training=True)
            total = sum(model.losses)
        weights = generator.trainable_variables + discriminator.trainable_variables
        found.append(tape.gradient(total, [w.value for w in weights]))
    for weight, one, two in zip(weights, *found, strict=True):
        scale = np.abs(two).max()
        cancels = loss == "relativistic" and weight.path.endswith("unconditional/bias")
        atol = 1e-6 if cancels else 1e-4 * scale
        np.testing.assert_allclose(one, two, atol=atol, err_msg=weight.path)


def test_a_sure_discriminator_still_teaches():
    """The generator's gradient is right even where the discriminator's rounds to 0."""
    photo = keras.Input((2, 2, 3))
    logit = keras.layers.Dense(1)(keras.layers.Flatten()(photo))
    discriminator = keras.Model(photo, logit)
    discriminator.layers[-1].bias.assign([-200.0])
    fake = tf.constant(np.ones((1, 2, 2, 3), "float32"))
    with tf.GradientTape() as tape:
        tape.watch(fake)
        d_logits, g_logits = OnePass(discriminator)(fake)
        adversarial.DiscriminatorLoss(False)(d_logits, d_logits)
        g_loss = ops.mean(ops.softplus(-g_logits))
    gradient = tape.gradient(g_loss, fake).numpy().ravel()
    np.testing.assert_allclose(gradient, -discriminator.weights[0][:, 0], rtol=1e-5)


@pytest.fixture(scope="module")
def place(augmented, tmp_path_factory):
    """A folder with the augmented toy menu and a GAN trained on it for a while."""
    folder = tmp_path_factory.mktemp("gan")
    shutil.copytree(augmented / "data", folder / "data")
    steps = ["--steps=120", "--sample-every=20"]
    flags = [*TOY, *steps, "--width=0.5", "--ema-momentum=0.98"]
    first = "temp/gan/*/checkpoint.weights.h5"
    run_and_copy("gan.py", *flags, cwd=folder, after=first, copy=folder / "killed")
    return folder


def newest(folder):
    return sorted((folder / "temp/gan").iterdir())[-1]


def test_both_networks_learn(place):
    """Samples become like the photos: bright corners, a dark disc."""
    folder = newest(place)
    for name in ("generator", "discriminator"):
        assert (folder / f"{name}.keras").exists()
    real = np.load(place / "data/toy/augmented_16/images.npy")
    sheets = sorted((folder / "samples").iterdir())

    def contrast(pictures):
        corners = pictures[:, [0, 0, -1, -1], [0, -1, 0, -1]].mean()
        return corners - pictures[:, 6:10, 6:10].mean()

    def samples(path):
        drawn = np.asarray(Image.open(path))[54:, 268:].astype(float)  # without photos
        return np.stack(
            [
                drawn[y : y + 64 : 4, x : x + 64 : 4]
                for y in range(0, 3 * 66, 66)
                for x in range(0, 6 * 66, 66)
            ]
        )

    first, last = (
        abs(contrast(samples(s)) - contrast(real)) for s in (sheets[0], sheets[-1])
    )
    assert last < 0.5 * first
    assert last < 40


def test_generates_a_recipe_with_a_gan(place, call, monkeypatch):
    monkeypatch.chdir(place)
    path, owners = call(generate, INGREDIENTS="ham, 2", COUNT=2).splitlines()
    assert Image.open(path.removeprefix("see ")).size[0] > 2 * 64
    assert owners.endswith("-owners.png")
    colours = np.asarray(Image.open(owners.removeprefix("see "))).reshape(-1, 3)
    for code, shown in ((2, True), (3, True), (4, False)):
        assert (colours == colour_of(code)).all(axis=1).any() == shown
    path, _ = call(generate, INGREDIENTS="").splitlines()  # each single ingredient
    assert Image.open(path.removeprefix("see ")).size[1] // (LARGE + 2) == 4
    with pytest.raises(utils.InputError, match="encoder.keras"):
        call(style_transfer)


def test_one_pizza_without_its_recipe(train_here, call):
    article = dict(NETWORKS="article", LOSS="article", PRIOR="uniform", EMA_MOMENTUM=0)
    article |= dict(AUGMENT_D=False, R1_R2_WEIGHT=0, CONDITIONAL=False)
    train_here(gan, **SMALL, **article, PIZZA="ham", STEPS=4, SAMPLE_EVERY=2)
    path = call(generate, COUNT=3).strip().removeprefix("see ")
    assert Image.open(path).size[0] > 3 * 64
    with pytest.raises(utils.InputError, match="takes no recipe"):
        call(generate, INGREDIENTS="ham")
    slugs = "expected slugs of data/toy/menu.csv, such as ham. Received: 'hamm'"
    with pytest.raises(utils.InputError, match=slugs):
        train_here(gan, **SMALL, **article, PIZZA="hamm")


def test_a_resumed_training_is_an_unbroken_one(place, train_here, tmp_path):
    unbroken = newest(place)
    shutil.copytree(place / "killed", tmp_path / "temp")
    killed = newest(tmp_path)
    assert not (killed / runs.FINISHED).exists()
    values = runs.run_settings(unbroken) | {"RESUME": True}
    assert train_here(gan, **values) == killed
    assert_same(weights(killed), weights(unbroken))
    for folder in (killed, unbroken):
        assert json.loads((folder / runs.FINISHED).read_text())["steps"] == 120
        with open(folder / "log.csv", newline="") as file:
            steps = [int(row["steps"]) for row in csv.DictReader(file)]
        assert steps == [20, 40, 60, 80, 100, 120]
