"""Losses as layers: each adds its loss to the model and returns it, to be watched.

All are means over the batch, in nats a picture unless they say otherwise.
"""

from keras import layers, ops


class BernoulliLoss(layers.Layer):
    """Negative log-likelihood of a photo under the decoder's logits.

    Cross-entropy of values 0..1, summed over pixels and colours: the reconstruction
    term of the evidence lower bound (Kingma & Welling 2014). Computed from logits,
    which needs no clipping.

    Args:
        scale: factor of the loss in the model's total.

    Input shape:
        Photo in 0..1 and logits, both `(batch, height, width, 3)`.

    Output shape:
        A number: nats a picture.
    """

    def __init__(self, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, photo, logits):
        nats = self.cross_entropy(photo, logits)
        loss = ops.mean(ops.sum(nats, axis=(1, 2, 3)))
        self.add_loss(self.scale * loss)
        return loss

    def cross_entropy(self, photo, logits):
        return ops.softplus(logits) - photo * logits


class ArticleBernoulliLoss(BernoulliLoss):
    """The article's cross-entropy: of targets in -1..1, with clipped probabilities.

    A target below zero has no probability: its cross-entropy falls without bound as the
    probability goes to zero, but for the clipping at 1e-7 that Keras did in 2017. Kept
    to compare with the article's figures; pictures lose their dark half.
    """

    def cross_entropy(self, photo, logits):
        target = 2.0 * photo - 1.0
        p = ops.clip(ops.sigmoid(logits), 1e-7, 1.0 - 1e-7)
        return -(target * ops.log(p) + (1.0 - target) * ops.log(1.0 - p))


class WarmedUpLoss(layers.Layer):
    """A loss whose weight grows linearly from 0 over the first training steps.

    Args:
        scale: factor of the loss in the model's total, once warm.
        warm_up: training steps until then.
    """

    def __init__(self, scale=1.0, warm_up=0, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale
        self.warm_up = warm_up
        # A variable, since a Python number would be baked into the traced step.
        self.step = self.add_weight(
            shape=(), initializer="zeros", trainable=False, name="step"
        )

    def call(self, one, other, training=False):
        loss = self.loss(one, other)
        if training:
            self.step.assign_add(1.0)
        warmth = ops.minimum(self.step / self.warm_up, 1.0) if self.warm_up else 1.0
        self.add_loss(self.scale * warmth * loss)
        return loss


class KLDivergence(WarmedUpLoss):
    """KL divergence of N(z_mean, exp(z_log_var)) from N(0, 1), summed over z.

    Formula: `-0.5 * sum(1 + log_var - mean^2 - exp(log_var))` (Kingma & Welling 2014,
    appendix B). Warmed up lest the decoder learn to do without z (Bowman et al. 2016,
    "Generating sentences from a continuous space"). Arguments as of `WarmedUpLoss`.

    Input shape:
        Two tensors `(batch, *latent_shape)`: z_mean and z_log_var.

    Output shape:
        A number: nats a picture, unscaled.
    """

    def loss(self, z_mean, z_log_var):
        nats = -0.5 * (1.0 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))
        return ops.mean(ops.sum(nats, axis=tuple(range(1, nats.ndim))))


class DiscriminatorLoss(layers.Layer):
    """Tells real from made: `-log D(real) - log(1 - D(made))`, of logits.

    Relativistic, `-log sigmoid(real - made)`: each real picture is to look more real
    than a made one, so that no mode of the real can be given up (Jolicoeur-Martineau
    2018, "The relativistic discriminator"; Huang et al. 2024, "The GAN is dead; long
    live the GAN!").

    Args:
        relativistic: which of the two.
        scale: factor of the loss in the model's total.

    Input shape:
        Logits of real and of made pictures, of the same shape.

    Output shape:
        A number: nats a logit.
    """

    def __init__(self, relativistic=True, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        self.relativistic, self.scale = relativistic, scale

    def call(self, real, made):
        if self.relativistic:
            loss = ops.mean(ops.softplus(made - real))
        else:
            loss = 0.5 * ops.mean(ops.softplus(-real) + ops.softplus(made))
        self.add_loss(self.scale * loss)
        return loss


class GeneratorLoss(DiscriminatorLoss):
    """Makes what the discriminator takes for real: `-log D(made)`, or relativistic.

    The loss that does not saturate (Goodfellow et al. 2014, "Generative adversarial
    nets"). Arguments and shapes as of `DiscriminatorLoss`.
    """

    def call(self, real, made):
        loss = ops.mean(ops.softplus(real - made if self.relativistic else -made))
        self.add_loss(self.scale * loss)
        return loss


class ThreeWayDiscriminatorLoss(layers.Layer):
    """Tells photos from what was reconstructed and from what was sampled.

    `-log D(x) - log(1 - D(x_f)) - log(1 - D(x_p))`, mean over the batch, of logits: the
    L_D of the article, and of Bao et al. 2017, "CVAE-GAN: fine-grained image generation
    through asymmetric training".

    Args:
        scale: factor of the loss in the model's total.

    Input shape:
        Logits of real, reconstructed and sampled pictures.

    Output shape:
        A number: nats a picture.
    """

    def __init__(self, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, real, reconstructed, sampled):
        loss = ops.mean(ops.softplus(-real))
        loss += ops.mean(ops.softplus(reconstructed)) + ops.mean(ops.softplus(sampled))
        self.add_loss(self.scale * loss)
        return loss


class SquaredError(WarmedUpLoss):
    """Mean squared difference: of pictures, or of what a network sees in them.

    `mean((x - x_f)^2)`, `mean((f_D(x) - f_D(x_f))^2)` and the same with f_C: the three
    parts of the article's L_G. Features of a discriminator are a better measure of
    likeness than pixels (Larsen et al. 2016, "Autoencoding beyond pixels using a
    learned similarity metric"). Arguments as of `WarmedUpLoss`.

    Input shape:
        Two tensors of one shape.

    Output shape:
        A number.
    """

    def loss(self, one, other):
        return ops.mean(ops.square(one - other))


class MeanFeatureMatching(WarmedUpLoss):
    """Squared difference of mean features: photos and samples need no pairs.

    `0.5 * mean((mean f(x) - mean f(x_p))^2)`, the means over the batch: the L_GD and
    L_GC of the article and of Bao et al. 2017, who have it from Salimans et al. 2016,
    "Improved techniques for training GANs". Arguments and shapes as of `SquaredError`.
    """

    def loss(self, one, other):
        between = ops.mean(one, axis=0) - ops.mean(other, axis=0)
        return 0.5 * ops.mean(ops.square(between))


class ClassifierLoss(layers.Layer):
    """The article's L_C: cross-entropy of a whole recipe matrix and one softmax.

    `-sum(c * log C(x))` over all places and classes of the flat matrix. One softmax
    cannot give each of n places a class: the least it can reach is `n * log(n)`, 19.78
    for the article's nine.

    Args:
        scale: factor of the loss in the model's total.

    Input shape:
        Logits `(batch, longest * classes)` and recipe matrices.

    Output shape:
        A number: nats a picture.
    """

    def __init__(self, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, logits, recipe):
        target = ops.reshape(recipe, ops.shape(logits))
        loss = -ops.mean(ops.sum(target * ops.log_softmax(logits), axis=-1))
        self.add_loss(self.scale * loss)
        return loss


class IngredientLoss(ClassifierLoss):
    """Cross-entropy of each ingredient by itself: is it on the pizza or not.

    The mean over ingredients of `-y * log p - (1 - y) * log(1 - p)`.

    Input shape:
        Logits `(batch, classes - 1)` and recipe matrices.
    """

    def call(self, logits, recipe):
        has = ops.cast(ops.sum(recipe, axis=1)[:, 1:] > 0, logits.dtype)
        loss = ops.mean(ops.softplus(logits) - has * logits)
        self.add_loss(self.scale * loss)
        return loss


class SmoothnessPenalty(layers.Layer):
    """Penalises the discriminator's slope where pictures are: R1 at real, R2 at made.

    The squared norm of the logits' gradient by the picture (Mescheder, Geiger & Nowozin
    2018, "Which training methods for GANs do actually converge?"), estimated without
    second derivatives by how far a little Gaussian noise moves the logits (Lin et al.
    2025, "Diffusion adversarial post-training for one-step video generation").

    Args:
        deviation: standard deviation of the noise that was added, on 0..1.
        scale: factor of the penalty in the model's total.

    Input shape:
        Logits of pictures and of the same with noise.

    Output shape:
        A number.
    """

    def __init__(self, deviation, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        self.deviation, self.scale = deviation, scale

    def call(self, logits, noisy):
        loss = ops.mean(ops.square((noisy - logits) / self.deviation))
        self.add_loss(self.scale * loss)
        return loss


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
