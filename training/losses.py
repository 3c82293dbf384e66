"""Losses as layers: each adds itself to the model and returns itself, to be watched.

All are means over the batch, in nats a picture unless they say otherwise. Those that a
generator and a discriminator play against each other with are in `adversarial.py`.
"""

from keras import layers, ops


class Loss(layers.Layer):
    """A loss that adds itself to the model and returns itself, to be watched.

    Args:
        scale: factor of the loss in the model's total.
        warm_up: training steps over which that factor grows linearly from 0.

    Output shape:
        A number, unscaled: the mean over the batch.
    """

    def __init__(self, scale=1.0, warm_up=0, **kwargs):
        super().__init__(**kwargs)
        self.scale, self.warm_up = scale, warm_up
        if warm_up:
            # A variable, since a Python number would be baked into the traced step.
            self.step = self.add_weight(
                shape=(), initializer="zeros", trainable=False, name="step"
            )

    def call(self, *inputs, training=False):
        loss, scale = self.loss(*inputs), self.scale
        if self.warm_up:
            if training:
                self.step.assign_add(1.0)
            scale = scale * ops.minimum(self.step / self.warm_up, 1.0)
        self.add_loss(scale * loss)
        return loss


class BernoulliLoss(Loss):
    """Negative log-likelihood of a photo under the decoder's logits.

    Cross-entropy of values 0..1, summed over pixels and colours: the reconstruction
    term of the evidence lower bound (Kingma & Welling 2014). Computed from logits,
    which needs no clipping.

    Input shape:
        Photo in 0..1 and logits, both `(batch, height, width, 3)`.

    Output shape:
        A number: nats a picture.
    """

    def loss(self, photo, logits):
        nats = self.cross_entropy(photo, logits)
        return ops.mean(ops.sum(nats, axis=(1, 2, 3)))

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


class KLDivergence(Loss):
    """KL divergence of N(z_mean, exp(z_log_var)) from N(0, 1), summed over z.

    Formula: `-0.5 * sum(1 + log_var - mean^2 - exp(log_var))` (Kingma & Welling 2014,
    appendix B). Warmed up lest the decoder learn to do without z (Bowman et al. 2016,
    "Generating sentences from a continuous space").

    Input shape:
        Two tensors `(batch, *latent_shape)`: z_mean and z_log_var.

    Output shape:
        A number: nats a picture, unscaled.
    """

    def loss(self, z_mean, z_log_var):
        nats = -0.5 * (1.0 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))
        return ops.mean(ops.sum(nats, axis=tuple(range(1, nats.ndim))))


class ThreeWayDiscriminatorLoss(Loss):
    """Tells photos from what was reconstructed and from what was sampled.

    `-log D(x) - log(1 - D(x_f)) - log(1 - D(x_p))`, mean over the batch, of logits: the
    L_D of the article, and of Bao et al. 2017, "CVAE-GAN: fine-grained image generation
    through asymmetric training".

    Input shape:
        Logits of real, reconstructed and sampled pictures.

    Output shape:
        A number: nats a picture.
    """

    def loss(self, real, reconstructed, sampled):
        of_made = ops.softplus(reconstructed) + ops.softplus(sampled)
        return ops.mean(ops.softplus(-real) + of_made)


class SquaredError(Loss):
    """Mean squared difference: of pictures, or of what a network sees in them.

    `mean((x - x_f)^2)`, `mean((f_D(x) - f_D(x_f))^2)` and the same with f_C: the three
    parts of the article's L_G. Features of a discriminator are a better measure of
    likeness than pixels (Larsen et al. 2016, "Autoencoding beyond pixels using a
    learned similarity metric").

    Input shape:
        Two tensors of one shape.

    Output shape:
        A number.
    """

    def loss(self, one, other):
        return ops.mean(ops.square(one - other))


class MeanFeatureMatching(Loss):
    """Squared difference of mean features: photos and samples need no pairs.

    `0.5 * mean((mean f(x) - mean f(x_p))^2)`, the means over the batch: the L_GD and
    L_GC of the article and of Bao et al. 2017, who have it from Salimans et al. 2016,
    "Improved techniques for training GANs". Shapes as of `SquaredError`.
    """

    def loss(self, one, other):
        between = ops.mean(one, axis=0) - ops.mean(other, axis=0)
        return 0.5 * ops.mean(ops.square(between))


class ClassifierLoss(Loss):
    """The article's L_C: cross-entropy of a whole recipe matrix and one softmax.

    `-sum(c * log C(x))` over all places and classes of the flat matrix. One softmax
    cannot give each of n places a class: the least it can reach is `n * log(n)`, 19.78
    for the article's nine.

    Input shape:
        Logits `(batch, longest * classes)` and recipe matrices.

    Output shape:
        A number: nats a picture.
    """

    def loss(self, logits, recipe):
        target = ops.reshape(recipe, ops.shape(logits))
        return -ops.mean(ops.sum(target * ops.log_softmax(logits), axis=-1))
