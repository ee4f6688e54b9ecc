"""Networks on circles: against exact risks of linear classifiers, closed forms, and brute force on grids."""

import mpmath
import numpy as np
import pytest
import sympy
from scipy.spatial import cKDTree

import symadv as sa
from symadv.language.errors import SymadvError
from symadv.risk.networks import network_risk
from tests.risk.nets import NINE, affine, random_net, torch

HALF = sympy.Rational(1, 2)
P = {"linf": np.inf, "l2": 2, "l1": 1}
TWO = sa.distribution("spheres").at(R=2)
RINGS = {  # label, prior, centre, radius
    "two": ((0, 0.5, (0, 0), 1.0), (1, 0.5, (0, 0), 2.0)),
    "three": ((0, 1 / 3, (0, 0), 1.0), (1, 1 / 3, (0, 0), 2.0), (2, 1 / 3, (0, 0), 3.0)),
    "apart": ((0, 0.5, (0, 0), 1.0), (1, 0.5, (3, 1), 1.5)),
    "crossing": ((0, 0.5, (0, 0), 1.0), (1, 0.5, (1, 0), 1.0)),
}


def toy(*parts, labels=(0, 1)):
    """Strata with one label each, all labels equally likely."""
    return sa.Distribution(
        name="toy",
        features=("x1", "x2"),
        labels=labels,
        prior={y: sympy.Rational(1, len(labels)) for y in labels},
        components=[sa.Component(s, {y: law}) for s, law, y in parts],
    )


def circles(name):
    rings = RINGS[name]
    parts = [(sa.Sphere(sympy.Rational(r), c), sa.Uniform(), y) for y, _, c, r in rings]
    return toy(*parts, labels=tuple(range(len(rings))))


def says(net):
    """What a network says, (n, 2) to (n,)."""
    layers = [(m.weight.detach().numpy(), m.bias.detach().numpy()) for m in net if hasattr(m, "weight")]

    def label(x):
        for k, (w, b) in enumerate(layers):
            x = x @ w.T + b
            x = np.maximum(x, 0) if k < len(layers) - 1 else x
        return x.shape[1] - 1 - x[:, ::-1].argmax(axis=1)  # the last label where all tie

    return label


def nearest(rings):
    def label(x):
        away = [np.abs(np.hypot(*(x - np.array(c)).T) - r) for _, _, c, r in rings]
        return np.argmin(away, axis=0)

    return label


def pairs(name, y, f, c, f_adv, c_adv):
    """Whether pairs of what is said and true at a sample and at a perturbed point count, written out again."""
    return {
        "misclassification": (f != y) & (f_adv >= 0),
        "boundary": (f == y) & (f_adv != y),
        "adversarial_loss": f_adv != y,
        "corrupted_instance": f_adv != c,
        "prediction_change": f_adv != f,
        "error_region": f_adv != c_adv,
        "label_invariant": (f == y) & (f_adv != y) & (c_adv == y),
        "base_classifier": (f == c) & (c_adv == c) & (f_adv != c),
        "invariance": (f == c) & (f_adv == f) & (c_adv != c),
    }[name]


def brute(name, net, rings, eps, norm, places, truth, slack, n=500):
    """Below and above the risk: perturbed points only at ``places`` (m, 2), with some ``slack`` of the budgets."""
    f, e, angles = says(net), np.array(eps, dtype=float), (np.arange(n) + 0.37) * 2 * np.pi / n
    said, true, total = f(places), truth(places), np.zeros(2)
    for y, prior, centre, r in rings:
        x = np.array(centre) + r * np.column_stack([np.cos(angles), np.sin(angles)])
        own, bad = f(x), np.zeros((2, n), dtype=bool)
        for a in set(said) | set(own):
            for b in set(true) | {y}:
                there = places[(said == a) & (true == b)]
                length = cKDTree(there / e).query(x / e, p=P[norm])[0] if len(there) else np.full(n, np.inf)
                stays = (own == a) & (b == y)
                counts = pairs(name, y, own, np.full(n, y), np.full(n, a), np.full(n, b))
                bad |= counts & (stays | np.array([length <= 1 - slack[0], length <= 1 + slack[1]]))
        total += prior * bad.mean(axis=1)
    return total


def on_grid(low, high, step):
    axes = [np.arange(a, b + step / 2, step) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def on_rings(rings, n=20_000):
    angles = np.arange(n) * 2 * np.pi / n
    return np.concatenate([np.array(c) + r * np.column_stack([np.cos(angles), np.sin(angles)]) for _, _, c, r in rings])


def agree(found, wanted, slack=1e-12):
    return found.lower - slack <= wanted.upper and wanted.lower <= found.upper + slack


@pytest.mark.parametrize(
    ("norm", "eps", "on_support"),
    [
        ("linf", ("1/5", "3/10"), False),
        ("linf", "3/4", True),
        ("l1", "3/4", False),
        ("l2", "3/4", False),
        ("l2", "11/10", True),
        ("l2", ("2/5", 0), False),
    ],
)
def test_linear_networks_have_the_exact_risk_of_linear_classifiers(norm, eps, on_support):
    net = affine([[0.0, 0.0], [1.0, 0.5]], [0.0, -0.75])
    f = sa.classifier("linear", TWO, weights=(1, "1/2"), bias="-3/4", tie=1)
    threat = sa.ThreatModel(norm=norm, eps=eps, on_support=on_support)
    for name in ("adversarial_loss", "label_invariant", "invariance"):
        found, wanted = (sa.risk(g, TWO, threat, definition=name) for g in (net, f))
        assert agree(found, wanted), name
        curved = norm == "l2" and eps == "3/4"  # what is within reach of a curved border, by chords or better
        assert found.upper - found.lower <= (1e-3 if curved else 1e-12), name


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_half_planes_by_arc_cosines(norm):
    net = affine([[0.0, 0.0], [1.0, 0.0]], [0.0, -0.25])  # says 1 where x1 > 1/4
    found = sa.risk(net, TWO, sa.ThreatModel(norm=norm, eps="3/8"), definition="adversarial_loss")
    with mpmath.workdps(30):
        first = mpmath.acos(mpmath.mpf(1) / 4 - mpmath.mpf(3) / 8) / mpmath.pi
        second = 1 - mpmath.acos((mpmath.mpf(1) / 4 + mpmath.mpf(3) / 8) / 2) / mpmath.pi
        wanted = (first + second) / 2
        assert found.lower - 1e-16 <= wanted <= found.upper + 1e-16
    assert found.method == "exact"
    assert found.upper - found.lower < 1e-13


def test_discs_at_kinks_by_arc_cosines():
    """Where |x1| + |x2| > 1/4 the network says 1; of the small circle all but what is near four corners is far away."""
    net = torch.nn.Sequential(torch.nn.Linear(2, 4).double(), torch.nn.ReLU(), torch.nn.Linear(4, 2).double())
    net[0].weight.data[:] = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    net[0].bias.data[:] = 0
    net[2].weight.data[:] = torch.tensor([[0.0] * 4, [1.0] * 4])
    net[2].bias.data[:] = torch.tensor([0.0, -0.25])
    found = sa.risk(net, TWO, sa.ThreatModel(norm="l2", eps="4/5"), definition="prediction_change")
    with mpmath.workdps(30):  # from the circle of radius 1 a corner at 1/4 is within reach
        a, e = mpmath.mpf(1) / 4, mpmath.mpf(4) / 5
        wanted = 4 * mpmath.acos((1 + a**2 - e**2) / (2 * a)) / mpmath.pi / 2
        assert found.lower - 1e-16 <= wanted <= found.upper + 1e-16
    assert found.upper - found.lower < 1e-12


@pytest.mark.parametrize("closed", [True, False])
def test_circles_exactly_one_budget_apart(closed):
    net = affine([[0.0, 0.0], [1.0, 0.0]], [0.0, 0.0])
    threat = sa.ThreatModel(norm="l2", eps=1, on_support=True, closed=closed)
    found = sa.risk(net, TWO, threat, definition="error_region")
    near = mpmath.mpf(1) / 2 + mpmath.mpf(1) / 3, mpmath.mpf(1) / 2 + 2 * mpmath.asin(mpmath.mpf(1) / 4) / mpmath.pi
    wanted = 1 if closed else sum(near) / 2
    assert found.lower - 1e-15 <= wanted <= found.upper + 1e-15
    assert found.upper - found.lower < 1e-12
    assert found.evidence.knife_edge


def test_a_border_exactly_one_budget_away_gives_bounds():
    net = affine([[0.0, 0.0], [1.0, 0.0]], [0.0, 0.0])
    found = sa.risk(net, TWO, sa.ThreatModel(norm="l2", eps=HALF), definition="invariance")
    assert found.lower == 0  # the border has no label, so that nothing is within reach
    assert found.method == "bounded"


@pytest.mark.parametrize(
    ("name", "norm"), [("two", "linf"), ("two", "l2"), ("three", "l1"), ("apart", "l2"), ("crossing", "linf")]
)
def test_brute_force_off_the_support(name, norm):
    rings, d = RINGS[name], circles(name)
    net, step = random_net(len(norm) + len(name), outputs=len(rings)), 0.04
    eps = ("2/5", "1/3") if name == "two" else ("2/5", "2/5")
    places, slack = on_grid((-4, -4), (5, 4), step), (0, step / 0.33 * (1 if norm == "linf" else 2))
    for kind, found in sa.risks(net, d, sa.ThreatModel(norm=norm, eps=eps)).items():
        assert found.upper - found.lower < (1e-2 if norm == "l2" else 1e-9), kind
        if kind in ("adversarial_loss", "label_invariant", "invariance"):
            low, high = brute(
                kind, net, rings, [float(sympy.Rational(e)) for e in eps], norm, places, nearest(rings), slack
            )
            assert found.upper >= low - 5e-3, kind
            assert found.lower <= high + 5e-3, kind


@pytest.mark.parametrize(("name", "norm"), [("two", "linf"), ("two", "l1"), ("three", "l2"), ("apart", "linf")])
def test_brute_force_on_the_support(name, norm):
    rings, d = RINGS[name], circles(name)
    net = random_net(len(norm) + 2 * len(name), outputs=len(rings))
    eps = ("6/5", "7/5") if norm != "l2" else ("6/5", "6/5")
    places, budgets = on_rings(rings), [float(sympy.Rational(e)) for e in eps]
    for kind, found in sa.risks(net, d, sa.ThreatModel(norm=norm, eps=eps, on_support=True)).items():
        assert found.method == "exact", kind
        low, high = brute(kind, net, rings, budgets, norm, places, nearest(rings), (0, 1e-3))
        assert low - 3e-3 <= found.upper, kind
        assert found.lower <= high + 3e-3, kind


def test_discs_stretched_by_the_budgets_on_the_support_are_enclosed():
    net, rings, eps = random_net(3), RINGS["two"], ("6/5", "7/5")
    for kind, found in sa.risks(net, TWO, sa.ThreatModel(norm="l2", eps=eps, on_support=True)).items():
        low, high = brute(kind, net, rings, (1.2, 1.4), "l2", on_rings(rings), nearest(rings), (0, 1e-3))
        assert low - 3e-3 <= found.upper, kind
        assert found.lower <= high + 3e-3, kind


@pytest.mark.parametrize("on_support", [False, True])
def test_boxes(on_support):
    """One that touches both circles from outside, and cuts them."""
    rings, net, box = RINGS["two"], random_net(11), ((-2, "3/2"), ("-1/2", 2))
    threat = sa.ThreatModel(norm="linf", eps="7/10", box=box, on_support=on_support)
    places = on_rings(rings) if on_support else on_grid((-2, -0.5), (1.5, 2), 0.02)
    places = places[((places >= (-2, -0.5)) & (places <= (1.5, 2))).all(axis=1)]
    for kind, found in sa.risks(net, TWO, threat).items():
        slack = (0, 1e-3 if on_support else 0.03)
        low, high = brute(kind, net, rings, (0.7, 0.7), "linf", places, nearest(rings), slack)
        assert found.upper - found.lower < 1e-6, kind
        assert low - 5e-3 <= found.upper, kind
        assert found.lower <= high + 5e-3, kind


@pytest.mark.parametrize("feature", [0, 1])
def test_frozen_features(feature):
    """Perturbed points on a segment, looked at one by one; on the support at most four."""
    net, rings = random_net(5 + feature), RINGS["two"]
    f, eps = says(net), tuple("6/5" if k == feature else 0 for k in (0, 1))
    steps = np.linspace(-1.2, 1.2, 1201)
    found = {on: sa.risks(net, TWO, sa.ThreatModel(norm="l2", eps=eps, on_support=on)) for on in (False, True)}
    angles = (np.arange(600) + 0.37) * 2 * np.pi / 600
    wanted = {(on, kind): 0.0 for on in found for kind in NINE}
    for y, prior, _, r in rings:
        x = r * np.column_stack([np.cos(angles), np.sin(angles)])
        for point in x:
            moved = np.tile(point, (len(steps), 1))
            moved[:, feature] += steps
            across = np.array(
                [
                    s * np.sqrt(q * q - point[1 - feature] ** 2)
                    for q in (1.0, 2.0)
                    if q >= abs(point[1 - feature])
                    for s in (-1, 1)
                ]
            )
            there = np.tile(point, (len(across), 1))
            there[:, feature] = across
            there = np.concatenate([point[None], there[np.abs(across - point[feature]) <= 1.2]])
            for on, places in ((False, moved), (True, there)):
                said, true = f(places), nearest(rings)(places)
                own = np.full(len(places), f(point[None])[0])
                for kind in NINE:
                    bad = pairs(kind, y, own, np.full(len(places), y), said, true).any()
                    wanted[on, kind] += prior * bad / len(angles)
    for (on, kind), value in wanted.items():
        one = found[on][kind]
        assert one.upper - one.lower < 1e-12, (on, kind)
        assert one.lower - 8e-3 <= value <= one.upper + 8e-3, (on, kind)


def test_nobody_moves():
    net, rings = random_net(8), RINGS["two"]
    for on in (False, True):
        found = sa.risks(net, TWO, sa.ThreatModel(norm="linf", eps=0, on_support=on))
        plain = found["misclassification"]
        assert plain.upper - plain.lower < 1e-12
        for kind in ("adversarial_loss", "corrupted_instance", "error_region"):
            assert agree(found[kind], plain)
        assert found["label_invariant"].upper < 1e-12
        low, high = brute("misclassification", net, rings, (1, 1), "linf", on_rings(rings)[:1], nearest(rings), (0, 0))
        assert low - 3e-3 <= plain.upper
        assert plain.lower <= high + 3e-3


def test_float32_passes_are_enclosed():
    net = random_net(4).float()
    threat = sa.ThreatModel(norm="linf", eps="3/10")
    for name in ("adversarial_loss", "label_invariant", "misclassification"):
        real = sa.risk(net, TWO, threat, definition=name)
        single = network_risk(net, TWO, threat, definition=name, semantics="float32")
        assert single.lower - 1e-12 <= real.lower
        assert real.upper <= single.upper + 1e-12
        assert single.upper - single.lower < 1e-3


@pytest.mark.parametrize("on_support", [False, True])
def test_points_beside_circles(on_support):
    """The point in the middle of a circle, exactly one budget away from it."""
    d = toy((sa.Sphere(1, (0, 0)), sa.Uniform(), 0), (sa.Point((0, 0)), sa.Atom(), 1))
    net = affine([[0.0, 0.0], [1.0, 0.0]], [0.0, 0.25])  # says 1 where x1 > -1/4
    for closed in (True, False):
        threat = sa.ThreatModel(norm="l2", eps=1, on_support=on_support, closed=closed)
        found = sa.risk(net, d, threat, definition="adversarial_loss")
        wanted = 1
        if on_support and not closed:  # then the point is not within reach, but the circle's right part is
            wanted = (mpmath.acos(mpmath.mpf(-1) / 4) / mpmath.pi + mpmath.mpf(1) / 3) / 2
        assert found.lower - 1e-14 <= wanted <= found.upper + 1e-14, closed
        assert found.upper - found.lower < 1e-12


def test_lines_and_planes_beside_circles():
    line = toy((sa.Sphere(1, (0, 0)), sa.Uniform(), 0), (sa.Flat({0: 2}), sa.Normal(0, 1), 1))
    plane = toy(
        (sa.Sphere(1, (0, 0)), sa.Uniform(), 0), (sa.Whole(2), sa.MultivariateNormal((0, 0), ((1, 0), (0, 1))), 1)
    )
    net, threat = affine([[0.0, 0.0], [1.0, 0.0]], [0.0, -1.4375]), sa.ThreatModel(norm="l2", eps="3/4")
    circle = mpmath.acos(mpmath.mpf(11) / 16) / mpmath.pi
    for d, other in ((line, 1), (plane, mpmath.ncdf(2.1875))):
        found = sa.risk(net, d, threat, definition="adversarial_loss")
        assert found.lower - 1e-15 <= (circle + other) / 2 <= found.upper + 1e-15
        assert found.method == "exact"
    found = sa.risk(net, line, threat, definition="label_invariant")
    assert found.upper - found.lower < 1e-2
    assert 0 < found.lower < 1


def test_points_on_circles_are_labels_of_their_own():
    """A point on the circle at which another label is true than around: bounds that hold."""
    d = toy((sa.Sphere(1, (0, 0)), sa.Uniform(), 0), (sa.Point((1, 0)), sa.Atom(), 1))
    net = affine([[0.0, 0.0], [1.0, 0.0]], [0.0, -4.0])  # says 0 near the circle
    chord = 2 * mpmath.asin(mpmath.mpf(1) / 8) / mpmath.pi  # within 1/4 of the point, where the network errs
    threat = sa.ThreatModel(norm="l2", eps="1/4")
    found = sa.risk(net, d, threat, definition="error_region")
    assert found.lower <= (1 + chord) / 2 <= found.upper
    found = sa.risk(net, d, sa.ThreatModel(norm="l2", eps="1/4", on_support=True), definition="error_region")
    assert found.lower - 1e-15 <= (1 + chord) / 2 <= found.upper + 1e-15
    assert found.upper - found.lower < 1e-12


def test_attacks_are_graded():
    net = random_net(9)
    for on_support in (False, True):
        threat = sa.ThreatModel(norm="linf", eps="7/10", on_support=on_support)
        for name in ("adversarial_loss", "label_invariant"):
            risk = sa.risk(net, TWO, threat, definition=name)
            grade = sa.grade("pgd", net, TWO, threat, definition=name, n=400, seed=0)
            assert abs(grade.vulnerable / 400 - risk.lower) < 0.1
            assert grade.found <= grade.vulnerable


def test_what_is_refused():
    net = random_net(1, inputs=3)
    with pytest.raises(SymadvError, match="spheres"):
        sa.risk(net, sa.distribution("spheres", dimension=3).at(R=2), sa.ThreatModel(norm="linf", eps=1))


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_circles_beside_lines_of_the_support_are_enclosed(norm):
    """All samples against all perturbed points of a circle and a line."""
    d = toy((sa.Sphere(1, (0, 0)), sa.Uniform(), 0), (sa.Flat({0: "3/2"}), sa.Normal(0, 1), 1))
    net, threat = random_net(1), sa.ThreatModel(norm=norm, eps=1, on_support=True)
    found = sa.risk(net, d, threat, definition="adversarial_loss")
    angle, t = np.linspace(0, 2 * np.pi, 2001)[:-1], np.linspace(-5, 5, 2001)
    circle, line = np.column_stack([np.cos(angle), np.sin(angle)]), np.column_stack([np.full(len(t), 1.5), t])
    z, y = np.concatenate([circle, line]), np.repeat([0, 1], [len(circle), len(line)])
    density = np.exp(-(t**2) / 2)
    weights = np.concatenate([np.full(len(circle), 0.5 / len(circle)), density / density.sum() / 2])
    near = np.linalg.norm(z[None] - z[:, None], np.inf if norm == "linf" else 2, axis=2) <= 1
    said = net(torch.tensor(z)).argmax(1).numpy()
    broken = (near & (said != y[:, None])).any(axis=1)
    assert found.lower - 0.01 <= float(weights @ broken) <= found.upper + 0.01
    assert found.method == "bounded" and 0 <= found.lower <= found.upper <= 1
    with pytest.raises(SymadvError, match="only points beside"):
        sa.grade("pgd", net, d, threat, definition="adversarial_loss", n=10, seed=0)
