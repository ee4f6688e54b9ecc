"""Exact risks by how many coordinates go where, against brute force over all corners and all ways to move them."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import comb

import mpmath
import numpy as np
import pytest
from scipy import stats

import symadv as sa
from symadv.classifiers._usual import usual
from symadv.risk.counts import counts
from symadv.risk.measure import measure
from symadv.risk.numeric import numeric_risks
from tests.risk.test_grid import NONE, adversarial

DEFINITIONS = sa.names("definitions")
PRIOR = {-1: Fraction(1, 3), 1: Fraction(2, 3)}


@dataclass(frozen=True)
class Cube:
    """Random signs that agree with the label with a probability each; how ties of projection and f are read."""

    chances: tuple
    prior: tuple = (Fraction(1, 3), Fraction(2, 3))
    tie_rule: str = "every"
    tie: int = 1

    @property
    def d(self):
        factors = {}
        for y in (-1, 1):
            factors[y] = [sa.Categorical({y: str(p), -y: str(1 - p)}) for p in self.chances]
        n = len(self.chances)
        return sa.Distribution(
            name="cube",
            features=tuple(f"x{i + 1}" for i in range(n)),
            labels=(-1, 1),
            prior=dict(zip((-1, 1), map(str, self.prior))),
            components=[sa.Component(sa.Grid((-1, 1), n), {y: sa.Independent(*own) for y, own in factors.items()})],
            tie_rule=self.tie_rule,
        )

    def joint(self, x, y):
        mass = self.prior[y > 0]
        for v, p in zip(x, self.chances):
            mass *= p if v == y else 1 - p
        return mass

    def on_corner(self, x):
        low, high = self.joint(x, -1), self.joint(x, 1)
        return NONE if low == high else 1 if high > low else -1

    def truth(self, states):
        """The label of the projection of a point, of whose coordinates the signs are given, 0 for the middle."""
        near = [(s,) if s else (-1, 1) if self.tie_rule == "every" else (-1,) for s in states]
        said = {self.on_corner(x) for x in product(*near)}
        return said.pop() if len(said) == 1 else NONE

    def bayes(self, states):
        label = self.truth(states)
        return self.tie if label == NONE else label

    @cached_property
    def corners(self):
        return list(product((-1, 1), repeat=len(self.chances)))


@dataclass(frozen=True)
class Ball:
    """Budgets per feature, for l2 their squares; a box for each coordinate, or the corners alone."""

    norm: str
    budgets: tuple
    closed: bool
    box: tuple = (None, None)
    on_support: bool = False

    def step(self, v, state, budget):
        """The price of coming from a value to a sign, and whether a little more is needed; None if impossible."""
        if self.on_support:
            inside = state != 0 and (self.box[0] is None or self.box[0] <= state <= self.box[1])
            distance, more = (Fraction(abs(v - state)), False) if inside else (None, None)
        else:
            distance, more = self.to_sign(v, state)
        if distance is None:
            return None
        if distance == 0:
            return Fraction(0), more
        if budget == 0:
            return None
        return (distance**2 if self.norm == "l2" else distance) / budget, more

    def to_sign(self, v, state):
        lower, upper = self.box
        if state == 0:
            inside = lower is None or lower <= 0 <= upper
            return (Fraction(1), False) if inside else (None, None)
        if lower is None:
            return (Fraction(0), False) if v == state else (Fraction(1), True)
        ends = (max(lower, 0), upper) if state > 0 else (lower, min(upper, 0))
        if ends[0] > ends[1] or ends == (0, 0):
            return None, None
        open_at_zero = 0 in ends
        if ends[0] <= v <= ends[1] and v != 0:
            return Fraction(0), False
        near = min(ends, key=lambda e: abs(v - e))
        return Fraction(abs(v - near)), near == 0 and open_at_zero

    def reaches(self, x, states):
        steps = [self.step(v, s, e) for v, s, e in zip(x, states, self.budgets)]
        if None in steps:
            return False
        prices = [price for price, _ in steps]
        if self.norm == "linf":
            return all(p < 1 or (p == 1 and self.closed and not more) for p, more in steps)
        total, more = sum(prices), any(more for _, more in steps)
        return total < 1 or (total == 1 and self.closed and not more) or (total == 0 and all(p == 0 for p in prices))


def brute(cube, f, ball):
    """The risk of a classifier of signs under each definition."""
    total = dict.fromkeys(DEFINITIONS, Fraction(0))
    every = list(product((-1, 0, 1), repeat=len(cube.chances)))
    labels = {states: (f(states), cube.truth(states)) for states in every}
    for x in cube.corners:
        types = {labels[states] for states in every if ball.reaches(x, states)} | {labels[x]}
        for y in (-1, 1):
            for name in DEFINITIONS:
                here = labels[x]
                if any(bool(adversarial(name, y, here[0], a, here[1], c)) for a, c in types):
                    total[name] += cube.joint(x, y)
    return total


def by_counts(f, d, threat):
    """The risks by tallies, also of so few features that there are other ways."""
    f = sa.classifier(f, d) if isinstance(f, str) else f
    problem = counts(f, d, threat)
    chosen = [sa.definition(n) for n in DEFINITIONS]
    return numeric_risks(f, d, threat, chosen, measure(problem.fewer.d), reached=problem.sections)


def same(found, want):
    for name, value in want.items():
        assert found[name].method == "exact" and found[name].evidence.expression == value, (name, found[name], value)


BUDGETS = [("linf", "1"), ("linf", "11/10"), ("l1", "1"), ("l1", "2"), ("l1", "5/2"), ("l2", "2")]


@pytest.mark.parametrize("tie_rule", ["every", "first"])
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize(("norm", "eps"), [*BUDGETS, ("l2", "sqrt2"), ("l1", "sqrt2")])
def test_bayes_of_equal_signs(norm, eps, closed, tie_rule):
    even, uneven = (Fraction(1, 2),) * 2, (Fraction(1, 4), Fraction(3, 4))
    for n, prior, tie in ((2, even, 1), (3, uneven, -1), (4, even, -1)):
        cube = Cube((Fraction(3, 4),) * n, prior, tie_rule, tie)
        exactly = sa.exact(2) ** sa.exact("1/2") if eps == "sqrt2" else sa.exact(eps)
        rational = Fraction(7, 5) if eps == "sqrt2" else Fraction(eps)
        squared = Fraction(2) if eps == "sqrt2" else rational**2
        ball = Ball(norm, (squared if norm == "l2" else rational,) * n, closed)
        f = sa.classifier("bayes", cube.d, tie=tie)
        same(by_counts(f, cube.d, sa.ThreatModel(norm, exactly, closed=closed)), brute(cube, cube.bayes, ball))


@pytest.mark.parametrize("tie_rule", ["every", "first"])
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_bayes_of_signs_of_two_kinds_with_budgets_of_two_kinds(norm, closed, tie_rule):
    cube = Cube((Fraction(3, 4), Fraction(3, 4), Fraction(9, 10), Fraction(9, 10), Fraction(1, 4)), tie_rule=tie_rule)
    for budgets in ((1, 1, 2, 2, 3), (2, 0, 2, 2, 1)):
        ball = Ball(norm, tuple(Fraction(b) ** (2 if norm == "l2" else 1) for b in budgets), closed)
        threat = sa.ThreatModel(norm, budgets, closed=closed)
        same(by_counts("bayes", cube.d, threat), brute(cube, cube.bayes, ball))


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
@pytest.mark.parametrize("tie_rule", ["every", "first"])
def test_without_any_label_nothing_but_the_tie_is_said(norm, tie_rule):
    cube = Cube((Fraction(1, 2),) * 3, (Fraction(1, 2),) * 2, tie_rule, -1)
    f = sa.classifier("bayes", cube.d, tie=-1)
    same(by_counts(f, cube.d, sa.ThreatModel(norm, 1)), brute(cube, cube.bayes, Ball(norm, (Fraction(1),) * 3, True)))


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
@pytest.mark.parametrize("box", [("-1/2", "2"), ("1/4", "2"), ("-2", "0"), ("-1", "1")])
def test_boxes_around_the_perturbed_point(norm, box):
    cube = Cube((Fraction(3, 4),) * 3, (Fraction(1, 2),) * 2)
    for closed in (True, False):
        for eps in (Fraction(1, 2), Fraction(1), Fraction(2)):
            ball = Ball(norm, (eps**2 if norm == "l2" else eps,) * 3, closed, tuple(map(Fraction, box)))
            threat = sa.ThreatModel(norm, str(eps), closed=closed, box=box)
            same(by_counts("bayes", cube.d, threat), brute(cube, cube.bayes, ball))


@pytest.mark.parametrize("norm", ["linf", "l1", "l2"])
def test_flips_of_signs_on_the_support(norm):
    cube = Cube((Fraction(3, 4),) * 4, (Fraction(1, 2),) * 2)
    for closed in (True, False):
        for eps in (Fraction(1), Fraction(2), Fraction(4), Fraction(5)):
            ball = Ball(norm, (eps**2 if norm == "l2" else eps,) * 4, closed, on_support=True)
            threat = sa.ThreatModel(norm, str(eps), closed=closed, on_support=True)
            same(by_counts("bayes", cube.d, threat), brute(cube, cube.bayes, ball))


def linear_brute(cube, bias, eps, closed):
    """The risk of the sign of the sum plus a bias, by all steps to ends of what is within reach and to the middle."""
    total, fine = dict.fromkeys(DEFINITIONS, Fraction(0)), Fraction(1, 1000)
    said = lambda z: (sum(z) + bias > 0) - (sum(z) + bias < 0) or cube.tie
    kind = lambda z: (said(z), cube.truth([(v > 0) - (v < 0) for v in z]))
    for x in cube.corners:
        places = [[v - eps, v - eps + fine, -fine, Fraction(0), fine, v + eps - fine, v + eps] for v in x]
        inside = lambda v, z: abs(v - z) < eps or (closed and abs(v - z) == eps)
        types = {kind(z) for z in product(*[[z for z in own if inside(v, z)] for v, own in zip(x, places)])} | {kind(x)}
        for y in (-1, 1):
            for name in DEFINITIONS:
                here = kind(x)
                if any(bool(adversarial(name, y, here[0], a, here[1], c)) for a, c in types):
                    total[name] += cube.joint(x, y)
    return total


@pytest.mark.parametrize("tie_rule", ["every", "first"])
@pytest.mark.parametrize(("eps", "closed"), [("2/3", True), ("1", True), ("1", False), ("5/3", False)])
def test_a_sum_of_signs_that_is_not_projected(eps, closed, tie_rule):
    for n, bias in ((2, Fraction(1, 5)), (3, Fraction(0)), (4, Fraction(1))):
        cube = Cube((Fraction(3, 4),) * n, (Fraction(1, 2),) * 2, tie_rule, tie=-1 if bias else 1)
        f = sa.classifier("linear", cube.d, weights=(1,) * n, bias=str(bias), tie=cube.tie)
        found = by_counts(f, cube.d, sa.ThreatModel("linf", eps, closed=closed))
        same(found, linear_brute(cube, bias, Fraction(eps), closed))


def grid_brute(cube, bias, norm, eps, closed):
    """The same for any ball: a fine grid of steps in thousandths, and points next to the middles."""
    n, total = len(cube.chances), dict.fromkeys(DEFINITIONS, Fraction(0))
    table = {states: cube.truth(states) for states in product((-1, 0, 1), repeat=n)}
    place = np.unique([*range(-3500, 3501, 250), *range(-1000, 1001, 125), -1, 0, 1, 999, 1001, -999, -1001])
    z = np.stack(np.meshgrid(*[place] * n, indexing="ij"), axis=-1).reshape(-1, n)
    said = np.sign(z.sum(axis=1) + int(1000 * bias))
    said[said == 0] = cube.tie
    true = np.array([table[tuple(s)] for s in np.sign(z).tolist()])
    for x in cube.corners:
        steps = np.abs(z - 1000 * np.array(x))
        size = {"linf": steps.max(1), "l1": steps.sum(1), "l2": (steps**2).sum(1)}[norm]
        limit = int((1000 * eps) ** (2 if norm == "l2" else 1))
        inside = (size < limit) | ((size == limit) & closed)
        here = (sum(x) + bias > 0) - (sum(x) + bias < 0) or cube.tie, table[x]
        types = {here, *set(zip(said[inside].tolist(), true[inside].tolist()))}
        for y in (-1, 1):
            for name in DEFINITIONS:
                if any(bool(adversarial(name, y, here[0], a, here[1], c)) for a, c in types):
                    total[name] += cube.joint(x, y)
    return total


@pytest.mark.parametrize(
    ("norm", "eps", "tie_rule"),
    [
        ("l1", "2", "every"),
        ("l1", "5/2", "first"),
        ("l2", "1", "every"),
        ("l2", "3/2", "first"),
        ("l2", "4/3", "every"),
    ],
)
def test_a_sum_of_signs_that_is_not_projected_in_round_balls(norm, eps, tie_rule):
    for n, bias, closed in ((2, "0", True), (2, "1/2", False), (3, "1", False), (3, "1", True)):
        cube = Cube((Fraction(3, 4),) * n, (Fraction(1, 2),) * 2, tie_rule, tie=-1 if n == 2 else 1)
        f = sa.classifier("linear", cube.d, weights=(1,) * n, bias=bias, tie=cube.tie)
        found = by_counts(f, cube.d, sa.ThreatModel(norm, eps, closed=closed))
        same(found, grid_brute(cube, Fraction(bias), norm, Fraction(eps), closed))


def signs_and_normals(chance, n, m):
    """Random signs and features N(y, 2^2), prior odds 2; the Bayes label is the sign of log 3 S + T / 2 + log 2."""
    laws = {
        y: [sa.Repeated(sa.Categorical({y: chance, -y: str(1 - Fraction(chance))}), n), sa.Repeated(sa.Normal(y, 2), m)]
        for y in (-1, 1)
    }
    return sa.Distribution(
        name="mixed",
        features=tuple(f"x{i + 1}" for i in range(n + m)),
        labels=(-1, 1),
        prior={-1: "1/3", 1: "2/3"},
        components=[
            sa.Component(
                sa.Product(sa.Grid((-1, 1), n), sa.Whole(m)), {y: sa.Independent(*own) for y, own in laws.items()}
            )
        ],
    )


def on_a_grid(n, norm, eps, closed):
    """The risks for one normal feature t, by all signs of the others and all steps of t on a fine grid."""
    t = np.arange(-14, 14, 1 / 64) + 1 / 128
    every = list(product((-1, 0, 1), repeat=n))
    weight = {y: stats.norm.pdf(t, loc=y, scale=2) / 64 for y in (-1, 1)}

    def score(states, t, side):
        return np.log(3) * sum(s or side for s in states) + t / 2 + np.log(2)

    def label(states, t):
        low, high = score(states, t, -1), score(states, t, 1)
        return np.where(low > 0, 1, np.where(high < 0, -1, NONE))

    def left(x, states):
        """What is left of the budget for t, None if the step is not allowed."""
        m, strict = sum(v != s for v, s in zip(x, states)), any(v == -s for v, s in zip(x, states))
        spent, limit = (m and 1, eps) if norm == "linf" else (m, eps if norm == "l1" else eps**2)
        if spent > limit or (m and spent == limit and (strict or not closed)):
            return None
        return eps if norm == "linf" else limit - m if norm == "l1" else (limit - m) ** 0.5

    def reached(x):
        """Where each pair of what f says and of the label is within reach; ties are read as 1."""
        near = {(1 if c != -1 else -1, c): np.zeros(len(t), dtype=bool) for c in (-1, 1, NONE)}
        for states in every:
            far = left(x, states)
            if far is None:
                continue
            for at in (t - far * (1 - 1e-12), t + far * (1 - 1e-12)):
                said = label(states, at)
                for f, c in near:
                    near[f, c] |= said == c
            start, end = (-2 * (np.log(3) * sum(s or side for s in states) + np.log(2)) for side in (1, -1))
            if start < end:
                near[1, NONE] |= np.abs(t - (start + end) / 2) < far
        return near

    total = dict.fromkeys(DEFINITIONS, 0.0)
    for x in product((-1, 1), repeat=n):
        here, near = label(x, t), reached(x)
        f_here = np.where(here == -1, -1, 1)
        for y in (-1, 1):
            mass = weight[y] * (1 / 3, 2 / 3)[y > 0] * np.prod([0.75 if v == y else 0.25 for v in x])
            for name in DEFINITIONS:
                hit = np.asarray(adversarial(name, y, f_here, f_here, here, here))
                for (f, c), where in near.items():
                    there = np.full(len(t), f), np.full(len(t), c)
                    hit = hit | (where & np.asarray(adversarial(name, y, f_here, there[0], here, there[1])))
                total[name] += float((mass * hit).sum())
    return total


@pytest.mark.parametrize(
    ("norm", "eps", "closed"),
    [
        ("linf", "1/2", True),
        ("linf", "1", True),
        ("linf", "1", False),
        ("linf", "3/2", True),
        ("l1", "3/2", True),
        ("l1", "2", True),
        ("l1", "2", False),
        ("l2", "3/2", True),
        ("l2", "5/4", False),
    ],
)
def test_signs_beside_a_normal_feature(norm, eps, closed):
    d = signs_and_normals("3/4", 3, 1)
    found, want = (
        by_counts("bayes", d, sa.ThreatModel(norm, eps, closed=closed)),
        on_a_grid(3, norm, float(Fraction(eps)), closed),
    )
    for name in DEFINITIONS:
        assert found[name].method == "exact"
        assert float(found[name]) == pytest.approx(want[name], abs=4e-3), name


def test_label_invariant_risk_of_bayes_is_nothing_under_both_tie_rules():
    for rule in ("every", "first"):
        for norm, eps in (("linf", "1"), ("l1", "3"), ("l2", "2")):
            d = Cube((Fraction(9, 10),) * 40, (Fraction(1, 2),) * 2, rule).d
            assert sa.risk("bayes", d, sa.ThreatModel(norm, eps)).evidence.expression == 0


def flipped(n, p, k, closed):
    """The probability that a label ahead by less than 2k, or by 2k in a closed ball, can be turned, to 30 digits."""
    with mpmath.workdps(30):
        p, total = mpmath.mpf(p), mpmath.mpf(0)
        for plus in range(n + 1):
            ahead = 2 * plus - n
            # f = 1 at ties: to be no longer 1 all nearest values together have to be negative
            lost = ahead < 0 or ahead - 2 * (k - 1) < 0
            total += mpmath.binomial(n, plus) * p**plus * (1 - p) ** (n - plus) * lost / 2
            won = ahead <= 0 or ahead - 2 * (k if closed else k - 1) <= 0
            total += mpmath.binomial(n, plus) * p**plus * (1 - p) ** (n - plus) * won / 2
        return float(total)


@pytest.mark.parametrize(("norm", "eps", "k"), [("l1", "3", 3), ("l1", "7/2", 4), ("l2", "2", 4), ("l2", "3/2", 3)])
@pytest.mark.parametrize("closed", [True, False])
def test_the_loss_of_bayes_on_a_hundred_signs_is_a_binomial_sum(norm, eps, k, closed):
    """With a budget of exactly k steps k - 1 signs can be turned, and k of them made ties in a closed ball."""
    d = sa.distribution("bernoulli", dimension=100).at(p="3/5")
    found = sa.risk("bayes", d, sa.ThreatModel(norm, eps, closed=closed), definition="adversarial_loss")
    exactly_k = eps in ("3", "2")
    want = flipped(100, "0.6", k, closed and exactly_k)
    assert found.method == "exact" and found.evidence.expression.is_Rational
    assert float(found) == pytest.approx(want, rel=1e-13)


def test_a_hundred_signs_against_sampling():
    """An attack that turns the signs that it can: 100 000 samples, four standard errors."""
    d = sa.distribution("bernoulli", dimension=100).at(p="11/20")
    x, y = d.sample(100_000, rng=3)
    ahead = x.sum(axis=1) * y  # 9/2 turns four signs; a tie is read as 1
    exact = float(sa.risk("bayes", d, sa.ThreatModel("l1", "9/2"), definition="adversarial_loss"))
    sampled = float(np.mean((ahead < 8) | ((ahead == 8) & (y == -1))))
    assert abs(sampled - exact) < 4 * (exact * (1 - exact) / 100_000) ** 0.5


def test_the_linear_extension_of_bayes_in_many_features_is_one_of_the_usual_classifiers():
    d = sa.distribution("bernoulli", dimension=60).at(p="3/5")
    f = usual(d)["linear"]
    for norm, eps, change in (("linf", "1/10", 6), ("l1", "5/2", 2.5), ("l2", "1/2", 60**0.5 / 2)):
        want = 0.0
        for plus in range(61):
            chance = comb(60, plus) * 0.6**plus * 0.4 ** (60 - plus) / 2
            want += chance * ((2 * plus - 60 - change < 0) + (2 * plus - 60 - change <= 0))
        found = sa.risks(f, d, sa.ThreatModel(norm, eps), definitions=("adversarial_loss", "label_invariant"))
        assert float(found["adversarial_loss"]) == pytest.approx(want, rel=1e-12)
        assert found["label_invariant"].method == "exact"
        assert 0 < float(found["label_invariant"]) < float(found["adversarial_loss"])


def test_too_many_kinds_of_signs_are_refused_in_a_sentence():
    d = Cube(tuple(Fraction(1, 2) + Fraction(1, 10 + k) for k in range(20))).d
    with pytest.raises(sa.SymadvError, match="more of them alike"):
        sa.risk("bayes", d, sa.ThreatModel("linf", 1), definition="adversarial_loss")


def three(n):
    """Coordinates among 0, 1 and 3, with two labels; of two nearest values the smaller one counts."""
    laws = {0: {0: "1/2", 1: "1/4", 3: "1/4"}, 1: {0: "1/8", 1: "1/8", 3: "3/4"}}
    return sa.Distribution(
        name="three",
        features=tuple(f"x{i + 1}" for i in range(n)),
        labels=(0, 1),
        prior={0: "2/3", 1: "1/3"},
        components=[
            sa.Component(sa.Grid((0, 1, 3), n), {y: sa.Repeated(sa.Categorical(own), n) for y, own in laws.items()})
        ],
        tie_rule="first",
    )


@pytest.mark.parametrize(("norm", "eps"), [("linf", "1/2"), ("linf", "1"), ("linf", "2"), ("l1", "3/2"), ("l1", "3")])
@pytest.mark.parametrize("closed", [True, False])
def test_coordinates_with_three_values(norm, eps, closed):
    """Steps to the places nearest to 0, 1 and 3, that is up to 1/2, up to 2 and beyond."""
    n, total, budget = 3, dict.fromkeys(DEFINITIONS, Fraction(0)), Fraction(eps)
    chances = {
        0: {0: Fraction(1, 2), 1: Fraction(1, 4), 3: Fraction(1, 4)},
        1: {0: Fraction(1, 8), 1: Fraction(1, 8), 3: Fraction(3, 4)},
    }
    ends = {0: (None, Fraction(1, 2)), 1: (Fraction(1, 2), Fraction(2)), 3: (Fraction(2), None)}

    def step(v, w):
        low, high = ends[w]
        return (Fraction(0), False) if v == w else (low - v, True) if v < w else (v - high, False)

    def joint(x, y):
        mass = Fraction(2, 3) if y == 0 else Fraction(1, 3)
        for v in x:
            mass *= chances[y][v]
        return mass

    def true(x):
        return NONE if joint(x, 0) == joint(x, 1) else int(joint(x, 1) > joint(x, 0))

    for x in product((0, 1, 3), repeat=n):
        types = set()
        for z in product((0, 1, 3), repeat=n):
            steps = [step(v, w) for v, w in zip(x, z)]
            size = max(s for s, _ in steps) if norm == "linf" else sum(s for s, _ in steps)
            more = any(m and (norm == "l1" or s == budget) for s, m in steps)
            if z == x or size < budget or (size == budget and closed and not more):
                types.add((1 if true(z) == NONE else true(z), true(z)))
        here = (1 if true(x) == NONE else true(x), true(x))
        for y in (0, 1):
            for name in DEFINITIONS:
                if any(bool(adversarial(name, y, here[0], a, here[1], c)) for a, c in types):
                    total[name] += joint(x, y)
    same(by_counts("bayes", three(n), sa.ThreatModel(norm, eps, closed=closed)), total)


@pytest.mark.parametrize(("norm", "eps"), [("linf", "1"), ("l1", "3"), ("l2", "E")])
def test_the_risk_as_a_formula_in_p_and_in_the_budget(norm, eps):
    d = sa.distribution("bernoulli", dimension=8)
    given = sa.parameter("E", positive=True) if eps == "E" else eps
    names = ("adversarial_loss", "prediction_change", "label_invariant")
    found = sa.risks("bayes", d, sa.ThreatModel(norm, given), definitions=names)
    for name in names:
        assert found[name].method == "exact"
        for p in ("1/3", "1/2", "5/7"):
            for e in ("3/2", "2", "7/3") if eps == "E" else (eps,):
                want = sa.risk("bayes", d.at(p=p), sa.ThreatModel(norm, e), definition=name)
                values = {"p": float(Fraction(p))} | ({"E": float(Fraction(e))} if eps == "E" else {})
                known = {s.name for s in found[name].derivation.numeric.parameters}
                got = found[name].derivation.numeric(**{k: v for k, v in values.items() if k in known})
                assert got == pytest.approx(float(want), abs=1e-12), (name, p, e)


def test_a_formula_for_many_signs_does_not_cancel():
    d = sa.distribution("bernoulli", dimension=60)
    found = sa.risk("bayes", d, sa.ThreatModel("linf", "1/2"), definition="misclassification")
    for p in ("2/5", "3/5"):
        want = 1 - sa.bayes_accuracy(d.at(p=p)).result
        assert found.derivation.numeric(p=float(Fraction(p))) == pytest.approx(float(want), rel=1e-12)
