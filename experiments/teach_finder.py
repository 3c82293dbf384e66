"""Teaches the finder of `toppings.py` on drawings, once.

    python -m experiments.teach_finder

Draws pizzas of random recipes with who owns each pixel, never a menu's, and trains the
finder to tell the owners from the picture; recipes are known, as they are of photos.
Then prints how well it finds each ingredient on fresh drawings, and writes
`owners/finder.npz`. Some 20 CPU minutes. The drawings are kept in `temp/finder/`.
"""

import utils
from lab import limits, settings
from training import backend

# data
DRAWINGS = 4000  # pizzas to learn from
FRESH = 200  # others, to measure on
SEED = 0  # of recipes, drawings, weights and shuffling

# training
STEPS = 4000
BATCH_SIZE = 16  # pictures
LEARNING_RATE = 4e-3  # of Adam, at its height; falls along a cosine

# output
WEIGHTS = "owners/finder.npz"  # the file to write

settings.read_settings(globals(), DRAWINGS=limits.at_least(1), FRESH=limits.at_least(1))

backend.start()

import sys
from pathlib import Path

import keras
import numpy as np

import renderer
from lab import runs
from lab.blocks import make_blocks
from networks.finder import SIDE, MaskAbsent, PhotoJitter, build_finder
from owners import lessons
from owners.measure import intersection_over_union
from training.losses import OwnerCrossEntropy
from training.models import LossModel
from training.optimizers import FusedAdam

NAMES = list(renderer.INGREDIENTS)
OWNERS = 1 + len(NAMES)  # dough and ingredients


def any_recipe(rng: np.random.Generator) -> list[str]:
    """Returns a plausible recipe, or one time in five anything with anything."""
    if rng.uniform() < 0.8:
        return renderer.random_recipe(rng)
    count = 1 if rng.uniform() < 0.3 else int(rng.integers(2, 8))
    return [str(name) for name in rng.choice(NAMES, count, replace=False)]


def draw_lessons(count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draws pizzas.

    Returns:
        "photo" `(count, SIDE, SIDE, 3)` and "labels" `(count, SIDE, SIDE)`, uint8, and
        "present" float32 `(count, OWNERS)`.
    """
    recipes = [any_recipe(rng) for _ in range(count)]
    seeds = rng.integers(2**31, size=count)
    photo, labels = renderer.draw_labelled(recipes, SIDE, seeds)
    present = [[True, *(n in recipe for n in NAMES)] for recipe in recipes]
    return dict(photo=photo, labels=labels, present=np.array(present, "float32"))


class Lessons(keras.utils.PyDataset):
    """Endless batches of drawings, each turned by quarters and mirrored at random."""

    def __init__(self, drawings: dict[str, np.ndarray]):
        super().__init__()
        self.drawings = drawings

    @property
    def num_batches(self):
        return None

    def __getitem__(self, number):
        rng = np.random.default_rng([SEED, number])
        chosen = rng.integers(0, len(self.drawings["photo"]), BATCH_SIZE)
        batch = {name: array[chosen] for name, array in self.drawings.items()}
        turn, mirror = rng.integers(4), rng.integers(2)
        for name in ("photo", "labels"):
            turned = np.rot90(batch[name], turn, axes=(1, 2))
            turned = turned[:, :, ::-1] if mirror else turned
            batch[name] = np.ascontiguousarray(turned)
        return (batch,)


def build_training(finder: keras.Model) -> LossModel:
    """Wires the finder to its loss: drawing, labels and recipe -> cross-entropy."""
    photo = keras.Input((SIDE, SIDE, 3), dtype="uint8", name="photo")
    labels = keras.Input((SIDE, SIDE), dtype="uint8", name="labels")
    present = keras.Input((OWNERS,), name="present")
    pixels = keras.layers.Rescaling(1 / 255)(photo)
    logits = MaskAbsent()(finder(PhotoJitter(SEED)(pixels)), present)
    inputs = {"photo": photo, "labels": labels, "present": present}
    return LossModel(inputs, {"owners": OwnerCrossEntropy()(labels, logits)})


def main():
    keras.utils.set_random_seed(SEED)
    drawn_by = f"seed-{SEED}-{DRAWINGS}-{FRESH}-{renderer.code_digest()[:8]}"
    folder = runs.TEMP / "finder" / drawn_by
    drawings = make_blocks(folder, "train", DRAWINGS, draw_lessons, SEED)
    fresh = make_blocks(folder, "fresh", FRESH, draw_lessons, SEED)
    finder = build_finder(OWNERS)
    print(f"finder: {finder.count_params():,} parameters")
    training = build_training(finder)
    warm_up = max(1, STEPS // 15)
    rate = keras.optimizers.schedules.CosineDecay(
        LEARNING_RATE / 10,
        max(1, STEPS - warm_up),
        warmup_target=LEARNING_RATE,
        warmup_steps=warm_up,
    )
    training.compile(FusedAdam(rate))
    steps = min(STEPS, 200)
    verbose = 1 if sys.stdout.isatty() else 2
    training.fit(
        Lessons(drawings), epochs=STEPS // steps, steps_per_epoch=steps, verbose=verbose
    )
    logits = lessons.find_logits(finder, fresh["photo"] / np.float32(255))
    logits = np.where(fresh["present"][:, None, None] > 0, logits, -np.inf)
    found, right = intersection_over_union(fresh["labels"], logits.argmax(axis=-1))
    for code in np.argsort(found[1:]) + 1:
        print(f"{NAMES[code - 1]:22} {found[code]:.2f}")
    print(f"mean IoU {np.nanmean(found[1:]):.3f}, {right:.1%} of the filling right")
    with utils.whole_file(Path(WEIGHTS)) as part:
        lessons.save_weights(finder, part)
    print(f"see {WEIGHTS}")


if __name__ == "__main__":
    utils.run(main)
