"""Adam in one pass over memory, and an optimizer for each network."""

import keras
from keras import ops


class FusedAdam(keras.optimizers.Adam):
    """Keras' Adam, with TensorFlow's fused kernel on that backend.

    `keras.optimizers.Adam` writes its formula as some ten operations, each of which
    reads and writes all weights; at small batches that is most of a step on a CPU. The
    kernel computes the same formula in one pass. Other backends compile the formula,
    which fuses it.

    Args:
        clip_updates: whether to take smaller steps where a gradient is far larger than
            those before it. Adam would then move all of a variable's weights too far,
            by up to `1 / sqrt(1 - beta_2)` steps. As in StableAdamW (Wortsman et al.
            2023, arxiv.org/abs/2304.13013, algorithm 2).
        *args, **kwargs: as of `keras.optimizers.Adam`.
    """

    def __init__(self, *args, clip_updates: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.clip_updates = clip_updates

    def get_config(self):
        return {**super().get_config(), "clip_updates": self.clip_updates}

    def update_step(self, gradient, variable, learning_rate):
        if self.clip_updates:
            learning_rate = learning_rate / self.excess(gradient, variable)
        if keras.backend.backend() != "tensorflow":
            return super().update_step(gradient, variable, learning_rate)
        import tensorflow as tf

        step = ops.cast(self.iterations + 1, variable.dtype)
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=ops.power(ops.cast(self.beta_1, variable.dtype), step),
            beta2_power=ops.power(ops.cast(self.beta_2, variable.dtype), step),
            lr=ops.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )

    def finalize_variable_values(self, var_list):
        super().finalize_variable_values(var_list)
        # On JAX a weight now shares its average's array, which a step gives away.
        for weight in var_list if self.use_ema else []:
            weight.assign(ops.copy(weight))

    def excess(self, gradient, variable):
        """Computes how many times too large a step would be, at least 1; a scalar."""
        step = ops.cast(self.iterations + 1, variable.dtype)
        square = ops.square(gradient)
        past = ops.cast(
            self._velocities[self._get_variable_index(variable)], variable.dtype
        )
        velocity = past + (square - past) * (1 - self.beta_2)
        velocity = velocity / (1 - ops.power(ops.cast(self.beta_2, step.dtype), step))
        ratio = square / ops.maximum(velocity, self.epsilon**2)
        return ops.maximum(ops.sqrt(ops.mean(ratio)), 1.0)


def optimizer_of_each(
    optimizers: dict[keras.Model, keras.optimizers.Optimizer],
) -> keras.optimizers.MultiOptimizer:
    """Returns an optimizer that updates each network by its own.

    Args:
        optimizers: by network; one optimizer may serve several.
    """
    by_weight = {
        id(weight): optimizer
        for network, optimizer in optimizers.items()
        for weight in network.trainable_variables
    }
    return keras.optimizers.MultiOptimizer(lambda weight: by_weight[id(weight)])
