"""Mixtures of normal laws on lines: true labels with borders that no formula gives, and risks that are exact still."""

import mpmath
import numpy as np
import pytest
from scipy import stats

import symadv as sa
from symadv.definitions import definition

NORMALS = {  # by label: weight, mean, standard deviation
    "around": {0: [(0.5, -2, 1), (0.5, 2, 1)], 1: [(1, 0, 1)]},
    "of unlike spread": {0: [(0.25, -3, 0.5), (0.75, 1, 2)], 1: [(0.5, -1, 1), (0.5, 3, 0.75)]},
    "three labels": {0: [(0.5, -3, 1), (0.5, 3, 1)], 1: [(1, 0, 1)], 2: [(0.5, -1, 3), (0.5, 5, 0.5)]},
}


def mixture(terms):
    parts = [sa.exact(w) * sa.Normal(sa.exact(m), sa.exact(s)) for w, m, s in terms]
    return parts[0] if len(parts) == 1 else sa.Mixture(*parts)


def on_a_line(name):
    by_label = NORMALS[name]
    component = sa.Component(sa.Whole(1), {y: mixture(terms) for y, terms in by_label.items()})
    prior = {y: sa.exact(1) / len(by_label) for y in by_label}
    return sa.Distribution(name="mixed", features=("x",), labels=tuple(by_label), prior=prior, components=[component])


def brute(name, predict, eps, step=2e-3, far=18.0):
    """The nine risks by a grid, from the definitions: the clean points and the perturbed ones are its points."""
    x = np.arange(-far, far, step)
    density = np.array([sum(w * stats.norm.pdf(x, m, s) for w, m, s in terms) for terms in NORMALS[name].values()])
    labels = np.array(list(NORMALS[name]))
    said, true = predict(x), labels[density.argmax(axis=0)]
    room = round(eps / step)

    def near(mask):
        count = np.concatenate([[0], np.cumsum(mask)])
        low, high = np.maximum(np.arange(len(x)) - room, 0), np.minimum(np.arange(len(x)) + room + 1, len(x))
        return count[high] > count[low]

    found = {}
    for d in map(definition, sa.names("definitions")):
        total = 0.0
        for k, y in enumerate(labels):
            hit = np.zeros(len(x), dtype=bool)
            for clean, perturbed in d.types(int(y), tuple(map(int, labels))):
                here, there = (
                    np.isin(said, sorted(t.f)) & (t.c is None or np.isin(true, sorted(t.c))) for t in (clean, perturbed)
                )
                hit |= here & near(there)
            total += (density[k] * hit).sum() * step / len(labels)
        found[d.name] = total
    return found


@pytest.mark.parametrize("name", NORMALS)
@pytest.mark.parametrize("kind", ["bayes", "linear", "network"])
def test_all_definitions_against_a_grid(name, kind):
    d, threat = on_a_line(name), sa.ThreatModel("linf", "3/4")
    labels = np.array(d.labels)
    if kind == "network":
        pytest.importorskip("torch")
        f = sa.classifier("relu", d, network=sa.train(d, hidden=(6,), steps=150, seed=1))
    elif kind == "linear" and len(labels) == 2:
        f = sa.classifier("linear", d, weights=(1,), bias="1/4", tie=1)
    else:
        f = sa.classifier("bayes", d)
    wanted = brute(name, lambda x: np.asarray(f.predict(x[:, None])), 0.75)
    for key, bound in sa.risks(f, d, threat).items():
        assert bound.method == "exact" and float(bound) == pytest.approx(wanted[key], abs=4e-3), key


def test_thirty_digits():
    """The border is at r with cosh(2 r) = e^2: the accuracy and the risks of Bayes follow from it."""
    d = on_a_line("around")
    with mpmath.workdps(40):
        r, eps, cdf = mpmath.acosh(mpmath.e**2) / 2, mpmath.mpf(3) / 4, mpmath.ncdf

        def wrong(e):  # of label 0 within e of the middle, of label 1 not farther than e from the outside
            inner = (cdf(r + e - 2) - cdf(-r - e - 2) + cdf(r + e + 2) - cdf(-r - e + 2)) / 2
            return (inner + 2 * cdf(-(r - e))) / 2

        accuracy = sa.bayes_accuracy(d)
        assert abs(mpmath.mpf(str(accuracy.result.evalf(35))) - (1 - wrong(0))) < mpmath.mpf("1e-33")
        found = sa.risks(
            "bayes", d, sa.ThreatModel("linf", "3/4"), definitions=("adversarial_loss", "misclassification")
        )
        for name, e in (("adversarial_loss", eps), ("misclassification", 0)):
            exact = found[name].evidence.expression
            assert abs(mpmath.mpf(str(exact.evalf(35))) - wrong(e)) < mpmath.mpf("1e-33")
    assert sa.check(accuracy).proved


def test_the_root_has_a_name_in_a_derivation():
    shown = sa.latex(sa.bayes_accuracy(on_a_line("around")))
    assert r"\Phi(r_1)" in shown and "root" not in shown
    assert r"Here $1 + e^{-4 r_1} - 2 e^2\, e^{-2 r_1} = 0$ and $1 < r_1 < 2$" in shown


def test_beside_two_lines_and_off_the_support():
    """tsipras with two weak modes: borders without a formula on both lines, the tie of the projection between them."""
    modes = {y: sa.Mixture("1/2" * sa.Normal(y, 1), "1/2" * sa.Normal(4 * y, "1/2")) for y in (-1, 1)}
    lines = [
        sa.Component(sa.Flat({0: s}), {y: sa.exact("9/10" if s == y else "1/10") * modes[y] for y in (-1, 1)})
        for s in (-1, 1)
    ]
    half = {-1: "1/2", 1: "1/2"}
    d = sa.Distribution(name="modes", features=("x1", "x2"), labels=(-1, 1), prior=half, components=lines)
    bound = sa.risk("bayes", d, sa.ThreatModel("linf", "3/2"), definition="boundary")
    assert bound.method == "exact"
    rng, n = np.random.default_rng(0), 200_000
    o = sa.oracle(d)
    x, y = o.sample(n, rng=rng)
    moved = np.linspace(-1.5, 1.5, 61)  # and to either line, since their tie is 1 away
    said = [o.bayes_label(np.column_stack([np.full(n, s), x[:, 1] + t])) for s in (-1.0, 1.0) for t in moved]
    hit = (o.bayes_label(x) == y) & np.any([label != y for label in said], axis=0)
    assert float(bound) == pytest.approx(hit.mean(), abs=6 / np.sqrt(n))


def test_the_nearest_adversarial_point_is_as_far_as_the_border():
    d = on_a_line("around")
    found = sa.witness("bayes", d, sa.ThreatModel("linf", "3/4"), (1,), 1, definition="adversarial_loss")
    with mpmath.workdps(30):
        border = mpmath.acosh(mpmath.e**2) / 2
        assert abs(mpmath.mpf(str(found.infimum.evalf(25))) - (border - 1) / mpmath.mpf("0.75")) < mpmath.mpf("1e-20")
    assert not found.attained and found.infimum < found.length < 1
