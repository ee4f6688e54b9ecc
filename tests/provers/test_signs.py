"""Normal forms and signs: the ground that the sound provers share."""

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, Rational, exp, log, sqrt

from symadv.language.functions import Expit, Phi
from symadv.language.parameters import Parameter, parameter
from symadv.provers._field import Field, Refine
from symadv.provers._ranges import ANY, Range, from_domain, polynomial_signs
from symadv.provers._signs import Facts, Undefined
from symadv.provers._terms import read

p = parameter("p", between=(0, 1))
q = parameter("q", between=("-1/2", 3))
eta = parameter("eta", positive=True)
x = parameter("x", real=True)
c = Parameter("c", sp.Interval(0, 1))


def known(expression, **options):
    steps = {}
    while True:
        facts = Facts(Field(steps=steps, **options))
        try:
            return facts.signs(read(expression, facts))
        except Refine:
            continue


@pytest.mark.parametrize(
    ("expression", "signs"),
    [
        (p, {1}),
        (1 - p, {1}),
        (p - 2, {-1}),
        (p * (1 - p), {1}),
        (q + Rational(1, 2), {1}),
        (q, ANY),
        (c, {0, 1}),
        (c - 1, {-1, 0}),
        (c - 2, {-1}),
        (c + eta, {1}),
        (x**2, {0, 1}),
        (x**2 + eta, {1}),
        (exp(x) - 1, ANY),
        (exp(eta) - 1, {1}),
        (1 - exp(-(eta**2)), {1}),
        (log(1 + eta), {1}),
        (log(p), {-1}),
        (log(9) - 2, {1}),
        (log(3) - Rational(1098612, 10**6), {1}),
        (sqrt(2) * sqrt(3) - sqrt(6), {0}),
        (sp.pi - Rational(355, 113), {-1}),
        (exp(1) - Rational(2718, 1000), {1}),
        (Phi(eta) - Rational(1, 2), {1}),
        (Phi(-x) + Phi(x) - 1, {0}),
        (Phi(eta + 1) - Phi(1), {1}),
        (Expit(x), {1}),
        (Expit(eta) - Rational(1, 2), {1}),
        (exp(exp(5)) - eta, ANY),
        (exp(exp(5)) + eta, {1}),
        (sqrt(1 + eta) - 1, {1}),
        (Abs(x) + x**2, {0, 1}),
        (Abs(x * eta) - eta * Abs(x), {0}),
        (sqrt(x**2) - Abs(x), {0}),
        (log(x**2 + 1) - log((1 + x**2) ** 2) / 2, {0}),
        (eta ** Rational(3, 2) - eta * sqrt(eta), {0}),
        (exp(log(eta) / 2) - sqrt(eta), {0}),
        (x**3, ANY),
    ],
)
@pytest.mark.parametrize("odds", [True, False])
def test_signs(expression, signs, odds):
    assert known(expression, odds=odds) == frozenset(signs)


@pytest.mark.parametrize("expression", [1 / x, log(x), sqrt(x), x**eta, log(p - Rational(1, 2)), 1 / (1 - c)])
def test_partial_functions_have_to_be_defined(expression):
    with pytest.raises(Undefined, match="cannot show that"):
        known(expression)


rationals = st.fractions(min_value=-3, max_value=3, max_denominator=4).map(
    lambda f: Rational(f.numerator, f.denominator)
)


@given(st.lists(rationals, min_size=1, max_size=4), rationals, rationals, st.booleans(), st.booleans(), rationals)
def test_polynomial_signs_hold_in_the_range(coefficients, end, other, low_closed, high_closed, share):
    z = sp.Symbol("z", real=True)
    form = sp.expand(z**4 + sp.Add(*(a * z**k for k, a in enumerate(coefficients))))
    here = Range(min(end, other), max(end, other), low_closed, high_closed)
    signs = polynomial_signs(form, lambda _: here)
    if here.is_empty:
        assert signs == frozenset()
        return
    place = min(max(share, -3), 3) / 6 + Rational(1, 2)
    inside = [here.low + (here.high - here.low) * place] if 0 < place < 1 else []
    inside += [here.low] * low_closed + [here.high] * high_closed
    for value in inside:
        assert int(sp.sign(form.subs(z, value))) in signs


def test_domains_keep_their_ends():
    assert from_domain(c.domain) == Range(sp.S.Zero, sp.S.One, True, True)
    assert from_domain(sp.Interval.open(0, sp.pi)) == Range(sp.S.Zero, sp.Integer(4), False, False)


def test_assumptions_narrow_and_contradict():
    facts = Facts(Field(odds=False))
    facts.learn(read(2 * p - 1, facts), frozenset({0, 1}))
    assert facts.range(p) == Range(Rational(1, 2), sp.S.One, True, False) and facts.signs(3 * p - 1) == {1}
    assert not facts.impossible
    facts.learn(3 * p - 1, frozenset({-1}))
    assert facts.impossible
