"""Networks in lower precision: losses and gradients stay the same."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import cvae
import cvae_gan
import gan
from networks import article, painter
from training.models import load_network, precision

RECIPE, OWNERS = (3, 5), 6
WEIGHTS = dict(kl=1, pixels=1, d_features=1, adversarial=1, wrong_recipes=1, r1_r2=1)


def build(method: str, policy: str):
    """Builds a method's networks in a precision, and its losses."""
    keras.utils.set_random_seed(0)
    if method == "cvae":
        with precision(policy):
            encoder = article.build_encoder(16, RECIPE, 4)
            decoder = article.build_decoder(16, RECIPE, 4)
        return cvae.build_cvae(encoder, decoder, "elbo", 1.0, 0, seed=0), decoder
    with precision(policy):
        encoder = painter.build_encoder(16, RECIPE, 0.3)
        generator = painter.build_painter(16, OWNERS, 0.3)
        discriminator = painter.build_discriminator(16, OWNERS, 0.3)
    if method == "gan":
        weights = WEIGHTS | {"r1_r2": gan.R1_R2_WEIGHT}
        return gan.build_gan(generator, discriminator, RECIPE, weights), generator
    networks = encoder, generator, discriminator, None
    return cvae_gan.build_cvae_gan(*networks, WEIGHTS), generator


@pytest.mark.parametrize("method", ["cvae", "gan", "cvae_gan"])
def test_losses_and_gradients_agree(method, tmp_path):
    rng = np.random.default_rng(0)
    batch = {
        "photo": tf.constant(rng.integers(0, 256, (8, 16, 16, 3)), tf.uint8),
        "recipe": tf.constant(
            np.eye(5, dtype="float32")[rng.integers(0, 5, (8, 3))], tf.float32
        ),
    }
    if method != "cvae":
        labels = rng.integers(0, OWNERS, (8, 16, 16, 2))
        batch["layout"] = tf.constant(labels, tf.uint8)
    losses, gradients = [], []
    for policy in ("float32", "mixed_bfloat16"):
        model, generator = build(method, policy)
        with tf.GradientTape() as tape:
            losses.append(model(batch, training=True))
            total = sum(model.losses)
        weights = [w.value for w in model.trainable_variables]
        assert {w.dtype for w in weights} == {tf.float32}
        gradients.append(
            np.concatenate([np.ravel(g) for g in tape.gradient(total, weights)])
        )
    kinds = {layer.compute_dtype for layer in generator.layers}
    assert kinds == {"float32", "bfloat16"}
    for name in losses[0]:
        one, other = (float(of[name]) for of in losses)
        assert other == pytest.approx(one, rel=0.03, abs=1e-3), name
    one, other = gradients
    assert one @ other > 0.99 * np.linalg.norm(one) * np.linalg.norm(other)
    assert not np.array_equal(one, other)

    generator.save(tmp_path / "generator.keras")
    z = rng.standard_normal((2, *generator.inputs[0].shape[1:]), "float32")
    inputs = [z, np.asarray(batch[generator.inputs[1].name][:2])]
    drawn = generator(inputs)
    assert drawn.dtype == tf.float32
    again = load_network(tmp_path, "generator")(inputs)
    np.testing.assert_array_equal(drawn, again)


def test_what_networks_return_is_in_full_precision():
    with precision("mixed_bfloat16"):
        networks = [
            article.build_encoder(16, RECIPE, 4),
            article.build_decoder(16, RECIPE, 4),
            article.build_gan_discriminator(16, RECIPE),
            article.build_cvae_gan_discriminator(16),
            article.build_classifier(16, RECIPE),
            painter.build_encoder(16, RECIPE, 0.3),
            painter.build_painter(16, OWNERS, 0.3),
            painter.build_discriminator(16, OWNERS, 0.3),
        ]
    for network in networks:
        assert {output.dtype for output in network.outputs} == {"float32"}
