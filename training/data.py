"""Batches of augmented pictures with their recipes."""

import mmap

import keras
import numpy as np

from menus.augmented import open_augmented
from menus.menu import Menu, recipe_matrix
from training import hosts
from utils import InputError, count


def load_augmented(menu: Menu, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Maps what `augment.py` made of a menu.

    Returns:
        Pictures, uint8 `(n, size, size, 3)`, and the row of the menu that each shows,
        `(n,)`.

    Raises:
        InputError: there is none of this size, or of another menu.
    """
    images, pizza = open_augmented(menu, size)
    if hasattr(mmap, "MADV_RANDOM"):  # where batches lie, reading ahead is for nothing
        images.base.madvise(mmap.MADV_RANDOM)
    return images, pizza


def rows_to_learn(menu: Menu, hold_out: str, only: str = "") -> list[int]:
    """Chooses the pizzas of a menu that a network is shown.

    Args:
        menu: the menu.
        hold_out: slugs, with commas, of pizzas that it never sees.
        only: slugs of the only ones that it sees; empty for all others.

    Raises:
        InputError: no pizza has such a slug, or none is left.
    """
    held = menu.find(hold_out)
    chosen = menu.find(only) if only else range(len(menu.rows))
    rows = [i for i in chosen if i not in held]
    if not rows:
        pizzas = count(len(chosen), "pizza")
        raise InputError(
            f"HOLD_OUT: expected fewer than all {pizzas} to learn from. Received:"
            f" {hold_out!r}"
        )
    return rows


def split(
    indices: np.ndarray, validation: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Splits indices of pictures at random: for training, and for validation.

    The article's split. It leaks: a picture turned by one more degree is nearly the
    same picture, so the validation loss says little about pizzas never seen.
    """
    order = np.random.default_rng(seed).permutation(indices)
    held = round(len(indices) * validation)
    return np.sort(order[held:]), np.sort(order[:held])


class Batches(keras.utils.PyDataset):
    """Shuffled batches `{"photo": ..., "recipe": ...}`, epoch after epoch.

    A batch is a function of the seed and its number alone, so that a resumed training
    sees what an unbroken one would have seen. The rows of each recipe matrix are
    shuffled anew every time a picture is shown: their order carries no meaning.

    Args:
        images: uint8 `(n, size, size, 3)`, memory-mapped or not.
        codes: padded recipes of all pictures, `(n, longest)`.
        classes: columns of the recipe matrix.
        indices: which pictures to show.
        batch_size: pictures a batch; what does not fill one is left out of an epoch.
        seed: of the shuffling.
        endless: whether epoch follows epoch, each in another order; else there is one,
            always the same, as validation wants it.
    """

    def __init__(self, images, codes, classes, indices, batch_size, seed, endless=True):
        super().__init__()
        devices = hosts.count_devices()
        if batch_size % devices:
            raise InputError(
                f"BATCH_SIZE: expected a multiple of {devices}, the devices that share"
                f" a batch. Received: {batch_size}"
            )
        if not endless:
            indices = indices[: len(indices) // devices * devices]
        self.steps = len(indices) // batch_size  # an epoch
        if not endless:
            self.steps = -(-len(indices) // batch_size)  # the last may be smaller
        if not self.steps:
            raise InputError(
                f"BATCH_SIZE: expected at most {len(indices)}, the pictures that there"
                f" are. Received: {batch_size}"
            )
        self.images, self.codes, self.classes = images, codes, classes
        self.indices, self.batch_size = indices, batch_size
        self.seed, self.endless = seed, endless
        self.first = 0  # number of the first batch; a resumed training sets it
        self._epoch, self._order = None, None

    @property
    def num_batches(self):
        return None if self.endless else self.steps

    def __getitem__(self, number):
        epoch, step = divmod(self.first + number, self.steps)
        if epoch != self._epoch:
            rng = np.random.default_rng((self.seed, epoch))
            self._epoch, self._order = epoch, rng.permutation(self.indices)
        chosen = self._order[step * self.batch_size :][: self.batch_size]
        rng = np.random.default_rng((self.seed, epoch, step))
        codes = rng.permuted(self.codes[chosen], axis=1)
        mine = hosts.share(len(chosen))
        recipe = recipe_matrix(codes[mine], self.classes)
        return ({"photo": self.images[chosen[mine]], "recipe": recipe},)
