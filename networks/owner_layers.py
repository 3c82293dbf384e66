"""Layers of networks that know who owns each pixel.

Owners are labels, whole numbers: 0 for the dough, the codes of the ingredients, and for
the table the number after the last code.
"""

import keras
from keras import layers, ops

from networks.map_layers import average_blocks


@keras.saving.register_keras_serializable(package="pizza")
class OneHot(layers.Layer):
    """Turns labels into channels.

    Args:
        owners: number of channels.

    Input shape:
        Labels, whole numbers `(batch, height, width)`.

    Output shape:
        `(batch, height, width, owners)`, 1 for the owner, else 0.
    """

    def __init__(self, owners, **kwargs):
        super().__init__(**kwargs)
        self.owners = owners

    def call(self, labels):
        return ops.one_hot(ops.cast(labels, "int32"), self.owners, dtype=self.dtype)

    def get_config(self):
        return {**super().get_config(), "owners": self.owners}


@keras.saving.register_keras_serializable(package="pizza")
class PresentOwners(layers.Layer):
    """Says which owners a pizza of a recipe has: dough, its ingredients, and the table.

    Input shape:
        Recipe matrices `(batch, longest, classes)`; class 0 is the padding.

    Output shape:
        `(batch, classes + 1)`, 0 or 1.
    """

    def call(self, recipe):
        named = ops.cast(ops.any(recipe[..., 1:] > 0, axis=1), recipe.dtype)
        always = ops.ones_like(named[:, :1])
        return ops.concatenate([always, named, always], axis=-1)


@keras.saving.register_keras_serializable(package="pizza")
class OwnerProjection(layers.Layer):
    """Adds to logits the inner product of features and a projection of the owners.

    The projection of Miyato & Koyama 2018, "cGANs with projection discriminator", place
    by place: each logit is told the owners of its own patch.

    Args:
        owners: the dough, the ingredients, and the table.

    Input shape:
        Features `(batch, height, width, channels)`, logits `(batch, height, width, 1)`
        and layouts `(batch, k * height, k * width, 2)`, whose first channel is labels.

    Output shape:
        That of the logits.
    """

    def __init__(self, owners, **kwargs):
        super().__init__(**kwargs)
        self.owners = owners

    def build(self, features_shape, logits_shape, layout_shape):
        self.one_hot = OneHot(self.owners, dtype=self.dtype_policy)
        self.kernel = self.add_weight(
            shape=(self.owners, features_shape[-1]),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            name="kernel",
        )

    def call(self, features, logits, layout):
        patch = layout.shape[1] // features.shape[1]
        shares = average_blocks(self.one_hot(layout[..., 0]), patch)
        direction = ops.matmul(shares, self.kernel)
        agreement = ops.sum(features * direction, axis=-1, keepdims=True)
        return logits + agreement / features.shape[-1] ** 0.5

    def get_config(self):
        return {**super().get_config(), "owners": self.owners}
