"""Ways to do the same work, measured in turns: what a shared machine can tell.

Wall time of the same work varies twofold there; CPU seconds of ways that alternate in
one process vary by a few per cent, and their ratios by less.
"""

import time
from collections.abc import Callable

import numpy as np


def steps_per_cpu_second(
    ways: list[Callable[[int], None]], steps: int, turns: int
) -> tuple[np.ndarray, np.ndarray]:
    """Lets each way train so many steps, turn after turn.

    Args:
        ways: functions that train for a number of steps.
        steps: a turn.
        turns: of each way.

    Returns:
        Medians over the turns, one a way: steps a CPU second, and how many times the
        CPU seconds of the first way it took.
    """
    for train in ways:
        train(3)  # tracing
    seconds = np.empty((turns, len(ways)))
    for turn in range(turns):
        for k, train in enumerate(ways):
            began = time.process_time()
            train(steps)
            seconds[turn, k] = time.process_time() - began
    rates = steps / np.median(seconds, axis=0)
    return rates, np.median(seconds / seconds[:, :1], axis=0)
