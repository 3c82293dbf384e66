"""Trains the judge, once: a network that names ingredients, for `evaluate.py`.

    python judge.py

Draws pizzas of random recipes - not those of a menu - and trains a network to name the
ingredients on them, and at each place of them, rotated, in any light, soft or noisy.
Then prints the average precision of each ingredient on fresh drawings, worst first.
Some 30 CPU minutes, half of that on two free cores. Writes `temp/judge/`:
`judge_64.npz` and `.json`, `calibration_64.png`, and `drawings_64/`, from which an
interrupted run goes on. What is up to date is kept. Until then, `evaluate.py` takes the
judge of 64 pixels that comes with the code, in `evaluation/`.
"""

import utils
from lab import limits, settings

# data
IMAGE_SIZE = 64  # pixels, a multiple of 8; of the pictures to judge
DRAWINGS = 8000  # pizzas to learn from
FRESH = 600  # other pizzas, to measure the judge by
SEED = 0  # of recipes, drawings, weights and shuffling

# training
EPOCHS = 9  # passes over all drawings, each in two rotations
BATCH_SIZE = 32  # pictures
LEARNING_RATE = 1e-2  # of Adam, the highest of a cosine schedule with warm-up
WIDTH = 1.0  # factor of the numbers of feature maps; less is faster and worse

SETTINGS = settings.read_settings(
    globals(),
    DRAWINGS=limits.at_least(1),
    FRESH=limits.at_least(1),
    BATCH_SIZE=limits.at_least(2),
)

import hashlib
import json
import math
import shutil
import sys
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

import renderer
from evaluation import plots
from evaluation.judge_files import TRAINED
from lab import pictures
from lab.blocks import make_blocks
from training import backend

INGREDIENTS = list(renderer.INGREDIENTS)
ROTATIONS = 2  # of each drawing
FINER = 2  # how many times larger to draw, before rotating and reducing, as photos are


def judge_recipe(rng: np.random.Generator) -> list[str]:
    """Returns a recipe to draw.

    8 of 10 are plausible, one is a single ingredient, and one is of any ingredients,
    because networks draw all of these.
    """
    kind = rng.uniform()
    if kind < 0.8:
        return renderer.random_recipe(rng)
    count = 1 if kind < 0.9 else int(rng.integers(2, 8))
    return [str(name) for name in rng.choice(INGREDIENTS, count, replace=False)]


def draw_block(choose, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draws pizzas, each rotated and maybe mirrored at random, `ROTATIONS` times.

    They are drawn larger, rotated and then reduced, as `augment.py` does with photos:
    so light comes from any side. Labels take their nearest neighbour.

    Args:
        choose: function of a random stream that returns a recipe.
        count: how many pizzas.
        rng: the random stream.

    Returns:
        "photos", uint8 `(ROTATIONS * count, size, size, 3)`; "labels", who owns each
        pixel, see `renderer.draw_labelled`, uint8 `(ROTATIONS * count, size, size)`;
        and "has", whether an ingredient is on them, `(ROTATIONS * count, ingredients)`.
    """
    recipes = [choose(rng) for _ in range(count)]
    seeds = rng.integers(2**31, size=count)
    large = renderer.draw_labelled(recipes, FINER * IMAGE_SIZE, seeds)
    photos, labels = [], []
    for pizza, owners in zip(*large, strict=True):
        angles = rng.uniform(0, 360, ROTATIONS)
        for rotated, angle in zip(pictures.turns(pizza, angles), angles, strict=True):
            photo = pictures.shrink(rotated, IMAGE_SIZE)
            label = rotate_labels(owners, angle, IMAGE_SIZE)
            mirror = -1 if rng.uniform() < 0.5 else 1
            photos.append(photo[:, ::mirror])
            labels.append(label[:, ::mirror])
    has = [[name in recipe for name in INGREDIENTS] for recipe in recipes]
    return {
        "photos": np.stack(photos),
        "labels": np.stack(labels),
        "has": np.repeat(has, ROTATIONS, axis=0),
    }


def rotate_labels(labels: np.ndarray, degrees: float, size: int) -> np.ndarray:
    """Rotates labels as `pictures.turns` does a photo, and reduces them to `size`."""
    scale, angle = len(labels) / size, math.radians(degrees)
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    centre = size / 2
    to_source = (
        *(cos, -sin, len(labels) / 2 - centre * (cos - sin)),
        *(sin, cos, len(labels) / 2 - centre * (sin + cos)),
    )
    rotated = Image.fromarray(labels).transform(
        (size, size), Image.Transform.AFFINE, to_source, Image.Resampling.NEAREST
    )
    return np.asarray(rotated)


def train(drawn: dict[str, np.ndarray], backup: Path):
    """Trains a judge, from the last epoch in `backup` if a training was interrupted."""
    import keras

    from evaluation.judge import build_judge
    from evaluation.judge_training import build_training
    from training.callbacks import Checkpoint
    from training.loop import restore
    from training.optimizers import FusedAdam

    keras.utils.set_random_seed(SEED)
    judge = build_judge(IMAGE_SIZE, len(INGREDIENTS), WIDTH)
    training = build_training(judge, SEED)
    steps_per_epoch = -(-len(drawn["photos"]) // BATCH_SIZE)
    warm_up = EPOCHS * steps_per_epoch // 20
    rate = keras.optimizers.schedules.CosineDecay(
        LEARNING_RATE / 10,
        EPOCHS * steps_per_epoch - warm_up,
        warmup_target=LEARNING_RATE,
        warmup_steps=warm_up,
    )
    training.compile(FusedAdam(rate))
    training.fit(
        drawn,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        initial_epoch=restore(training, backup) // steps_per_epoch,
        callbacks=[Checkpoint(backup, {})],
        verbose=1 if sys.stdout.isatty() else 2,
    )
    return judge


def source_of_drawings() -> dict:
    """Returns what the drawings depend on: settings, and the code of `renderer/`."""
    values = {"SIZE": IMAGE_SIZE, "DRAWINGS": DRAWINGS, "FRESH": FRESH, "SEED": SEED}
    return {"drawing": renderer.code_digest(), **values}


def read_if_whole(path: Path) -> dict:
    try:
        return utils.read_json(path)
    except utils.InputError:  # there is none, or a damaged one: it is made anew
        return {}


def make_judge(source: dict, made_from: dict):
    """Draws, trains, measures and saves, from where an interrupted run stopped."""
    backend.start()
    from scipy.ndimage import gaussian_filter
    from sklearn.metrics import average_precision_score

    from evaluation.judge import Judge, save_judge

    folder = TRAINED / f"drawings_{IMAGE_SIZE}"
    drawn_from = folder / "drawn_from.json"
    if read_if_whole(drawn_from) != source:
        shutil.rmtree(folder, ignore_errors=True)
        utils.write_text(drawn_from, json.dumps(source))
    draw, draw_plausible = (
        partial(draw_block, choose) for choose in (judge_recipe, renderer.random_recipe)
    )
    drawn = make_blocks(folder, "train", DRAWINGS, draw, SEED)
    unseen = make_blocks(folder, "fresh", FRESH, draw_plausible, SEED)
    fresh, truth = unseen["photos"], unseen["has"]
    digest = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()
    backup = folder / f"training-{digest[:8]}"
    network = train(drawn, backup)

    record = {"ingredients": INGREDIENTS, "width": WIDTH, "made_from": made_from}
    judge = Judge(network, record)
    noise = np.random.default_rng(SEED).normal(0, 8, fresh.shape)
    softer = gaussian_filter(fresh, (0, 0.7, 0.7, 0))
    noisier = np.clip(fresh + noise, 0, 255).astype("uint8")
    for name, seen in (("", fresh), ("_softer", softer), ("_noisier", noisier)):
        probabilities = judge.probabilities(seen)
        precision = average_precision_score(truth, probabilities, average=None)
        record[f"precision{name}"] = precision.tolist()
        if not name:
            path = TRAINED / f"calibration_{IMAGE_SIZE}.png"
            plots.calibration(truth, probabilities, path)
    record["share"] = truth.mean(axis=0).tolist()
    save_judge(judge, TRAINED)
    shutil.rmtree(backup)
    return record


def main():
    source = source_of_drawings()
    made_from = {**SETTINGS.values, **source}
    path = TRAINED / f"judge_{IMAGE_SIZE}.json"
    record = read_if_whole(path)
    if record.get("made_from") == made_from and path.with_suffix(".npz").exists():
        print(f"{path.with_suffix('.npz')} is up to date")
    else:
        record = make_judge(source, made_from)

    print(f"average precision on {ROTATIONS * FRESH} fresh pictures")
    rows = zip(record["precision"], record["ingredients"], record["share"], strict=True)
    for precision, name, share in sorted(rows):
        print(f"{name:22} {precision:.3f}  on {share:4.0%} of pizzas")
    for name, how in (("", ""), ("_softer", ", softened"), ("_noisier", ", noisy")):
        print(f"{'mean' + how:22} {np.mean(record[f'precision{name}']):.3f}")
    print(f"see {TRAINED}/calibration_{IMAGE_SIZE}.png")


if __name__ == "__main__":
    utils.run(main)
