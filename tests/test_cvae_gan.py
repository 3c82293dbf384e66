"""The CVAE+GAN: the article's counts, what each loss moves, and training end to end."""

import csv
import re
import shlex
import shutil

import numpy as np
import pytest
import tensorflow as tf
from conftest import ROOT, SMALL, assert_same, fail, run_and_copy, weights
from keras import ops
from PIL import Image

import cvae_gan
import generate
import style_transfer
import utils
from experiments import results
from lab import runs
from lab.settings import read_script
from menus.menu import Menu
from networks import article, painter
from networks.layers import RandomTurn
from training import losses
from training.sampler import Sampler
from training.samples import SampleSheet

RECIPE, OWNERS = (3, 5), 6
TOY = ["--menu=data/toy", "--image-size=16", "--width=0.1", "--batch-size=4"]
ARTICLE = dict(kl=1, pixels=1, d_features=1, c_features=1, d_means=1, c_means=1)
OURS = dict(kl=1, pixels=1, d_features=1, adversarial=1, wrong_recipes=1)


def test_the_articles_parameters():
    recipe = (9, 29)
    networks = {
        article.build_encoder(32, recipe): 2_104_864,
        article.build_cvae_gan_generator(32, recipe): 3_326_403,
        article.build_cvae_gan_discriminator(32): 932_033,
        article.build_classifier(32, recipe): 19_332_613,
    }
    for network, parameters in networks.items():
        assert network.count_params() == parameters, network.name


def toy(kind):
    """Builds four small networks, all their losses and a batch."""
    if kind == "article":
        encoder = article.build_encoder(16, RECIPE)
        generator = article.build_cvae_gan_generator(16, RECIPE)
        discriminator = article.build_cvae_gan_discriminator(16)
        classifier = article.build_classifier(16, RECIPE)
        loss_weights, options = ARTICLE, {"loss": "article", "prior": "uniform"}
    else:
        encoder = painter.build_encoder(16, RECIPE, 0.1)
        generator = painter.build_painter(16, OWNERS, 0.1)
        discriminator = painter.build_discriminator(16, OWNERS, 0.1)
        classifier, loss_weights = None, {**OURS, "r1_r2": 1, "sample_pixels": 1}
        options = {"encode_one_in": 2, "augment_d": True}
        if kind == "painter, article's loss":
            options["loss"] = "article"
    networks = encoder, generator, discriminator, classifier
    model = cvae_gan.build_cvae_gan(*networks, loss_weights, **options)
    networks = list(filter(None, networks))
    rng = np.random.default_rng(0)
    batch = {
        "photo": tf.constant(rng.integers(0, 256, (4, 16, 16, 3)), tf.uint8),
        "recipe": tf.constant(
            np.eye(5, dtype="float32")[rng.integers(0, 5, (4, 3))], tf.float32
        ),
    }
    if kind != "article":
        batch["layout"] = tf.constant(rng.integers(0, OWNERS, (4, 16, 16, 2)), tf.uint8)
    return model, networks, batch


E, G, D, C = "encoder", "generator", "discriminator", "classifier"
MOVES = {
    "article": {
        "kl": {E},
        "pixels": {E, G},
        "d_features": {E, G},
        "c_features": {E, G},
        "d_means": {G},
        "c_means": {G},
        "c_loss": {C},
        "d_loss": {D},
    },
    "painter": {
        "kl": {E},
        "owner_loss": {E},
        "pixels": {E, G},
        "sample_pixels": {G},
        "d_features": {E, G},
        "g_loss": {G},
        "d_loss": {D},
        "wrong_recipes": {D},
        "r1_r2": {D},
    },
}
MOVES["painter, article's loss"] = MOVES["painter"]


@pytest.mark.parametrize("kind", MOVES)
def test_each_loss_moves_exactly_its_networks(kind):
    model, networks, batch = toy(kind)
    with tf.GradientTape(persistent=True) as tape:
        named = model(batch, training=True)
    named = {name: value for name, value in named.items() if "accuracy" not in name}
    assert named.keys() == MOVES[kind].keys()
    for name, loss in named.items():
        moved = set()
        for network in networks:
            gradients = tape.gradient(
                loss, [w.value for w in network.trainable_variables]
            )
            size = max((np.abs(g).max() for g in gradients if g is not None), default=0)
            if size > 1e-12:
                moved.add(network.name)
        assert moved == MOVES[kind][name], name
    # The total is the sum of the losses, each with its weight, here 1; the divergence
    # counts as its mean over z.
    named["kl"] /= np.prod(networks[0].output_shape[0][1:])
    assert float(sum(model.losses)) == pytest.approx(
        sum(float(value) for value in named.values()), rel=1e-5
    )


@pytest.mark.backends
def test_the_articles_losses_by_hand():
    rng = np.random.default_rng(0)
    one, other = rng.standard_normal((2, 4, 6))
    squared = losses.SquaredError()(one, other)
    assert float(squared) == pytest.approx(((one - other) ** 2).mean())
    means = losses.MeanFeatureMatching()(one, other)
    between = one.mean(axis=0) - other.mean(axis=0)
    assert float(means) == pytest.approx(0.5 * (between**2).mean())

    def bce(target, logits):
        p = 1 / (1 + np.exp(-logits))
        return -np.log(p if target else 1 - p)

    real, reconstructed, sampled = rng.standard_normal((3, 4, 1))
    loss = losses.ThreeWayDiscriminatorLoss()(real, reconstructed, sampled)
    by_hand = bce(1, real) + bce(0, reconstructed) + bce(0, sampled)
    assert float(loss) == pytest.approx(by_hand.mean())


def test_one_softmax_cannot_name_nine_ingredients():
    recipe = np.eye(29, dtype="float32")[[[24, 17, 20, 4, 5, 6, 7, 8, 9]]]
    perfect = np.where(recipe > 0, 0.0, -1e9).reshape(1, -1)
    loss = float(losses.ClassifierLoss()(perfect, recipe))
    assert loss == pytest.approx(9 * np.log(9), rel=1e-5)


@pytest.mark.backends
def test_pictures_are_turned_alike():
    pictures = np.random.default_rng(0).random((64, 4, 4, 3)).astype("float32")
    turned, same = RandomTurn(seed=1)(pictures, pictures[:32])
    turned, same = ops.convert_to_numpy(turned), ops.convert_to_numpy(same)
    assert np.array_equal(turned[:32], same)
    ways = set()
    for picture, after in zip(pictures, turned, strict=True):
        quarters = [np.rot90(picture, k) for k in range(4)]
        all_eight = [*quarters, *(q[::-1] for q in quarters)]
        ways |= {k for k, way in enumerate(all_eight) if np.array_equal(way, after)}
    assert ways == set(range(8))


@pytest.fixture(scope="module")
def place(augmented, tmp_path_factory):
    """A folder with the augmented toy menu and a CVAE+GAN trained on it for a while."""
    folder = tmp_path_factory.mktemp("cvae_gan")
    shutil.copytree(augmented / "data", folder / "data")
    flags = ["--width=0.5", "--steps=100", "--sample-every=50", "--ema-momentum=0.9"]
    first = "temp/cvae_gan/*/checkpoint.weights.h5"
    copy = folder / "killed"
    run_and_copy("cvae_gan.py", *TOY, *flags, cwd=folder, after=first, copy=copy)
    return folder


def newest(folder):
    return sorted((folder / "temp/cvae_gan").iterdir())[-1]


def test_the_networks_learn(place):
    folder = newest(place)
    with open(folder / "log.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[1]["psnr"]) > float(rows[0]["psnr"])
    for name in (E, G, D):
        assert (folder / f"{name}.keras").exists()


def test_generates_and_transfers(place, call, monkeypatch):
    monkeypatch.chdir(place)
    path, _ = call(generate, INGREDIENTS="ham, 2", COUNT=2).splitlines()
    assert Image.open(path.removeprefix("see ")).size[0] > 2 * 64
    path = call(style_transfer).splitlines()[-1].removeprefix("see ")
    assert Image.open(path).size[0] > 4 * 64


def test_editing_a_photo_leaves_the_rest_as_it_is(place, call, monkeypatch):
    monkeypatch.chdir(place)
    given = {"PHOTO": "data/toy/photos/ham.png", "INGREDIENTS": "1, ham"}
    for change in ({"WITHOUT": "ham"}, {"WITH": "olives"}, {"TO": "1, olives"}):
        said, _ = call(style_transfer, **given | change).splitlines()
        changed, elsewhere = re.findall(r"by ([\d.]+)", said)
        assert float(elsewhere) < 2 < float(changed)
        monkeypatch.setattr(style_transfer, next(iter(change)), "")
    for mistake in ({"WITHOUT": "olives"}, {"WITH": "ham"}, {"TO": "1", "WITH": "4"}):
        with pytest.raises(utils.InputError, match="expected .* Received: "):
            call(style_transfer, **given | mistake)
        for flag in mistake:
            monkeypatch.setattr(style_transfer, flag, "")


def test_the_articles_setting_trains(train_here):
    script, *article = shlex.split(results.VARIANTS["article's CVAE+GAN"])
    values = read_script(ROOT / script, article) | SMALL
    folder = train_here(cvae_gan, **values | {"STEPS": 2, "SAMPLE_EVERY": 1})
    with open(folder / "log.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 and rows[0].keys() >= MOVES["article"].keys()
    assert (folder / "classifier.keras").exists()


def test_only_the_articles_networks_have_a_classifier(place):
    line = fail("cvae_gan.py", *TOY, "--c-means=1", cwd=place)
    assert "C_FEATURES and C_MEANS: expected 0" in line and "0.0 and 1.0" in line


def test_a_sheet_of_a_large_menu_is_of_its_first_pizzas(tmp_path):
    recipes = [[1 + i % 4] for i in range(50)]
    menu = Menu(tmp_path, [{}] * 50, [*"-abcd"], [*"-abcd"], recipes)
    photos = np.zeros((50, 16, 16, 3), "uint8")
    encoder = article.build_encoder(16, (1, 5))
    generator = article.build_cvae_gan_generator(16, (1, 5))
    rows = list(range(3, 50))
    sampler = Sampler(generator, encoder=encoder)
    sheet = SampleSheet(menu, photos, sampler, 2, rows)
    assert sheet.captions == [menu.captions[recipes[i][0]] for i in rows[:20]]
    assert sheet.notes == ["The first 20 of 47 pizzas."]
    assert sheet.reconstruct().shape == (20, 16, 16, 3)
    assert sheet.samples().shape == (20, 2, 16, 16, 3)


def test_a_resumed_training_is_an_unbroken_one(place, train_here, tmp_path):
    unbroken = newest(place)
    shutil.copytree(place / "killed", tmp_path / "temp")
    killed = newest(tmp_path)
    assert not (killed / runs.FINISHED).exists()
    values = runs.run_settings(unbroken) | {"RESUME": True}
    assert train_here(cvae_gan, **values) == killed
    assert (killed / runs.FINISHED).exists()
    assert_same(weights(killed), weights(unbroken))
