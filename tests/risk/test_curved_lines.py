"""Samples on points and lines around which true labels change along parabolas, against closed forms and grids."""

import mpmath
import numpy as np
import pytest

import symadv as sa
from symadv.definitions import definition
from symadv.risk._net_drawn import Drawing
from symadv.risk.networks import as_network, network_risk, network_risks, problem_of
from tests.risk.nets import affine, random_net

EXACT = 1e-12
NET = affine([[0.0, 0.0], [0.0, 1.0]], [0.0, -1.0])  # it says 1 above b = 1


@pytest.fixture(scope="module")
def parabola():
    """A point above a line: the border of the true labels is b = a^2 / 2."""
    return sa.Distribution(
        name="parabola",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(sa.Line((0, "-1/2"), (1, 0)), {0: 1 * sa.Normal(0, 1)}),
            sa.Component(sa.Point((0, "1/2")), {1: 1 * sa.Atom()}),
        ],
    )


def share(t):
    """The share of samples on the line at most t from its middle, times 1 / 2."""
    return mpmath.ncdf(t) - mpmath.mpf(1) / 2


def round_reach(budget):
    r"""The nearest point (a, a^2 / 2) to (t, -1 / 2) has $t = a + a (1 + a^2) / 2$ and $(1 + a^2)^3 = 4 E^2$."""
    square = mpmath.cbrt(4 * mpmath.mpf(budget) ** 2)
    return mpmath.sqrt(square - 1) * (1 + square / 2)


@pytest.mark.parametrize(
    ("norm", "eps", "reach"),
    [
        ("l2", 2, lambda: round_reach(2)),
        ("l2", "3/2", lambda: round_reach("1.5")),
        ("l1", 2, lambda: mpmath.mpf(2)),  # |t - a| + a^2 / 2 + 1 / 2 = 2 has the largest t at a = 1
        ("linf", ("1/4", 2), lambda: mpmath.sqrt(2) + mpmath.mpf(1) / 4),
        ("linf", ("1/4", 1), lambda: 1 + mpmath.mpf(1) / 4),  # up to b = 1 / 2
        ("linf", (0, 1), lambda: mpmath.mpf(1)),
    ],
)
def test_a_parabola_within_reach(parabola, norm, eps, reach):
    """Between a^2 / 2 and 1 the network says 0 and 1 is true: f is the same as on the line, c is not."""
    with mpmath.workdps(30):
        expected = share(reach())
    found = network_risk(NET, parabola, sa.ThreatModel(norm, eps), definition="invariance")
    assert found.method == "exact" and found.upper - found.lower <= EXACT
    assert found.lower <= float(expected) * (1 + 2e-16) and float(expected) <= found.upper * (1 + 2e-16)


@pytest.mark.parametrize(("eps", "expected"), [("499999/1000000", 0), ("500001/1000000", 0.5)])
def test_a_point_beside_a_parabola(parabola, eps, expected):
    """The parabola comes as near as 1 / 2 to the point; below it the network says what is true."""
    found = network_risks(affine([[0.0, 0.0], [0.0, 0.0]], [0.0, 1.0]), parabola, sa.ThreatModel("l2", eps))
    # f = 1 everywhere: the point is in the error region's reach as soon as 0 is true there; the line always is
    assert float(found["error_region"]) == pytest.approx(0.5 + expected, abs=1e-12)


def test_a_budget_that_is_exactly_the_distance_is_enclosed(parabola):
    found = network_risk(
        affine([[0.0, 0.0], [0.0, 0.0]], [0.0, 1.0]), parabola, sa.ThreatModel("l2", "1/2"), definition="error_region"
    )
    assert found.lower == pytest.approx(0.5, abs=1e-12) and found.upper in (pytest.approx(0.5), pytest.approx(1.0))


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_networks_beside_a_parabola_are_what_grids_say(parabola, norm):
    net = random_net(3)
    threat = sa.ThreatModel(norm, ("1/2", "3/4"), box=(-3, 2))
    found = network_risks(net, parabola, threat)
    order = {"linf": np.inf, "l1": 1, "l2": 2}[norm]
    t, budgets = np.linspace(-4, 4, 321) + 0.001, np.array([0.5, 0.75])
    weights = np.exp(-(t**2) / 2)
    x = np.concatenate([np.column_stack([t, np.full(len(t), -0.5)]), [(0, 0.5)]])
    y, weights = np.append(np.zeros(len(t), int), 1), np.append(weights / weights.sum() / 2, 0.5)
    z = np.stack(np.meshgrid(np.linspace(-4, 4, 401), np.linspace(-2, 2, 201)), -1).reshape(-1, 2)
    z = z[((z >= -3) & (z <= 2)).all(axis=1)]
    said = lambda p: net(torch_of(p)).argmax(1).numpy()
    true = lambda p: (p[:, 1] > p[:, 0] ** 2 / 2).astype(int)
    near = np.linalg.norm((z[None] - x[:, None]) / budgets, order, axis=2) <= 1
    fx, cx, fz, cz = said(x), true(x), said(z), true(z)
    expected = {
        "adversarial_loss": (near & (fz != y[:, None])).any(1) | (fx != y),
        "error_region": (near & (fz != cz)).any(1) | (fx != cx),
        "label_invariant": (near & (cz == y[:, None]) & (fz != y[:, None])).any(1) & (fx == y),
    }
    for name, broken in expected.items():
        assert found[name].method == "exact" and found[name].upper - found[name].lower <= EXACT, name
        assert abs(float(weights @ broken) - float(found[name])) < 0.02, name  # the grid's width


def torch_of(points):
    import torch

    return torch.tensor(points)


def test_where_the_plane_is_not_known_tiles_are(parabola, monkeypatch):
    """Without the drawing of the plane bounds are wider, and hold what is known with it."""
    threat, meant = sa.ThreatModel("linf", ("1/4", 2)), definition("invariance")
    exact = network_risk(NET, parabola, threat, definition=meant)
    monkeypatch.setattr(Drawing, "_slice", lambda *_: None)
    problem = problem_of(as_network(NET, parabola), parabola, threat)
    wide = problem.bound(meant)
    assert wide.lower <= exact.lower and exact.upper <= wide.upper and wide.upper - wide.lower < 1e-6
    (spans,) = problem.vulnerable(meant)[0].values()
    ends = [float(cut.value) for pair in spans for cut in pair]
    assert ends[-1] == pytest.approx(np.sqrt(2) + 0.25, abs=1e-5) and ends[0] == pytest.approx(-ends[-1], abs=1e-5)
    grade = sa.grade("pgd", NET, parabola, threat, definition="invariance", n=200, seed=0)
    assert abs(grade.vulnerable / 200 - float(exact)) < 0.15
