"""Finitely many labelled points: nearest neighbours, counts, and how far a point can move before its label changes."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from scipy.optimize import linprog

import symadv as sa
from symadv.adversary.radius import label_radius, radii
from symadv.geometry.linear_program import Number, Program, solve

RNG = np.random.default_rng(7)


def drawn(n: int, d: int, labels: int):
    """Integer points with repetitions and random labels."""
    points = RNG.integers(-4, 5, (n, d))
    points[-1] = points[0]
    return points, np.arange(n) % labels


def test_projection_posterior_and_label_are_by_neighbours_and_counts() -> None:
    points, labels = drawn(12, 3, 3)
    o = sa.oracle(sa.distribution("finite", points=points, labels=labels))
    x = RNG.integers(-6, 7, (300, 3)).astype(float)
    apart = ((x[:, None] - points) ** 2).sum(2)
    nearest = apart.min(1)
    assert (((o.project(x) - x) ** 2).sum(1) == nearest).all()
    distinct = [len({tuple(p) for p, a in zip(points, row, strict=True) if a == m}) for row, m in zip(apart, nearest)]
    assert (o.tied(x) == (np.array(distinct) > 1)).all()
    posterior = o.posterior(points.astype(float))
    for k, q in enumerate(points):
        here = (points == q).all(1)
        assert posterior[k] == pytest.approx([(labels[here] == y).mean() for y in range(3)])


def test_the_formula_for_two_points_is_not_the_radius() -> None:
    """Labels {(0,0), (0,1)} against {(3,0), (3,1)}: 5/4 by pairs, 3/2 in truth."""
    d = sa.distribution("finite")
    found = label_radius(d)
    lefts, rights = ((0, 0), (0, 1)), ((3, 0), (3, 1))
    apart = [[abs(u - v) for u, v in zip(a, b, strict=True)] for a in lefts for b in rights]
    pairs = min(Fraction(sum(v * v for v in vector), 2 * sum(vector)) for vector in apart)
    assert pairs == Fraction(5, 4) and found.value == sympy.Rational(3, 2)
    assert set(r.value for r in radii(d).values()) == {sympy.Rational(3, 2)}


def test_the_exact_risk_of_bayes_jumps_at_the_radius() -> None:
    d = sa.distribution("finite")
    losses = {
        eps: float(sa.risk("bayes", d, sa.ThreatModel(norm="linf", eps=eps), definition="prediction_change"))
        for eps in ("149/100", "151/100")
    }
    assert losses == {"149/100": 0, "151/100": 1}
    at = sa.risk("bayes", d, sa.ThreatModel(norm="linf", eps="3/2"), definition="prediction_change")
    assert at.evidence.knife_edge


@pytest.mark.parametrize("seed", range(4))
def test_radii_are_those_of_linear_programs_in_floats_and_of_no_smaller_ball(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, labels = rng.integers(-5, 6, (9, 2)), rng.integers(0, 2, 9)
    labels[:2] = 0, 1
    d = sa.distribution("finite", points=points, labels=labels)
    o, found = sa.oracle(d), radii(d)
    for a, radius in found.items():
        clean = np.array(a, dtype=float)
        own = o.bayes_label(clean[None])[0]
        rivals = [q for q in found if o.bayes_label(np.array([q], dtype=float))[0] != own]
        assert float(radius.value) == pytest.approx(min(by_scipy(clean, q, found) for q in rivals), abs=1e-9)
        near = clean + rng.uniform(-1, 1, (2000, 2)) * float(radius.value) * (1 - 1e-9)
        assert np.isin(o.label(near), (own, o.no_label)).all()
        beyond = np.array(radius.x, dtype=float) + (np.array(radius.other) - np.array(radius.x)).astype(float) * 1e-9
        assert o.label(beyond[None])[0] != own


def by_scipy(a: np.ndarray, b, points) -> float:
    """The distance from a to the Voronoi cell of b, in floats."""
    others = np.array([q for q in points if q != b], dtype=float)
    b = np.array(b, dtype=float)
    cell = np.hstack([2 * (others - b), np.zeros((len(others), 1))])
    box = np.block([[np.eye(2), -np.ones((2, 1))], [-np.eye(2), -np.ones((2, 1))]])
    bounds = np.concatenate([a, -a, (others**2).sum(1) - (b**2).sum()])
    return linprog([0, 0, 1], A_ub=np.vstack([box, cell]), b_ub=bounds, bounds=(None, None)).fun


def test_an_optimum_proves_itself_and_a_wrong_one_does_not() -> None:
    half, one, zero = Number(1, 2), Number(1), Number(0)
    # the least t with |x - 2| <= t and x <= 1/2
    program = Program(((one, -one), (-one, -one), (one, zero)), (Number(2), Number(-2), half), (zero, one))
    best = solve(program, [0, 1])
    assert best.value == Number(3, 2) and best.proves(program)
    for change in ({"value": Number(1)}, {"point": (zero, Number(3))}, {"multipliers": {0: one}}):
        wrong = type(best)(**{"point": best.point, "value": best.value, "multipliers": best.multipliers, **change})
        assert not wrong.proves(program)
    with pytest.raises(sa.SymadvError, match="no feasible point"):
        solve(Program((*program.rows, (-one, zero)), (*program.bounds, -one), program.cost), [0, 1])


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"points": [1, 2], "labels": [0, 1]}, "single number"),
        ({"points": [], "labels": []}, "array"),
        ({"points": [(0, 0), (1,)], "labels": [0, 1]}, "coordinates"),
        ({"points": [(0,), (1,)], "labels": [0]}, "one label for each"),
        ({"points": [(0,), (1,)], "labels": [0, 0]}, "labels"),
    ],
)
def test_what_is_no_labelled_array_is_refused(options, match) -> None:
    with pytest.raises(sa.SymadvError, match=match):
        sa.distribution("finite", **options)


def test_radii_are_refused_where_they_are_not_known() -> None:
    with pytest.raises(sa.SymadvError, match="finitely many"):
        label_radius(sa.distribution("tsipras").at(p="9/10", eta=1))
