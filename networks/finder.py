"""The finder: a network that says which ingredient one sees at each place of a photo.

It is a small U-Net (Ronneberger, Fischer & Brox 2015). The photo is folded to half its
size at once, and the answer unfolded at the end: a third of the work of convolutions at
full size, and pieces are larger than two pixels.
"""

import keras
from keras import layers, ops

from networks.layers import RandomLayer
from networks.map_layers import DepthToSpace, SpaceToDepth

SIDE = 96  # pixels of a photo that it looks at
WIDTHS = 40, 56, 80  # feature maps at a half, a quarter and an eighth of the size
ABSENT = -30.0  # logit of what the recipe does not name


@keras.saving.register_keras_serializable(package="pizza")
class PhotoJitter(RandomLayer):
    """Changes pictures as cameras do: gamma, colours, white balance, blur and noise.

    What learned from drawings is then of use for photos. Does nothing outside training.

    Args:
        seed: seed of the changes.

    Input shape:
        Pictures in 0..1, `(batch, height, width, 3)`.

    Output shape:
        The same.
    """

    def call(self, pictures, training=False):
        if not training:
            return pictures
        batch = ops.shape(pictures)[0]

        def uniform(low, high, channels=1):
            shape = (batch, 1, 1, channels)
            return keras.random.uniform(shape, low, high, seed=self.generator)

        x = ops.power(ops.maximum(pictures, 1e-4), uniform(0.7, 1.45))
        grey = ops.mean(x, axis=-1, keepdims=True)
        x = grey + (x - grey) * uniform(0.5, 1.35)
        x = x * uniform(0.82, 1.15, channels=3) * uniform(0.82, 1.12)
        x = x + (ops.average_pool(x, 3, 1, "same") - x) * uniform(0.0, 1.0)
        noise = keras.random.normal(ops.shape(x), stddev=0.02, seed=self.generator)
        return ops.clip(x + noise, 0.0, 1.0)


@keras.saving.register_keras_serializable(package="pizza")
class MaskAbsent(layers.Layer):
    """Rules out the owners that are not on a pizza.

    Input shape:
        Logits `(batch, height, width, owners)`, and `(batch, owners)`: 1 for an owner
        that is there, 0 for one that is not.

    Output shape:
        That of the logits.
    """

    def call(self, logits, present):
        return logits + ABSENT * (1.0 - present[:, None, None, :])


def build_finder(owners: int, size: int = SIDE, widths=WIDTHS) -> keras.Model:
    """Builds the finder.

    Args:
        owners: dough and ingredients.
        size: pixels a side, a multiple of 8.
        widths: feature maps at a half, a quarter and an eighth of the size.

    Returns:
        A model: photo in 0..1 -> logits `(batch, size, size, owners)`.
    """
    photo = keras.Input((size, size, 3), name="photo")
    x = layers.Rescaling(2.0, -1.0)(photo)
    x = half = _convolution(_convolution(SpaceToDepth()(x), widths[0]), widths[0])
    x = quarter = _convolution(_convolution(x, widths[1], 2), widths[1])
    x = _convolution(_convolution(x, widths[2], 2), widths[2])
    for skipped, width in ((quarter, widths[1]), (half, widths[0])):
        x = layers.Conv2DTranspose(width, 4, 2, padding="same")(x)
        x = _convolution(layers.Add()([x, skipped]), width)
    logits = DepthToSpace()(layers.Conv2D(4 * owners, 1)(x))
    return keras.Model(photo, logits, name="finder")


def _convolution(x, filters, stride=1):
    x = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
