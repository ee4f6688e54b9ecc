"""Supports that are oblique or curved: drawn where they are, the vulnerable samples beside them."""

from typing import Any

import numpy as np
import pytest

import symadv as sa
from symadv.plot import caption_of, regions

pytest.importorskip("matplotlib")


def paths(figure: Any) -> list[Any]:
    """The points of each line of a figure."""
    return [np.column_stack(line.get_data()) for line in figure.axes[0].lines if len(line.get_data()[0])]


def distances(path: Any, start: Any, end: Any) -> Any:
    """From points to a segment."""
    a, b = (np.array(p, dtype=float) for p in (start, end))
    t = np.clip((path - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    return np.linalg.norm(path - a - t[:, None] * (b - a), axis=1)


def test_oblique_segments_and_the_vulnerable_part() -> None:
    d = sa.Distribution(
        name="segments",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Segment((0, 0), (1, 2)), {0: sa.Uniform()}),
            sa.Component(sa.Segment((1, 0), (2, 1)), {1: sa.Uniform()}),
        ],
    )
    f = sa.classifier("linear", d, weights=(1, "-2/3"), bias="-1/3", tie=1)
    threat = sa.ThreatModel("linf", "1/4")
    figure = regions(f, d, threat, definition="adversarial_loss", sample=("1/10", "1/5"), label=0)
    found = paths(figure)
    for start, end in (((0, 0), (1, 2)), ((1, 0), (2, 1))):
        assert any(np.allclose(path, [start, end]) for path in found)
    (intervals,) = sa.risk(f, d, threat, definition="adversarial_loss").evidence.vulnerable[0].values()
    ((low, high),) = [(float(a.value), float(b.value)) for a, b in intervals]
    beside = [p for p in found if len(p) == 2 and 0 < distances(p, (low, 2 * low), (high, 2 * high)).max() < 0.1]
    assert len(beside) == 1 and np.allclose(np.diff(beside[0], axis=0), [[high - low, 2 * (high - low)]])
    assert "and vulnerable" in " ".join(caption_of(figure).split())


def test_circles_and_their_tie() -> None:
    d = sa.distribution("spheres").at(R=2)
    f = sa.classifier("linear", d, weights=(1, 2), bias="-1/5", tie=1)
    figure = regions(f, d, sa.ThreatModel("l2", "1/4"), definition="label_invariant")
    radii = [np.linalg.norm(path, axis=1) for path in paths(figure)]
    assert [round(float(r[0]), 9) for r in radii if len(r) > 100 and np.ptp(r) < 1e-9] == [1, 2]
    assert figure.axes[0].get_aspect() == 1


def test_the_vulnerable_part_of_circles() -> None:
    """In one piece, also across the place at which the angle begins: outside for one label, inside for the other."""
    d = sa.distribution("spheres").at(R=2)
    f = sa.classifier("linear", d, weights=(1, 0), bias=0, tie=1)
    figure = regions(f, d, sa.ThreatModel("linf", "1/2"), definition="adversarial_loss", sample=(0, 1), label=0)
    arcs = [path for path in paths(figure) if len(path) > 100 and np.ptp(np.linalg.norm(path, axis=1)) < 1e-9]
    inner, outer = (
        [arc for arc in arcs if 0 < abs(np.linalg.norm(arc[0]) - radius) < 0.2 and len(arc) < 361] for radius in (1, 2)
    )
    assert len(inner) == len(outer) == 1  # each in one piece, also across half a turn
    turn = np.arctan2(*inner[0].T[::-1])
    assert np.cos(turn).min() == pytest.approx(-0.5, abs=1e-2)  # x <= -1/2 is what a budget of 1/2 does not bring over
    assert (outer[0][:, 0] / np.linalg.norm(outer[0], axis=1)).max() == pytest.approx(0.25, abs=1e-2)
    assert "and vulnerable" in " ".join(caption_of(figure).split())
    assert figure.axes[0].get_aspect() == 1 and np.ptp(figure.axes[0].get_xlim()) == np.ptp(figure.axes[0].get_ylim())
