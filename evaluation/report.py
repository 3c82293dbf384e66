"""Measures as a table on the screen, and as JSON."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from utils import write_text

GENERATED, PHOTOS, BLURRED = "generated", "photos", "blurred_photos"
PIECES = "pieces"  # laid as a painter's layouts are, without a network
KINDS = {GENERATED: "generated", PHOTOS: "photos", BLURRED: "photos blurred"}
KINDS[PIECES] = "pieces"


class Group(NamedTuple):
    """Measures of one subject: how a table names them, and in which order.

    Attributes:
        title: of the group.
        labels: of its measures, by their names in `metrics.json`.
    """

    title: str
    labels: dict[str, str]


RECOGNITION = {
    "mean_average_precision": "mean average precision",
    "chance": "  by chance",
    "r_precision": "R-precision",
    "recognised": "ingredients recognised",
    "measurable": "  of",
}
FIDELITY = {"psnr": "PSNR, dB", "ssim": "SSIM"}
SHARES = {"precision": "precision", "recall": "recall"}
# The groups of `evaluate.py`, by their names in `metrics.json`.
GROUPS = {
    "menu_recipes": Group("recipes of the menu", RECOGNITION),
    "held_out_recipes": Group("recipes held out", RECOGNITION),
    "unseen_recipes": Group("unseen recipes", RECOGNITION),
    "single_ingredients": Group("single ingredients", RECOGNITION),
    "one_ingredient_changed": Group(
        "one ingredient changed",
        {
            "added_follows": "added: follows",
            "added_by": "added: by",
            "removed_follows": "removed: follows",
            "removed_by": "removed: by",
            "others_change_by": "other ingredients change by",
            "rest_kept": "rest kept",
            "rest_kept_elsewhere": "rest kept but for its own places",
        },
    ),
    "judge_features": Group(
        "features of the judge",
        {
            "kid_x1000": "KID (judge) x 1000",
            "kid_x1000_error": "  its standard error",
            "frechet_distance": "Frechet distance (judge)",
            **SHARES,
        },
    ),
    "inception_features": Group(
        "features of InceptionV3",
        {
            "kid_x1000": "KID x 1000",
            "kid_x1000_error": "  its standard error",
            "frechet_distance": "FID",
            **SHARES,
        },
    ),
    "pixels": Group(
        "pixels",
        {
            "nearest_photo_rms": "to the nearest photo (RMS)",
            "diversity_rms": "diversity within a recipe (RMS)",
        },
    ),
    "learned_reconstructions": Group("photos learned, reconstructed", FIDELITY),
    "held_out_reconstructions": Group("photos held out, reconstructed", FIDELITY),
}


def table(
    columns: dict[str, dict[str, dict[str, float | None]]],
    groups: Mapping[str, Group] = GROUPS,
) -> str:
    """Lays measures out as text, a row a measure.

    Args:
        columns: measures by heading of a column, name of a group and name.
        groups: by name, in the order of the rows.
    """
    rows = {
        (group.title, label): [
            _text(measures.get(name, {}).get(key)) for measures in columns.values()
        ]
        for name, group in groups.items()
        for key, label in group.labels.items()
        if any(key in measures.get(name, {}) for measures in columns.values())
    }
    return pd.DataFrame(rows, index=list(columns)).T.to_string()


def _text(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "-"
    if isinstance(value, int):
        return str(value)
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.1f}"


def write_json(figures: dict, path: Path):
    """Writes figures, however nested; NaN, which JSON lacks, as null."""

    def plain(value):
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}
        return value if value is not None and math.isfinite(value) else None

    write_text(path, json.dumps(plain(figures), indent=2) + "\n")
