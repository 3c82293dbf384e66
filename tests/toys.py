"""What tests play with: a toy menu, its maps, runs that nothing has trained, judges."""

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from lab import pictures, runs
from menus.files import save_menu, write_menu

INGREDIENTS = ["none", "tomato sauce", "mozzarella", "ham", "black olives"]


RECIPES = {
    "margherita": "tomato sauce, mozzarella",
    "ham": "tomato sauce, mozzarella, ham",
    "olives": "tomato sauce, black olives, black olives",
}


def make_menu(folder: Path, side: int = 40) -> Path:
    """Writes a menu of three pizzas with pieces of their own colour."""
    colours = ["gold", "pink", "black"]
    (folder / "photos").mkdir(parents=True)
    rng = np.random.default_rng(0)
    rows = []
    for (slug, recipe), colour in zip(RECIPES.items(), colours, strict=True):
        photo = Image.new("RGB", (side, side), "white")
        draw = ImageDraw.Draw(photo)
        draw.ellipse((2, 2, side - 3, side - 3), "chocolate")
        for x, y in rng.uniform(0.25, 0.7, (6, 2)) * side:
            draw.rectangle((x, y, x + side / 8, y + side / 8), colour)
        photo.save(folder / "photos" / f"{slug}.png")
        name = f"photos/{slug}.png"
        rows.append({"slug": slug, "name": slug, "photo": name, "ingredients": recipe})
    table = [{"code": i, "name": name} for i, name in enumerate(INGREDIENTS)]
    write_menu(folder, rows, table)
    return folder


def add_pizza(folder: Path, name: str):
    """Puts a pizza with an ingredient of its own on a menu."""
    with open(folder / "ingredients.csv", "a") as table:
        table.write(f"{len(INGREDIENTS)},{name}\n")
    with open(folder / "menu.csv", "a") as table:
        table.write(f'{name},{name},photos/ham.png,"ham, {name}"\n')


def write_maps(menu):
    """Writes maps on which each photo is dough left, its last ingredient right."""
    from owners import maps

    entries = {}
    for row, recipe in enumerate(menu.recipes):
        owners = len(maps.owners_of(recipe))
        shares = np.zeros((maps.SIDE, maps.SIDE, owners), "float32")
        shares[:, : maps.SIDE // 2, 0] = 1
        shares[:, maps.SIDE // 2 :, -1] = 1
        entries[menu.rows[row]["slug"]] = maps.write_map(menu, row, shares)
    maps.write_record(menu, entries, filling=0.7)


def build_recipe_generator(size: int, recipe_shape: tuple[int, int]):
    """A network that is told how much of each ingredient there is; of one layer."""
    import keras
    from keras import layers, ops

    z = keras.Input((4,), name="z")
    recipe = keras.Input(recipe_shape, name="recipe")
    counts = ops.sum(recipe, axis=1)[:, 1:]  # whatever their order
    x = layers.Concatenate()([z, counts])
    x = layers.Dense(size * size * 3, activation="sigmoid")(x)
    picture = layers.Reshape((size, size, 3))(x)
    return keras.Model([z, recipe], picture, name="generator")


def write_run(folder: Path, values: dict, *networks):
    """Writes as much of a finished run as tells that it need not be trained."""
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(json.dumps(values))
    (folder / "log.csv").write_text("epoch\n1\n2\n3\n")
    for network in networks:
        network.save(folder / f"{network.name}.keras")
    record = {"steps": values.get("STEPS", 3), "seconds": 1.0, "ended": "done"}
    (folder / runs.FINISHED).write_text(json.dumps(record))


def write_cvae(folder, values, menu):
    """Writes the run of a CVAE with these settings, which is not trained."""
    import cvae
    from networks import article

    size, dim = values["IMAGE_SIZE"], values["LATENT_DIM"]
    recipe = menu.longest, menu.classes
    encoder = article.build_encoder(size, recipe, dim, values["RECIPE_AT"])
    decoder = article.build_decoder(size, recipe, dim)
    write_run(folder, values, encoder, cvae.with_sigmoid(decoder, values["LOSS"]))
    rows = range(len(menu.rows))
    photos = [pictures.shrink(pictures.read_photo(menu.photo(i)), size) for i in rows]
    save_menu(folder, menu, photos)


def untrained_judge(size=16, names=None):
    import renderer
    from evaluation.judge import Judge, build_judge

    names = list(names or renderer.INGREDIENTS)
    record = {"ingredients": names, "width": 0.1, "precision": [0.5] * len(names)}
    return Judge(build_judge(size, len(names), 0.1), record)


def toy_judge(names=None):
    """A judge without a network, which sees nothing but colours."""
    import renderer
    from evaluation.judge import Judge

    class ToyJudge(Judge):
        def __init__(self, names):
            self.record = {"ingredients": names, "precision": [0.5] * len(names)}
            self.ingredients = names

        def features(self, pictures):
            parts = np.array_split(pictures / 255, 4, axis=1)
            return np.concatenate([part.mean(axis=(1, 2)) for part in parts], axis=1)

        def probabilities(self, pictures):
            features = self.features(pictures)
            weights = np.random.default_rng(0).normal(size=(12, len(self.ingredients)))
            return 1 / (1 + np.exp(-(features - 0.5) @ weights))

    return ToyJudge(list(names or renderer.INGREDIENTS))


def batches(**options):
    """Batches of 20 pictures, each of its number's grey."""
    from training.batches import Batches

    images = np.arange(20, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3))
    codes = np.stack([[i % 4, 1, 2] for i in range(20)])
    settings = dict(indices=np.arange(20), batch_size=6, seed=3)
    return Batches(images.astype(np.uint8), codes, 5, **(settings | options))


def equal_measures(number):
    """Measures of a run as `evaluate.py` writes them, all equal."""
    from experiments import table

    measures = {}
    for measure in table.MEASURES:
        group, name = measure.split(".")
        measures.setdefault(group, {})[name] = number
    return measures


def write_metrics(folder, number):
    path = folder / "evaluation/metrics.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    measures = equal_measures(number)
    kinds = {"photos": {}, "blurred_photos": {}, "generated": measures}
    path.write_text(json.dumps({"samples": 60, "seed": 0, "measures": kinds}))
