"""What a generator and a discriminator play against each other with, as layers."""

from keras import layers, ops

from training.losses import Loss


class DiscriminatorLoss(Loss):
    """Tells real from made: `-log D(real) - log(1 - D(made))`, of logits.

    Relativistic, `-log sigmoid(real - made)`: each real picture is to look more real
    than a made one, so that no mode of the real can be given up (Jolicoeur-Martineau
    2018, "The relativistic discriminator"; Huang et al. 2024, "The GAN is dead; long
    live the GAN!").

    Args:
        relativistic: which of the two.
        **kwargs: as of `Loss`.

    Input shape:
        Logits of real and of made pictures, of the same shape.

    Output shape:
        A number: nats a logit.
    """

    def __init__(self, relativistic=True, **kwargs):
        super().__init__(**kwargs)
        self.relativistic = relativistic

    def loss(self, real, made):
        if self.relativistic:
            return ops.mean(ops.softplus(made - real))
        return 0.5 * ops.mean(ops.softplus(-real) + ops.softplus(made))


class GeneratorLoss(DiscriminatorLoss):
    """Makes what the discriminator takes for real: `-log D(made)`, or relativistic.

    The loss that does not saturate (Goodfellow et al. 2014, "Generative adversarial
    nets"). Arguments and shapes as of `DiscriminatorLoss`.
    """

    def loss(self, real, made):
        return ops.mean(ops.softplus(real - made if self.relativistic else -made))


class SmoothnessPenalty(Loss):
    """Penalises the discriminator's slope where pictures are: R1 at real, R2 at made.

    The squared norm of the logits' gradient by the picture (Mescheder, Geiger & Nowozin
    2018, "Which training methods for GANs do actually converge?"), estimated without
    second derivatives by how far a little Gaussian noise moves the logits (Lin et al.
    2025, "Diffusion adversarial post-training for one-step video generation").

    Args:
        deviation: standard deviation of the noise that was added, on 0..1.
        **kwargs: as of `Loss`.

    Input shape:
        Logits of pictures and of the same with noise.

    Output shape:
        A number.
    """

    def __init__(self, deviation, **kwargs):
        super().__init__(**kwargs)
        self.deviation = deviation

    def loss(self, logits, noisy):
        return ops.mean(ops.square((noisy - logits) / self.deviation))


class Accuracy(layers.Layer):
    """Share of real and of made logits that are on their side of the middle.

    Zero is the middle for a plain discriminator; a relativistic one knows only
    differences, so its middle lies between the means.
    """

    def __init__(self, relativistic=True, **kwargs):
        super().__init__(**kwargs)
        self.relativistic = relativistic

    def call(self, real, made):
        middle = 0.0
        if self.relativistic:
            middle = 0.5 * (ops.mean(real) + ops.mean(made))
        return (
            ops.mean(ops.cast(real > middle, "float32")),
            ops.mean(ops.cast(made < middle, "float32")),
        )
