"""Losses that compare features: of photos, of reconstructions and of samples.

Larsen et al. 2016, "Autoencoding beyond pixels using a learned similarity metric"; Bao
et al. 2017, "CVAE-GAN: fine-grained image generation through asymmetric training".
"""

from typing import NamedTuple

import keras
from keras import ops

from networks.layers import Frozen, StopGradient
from training.losses import ClassifierLoss, MeanFeatureMatching, SquaredError

Tensors = dict[str, keras.KerasTensor]  # by name


class Pictures(NamedTuple):
    """A batch of photos and of samples, and maybe of reconstructions.

    Only the first part of the photos is reconstructed, see `first_part`. Other values
    of these pictures, such as features, are kept in the same way.
    """

    real: keras.KerasTensor
    sampled: keras.KerasTensor
    reconstructed: keras.KerasTensor | None = None


def first_part(batch, parts: int):
    """The first of so many equal parts of a batch."""
    return ops.split(batch, parts)[0] if parts > 1 else batch


def with_features(network: keras.Model) -> keras.Model:
    """Gives a network a second output: its last features before the logits."""
    return keras.Model(
        network.inputs, [network.get_layer("features").output, network.output]
    )


def classifier_losses(
    classifier: keras.Model, pictures: Pictures, recipe: keras.KerasTensor
) -> tuple[Tensors, Pictures]:
    """Computes the classifier's loss.

    Returns:
        The loss by name; and features of the pictures, through which gradients reach
        the pictures but not the classifier.
    """
    network = with_features(classifier)
    features, logits = network(pictures.real)
    losses = {"c_loss": ClassifierLoss()(logits, recipe)}
    reconstructed, _ = Frozen(network)(pictures.reconstructed)
    sampled, _ = Frozen(network)(pictures.sampled)
    return losses, Pictures(StopGradient()(features), sampled, reconstructed)


def feature_losses(
    prefix: str,
    features: Pictures,
    weights: dict[str, float],
    encode_one_in: int,
    warm_up: int,
) -> Tensors:
    """Compares features: of photos and reconstructions, and means of all samples.

    Args:
        prefix: "d" for the discriminator's features, "c" for the classifier's.
        features: of all pictures.
        weights, encode_one_in, warm_up: as of `build_cvae_gan`.

    Returns:
        Losses by name, "d_features" and "d_means".
    """
    losses = {}
    if weight := weights.get(name := f"{prefix}_features"):
        real = first_part(features.real, encode_one_in)
        squared_error = SquaredError(weight, warm_up, name=name)
        losses[name] = squared_error(real, features.reconstructed)
    if weight := weights.get(name := f"{prefix}_means"):
        matching = MeanFeatureMatching(weight, name=name)
        losses[name] = matching(features.real, features.sampled)
    return losses
