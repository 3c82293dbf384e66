"""A discriminator that is called once for its own loss and for the generator's."""

import keras
from keras import layers, ops

SMALLEST = 1e-18  # gradients below this are taken for 0 in the ratio of two of them


class OnePass(layers.Layer):
    """Calls a network once and returns its outputs twice, for two kinds of loss.

    A loss of the first outputs moves the network's weights and does not reach the
    pictures, as with `StopGradient` before the network. A loss of the second outputs
    reaches the pictures and does not move the weights, as with `Frozen` around it.
    Those two would call the network twice on the same pictures.

    If the network gives one logit a picture, the backward pass is shared too: below the
    logit all gradients of a picture are multiples of each other, so that those of one
    loss, scaled picture by picture, are those of the other (Shen et al. 2021, "Training
    generative adversarial networks in one stage"). Equal to two calls but for rounding.

    Args:
        network: a discriminator without state, which treats the pictures of a batch
            independently; tracked here as any layer.

    Input shape:
        That of the network: pictures, or a list of pictures and other inputs.

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

        def forward(pictures, *weights):
            inputs = [pictures, *others] if others else pictures
            return network.stateless_call(weights, [], inputs)[0]

        @ops.custom_gradient
        def forward_twice(pictures, *weights):
            output, backward = _vjp(forward, pictures, *weights)
            outputs = tuple(output) if isinstance(output, list) else (output,)

            def gradients(*upstream):
                upstream = upstream if len(upstream) > 1 else upstream[0]
                for_weights = upstream[: len(outputs)]
                for_pictures = upstream[len(outputs) :]
                if not one_logit:
                    _, *by_weights = backward(for_weights)
                    return backward(for_pictures)[0], *by_weights
                (for_weights,), (for_pictures,) = for_weights, for_pictures
                is_zero = ops.abs(for_weights) < SMALLEST
                for_weights = ops.where(is_zero, SMALLEST, for_weights)
                by_pictures, *by_weights = backward((for_weights,))
                ratio = ops.reshape(for_pictures / for_weights, (-1, 1, 1, 1))
                return ratio * by_pictures, *by_weights

            return (*outputs, *outputs), gradients

        weights = (w.value for w in network.trainable_variables)
        outputs = forward_twice(pictures, *weights)
        half = len(outputs) // 2
        if half == 1:
            return outputs
        return list(outputs[:half]), list(outputs[half:])


def _vjp(function, *inputs):
    """Calls a function; returns its output, and its vector-Jacobian product.

    `keras.ops` has no such function.
    """
    if keras.backend.backend() == "jax":
        import jax

        output, backward = jax.vjp(function, *inputs)
        kind = type(output)
        return output, lambda upstream: backward(
            list(upstream) if kind is list else upstream[0]
        )
    import tensorflow as tf

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(inputs)
        output = function(*inputs)
    flat = output if isinstance(output, list) else [output]
    return output, lambda upstream: tape.gradient(flat, inputs, list(upstream))
