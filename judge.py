"""Trains the judge of ingredients, once: `evaluate.py` asks it what was drawn.

    python judge.py

Draws pizzas of random recipes - never a menu, other seeds - and trains a network to
name what is on them, from all sides, soft or noisy. Then prints how well it tells each
ingredient on fresh drawings, worst first: what even drawings do not show is drawn too
much alike. 23 CPU minutes, half of that on two free cores. Writes `temp/judge/`:
`judge_64.keras` and `.json`, `calibration_64.png`, and `drawings_64/`, where a killed
run goes on. What is up to date is kept.
"""

import utils
from lab import settings

# data
IMAGE_SIZE = 64  # pixels, a multiple of 8; of the pictures to judge
DRAWINGS = 8000  # pizzas to learn from
FRESH = 600  # others, to judge the judge by
SEED = 0  # of recipes, drawings, weights and shuffling

# training
EPOCHS = 8  # passes over all drawings, each seen from two sides
BATCH_SIZE = 32  # pictures
LEARNING_RATE = 1e-2  # of Adam, at its height; falls along a cosine
WIDTH = 1.0  # of the network; less is faster and worse

SETTINGS = settings.read_settings(
    globals(),
    IMAGE_SIZE=settings.multiple_of(8),
    DRAWINGS=settings.at_least(1),
    FRESH=settings.at_least(1),
    SEED=settings.at_least(0),
    EPOCHS=settings.at_least(1),
    BATCH_SIZE=settings.at_least(2),
    LEARNING_RATE=settings.between(1e-7, 1),
    WIDTH=settings.between(0.01, 4),
)

import hashlib
import json
import shutil
import sys
from pathlib import Path

import numpy as np

import renderer
from evaluation import plots
from lab import pictures, runs
from networks import backend
from utils import whole_file

FOLDER = runs.TEMP / "judge"
INGREDIENTS = list(renderer.INGREDIENTS)
BLOCK = 500  # drawings a file
SIDES = 2  # turns of each
FINER = 2  # drawn so many times larger, turned, then reduced, as photos are


def judge_recipe(rng: np.random.Generator) -> list[str]:
    """Returns what to draw: mostly a plausible recipe; one in ten times a single
    ingredient, and one in ten anything with anything, as a network may be asked."""
    kind = rng.uniform()
    if kind < 0.8:
        return renderer.random_recipe(rng)
    count = 1 if kind < 0.9 else int(rng.integers(2, 8))
    return [str(name) for name in rng.choice(INGREDIENTS, count, replace=False)]


def draw_block(count: int, choose, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draws pizzas, each turned, and maybe mirrored, `SIDES` times at random.

    Drawn larger, turned and then reduced, as `augment.py` does it with photos: light
    comes from any side.

    Args:
        count: how many pizzas.
        choose: function of a random stream that returns a recipe.
        rng: the random stream.

    Returns:
        "photos", uint8 `(SIDES * count, size, size, 3)`, and "has", what is on each,
        `(SIDES * count, ingredients)`.
    """
    recipes = [choose(rng) for _ in range(count)]
    seeds = rng.integers(2**31, size=count)
    large = renderer.draw_pizzas(recipes, FINER * IMAGE_SIZE, seeds)
    photos = []
    for pizza in large:
        for turned in pictures.turns(pizza, rng.uniform(0, 360, SIDES)):
            photo = pictures.shrink(turned, IMAGE_SIZE)
            photos.append(photo[:, ::-1] if rng.uniform() < 0.5 else photo)
    has = [[name in recipe for name in INGREDIENTS] for recipe in recipes]
    return {"photos": np.stack(photos), "has": np.repeat(has, SIDES, axis=0)}


def draw_all(kind: str, count: int, choose) -> tuple[np.ndarray, np.ndarray]:
    """Draws pizzas block by block, or reads the blocks that are there.

    Args:
        kind: "train" or "fresh", each with seeds of its own.
        count, choose: as of `draw_block`.

    Returns:
        "photos" and "has" of all blocks.
    """
    from tqdm import tqdm

    photos, has = [], []
    starts = range(0, count, BLOCK)
    for start in tqdm(starts, f"{kind} drawings", unit="block", disable=None):
        path = FOLDER / f"drawings_{IMAGE_SIZE}" / f"{kind}-{start:06d}.npz"
        if not path.exists():
            rng = np.random.default_rng([SEED, *kind.encode(), start])
            drawn = draw_block(min(BLOCK, count - start), choose, rng)
            with whole_file(path) as part, open(part, "wb") as file:
                np.savez(file, **drawn)
        with utils.reading(path, "whole drawings", "delete it"), np.load(path) as block:
            photos.append(block["photos"])
            has.append(block["has"])
    return np.concatenate(photos), np.concatenate(has)


def train(photos: np.ndarray, has: np.ndarray, backup: Path):
    """Trains a judge; a killed training goes on from its last epoch, in `backup`."""
    import keras

    from evaluation.judge import build_judge, build_training
    from training.loop import Checkpoint, restore
    from training.optimizers import FusedAdam

    keras.utils.set_random_seed(SEED)
    judge = build_judge(IMAGE_SIZE, len(INGREDIENTS), WIDTH)
    training = build_training(judge, SEED)
    steps_per_epoch = -(-len(photos) // BATCH_SIZE)
    warm_up = EPOCHS * steps_per_epoch // 20
    rate = keras.optimizers.schedules.CosineDecay(
        LEARNING_RATE / 10,
        EPOCHS * steps_per_epoch - warm_up,
        warmup_target=LEARNING_RATE,
        warmup_steps=warm_up,
    )
    training.compile(FusedAdam(rate), "binary_crossentropy")
    training.fit(
        photos,
        has.astype("float32"),
        BATCH_SIZE,
        EPOCHS,
        initial_epoch=restore(training, backup) // steps_per_epoch,
        callbacks=[Checkpoint(backup, {})],
        verbose=1 if sys.stdout.isatty() else 2,
    )
    return judge


def source_of_drawings() -> dict:
    """Returns what the drawings depend on: settings, and the code of `renderer/`."""
    code = sorted(Path(renderer.__file__).parent.glob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in code)).hexdigest()
    values = {"SIZE": IMAGE_SIZE, "DRAWINGS": DRAWINGS, "FRESH": FRESH, "SEED": SEED}
    return {"drawing": digest, **values}


def read_if_whole(path: Path) -> dict:
    try:
        return utils.read_json(path)
    except utils.InputError:  # there is none, or a damaged one: it is made anew
        return {}


def make_judge(source: dict, made_from: dict):
    """Draws, trains, measures and saves; what is there of a killed run is used."""
    backend.start()
    from scipy.ndimage import gaussian_filter
    from sklearn.metrics import average_precision_score

    from evaluation.judge import Judge, save_judge

    folder = FOLDER / f"drawings_{IMAGE_SIZE}"
    drawn_from = folder / "drawn_from.json"
    if read_if_whole(drawn_from) != source:
        shutil.rmtree(folder, ignore_errors=True)
        utils.write_text(drawn_from, json.dumps(source))
    photos, has = draw_all("train", DRAWINGS, judge_recipe)
    fresh, truth = draw_all("fresh", FRESH, renderer.random_recipe)
    digest = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()
    backup = folder / f"training-{digest[:8]}"
    network = train(photos, has, backup)

    record = {"ingredients": INGREDIENTS, "made_from": made_from}
    judge = Judge(network, record)
    noise = np.random.default_rng(SEED).normal(0, 8, fresh.shape)
    softer = gaussian_filter(fresh, (0, 0.7, 0.7, 0))
    noisier = np.clip(fresh + noise, 0, 255).astype("uint8")
    for name, seen in (("", fresh), ("_softer", softer), ("_noisier", noisier)):
        probabilities = judge.probabilities(seen)
        precision = average_precision_score(truth, probabilities, average=None)
        record[f"precision{name}"] = precision.tolist()
        if not name:
            path = FOLDER / f"calibration_{IMAGE_SIZE}.png"
            plots.calibration(truth, probabilities, path)
    record["share"] = truth.mean(axis=0).tolist()
    save_judge(judge, FOLDER)
    shutil.rmtree(backup)
    return record


def main():
    source = source_of_drawings()
    made_from = {**SETTINGS.values, **source}
    path = FOLDER / f"judge_{IMAGE_SIZE}.json"
    record = read_if_whole(path)
    if record.get("made_from") == made_from and path.with_suffix(".keras").exists():
        print(f"{path.with_suffix('.keras')} is up to date")
    else:
        record = make_judge(source, made_from)

    print(f"average precision on {SIDES * FRESH} fresh pictures")
    rows = zip(record["precision"], record["ingredients"], record["share"], strict=True)
    for precision, name, share in sorted(rows):
        print(f"{name:22} {precision:.3f}  on {share:4.0%} of pizzas")
    for name, how in (("", ""), ("_softer", ", softened"), ("_noisier", ", noisy")):
        print(f"{'mean' + how:22} {np.mean(record[f'precision{name}']):.3f}")
    print(f"see {FOLDER}/calibration_{IMAGE_SIZE}.png")


if __name__ == "__main__":
    utils.run(main)
