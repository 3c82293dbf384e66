"""The judge: a network that names the ingredients on a picture of a pizza.

`judge.py` trains it on drawn pizzas of random recipes. So it has learned from no menu
itself, and can say whether a network that has draws the ingredients that were ordered.
"""

import json
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

import renderer
from evaluation.judge_files import TRAINED, find_judge
from menus.menu import Menu
from menus.names import fold
from utils import read_json, reading, whole_file, write_text

BATCH_SIZE = 128  # pictures of a prediction


@keras.saving.register_keras_serializable(package="pizza")
class SurestPlaces(layers.Layer):
    """Averages each channel over the places where it is highest.

    Between the maximum, which a single mistaken place decides, and the mean, which a
    few slices hardly change. Source: Durand et al. 2017, "WILDCAT", with the highest
    places only.

    Args:
        places: how many.

    Input shape:
        `(batch, height, width, channels)`.

    Output shape:
        `(batch, channels)`.
    """

    def __init__(self, places, **kwargs):
        super().__init__(**kwargs)
        self.places = places

    def call(self, logits):
        _, height, width, channels = logits.shape
        flat = ops.reshape(logits, (-1, height * width, channels))
        surest, _ = ops.top_k(ops.transpose(flat, (0, 2, 1)), self.places)
        return ops.mean(surest, axis=-1)

    def get_config(self):
        return {**super().get_config(), "places": self.places}


@keras.saving.register_keras_serializable(package="pizza")
class Scale(layers.Layer):
    """Multiplies each channel by a learned factor, at first 1.

    Input shape:
        `(batch, ..., channels)`.

    Output shape:
        That of the input.
    """

    def build(self, input_shape):
        self.factor = self.add_weight(
            shape=(input_shape[-1],), initializer="ones", name="factor"
        )

    def call(self, inputs):
        return inputs * self.factor


def build_judge(size: int, ingredients: int, width: float = 1.0) -> keras.Model:
    """Builds the network: picture -> features, and a probability an ingredient.

    Two answers are added. One is that of the whole picture: the feature maps of every
    scale are pooled, as it does not matter where a piece lies; the maximum says whether
    a piece is there, the mean how much there is. The first maps show crumbs, the last
    show mushrooms. Pooled values differ a hundredfold between maps: with batch
    normalization, the same training reaches a mean average precision of 0.90 instead of
    0.81. The other answer is given place by place, and that of the surest places
    counts. What a piece looks like does not depend on the rest of the pizza, so that it
    holds on photos too, which look different from drawings as a whole.

    Args:
        size: pixels a side, a multiple of 8.
        ingredients: how many it knows.
        width: factor of all numbers of feature maps.

    Returns:
        A model: uint8 `(n, size, size, 3)` -> {"features": `(n, 640 * width)`,
        "places": logits `(n, size / 4, size / 4, ingredients)`, "logits" and
        "probabilities": `(n, ingredients)`}.
    """
    widths = [max(1, int(w * width)) for w in (32, 64, 96, 128)]
    pictures = keras.Input((size, size, 3), name="pictures")
    x = layers.Rescaling(1 / 127.5, -1)(pictures)
    maps = []
    for k, (filters, stride) in enumerate(zip(widths, (2, 1, 2, 2), strict=True)):
        x = _convolution(x, filters, 3 if k else 5, stride)
        if k == 2:  # where pieces are about as large as the kernels
            x = _residual_block(x)
        maps.append(x)
    pooled = []
    for x in maps:
        pooled += [layers.GlobalMaxPooling2D()(x), layers.GlobalAveragePooling2D()(x)]
    x = layers.Concatenate()(pooled)
    features = x = layers.BatchNormalization(momentum=0.9, name="features")(x)
    x = layers.Dense(2 * widths[2], use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    whole = layers.Dense(ingredients)(x)

    x = layers.Concatenate()([maps[2], layers.UpSampling2D()(maps[3])])
    x = _convolution(x, widths[3], 1)
    places = layers.Conv2D(ingredients, 1, name="places")(x)
    surest = SurestPlaces(max(2, size**2 // 512))(places)

    logits = layers.Add(name="logits")([whole, Scale()(surest)])
    outputs = {
        "features": features,
        "places": places,
        "logits": logits,
        "probabilities": layers.Activation("sigmoid", name="probabilities")(logits),
    }
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


class Judge:
    """A trained judge and the names of its ingredients.

    Args:
        network: see `build_judge`.
        record: what `judge.py` wrote beside it: "ingredients" in the order of the
            probabilities, the network's "width", "precision" of each on fresh drawings,
            and how it was trained.
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

        Either name of the ingredient may match, or that of the renderer's table.
        Ingredients that the judge does not know are left out.
        """
        known = {fold(name): column for column, name in enumerate(self.ingredients)}
        columns = {}
        for code in range(1, menu.classes):
            names = menu.names[code], menu.captions[code]
            for name in (*names, renderer.known_name(*names) or ""):
                if fold(name) in known:
                    columns[code] = known[fold(name)]
        return columns

    def unknown(self, menu: Menu) -> list[str]:
        """Names the ingredients of a menu that the judge does not know."""
        known = self.columns(menu)
        return [menu.captions[c] for c in range(1, menu.classes) if c not in known]


def save_judge(judge: Judge, folder: Path):
    """Writes the weights, `judge_<size>.npz`, and last the record, `.json`.

    Weights are kept in float16, which changes probabilities by less than 0.01 and
    halves the file, so that it can come with the code.
    """
    name = f"judge_{judge.network.input_shape[1]}"
    weights = [weight.astype("float16") for weight in judge.network.get_weights()]
    with whole_file(folder / f"{name}.npz") as part, open(part, "wb") as file:
        np.savez_compressed(file, *weights)
    write_text(folder / f"{name}.json", json.dumps(judge.record, indent=2) + "\n")


def load_judge(size: int, folder: Path = TRAINED) -> Judge:
    """Loads the judge of pictures of `size` pixels.

    Args:
        size: pixels a side.
        folder: where to look before the judge that comes with the code.

    Raises:
        InputError: there is none, or a damaged one.
    """
    path = find_judge(size, folder)
    advice = f"run `python judge.py --image-size={size}`, once"
    record = read_json(path, advice)
    with reading(path, f"a judge of {size} pixels", advice):
        names, precision = record["ingredients"], record["precision"]
        if not all(isinstance(name, str) for name in names):
            raise ValueError("ingredients that are no names")
        if np.shape(precision) != (len(names),) or not np.isfinite(precision).all():
            raise ValueError("another precision than of each ingredient")
        network = build_judge(size, len(names), record["width"])
        with np.load(path.with_suffix(".npz")) as weights:
            network.set_weights([weights[name] for name in weights])
    return Judge(network, record)
