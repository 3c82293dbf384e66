"""The losses of a generator and a discriminator: layers, and all of them wired."""

import keras
from keras import layers, ops

from networks.layers import AddNoise, Frozen, StopGradient
from training.features import Pictures, Tensors, with_features
from training.losses import Loss, ThreeWayDiscriminatorLoss
from training.models import condition_of, inputs_of
from training.one_pass import OnePass

NOISE_STDDEV = 0.05  # on 0..1, of the noise that estimates gradients of logits


class DiscriminatorLoss(Loss):
    """Tells real from fake: half of `-log D(real) - log(1 - D(fake))`, of logits.

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


class EverySecond(layers.Layer):
    """Takes every second picture of each batch, and joins them.

    Not the first half: recombined pizzas take the last places of a batch.

    Input shape:
        Batches, of any shape.

    Output shape:
        The same, but for the length.
    """

    def call(self, *batches):
        return ops.concatenate([batch[::2] for batch in batches])


def adversarial_losses(
    discriminator: keras.Model,
    views: Pictures,
    conditions: Pictures,
    weights: dict[str, float],
    loss: str,
    seed: int,
) -> tuple[Tensors, Pictures]:
    """Computes the losses of the discriminator, and those of the generator against it.

    Args:
        discriminator: picture and maybe recipe, or layout -> logits.
        views: the pictures as the discriminator sees them.
        conditions: recipes or layouts of these pictures.
        weights: of "wrong_recipes", "r1_r2" and "adversarial", and of the losses that
            will compare features, "d_features" and "d_means"; a loss without one is
            left out.
        loss: "relativistic" or "article".
        seed: of the penalty's noise.

    Returns:
        Losses and accuracies by name; and features of the pictures, through which
        gradients reach the pictures but not the discriminator, None if no loss compares
        them.
    """
    relativistic = loss == "relativistic"
    compared = bool(weights.keys() & {"d_features", "d_means"})
    network = with_features(discriminator)
    real, sampled, reconstructed = (
        None if picture is None else inputs_of(discriminator, picture, condition)
        for picture, condition in zip(views, conditions, strict=True)
    )

    # Features and logits, twice: first for losses that move the discriminator and not
    # the pictures, then for losses that do the opposite.
    def in_one_pass(inputs):
        if compared:
            return OnePass(network)(inputs)
        # Of a single logit, without features, OnePass shares the backward pass too.
        logits, g_logits = OnePass(discriminator)(inputs)
        return (None, logits), (None, g_logits)

    real_features, real_logits = network(real)
    (_, fake_logits), (sampled_features, g_fake_logits) = in_one_pass(sampled)
    reconstructed_features = None
    if relativistic or reconstructed is None:  # logits of reconstructions have no say
        d_loss = DiscriminatorLoss(relativistic)(real_logits, fake_logits)
        if compared and reconstructed is not None:
            reconstructed_features, _ = Frozen(network)(reconstructed)
    else:
        (_, reconstructed_logits), (reconstructed_features, _) = in_one_pass(
            reconstructed
        )
        three_way = ThreeWayDiscriminatorLoss()
        d_loss = three_way(real_logits, reconstructed_logits, fake_logits)

    losses = {"d_loss": d_loss}
    if "wrong_recipes" in weights and condition_of(discriminator):
        wrong_logits = _mismatched_logits(discriminator, conditions.real, real_features)
        mismatch = DiscriminatorLoss(relativistic, scale=weights["wrong_recipes"])
        losses["wrong_recipes"] = mismatch(real_logits, wrong_logits)
    if "r1_r2" in weights:
        logits = _noisy_logits(discriminator, views, conditions, seed)
        penalty = GradientPenalty(NOISE_STDDEV, scale=weights["r1_r2"])
        losses["r1_r2"] = penalty(EverySecond()(real_logits, fake_logits), logits)
    if "adversarial" in weights:
        g_loss = GeneratorLoss(relativistic, scale=weights["adversarial"])
        losses["g_loss"] = g_loss(StopGradient()(real_logits), g_fake_logits)
    accuracy = Accuracy(relativistic)(real_logits, fake_logits)
    losses["real_accuracy"], losses["fake_accuracy"] = accuracy
    real_features = StopGradient()(real_features) if compared else None
    return losses, Pictures(real_features, sampled_features, reconstructed_features)


def _mismatched_logits(discriminator, condition, features):
    """Logits of photos with the conditions of the photos before them.

    The condition enters the discriminator last, so that the features of photos serve
    for their own conditions and for others.
    """
    wrong = ops.roll(condition, 1, axis=0)
    logits = discriminator.get_layer("unconditional")(features)
    return discriminator.get_layer("conditional")(features, logits, wrong)


def _noisy_logits(discriminator, views, conditions, seed):
    """Logits of every second photo and sample, with noise added.

    Of all pictures the penalty would be almost half of the discriminator's work.
    """
    fixed = EverySecond()(views.real, StopGradient()(views.sampled))
    noisy = AddNoise(NOISE_STDDEV, seed)(fixed)
    condition = EverySecond()(conditions.real, conditions.sampled)
    return discriminator(inputs_of(discriminator, noisy, condition))
