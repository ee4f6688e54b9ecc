"""The ratio of two running times on a shared machine: measured in turn, again and again, and the median taken."""

import statistics
import time
from collections.abc import Callable


def seconds(run: Callable[[], object]) -> float:
    """The wall-clock time of one call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def ratio(ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int = 9) -> float:
    """The median of time of ``ours`` / time of ``theirs`` over rounds in which both run once, in alternating order."""
    ours(), theirs()
    ratios = []
    for k in range(rounds):
        if k % 2:
            below = seconds(theirs)
            ratios.append(seconds(ours) / below)
        else:
            above = seconds(ours)
            ratios.append(above / seconds(theirs))
    return statistics.median(ratios)
