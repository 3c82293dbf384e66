"""Layers of the texture networks: recipes, the radius, and noise at every scale."""

import keras
from keras import layers, ops

STEEPNESS = 30.0  # of the disc's edge: from 0.9 to 0.1 within 0.15 of the radius


def radius(height: int, width: int, dtype: str):
    """Distance of each pixel from the centre, 1 at the middle of a side.

    Returns:
        Tensor of shape `(height, width, 1)`.
    """
    y = (ops.arange(height, dtype=dtype) + 0.5) / (height / 2) - 1.0
    x = (ops.arange(width, dtype=dtype) + 0.5) / (width / 2) - 1.0
    return ops.sqrt(ops.square(y)[:, None] + ops.square(x)[None, :])[..., None]


@keras.saving.register_keras_serializable(package="pizza")
class IngredientCounts(layers.Layer):
    """Counts how often each ingredient is in a recipe, whatever the order.

    Input shape:
        Recipe matrices `(batch, ..., longest, classes)`; class 0 is the padding.

    Output shape:
        `(batch, ..., classes - 1)`: 0 without the ingredient, 2 for a double portion.
    """

    def call(self, recipe):
        return ops.sum(recipe, axis=-2)[..., 1:]


@keras.saving.register_keras_serializable(package="pizza")
class Radius(layers.Layer):
    """Appends the distance from the centre as a channel, 1 at the middle of a side.

    A convolution cannot tell the crust from the middle (Liu et al. 2018, "An intriguing
    failing of convolutional neural networks and the CoordConv solution"); of the two
    coordinates only the radius matters for a round pizza.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, height, width, channels + 1)`.
    """

    def call(self, features):
        channel = radius(*features.shape[1:3], features.dtype)
        channel = ops.tile(channel[None], (ops.shape(features)[0], 1, 1, 1))
        return ops.concatenate([features, channel], axis=-1)


@keras.saving.register_keras_serializable(package="pizza")
class DiscMask(layers.Layer):
    """Fades feature maps to 0 outside the disc that fills a picture.

    Applied to the noise: without it, coloured specks lie around the pizza.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        The same.
    """

    def call(self, features):
        beyond = radius(*features.shape[1:3], features.dtype) - 1.0
        return features * ops.sigmoid(-STEEPNESS * beyond)


@keras.saving.register_keras_serializable(package="pizza")
class NoiseMap(layers.Layer):
    """Unfolds some channels of z into a noise map of a finer scale.

    All that is random about a picture is in z: the same z and recipe give the same
    picture, whatever the rest of the batch is.

    Args:
        first: first channel of z to take.
        factor: how many times finer the map is; takes `factor ** 2` channels.

    Input shape:
        z, `(batch, height, width, channels)`.

    Output shape:
        `(batch, factor * height, factor * width, 1)`.
    """

    def __init__(self, first, factor, **kwargs):
        super().__init__(**kwargs)
        self.first, self.factor = first, factor

    def call(self, z):
        channels = z[..., self.first : self.first + self.factor**2]
        return ops.depth_to_space(channels, self.factor)

    def get_config(self):
        return {**super().get_config(), "first": self.first, "factor": self.factor}


@keras.saving.register_keras_serializable(package="pizza")
class FoldedMap(layers.Layer):
    """Folds a map of a finer scale into channels: the inverse of `NoiseMap`.

    Args:
        factor: how many times finer the map is.

    Input shape:
        `(batch, factor * height, factor * width, 1)`.

    Output shape:
        `(batch, height, width, factor ** 2)`.
    """

    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, fine):
        return ops.space_to_depth(fine, self.factor)

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


@keras.saving.register_keras_serializable(package="pizza")
class FiLM(layers.Layer):
    """Normalises feature maps, then scales and shifts each of them by the recipe.

    Features are divided by their root mean square at each pixel (Karras et al. 2018,
    "Progressive growing of GANs"), then `features * (1 + scale) + shift`. Scale and
    shift are linear in the ingredient counts (Perez et al. 2018, "FiLM: Visual
    reasoning with a general conditioning layer"), so that the effects of two
    ingredients add up.

    Args:
        normalise: whether to divide; on large maps that costs as much as a convolution.

    Input shape:
        Features `(batch, height, width, channels)` and, if the network is conditional,
        counts `(batch, ingredients)`; or counts `(batch, strips, ingredients)`, one
        recipe for each of so many vertical strips of the picture.

    Output shape:
        That of the features.
    """

    def __init__(self, normalise=True, **kwargs):
        super().__init__(**kwargs)
        self.normalise = normalise

    def get_config(self):
        return {**super().get_config(), "normalise": self.normalise}

    def build(self, features_shape, counts_shape=None):
        channels = features_shape[-1]
        if counts_shape:
            self.kernel = self.add_weight(
                shape=(counts_shape[-1], 2 * channels),
                initializer=keras.initializers.RandomNormal(stddev=0.3),
                name="kernel",
            )
        self.bias = self.add_weight(
            shape=(2 * channels,), initializer="zeros", name="bias"
        )

    def call(self, features, counts=None):
        if self.normalise:
            mean_square = ops.mean(ops.square(features), axis=-1, keepdims=True)
            features = features * ops.rsqrt(mean_square + 1e-6)
        scale_shift = self.bias[None]
        if counts is not None:
            scale_shift = scale_shift + ops.matmul(counts, self.kernel)
        if len(scale_shift.shape) == 3:
            strips, width = scale_shift.shape[1], features.shape[2]
            strip_at = [x * strips // width for x in range(width)]
            scale_shift = ops.take(scale_shift, strip_at, axis=1)[:, None]
        else:
            scale_shift = scale_shift[:, None, None]
        scale, shift = ops.split(scale_shift, 2, axis=-1)
        return features * (1.0 + scale) + shift


@keras.saving.register_keras_serializable(package="pizza")
class Projection(layers.Layer):
    """Adds to logits the inner product of features and a projection of the recipe.

    Source: Miyato & Koyama 2018, "cGANs with projection discriminator".

    Input shape:
        Features `(batch, ..., channels)`, logits `(batch, ..., 1)` and recipe matrices
        `(batch, longest, classes)`.

    Output shape:
        That of the logits.
    """

    def build(self, features_shape, logits_shape, recipe_shape):
        self.count = IngredientCounts(dtype=self.dtype_policy)
        self.kernel = self.add_weight(
            shape=(recipe_shape[-1] - 1, features_shape[-1]),
            initializer=keras.initializers.RandomNormal(stddev=0.3),
            name="kernel",
        )

    def call(self, features, logits, recipe):
        direction = ops.matmul(self.count(recipe), self.kernel)
        ones = (1,) * (len(features.shape) - 2)
        direction = ops.reshape(direction, (-1, *ones, features.shape[-1]))
        agreement = ops.sum(features * direction, axis=-1, keepdims=True)
        return logits + agreement / features.shape[-1] ** 0.5
