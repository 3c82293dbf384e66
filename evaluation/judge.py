"""The judge: a network that names the ingredients on a picture of a pizza.

`judge.py` trains it on drawn pizzas of random recipes. So it has learned from no menu
itself, and can say whether a network that has draws the ingredients that were ordered.
"""

import json
from pathlib import Path

import keras
import numpy as np
from keras import layers

from menus.menu import Menu
from utils import InputError, whole_file, write_text

BATCH_SIZE = 128  # pictures of a prediction


def build_judge(size: int, ingredients: int, width: float = 1.0) -> keras.Model:
    """Builds the network: picture -> features, and a probability an ingredient.

    It does not matter where a piece lies, so the feature maps of every scale are pooled
    over the whole picture: the maximum says whether a piece is there, the mean how much
    there is. The first maps show crumbs, the last show mushrooms. Pooled values differ
    a hundredfold between maps: with batch normalization, the same training reaches a
    mean average precision of 0.90 instead of 0.81.

    Args:
        size: pixels a side, a multiple of 8.
        ingredients: how many it knows.
        width: factor of all numbers of feature maps.

    Returns:
        A model: uint8 `(n, size, size, 3)` -> {"features": `(n, 640 * width)`,
        "probabilities": `(n, ingredients)`}.
    """
    widths = [max(1, int(w * width)) for w in (32, 64, 96, 128)]
    x = pictures = keras.Input((size, size, 3), name="pictures")
    x = layers.Rescaling(1 / 127.5, -1)(x)
    pooled = []
    for k, (filters, stride) in enumerate(zip(widths, (2, 1, 2, 2), strict=True)):
        x = _convolution(x, filters, 3 if k else 5, stride)
        if k == 2:  # where pieces are about as large as the kernels
            x = _residual_block(x)
        pooled += [layers.GlobalMaxPooling2D()(x), layers.GlobalAveragePooling2D()(x)]
    x = layers.Concatenate()(pooled)
    features = x = layers.BatchNormalization(momentum=0.9, name="features")(x)
    x = layers.Dense(2 * widths[2], use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Dense(ingredients, activation="sigmoid", name="probabilities")(x)
    outputs = {"features": features, "probabilities": x}
    return keras.Model(pictures, outputs, name="judge")


def _convolution(x, filters, kernel, stride=1):
    x = layers.Conv2D(filters, kernel, stride, "same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def _residual_block(x):
    """Two convolutions added to their input; they start at zero (He et al. 2016)."""
    filters = x.shape[-1]
    change = _convolution(x, filters, 3)
    change = layers.Conv2D(filters, 3, padding="same", use_bias=False)(change)
    change = layers.BatchNormalization(momentum=0.9, gamma_initializer="zeros")(change)
    return layers.ReLU()(layers.Add()([x, change]))


def build_training(judge: keras.Model, seed: int) -> keras.Model:
    """Builds the model to train: a judge that sees mirrored, soft, dim, noisy pictures.

    Networks draw softer and noisier pictures than the renderer does, and the judge must
    recognise ingredients on them too.
    """
    x = pictures = keras.Input(judge.input_shape[1:], name="pictures")
    x = layers.RandomFlip(seed=seed)(x)
    x = layers.RandomGaussianBlur(1.0, 3, (0.1, 0.8), (0, 255), seed=seed)(x)
    x = layers.RandomContrast(0.15, seed=seed)(x)
    x = layers.RandomBrightness(0.05, seed=seed)(x)
    x = layers.Rescaling(1 / 255)(x)
    x = layers.GaussianNoise(0.015, seed=seed)(x)
    x = layers.Rescaling(255.0)(x)
    return keras.Model(pictures, judge(x)["probabilities"], name="training")


class Judge:
    """A trained judge and the names of its ingredients.

    Args:
        network: see `build_judge`.
        record: what `judge.py` wrote beside it: "ingredients" in the order of the
            probabilities, "precision" of each on fresh drawings, and how it was
            trained.
    """

    def __init__(self, network: keras.Model, record: dict):
        self.network, self.record = network, record
        self.ingredients: list[str] = record["ingredients"]
        self._probabilities, self._features = (
            keras.Model(network.inputs, network.output[name])
            for name in ("probabilities", "features")
        )

    @property
    def precision(self) -> float:
        """Mean average precision on fresh drawings."""
        return float(np.mean(self.record["precision"]))

    def probabilities(self, pictures: np.ndarray) -> np.ndarray:
        """Predicts how probable each ingredient is on pictures.

        Args:
            pictures: uint8 `(n, size, size, 3)`.

        Returns:
            `(n, ingredients)`.
        """
        return self._probabilities.predict(pictures, BATCH_SIZE, verbose=0)

    def features(self, pictures: np.ndarray) -> np.ndarray:
        """Computes features of pictures, for distances between sets of pictures.

        Args:
            pictures: uint8 `(n, size, size, 3)`.

        Returns:
            `(n, dimensions)`, of mean 0 and deviation 1 on drawings.
        """
        return self._features.predict(pictures, BATCH_SIZE, verbose=0)

    def columns(self, menu: Menu) -> dict[int, int]:
        """Maps codes of a menu's ingredients to columns of the probabilities, by name.

        Either name of the ingredient may match. Ingredients that the judge does not
        know are left out.
        """
        known = {name.lower(): column for column, name in enumerate(self.ingredients)}
        return {
            code: known[name.lower()]
            for code in range(1, menu.classes)
            for name in (menu.names[code], menu.captions[code])
            if name.lower() in known
        }

    def unknown(self, menu: Menu) -> list[str]:
        """Names the ingredients of a menu that the judge does not know."""
        known = self.columns(menu)
        return [menu.captions[c] for c in range(1, menu.classes) if c not in known]


def save_judge(judge: Judge, folder: Path):
    """Writes `judge_<size>.keras` and, last, `judge_<size>.json`."""
    name = f"judge_{judge.network.input_shape[1]}"
    with whole_file(folder / f"{name}.keras") as part:
        judge.network.save(part)
    write_text(folder / f"{name}.json", json.dumps(judge.record, indent=2) + "\n")


def load_judge(size: int, folder: Path) -> Judge:
    """Loads the judge of pictures of `size` pixels.

    Raises:
        InputError: there is none, or a damaged one.
    """
    path = folder / f"judge_{size}.keras"
    try:
        record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        return Judge(keras.saving.load_model(path, compile=False), record)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            f"expected a judge of {size} pixels in {folder}. Received:"
            f" {str(error).splitlines()[0]}; run `python judge.py --image-size={size}`,"
            " once"
        ) from None
