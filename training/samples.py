"""The sheet of samples that a training draws again and again."""

import keras
import numpy as np
from PIL import Image

from lab import pictures
from menus.menu import recipe_matrix
from menus.sheets import MOST_SHOWN, of_all
from training.models import draw, encode


class SampleSheet:
    """Draws a row a pizza: its photo, its reconstruction, samples of always the same z.

    Args:
        menu: the menu.
        photos: photos of all its pizzas, uint8 `(pizzas, size, size, 3)`.
        drawing: the network that draws z and recipe.
        z: of the samples, `(samples, *latent_shape)`.
        rows: which pizzas of the menu it learns from; the first 20 are looked at.
        encoder: finds a photo's z, if the method has one.
    """

    def __init__(self, menu, photos, drawing, z, rows, encoder=None):
        self.notes, rows = of_all(rows), rows[:MOST_SHOWN]
        self.photos, self.drawing, self.encoder = photos[rows], drawing, encoder
        self.matrices = recipe_matrix(menu.codes[rows], menu.classes)
        self.captions = [menu.describe(menu.recipes[i]) for i in rows]
        self.z = z

    def reconstruct(self) -> np.ndarray:
        """Draws the z of each photo, uint8 `(pizzas, size, size, 3)`."""
        z = encode(self.encoder, self.photos, self.matrices)
        return draw(self.drawing, z, self.matrices)

    def samples(self) -> np.ndarray:
        """Draws uint8 `(pizzas, samples, size, size, 3)`."""
        z = np.concatenate([self.z] * len(self.captions))
        recipes = np.repeat(self.matrices, len(self.z), axis=0)
        drawn = draw(self.drawing, z, recipes)
        return drawn.reshape(len(self.captions), -1, *drawn.shape[1:])

    def draw(self) -> Image.Image:
        columns = ["photo", *["z at random"] * len(self.z)]
        rows = [
            [photo, *of_pizza]
            for photo, of_pizza in zip(self.photos, self.samples(), strict=True)
        ]
        if self.encoder:
            columns.insert(1, "its z, drawn")
            for row, drawn in zip(rows, self.reconstruct(), strict=True):
                row.insert(1, drawn)
        return pictures.sheet(rows, self.captions, columns, self.notes)


class Fidelity(keras.callbacks.Callback):
    """Adds `psnr` to an epoch's logs, in dB: the mean of a sheet's reconstructions."""

    def __init__(self, sheet: SampleSheet):
        super().__init__()
        self.sheet = sheet

    def on_epoch_end(self, epoch, logs=None):
        drawn = self.sheet.reconstruct()
        logs["psnr"] = float(pictures.psnr(drawn, self.sheet.photos).mean())
