"""The article's networks, and layers."""

import numpy as np
import pytest
from keras import ops

import cvae
from networks import article
from networks.layers import Sampling
from networks.map_layers import NoiseMap
from networks.recipe_layers import Projection, RecipeChannel

RECIPE = (9, 29)  # the article's longest recipe and its classes


@pytest.mark.parametrize(
    ("recipe_at", "parameters"), [("features", 4_221_987), ("pixels", 3_954_867)]
)
def test_the_articles_parameters(recipe_at, parameters):
    encoder = article.build_encoder(32, RECIPE, 512, recipe_at)
    decoder = article.build_decoder(32, RECIPE, 512)
    assert encoder.count_params() + decoder.count_params() == parameters
    model = cvae.build_cvae(encoder, decoder, "article", 1.0, 0, seed=0)
    trained = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    assert trained == parameters


@pytest.mark.parametrize("size", [4, 12, 64])
def test_any_multiple_of_four(size):
    decoder = article.build_decoder(size, RECIPE, 8)
    assert decoder.output_shape == (None, size, size, 3)


@pytest.mark.backends
def test_the_recipe_channel_repeats_and_cuts():
    recipe = np.arange(2 * 3 * 5, dtype="float32").reshape(2, 3, 5)
    features = np.zeros((2, 4, 6, 7), "float32")
    channel = ops.convert_to_numpy(RecipeChannel()(features, recipe))[..., 7]
    for i in range(2):
        flat = np.tile(recipe[i].ravel(), 2)[:24]
        assert np.array_equal(channel[i].ravel(), flat)


@pytest.mark.backends
def test_a_projection_counts_what_is_in_a_recipe():
    rng = np.random.default_rng(0)
    features, logits = rng.standard_normal((1, 7)), rng.standard_normal((1, 1))
    recipe = np.eye(5, dtype="float32")[[[1, 4, 4]]]
    project = Projection()
    once = ops.convert_to_numpy(project(features, logits, recipe))
    reordered = ops.convert_to_numpy(project(features, logits, recipe[:, [2, 0, 1]]))
    np.testing.assert_allclose(once, reordered, rtol=1e-6)
    one, _, _, four = ops.convert_to_numpy(project.kernel)
    by_hand = logits + features @ (one + 2 * four) / 7**0.5
    np.testing.assert_allclose(once[0], by_hand[0], rtol=1e-5)


@pytest.mark.backends
def test_noise_of_z_unfolds_where_it_belongs():
    z = np.arange(2 * 3 * 6, dtype="float32").reshape(1, 2, 3, 6)
    noise = ops.convert_to_numpy(NoiseMap(first=2, factor=2)(z))
    assert noise.shape == (1, 4, 6, 1)
    assert noise[0, 2:4, 4:6, 0].ravel().tolist() == z[0, 1, 2, 2:6].tolist()


@pytest.mark.backends
def test_sampling_has_the_mean_and_the_variance_asked_for():
    mean = np.full((20_000, 1), 3.0, "float32")
    log_var = np.full((20_000, 1), np.log(4.0), "float32")
    z = ops.convert_to_numpy(Sampling(seed=0)(mean, log_var))
    assert z.mean() == pytest.approx(3.0, abs=0.05)
    assert z.std() == pytest.approx(2.0, rel=0.03)
