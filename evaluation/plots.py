"""Plots of measures, and of the judge's calibration."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.calibration import calibration_curve

from lab import text
from utils import whole_file


def _save(figure, path: Path) -> Path:
    figure.tight_layout()
    with whole_file(path) as part:
        figure.savefig(part)
    return path


def _axes(width: float, height: float, columns: int = 1):
    from matplotlib.figure import Figure  # draws without a screen and without pyplot

    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(1, columns)


def precision_of_each(precision: dict[str, dict[str, float]], path: Path) -> Path:
    """Draws the average precision of each ingredient, a dot a set of recipes.

    Args:
        precision: by label of a set of recipes, then by ingredient; NaN for none.
        path: the picture.
    """
    table = pd.DataFrame(precision)
    names = list(table.mean(axis=1).sort_values().index)
    figure, axis = _axes(7, 1.5 + 0.22 * len(names))
    for label in table:
        axis.plot(table[label][names], names, "o", label=label, alpha=0.7)
    axis.axvline(0.5, color="grey", linestyle=":")
    axis.set_xlim(0, 1.02)
    axis.set_xlabel("average precision, by the judge")
    axis.tick_params("y", labelfontfamily=text.plot_families(names))
    axis.grid(axis="y", alpha=0.3)
    axis.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3)
    return _save(figure, path)


def distances_to_photos(distances: dict[str, np.ndarray], path: Path) -> Path:
    """Draws histograms of distances to the nearest photo, by label of the pictures."""
    figure, axis = _axes(7, 3.5)
    bins = np.linspace(0, max(d.max() for d in distances.values()), 40)
    for label, values in distances.items():
        axis.hist(values, bins, density=True, alpha=0.6, label=label)
    axis.set_xlabel("distance to the nearest augmented photo (RMS, 0..255)")
    axis.set_yticks([])
    axis.legend()
    return _save(figure, path)


def calibration(truth: np.ndarray, probabilities: np.ndarray, path: Path) -> Path:
    """Draws the share of pizzas that have an ingredient over the judge's probability.

    A thin line an ingredient, a thick one for all.

    Args:
        truth: what is on each pizza, `(pizzas, ingredients)`.
        probabilities: the judge's, as many.
        path: the picture.
    """
    figure, axis = _axes(5, 5)
    axis.plot([0, 1], [0, 1], "k:", linewidth=1)
    for has, guess in zip(truth.T, probabilities.T, strict=True):
        axis.plot(*calibration_curve(has, guess, n_bins=5)[::-1], "C0", alpha=0.2)
    observed, predicted = calibration_curve(
        truth.ravel(), probabilities.ravel(), n_bins=10
    )
    axis.plot(predicted, observed, "C3o-")
    axis.set_xlabel("probability that the judge gives")
    axis.set_ylabel("share of pizzas that have the ingredient")
    axis.set_title("Calibration on fresh drawings")
    return _save(figure, path)


def over_menu_sizes(
    table: pd.DataFrame, plotted: dict[str, dict[str, str]], path: Path
) -> Path:
    """Draws measures over the number of pizzas; bars are deviations over seeds.

    Args:
        table: a line a training: "pizzas" and the measures.
        plotted: by title of a plot, then by label of a line, its column in the table.
        path: the picture.
    """
    figure, axes = _axes(9, 4, columns=len(plotted))
    by_size = table.groupby("pizzas")
    sizes = list(by_size.groups)
    for axis, (title, columns) in zip(axes, plotted.items(), strict=True):
        for label, column in columns.items():
            mean, deviation = by_size[column].mean(), by_size[column].std().fillna(0)
            axis.errorbar(sizes, mean, deviation, marker="o", capsize=3, label=label)
        axis.set_xscale("log")
        axis.set_xticks(sizes, sizes)
        axis.minorticks_off()
        axis.set_ylim(0, 1.05 * axis.get_ylim()[1])  # markers stay whole
        axis.set_xlabel("pizzas on the menu")
        axis.set_title(title)
        axis.grid(alpha=0.3)
    axes[0].legend()
    return _save(figure, path)


def over_time(table: pd.DataFrame, headings: list[str], path: Path) -> Path:
    """Draws measures over minutes of training, a line a method.

    Args:
        table: a line a measurement: "method", "CPU minutes" and the measures. Those of
            "pieces", which need no training, are drawn as a level.
        headings: the measures; the last one's axis is logarithmic.
        path: the picture.
    """
    figure, axes = _axes(4 * len(headings), 3.5, columns=len(headings))
    for axis, heading in zip(axes, headings, strict=True):
        for method, rows in table.groupby("method"):
            if method == "pieces":
                axis.axhline(rows[heading].iloc[0], color="grey", label=method)
            else:
                axis.plot(rows["CPU minutes"], rows[heading], "o-", label=method)
        axis.set_xlabel("CPU minutes of training")
        axis.set_title(heading)
    axis.set_yscale("log")
    axis.legend()
    return _save(figure, path)
