"""Losses as layers.

All are means over the batch, in nats a picture unless their docstring has another unit.
The losses of generators and discriminators are in `adversarial.py`.
"""

from keras import layers, ops

from networks.map_layers import average_blocks


class Loss(layers.Layer):
    """A layer that adds a loss to the model's total and returns it for the log.

    Args:
        scale: weight of the loss in the total.
        warm_up: training steps over which that weight grows linearly from 0.

    Output shape:
        A number, without the weight: the mean over the batch.
    """

    def __init__(self, scale=1.0, warm_up=0, **kwargs):
        super().__init__(**kwargs)
        self.scale, self.warm_up = scale, warm_up
        if warm_up:
            # A variable: a Python number would stay as it was when the step was traced.
            self.step = self.add_weight(
                shape=(), initializer="zeros", trainable=False, name="step"
            )

    def call(self, *inputs, training=False):
        loss, scale = self.loss(*inputs), self.scale
        if self.warm_up and training:  # in full in validation: epochs compare
            self.step.assign_add(1.0)
            scale = scale * ops.minimum(self.step / self.warm_up, 1.0)
        self.add_loss(scale * loss)
        return loss


class BernoulliLoss(Loss):
    """Negative log-likelihood of a photo under the decoder's logits.

    Cross-entropy of values 0..1, summed over pixels and colours: the reconstruction
    term of the evidence lower bound (Kingma & Welling 2014). Computed from logits, so
    that nothing is clipped.

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

    The cross-entropy of a target below zero has no minimum: only the clipping at 1e-7,
    which Keras did in 2017, bounds it. Values below one half are therefore drawn as
    one half. Kept to compare with the article's figures.

    Input shape:
        As of `BernoulliLoss`.

    Output shape:
        As of `BernoulliLoss`.
    """

    def cross_entropy(self, photo, logits):
        target = 2.0 * photo - 1.0
        p = ops.clip(ops.sigmoid(logits), 1e-7, 1.0 - 1e-7)
        return -(target * ops.log(p) + (1.0 - target) * ops.log(1.0 - p))


class KLDivergence(Loss):
    """KL divergence of N(z_mean, exp(z_log_var)) from N(0, 1), summed over z.

    Formula: `-0.5 * sum(1 + log_var - mean^2 - exp(log_var))` (Kingma & Welling 2014,
    appendix B). With a warm-up the decoder cannot learn to ignore z at first (Bowman et
    al. 2016, "Generating sentences from a continuous space").

    Input shape:
        Two tensors `(batch, *latent_shape)`: z_mean and z_log_var.

    Output shape:
        A number: nats a picture.
    """

    def loss(self, z_mean, z_log_var):
        nats = -0.5 * (1.0 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))
        return ops.mean(ops.sum(nats, axis=tuple(range(1, nats.ndim))))


class ThreeWayDiscriminatorLoss(Loss):
    """Tells photos from reconstructions and from samples.

    `-log D(x) - log(1 - D(x_f)) - log(1 - D(x_p))` of logits: the L_D of the article,
    and of Bao et al. 2017, "CVAE-GAN: fine-grained image generation through asymmetric
    training".

    Input shape:
        Logits of real, reconstructed and sampled pictures; each may be of another
        number of pictures.

    Output shape:
        A number: nats a picture.
    """

    def loss(self, real_logits, reconstructed_logits, sampled_logits):
        signed = -real_logits, reconstructed_logits, sampled_logits
        return sum(ops.mean(ops.softplus(logits)) for logits in signed)


class SquaredError(Loss):
    """Mean squared difference of photos and reconstructions, or of their features.

    `mean((x - x_f)^2)`, `mean((f_D(x) - f_D(x_f))^2)` and the same with f_C: the three
    parts of the article's L_G. Features of a discriminator measure similarity better
    than pixels (Larsen et al. 2016, "Autoencoding beyond pixels using a learned
    similarity metric").

    Input shape:
        Two tensors of the same shape.

    Output shape:
        A number.
    """

    def loss(self, real, reconstructed):
        return ops.mean(ops.square(real - reconstructed))


class AbsoluteError(Loss):
    """Mean absolute difference of pictures, at their size and twice at half of it.

    At half the size a piece that lies a pixel further counts for less.

    Input shape:
        Two tensors of pictures, `(batch, height, width, 3)`.

    Output shape:
        A number.
    """

    def loss(self, real, fake):
        difference = real - fake
        halved = average_blocks(difference, 2)
        return ops.mean(ops.abs(difference)) + 2.0 * ops.mean(ops.abs(halved))


class MeanFeatureMatching(Loss):
    """Squared difference of the mean features of photos and samples.

    `0.5 * mean((mean f(x) - mean f(x_p))^2)`, the inner means over the batch: the L_GD
    and L_GC of the article and of Bao et al. 2017, first in Salimans et al. 2016,
    "Improved techniques for training GANs".

    Input shape:
        Two tensors `(batch, ...)` of the same shape.

    Output shape:
        A number.
    """

    def loss(self, real, sampled):
        difference = ops.mean(real, axis=0) - ops.mean(sampled, axis=0)
        return 0.5 * ops.mean(ops.square(difference))


class ClassifierLoss(Loss):
    """The article's L_C: cross-entropy of a whole recipe matrix and one softmax.

    `-sum(c * log C(x))` over all places and classes of the flat matrix. One softmax
    over n places cannot name a class for each of them: its minimum is `n * log(n)`,
    19.78 for the article's nine.

    Input shape:
        Logits `(batch, longest * classes)` and recipe matrices.

    Output shape:
        A number: nats a picture.
    """

    def loss(self, logits, recipe):
        target = ops.reshape(recipe, ops.shape(logits))
        return -ops.mean(ops.sum(target * ops.log_softmax(logits), axis=-1))


class OwnerCrossEntropy(Loss):
    """Cross-entropy of the owners of all places.

    Input shape:
        Labels `(batch, height, width)`, whole numbers, and logits
        `(batch, height, width, owners)`.

    Output shape:
        A number: nats a place.
    """

    def loss(self, labels, logits):
        labels = ops.one_hot(ops.cast(labels, "int32"), logits.shape[-1])
        log_shares = ops.log_softmax(logits, axis=-1)
        return -ops.mean(ops.sum(labels * log_shares, axis=-1))
