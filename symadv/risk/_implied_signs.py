"""Conditions on two forms of which one is never larger than the other: what is left of them."""

from collections.abc import Sequence

from symadv.language.order import order
from symadv.language.signs import ANY
from symadv.risk._counted_moves import Moves
from symadv.risk._shares import Share, Sum

Conditions = dict[Sum, frozenset[int]]


def without_implied(conditions: Conditions, moves: Moves, free: Sequence[object]) -> Conditions | None:
    """The conditions without those that others imply; None where they contradict each other.

    The sum of the lower nearest values is never larger than that of the upper ones.
    """
    left = dict(conditions)
    for a in conditions:
        for b in conditions:
            if a is b or a not in left or b not in left or not _below(a, b, moves, free):
                continue
            here = {s for s in ANY if s <= max(left[b])}
            there = {s for s in ANY if s >= min(left[a])}
            if not left[a] & here or not left[b] & there:
                return None
            if left[b] >= there:
                del left[b]
            elif left[a] >= here:
                del left[a]
    return left


def _below(a: Sum, b: Sum, moves: Moves, free: Sequence[object]) -> bool:
    """Whether each coordinate is proved to add no more to one form than to another, at every place."""
    if order(a.constant, b.constant) not in (-1, 0) or any(a.of(x) != b.of(x) for x in free):
        return False
    pairs = [(a.of(block.features[0]), b.of(block.features[0])) for block in moves.blocks]
    return all(_adds_less(*pair, moves, k) for k, pair in enumerate(pairs))


def _adds_less(a: Share, b: Share, moves: Moves, k: int) -> bool:
    return a.slope == b.slope and all(order(p.adds(a), p.adds(b)) in (-1, 0) for p in moves.places[k])
