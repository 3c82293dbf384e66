"""Layers that the article's networks and their one-`fit` training are made of."""

import keras
from keras import layers, ops


class RandomLayer(layers.Layer):
    """A layer that draws random numbers and saves where it is in its sequence.

    Keras' own random layers do not save that: a resumed training would draw the numbers
    of the first epochs again.

    Args:
        seed: seed of the numbers.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)

    def save_own_variables(self, store):
        store["random"] = ops.convert_to_numpy(self.generator.state)

    def load_own_variables(self, store):
        self.generator.state.assign(store["random"])

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}


class Sampling(RandomLayer):
    """Draws z from N(z_mean, exp(z_log_var)): the reparameterization trick.

    Source: Kingma & Welling 2014, "Auto-Encoding Variational Bayes".

    Input shape:
        Two tensors `(batch, *latent_shape)`: z_mean and z_log_var.

    Output shape:
        `(batch, *latent_shape)`.
    """

    def call(self, z_mean, z_log_var):
        epsilon = keras.random.normal(
            ops.shape(z_mean), dtype=z_mean.dtype, seed=self.generator
        )
        return z_mean + ops.exp(0.5 * z_log_var) * epsilon


class RandomLatent(RandomLayer):
    """Draws a z for each picture of a batch.

    Args:
        shape: of one z.
        distribution: "normal", or "uniform" on -1..1.
        seed: seed of the numbers.

    Input shape:
        Any, `(batch, ...)`.

    Output shape:
        `(batch, *shape)`.
    """

    def __init__(self, shape, distribution="normal", seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        self.shape, self.distribution = tuple(shape), distribution

    def call(self, inputs):
        shape = (ops.shape(inputs)[0], *self.shape)
        if self.distribution == "normal":
            return keras.random.normal(shape, seed=self.generator)
        return keras.random.uniform(shape, -1.0, 1.0, seed=self.generator)


class AddNoise(RandomLayer):
    """Adds Gaussian noise, in training and outside.

    Args:
        deviation: standard deviation of the noise.
        seed: seed of the noise.
    """

    def __init__(self, deviation, seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        self.deviation = deviation

    def call(self, inputs):
        noise = keras.random.normal(ops.shape(inputs), seed=self.generator)
        return inputs + self.deviation * noise


class Turn(RandomLayer):
    """Turns each picture by a random quarter and mirrors it or not.

    What a discriminator is shown is turned before, photos and made pictures alike (Zhao
    et al. 2020, "Differentiable augmentation for data-efficient GAN training"): a pizza
    is a pizza from all sides.

    Args:
        seed: seed of the turns.

    Input shape:
        Square pictures, `(batch, size, size, channels)`; or several such tensors, the
        first of them the longest: pictures of the same place are turned alike.

    Output shape:
        The same.
    """

    def call(self, pictures, *others):
        shape = (ops.shape(pictures)[0], 3, 1, 1, 1)
        coins = keras.random.uniform(shape, seed=self.generator) < 0.5
        turned = [self.turn(x, coins[: ops.shape(x)[0]]) for x in (pictures, *others)]
        return turned if others else turned[0]

    def turn(self, x, coins):
        x = ops.where(coins[:, 0], x[:, ::-1], x)
        x = ops.where(coins[:, 1], x[:, :, ::-1], x)
        return ops.where(coins[:, 2], ops.transpose(x, (0, 2, 1, 3)), x)


class RecipeChannel(layers.Layer):
    """Lays a recipe over a feature map as one more channel: the article's way 2.

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


class StopGradient(layers.Layer):
    """Passes its input on; no loss behind it reaches what lies before it."""

    def call(self, inputs):
        return ops.stop_gradient(inputs)


class Frozen(layers.Layer):
    """A network whose weights a loss passes through and does not move.

    Gradients reach the inputs, not the weights. This is the article's
    `trainable = False`, said in the wiring: Keras reads `trainable` when a step is
    first traced, so that switching it between two kinds of step leaves one untrained.

    Args:
        network: a model that the training model also holds unfrozen; not tracked here,
            so that its weights are counted and saved once.
    """

    def __init__(self, network, **kwargs):
        super().__init__(**kwargs)
        self._held = lambda: network  # Keras would track an attribute

    def call(self, *inputs):
        network = self._held()
        weights = [ops.stop_gradient(w.value) for w in network.trainable_variables]
        state = [v.value for v in network.non_trainable_variables]
        return network.stateless_call(weights, state, *inputs)[0]


class MovingAverage(layers.Layer):
    """Keeps a network whose weights are the moving average of another's.

    It draws steadier pictures than the one in training (Yazici et al. 2019, "The
    unusual effectiveness of averaging in GAN training"). Passes its input on.

    Args:
        network: the network in training; not tracked, as in `Frozen`.
        average: one of the same shape.
        momentum: share of the past that a step keeps.
    """

    def __init__(self, network, average, momentum, **kwargs):
        super().__init__(**kwargs)
        average.trainable = False
        self.average, self.momentum = average, momentum
        self._held = lambda: network

    def call(self, inputs, training=False):
        if training:
            pairs = zip(self.average.weights, self._held().weights, strict=True)
            for mean, weight in pairs:
                mean.assign(self.momentum * mean + (1.0 - self.momentum) * weight)
        return inputs
