"""Branch and bound in ball arithmetic: what is covered is true, what is false is refuted, the rest is left open."""

import copy
import itertools
import json

import mpmath
import pytest
import sympy as sp
from sympy import Rational, exp, log, sqrt

from symadv.language.functions import Phi
from symadv.language.goals import Exists, Goal
from symadv.language.limits import Limits
from symadv.language.parameters import Parameter, parameter
from symadv.provers._recheck import recheck
from symadv.provers.interval import interval

p, eta = parameter("p", between=(0, 1)), parameter("eta", positive=True)
away = parameter("away", positive=True)
x, y = parameter("x", real=True), parameter("y", real=True)
closed = Parameter("closed", sp.Interval(0, 1))
odds = log(p / (1 - p))
accuracy = p * Phi(eta + odds / (2 * eta)) + (1 - p) * Phi(eta - odds / (2 * eta))
INSIDE = (p > Rational(6, 10), p < Rational(19, 20), eta > Rational(1, 2), eta < 3)
polya = 2 * Phi(eta) - 1 < sqrt(1 - exp(-2 * eta**2 / sp.pi))
tiny, tinier = Rational(1, 10**6), Rational(1, 10**12)

PROVED = {
    "the mixture of normal cdfs": (accuracy > Phi(eta), INSIDE),
    "Polya's bound on a compact set": (polya, (eta > Rational(1, 5), eta < 4)),
    "up to infinity": (exp(-(x**2)) * Phi(x) < Rational(3, 5), ()),
    "an open end that is tight": (exp(eta) > 1, ()),
    "a domain that is closed": (closed * (1 - closed) <= Rational(1, 4) + tiny, ()),
    "one of two": (sp.Or(x**2 > 1, exp(x) < 3), ()),
    "an implication": (sp.Implies(x > 2, x * exp(x) > 14), (x < 10,)),
    "given an equality": (x * y < 1, (sp.Eq(x + y, 1), x > -5, x < 5)),
    "a maximum": (sp.Max(x, -x) + exp(-(x**2)) > Rational(7, 10), ()),
    "a root": (sqrt(1 + eta**2) > eta, (eta < 100,)),
}
REFUTED = {
    "by a hundredth": (accuracy > Phi(eta) + Rational(1, 100), (p > Rational(1, 2),)),
    "by a millionth": (p * (1 - p) <= Rational(1, 4) - tiny, ()),
    "by less": (p * (1 - p) <= Rational(1, 4) - tinier, ()),
    "inside a needle": (sp.Or((x - Rational(2, 7)) ** 2 > tinier, x > 1), (x > 0,)),
    "at a corner": (Phi(-eta) * Phi(-away) < Rational(1, 4) - tinier, ()),
    "an equivalence": (sp.Equivalent(exp(x) > 2, x > Rational(7, 10)), (x > 0, x < 1)),
}
OPEN = {
    "tight inside": p * (1 - p) <= Rational(1, 4),
    "an equality": sp.Eq(sp.sin(x), 0),
    "a quantifier": Exists(sp.Tuple(y), y > x),
    "undefined in between": 1 / (x - Rational(1, 3)) ** 2 > 0,
    "a logarithm of what may be negative": log(x) < x,
    "true only beyond every box": x**2 + 1 > x,
}


def ask(statement, given=()):
    return interval(Goal(statement, tuple(given)), limits=Limits())


def reader(condition, names):
    """A condition as a function of numbers, by mpmath at 30 digits."""
    call = sp.lambdify(names, condition, [{"Phi": mpmath.ncdf}, "mpmath"])

    def holds(point):
        with mpmath.workdps(30):
            return bool(call(*(mpmath.mpf(v.p) / v.q for v in point)))

    return holds


@pytest.mark.parametrize("name", PROVED)
def test_what_is_proved_holds_at_a_dense_grid(name):
    statement, given = PROVED[name]
    verdict = ask(statement, given)
    assert verdict.status == "PROVED", verdict.why
    assert verdict.evidence and verdict.reductions
    free = sorted(statement.free_symbols, key=str)
    holds, *conditions = (reader(c, free) for c in (statement, *given))
    grid = [[Rational(k, 40) for k in range(1, 40)] if q.domain.end == 1 else numbers(q) for q in free]
    inside = [point for point in itertools.product(*grid) if all(c(point) for c in conditions)]
    assert len(inside) > 10 and all(holds(point) for point in inside)


def numbers(q):
    return [Rational(k, 4) for k in range(1 if q.domain.start == 0 else -20, 24)]


@pytest.mark.parametrize("name", REFUTED)
def test_a_witness_is_an_exact_point_at_which_it_fails(name):
    statement, given = REFUTED[name]
    verdict = ask(statement, given)
    assert verdict.status == "REFUTED", verdict.why
    assert all(value.is_Rational and q.domain.contains(value) == sp.true for q, value in verdict.witness.items())
    assert all(bool(g.xreplace(verdict.witness)) for g in given)
    if not isinstance(statement, sp.Or):
        with mpmath.workdps(40):
            assert not bool(statement.xreplace(verdict.witness))


@pytest.mark.parametrize("name", OPEN)
def test_what_boxes_cannot_tell_is_left_open(name):
    verdict = ask(OPEN[name])
    assert verdict.status == ("REFUTED" if name == "undefined" else "UNDECIDED") and verdict.why


def test_without_a_point_of_what_is_given_nothing_is_proved():
    assert ask(x > 5, (x > 3, x < 2)).status == "UNDECIDED"


def test_budgets_are_counted():
    few = Goal(polya, (eta > Rational(1, 1000), eta < 4))
    first, second = (interval(few, limits=Limits()) for _ in range(2))
    assert first == second and first.status == "UNDECIDED" and "left open" in first.why


# the covers


@pytest.fixture(scope="module")
def cover():
    (found,) = ask(accuracy > Phi(eta), INSIDE).evidence
    return json.loads(json.dumps(found))


def test_a_cover_survives_as_text_and_is_confirmed(cover):
    assert recheck(cover) == "" and len(cover["boxes"]) > 100


@pytest.mark.parametrize("k", [0, 1, 50, -1])
def test_a_box_that_is_missing_is_noticed(cover, k):
    other = copy.deepcopy(cover)
    del other["boxes"][k]
    assert recheck(other) == "the boxes do not fill the domain"


def test_a_box_that_is_made_smaller_is_noticed(cover):
    other = copy.deepcopy(cover)
    (low, high), _ = other["boxes"][7][0]
    other["boxes"][7][0][0] = [low, str((Rational(low) + Rational(high)) / 2)]
    assert "fill" in recheck(other)


def test_a_box_that_is_made_too_large_is_noticed(cover):
    other = copy.deepcopy(cover)
    other["boxes"] = [[[["0", "1"], ["0", "oo"]], "holds"]]
    assert "not confirmed" in recheck(other)


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c | {"statement": [*c["statement"][:2], ["+", c["statement"][2], "1/100"]]},
        lambda c: c | {"statement": [">", *reversed(c["statement"][1:])]},
        lambda c: c | {"given": []},
        lambda c: c | {"given": c["given"][1:]},
        lambda c: c | {"boxes": [[box, "outside"] for box, _ in c["boxes"]]},
        lambda c: c | {"boxes": [[box, "because"] for box, _ in c["boxes"]]},
        lambda c: c | {"boxes": []},
        lambda c: {"boxes": []},
        lambda c: c | {"parameters": [[name, "0", "oo", True, True] for name, *_ in c["parameters"]], "given": []},
    ],
)
def test_an_altered_cover_is_refused(cover, change):
    assert recheck(change(copy.deepcopy(cover)))


def test_ends_that_are_left_out_count_as_left_out():
    cover = {
        "parameters": [["x", "0", "oo", True, True]],
        "given": [],
        "statement": [">", ["exp", "x"], "1"],
        "boxes": [[[["0", "oo"]], "holds"]],
    }
    assert recheck(cover) == ""
    cover["parameters"] = [["x", "0", "oo", False, True]]
    assert "not confirmed" in recheck(cover)


@pytest.mark.parametrize(
    ("term", "true"),
    [
        (["log", ["+", "x", "-1/2"]], False),
        (["log", "x"], True),
        (["pow", ["+", "x", "-1/2"], "-2"], False),
        (["pow", ["+", "x", "-1/2"], "1/2"], False),
        (["pow", "x", "-2"], True),
        (["+", "1", ["log", ["+", "1", "x"]]], True),
    ],
)
def test_a_term_without_a_value_proves_nothing(term, true):
    cover = {
        "parameters": [["x", "0", "1", True, True]],
        "given": [],
        "statement": ["or", [">", term, "0"], [">", "0", term]],
        "boxes": [[[["0", "1"]], "holds"]],
    }
    assert (recheck(cover) == "") is true
