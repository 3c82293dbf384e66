"""Compares ways to do the same work, which take turns in one process.

On a shared machine the wall time of the same work varies twofold. CPU seconds of ways
that take turns vary by a few per cent, and their ratios by less.
"""

import time
from collections.abc import Callable

import numpy as np

WARM_UP = 3  # steps in which functions are traced and compiled


def cpu_seconds(
    ways: dict[str, Callable[[int], None]], turns: int, seconds: float
) -> dict[str, np.ndarray]:
    """Measures each way in each turn, always the same number of steps.

    Args:
        ways: by name, functions that do a number of steps.
        turns: of each way.
        seconds: CPU time of a turn of the first way, about.

    Returns:
        By name, CPU seconds a step in each turn. Compare two ways by the median of
        their ratios turn by turn: in one turn the machine is as fast for both.
    """
    for work in ways.values():
        work(WARM_UP)
    first = next(iter(ways.values()))
    steps = max(1, round(seconds / _seconds_a_step(first, WARM_UP)))
    measured = [
        [_seconds_a_step(w, steps) for w in ways.values()] for _ in range(turns)
    ]
    return dict(zip(ways, np.transpose(measured), strict=True))


def _seconds_a_step(work: Callable[[int], None], steps: int) -> float:
    began = time.process_time()
    work(steps)
    return (time.process_time() - began) / steps
