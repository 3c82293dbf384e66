"""Layers of the article's networks that take a recipe."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="pizza")
class RecipeChannel(layers.Layer):
    """Appends a recipe to a feature map as one more channel: the article's way 2.

    The numbers of the recipe matrix are repeated and cut to fill the map row by row.

    Input shape:
        Features `(batch, height, width, channels)` and a recipe
        `(batch, longest, classes)`.

    Output shape:
        `(batch, height, width, channels + 1)`.
    """

    def call(self, features, recipe):
        height, width = features.shape[1:3]
        numbers = recipe.shape[1] * recipe.shape[2]
        flat = ops.reshape(recipe, (-1, numbers))
        filled = ops.tile(flat, (1, -(-height * width // numbers)))
        channel = ops.reshape(filled[:, : height * width], (-1, height, width, 1))
        return ops.concatenate([features, ops.cast(channel, features.dtype)], axis=-1)

    def compute_output_shape(self, features_shape, recipe_shape):
        return (*features_shape[:-1], features_shape[-1] + 1)


@keras.saving.register_keras_serializable(package="pizza")
class Projection(layers.Layer):
    """Adds to logits the inner product of features and a projection of the recipe.

    What is projected is how often each ingredient is in the recipe. Source: Miyato &
    Koyama 2018, "cGANs with projection discriminator".

    Input shape:
        Features `(batch, channels)`, logits `(batch, 1)` and recipe matrices `(batch,
        longest, classes)`.

    Output shape:
        That of the logits.
    """

    def build(self, features_shape, logits_shape, recipe_shape):
        self.kernel = self.add_weight(
            shape=(recipe_shape[-1] - 1, features_shape[-1]),
            initializer=keras.initializers.RandomNormal(stddev=0.3),
            name="kernel",
        )

    def call(self, features, logits, recipe):
        counts = ops.sum(recipe, axis=1)[:, 1:]  # class 0 is the padding
        direction = ops.matmul(counts, self.kernel)
        agreement = ops.sum(features * direction, axis=-1, keepdims=True)
        return logits + agreement / features.shape[-1] ** 0.5
