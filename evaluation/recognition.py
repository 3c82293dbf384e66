"""Is on the pictures what was ordered? The judge's answers against the recipes."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score


@dataclass(frozen=True)
class Agreement:
    """How well the judge's probabilities agree with what was ordered.

    Attributes:
        precision: average precision of each ingredient: 1 if all pizzas ordered with it
            have it more probably than all others; its share of the pizzas if by chance.
            NaN for what was on all pizzas or on none.
        pairs: share of pairs of a pizza with it and one without in which the former
            has it more probably (the area under the ROC curve); 0.5 by chance.
        top_k: of a pizza's k ingredients, how many are among the k most probable ones.
    """

    precision: np.ndarray
    pairs: np.ndarray
    top_k: float

    @property
    def mean(self) -> float:
        """Mean average precision, of the ingredients for which there is one."""
        there = np.isfinite(self.precision)
        return float(self.precision[there].mean()) if there.any() else np.nan

    @property
    def recognised(self) -> np.ndarray:
        """Which ingredients are told: precision 0.5, and 9 of 10 pairs are right."""
        return (self.precision >= 0.5) & (self.pairs >= 0.9)


def agreement(probabilities: np.ndarray, ordered: np.ndarray) -> Agreement:
    """Compares probabilities with orders, both `(pictures, ingredients)`.

    Args:
        probabilities: the judge's.
        ordered: true where the ingredient was ordered.
    """
    ordered = ordered.astype(bool)
    share = ordered.mean(axis=0)
    told = np.flatnonzero((share > 0) & (share < 1))
    precision, pairs = np.full((2, len(share)), np.nan)
    for i in told:
        precision[i] = average_precision_score(ordered[:, i], probabilities[:, i])
        pairs[i] = roc_auc_score(ordered[:, i], probabilities[:, i])
    return Agreement(precision, pairs, _top_k(probabilities, ordered))


def _top_k(probabilities: np.ndarray, ordered: np.ndarray) -> float:
    rank = (-probabilities).argsort(axis=1).argsort(axis=1)
    k = ordered.sum(axis=1, keepdims=True)
    found = (ordered & (rank < k)).sum(axis=1)
    has_any = k[:, 0] > 0
    return float((found[has_any] / k[has_any, 0]).mean())
