"""Every reduction is a lemma of its own, and holds: by provers that do not use it, or by numbers at thirty digits."""

from itertools import pairwise

import mpmath
import pytest
import sympy as sp
from sympy import Rational, exp, log, oo, sqrt

from symadv.check import check, prove
from symadv.language.functions import Phi
from symadv.language.goals import Exists, ForAll, Goal
from symadv.language.limits import Limits
from symadv.language.parameters import Parameter, parameter
from symadv.provers._memory import Memory
from symadv.provers._onto import onto
from symadv.provers._replay import truth
from symadv.provers.algebra import algebra
from symadv.provers.monotone import monotone
from symadv.provers.smt import smt

p, eta = parameter("p", between=(0, 1)), parameter("eta", positive=True)
x, q = parameter("x", real=True), parameter("q", between=(-1, 2))
HALF = Rational(1, 2)
odds = log(p / (1 - p))

BY_RANGES = {
    "the displayed inequality": ((1 - p) * exp(-2 * eta**2) < p, (p >= HALF,)),
    "log-odds": (odds + log((1 - p) / p) <= 0, ()),
    "a normal cdf": (Phi(eta) + Phi(2 * eta) > 1, ()),
    "a root": (sqrt(1 + eta**2) + eta > 1, ()),
    "a constant": (sqrt(2) * eta < 2 * eta, ()),
    "another interval": (q + exp(-(eta**2)) < 3, ()),
    "an absolute value": (sp.Abs(x - 1) > x - 2, ()),
    "under a condition": (log(x) > 0, (x > 1,)),
    "a quantifier": (Exists(sp.Tuple(eta), exp(-2 * eta**2) < p), ()),
}
BY_CALCULUS = {
    "Mills' ratio": (1 - Phi(eta) < exp(-(eta**2) / 2) / sqrt(2 * sp.pi) / eta, ()),
    "a maximum": (eta**2 * exp(-eta) <= 4 * exp(-2), ()),
    "a least value": (exp(2 * eta**3) + 1 > exp(2 * eta**2), ()),
    "a tangent": (exp(x) >= 1 + x, ()),
    "the Bayes rule": (p * Phi(eta + odds / (2 * eta)) + (1 - p) * Phi(eta - odds / (2 * eta)) > Phi(eta), (p > HALF,)),
}


def verdict(prover, entry):
    found = prover(Goal(*entry), limits=Limits(seconds=60))
    assert found.status == "PROVED" and found.lemmas
    assert found.reductions == tuple(dict.fromkeys(lemma.name for lemma in found.lemmas))
    return found


BY_SOLVER = ("a root", "an absolute value", "a quantifier")  # algebra alone does not see these


@pytest.mark.parametrize(
    ("name", "prover"),
    [(name, prover) for name in BY_RANGES for prover in (algebra, smt) if prover is smt or name not in BY_SOLVER],
)
def test_the_lemmas_of_ranges_are_proved_without_them(name, prover):
    for lemma in verdict(prover, BY_RANGES[name]).lemmas:
        if lemma.parameters:
            assert check(lemma, provers=("interval", "monotone"), cache=False).proved, lemma
        else:
            assert truth(lemma.statement, {}) is True, lemma


@pytest.mark.parametrize("name", BY_CALCULUS)
def test_the_lemmas_of_calculus_hold_at_thirty_digits(name):
    lemmas = verdict(monotone, BY_CALCULUS[name]).lemmas
    for lemma in lemmas:
        if lemma.statement.has(Exists):
            (v,), signs = lemma.statement.args[1].args
            changes(signs.args[0].args[1].lhs, v)
        else:
            holds_on_a_grid(lemma)
    assert any("derivative" in lemma.name for lemma in lemmas)


VALUES = [mpmath.mpf(2) ** (mpmath.mpf(k) / 2) for k in range(-10, 8)]


def function(f, names):
    return sp.lambdify(names, f, [{"Phi": mpmath.ncdf}, "mpmath"])


def grid(names):
    with mpmath.workdps(60):
        for k, value in enumerate(VALUES):
            yield [inside(n.domain, VALUES[(k * (j + 1)) % len(VALUES)] if j else value) for j, n in enumerate(names)]


def inside(domain, t):
    """A number of an interval for a positive one."""
    if domain.start.is_finite and domain.end.is_finite:
        return (domain.start + domain.end * t) / (1 + t)
    return domain.start + t if domain.start.is_finite else domain.end - t if domain.end.is_finite else mpmath.log(t)


def holds_on_a_grid(lemma):
    names = sorted(lemma.statement.free_symbols | set().union(*(g.free_symbols for g in lemma.given)), key=str)
    parts = lemma.statement.args if isinstance(lemma.statement, sp.And) else (lemma.statement,)
    for point in grid(names):
        with mpmath.workdps(60):
            if not all(bool(function(g, names)(*point)) for g in lemma.given):
                continue
            for part in parts if lemma.statement is not sp.true else ():
                left, right = (function(side, names)(*point) for side in part.args)
                if isinstance(part, sp.Equality):
                    assert abs(left - right) < mpmath.mpf("1e-45"), lemma
                else:
                    assert bool(part.func(sp.Float(str(left), 60), sp.Float(str(right), 60))), (lemma, point)


def changes(f, v):
    """Along v the sign changes exactly once, for some values of the others."""
    others = sorted(f.free_symbols - {v}, key=str)
    for fixed in (VALUES[3], VALUES[8], VALUES[12]):
        call = function(f, [v, *others])
        with mpmath.workdps(60):
            signs = [mpmath.sign(call(mpmath.mpf(2) ** (mpmath.mpf(k) / 8), *(fixed for _ in others)))
                     for k in range(-400, 60)]  # fmt: skip
        seen = [s for s in signs if s != 0]
        assert sum(a != b for a, b in pairwise(seen)) == 1, f


def test_a_variable_that_is_replaced_under_a_quantifier_runs_through_the_whole_interval():
    for v, term in ((eta, exp(-2 * eta**2)), (eta, exp(3 * eta)), (x, exp(-x)), (x, exp(x**3))):
        (t,), _, (lemma,) = onto((v,), term < p)
        holds_on_a_grid(lemma)
        assert lemma.statement.has(exp) and lemma.name.startswith(f"{t} = exp(")
        assert prove(sp.And(*(c for c in lemma.statement.args if not c.has(log)))).status == "PROVED"


def test_a_wrong_lemma_would_be_noticed():
    wrong = Goal(sp.StrictLessThan(exp(eta), 2, evaluate=False), (), "exp(eta) is a number in (1, 2)")
    assert not check(wrong, provers=("interval", "monotone"), cache=False).proved
    with pytest.raises(AssertionError):
        holds_on_a_grid(wrong)


def test_lemmas_are_remembered(tmp_path):
    goal, limits = Goal(*BY_RANGES["the displayed inequality"]), Limits()
    found = algebra(goal, limits=limits)
    memory = Memory(tmp_path)
    memory.keep_verdict("algebra", goal, limits, found)
    again = memory.verdict("algebra", goal, limits)
    assert again.lemmas == found.lemmas and again.reductions == found.reductions


def test_an_empty_range_of_a_closed_end_is_its_own_case():
    half_open = Parameter("c", sp.Interval(0, oo))
    found = verdict(monotone, (exp(-half_open) <= 1, ()))
    assert "c = 0" in found.reductions
    assert ForAll not in {type(lemma.statement) for lemma in found.lemmas}
