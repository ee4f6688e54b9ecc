"""Coordinates around lines: what the ball is in them, tiles and their signs, against points."""

import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.geometry.charts import Chart, polygons, rounded
from symadv.geometry.polygons import Basis, Lines
from symadv.language.numbers import exact
from symadv.risk._net_curves import curve_of
from symadv.risk._net_frame import frame_of
from symadv.risk._net_section import BEYOND, Section
from symadv.risk._net_tiles import Line, P, Q, Tile
from symadv.risk._net_truth import Case, sides_of, tiled, told

LENGTHS = {"linf": np.inf, "l2": 2, "l1": 1}


def number(value):
    return float(rounded(value)[0])


def random_tile(rng, *, infinite=False):
    """A trapezoid, triangle, segment or strip with small rational corners."""
    p = sorted(sympy.Rational(int(v), 4) for v in rng.choice(np.arange(-8, 9), 2, replace=False))
    low, high = (sorted(int(v) for v in rng.integers(-8, 9, 2)) for _ in range(2))
    slope = lambda a, b: sympy.Rational(b - a, 4) / (p[1] - p[0])
    lowest = [min(low[0], low[1]), min(high[0], high[1])]
    below = (s := slope(*lowest), sympy.Rational(lowest[0], 4) - s * p[0])
    highest = [max(low[0], low[1]), max(high[0], high[1])]
    above = (s := slope(*highest), sympy.Rational(highest[0], 4) - s * p[0])
    return Tile((p[0], p[1]), None if infinite else below, above)


def inside(tile, rng, n=400):
    """Points of the relative interior."""
    p = rng.uniform(*(number(v) for v in tile.p), n)
    high = number(tile.above[0]) * p + number(tile.above[1])
    if tile.below is None:
        return p, high - 10 ** rng.uniform(-3, 4, n)
    low = number(tile.below[0]) * p + number(tile.below[1])
    return p, low + rng.uniform(0.001, 0.999, n) * (high - low)


def test_signs_on_tiles():
    """A sign that is told is that of all points, and where none is told there are several."""
    for seed in range(150):
        rng = np.random.default_rng(seed)
        tile = random_tile(rng, infinite=seed % 3 == 0)
        p, q = inside(tile, rng, 20_000)
        a, b, c, d, e, f = (sympy.Rational(int(v), 2) for v in rng.integers(-4, 5, 6))
        form = a * P * P + b * P * Q + c * Q * Q + d * P + e * Q + f
        curve = (number(a) * p + number(b) * q) * p + number(c) * q * q + number(d) * p + number(e) * q + number(f)
        line = Line(d, e, f) if (d, e) != (0, 0) else Line(sympy.S.One, e, f)
        straight = number(line.a) * p + number(line.b) * q + number(line.c)
        for values, found in ((curve, curve_of(sympy.expand(form)).sign(tile)), (straight, tile.sign(line))):
            several = values.min() < -1e-9 and values.max() > 1e-9
            assert found is None or (values * found >= -1e-9).all()
            assert (found is None) == several


@pytest.mark.parametrize("seed", range(25))
def test_parts_of_a_tile_are_of_one_truth(seed):
    """Tiles cut by random polygons and a curve: every point lies in one part, whose truth is the point's."""
    rng = np.random.default_rng(seed)
    tile = random_tile(rng)
    cells = []
    for label in (0, 1):
        lines = [(int(a) * P + int(b) * Q + int(c), frozenset({1})) for a, b, c in rng.integers(-3, 4, (2, 3))]
        side = P * P + Q * Q - 1
        cells.append((label, (*lines, (side if seed % 2 else side - P * P, frozenset({1 if label else -1})))))
    cases = [Case("every", label, sides) for label, cell in cells for sides in sides_of(cell)]
    parts = [(part, told(left)) for part, left in tiled(tile, (), cases)]
    p, q = inside(tile, rng, 300)
    hits = np.zeros(len(p), dtype=int)
    for part, truth in parts:
        if part.narrow or part.below == part.above:
            continue
        ends = [number(v) for v in part.p]
        here = (p > ends[0] + 1e-9) & (p < ends[1] - 1e-9)
        for edge, side in ((part.below, 1), (part.above, -1)):
            here &= side * (q - number(edge[0]) * p - number(edge[1])) > 1e-9
        hits += here
        for k in np.flatnonzero(here):
            at = {P: sympy.Rational(p[k]), Q: sympy.Rational(q[k])}
            true = {label for label, cell in cells if all(sympy.sign(form.xreplace(at)) in s for form, s in cell)}
            label = truth.get("every")
            assert label == "unknown" or (label in true if true else label is None), (part, at)
    assert (hits <= 1).all() and (hits == 0).mean() < 0.02
    if seed % 2 == 0:
        assert all(truth.get("every") != "unknown" for _, truth in parts)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("budgets", [(1, 1), ("1/2", 2), (3, "1/4")])
def test_balls_in_the_coordinates_of_a_line(norm, budgets):
    line = sa.Line((1, 0), (2, -3))
    known = tuple(map(exact, budgets))
    frame, rng = frame_of(line, known), np.random.default_rng(0)
    spans = [s for s in Section(frame, known, norm).spans() if s.kind != BEYOND and s.p[0] != s.p[1]]
    across, along = (np.array([number(v) for v in way]) for way in (frame.across, frame.along))
    size = max(number(s.p[1]) for s in spans)
    p, step = rng.uniform(-1.2 * size, 1.2 * size, 4000), rng.uniform(-5, 5, 4000)
    points = np.outer(p, across) + np.outer(step, along)
    ball = np.linalg.norm(points / np.array([float(e) for e in known]), ord=LENGTHS[norm], axis=1) < 1
    reached = np.zeros(len(p), dtype=bool)
    for span in spans:
        here = (number(span.p[0]) < p) & (p < number(span.p[1]))
        if norm == "l2":
            arch = span.arch
            far = number(arch.height) * np.sqrt(np.maximum(number(arch.rest) - (p / number(arch.width)) ** 2, 0))
            reached |= here & (np.abs(step) < far)
        else:
            low, high = (number(e[0]) * p + number(e[1]) for e in (span.back, span.ahead))
            reached |= here & (low < step) & (step < high)
    assert (reached == ball).all() and ball.sum() > 0


def test_segments_triangles_and_points_are_polygons():
    one, zero = sympy.S.One, sympy.S.Zero
    place = ((one, zero, zero), (zero, one, zero))
    charts = {
        3: Chart(place, (zero, one), (zero, zero), (zero, one)),
        2: Chart(place, (zero, one), (one, one), (one, one)),
        1: Chart(place, (one, one), (one, one)),
        4: Chart(place, (zero, one), (zero, one), (zero, one)),
    }
    for count, chart in charts.items():
        found = polygons([chart], Lines(Basis()))
        assert found.count[0] == count and chart.dim == {3: 2, 4: 2, 2: 1, 1: 0}[count]
        corners = {tuple(at) for at in found.at[0, :count, :2]}
        assert len(corners) == count
    assert polygons([Chart(place, (one, one), (zero, sympy.oo))], Lines(Basis())).count[0] == 2
