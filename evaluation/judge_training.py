"""What the judge is trained with: pictures that vary as photos do, and its losses."""

import keras
from keras import ops

from networks.layers import RandomLayer, RandomTurn
from training.losses import Loss
from training.models import LossModel

COVERED = 0.12  # share of a place that an ingredient must cover to be seen there


class PhotoJitter(RandomLayer):
    """Varies pictures as cameras, kitchens and networks do.

    The drawn light is one, and the camera perfect. Photos are darker or paler, warmer,
    softer or sharper, and grainy; networks draw softer and noisier pictures than the
    renderer does. Training on what varies more than reality carries over to reality:
    Tobin et al. 2017, "Domain randomization for transferring deep neural networks from
    simulation to the real world". All factors are log-uniform.

    Args:
        strength: factor of all variations; 0 for none.
        seed: seed of the variations.

    Input shape:
        Pictures in 0..255, `(batch, height, width, 3)`.

    Output shape:
        The same.
    """

    GAMMA, SATURATION, CONTRAST, LIGHT = 0.35, 0.45, 0.1, 0.15  # logarithms at most
    WHITE_BALANCE = 0.15  # of each colour, the same
    SHARPEN = 0.3  # as much sharper at most; softened up to a mean of 3x3 pixels
    NOISE = 0.05  # standard deviation at most, of 0..1

    def __init__(self, strength=1.0, seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        self.strength = strength

    def call(self, pictures):
        batch = ops.shape(pictures)[0]

        def uniform(low, high, channels=1):
            low, high = self.strength * low, self.strength * high
            shape = (batch, 1, 1, channels)
            return keras.random.uniform(shape, low, high, seed=self.generator)

        def factor(most, channels=1):
            return ops.exp(uniform(-most, most, channels))

        x = ops.clip(pictures / 255.0, 1e-4, 1.0) ** factor(self.GAMMA)
        grey = ops.mean(x, axis=-1, keepdims=True)
        x = grey + (x - grey) * factor(self.SATURATION)
        x = x * factor(self.WHITE_BALANCE, 3) * factor(self.LIGHT)
        mean = ops.mean(x, axis=(1, 2), keepdims=True)
        x = mean + (x - mean) * factor(self.CONTRAST)
        soft = ops.average_pool(x, 3, 1, "same")
        x = x + (soft - x) * uniform(-self.SHARPEN, 1.0)
        noise = keras.random.normal(ops.shape(x), seed=self.generator)
        x = x + noise * uniform(0.0, self.NOISE)
        return 255.0 * ops.clip(x, 0.0, 1.0)

    def get_config(self):
        return {**super().get_config(), "strength": self.strength}


class PresenceLoss(Loss):
    """Cross-entropy of what is on a picture, a mean over the ingredients.

    Input shape:
        0 or 1, and logits, both `(batch, ingredients)`.

    Output shape:
        A number: nats an ingredient.
    """

    def loss(self, presence, logits):
        return ops.mean(ops.softplus(logits) - presence * logits)


class PlaceLoss(PresenceLoss):
    """Cross-entropy of what is at each place, a mean over places and ingredients.

    An ingredient is at a place if it owns more than `COVERED` of its pixels.

    Input shape:
        Labels as of `renderer.draw_labelled`, `(batch, size, size, 1)`, and logits
        `(batch, rows, columns, ingredients)`.

    Output shape:
        A number: nats a place and ingredient.
    """

    def loss(self, labels, logits):
        owners = ops.one_hot(labels[..., 0], logits.shape[-1] + 1)[..., 1:]
        share = ops.average_pool(owners, labels.shape[1] // logits.shape[1])
        return super().loss(ops.cast(share > COVERED, logits.dtype), logits)


def build_training(judge: keras.Model, seed: int) -> LossModel:
    """Builds the model to train: the judge sees pictures turned and varied.

    Args:
        judge: see `build_judge`.
        seed: of turns and variations.

    Returns:
        A model of "photos", "labels" and "has" of `judge.py`.
    """
    size, _, channels = judge.input_shape[1:]
    inputs = {
        "photos": keras.Input((size, size, channels), dtype="uint8", name="photos"),
        "labels": keras.Input((size, size), dtype="uint8", name="labels"),
        "has": keras.Input(judge.output["logits"].shape[1:], name="has"),
    }
    x = ops.cast(inputs["photos"], "float32")
    labels = ops.cast(inputs["labels"], "int32")[..., None]
    x, labels = RandomTurn(seed)(x, labels)
    found = judge(PhotoJitter(seed=seed)(x))
    losses = {
        "presence": PresenceLoss()(inputs["has"], found["logits"]),
        "places": PlaceLoss()(labels, found["places"]),
    }
    return LossModel(inputs, losses, name="training")
