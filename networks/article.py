"""The article's four networks of its CVAE+GAN: vectors as z, whole pictures judged."""

import keras
from keras import layers

from networks.layers import RecipeChannel

LATENT_DIM = 512


def build_encoder(image_size: int, recipe_shape: tuple[int, int]) -> keras.Model:
    """Builds the article's encoder: photo in 0..1 and recipe -> z_mean, z_log_var."""
    photo = keras.Input((image_size, image_size, 3), name="photo")
    recipe = keras.Input(recipe_shape, name="recipe")
    x = layers.Rescaling(2.0, -1.0)(photo)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(RecipeChannel()(x, recipe))
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.Flatten()(layers.MaxPooling2D()(x))
    x = layers.Dense(1024, activation="relu")(x)
    z = [layers.Dense(LATENT_DIM, name=name)(x) for name in ("z_mean", "z_log_var")]
    return keras.Model([photo, recipe], z, name="encoder")


def build_generator(image_size: int, recipe_shape: tuple[int, int]) -> keras.Model:
    """Builds the article's generator: z and recipe -> picture in 0..1."""
    z = keras.Input((LATENT_DIM,), name="z")
    recipe = keras.Input(recipe_shape, name="recipe")
    quarter = image_size // 4
    x = layers.Concatenate()([z, layers.Flatten()(recipe)])
    x = layers.Dense(quarter * quarter * 64, activation="relu")(x)
    x = layers.Reshape((quarter, quarter, 64))(x)
    for filters in (64, 32):
        x = layers.Conv2DTranspose(filters, 5, 2, padding="same", activation="relu")(x)
    x = layers.Conv2D(3, 5, padding="same", activation="tanh", dtype="float32")(x)
    return keras.Model(
        [z, recipe], layers.Rescaling(0.5, 0.5, dtype="float32")(x), name="generator"
    )


def _article_features(photo, filters_and_kernels):
    x = layers.Rescaling(2.0, -1.0)(photo)
    for filters, kernel in filters_and_kernels:
        x = layers.Conv2D(filters, kernel, padding="same")(x)
        x = layers.MaxPooling2D()(layers.LeakyReLU(0.3)(x))
    return layers.Flatten(name="features")(x)


def build_discriminator(image_size: int) -> keras.Model:
    """Builds the article's discriminator: picture in 0..1 -> one logit."""
    photo = keras.Input((image_size, image_size, 3), name="photo")
    x = _article_features(photo, ((256, 7), (128, 5), (64, 3)))
    return keras.Model(photo, layers.Dense(1, dtype="float32")(x), name="discriminator")


def build_classifier(image_size: int, recipe_shape: tuple[int, int]) -> keras.Model:
    """Builds the article's classifier: picture in 0..1 -> logits of a recipe matrix."""
    photo = keras.Input((image_size, image_size, 3), name="photo")
    x = _article_features(photo, ((128, 7), (256, 5), (512, 3)))
    x = layers.Dense(2048, activation="relu")(x)
    logits = layers.Dense(recipe_shape[0] * recipe_shape[1])(x)
    return keras.Model(photo, logits, name="classifier")
