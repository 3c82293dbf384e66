"""Runs that nobody trained, for tests of the page and of what it shows."""

import json

import keras
import numpy as np
from toys import build_recipe_generator, make_menu, write_maps

from lab import pictures
from menus.files import read_menu, save_menu
from networks import painter
from owners.bank import load_bank
from owners.layouts import FINER, keep_bank

SIZE = 16
KINDS = "recipe", "painter"


def make_run(folder, kind):
    """Writes the run of a network that is told recipes, or of a painter's CVAE+GAN."""
    keras.utils.set_random_seed(0)
    menu = read_menu(make_menu(folder / "data/toy"))
    recipe = menu.longest, menu.classes
    run = folder / "temp" / kind / "00001"
    rows = range(len(menu.rows))
    photos = [pictures.shrink(pictures.read_photo(menu.photo(i)), SIZE) for i in rows]
    save_menu(run, menu, photos)
    (run / "settings.json").write_text(json.dumps({"MENU": "data/toy"}))
    if kind == "recipe":
        generator = build_recipe_generator(SIZE, recipe)
    else:
        write_maps(menu)
        keep_bank(run, load_bank(menu, FINER * SIZE))
        generator = painter.build_painter(SIZE, menu.classes + 1, 0.1)
        encoder = painter.build_encoder(SIZE, recipe, 0.1)
        encoder.save(run / "encoder.keras")
    # Untrained networks draw nearly grey: as strong as trained ones, they differ more.
    generator.set_weights([4 * np.array(w) for w in generator.get_weights()])
    generator.save(run / "generator.keras")
    return run
