"""Where an expression in one variable is negative, zero and positive, with exact ends."""

from functools import lru_cache

import sympy

from symadv.language.errors import SymadvError
from symadv.language.exponentials import NotIsolated, exponentials
from symadv.language.forms import coefficients_of, expand_outside
from symadv.language.functions import NamedDensity, unfold
from symadv.language.intervals import Intervals
from symadv.language.order import Undecided, sign


class NoClosedForm(SymadvError):
    """The sign of an expression has no closed form that the program knows."""


@lru_cache(maxsize=16384)
def sign_sets(form: sympy.Expr, variable: sympy.Symbol) -> dict[int, Intervals]:
    """``{-1, 0, 1: where the form is negative, zero, positive}``, as unions of intervals in ``variable``.

    Polynomials of degree at most 2, sums of exponentials of such ones, and what absolute values, Max and Min make of
    them; others raise NoClosedForm.
    """
    if form.has(NamedDensity):
        return sign_sets(unfold(form), variable)
    kinks = [node for node in form.atoms(sympy.Abs, sympy.Max, sympy.Min) if node.has(variable)]
    if kinks:
        return _split(form, min(kinks, key=lambda k: (sympy.count_ops(k), str(k))), variable)
    if not form.is_polynomial(variable):
        return _exponential(form, variable)
    coefficients = coefficients_of(form, variable)
    while len(coefficients) > 1 and _sign(coefficients[0]) == 0:
        coefficients = coefficients[1:]
    if len(coefficients) == 1:
        here = _sign(coefficients[0])
        return {s: Intervals.line() if s == here else Intervals() for s in (-1, 0, 1)}
    if len(coefficients) == 2:
        return _affine(*coefficients)
    if len(coefficients) == 3:
        return _quadratic(*coefficients)
    raise NoClosedForm(f"no closed form for the sign of {form}, of degree {len(coefficients) - 1} in {variable}")


def _exponential(form: sympy.Expr, variable: sympy.Symbol) -> dict[int, Intervals]:
    try:
        found = exponentials(form, variable) if form.free_symbols == {variable} else None
        if found is not None:
            simple = found.logarithm(variable)
            return found.sign_sets() if simple is None else sign_sets(simple, variable)
    except NotIsolated as refused:
        raise NoClosedForm(f"no closed form for the sign of {form}: {refused}") from refused
    raise NoClosedForm(f"no closed form for the sign of {form}")


def _sign(number: sympy.Expr) -> int:
    result = sign(number)
    if result is None:
        raise Undecided(f"cannot decide the sign of {number}")
    return result


def _affine(slope: sympy.Expr, offset: sympy.Expr) -> dict[int, Intervals]:
    root = -offset / slope
    up = _sign(slope)
    return {
        -up: Intervals.between(-sympy.oo, root),
        0: Intervals.point(root),
        up: Intervals.between(root, sympy.oo),
    }


def _quadratic(a: sympy.Expr, b: sympy.Expr, c: sympy.Expr) -> dict[int, Intervals]:
    outer = _sign(a)
    discriminant = expand_outside(b**2 - 4 * a * c)
    kind = _sign(discriminant)
    if kind < 0:
        return {outer: Intervals.line(), 0: Intervals(), -outer: Intervals()}
    half = sympy.sqrt(discriminant) / (2 * a) * outer
    low, high = -b / (2 * a) - half, -b / (2 * a) + half
    zeros = Intervals.point(low) | Intervals.point(high)
    return {
        outer: Intervals.between(-sympy.oo, low) | Intervals.between(high, sympy.oo),
        0: zeros,
        -outer: Intervals.between(low, high),
    }


def _split(form: sympy.Expr, kink: sympy.Expr, variable: sympy.Symbol) -> dict[int, Intervals]:
    """Replace an absolute value, a Max or a Min by its branches, each on the set where it is the one."""
    first, second = (
        (kink.args[0], -kink.args[0]) if isinstance(kink, sympy.Abs) else (kink.args[0], kink.func(*kink.args[1:]))
    )
    larger_first = sign_sets(expand_outside(first - second), variable)
    takes_first = larger_first[-1] if isinstance(kink, sympy.Min) else larger_first[1]
    branches = (
        (takes_first | larger_first[0], sign_sets(expand_outside(form.xreplace({kink: first})), variable)),
        (~(takes_first | larger_first[0]), sign_sets(expand_outside(form.xreplace({kink: second})), variable)),
    )
    return {s: (branches[0][0] & branches[0][1][s]) | (branches[1][0] & branches[1][1][s]) for s in (-1, 0, 1)}


def without_root(form: sympy.Expr, signs: frozenset[int]) -> list[list[tuple[sympy.Expr, frozenset[int]]]]:
    r"""Where a form has one of some signs, as alternatives that hold together in each; one square root is squared away.

    A form $s (a + \sqrt b)$, up to a positive factor, has its sign by those of a and of $b - a^2$.
    """
    parts = _by_root(form)
    if parts is None:
        return [[(form, signs)]]
    a, b, side = parts
    gap = expand_outside(b - a**2)
    turned = frozenset(side * s for s in signs)
    if sign(a) == -1:
        return [[(gap, turned)]]
    cells = {
        1: [[(a, frozenset({1}))], [(gap, frozenset({1}))]],
        0: [[(a, frozenset({-1, 0})), (gap, frozenset({0}))]],
        -1: [[(a, frozenset({-1})), (gap, frozenset({-1}))]],
    }
    return [cell for s in sorted(turned) for cell in cells[s]]


def _by_root(form: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr, int] | None:
    roots = [p for p in form.atoms(sympy.Pow) if p.exp == sympy.S.Half and p.free_symbols]
    if len(roots) != 1:
        return None
    root = sympy.Dummy(positive=True)
    masked = expand_outside(form.xreplace({roots[0]: root}))
    factor = masked.coeff(root, 1)
    rest = expand_outside(masked - factor * root)
    side = sign(factor)
    if rest.has(root) or side in (None, 0):
        return None
    return expand_outside(sympy.cancel(rest / factor)), roots[0].base, side
