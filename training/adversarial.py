"""The losses of a generator and a discriminator, as layers."""

from keras import layers, ops

from training.losses import Loss

NOISE_STDDEV = 0.05  # on 0..1, of the noise that estimates gradients of logits


class DiscriminatorLoss(Loss):
    """Tells real from fake: `-log D(real) - log(1 - D(fake))`, of logits.

    Relativistic, `-log sigmoid(real - fake)`: each real picture shall look more real
    than a fake one. The generator then cannot drop a part of the data without loss
    (Jolicoeur-Martineau 2018, "The relativistic discriminator"; Huang et al. 2024, "The
    GAN is dead; long live the GAN!").

    Args:
        relativistic: whether to compare real and fake pictures in pairs.
        **kwargs: as of `Loss`.

    Input shape:
        Logits of real and of fake pictures, of the same shape.

    Output shape:
        A number: nats a logit.
    """

    def __init__(self, relativistic=True, **kwargs):
        super().__init__(**kwargs)
        self.relativistic = relativistic

    def loss(self, real_logits, fake_logits):
        if self.relativistic:
            return ops.mean(ops.softplus(fake_logits - real_logits))
        return 0.5 * ops.mean(ops.softplus(-real_logits) + ops.softplus(fake_logits))


class GeneratorLoss(DiscriminatorLoss):
    """Makes fake pictures look real: `-log D(fake)`, or the relativistic form.

    The non-saturating loss (Goodfellow et al. 2014, "Generative adversarial nets").
    Arguments and shapes as of `DiscriminatorLoss`.
    """

    def loss(self, real_logits, fake_logits):
        margin = real_logits - fake_logits if self.relativistic else -fake_logits
        return ops.mean(ops.softplus(margin))


class GradientPenalty(Loss):
    """Penalises the gradient of the logits by the picture: R1 of real ones, R2 of fake.

    The squared norm of that gradient (Mescheder, Geiger & Nowozin 2018, "Which training
    methods for GANs do actually converge?"), estimated without second derivatives by
    how much a little Gaussian noise changes the logits (Lin et al. 2025, "Diffusion
    adversarial post-training for one-step video generation").

    Args:
        stddev: standard deviation of the noise that was added.
        **kwargs: as of `Loss`.

    Input shape:
        Logits of pictures, and logits of the same pictures with noise.

    Output shape:
        A number.
    """

    def __init__(self, stddev, **kwargs):
        super().__init__(**kwargs)
        self.stddev = stddev

    def loss(self, logits, noisy_logits):
        return ops.mean(ops.square((noisy_logits - logits) / self.stddev))


class Accuracy(layers.Layer):
    """Computes which share of the real and of the fake logits is classified right.

    The threshold is 0, or for a relativistic discriminator, which learns only
    differences of logits, the middle between the two means.

    Args:
        relativistic: as of `DiscriminatorLoss`.

    Input shape:
        Logits of real and of fake pictures.

    Output shape:
        Two numbers in 0..1.
    """

    def __init__(self, relativistic=True, **kwargs):
        super().__init__(**kwargs)
        self.relativistic = relativistic

    def call(self, real_logits, fake_logits):
        threshold = 0.0
        if self.relativistic:
            threshold = 0.5 * (ops.mean(real_logits) + ops.mean(fake_logits))
        return (
            ops.mean(ops.cast(real_logits > threshold, "float32")),
            ops.mean(ops.cast(fake_logits < threshold, "float32")),
        )
