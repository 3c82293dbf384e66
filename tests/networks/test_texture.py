"""Networks that are told a recipe: where noise lies, and the order of recipes."""

import numpy as np
from keras import ops

from networks import texture, texture_layers

RECIPE = (3, 5)


def test_noise_of_z_unfolds_where_it_belongs():
    z = np.arange(2 * 3 * 6, dtype="float32").reshape(1, 2, 3, 6)
    noise = ops.convert_to_numpy(texture_layers.NoiseMap(first=2, factor=2)(z))
    assert noise.shape == (1, 4, 6, 1)
    assert noise[0, 2:4, 4:6, 0].ravel().tolist() == z[0, 1, 2, 2:6].tolist()
    folded = ops.convert_to_numpy(texture_layers.FoldedMap(factor=2)(noise))
    assert np.array_equal(folded, z[..., 2:])


def test_noise_is_on_the_pizza_only():
    noise = ops.convert_to_numpy(texture_layers.DiscMask()(np.ones((1, 64, 64, 2))))
    assert (noise[0, 8:56, 8:56] > 0.9).sum() > 0.9 * 48 * 48 * 2
    assert noise[0, 32, :, 0].max() > 0.999
    assert noise[0, :4, :4].max() < 0.001
    generator = texture.build_generator(64, None, 0.1)
    z = np.zeros((2, *texture.latent_shape(64)), "float32")
    z[1, ..., texture.LATENT_CHANNELS :] = 1  # all noise of finer scales
    one, other = ops.convert_to_numpy(generator([z]))
    by_noise = np.abs(one - other).mean(-1)
    assert by_noise[:4, :4].max() < 0.01 * by_noise[16:48, 16:48].mean()


def test_the_order_of_a_recipe_is_no_matter():
    recipe = np.eye(5, dtype="float32")[[[1, 4, 4], [0, 3, 0]]]
    counts = ops.convert_to_numpy(texture_layers.IngredientCounts()(recipe))
    assert counts.tolist() == [[1, 0, 0, 2], [0, 0, 1, 0]]
    generator = texture.build_generator(16, RECIPE, 0.1)
    z = np.random.default_rng(0).standard_normal((1, *texture.latent_shape(16)))
    one, other = recipe[:1], recipe[:1, [2, 0, 1]]
    assert np.array_equal(generator([z, one]), generator([z, other]))
