"""A network that passes over its inputs once for two players' losses."""

import keras
from keras import layers, ops

SMALLEST = 1e-18  # slope of the discriminator's loss by a logit that is told from 0


class OnePass(layers.Layer):
    """Judges pictures once: for the discriminator's loss and for the generator's.

    Returns what the network returns twice. A loss of the first moves the network's
    weights and not the pictures, a loss of the second the pictures and not the weights:
    as with `StopGradient` before the network and `Frozen` around it, which pass over
    the made pictures twice.

    While a picture has one logit, all gradients below that are multiples of each other.
    Those of one loss, scaled picture by picture, are those of the other, and the way
    back is shared too (Shen et al. 2021, "Training generative adversarial networks in
    one stage"). Equal to two passes but for rounding.

    Args:
        network: a discriminator that does not mix the pictures of a batch, without
            state of its own; tracked here as any layer.

    Input shape:
        That of the network: pictures, or a list of pictures and what else it takes.

    Output shape:
        Twice that of the network.
    """

    def __init__(self, network, **kwargs):
        super().__init__(**kwargs)
        self.network = network

    def call(self, inputs):
        network = self.network
        pictures, *others = inputs if isinstance(inputs, list) else [inputs]
        one_logit = not isinstance(network.output, list) and network.output.ndim == 2

        def judge(pictures, *weights):
            told = [pictures, *others] if others else pictures
            return network.stateless_call(weights, [], told)[0]

        @ops.custom_gradient
        def judge_twice(pictures, *weights):
            judged, pull_back = _vjp(judge, pictures, *weights)
            outputs = tuple(judged) if isinstance(judged, list) else (judged,)

            def gradients(*slopes):
                slopes = slopes if len(slopes) > 1 else slopes[0]
                of_weights, of_pictures = slopes[: len(outputs)], slopes[len(outputs) :]
                if not one_logit:
                    _, *by_weights = pull_back(of_weights)
                    return pull_back(of_pictures)[0], *by_weights
                (of_weights,), (of_pictures,) = of_weights, of_pictures
                negligible = ops.abs(of_weights) < SMALLEST
                of_weights = ops.where(negligible, SMALLEST, of_weights)
                by_pictures, *by_weights = pull_back((of_weights,))
                ratio = ops.reshape(of_pictures / of_weights, (-1, 1, 1, 1))
                return ratio * by_pictures, *by_weights

            return (*outputs, *outputs), gradients

        outputs = judge_twice(pictures, *(w.value for w in network.trainable_variables))
        half = len(outputs) // 2
        if half == 1:
            return outputs
        return list(outputs[:half]), list(outputs[half:])


def _vjp(function, *inputs):
    """Calls a function; returns its output, and what takes slopes back through it.

    The one thing here that `keras.ops` does not have.
    """
    if keras.backend.backend() == "jax":
        import jax

        output, pull_back = jax.vjp(function, *inputs)
        kind = type(output)
        return output, lambda slopes: pull_back(
            list(slopes) if kind is list else slopes[0]
        )
    import tensorflow as tf

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(inputs)
        output = function(*inputs)
    flat = output if isinstance(output, list) else [output]
    return output, lambda slopes: tape.gradient(flat, inputs, list(slopes))
