"""Every step of every derivation is proved, for distributions that no member resembles; a spoilt step is not."""

from dataclasses import replace

import pytest
import sympy as sp

from symadv.check import check
from symadv.distributions.point_masses import point_masses
from symadv.distributions.tsipras import tsipras
from symadv.geometry.projection import projection
from symadv.geometry.strata import Flat, Point, Whole
from symadv.language.order import Undecided
from symadv.language.parameters import parameter
from symadv.language.roots import NoClosedForm
from symadv.probability.accuracy import bayes_accuracy, label_change
from symadv.probability.densities import Atom, Independent, Laplace, Normal
from symadv.probability.distribution import Component, Distribution
from symadv.probability.joint import joint, log_odds
from symadv.probability.posterior import posterior
from symadv.probability.rule import bayes_rule, label

B, S = parameter("b", positive=True), parameter("s", positive=True)
M, Q = parameter("m", positive=True), parameter("q", between=(0, 1))
HALF = {0: "1/2", 1: "1/2"}

OWN = {
    "three labels, Laplace": Distribution(
        name="laplace",
        features=("x1", "x2"),
        labels=(0, 1, 2),
        prior={0: "1/2", 1: "1/4", 2: "1/4"},
        components=[
            Component(Flat({0: s}), {y: w * Laplace(3 * y, B) for y, w in weights.items()})
            for s, weights in ((0, {0: "3/4", 1: "1/2", 2: "1/4"}), (1, {0: "1/4", 1: "1/2", 2: "3/4"}))
        ],
    ),
    "unequal standard deviations, a biased prior": Distribution(
        name="unequal",
        features=("u",),
        labels=(-1, 1),
        prior={-1: 1 - Q, 1: Q},
        components=[Component(Whole(1), {-1: Normal(0, 1), 1: Normal(M, S)})],
    ),
    "Laplace against Normal": Distribution(
        name="mixed",
        features=("u",),
        labels=(0, 1),
        prior=HALF,
        components=[Component(Whole(1), {0: Normal(0, S), 1: Laplace(M, B)})],
    ),
    "an atom on a line": Distribution(
        name="atom",
        features=("a", "b"),
        labels=(0, 1),
        prior=HALF,
        components=[
            Component(Flat({1: 0}), {0: Normal(0, 1), 1: "1/2" * Normal(0, 1)}),
            Component(Point((0, 0)), {1: "1/2" * Atom()}),
        ],
    ),
    "crossing lines": Distribution(
        name="cross",
        features=("a", "b"),
        labels=(0, 1),
        prior=HALF,
        components=[Component(Flat({1: 0}), {0: Normal(0, 1)}), Component(Flat({0: 0}), {1: Normal(0, "1/2")})],
    ),
    "a product on the plane": Distribution(
        name="plane",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: Q, 1: 1 - Q},
        components=[
            Component(
                Whole(2), {0: Independent(Normal(0, 1), Laplace(0, 1)), 1: Independent(Normal(1, 1), Laplace(2, 1))}
            )
        ],
    ),
    "a mixture on one line": Distribution(
        name="mixture",
        features=("a",),
        labels=(0, 1),
        prior=HALF,
        components=[
            Component(Whole(1), {0: "1/2" * Normal(-M, 1), 1: Normal(0, 1)}),
            Component(Whole(1), {0: "1/2" * Normal(M, 1)}),
        ],
    ),
    "points, first-listed at ties": Distribution(
        name="points",
        features=("a", "b"),
        labels=(0, 1),
        prior=HALF,
        tie_rule="first",
        components=[
            Component(Point(q), {y: w * Atom()})
            for q, y, w in (((0, 0), 0, 1), ((2, 1), 1, "1/2"), ((-1, "3/2"), 1, "1/2"))
        ],
    ),
}
ALL = {"tsipras": tsipras(), "point_masses": point_masses(), **OWN}
MADE = (joint, log_odds, posterior, bayes_rule, projection, label)


@pytest.mark.parametrize("make", MADE, ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", ALL)
def test_every_step_is_proved(name, make):
    report = check(make(ALL[name]))
    assert len(report) and [(row.claim, row.verdict.why) for row in report if row.verdict.status != "PROVED"] == []


@pytest.mark.parametrize("name", ["tsipras", "point_masses", "an atom on a line", "crossing lines"])
def test_accuracies_are_proved(name):
    assert check(bayes_accuracy(ALL[name])).proved


def test_label_changes_are_proved():
    _, eta = tsipras().parameters
    assert check(label_change(tsipras(), {1: (0, -2 * eta), -1: (0, 2 * eta)})).proved


def test_what_has_no_closed_form_says_so():
    with pytest.raises(NoClosedForm, match="points and lines"):
        bayes_accuracy(ALL["a product on the plane"])
    with pytest.raises(Undecided, match="case distinction"):
        bayes_accuracy(ALL["unequal standard deviations, a biased prior"])
    with pytest.raises(NoClosedForm):
        bayes_accuracy(ALL["a mixture on one line"])


@pytest.mark.parametrize("make", [log_odds, bayes_rule, bayes_accuracy], ids=lambda f: f.__name__)
def test_a_spoilt_step_is_not_proved(make):
    d = tsipras()
    derivation = make(d)

    def spoil(step):
        if step.definition:
            return step
        return replace(step, right=sp.Not(step.right) if step.relation == "iff" else step.right + sp.Rational(1, 1000))

    spoilt = replace(derivation, steps=tuple(spoil(step) for step in derivation.steps), conclusions=())
    verdicts = [row.verdict.status for row in check(spoilt) if "step" in row.claim]
    assert verdicts and "PROVED" not in verdicts


def test_a_broken_chain_is_not_proved():
    derivation = log_odds(tsipras())
    first, second, *others = derivation.steps
    broken = replace(derivation, steps=(first, replace(second, left=second.left + 1, right=second.right + 1), *others))
    assert [row.verdict.status for row in check(broken) if "link 1" in row.claim] == ["REFUTED"]


def test_a_wrong_result_is_not_proved():
    derivation = log_odds(tsipras())
    x1, _ = tsipras().features
    wrong = tuple((given, last, result + x1 / 1000) for given, last, result in derivation.conclusions)
    assert not check(replace(derivation, conclusions=wrong)).proved


def test_p_one_half_is_mentioned():
    steps = [step for step in bayes_rule(tsipras()).steps if any("1/2" in str(g) for g in step.given)]
    assert len(steps) == 2 and all(not step.right.has(sp.log) for step in steps)


def test_nothing_depends_on_the_names():
    """The same law under other names of features and parameters has the same log-odds."""
    a, e = parameter("alpha", between=(0, 1)), parameter("mu", positive=True)
    d = Distribution(
        name="other",
        features=("u", "v"),
        labels=(3, 7),
        prior={3: "1/2", 7: "1/2"},
        components=[
            Component(Flat({0: s}), {y: (a if s == t else 1 - a) * Normal(t * e, 1) for y, t in ((3, -1), (7, 1))})
            for s in (-1, 1)
        ],
    )
    p, eta = tsipras().parameters
    rename = dict(zip((a, e, *d.features), (p, eta, *tsipras().features)))
    assert log_odds(d).result.xreplace(rename) == log_odds(tsipras()).result
