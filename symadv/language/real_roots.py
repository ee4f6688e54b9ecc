"""Real numbers that no formula writes down: zeros of continuous expressions, between ends of opposite signs."""

from typing import Any

import sympy

from symadv.language.errors import SymadvError
from symadv.language.parameters import Parameter


class RealRoot(sympy.Expr):
    r"""A zero of an expression f in one parameter v, in the open interval with rational ends over which v ranges.

    It is a number where f is continuous on $[a, b]$ and $f(a) f(b) < 0$ (intermediate value theorem), which whoever
    encloses it by balls checks anew; of several zeros it is one on which halving the interval closes in.
    """

    is_number = True
    is_real = True
    is_finite = True
    is_commutative = True

    def __new__(cls, expression: sympy.Expr, v: Parameter) -> "RealRoot":
        ends = v.domain.start, v.domain.end
        if not all(end.is_Rational for end in ends) or expression.free_symbols != {v}:
            raise SymadvError(f"a root of {expression} for {v} in ({ends[0]}, {ends[1]}): wanted one parameter, a < b")
        self: RealRoot = sympy.Expr.__new__(cls, expression, v)
        return self

    @property
    def expression(self) -> sympy.Expr:
        """What is zero."""
        return self.args[0]

    @property
    def variable(self) -> Parameter:
        """The parameter of the expression, which ranges between the ends."""
        found: Parameter = self.args[1]
        return found

    @property
    def free_symbols(self) -> set[Any]:
        """None: the parameter is bound."""
        return set()

    def _eval_is_positive(self) -> bool | None:
        return True if self.variable.domain.start >= 0 else False if self.variable.domain.end <= 0 else None

    def _eval_is_negative(self) -> bool | None:
        return True if self.variable.domain.end <= 0 else False if self.variable.domain.start >= 0 else None

    def _eval_evalf(self, prec: int) -> sympy.Expr:
        digits = sympy.core.evalf.prec_to_dps(prec) + 10
        low, high = self.variable.domain.start, self.variable.domain.end
        rising = self._at(high, digits) > 0
        for _ in range(prec + 10):
            middle = (low + high) / 2
            low, high = (low, middle) if (self._at(middle, digits) > 0) is rising else (middle, high)
        return middle._eval_evalf(prec)

    def _at(self, value: sympy.Rational, digits: int) -> sympy.Expr:
        return self.expression.xreplace({self.variable: value}).evalf(digits)

    def _sympystr(self, printer: Any) -> str:
        d = self.variable.domain
        inside = f"{printer.doprint(self.variable)} in ({printer.doprint(d.start)}, {printer.doprint(d.end)})"
        return f"root({printer.doprint(self.expression)}, {inside})"
