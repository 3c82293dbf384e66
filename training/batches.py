"""Batches of augmented pictures with their recipes."""

import keras
import numpy as np

from menus.menu import recipe_matrix
from owners.light import with_light
from training import hosts
from utils import InputError


class Batches(keras.utils.PyDataset):
    """Shuffled batches `{"photo": ..., "recipe": ...}`, epoch after epoch.

    With "layout" too, where owners are given: who owns each pixel of a photo, and its
    light.

    A batch is a function of the seed and its number alone, so that a resumed training
    gets the batches that an unbroken one would have got. The rows of each recipe matrix
    are shuffled each time, as the order of a recipe has no meaning.

    Args:
        images: uint8 `(n, size, size, 3)`, memory-mapped or not.
        codes: padded recipes of all pictures, `(n, longest)`.
        classes: columns of the recipe matrix.
        indices: which pictures to take.
        batch_size: pictures a batch, those of all devices together. Pictures that do
            not fill a last batch are left out of an endless epoch.
        seed: of the shuffling.
        endless: whether epoch follows epoch, each in another order; for validation
            there is one epoch, always the same.
        owners: of the pictures' pixels, uint8 `(n, size, size)`; None for batches
            without.
        recombined: more pictures as of `load_recombined`, which take the last places of
            each batch; None for none.
        recombined_share: part of a batch that they take.
        light_steps: of each owner, see `Bank`; where owners are given.

    Raises:
        InputError: no batch can be filled, or devices cannot share one equally.
    """

    def __init__(
        self,
        images,
        codes,
        classes,
        indices,
        batch_size,
        seed,
        endless=True,
        owners=None,
        recombined=None,
        recombined_share=0.5,
        light_steps=None,
    ):
        super().__init__()
        devices = hosts.count_devices()
        if batch_size % devices:
            raise InputError(
                f"BATCH_SIZE: expected a multiple of {devices}, the devices that share"
                f" a batch. Received: {batch_size}"
            )
        if not endless:
            indices = indices[: len(indices) // devices * devices]
        self.steps = len(indices) // batch_size  # of one epoch
        if not endless:
            self.steps = -(-len(indices) // batch_size)  # the last batch may be smaller
        if not self.steps:
            raise InputError(
                f"BATCH_SIZE: expected at most {len(indices)}, the pictures that there"
                f" are. Received: {batch_size}"
            )
        self.images, self.codes, self.classes = images, codes, classes
        self.indices, self.batch_size = indices, batch_size
        self.seed, self.endless = seed, endless
        self.owners, self.recombined = owners, recombined
        self.num_recombined = round(batch_size * recombined_share) if recombined else 0
        self.light_steps = light_steps
        self.first = 0  # number of the first batch; set by a resumed training
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
        kept = len(chosen) - self.num_recombined
        batch = self._take(self.images, self.codes, self.owners, chosen[:kept])
        if self.num_recombined:
            images, codes, indices, owners = self.recombined
            others = np.sort(rng.choice(indices, self.num_recombined))
            other = self._take(images, codes, owners, others)
            batch = {
                name: np.concatenate([value, other[name]])
                for name, value in batch.items()
            }
        share = hosts.share(len(chosen))
        codes = rng.permuted(batch.pop("recipe"), axis=1)[share]
        batch = {name: value[share] for name, value in batch.items()}
        return (batch | {"recipe": recipe_matrix(codes, self.classes)},)

    def _take(self, images, codes, owners, indices) -> dict[str, np.ndarray]:
        batch = {"photo": images[indices], "recipe": codes[indices]}
        if self.owners is None:
            return batch
        return batch | {
            "layout": with_light(batch["photo"], owners[indices], self.light_steps)
        }
