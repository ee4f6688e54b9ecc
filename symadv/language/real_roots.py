"""Real numbers that no formula writes down: zeros of continuous expressions, between ends of opposite signs."""

from functools import lru_cache
from typing import Any

import sympy

from symadv.language.errors import SymadvError
from symadv.language.parameters import Parameter


class RealRoot(sympy.AtomicExpr):
    r"""A zero of an expression f in one parameter v, in the open interval with rational ends over which v ranges.

    It is a number where f is continuous on $[a, b]$ and $f(a) f(b) < 0$ (intermediate value theorem), which whoever
    encloses it by balls checks anew; of several zeros it is one on which halving the interval closes in.  For sympy it
    is an atom: nobody rewrites what it is a zero of.
    """

    expression: sympy.Expr  # what is zero
    variable: Parameter  # the parameter of the expression, which ranges between the ends
    is_number = True
    is_real = True
    is_finite = True
    is_commutative = True

    def __new__(cls, expression: sympy.Expr, v: Parameter) -> "RealRoot":
        ends = v.domain.start, v.domain.end
        if not all(end.is_Rational for end in ends) or expression.free_symbols != {v}:
            raise SymadvError(f"a root of {expression} for {v} in ({ends[0]}, {ends[1]}): wanted one parameter, a < b")
        self: RealRoot = sympy.AtomicExpr.__new__(cls)
        self.expression, self.variable = expression, v
        return self

    def __getnewargs__(self) -> tuple[sympy.Expr, Parameter]:
        return self.expression, self.variable

    def _hashable_content(self) -> tuple[sympy.Expr, Parameter]:
        return self.expression, self.variable

    def _eval_is_positive(self) -> bool | None:
        return True if self.variable.domain.start >= 0 else False if self.variable.domain.end <= 0 else None

    def _eval_is_negative(self) -> bool | None:
        return True if self.variable.domain.end <= 0 else False if self.variable.domain.start >= 0 else None

    def _eval_evalf(self, prec: int) -> sympy.Expr:
        return _halved(self, prec)

    def _sympystr(self, printer: Any) -> str:
        d = self.variable.domain
        inside = f"{printer.doprint(self.variable)} in ({printer.doprint(d.start)}, {printer.doprint(d.end)})"
        return f"root({printer.doprint(self.expression)}, {inside})"


@lru_cache(maxsize=1024)  # sympy asks for the same digits again and again
def _halved(root: RealRoot, prec: int) -> sympy.Expr:
    digits = sympy.core.evalf.prec_to_dps(prec) + 10
    low, high = root.variable.domain.start, root.variable.domain.end

    def positive(value: sympy.Rational) -> bool:
        return bool(root.expression.xreplace({root.variable: value}).evalf(digits) > 0)

    rising = positive(high)
    for _ in range(prec + 10):
        middle = (low + high) / 2
        low, high = (low, middle) if positive(middle) is rising else (middle, high)
    return middle._eval_evalf(prec)
