"""Limits of settings: which values they may have, and how to say so."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Limit(NamedTuple):
    """What values a setting may have, in words and as a test."""

    expected: str
    holds: Callable[[Any], bool]


def at_least(smallest) -> Limit:
    return Limit(f"a number of at least {smallest}", lambda v: smallest <= v < np.inf)


def between(low, high) -> Limit:
    return Limit(f"a number from {low} to {high}", lambda v: low <= v <= high)


def multiple_of(n: int) -> Limit:
    return Limit(f"a positive multiple of {n}", lambda v: v > 0 and v % n == 0)


def one_of(*choices) -> Limit:
    words = " or ".join(repr(c) for c in choices)
    return Limit(words, lambda v: v in choices)


# The limits of settings that several scripts have, by name.
LIMITS = {
    "BATCH_SIZE": at_least(1),
    "BETA_1": between(0, 0.9999),
    "BETA_2": between(0, 0.9999),
    "DISCRIMINATOR_LEARNING_RATE": between(1e-7, 1),
    "EMA_MOMENTUM": between(0, 0.99999),
    "EPOCHS": at_least(1),
    "GENERATOR_LEARNING_RATE": between(1e-7, 1),
    "HOST_INDEX": at_least(0),
    "IMAGE_SIZE": multiple_of(8),
    "KL_WEIGHT": at_least(0),
    "LEARNING_RATE": between(1e-7, 1),
    "MINUTES": at_least(0),
    "NETWORKS": one_of("painter", "article"),
    "PRECISION": one_of("float32", "mixed_bfloat16"),
    "PRIOR": one_of("normal", "uniform"),
    "R1_R2_WEIGHT": at_least(0),
    "SAMPLES": at_least(50),
    "SAMPLE_EVERY": at_least(1),
    "SEED": between(0, 2**32 - 1),
    "SEEDS": at_least(1),
    "STEPS": at_least(1),
    "WIDTH": between(0.01, 4),
    "WRONG_RECIPES": at_least(0),
}
