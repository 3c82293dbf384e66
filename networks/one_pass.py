"""A discriminator that passes over its pictures once for both players' losses."""

import keras
from keras import layers, ops

SMALLEST = 1e-18  # slope of the discriminator's loss by a logit that is told from 0


class OnePass(layers.Layer):
    """Judges pictures once: for the discriminator's loss and for the generator's.

    Returns the same logits twice. A loss of the first moves the discriminator's weights
    and not the pictures, a loss of the second the pictures and not the weights, as with
    `StopGradient` before the network and `Frozen` around it; but those pass over the
    made pictures twice, forward and back. While a picture has one logit, all gradients
    below that are multiples of each other, so that those of one loss, scaled picture by
    picture, are those of the other (Shen et al. 2021, "Training generative adversarial
    networks in one stage"). Equal to two passes but for rounding.

    Args:
        network: a discriminator with one logit a picture and no layer that mixes the
            pictures of a batch; tracked here as any layer.

    Input shape:
        That of the network: pictures, or a list of pictures and what else it takes.

    Output shape:
        Twice `(batch, 1)`.
    """

    def __init__(self, network, **kwargs):
        super().__init__(**kwargs)
        self.network = network

    def call(self, inputs):
        network = self.network
        pictures, *others = inputs if isinstance(inputs, list) else [inputs]

        def judge(pictures, *weights):
            told = [pictures, *others] if others else pictures
            return network.stateless_call(weights, [], told)[0]

        @ops.custom_gradient
        def judge_twice(pictures, *weights):
            logits, pull_back = _vjp(judge, pictures, *weights)

            def gradients(*slopes):
                of_weights, of_pictures = slopes if len(slopes) == 2 else slopes[0]
                negligible = ops.abs(of_weights) < SMALLEST
                of_weights = ops.where(negligible, SMALLEST, of_weights)
                by_pictures, *by_weights = pull_back(of_weights)
                ratio = ops.reshape(of_pictures / of_weights, (-1, 1, 1, 1))
                return ratio * by_pictures, *by_weights

            return (logits, logits), gradients

        weights = [w.value for w in network.trainable_variables]
        return judge_twice(pictures, *weights)


def _vjp(function, *inputs):
    """Calls a function; returns its output, and what takes gradients back through it.

    The one thing here that `keras.ops` does not have.
    """
    if keras.backend.backend() == "jax":
        import jax

        return jax.vjp(function, *inputs)
    import tensorflow as tf

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(inputs)
        output = function(*inputs)
    return output, lambda slope: tape.gradient(output, inputs, slope)
