"""What each remedy of `gan.py` is worth: one left out at a time, in equal CPU time.

    python -m benchmarks.gan_ablation --menu=data/sample

Trains `gan.py` for each row from the same seeds, stops it when its CPU time is used up,
and measures its last pictures against the photos: the sliced Wasserstein distance of
7x7 patches at three scales (Karras et al. 2018, "Progressive growing of GANs"), pizza
by pizza, so that wrong toppings count as well as bad ones. Lower is better; the floor
is that of photos.
"""

import resource
import subprocess
import sys
from pathlib import Path

import runs
import settings
import utils

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 32  # pixels: four times the steps of 64 in the same time

# measurement
CPU_SECONDS = 240  # of each training
SEEDS = 2  # trainings a row
ROWS = ""  # names of rows with commas; empty for all

settings.read_settings(
    globals(),
    IMAGE_SIZE=settings.multiple_of(8),
    CPU_SECONDS=settings.at_least(1),
    SEEDS=settings.at_least(1),
)

import numpy as np

from networks.data import load_augmented
from networks.models import draw, load_drawing, sample_z

VARIANTS = {
    "all remedies": [],
    "no penalty on the slope": ["--penalty=0"],
    "not relativistic": ["--loss=article"],
    "not turned for judging": ["--turned=no"],
    "no wrong recipes": ["--wrong-recipes=0"],
    "no averaged generator": ["--ema=0"],
    "Adam with momentum 0.5": ["--beta-1=0.5"],
    "the article's networks": ["--networks=article", "--width=0.25"],
}
PICTURES = 24  # of each pizza, photos and made
PATCH = 7  # pixels a side
PROJECTIONS = 128
EVERY = 50  # steps between checkpoints


def patches(pictures: np.ndarray, seed: int) -> np.ndarray:
    """Cuts 64 random patches out of each picture: `(n, patch values)`, 0..255."""
    rng = np.random.default_rng(seed)
    size = pictures.shape[1]
    corners = rng.integers(0, size - PATCH + 1, (len(pictures), 64, 2))
    return np.stack(
        [
            picture[y : y + PATCH, x : x + PATCH].ravel()
            for picture, places in zip(pictures, corners, strict=True)
            for y, x in places
        ]
    ).astype("float32")


def sliced_wasserstein(one: np.ndarray, other: np.ndarray, seed: int = 0) -> float:
    """Mean distance of two equally large sets of pictures, at three scales."""
    distances = []
    for scale in (1, 2, 4):
        sets = []
        for k, pictures in enumerate((one, other)):
            n, size = pictures.shape[:2]
            small = pictures.reshape(n, size // scale, scale, size // scale, scale, 3)
            sets.append(patches(small.mean(axis=(2, 4)), seed + k))
        rng = np.random.default_rng(seed)
        directions = rng.standard_normal((sets[0].shape[1], PROJECTIONS))
        directions /= np.linalg.norm(directions, axis=0)
        projected = [np.sort(s @ directions, axis=0) for s in sets]
        distances.append(np.abs(projected[0] - projected[1]).mean())
    return float(np.mean(distances))


def train(arguments: list[str]) -> Path:
    """Trains until the CPU time is used up; what a killed run leaves is whole."""

    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))

    script = Path(__file__).parents[1] / "gan.py"
    command = [sys.executable, script, f"--menu={MENU}", f"--image-size={IMAGE_SIZE}"]
    output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    before = set((runs.TEMP / "gan").glob("*"))
    subprocess.run(
        [*command, "--steps=1000000", f"--sample-every={EVERY}", *arguments],
        preexec_fn=limit,
        **output,
    )
    (folder,) = set((runs.TEMP / "gan").glob("*")) - before
    return folder


def distance(run: Path, menu: utils.Menu, real: list[np.ndarray]) -> float:
    """Mean distance of what a run draws of each pizza to photos of it."""
    drawing = load_drawing(run)
    z = sample_z(drawing, PICTURES, seed=1)
    matrices = utils.recipe_matrix(menu.codes, menu.classes)
    return np.mean(
        [
            sliced_wasserstein(draw(drawing, z, np.stack([matrix] * PICTURES)), photos)
            for matrix, photos in zip(matrices, real, strict=True)
        ]
    )


def main():
    menu = utils.read_menu(MENU)
    images, pizza = load_augmented(menu, IMAGE_SIZE)
    rng = np.random.default_rng(0)

    def photos(i):
        return images[rng.choice(np.flatnonzero(pizza == i), PICTURES, replace=False)]

    real = [photos(i) for i in range(len(menu.rows))]
    floor = [sliced_wasserstein(photos(i), real[i]) for i in range(len(menu.rows))]
    print(f"{'':26} distance  of each seed    steps")
    print(f"{'photos, others':26} {np.mean(floor):8.2f}", flush=True)
    for name in ROWS.split(",") if ROWS else VARIANTS:
        distances, steps = [], []
        for seed in range(SEEDS):
            run = train([*VARIANTS[name], f"--seed={seed}"])
            distances.append(distance(run, menu, real))
            rows = len((run / "log.csv").read_text().splitlines()) - 1
            steps.append(EVERY * rows)
        each = " ".join(f"{d:.2f}" for d in distances)
        print(f"{name:26} {np.mean(distances):8.2f}  {each:13} {steps}", flush=True)


if __name__ == "__main__":
    utils.run(main)
