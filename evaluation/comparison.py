"""Compares pictures of several kinds with photos: by features, and pixel by pixel.

Pictures are `(pizzas, pictures of each, size, size, 3)`, by kind.
"""

from collections.abc import Callable

import numpy as np

from evaluation import nearest_photos, plots, report
from evaluation.evaluated_run import EvaluatedRun
from evaluation.frechet_distance import frechet_distance
from evaluation.kid import kid
from evaluation.precision_recall import precision_recall
from evaluation.report import GENERATED, PHOTOS
from lab import pictures

ROUNDS = 50  # of precision and recall
COMPARED = 500  # pictures whose nearest photo is searched
SHOWN = 10  # pictures in a row of a sheet


def flatten(pictures: np.ndarray) -> np.ndarray:
    """Joins the pizzas: `(pizzas, n, size, size, 3)` -> `(pizzas * n, size, ...)`."""
    return pictures.reshape(-1, *pictures.shape[2:])


def compare_with_photos(
    extract: Callable, reference: np.ndarray, kinds: dict[str, np.ndarray]
) -> dict[str, dict[str, float | None]]:
    """Compares pictures of each kind with photos, by features.

    Args:
        extract: function from pictures `(n, size, size, 3)` to features
            `(n, dimensions)`.
        reference: photos, `(pizzas, pictures of each, size, size, 3)`.
        kinds: pictures by kind, as many.

    Returns:
        Measures by kind and name.
    """

    def features(images):
        return extract(flatten(images)).reshape(*images.shape[:2], -1)

    real = features(reference)
    return {
        kind: compare_features(real, features(images)) for kind, images in kinds.items()
    }


def compare_features(real: np.ndarray, fake: np.ndarray) -> dict[str, float | None]:
    """Compares features of two sets, `(pizzas, pictures of each, dimensions)`.

    Augmented pictures of one photo show the same pizza. So precision and recall compare
    sets of one picture of each pizza, and are means over several rounds.
    """
    pizzas, count, dimensions = real.shape
    distance, error = kid(real, fake)
    measures = {
        "kid_x1000": 1000 * distance,
        "kid_x1000_error": None if error is None else 1000 * error,
        "frechet_distance": frechet_distance(
            *(features.reshape(-1, dimensions) for features in (real, fake))
        ),
    }
    if pizzas > 1:
        shares = [
            precision_recall(real[:, i], fake[:, i], min(3, pizzas - 1))
            for i in range(min(ROUNDS, count))
        ]
        measures["precision"], measures["recall"] = map(float, np.mean(shares, axis=0))
    return measures


def compare_pixels(
    run: EvaluatedRun, kinds: dict[str, np.ndarray]
) -> dict[str, dict[str, float]]:
    """Searches the nearest photo of pictures of each kind, and compares pairs of them.

    Augmented photos are compared with photos of other pizzas only. Saves a sheet of the
    generated pictures nearest to a photo, and a histogram of distances.

    Returns:
        Measures by kind and name.
    """
    pizza = np.repeat(run.learned, kinds[GENERATED].shape[1])
    compared = np.linspace(0, len(pizza) - 1, min(COMPARED, len(pizza))).astype(int)
    learned = np.isin(run.pizza, run.learned)
    allowed_for_photos = learned & (run.pizza != pizza[compared, None])
    if len(run.learned) == 1:
        kinds = {kind: images for kind, images in kinds.items() if kind != PHOTOS}
    measures, distances = {}, {}
    for kind, images in kinds.items():
        some = flatten(images)[compared]
        allowed = np.broadcast_to(learned, allowed_for_photos.shape)
        if kind == PHOTOS:
            allowed = allowed_for_photos
        distance, index = nearest_photos.nearest(some, run.photos, allowed)
        distances[report.KINDS[kind]] = distance
        between = nearest_photos.distance(images[:, 0], images[:, 1])
        measures[kind] = {
            "nearest_photo_rms": float(np.median(distance)),
            "diversity_rms": float(between.mean()),
        }
        if kind == GENERATED:
            sheet = nearest_sheet(some, run.photos[index], distance, pizza[compared])
            pictures.save(sheet, run.output / "nearest-photos.png")
    plots.distances_to_photos(distances, run.output / "nearest-photos-all.png")
    return measures


def nearest_sheet(generated, photos, distance, pizza):
    """Lays out the picture of each pizza that is nearest to a photo, nearest first."""
    by_pizza = [np.flatnonzero(pizza == i) for i in dict.fromkeys(pizza)]
    closest = [indices[distance[indices].argmin()] for indices in by_pizza]
    closest = sorted(closest, key=distance.__getitem__)[:SHOWN]
    return pictures.sheet(
        [list(generated[closest]), list(photos[closest])],
        ["generated", "nearest photo"],
        [f"{distance[i]:.1f}" for i in closest],
    )
