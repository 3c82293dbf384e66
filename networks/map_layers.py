"""Layers of maps of places: the radius, noise, and pixels folded into channels."""

import keras
from keras import layers, ops


def average_blocks(x, size: int):
    """Averages squares of `size` pixels of `(batch, height, width, channels)`.

    `ops.average_pool` needs to know the size of a batch on JAX.
    """
    _, height, width, channels = x.shape
    blocks = ops.reshape(x, (-1, height // size, size, width // size, size, channels))
    return ops.mean(blocks, axis=(2, 4))


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
        height, width = features.shape[1:3]
        y = (ops.arange(height, dtype=features.dtype) + 0.5) / (height / 2) - 1.0
        x = (ops.arange(width, dtype=features.dtype) + 0.5) / (width / 2) - 1.0
        radius = ops.sqrt(ops.square(y)[:, None] + ops.square(x)[None, :])
        channel = ops.tile(radius[None, ..., None], (ops.shape(features)[0], 1, 1, 1))
        return ops.concatenate([features, channel], axis=-1)


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
class SpaceToDepth(layers.Layer):
    """Folds each square of pixels into channels, see `keras.ops.space_to_depth`."""

    def __init__(self, block_size=2, **kwargs):
        super().__init__(**kwargs)
        self.block_size = block_size

    def call(self, x):
        return ops.space_to_depth(x, self.block_size)

    def get_config(self):
        return {**super().get_config(), "block_size": self.block_size}


@keras.saving.register_keras_serializable(package="pizza")
class DepthToSpace(SpaceToDepth):
    """Unfolds channels into squares of pixels, see `keras.ops.depth_to_space`."""

    def call(self, x):
        return ops.depth_to_space(x, self.block_size)
