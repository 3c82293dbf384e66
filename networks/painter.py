"""The painter's networks: who owns each place is decided first, then painted.

A network that is told a recipe learns the recipes of its menu by heart. One that is
told the owner of each pixel - an ingredient, the dough or the table - cannot: what
an ingredient looks like is one embedding, whatever lies beside it. So the layout of a
pizza is a part of z that can be seen, changed and chosen: who owns each pixel, and two
bits of light, for rims and holes. The other part is noise, for the shade of each piece
(Park et al. 2019, "Semantic image synthesis with
spatially-adaptive normalization", paint label maps of streets in this way).
"""

from functools import partial

import keras
from keras import layers

from networks.finder import MaskAbsent
from networks.map_layers import DepthToSpace, NoiseMap, Radius, SpaceToDepth
from networks.owner_layers import OneHot, OwnerProjection, PresentOwners
from owners.light import LEVELS

EMBEDDING = 16  # numbers that say what an owner looks like
COARSE_NOISE = 8  # channels of z at a quarter of the size
NOISE = COARSE_NOISE + 2**2 + 4**2  # with one at half the size, and one of all of it


def latent_shape(image_size: int) -> tuple[int, int, int]:
    """Shape of z: coarse noise, and that of finer scales folded into it."""
    return image_size // 4, image_size // 4, NOISE


def build_painter(image_size: int, owners: int, width: float = 1.0) -> keras.Model:
    """Builds the generator: z and a layout, owner and light of each pixel -> picture.

    It works at half and at a quarter of the size; pixels are folded into channels at
    the start and unfolded at the end (Shi et al. 2016, "Real-time single image and
    video super-resolution using an efficient sub-pixel convolutional neural network").

    Args:
        image_size: pixels, a multiple of 8.
        owners: the dough, the ingredients, and the table.
        width: factor of all numbers of feature maps.

    Returns:
        A model named "generator": z `(batch, *latent_shape)` and layouts
        `(batch, image_size, image_size, 2)` -> pictures in 0..1.
    """
    half, quarter = (max(1, int(w * width)) for w in (48, 80))
    z = keras.Input(latent_shape(image_size), name="z")
    layout = keras.Input((image_size, image_size, 2), dtype="uint8", name="layout")
    embedded = layers.Dense(EMBEDDING, use_bias=False)(OneHot(owners)(layout[..., 0]))
    light = layers.Rescaling(2 / (LEVELS - 1), -1.0)(layout[..., 1:])
    x = layers.Concatenate()([embedded, light, NoiseMap(COARSE_NOISE + 4, 4)(z)])
    x = layers.Concatenate()([SpaceToDepth()(x), NoiseMap(COARSE_NOISE, 2)(z)])
    x = layers.Conv2D(half, 1)(Radius()(x))
    convolution = partial(_convolution, normalise=True)
    x = fine = convolution(x, half)
    x = convolution(x, quarter, 4, 2)
    x = layers.Concatenate()([x, z[..., :COARSE_NOISE]])
    x = convolution(convolution(x, quarter), quarter)
    x = layers.Conv2DTranspose(half, 4, 2, padding="same")(x)
    x = layers.RMSNormalization()(layers.Add()([x, fine]))
    x = convolution(layers.LeakyReLU(0.2)(x), half)
    x = DepthToSpace()(layers.Conv2D(12, 3, padding="same", dtype="float32")(x))
    picture = layers.Activation("sigmoid", dtype="float32")(x)
    return keras.Model([z, layout], picture, name="generator")


def build_discriminator(
    image_size: int, owners: int, width: float = 1.0
) -> keras.Model:
    """Builds the discriminator: picture and layout -> logits of patches.

    The owners of a patch are projected on its features: does it show what lies there?
    Arguments as of `build_painter`.

    Returns:
        A model: picture in 0..1 and layout -> logits `(batch, size / 8, size / 8, 1)`.
    """
    widths = [max(1, int(w * width)) for w in (48, 80, 112, 128)]
    photo = keras.Input((image_size, image_size, 3), name="photo")
    layout = keras.Input((image_size, image_size, 2), dtype="uint8", name="layout")
    x = layers.Rescaling(2.0, -1.0)(photo)
    x = _convolution(Radius()(SpaceToDepth()(x)), widths[0])
    x = _convolution(x, widths[1], 4, 2)
    x = _convolution(x, widths[2], 4, 2)
    x = _convolution(x, widths[3])
    x = layers.Conv2D(widths[3], 3, padding="same")(x)
    x = layers.LeakyReLU(0.2, name="features")(x)
    # Always float32: the gradient penalty is made of small differences of logits.
    logits = layers.Conv2D(1, 1, name="unconditional", dtype="float32")(x)
    projection = OwnerProjection(owners, name="conditional", dtype="float32")
    logits = projection(x, logits, layout)
    return keras.Model([photo, layout], logits, name="discriminator")


def build_encoder(
    image_size: int, recipe_shape: tuple[int, int], width: float = 1.0
) -> keras.Model:
    """Builds the encoder: photo and recipe -> who owns each pixel, and the noise.

    Args:
        image_size: pixels, a multiple of 8.
        recipe_shape: of the recipe matrix, `(longest, classes)`.
        width: factor of all numbers of feature maps.

    Returns:
        A model: photo in 0..1 and recipe -> z_mean and z_log_var, and logits of the
        owners `(batch, image_size, image_size, classes + 1)`, low for what the recipe
        does not name.
    """
    half, quarter, eighth = (max(1, int(w * width)) for w in (40, 56, 80))
    owners = recipe_shape[1] + 1
    photo = keras.Input((image_size, image_size, 3), name="photo")
    recipe = keras.Input(recipe_shape, name="recipe")
    convolution = partial(_convolution, normalise=True)
    x = SpaceToDepth()(layers.Rescaling(2.0, -1.0)(photo))
    x = at_half = convolution(convolution(Radius()(x), half), half)
    x = at_quarter = convolution(convolution(x, quarter, 3, 2), quarter)
    x = convolution(convolution(x, eighth, 3, 2), eighth)
    for skipped, filters in ((at_quarter, quarter), (at_half, half)):
        x = layers.Conv2DTranspose(filters, 4, 2, padding="same")(x)
        x = convolution(layers.Add()([x, skipped]), filters)
        if skipped is at_quarter:
            coarse = x
    logits = layers.Conv2D(4 * owners, 1, dtype="float32")(x)
    logits = DepthToSpace(dtype="float32")(logits)
    logits = MaskAbsent(dtype="float32", name="owners")(logits, PresentOwners()(recipe))
    moments = []
    # A small variance at first: a generator that gets noisy z learns to ignore it.
    for start in ("zeros", keras.initializers.Constant(-3.0)):
        noise = [
            layers.Conv2D(COARSE_NOISE, 1, bias_initializer=start)(coarse),
            SpaceToDepth(2)(layers.Conv2D(1, 1, bias_initializer=start)(x)),
            SpaceToDepth(4)(
                DepthToSpace()(layers.Conv2D(4, 1, bias_initializer=start)(x))
            ),
        ]
        moments.append(layers.Concatenate(dtype="float32")(noise))
    return keras.Model([photo, recipe], [*moments, logits], name="encoder")


def _convolution(x, filters, kernel_size=3, stride=1, normalise=False):
    # Without normalisation the generator's features grew until it collapsed.
    x = layers.Conv2D(filters, kernel_size, stride, "same")(x)
    if normalise:
        x = layers.RMSNormalization()(x)
    return layers.LeakyReLU(0.2)(x)
