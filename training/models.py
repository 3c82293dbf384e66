"""The model that a training fits, and the networks of a run: load, encode, draw."""

import contextlib
from pathlib import Path

import keras
import numpy as np
from keras import ops

import networks  # noqa: F401, registers the layers of saved networks
from lab import pictures
from menus.menu import Menu
from training import hosts
from utils import InputError, reading


@contextlib.contextmanager
def precision(policy: str):
    """Sets the dtype policy of the networks built inside; losses stay in float32.

    Weights are float32 in either case (Micikevicius et al. 2018, "Mixed precision
    training"), and so are the networks' outputs. bfloat16 has the range of float32, so
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

    `fit` minimises the sum of what the loss layers have added, and logs every output
    under its name.

    Args:
        inputs: symbolic inputs by name.
        outputs: by name, numbers that loss layers or metric layers returned.
        **kwargs: as of `keras.Model`.
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
        batch_size = ops.shape(next(iter(x.values())))[0]
        for name, value in y_pred.items():
            self.trackers[name].update_state(value, sample_weight=batch_size)
        return sum(self.losses)


def inputs_of(network: keras.Model, x, recipe):
    """Returns what a generator or discriminator takes: x, and recipes if conditional.

    Args:
        network: a model with one or two inputs.
        x: z or pictures.
        recipe: recipe matrices.
    """
    return [x, recipe] if len(network.inputs) == 2 else x


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
        return keras.saving.load_model(path, compile=False)


def load_generator(run: Path, menu: Menu) -> keras.Model:
    """Loads the network of a run that draws: the generator, or the CVAE's decoder.

    Args:
        run: the run folder.
        menu: the run's menu, whose recipes it is to draw.

    Raises:
        InputError: there is none, it is damaged, or it takes other recipes.
    """
    generator = load_network(run, "generator", "decoder")
    known, shape = [i.shape[1:] for i in generator.inputs], (menu.longest, menu.classes)
    if len(known) > 1 and known[1] != shape:
        raise InputError(
            f"{run}: expected a network for recipes of its menu, {shape}. Received: one"
            f" for {known[1]}"
        )
    return generator


def sample_z(
    generator: keras.Model, count: int, seed: int, prior: str = "normal"
) -> np.ndarray:
    """Draws z, `(count, *latent_shape)`, from N(0, 1) or "uniform" on -1..1."""
    shape = (count, *generator.get_layer("z").output.shape[1:])
    rng = np.random.default_rng(seed)
    if prior == "uniform":
        return rng.uniform(-1.0, 1.0, shape).astype("float32")
    return rng.standard_normal(shape, "float32")


def encode(
    encoder: keras.Model, photos: np.ndarray, recipes: np.ndarray, seed: int = 0
) -> np.ndarray:
    """Finds the z of photos, uint8 `(n, size, size, 3)`.

    A vector is the mean of its distribution, as in the article. A map is sampled: most
    of it is noise about which a photo says nothing, and the generator draws blurred
    pictures from the mean of that noise.
    """
    inputs = {"photo": photos / np.float32(255), "recipe": recipes}
    z_mean, z_log_var = hosts.predict(encoder, inputs)
    if z_mean.ndim == 2:
        return z_mean
    noise = np.random.default_rng(seed).standard_normal(z_mean.shape, "float32")
    return z_mean + np.exp(0.5 * z_log_var) * noise


def draw(generator: keras.Model, z: np.ndarray, recipes: np.ndarray) -> np.ndarray:
    """Draws a picture for each pair of a z and a recipe matrix.

    Args:
        generator: z and recipe -> picture in 0..1; one that is not conditional gets z
            only.
        z: `(n, *latent_shape)`.
        recipes: `(n, longest, classes)`.

    Returns:
        uint8 `(n, size, size, 3)`.
    """
    drawn = hosts.predict(generator, inputs_of(generator, z, recipes))
    return pictures.to_uint8(drawn)


def draw_each(generator: keras.Model, z: np.ndarray, recipes: np.ndarray) -> np.ndarray:
    """Draws a picture for each recipe and each z.

    Args:
        generator: as of `draw`.
        z: `(m, *latent_shape)`, the same for every recipe.
        recipes: `(n, longest, classes)`.

    Returns:
        uint8 `(n, m, size, size, 3)`.
    """
    repeated = np.repeat(recipes, len(z), axis=0)
    pizzas = draw(generator, np.concatenate([z] * len(recipes)), repeated)
    return pizzas.reshape(len(recipes), len(z), *pizzas.shape[1:])
