"""Ways to do the same work, measured in turns: what a shared machine can tell.

Wall time of the same work varies twofold there; CPU seconds of ways that alternate in
one process vary by a few per cent, and their ratios by less.
"""

import time
from collections.abc import Callable

import numpy as np

WARM_UP = 3  # steps: tracing, and what is compiled anew for a second kind of input


def cpu_seconds(
    ways: dict[str, Callable[[int], None]], turns: int, seconds: float
) -> dict[str, np.ndarray]:
    """Lets each way do the same number of steps, turn after turn.

    Args:
        ways: by name, functions that do a number of steps.
        turns: of each way.
        seconds: CPU time that a turn of the first way is to take, about.

    Returns:
        By name, CPU seconds a step in each turn. Compare by medians of ratios: those of
        one turn saw the same machine.
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
