"""Texture networks: z is a map of places, and the discriminator judges patches.

The places of two hundred pieces do not fit into a vector. They fit into a map, of 8x8
places at 64 pixels. The recipe says how the pieces look, the same everywhere; z says
where they lie. The discriminator judges patches, since a menu of 20 photos holds only
20 whole pizzas, but thousands of different patches.
"""

import keras
from keras import layers

from networks.texture_layers import (
    DiscMask,
    FiLM,
    FoldedMap,
    IngredientCounts,
    NoiseMap,
    Projection,
    Radius,
)
from utils import InputError

LATENT_CHANNELS = 16  # of z's map, without the noise of finer scales
SCALES = 4  # from an eighth of the image's size to all of it


def latent_shape(image_size: int) -> tuple[int, int, int]:
    """Shape of z: the latent map, and the noise of all finer scales folded into it."""
    base = image_size // 2 ** (SCALES - 1)
    noise = sum(4**k for k in range(1, SCALES))
    return base, base, LATENT_CHANNELS + noise


def build_generator(
    image_size: int, recipe_shape: tuple[int, int] | None = None, width: float = 1.0
) -> keras.Model:
    """Builds the generator: z and, if it is conditional, a recipe -> picture.

    Args:
        image_size: pixels, a multiple of 8.
        recipe_shape: of the recipe matrix, `(longest, classes)`; None for a network
            without recipes.
        width: factor of all numbers of feature maps.

    Returns:
        A model named "generator", its pictures in 0..1.
    """
    widths = [max(1, int(w * width)) for w in (96, 96, 64, 32)]
    inputs = [keras.Input(latent_shape(image_size), name="z")]
    z, counts = inputs[0], []
    if recipe_shape:
        inputs.append(keras.Input(recipe_shape, name="recipe"))
        counts = [IngredientCounts()(inputs[1])]
    x = Radius()(z[..., :LATENT_CHANNELS])
    for _ in range(2):
        x = layers.Conv2D(widths[0], 3, padding="same")(x)
        x = FiLM()(x, *counts)
        x = layers.LeakyReLU(0.2)(x)
    first = LATENT_CHANNELS
    for k, width in enumerate(widths[1:], start=1):
        # Half the time of upsampling and a convolution. Kernels that are a multiple of
        # the stride leave no checkerboard (Odena, Dumoulin & Olah 2016, "Deconvolution
        # and checkerboard artifacts").
        x = layers.Conv2DTranspose(width, 4, 2, padding="same")(x)
        noise = Radius()(DiscMask()(NoiseMap(first, 2**k)(z)))
        x = layers.Add()([x, layers.Conv2D(width, 1, use_bias=False)(noise)])
        x = FiLM(normalise=k < SCALES - 1)(x, *counts)  # too slow on the largest map
        x = layers.LeakyReLU(0.2)(x)
        first += 4**k
    picture = layers.Conv2D(
        3, 3, padding="same", activation="sigmoid", dtype="float32"
    )(x)
    return keras.Model(inputs, picture, name="generator")


def with_strips(generator: keras.Model, strips: int) -> keras.Model:
    """Lets a trained generator draw one pizza by several recipes, side by side.

    Crust and places come from z, so that they are the same in all strips. At a border
    the last convolutions mix the two recipes.

    Args:
        generator: z and recipe -> picture.
        strips: how many recipes; 2 for half and half.

    Returns:
        A model with the same weights: z and recipes `(batch, strips, longest, classes)`
        from left to right -> picture.

    Raises:
        InputError: the network has no `FiLM` layer, which takes a recipe for each
            place.
    """
    if not any(isinstance(layer, FiLM) for layer in generator.layers):
        raise InputError(
            "recipes side by side: expected a network that takes a recipe for each"
            f" place, as `gan.py` trains them. Received: {generator.name!r}, which"
            " takes one for the whole picture"
        )
    z, recipe = generator.inputs
    recipes = keras.Input((strips, *recipe.shape[1:]), name="recipe")
    copy = keras.models.clone_model(generator, [z, recipes])
    copy.set_weights(generator.get_weights())
    return copy


def build_discriminator(
    image_size: int, recipe_shape: tuple[int, int] | None = None, width: float = 1.0
) -> keras.Model:
    """Builds the discriminator: picture in 0..1 -> logits of patches, 8x8 at 64 pixels.

    Arguments as of `build_generator`; a recipe is projected on each patch's features.
    Source: Isola et al. 2017, "Image-to-image translation with conditional adversarial
    networks".
    """
    widths = [max(1, int(w * width)) for w in (32, 64, 96, 128)]
    inputs = [keras.Input((image_size, image_size, 3), name="photo")]
    x = layers.Rescaling(2.0, -1.0)(inputs[0])
    x = Radius()(x)
    for width in widths[:3]:
        x = layers.Conv2D(width, 4, 2, padding="same")(x)
        x = layers.LeakyReLU(0.2)(x)
    x = layers.Conv2D(widths[3], 3, padding="same")(x)
    x = layers.LeakyReLU(0.2)(x)
    x = layers.Conv2D(widths[3], 3, padding="same")(x)
    x = layers.LeakyReLU(0.2, name="features")(x)
    # Always float32: the gradient penalty is made of small differences of logits.
    logits = layers.Conv2D(1, 1, name="unconditional", dtype="float32")(x)
    if recipe_shape:
        inputs.append(keras.Input(recipe_shape, name="recipe"))
        logits = Projection(name="conditional", dtype="float32")(x, logits, inputs[1])
    return keras.Model(inputs, logits, name="discriminator")


def build_encoder(
    image_size: int, recipe_shape: tuple[int, int], width: float = 1.0
) -> keras.Model:
    """Builds the encoder, which finds the z of a photo: its map and all its noise.

    Arguments as of `build_generator`.

    Returns:
        A model: photo in 0..1 and recipe -> z_mean and z_log_var, each of z's shape.
    """
    widths = [max(1, int(w * width)) for w in (32, 64, 96, 128)]
    photo = keras.Input((image_size, image_size, 3), name="photo")
    recipe = keras.Input(recipe_shape, name="recipe")
    counts = IngredientCounts()(recipe)
    x = layers.Rescaling(2.0, -1.0)(photo)
    x = Radius()(x)
    means, log_vars = [], []  # in the order of z's channels: the finest noise last
    for k, width in zip(reversed(range(SCALES)), widths, strict=True):
        x = layers.Conv2D(width, 3, padding="same")(x)
        if k < SCALES - 1:  # too slow on the largest map
            x = FiLM()(x, counts)
        x = layers.LeakyReLU(0.2)(x)
        channels = 1 if k else LATENT_CHANNELS
        mean = layers.Conv2D(channels, 3, padding="same")(x)
        # A small variance at first: a generator that gets noisy z learns to ignore it.
        log_var = layers.Conv2D(
            channels,
            1,
            kernel_initializer="zeros",
            bias_initializer=keras.initializers.Constant(-3.0),
        )(x)
        if k:  # the noise of a scale is read from the feature map of the same scale
            mean, log_var = FoldedMap(2**k)(mean), FoldedMap(2**k)(log_var)
            x = layers.AveragePooling2D(2)(x)
        means.insert(0, mean)
        log_vars.insert(0, log_var)
    z_mean = layers.Concatenate(name="z_mean")(means)
    z_log_var = layers.Concatenate(name="z_log_var")(log_vars)
    return keras.Model([photo, recipe], [z_mean, z_log_var], name="encoder")
