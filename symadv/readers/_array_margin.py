r"""How far a point is from where rounding could change on which side of a boundary it is found.

In floating point with unit roundoff u, k operations give a form $\sum_i t_i$ up to $k u \sum_i |t_i|$ to first order.
"""

from functools import reduce

import sympy

from symadv.language.aggregates import Aggregate, aggregates_of, block_size, squared_norm
from symadv.language.errors import SymadvError
from symadv.language.regions import Cells
from symadv.readers._array_builder import Builder
from symadv.readers._array_conditions import threshold

_SHORT = 24  # bits of a mantissa that every float type here has


def margin(region: Cells, builder: Builder) -> int:
    r"""$\min_f |f(x)| / (k_f \sum_i |t_i(x)|)$ over the forms of a region; infinite where no form is rounded."""
    forms = sorted({form for cell in region.cells for form, _ in cell}, key=sympy.default_sort_key)
    margins = [builder.read(m) for form in forms if (m := _margin(form, builder.arguments)) is not None]
    return reduce(lambda a, b: builder.emit("minimum", a, b), margins, builder.constant(float("inf")))


def _margin(form: sympy.Expr, arguments: tuple[sympy.Symbol, ...]) -> sympy.Expr | None:
    simple = threshold(form, arguments)
    if simple is not None and not isinstance(simple[0], Aggregate):
        argument, number, _ = simple
        return None if _is_short(number) else sympy.Abs(argument - number) / abs(number)
    operations = sum(len(a.block) for a in aggregates_of(form)) + sum(1 for _ in sympy.preorder_traversal(form))
    bound = operations * size(form)
    return sympy.Piecewise((sympy.Abs(form) / bound, sympy.Ne(bound, 0)), (sympy.oo, True), evaluate=False)


def _is_short(number: sympy.Expr) -> bool:
    """Whether a number is a float of every type, rounded by none."""
    if not number.is_Rational:
        return False
    odd = abs(number.p) >> ((abs(number.p) & -abs(number.p)).bit_length() - 1) if number.p else 0
    return int(odd).bit_length() <= _SHORT and (number.q & (number.q - 1)) == 0


def size(node: sympy.Expr) -> sympy.Expr:
    r"""$\sum_i |t_i|$ for a form $\sum_i t_i$, and the like within it."""
    if isinstance(node, Aggregate):
        return _size_of_aggregate(node)
    if not node.free_symbols or node.is_Symbol:
        return sympy.Abs(node)
    if node.is_Add or isinstance(node, sympy.Max | sympy.Min):
        return sympy.Add(*(size(a) for a in node.args))
    if node.is_Mul:
        return sympy.Mul(*(size(a) for a in node.args))
    if isinstance(node, sympy.Abs):
        return size(node.args[0])
    if node.is_Pow and node.exp.is_Integer and node.exp > 0:
        return size(node.base) ** node.exp
    raise SymadvError(f"no bound for the rounding error of {node}: wanted polynomials, Abs, Max and Min")


def _size_of_aggregate(node: Aggregate) -> sympy.Expr:
    r"""For squares, $(|x| + |c|)^2 \le 2 x^2 + 2 c^2$."""
    if node.values:
        raise SymadvError(f"no bound for the rounding error of {node}, a statistic of nearest values")
    if node.head == "sum":
        return block_size(node.block, weights=node.coefficients)
    if node.head == "size" or node.coefficients is None:
        return node
    return 2 * squared_norm(node.block) + 2 * sympy.Add(*(c**2 for c in node.coefficients))
