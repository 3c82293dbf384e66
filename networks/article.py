"""All networks of the article: of its CVAE, its GAN and its CVAE+GAN.

They draw whole pictures from a vector z. The CVAE+GAN's encoder is the CVAE's with the
defaults; both generators and both discriminators differ in their numbers of filters.
Pictures go in as 0..1 and are rescaled to the article's -1..1 inside.
"""

from collections.abc import Sequence

import keras
from keras import layers

from networks.recipe_layers import Projection, RecipeChannel

LATENT_DIM = 512  # of GAN and CVAE+GAN, and of the larger of the article's CVAEs


def build_encoder(
    image_size: int,
    recipe_shape: tuple[int, int],
    latent_dim: int = LATENT_DIM,
    recipe_at: str = "pixels",
) -> keras.Model:
    """Builds the encoder of CVAE and CVAE+GAN, which finds the z of a photo.

    Args:
        image_size: pixels, a multiple of 4.
        recipe_shape: of the recipe matrix, `(longest, classes)`.
        latent_dim: length of z.
        recipe_at: "features" concatenates the recipe to the last features (the
            article's way 1), "pixels" adds it to the first feature map as a channel
            (way 2).

    Returns:
        A model: photo in 0..1 and recipe -> z_mean and z_log_var.
    """
    photo = keras.Input((image_size, image_size, 3), name="photo")
    recipe = keras.Input(recipe_shape, name="recipe")
    x = layers.Rescaling(2.0, -1.0)(photo)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    if recipe_at == "pixels":
        x = RecipeChannel()(x, recipe)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    if recipe_at == "features":
        x = layers.Concatenate()([x, layers.Flatten()(recipe)])
    x = layers.Dense(1024, activation="relu")(x)
    z_mean = layers.Dense(latent_dim, dtype="float32", name="z_mean")(x)
    z_log_var = layers.Dense(latent_dim, dtype="float32", name="z_log_var")(x)
    return keras.Model([photo, recipe], [z_mean, z_log_var], name="encoder")


def build_decoder(
    image_size: int, recipe_shape: tuple[int, int], latent_dim: int
) -> keras.Model:
    """Builds the CVAE's decoder: z and recipe -> logits of the picture's values.

    Arguments as of `build_encoder`.
    """
    z = keras.Input((latent_dim,), name="z")
    recipe = keras.Input(recipe_shape, name="recipe")
    quarter = image_size // 4
    x = layers.Concatenate()([z, layers.Flatten()(recipe)])
    x = layers.Dense(1024)(x)
    x = layers.Dense(quarter * quarter * 16)(x)
    x = layers.Reshape((quarter, quarter, 16))(x)
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.UpSampling2D()(x)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = layers.UpSampling2D()(x)
    logits = layers.Conv2D(3, 3, padding="same", name="logits", dtype="float32")(x)
    return keras.Model([z, recipe], logits, name="decoder")


def build_gan_generator(
    image_size: int, recipe_shape: tuple[int, int] | None = None, width: float = 1.0
) -> keras.Model:
    """Builds the GAN's generator: z and, if it is conditional, a recipe -> picture.

    Args:
        image_size: pixels, a multiple of 8.
        recipe_shape: of the recipe matrix, `(longest, classes)`, which is concatenated
            to z; None, as in the article, for a network without recipes.
        width: factor of all numbers of feature maps; 1 is the article's network.

    Returns:
        A model named "generator", its pictures in 0..1.
    """
    filters = [max(1, int(f * width)) for f in (256, 128, 64)]
    return _build_generator(image_size, recipe_shape, filters)


def build_cvae_gan_generator(
    image_size: int, recipe_shape: tuple[int, int]
) -> keras.Model:
    """Builds the CVAE+GAN's generator: z and recipe -> picture in 0..1.

    Args:
        image_size: pixels, a multiple of 4.
        recipe_shape: of the recipe matrix, `(longest, classes)`.
    """
    return _build_generator(image_size, recipe_shape, (64, 32))


def _build_generator(image_size, recipe_shape, filters: Sequence[int]) -> keras.Model:
    inputs = [keras.Input((LATENT_DIM,), name="z")]
    x = inputs[0]
    if recipe_shape:
        inputs.append(keras.Input(recipe_shape, name="recipe"))
        x = layers.Concatenate()([x, layers.Flatten()(inputs[1])])
    base = image_size // 2 ** len(filters)
    x = layers.Dense(base * base * filters[0], activation="relu")(x)
    x = layers.Reshape((base, base, filters[0]))(x)
    for f in filters:
        x = layers.Conv2DTranspose(f, 5, 2, padding="same", activation="relu")(x)
    x = layers.Conv2D(3, 5, padding="same", activation="tanh", dtype="float32")(x)
    picture = layers.Rescaling(0.5, 0.5, dtype="float32")(x)
    return keras.Model(inputs, picture, name="generator")


def build_gan_discriminator(
    image_size: int, recipe_shape: tuple[int, int] | None = None, width: float = 1.0
) -> keras.Model:
    """Builds the GAN's discriminator: picture in 0..1 -> one logit.

    Arguments as of `build_gan_generator`; a recipe is projected on the features.
    """
    inputs = [keras.Input((image_size, image_size, 3), name="photo")]
    filters = [max(1, int(f * width)) for f in (128, 256, 512)]
    x = layers.Flatten()(_convolutions(inputs[0], filters, (5, 5, 5)))
    x = layers.Dense(max(1, int(2048 * width)))(x)
    x = layers.LeakyReLU(0.3, name="features")(x)
    logit = layers.Dense(1, dtype="float32", name="unconditional")(x)
    if recipe_shape:
        inputs.append(keras.Input(recipe_shape, name="recipe"))
        projection = Projection(dtype="float32", name="conditional")
        logit = projection(x, logit, inputs[1])
    return keras.Model(inputs, logit, name="discriminator")


def build_cvae_gan_discriminator(image_size: int) -> keras.Model:
    """Builds the CVAE+GAN's discriminator: picture in 0..1 -> one logit."""
    photo = keras.Input((image_size, image_size, 3), name="photo")
    x = _convolutions(photo, (256, 128, 64), (7, 5, 3))
    x = layers.Flatten(name="features")(x)
    return keras.Model(photo, layers.Dense(1, dtype="float32")(x), name="discriminator")


def build_classifier(image_size: int, recipe_shape: tuple[int, int]) -> keras.Model:
    """Builds the CVAE+GAN's classifier: picture in 0..1 -> logits of a recipe matrix.

    Args:
        image_size: pixels, a multiple of 8.
        recipe_shape: of the recipe matrix, `(longest, classes)`.

    Returns:
        A model; its logits are the flat matrix, `(batch, longest * classes)`.
    """
    photo = keras.Input((image_size, image_size, 3), name="photo")
    x = _convolutions(photo, (128, 256, 512), (7, 5, 3))
    x = layers.Flatten(name="features")(x)
    x = layers.Dense(2048, activation="relu")(x)
    logits = layers.Dense(recipe_shape[0] * recipe_shape[1], dtype="float32")(x)
    return keras.Model(photo, logits, name="classifier")


def _convolutions(photo, filters: Sequence[int], kernels: Sequence[int]):
    """Halves the picture three times; returns a map of features."""
    x = layers.Rescaling(2.0, -1.0)(photo)
    for f, kernel in zip(filters, kernels, strict=True):
        x = layers.Conv2D(f, kernel, padding="same")(x)
        x = layers.LeakyReLU(0.3)(x)
        x = layers.MaxPooling2D()(x)
    return x
