"""The model that a training fits, and the networks of a run."""

import contextlib
from pathlib import Path

import keras
import numpy as np
from keras import ops

from menus.menu import Menu
from networks.owner_layers import OneHot
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

    def compile(self, *args, **kwargs):
        super().compile(*args, **kwargs)
        # Built by the first step, the optimizer would make TensorFlow trace it twice.
        self.optimizer.build(self.trainable_variables)

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


def condition_of(network: keras.Model) -> str:
    """What a generator or discriminator takes beside z or pictures, by name.

    Returns:
        "recipe", "layout", or nothing for a network that is not conditional.
    """
    return network.inputs[1].name if len(network.inputs) == 2 else ""


def inputs_of(network: keras.Model, x, condition):
    """Returns what a generator or discriminator takes: x, and maybe a condition.

    Args:
        network: a model with one or two inputs.
        x: z or pictures.
        condition: recipe matrices, or layouts; see `condition_of`.
    """
    return [x, condition] if condition_of(network) else x


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
    known = wanted = None
    if condition_of(generator) == "recipe":
        known, wanted = generator.inputs[1].shape[1:], (menu.longest, menu.classes)
    elif condition_of(generator) == "layout":
        one_hot = next(x for x in generator.layers if isinstance(x, OneHot))
        known, wanted = one_hot.owners, menu.classes + 1
    elif takes := condition_of(generator):
        raise InputError(
            f"{run}: expected a network of today's code, which takes a recipe or a"
            f" layout. Received: one that takes {takes}; train anew"
        )
    if known != wanted:
        raise InputError(
            f"{run}: expected a network for recipes of its menu, {wanted}. Received:"
            f" one for {known}"
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
