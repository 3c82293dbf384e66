"""Layers that methods share: random numbers, and what stops a gradient."""

import keras
from keras import layers, ops


class RandomLayer(layers.Layer):
    """A layer that draws random numbers and saves the state of its generator.

    Keras' own random layers do not save that state: a resumed training would draw the
    numbers of the first epochs again.

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


@keras.saving.register_keras_serializable(package="pizza")
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


@keras.saving.register_keras_serializable(package="pizza")
class RandomLatent(RandomLayer):
    """Draws a z from the prior for each picture of a batch.

    Args:
        shape: of one z.
        prior: "normal", or "uniform" on -1..1.
        seed: seed of the numbers.

    Input shape:
        Any, `(batch, ...)`; only the size of the batch is read.

    Output shape:
        `(batch, *shape)`.
    """

    def __init__(self, shape, prior="normal", seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        self.shape, self.prior = tuple(shape), prior

    def call(self, inputs):
        shape = (ops.shape(inputs)[0], *self.shape)
        if self.prior == "normal":
            return keras.random.normal(shape, seed=self.generator)
        return keras.random.uniform(shape, -1.0, 1.0, seed=self.generator)

    def get_config(self):
        return {**super().get_config(), "shape": self.shape, "prior": self.prior}


@keras.saving.register_keras_serializable(package="pizza")
class AddNoise(RandomLayer):
    """Adds Gaussian noise, in training and in inference.

    Args:
        stddev: standard deviation of the noise.
        seed: seed of the noise.

    Input shape:
        Any.

    Output shape:
        That of the input.
    """

    def __init__(self, stddev, seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        self.stddev = stddev

    def call(self, inputs):
        noise = keras.random.normal(ops.shape(inputs), seed=self.generator)
        return inputs + self.stddev * noise

    def get_config(self):
        return {**super().get_config(), "stddev": self.stddev}


@keras.saving.register_keras_serializable(package="pizza")
class RandomTurn(RandomLayer):
    """Turns each picture by a random quarter, and mirrors it or not.

    The discriminator sees photos and generated pictures augmented in the same way (Zhao
    et al. 2020, "Differentiable augmentation for data-efficient GAN training"). A pizza
    has no upper side, so that all eight views are as likely.

    Args:
        seed: seed of the turns.

    Input shape:
        Square pictures, `(batch, size, size, channels)`, or labels, `(batch, size,
        size)`; or several such tensors, the first of them the longest: those of the
        same index are turned alike.

    Output shape:
        The same.
    """

    def call(self, pictures, *others):
        shape = (ops.shape(pictures)[0], 3, 1, 1, 1)
        coins = keras.random.uniform(shape, seed=self.generator) < 0.5
        turned = [self.turn(x, coins[: ops.shape(x)[0]]) for x in (pictures, *others)]
        return turned if others else turned[0]

    def turn(self, x, coins):
        if x.ndim == 3:
            return self.turn(x[..., None], coins)[..., 0]
        x = ops.where(coins[:, 0], x[:, ::-1], x)
        x = ops.where(coins[:, 1], x[:, :, ::-1], x)
        return ops.where(coins[:, 2], ops.transpose(x, (0, 2, 1, 3)), x)


@keras.saving.register_keras_serializable(package="pizza")
class StopGradient(layers.Layer):
    """Returns its input; gradients of later losses do not pass.

    Input shape:
        Any.

    Output shape:
        That of the input.
    """

    def call(self, inputs):
        return ops.stop_gradient(inputs)


class Frozen(layers.Layer):
    """Calls a network with its weights held constant.

    Gradients reach the inputs, not the weights. It does what the article's
    `trainable = False` was meant to do. Keras 3 reads `trainable` only when a step is
    first traced: a network that is frozen for one kind of step and not for another
    would be frozen for both, or for none.

    Args:
        network: a model that the training model also calls unfrozen; not tracked here,
            so that its weights are counted and saved once.

    Input shape:
        That of the network.

    Output shape:
        That of the network.
    """

    def __init__(self, network, **kwargs):
        super().__init__(**kwargs)
        self._network = lambda: network  # Keras would track the network itself

    def call(self, *inputs):
        network = self._network()
        weights = [ops.stop_gradient(w.value) for w in network.trainable_variables]
        state = [v.value for v in network.non_trainable_variables]
        return network.stateless_call(weights, state, *inputs)[0]
