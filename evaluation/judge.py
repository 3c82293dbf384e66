"""The judge: a network that names the ingredients on a picture of a pizza.

It is trained on drawn pizzas of random recipes (`judge.py`), so that whatever learned
from a menu can be asked by another: is the pepperoni there that was ordered?
"""

import json
from pathlib import Path

import keras
import numpy as np
from keras import layers

from menus.menu import Menu
from menus.names import fold
from utils import read_json, reading, whole_file, write_text

BATCH_SIZE = 128  # pictures that are looked at together


def build_judge(size: int, ingredients: int, width: float = 1.0) -> keras.Model:
    """Builds the network: picture -> features, and a probability an ingredient.

    As it does not matter where a piece lies, every scale is pooled over the whole
    picture, both ways: the maximum says whether a piece is there, the mean how much.
    Crumbs show in the first feature maps, mushrooms in the last. Pooled values of one
    map are a hundred times those of another: evened out, the same training reaches a
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
    """Two convolutions that add to what comes in, at first nothing (He et al. 2016)."""
    filters = x.shape[-1]
    change = _convolution(x, filters, 3)
    change = layers.Conv2D(filters, 3, padding="same", use_bias=False)(change)
    change = layers.BatchNormalization(momentum=0.9, gamma_initializer="zeros")(change)
    return layers.ReLU()(layers.Add()([x, change]))


def build_training(judge: keras.Model, seed: int) -> keras.Model:
    """Puts a judge behind pictures mirrored, softened, dimmed and strewn with noise.

    Networks draw softer and noisier pictures than the renderer does, and shall be
    judged by what is on them.
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
            answers, "precision" of each on fresh drawings, and how it was trained.
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
        """Says how probable each ingredient is, `(n, ingredients)`, on uint8 pictures
        `(n, size, size, 3)`."""
        return self._probabilities.predict(pictures, BATCH_SIZE, verbose=0)

    def features(self, pictures: np.ndarray) -> np.ndarray:
        """Describes pictures by `(n, values)` of mean 0 and deviation 1 on drawings,
        for distances of sets of pictures."""
        return self._features.predict(pictures, BATCH_SIZE, verbose=0)

    def columns(self, menu: Menu) -> dict[int, int]:
        """Maps codes of a menu's ingredients to columns of the answers, by name.

        The English name counts where the table has one. Ingredients that the judge
        does not know are left out.
        """
        known = {fold(name): column for column, name in enumerate(self.ingredients)}
        return {
            code: known[fold(name)]
            for code in range(1, menu.classes)
            for name in (menu.names[code], menu.captions[code])
            if fold(name) in known
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
    advice = f"run `python judge.py --image-size={size}`, once"
    record = read_json(path.with_suffix(".json"), advice)
    with reading(path, f"a judge of {size} pixels", advice):
        judge = Judge(keras.saving.load_model(path, compile=False), record)
        if judge.network.input_shape[1] != size or not np.isfinite(judge.precision):
            raise ValueError("another")
    return judge
