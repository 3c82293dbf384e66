"""Draws pizzas for recipes with a trained network, whatever it takes.

All scripts that draw samples - the sheets of a training, `generate.py`, `evaluate.py`,
`style_transfer.py` - draw them here. A sample has a number: the same number and the
same seed give the same noise, and before a painter the same pieces at the same places,
whatever the recipe is.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import keras
import numpy as np

from lab import pictures, runs
from menus.menu import Menu
from owners.bank import Bank
from owners.layouts import kept_bank, lay_both, lay_out
from owners.light import with_light
from training import hosts
from training.models import (
    condition_of,
    inputs_of,
    load_generator,
    load_network,
    sample_z,
)
from utils import InputError


class Sampler:
    """Draws samples of recipes, and reconstructs photos.

    Args:
        generator: z and maybe a condition -> picture in 0..1.
        prior: distribution of z, "normal" or "uniform".
        bank: pieces that a painter's layouts are cooked from; None for networks that
            take recipes.
        encoder: photo and recipe -> z_mean, z_log_var and maybe logits of owners; None
            if the method has none.

    Attributes:
        takes: what the generator takes beside z: "recipe", "layout" or nothing.
        size: pixels a side.
    """

    def __init__(
        self,
        generator: keras.Model,
        prior: str = "normal",
        bank: Bank | None = None,
        encoder: keras.Model | None = None,
    ):
        self.generator, self.prior = generator, prior
        self.bank, self.encoder = bank, encoder
        self.takes = condition_of(generator)
        self.size = generator.output_shape[1]

    def z(self, count: int, seed: int) -> np.ndarray:
        """Noise of samples number 0 to `count - 1`."""
        return sample_z(self.generator, count, seed, self.prior)

    def layouts(self, recipes: np.ndarray, seeds) -> np.ndarray:
        """Cooks a layout for each recipe and its seed, uint8 `(n, size, size, 2)`."""
        with ThreadPoolExecutor() as threads:
            laid = threads.map(partial(lay_out, self.bank), recipes, seeds)
            return np.stack(list(laid))

    def sample(self, recipes: np.ndarray, count: int, seed: int) -> np.ndarray:
        """Draws samples of each recipe; those of one number have the same z.

        Args:
            recipes: recipe matrices `(n, longest, classes)`; of a painter also as many
                strips of a pizza side by side, `(n, strips, longest, classes)`.
            count: samples of each.
            seed: of z.

        Returns:
            uint8 `(n, count, size, size, 3)`.

        Raises:
            InputError: strips, and the network paints no layouts.
        """
        drawn = self.paint(*self.inputs(recipes, count, seed))
        return drawn.reshape(len(recipes), count, *drawn.shape[1:])

    def inputs(self, recipes: np.ndarray, count: int, seed: int):
        """What `paint` draws the samples of `sample` from, one after another."""
        repeated = np.repeat(recipes, count, axis=0)
        return self._inputs(repeated, seed, np.tile(range(count), len(recipes)))

    def inputs_each(self, recipes: np.ndarray, seed: int):
        """What `paint` draws one sample of each recipe from, each with another z."""
        return self._inputs(recipes, seed, np.arange(len(recipes)))

    def sample_with_pieces(self, recipes: np.ndarray, seed: int) -> tuple:
        """Draws what a network paints on the layouts of `inputs_each`, and lays their
        pieces without it.

        Returns:
            Painted pictures and laid ones, uint8 `(n, size, size, 3)`.
        """
        seeds = self._seeds(seed, len(recipes))
        with ThreadPoolExecutor() as threads:
            laid = list(threads.map(partial(lay_both, self.bank), recipes, seeds))
        layouts, pieces = map(np.stack, zip(*laid, strict=True))
        return self.paint(self.z(len(recipes), seed), layouts), pieces

    def _inputs(self, recipes, seed, numbers):
        count = numbers.max() + 1
        z = self.z(count, seed)[numbers]
        if self.takes != "layout":
            if recipes.ndim == 4:
                raise InputError(
                    "recipes side by side: expected a network that paints who lies"
                    " where, as `cvae_gan.py` trains it. Received:"
                    f" {self.generator.name!r}, which takes one recipe for the whole"
                    " picture"
                )
            return z, recipes
        return z, self.layouts(recipes, self._seeds(seed, count)[numbers])

    def _seeds(self, seed: int, count: int) -> np.ndarray:
        return np.random.default_rng([seed, 1]).integers(2**31, size=count)

    def paint(self, z: np.ndarray, condition: np.ndarray) -> np.ndarray:
        """Draws a picture for each z and recipe, or layout.

        Returns:
            uint8 `(n, size, size, 3)`.
        """
        drawn = hosts.predict(self.generator, inputs_of(self.generator, z, condition))
        return pictures.to_uint8(drawn)

    def encode(
        self, photos: np.ndarray, recipes: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Finds the z of photos: the mean of its distribution, as in the article.

        Args:
            photos: uint8 `(n, size, size, 3)`.
            recipes: recipe matrices.

        Returns:
            z, and what the generator takes beside it: recipes, or the owners found.
        """
        inputs = {"photo": photos / np.float32(255), "recipe": recipes}
        z_mean, _, *logits = hosts.predict(self.encoder, inputs)
        if logits:
            labels = logits[0].argmax(axis=-1)
            recipes = with_light(photos, labels, self.bank.light_steps)
        return z_mean, recipes

    def reconstruct(self, photos: np.ndarray, recipes: np.ndarray) -> np.ndarray:
        """Encodes photos and draws them again; arguments as of `encode`."""
        return self.paint(*self.encode(photos, recipes))


def load_sampler(run: Path, menu: Menu) -> Sampler:
    """Loads the networks of a run that draw and encode.

    Args:
        run: the run folder.
        menu: its menu, whose recipes are to be drawn.

    Raises:
        InputError: the networks are missing, damaged, or for other recipes.
    """
    generator, bank, encoder = load_generator(run, menu), None, None
    if condition_of(generator) == "layout":
        bank = kept_bank(run, menu)
    if (run / "encoder.keras").exists():
        encoder = load_network(run, "encoder")
    prior = runs.run_settings(run).get("PRIOR", "normal")
    return Sampler(generator, prior, bank, encoder)
