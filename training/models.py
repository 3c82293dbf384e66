"""Models: one whose outputs are its losses, and those that a run folder holds."""

import contextlib
from pathlib import Path

import keras
import numpy as np
from keras import ops

from lab import pictures
from menus.menu import Menu
from networks import texture_layers
from networks.layers import RecipeChannel, Sampling
from training import hosts
from utils import InputError, reading

CUSTOM_LAYERS = {
    layer.__name__: layer for layer in (RecipeChannel, Sampling, *texture_layers.LAYERS)
}


@contextlib.contextmanager
def precision(policy: str):
    """Builds networks of a dtype policy; their losses, wired after, are of float32.

    Weights are float32 in either case (Micikevicius et al. 2018, "Mixed precision
    training"), and so is what a network draws. bfloat16 has the range of float32, so
    that gradients need no scaling.

    Args:
        policy: "float32", or "mixed_bfloat16".
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


class LossModel(keras.Model):
    """A functional model whose outputs are its named losses, trained by plain `fit`.

    Each output is a number that a loss layer returned; `fit` minimises the sum of what
    the loss layers added and logs every output under its name.
    """

    def __init__(self, inputs, outputs, **kwargs):
        super().__init__(inputs, outputs, **kwargs)
        self.trackers = {name: keras.metrics.Mean(name) for name in outputs}

    @property
    def metrics(self):
        return [*super().metrics, *self.trackers.values()]

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        pictures = ops.shape(next(iter(x.values())))[0]
        for name, value in y_pred.items():
            self.trackers[name].update_state(value, sample_weight=pictures)
        return sum(self.losses)


def load_network(run: Path, *names: str) -> keras.Model:
    """Loads the first of the named networks that a run has saved.

    Raises:
        InputError: the run has none of them, or one that is damaged.
    """
    for name in names:
        path = run / f"{name}.keras"
        if path.exists():
            return load_keras(path)
    raise InputError(
        f"{run}: expected {' or '.join(f'{name}.keras' for name in names)} in the run."
        " Received: none; its method has no such network"
    )


def load_keras(path: Path) -> keras.Model:
    """Loads a file that Keras has saved.

    Raises:
        InputError: it is missing or damaged.
    """
    with reading(path, "a saved network"):
        return keras.saving.load_model(path, CUSTOM_LAYERS, compile=False)


def load_drawing(run: Path, menu: Menu) -> keras.Model:
    """Loads the network of a run that draws: the generator, or the decoder.

    Args:
        run: the run folder.
        menu: the run's menu, whose recipes it is to draw.

    Raises:
        InputError: there is none, it is damaged, or it knows other recipes.
    """
    drawing = load_network(run, "generator", "decoder")
    known, shape = [i.shape[1:] for i in drawing.inputs], (menu.longest, menu.classes)
    if len(known) > 1 and known[1] != shape:
        raise InputError(
            f"{run}: expected a network for recipes of its menu, {shape}. Received: one"
            f" for {known[1]}"
        )
    return drawing


def sample_z(
    drawing: keras.Model, count: int, seed: int, latent: str = "normal"
) -> np.ndarray:
    """Draws z, `(count, *latent_shape)`, from N(0, 1) or "uniform" on -1..1."""
    shape = (count, *drawing.get_layer("z").output.shape[1:])
    rng = np.random.default_rng(seed)
    if latent == "uniform":
        return rng.uniform(-1.0, 1.0, shape).astype("float32")
    return rng.standard_normal(shape, "float32")


def encode(
    encoder: keras.Model, photos: np.ndarray, recipes: np.ndarray, seed: int = 0
) -> np.ndarray:
    """Finds the z of photos, uint8 `(n, size, size, 3)`.

    The mean of a vector, as in the article. A map is drawn from its distribution: most
    of it is noise that a photo says nothing about, and the mean of noise is dull.
    """
    inputs = {"photo": photos / np.float32(255), "recipe": recipes}
    z_mean, z_log_var = hosts.predict(encoder, inputs)
    if z_mean.ndim == 2:
        return z_mean
    noise = np.random.default_rng(seed).standard_normal(z_mean.shape, "float32")
    return z_mean + np.exp(0.5 * z_log_var) * noise


def draw(drawing: keras.Model, z: np.ndarray, recipes: np.ndarray) -> np.ndarray:
    """Draws pictures of as many z as recipe matrices, of which not all networks know.

    Returns:
        uint8 `(n, size, size, 3)`.
    """
    inputs = [z, recipes][: len(drawing.inputs)]
    drawn = hosts.predict(drawing, inputs if len(inputs) > 1 else z)
    return pictures.to_uint8(drawn)
