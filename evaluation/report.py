"""Measures as a table on the screen, and as JSON."""

import json
import math
from pathlib import Path

import pandas as pd

from utils import write_text


def table(columns: dict[str, dict[str, dict[str, float]]]) -> str:
    """Lays measures out as text, by column, group and name.

    Rows come in the order of the column that has most of them.
    """
    cells = {
        column: {
            (group, name): _text(value)
            for group, measures in groups.items()
            for name, value in measures.items()
        }
        for column, groups in columns.items()
    }
    by_length = sorted(cells.values(), key=len, reverse=True)
    rows = dict.fromkeys(row for column in by_length for row in column)
    return pd.DataFrame(cells).reindex(rows).to_string(na_rep="-")


def _text(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.1f}"


def write_json(figures: dict, path: Path):
    """Writes figures, however nested; NaN, which JSON lacks, as null."""

    def plain(value):
        if isinstance(value, dict):
            return {name: plain(of_name) for name, of_name in value.items()}
        return value if math.isfinite(value) else None

    write_text(path, json.dumps(plain(figures), indent=2) + "\n")
