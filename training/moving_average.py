"""The moving average of a network's weights, with which it draws."""

import keras


class MovingAverage(keras.callbacks.Callback):
    """Copies an optimizer's moving average of weights into a network, each epoch.

    A generator with averaged weights draws steadier pictures than the one in training
    (Yazici et al. 2019, "The unusual effectiveness of averaging in GAN training"). The
    optimizer, made with `use_ema=True`, averages in each compiled step. The average is
    saved in checkpoints with the rest of the optimizer, so that a resume is exact.

    Keras' own `SwapEMAWeights` would not keep a resume exact: it swaps both sets of
    weights by sums and differences, which rounds those in training, and a checkpoint
    that is written meanwhile holds them swapped.

    Args:
        optimizer: of the network alone, with `use_ema=True`. When a `fit` ends, Keras
            sets the weights in training to the average as well.
        average: a clone of the network.
    """

    def __init__(self, optimizer: keras.optimizers.Optimizer, average: keras.Model):
        super().__init__()
        self.optimizer, self.average = optimizer, average

    def on_epoch_end(self, epoch, logs=None):
        self.optimizer.finalize_variable_values(self.average.trainable_variables)
