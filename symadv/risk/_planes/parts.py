"""Parts of curves between the zones in which others may cross them, and what surely touches their ends."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from symadv.geometry.polygons import Floats, Ints
from symadv.risk._planes.curves import Curves

SMALL = 1e-11  # zones in which parts are taken for ends of each other

Touching = tuple[Floats, float, Ints]  # the ends of a piece, its error, and what touches it


class Part(NamedTuple):
    """A part of a curve between zones, or a zone of a ``kind``: from s to s; the nodes at its ends, or -1."""

    curve: int
    low: float
    high: float
    nodes: tuple[int, int]
    kind: int = -1


class Sure:
    """Ends of parts, and what surely touches these."""

    def __init__(self, parts: Sequence[tuple[Curves, Part]], touched: Ints) -> None:
        points = [(at(c, p.curve, s), k) for k, (c, p) in enumerate(parts) for s in (p.low, p.high)]
        self._points = np.array([p for p, _ in points]).reshape(-1, 2)
        self._touched = touched[[k for _, k in points]]

    def around(self, curves: Curves, zone: Part) -> tuple[Ints, float]:
        """What surely touches parts that end in a zone, and how far they and it are apart; nothing if that is not
        small."""
        ends = np.array([at(curves, zone.curve, s) for s in (zone.low, zone.high)])
        size = float(np.abs(ends[1] - ends[0]).max()) / 2
        if size > SMALL:
            return np.zeros(self._touched.shape[1], dtype=np.int64), size
        away = np.abs(self._points - ends.mean(axis=0)).max(axis=1, initial=0)
        near = away <= SMALL
        found = self._touched[near].max(axis=0, initial=0)
        return np.asarray(found), 1.5 * max(size, float(away[near].max(initial=0)))


def at(curves: Curves, k: int, s: float) -> tuple[float, float]:
    """The point of one of some curves over s."""
    return s, float(curves.take(np.array([k])).at(np.array([s]))[0])


def middles(curves: Curves, parts: Sequence[Part]) -> Floats:
    """The middle of each part of a curve (n, 2)."""
    own = curves.take(np.array([p.curve for p in parts], dtype=np.int64))
    s = np.array([(p.low + p.high) / 2 for p in parts])
    return np.column_stack([s, own.at(s)])


def bow(curves: Curves, zone: Part) -> float:
    """How far a curve is from its chord in a zone."""
    one = curves.take(np.array([zone.curve]))
    terms = one.on(np.array([zone.low]), np.array([zone.high]))[0]
    return float(2 * np.abs(terms[2:]).sum() + one.error[0])
