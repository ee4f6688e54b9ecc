"""All values of the only parameter of a form at which it is zero, where square roots of polynomials can be squared."""

import sympy

from symadv.language.forms import coefficients_of, expand_outside, factor_outside
from symadv.language.order import Undecided, compare, sign
from symadv.language.parameters import Parameter


def all_zeros(form: sympy.Expr, s: Parameter) -> list[sympy.Expr] | None:
    r"""The real zeros of a form without other parameters; None when they are not known exactly.

    $a + b\sqrt c$ is zero just where $a^2 - b^2 c$ is and a, b do not have the same sign.
    """
    squared, opposed = form, []
    for root in _roots(form):
        r = sympy.Dummy(real=True)
        b, a = [sympy.S.Zero, *coefficients_of(expand_outside(squared.xreplace({root: r})), r)][-2:]
        squared = expand_outside(a**2 - b**2 * root.base)
        opposed.append((a, b))
    found: dict[sympy.Expr, bool | None] = {}
    for factor in sympy.Mul.make_args(factor_outside(squared)):
        base = factor.as_base_exp()[0]
        zeros = _of_polynomial(base, s) if base.has(s) else []
        if zeros is None:
            return None
        found.update({zero: _holds_at(form, opposed, s, zero) for zero in zeros})
    return None if None in found.values() else [zero for zero, holds in found.items() if holds]


def _roots(form: sympy.Expr) -> list[sympy.Pow]:
    return sorted((e for e in form.atoms(sympy.Pow) if e.exp == sympy.S.Half), key=sympy.default_sort_key)


def _of_polynomial(form: sympy.Expr, s: Parameter) -> list[sympy.Expr] | None:
    if not form.is_polynomial(s):
        return None
    coefficients = coefficients_of(form, s)
    if len(coefficients) == 2:
        return [-coefficients[1] / coefficients[0]]
    if len(coefficients) != 3:
        return None
    a, b, c = coefficients
    discriminant = expand_outside(b**2 - 4 * a * c)
    here = sign(discriminant)
    if here is None:
        return None
    root = sympy.sqrt(discriminant)
    return [] if here < 0 else [(-b + t * root) / (2 * a) for t in (1, -1)]


def _holds_at(
    form: sympy.Expr, opposed: list[tuple[sympy.Expr, sympy.Expr]], s: Parameter, value: sympy.Expr
) -> bool | None:
    """Whether a zero of the squared form is one of the form, in the domain and where the form is real."""
    at = {s: value}
    ends = [end for end in (value - s.domain.start, s.domain.end - value) if end.is_finite]
    bases = [root.base.xreplace(at) for root in _roots(form)]
    try:
        if any(compare(end, sympy.S.Zero) <= 0 for end in ends) or any(compare(b, sympy.S.Zero) < 0 for b in bases):
            return False
        return all(
            compare(a.xreplace(at), sympy.S.Zero) * compare(b.xreplace(at), sympy.S.Zero) <= 0 for a, b in opposed
        )
    except Undecided:
        return None
