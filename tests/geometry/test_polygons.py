"""Polygons cut by lines, and the certificate of decision sets: they tile, they are right inside, edges are shared."""

from fractions import Fraction
from itertools import pairwise

import flint
import numpy as np
import pytest
import sympy

from symadv.classifiers._network import Layer, Network
from symadv.geometry.charts import Chart, forms, polygons
from symadv.geometry.polygons import Basis, Lines, cut
from symadv.language.numbers import exact
from symadv.risk._net_cells import DecisionCells, Divider


def network(seed, hidden=(7, 6), outputs=2):
    rng = np.random.default_rng(seed)
    widths = [2, *hidden, outputs]
    layers = [
        Layer(rng.normal(size=(b, a)), rng.normal(size=b) / 2, relu=k < len(hidden))
        for k, (a, b) in enumerate(pairwise(widths))
    ]
    return Network("relu", tuple(range(outputs)), 0, tuple(layers))


BOX = Chart(("p", "q"), (exact(-3), exact("5/2")), (exact(-2), exact(4)))
AREA = Fraction(11, 2) * 6


def corners(decided, i):
    """The exact corners of a finite polygon."""
    cells = decided.cells
    found = [decided.lines.crossing(*map(int, cells.crossing[i, j])) for j in range(cells.count[i])]
    return [tuple(Fraction(int(v[0].p), int(v[0].q)) for v in point) for point in found]


def area(points):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1])) / 2


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("outputs", [2, 3, 5])
def test_the_cells_tile_exactly(seed, outputs):
    decided = DecisionCells(network(seed, outputs=outputs), [BOX])
    areas = [area(corners(decided, i)) for i in range(len(decided.cells))]
    assert min(areas) > 0 and sum(areas) == AREA and len(areas) > 3


def logits(f, point):
    """The exact logits at a rational point."""
    value = flint.fmpq_mat(2, 1, [flint.fmpq(v.numerator, v.denominator) for v in point])
    for layer in f.layers:
        rational = lambda a: [flint.fmpq(*float(v).as_integer_ratio()) for v in a.ravel()]
        value = flint.fmpq_mat(*layer.weight.shape, rational(layer.weight)) * value
        value = [v + b for v, b in zip(value.entries(), rational(layer.bias))]
        value = flint.fmpq_mat(len(value), 1, [max(v, flint.fmpq(0)) if layer.relu else v for v in value])
    return value.entries()


@pytest.mark.parametrize("hidden", [(7, 6), (5, 5, 5), (12,)])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("outputs", [2, 3, 5])
def test_the_winner_is_ahead_at_an_interior_rational_point_and_never_behind(hidden, seed, outputs):
    f = network(seed, hidden=hidden, outputs=outputs)
    decided = DecisionCells(f, [BOX])
    for i in range(len(decided.cells)):
        points, winner = corners(decided, i), decided.cells.data["winner"][i]
        inside = logits(f, [sum(c) / len(points) for c in zip(*points)])
        assert [k for k, v in enumerate(inside) if v == max(inside)] == [winner]
        assert all((found := logits(f, point))[winner] == max(found) for point in points)


def test_lines_that_divide_the_chart_divide_the_cells():
    """The cells still tile, each lies on one side of each line, and says so."""
    f, root = network(2, outputs=3), sympy.sqrt(2)
    dividers = [Divider((exact(1), exact("1/3"), -root)), Divider((exact(0), exact(1), exact("-1/2")))]
    decided = DecisionCells(f, [BOX], dividers)
    total = 0.0
    for i, sides in enumerate(decided.cells.data["side"]):
        at = decided.cells.at[i, : decided.cells.count[i]]
        total += abs(area([tuple(p) for p in at[:, :2].tolist()]))
        for divider, side in zip(dividers, sides):
            values = at @ [float(v) for v in divider.coefficients]
            assert (side * values > -1e-12).all() and (side * values > 1e-12).any()
        said = f.predict(at[:, :2].mean(axis=0)[None])[0]
        assert said == decided.cells.data["winner"][i]
    assert total == pytest.approx(float(AREA), abs=1e-12)
    assert len(decided.cells) > len(DecisionCells(f, [BOX]).cells)
    assert {tuple(s) for s in decided.cells.data["side"].tolist()} == {(1, 1), (1, -1), (-1, 1), (-1, -1)}


@pytest.mark.parametrize("seed", range(3))
def test_the_float_corners_are_as_near_as_they_claim(seed):
    decided = DecisionCells(network(seed), [BOX])
    for i in range(len(decided.cells)):
        for j, point in enumerate(corners(decided, i)):
            for k in (0, 1):
                off = abs(Fraction(float(decided.cells.at[i, j, k])) - point[k])
                assert off <= Fraction(float(decided.cells.error[i, j, k]))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("outputs", [2, 3, 5])
def test_edges_inside_the_box_have_two_sides(seed, outputs):
    """Each stretch of an edge that is not on the box belongs to two polygons: lengths along each line cancel."""
    decided = DecisionCells(network(seed, outputs=outputs), [BOX])
    total = {}
    for i in range(len(decided.cells)):
        points = corners(decided, i)
        for a, b in zip(points, points[1:] + points[:1]):
            dx, dy = b[0] - a[0], b[1] - a[1]
            slope = ("up", a[0]) if dx == 0 else (dy / dx, a[1] - dy / dx * a[0])
            total[slope] = total.get(slope, 0) + (dy if dx == 0 else dx)
    left = {slope: length for slope, length in total.items() if length}
    assert {abs(v) for v in left.values()} == {Fraction(11, 2), 6} and len(left) == 4


def test_unbounded_strips_and_irrational_ends():
    """On a half strip with irrational sides the polygons say what the network says."""
    f = network(2)
    sides = (-sympy.sqrt(2), sympy.log(9))
    charts = [Chart(("p", "q"), sides, (-sympy.oo, sympy.pi)), Chart(("p", "q"), sides, (sympy.pi, sympy.oo))]
    decided = DecisionCells(f, charts)
    cells = decided.cells
    rng = np.random.default_rng(0)
    x = np.stack([rng.uniform(-1.414, 2.197, 3000), rng.normal(size=3000) * 20], axis=1)
    said = f.predict(x)
    seen = np.zeros(len(x), dtype=int)
    for i in range(len(cells)):
        at = cells.at[i, : cells.count[i]]
        corner, after = at, np.roll(at, -1, axis=0)
        normal = np.cross(corner, after)  # homogeneous: also through points at infinity
        inner = (np.c_[x, np.ones(len(x))] @ normal.T >= 0).all(axis=1)
        seen += inner
        assert (said[inner] == cells.data["winner"][i]).mean() > 0.999 if inner.any() else True
    assert (seen == 1).mean() > 0.999


def test_a_line_with_exact_ends():
    """|x| - 1 on a line: the breakpoints are -1 and 1."""
    layers = (
        Layer(np.array([[1.0], [-1.0]]), np.zeros(2), relu=True),
        Layer(np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0.0, -1.0]), relu=False),
    )
    chart = Chart(("q",), q=(exact(-5), exact(5)))
    decided = DecisionCells(Network("relu", (0, 1), 0, layers), [chart])
    found = {}
    for i in range(len(decided.cells)):
        ends = [q for _, q in corners(decided, i)]
        found.setdefault(int(decided.cells.data["winner"][i]), []).append((min(ends), max(ends)))
    assert sorted(found[1]) == [(-5, -1), (1, 5)]
    assert min(a for a, _ in found[0]) == -1 and max(b for _, b in found[0]) == 1


def test_logits_that_coincide_are_tied_everywhere():
    layers = (Layer(np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 0.0]]), np.zeros(3), relu=False),)
    decided = DecisionCells(Network("relu", (0, 1, 2), 0, layers), [BOX])
    winners = decided.cells.data["winner"].tolist()
    assert set(winners) == {-1, 2}
    where = {w: sum(area(corners(decided, i)) for i in range(len(winners)) if winners[i] == w) for w in (-1, 2)}
    assert where[-1] + where[2] == AREA and where[-1] > 0


def test_a_cut_through_corners_keeps_them():
    """The diagonal of a square: no new corners, both parts are triangles."""
    lines = Lines(Basis())
    square = polygons([Chart(("p", "q"), (exact(0), exact(1)), (exact(0), exact(1)))], lines)
    value, error = square.values(np.array([[[1.0, -1.0, 0.0]]]), np.zeros((1, 1, 3)))
    number = lines.add(1, lambda k: (flint.fmpq(1), flint.fmpq(-1), flint.fmpq(0)))
    parts = cut(square, np.sign(value[:, 0]).astype(np.int8), value[:, 0], error[:, 0], number, np.array([16]))
    assert [p.count.tolist() for p in parts] == [[3], [3]]
    for part in parts:
        assert sorted(part.marks[0].tolist().count(m) for m in set(part.marks[0].tolist())) == [1, 1, 1]
        on_line = [tuple(at[:2]) for at, m in zip(part.at[0], part.marks[0]) if m & 16]
        assert sorted(on_line) == [(0, 0), (1, 1)]


def test_numbers_of_a_basis():
    basis = Basis()
    vector = basis.vector(sympy.sqrt(2))
    assert basis.vector(sympy.Rational(1, 3)) == (flint.fmpq(1, 3),) and basis.number(vector) == sympy.sqrt(2)
    assert basis.sign(vector) == 1 and basis.sign((flint.fmpq(-3, 2), flint.fmpq(1))) == -1
    assert basis.sign((flint.fmpq(0), flint.fmpq(0))) == 0
    value, error = forms([Chart((exact("1/3"), "q"), q=(exact(0), exact(1)))])
    assert value[0, 1].tolist() == [0, 1, 0]
    assert abs(Fraction(value[0, 0, 2]) - Fraction(1, 3)) <= Fraction(error[0, 0, 2])
