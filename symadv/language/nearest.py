"""The nearest of finitely many values, kept as it is: what a projection does to a coordinate that takes only these."""

from typing import Any

import sympy

from symadv.language.order import order


class Nearest(sympy.Function):
    r"""$\arg\min_v |x - v|$ over the arguments after x, which go up or go down; of two that are as near, the first."""

    is_real = True

    @classmethod
    def eval(cls, x: sympy.Expr, *values: sympy.Expr) -> sympy.Expr | None:
        if len(values) == 1 or x in values:
            return values[0] if len(values) == 1 else x
        return _chosen(x, values) if not x.free_symbols else None

    @property
    def values(self) -> tuple[sympy.Expr, ...]:
        """What it may be, in the order that decides ties."""
        return tuple(self.args[1:])

    @property
    def rises(self) -> bool:
        """Whether the values go up, so that of two that are as near the smaller one counts."""
        return order(self.args[1], self.args[2]) == -1

    def doit(self, **hints: Any) -> sympy.Expr:
        """The cases."""
        x, (*others, last) = self.args[0], self.values
        build = sympy.Le if self.rises else sympy.Ge
        cases = [(v, build(2 * x, v + w)) for v, w in zip(others, self.values[1:], strict=True)]
        return sympy.Piecewise(*cases, (last, True))

    def _eval_evalf(self, prec: int) -> sympy.Expr | None:
        return None

    def _latex(self, printer: Any) -> str:
        listed = ", ".join(printer.doprint(v) for v in self.values)
        return rf"\pi_{{\{{{listed}\}}}}\!\left({printer.doprint(self.args[0])}\right)"


def _chosen(x: sympy.Expr, values: tuple[sympy.Expr, ...]) -> sympy.Expr | None:
    """The value that is nearest to a number; None while that is not decided."""
    best = values[0]
    for v in values[1:]:
        side = order((x - v) ** 2, (x - best) ** 2)
        if side is None:
            return None
        best = v if side < 0 else best
    return best
