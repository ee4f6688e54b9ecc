"""Under a quantifier, exponentials of one variable become a variable: a monotone function maps onto an interval."""

from functools import reduce
from math import gcd
from typing import Any

import sympy

from symadv.language.goals import Goal
from symadv.language.parameters import Parameter, domain_conditions
from symadv.provers._substitution import renamed, substitute


def onto(variables: tuple[Parameter, ...], body: Any) -> tuple[tuple[Parameter, ...], Any, tuple[Goal, ...]]:
    r"""Variables and body with $t = e^{c v^k}$ in place of v, and the lemmas that make this no loss.

    It applies where v occurs only in exponentials whose exponents are whole multiples of $c v^k$, and v ranges over
    $(0, \\infty)$, or over all reals and k is odd: then t ranges over the whole of an open interval.
    """
    found, lemmas = [], []
    for v in variables:
        replaced = _replaced(v, body)
        if replaced is None:
            found.append(v)
            continue
        t, exponent, body = replaced
        found.append(t)
        lemmas.append(_lemma(v, t, exponent))
    return tuple(found), body, tuple(lemmas)


def _replaced(v: Parameter, body: Any) -> tuple[Parameter, sympy.Expr, Any] | None:
    exponentials = sorted((e for e in body.atoms(sympy.exp) if e.has(v)), key=sympy.default_sort_key)
    if not exponentials or (v.domain.start, v.domain.end) not in ((0, sympy.oo), (-sympy.oo, sympy.oo)):
        return None
    powers = {e: sympy.expand(e.args[0]).as_coeff_Mul() for e in exponentials}
    (monomial, *others) = {m for _, m in powers.values()}
    k = sympy.degree(monomial, v) if monomial.is_polynomial(v) else 0
    if others or monomial != v**k or not v.domain.left_open or (v.domain.start is -sympy.oo and k % 2 == 0):
        return None
    if not all(c.is_Rational for c, _ in powers.values()):
        return None
    first = powers[exponentials[0]][0]
    step = sympy.sign(first) * reduce(_common, (abs(c) for c, _ in powers.values()))
    end = sympy.oo if v.domain.start is -sympy.oo or step > 0 else sympy.S.One
    range_ = sympy.Interval.open(1 if v.domain.start == 0 and step > 0 else 0, end)
    t = renamed(Parameter(f"exp_{v.name}", range_), {s.name for s in body.atoms(sympy.Symbol)})
    new = substitute(body, {e: t ** (c / step) for e, (c, _) in powers.items()})
    return None if v in new.free_symbols else (t, step * monomial, new)


def _lemma(v: Parameter, t: Parameter, exponent: sympy.Expr) -> Goal:
    """That the exponential of $c v^k$ runs through the whole interval: $v = (\\log t / c)^{1/k}$ is the way back."""
    c = exponent.as_coeff_Mul()[0]
    forth = (substitute(condition, {t: sympy.exp(exponent)}) for condition in domain_conditions(t))
    back = (
        domain_conditions(v)
        if v.domain.start is -sympy.oo
        else (sympy.StrictGreaterThan(sympy.log(t) / c, 0, evaluate=False),)
    )
    inverse = sympy.Eq(sympy.exp(c * (sympy.log(t) / c)), t, evaluate=False)
    says = f"{t} = exp({exponent}) maps {v} in {_interval(v)} onto {_interval(t)}"
    return Goal(sympy.And(*forth, *back, inverse, evaluate=False), (), says)


def _common(a: sympy.Rational, b: sympy.Rational) -> sympy.Rational:
    """The largest number of which both are whole multiples."""
    return sympy.Rational(gcd(int(a.p * b.q), int(b.p * a.q)), int(a.q * b.q))


def _interval(p: Parameter) -> str:
    return f"({p.domain.start}, {p.domain.end})"
