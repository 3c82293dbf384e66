"""The sheet of samples that a training draws after each epoch."""

import keras
import numpy as np
from PIL import Image

from lab import pictures
from menus.menu import recipe_matrix
from menus.sheets import MOST_SHOWN, shown_note
from training.psnr import psnr

SHOWN = 6  # samples of each pizza


class SampleSheet:
    """A row for each pizza: its photo, its reconstruction, and samples.

    The samples of all sheets and all pizzas have the same z.

    Args:
        menu: the menu.
        photos: photos of all its pizzas, uint8 `(pizzas, size, size, 3)`.
        sampler: draws the samples.
        count: samples of each pizza.
        rows: the pizzas that the network learns from; the first 20 are on the sheet.
        seed: of z.
    """

    def __init__(self, menu, photos, sampler, count, rows, seed=0):
        self.notes, rows = shown_note(rows), rows[:MOST_SHOWN]
        self.photos, self.sampler, self.count = photos[rows], sampler, count
        self.matrices = recipe_matrix(menu.codes[rows], menu.classes)
        self.inputs = sampler.inputs(self.matrices, count, seed)
        self.captions = [menu.describe(menu.recipes[i]) for i in rows]

    def reconstruct(self) -> np.ndarray:
        """Reconstructs the photos, uint8 `(pizzas, size, size, 3)`."""
        return self.sampler.reconstruct(self.photos, self.matrices)

    def samples(self) -> np.ndarray:
        """Draws the samples, uint8 `(pizzas, samples, size, size, 3)`."""
        drawn = self.sampler.paint(*self.inputs)
        return drawn.reshape(len(self.captions), self.count, *drawn.shape[1:])

    def draw(self) -> Image.Image:
        columns = ["photo", *["sample"] * self.count]
        rows = [
            [photo, *samples]
            for photo, samples in zip(self.photos, self.samples(), strict=True)
        ]
        if self.sampler.encoder:
            columns.insert(1, "reconstruction")
            for row, reconstruction in zip(rows, self.reconstruct(), strict=True):
                row.insert(1, reconstruction)
        return pictures.sheet(rows, self.captions, columns, self.notes)


class Fidelity(keras.callbacks.Callback):
    """Adds `psnr` to an epoch's logs: the mean of the sheet's reconstructions, in dB.

    Args:
        sheet: the sheet of samples, with an encoder.
    """

    def __init__(self, sheet: SampleSheet):
        super().__init__()
        self.sheet = sheet

    def on_epoch_end(self, epoch, logs=None):
        reconstructions = self.sheet.reconstruct()
        logs["psnr"] = float(psnr(reconstructions, self.sheet.photos).mean())
