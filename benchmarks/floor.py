"""The floor of a training step: the time of its convolutions and matrix products.

Counts the FLOPs of convolutions and dense layers, forward and backward, and measures
how many of them the machine does a CPU second in one large convolution and in one large
product of matrices. A step takes longer because of memory, small shapes and everything
else.
"""

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops

CONVOLUTION = 32, 32, 64, 64, 5  # pictures, pixels, channels, filters, kernel
MATRIX = 2048  # rows and columns of the product


def taps(size: int, kernel: int, stride: int = 1) -> int:
    """Counts the places where a kernel meets its input along one axis, padding "same".

    Places on the padding need no arithmetic; with a kernel of 5 at 4 pixels that is
    half of them in both axes together. "Same" is TensorFlow's: an odd padding is longer
    at the end.
    """
    outputs = -(-size // stride)
    before = max((outputs - 1) * stride + kernel - size, 0) // 2
    first = np.arange(outputs) * stride - before
    return int(np.sum(np.minimum(first + kernel, size) - np.maximum(first, 0)))


def layer_flops(layer: layers.Layer) -> int:
    """Counts the FLOPs of a layer forward, a picture: two a multiplication.

    A dense layer and a convolution take as many again for the gradient by their
    weights, and as many for that by their inputs. All other layers count as nothing.
    """
    if isinstance(layer, layers.Dense):
        return 2 * int(np.prod(layer.kernel.shape))
    if not isinstance(layer, layers.Conv2D | layers.Conv2DTranspose):
        return 0
    # A transposed convolution does what the gradient of a convolution does.
    large = layer.input if isinstance(layer, layers.Conv2D) else layer.output
    *_, one, other = layer.kernel.shape
    met = [
        taps(size, *of_axis)
        for size, *of_axis in zip(
            large.shape[1:3], layer.kernel_size, layer.strides, strict=True
        )
    ]
    return 2 * one * other * int(np.prod(met))


class Work:
    """FLOPs that a training step needs, of convolutions and of dense layers.

    Attributes:
        convolution: FLOPs of convolutions.
        matrix: FLOPs of dense layers.
    """

    def __init__(self):
        self.convolution = self.matrix = 0

    def add(
        self,
        network: keras.Model,
        forward: int,
        by_weights: int = 0,
        by_inputs: int = 0,
        to_own_inputs: int = 0,
        convolutions_only: bool = False,
    ) -> "Work":
        """Adds what one network does in a step.

        Args:
            network: its first layer with weights is the one that takes its inputs.
            forward: pictures of the forward pass.
            by_weights: pictures whose gradient by the weights is needed.
            by_inputs: pictures whose gradient by the inputs of layers is needed.
            to_own_inputs: how many of these need it for the first layer too.
            convolutions_only: whether dense layers are left out.
        """
        first = True
        for layer in network.layers:
            if not (flops := layer_flops(layer)):
                continue
            back = to_own_inputs if first else by_inputs
            flops *= forward + by_weights + back
            first = False
            if not isinstance(layer, layers.Dense):
                self.convolution += flops
            elif not convolutions_only:
                self.matrix += flops
        return self


class Machine(NamedTuple):
    """Something large to measure a machine by.

    Attributes:
        work: function that does it so many times.
        flops: FLOPs each time.
    """

    work: Callable[[int], None]
    flops: int


def convolution(kind: str = "float32") -> Machine:
    """Prepares one large convolution of numbers of a kind."""
    pictures, size, channels, filters, kernel = CONVOLUTION
    x = _numbers((pictures, size, size, channels), kind)
    weights = _numbers((kernel, kernel, channels, filters), kind)
    flops = 2 * pictures * channels * filters * taps(size, kernel) ** 2
    return Machine(_repeat(lambda: ops.conv(x, weights, padding="same")), flops)


def matrix_product(kind: str = "float32") -> Machine:
    """Prepares one large product of matrices of numbers of a kind."""
    x = _numbers((MATRIX, MATRIX), kind)
    return Machine(_repeat(lambda: ops.matmul(x, x)), 2 * MATRIX**3)


def _repeat(once: Callable) -> Callable[[int], None]:
    def work(times):
        for _ in range(times):
            once()

    return work


def _numbers(shape, kind):
    numbers = np.random.default_rng(0).standard_normal(shape)
    return ops.convert_to_tensor(numbers, dtype=kind)
