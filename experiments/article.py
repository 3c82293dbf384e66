"""The article's comparison: photos and three CVAEs' reconstructions, on one sheet.

    python -m experiments.article --menu=data/sample

The recipe beside the features (way 1) with a latent vector of 64 and of 512 numbers,
and the recipe as a channel (way 2) with 512. Takes the finished runs of these settings
below `temp/cvae/` and trains what is missing. Writes
`temp/article-<menu>-<size>-<loss>.png`.
"""

from pathlib import Path

import utils
from lab import limits, runs, settings
from menus.files import read_menu
from menus.identity import is_current, read_menu_of
from menus.menu import recipe_matrix
from menus.sheets import MOST_SHOWN, shown_note
from training import backend

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 32  # pixels, as in the article

# training
LOSS = "elbo"  # or "article", as `cvae.py` has it
BATCH_SIZE = 64  # pictures; the article 20
EPOCHS = 40  # as in the article

settings.read_settings(
    globals(),
    IMAGE_SIZE=limits.multiple_of(4),
    LOSS=limits.one_of("elbo", "article"),
)

backend.start()

import numpy as np

from lab import pictures
from training.psnr import psnr
from training.sampler import load_sampler

COMPARED = {
    "way 1, latent 64": {"RECIPE_AT": "features", "LATENT_DIM": 64},
    "way 1, latent 512": {"RECIPE_AT": "features", "LATENT_DIM": 512},
    "way 2, latent 512": {"RECIPE_AT": "pixels", "LATENT_DIM": 512},
}


def main():
    menu = read_menu(MENU)
    shared = {"MENU": MENU, "IMAGE_SIZE": IMAGE_SIZE, "LOSS": LOSS}
    shared |= {"BATCH_SIZE": BATCH_SIZE, "EPOCHS": EPOCHS}
    chosen = {
        name: runs.trained_run("cvae", {**shared, **wanted}, is_current)
        for name, wanted in COMPARED.items()
    }

    shown = range(min(len(menu.rows), MOST_SHOWN))
    recipes = recipe_matrix(menu.codes[:MOST_SHOWN], menu.classes)
    rows, captions = [], ["photo"]
    for name, run in chosen.items():
        learned = read_menu_of(run)
        squares = [pictures.read_photo(learned.photo(i), "centre") for i in shown]
        photos = np.stack([pictures.shrink(square, IMAGE_SIZE) for square in squares])
        reconstructions = load_sampler(run, learned).reconstruct(photos, recipes)
        rows.append(list(reconstructions))
        mean = psnr(reconstructions, photos).mean()
        captions.append(f"{name}: {mean:.2f} dB PSNR")
        print(f"{captions[-1]}, {run}")
    sheet = pictures.sheet(
        [list(photos), *rows], captions, menu.titles[:MOST_SHOWN], shown_note(menu.rows)
    )
    name = f"article-{Path(MENU).name}-{IMAGE_SIZE}-{LOSS}.png"
    print(f"see {pictures.save(sheet, runs.TEMP / name)}")


if __name__ == "__main__":
    utils.run(main)
