"""Layers of the texture networks: recipes, the radius and noise, at every scale."""

import keras
from keras import layers, ops

EDGE = 30.0  # steepness where a disc ends: from 0.9 to 0.1 in 0.15 of its radius


def radius(height: int, width: int, dtype: str):
    """Distance of each pixel from the centre, 1 at the middle of a side.

    Returns:
        Tensor of shape `(height, width, 1)`.
    """
    y = (ops.arange(height, dtype=dtype) + 0.5) / (height / 2) - 1.0
    x = (ops.arange(width, dtype=dtype) + 0.5) / (width / 2) - 1.0
    return ops.sqrt(ops.square(y)[:, None] + ops.square(x)[None, :])[..., None]


class Amounts(layers.Layer):
    """Counts a recipe's ingredients: their order carries no meaning.

    Input shape:
        Recipe matrices `(batch, ..., longest, classes)`; class 0 is the padding.

    Output shape:
        `(batch, ..., classes - 1)`: 0 without the ingredient, 2 for a double portion.
    """

    def call(self, recipe):
        return ops.sum(recipe, axis=-2)[..., 1:]


class Radius(layers.Layer):
    """Appends the distance from the centre as a channel, 1 at the middle of a side.

    A convolution cannot tell the rim from the middle (Liu et al. 2018, "An intriguing
    failing of convolutional neural networks and the CoordConv solution"); of the two
    coordinates only the radius matters to a disc.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, height, width, channels + 1)`.
    """

    def call(self, features):
        channel = radius(*features.shape[1:3], features.dtype)
        channel = ops.tile(channel[None], (ops.shape(features)[0], 1, 1, 1))
        return ops.concatenate([features, channel], axis=-1)


class Disc(layers.Layer):
    """Fades maps out around the disc that fills a picture.

    A pizza's noise is on the pizza: else coloured specks lie around it.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        The same.
    """

    def call(self, features):
        beyond = radius(*features.shape[1:3], features.dtype) - 1.0
        return features * ops.sigmoid(-EDGE * beyond)


class NoiseMap(layers.Layer):
    """Unfolds some channels of z into a noise map of a finer scale.

    So z holds all that is random about a picture: the same z and recipe give the same
    picture, whatever else is drawn with them.

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
        n, (height, width) = self.factor, z.shape[1:3]
        cells = z[..., self.first : self.first + n * n]
        cells = ops.reshape(cells, (-1, height, width, n, n))
        cells = ops.transpose(cells, (0, 1, 3, 2, 4))
        return ops.reshape(cells, (-1, height * n, width * n, 1))

    def get_config(self):
        return {**super().get_config(), "first": self.first, "factor": self.factor}


class FoldedMap(layers.Layer):
    """Folds a map of a finer scale into channels: `NoiseMap` the other way round.

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
        n = self.factor
        height, width = fine.shape[1] // n, fine.shape[2] // n
        cells = ops.reshape(fine, (-1, height, n, width, n))
        cells = ops.transpose(cells, (0, 1, 3, 2, 4))
        return ops.reshape(cells, (-1, height, width, n * n))

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Modulation(layers.Layer):
    """Scales and shifts every feature map by the recipe, after evening them out.

    Features are divided by their root mean square at each pixel (Karras et al. 2018,
    "Progressive growing of GANs"), then `features * (1 + scale) + shift`, both linear
    in the amounts (Perez et al. 2018, "FiLM"): so that what two ingredients do
    together is what each does, added.

    Args:
        evened: whether to divide; on large maps that costs as much as a convolution.

    Input shape:
        Features `(batch, height, width, channels)`, and unless the network knows no
        recipe, amounts `(batch, ingredients)`; or `(batch, strips, ingredients)`, as
        many vertical strips of the picture side by side, each with its own.

    Output shape:
        That of the features.
    """

    def __init__(self, evened=True, **kwargs):
        super().__init__(**kwargs)
        self.evened = evened

    def get_config(self):
        return {**super().get_config(), "evened": self.evened}

    def build(self, features_shape, amounts_shape=None):
        channels = features_shape[-1]
        if amounts_shape:
            self.kernel = self.add_weight(
                shape=(amounts_shape[-1], 2 * channels),
                initializer=keras.initializers.RandomNormal(stddev=0.3),
                name="kernel",
            )
        self.bias = self.add_weight(
            shape=(2 * channels,), initializer="zeros", name="bias"
        )

    def call(self, features, amounts=None):
        if self.evened:
            mean_square = ops.mean(ops.square(features), axis=-1, keepdims=True)
            features = features * ops.rsqrt(mean_square + 1e-6)
        scale_shift = self.bias[None]
        if amounts is not None:
            scale_shift = scale_shift + ops.matmul(amounts, self.kernel)
        if len(scale_shift.shape) == 3:
            strips, width = scale_shift.shape[1], features.shape[2]
            strip_at = [x * strips // width for x in range(width)]
            scale_shift = ops.take(scale_shift, strip_at, axis=1)[:, None]
        else:
            scale_shift = scale_shift[:, None, None]
        scale, shift = ops.split(scale_shift, 2, axis=-1)
        return features * (1.0 + scale) + shift


class Projection(layers.Layer):
    """Adds to logits how well features agree with the recipe: their inner product.

    Source: Miyato & Koyama 2018, "cGANs with projection discriminator".

    Input shape:
        Features `(batch, ..., channels)`, logits `(batch, ..., 1)` and recipe matrices.

    Output shape:
        That of the logits.
    """

    def build(self, features_shape, logits_shape, recipe_shape):
        self.amounts = Amounts(dtype=self.dtype_policy)
        self.kernel = self.add_weight(
            shape=(recipe_shape[-1] - 1, features_shape[-1]),
            initializer=keras.initializers.RandomNormal(stddev=0.3),
            name="kernel",
        )

    def call(self, features, logits, recipe):
        direction = ops.matmul(self.amounts(recipe), self.kernel)
        between = (1,) * (len(features.shape) - 2)
        direction = ops.reshape(direction, (-1, *between, features.shape[-1]))
        agreement = ops.sum(features * direction, axis=-1, keepdims=True)
        return logits + agreement / features.shape[-1] ** 0.5


LAYERS = [Amounts, Disc, Radius, NoiseMap, FoldedMap, Modulation, Projection]
