r"""Zeros that no formula writes down and that are the same number up to an affine map, found on different lines.

If $f_1(\alpha v + \beta) = f_2(v)$ for all v, and s is a zero of $f_2$, then $\alpha s + \beta$ is one of $f_1$.  It is
the zero r of $f_1$ that is meant where a ball holds both and $f_1'$ has no zero in that.
"""

import flint
import sympy

from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.real_roots import RealRoot

_BITS = 256


def is_same(number: sympy.Expr) -> bool:
    r"""Whether $a r - b s + c$, with rational numbers and two such zeros r and s, is surely 0; False for others."""
    roots = sorted(number.atoms(RealRoot), key=sympy.default_sort_key)
    if len(roots) != 2:
        return False
    r, s = roots
    form = sympy.expand(number)
    a, b = form.coeff(r), form.coeff(s)
    rest = sympy.expand(form - a * r - b * s)
    if a == 0 or not all(v.is_Rational for v in (a, b, rest)):
        return False
    image = -(b * s.variable + rest) / a
    return _is_identity(r.expression.xreplace({r.variable: image}), s.expression) and _close(r, image, s)


def _is_identity(one: sympy.Expr, other: sympy.Expr) -> bool:
    return bool(sympy.expand(sympy.expand(one) - sympy.expand(other)) == 0)


def _close(r: RealRoot, image: sympy.Expr, s: RealRoot) -> bool:
    """Whether the zero r is the only one in a ball that holds it and the image of s."""
    try:
        both = ball(r, bits=_BITS).union(ball(image.xreplace({s.variable: s}), bits=_BITS))
        slope = ball(sympy.diff(r.expression, r.variable), {r.variable: both}, bits=_BITS)
    except SymadvError:
        return False
    return bool(slope.is_finite() and not slope.contains(flint.arb(0)))
