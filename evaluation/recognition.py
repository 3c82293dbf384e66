"""Do the pictures show what was ordered? The judge's answers against the recipes."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from evaluation.judge import Judge
from menus.menu import Menu


@dataclass(frozen=True)
class Agreement:
    """How well the judge's probabilities agree with what was ordered.

    Attributes:
        average_precision: of each ingredient, `(ingredients,)`: 1 if every picture
            ordered with it gets a higher probability than every other picture; by
            chance, the share of pictures ordered with it. NaN for an ingredient that
            was ordered on all pictures or on none.
        roc_auc: area under the ROC curve of each ingredient: how often a picture
            ordered with it gets a higher probability than one ordered without; 0.5 by
            chance, NaN as above.
        r_precision: of a picture's k ordered ingredients, the share among the k most
            probable ones; the mean over all pictures.
        chance: mean average precision that chance would give.
    """

    average_precision: np.ndarray
    roc_auc: np.ndarray
    r_precision: float
    chance: float

    @property
    def measurable(self) -> np.ndarray:
        """Which ingredients have an average precision."""
        return np.isfinite(self.average_precision)

    @property
    def mean_average_precision(self) -> float:
        """Mean over the measurable ingredients; NaN if there are none."""
        values = self.average_precision[self.measurable]
        return float(values.mean()) if len(values) else np.nan

    @property
    def recognised(self) -> np.ndarray:
        """Which ingredients have an average precision of 0.5 and a ROC AUC of 0.9."""
        return (self.average_precision >= 0.5) & (self.roc_auc >= 0.9)

    def measures(self) -> dict[str, float]:
        """Returns the figures that `evaluate.py` writes, by name."""
        return {
            "mean_average_precision": self.mean_average_precision,
            "r_precision": self.r_precision,
            "recognised": int(self.recognised.sum()),
            "measurable": int(self.measurable.sum()),
        }


def agreement(probabilities: np.ndarray, ordered: np.ndarray) -> Agreement:
    """Compares probabilities with orders, both `(pictures, ingredients)`.

    Args:
        probabilities: the judge's.
        ordered: true where the ingredient was ordered.
    """
    ordered = ordered.astype(bool)
    share = ordered.mean(axis=0)
    measurable = np.flatnonzero((share > 0) & (share < 1))
    average_precision, roc_auc = np.full((2, len(share)), np.nan)
    for i in measurable:
        labels, scores = ordered[:, i], probabilities[:, i]
        average_precision[i] = average_precision_score(labels, scores)
        roc_auc[i] = roc_auc_score(labels, scores)
    chance = float(share[measurable].mean()) if len(measurable) else np.nan
    r_precision = _r_precision(probabilities, ordered)
    return Agreement(average_precision, roc_auc, r_precision, chance)


def _r_precision(probabilities: np.ndarray, ordered: np.ndarray) -> float:
    rank = (-probabilities).argsort(axis=1).argsort(axis=1)
    k = ordered.sum(axis=1, keepdims=True)
    found = (ordered & (rank < k)).sum(axis=1)
    has_any = k[:, 0] > 0
    return float((found[has_any] / k[has_any, 0]).mean())


def ask_judge(
    judge: Judge, menu: Menu, pictures: np.ndarray, recipes: np.ndarray
) -> Agreement:
    """Asks the judge about pictures, for the ingredients of the menu that it knows.

    Args:
        judge: the judge.
        menu: the menu of the recipes.
        pictures: uint8 `(n, size, size, 3)`.
        recipes: padded recipes that they were ordered with, `(n, longest)`.
    """
    columns = judge.columns(menu)
    probabilities = judge.probabilities(pictures)[:, list(columns.values())]
    ordered = (recipes[:, :, None] == list(columns)).any(axis=1)
    return agreement(probabilities, ordered)
