"""The ratio of two running times on a shared machine: measured in turn, again and again, and the median taken."""

import statistics
import time
from collections.abc import Callable


def seconds(run: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """The time of one call, by the clock on the wall."""
    start = clock()
    run()
    return clock() - start


def ratio(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    rounds: int = 9,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """The median of time of ``ours`` / time of ``theirs`` over rounds in which both run once, in alternating order."""
    ours(), theirs()
    ratios = []
    for k in range(rounds):
        if k % 2:
            below = seconds(theirs, clock)
            ratios.append(seconds(ours, clock) / below)
        else:
            above = seconds(ours, clock)
            ratios.append(above / seconds(theirs, clock))
    return statistics.median(ratios)
