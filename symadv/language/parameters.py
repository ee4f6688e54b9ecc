"""Parameters: symbols whose domain is part of their identity."""

from functools import lru_cache
from typing import Any

import sympy

from symadv.language.errors import SymadvError
from symadv.language.numbers import exact

_LINE = sympy.Interval.open(-sympy.oo, sympy.oo)
_POSITIVE = sympy.Interval.open(0, sympy.oo)
_NAME = "a letter followed by letters, digits or '_'"


class Parameter(sympy.Symbol):
    """A real symbol together with the interval that it ranges over.

    Two parameters of one name and different domains are different symbols; parameters pickle and can be copied.
    ``domain`` is a ``sympy.Interval``; being open or closed at an end is part of it.
    """

    __slots__ = ("_content", "domain")
    domain: sympy.Interval
    _content: tuple[Any, ...]

    def __new__(cls, name: str, domain: sympy.Interval) -> "Parameter":
        assumptions: dict[str, Any] = {"real": True, "finite": True}
        if domain.start > 0 or (domain.start == 0 and domain.left_open):
            assumptions["positive"] = True
        elif domain.start == 0:
            assumptions["nonnegative"] = True
        if domain.end < 0 or (domain.end == 0 and domain.right_open):
            assumptions["negative"] = True
        elif domain.end == 0:
            assumptions["nonpositive"] = True
        self: Parameter = sympy.Symbol.__xnew__(cls, name, **assumptions)
        self.domain = domain
        self._content = (*sympy.Symbol._hashable_content(self), *_told(domain))
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str, sympy.Interval], dict[str, Any]]:
        return (self.name, self.domain), {}

    def __setstate__(self, state: Any) -> None:
        """Nothing to restore: the name and the domain are the constructor's arguments."""

    def __getstate__(self) -> None:
        return None

    def _hashable_content(self) -> tuple[Any, ...]:
        return self._content  # asked for at every comparison


@lru_cache(maxsize=1024)
def _told(domain: sympy.Interval) -> tuple[Any, ...]:
    return str(domain.start), str(domain.end), bool(domain.left_open), bool(domain.right_open)


def parameter(
    name: str, *, positive: bool = False, between: tuple[Any, Any] | None = None, real: bool = False
) -> Parameter:
    r"""A parameter with its domain: ``positive`` is $(0, \infty)$, ``between=(a, b)`` an open interval."""
    if not name.isascii() or not name.isidentifier() or name.startswith("_"):
        raise SymadvError(f"got the parameter name {name!r}, wanted {_NAME}")
    if positive + real + (between is not None) != 1:
        raise SymadvError(f"parameter {name}: give exactly one of positive=True, real=True, between=(a, b)")
    if between is None:
        return Parameter(name, _POSITIVE if positive else _LINE)
    start, end = (value if value in (sympy.oo, -sympy.oo) else exact(value) for value in between)
    if start.free_symbols or end.free_symbols or not start < end:
        raise SymadvError(
            f"parameter {name}: got between=({between[0]}, {between[1]}), wanted two numbers, the smaller first"
        )
    return Parameter(name, sympy.Interval.open(start, end))


def domain_conditions(parameter: Parameter) -> tuple[sympy.Basic, ...]:
    """The inequalities that say that a parameter lies in its domain, for example ``(0 < p, p < 1)``."""
    d, conditions = parameter.domain, []
    if d.start != -sympy.oo:
        conditions.append(
            sympy.StrictLessThan(d.start, parameter, evaluate=False)
            if d.left_open
            else sympy.LessThan(d.start, parameter, evaluate=False)
        )
    if d.end != sympy.oo:
        conditions.append(
            sympy.StrictLessThan(parameter, d.end, evaluate=False)
            if d.right_open
            else sympy.LessThan(parameter, d.end, evaluate=False)
        )
    return tuple(conditions)


def parameters_of(*expressions: Any) -> tuple[Parameter, ...]:
    """The parameters in some expressions, in order of first appearance from left to right (never hash order)."""
    found: dict[Parameter, None] = {}
    for expression in expressions:
        for node in sympy.preorder_traversal(sympy.sympify(expression, strict=True)):
            if isinstance(node, Parameter):
                found.setdefault(node)
    return tuple(found)


def over_positive_reals(expression: sympy.Expr) -> sympy.Expr:
    """The expression with every parameter rewritten, one to one, over a positive real, or over one that may be 0.

    $(a, b)$ becomes $(a + bs)/(1 + s)$, $(a, \\infty)$ becomes $a + s$, $(-\\infty, b)$ becomes $b - s$, with
    $s > 0$, or $s \\ge 0$ where the end is closed.
    """
    values = {}
    for symbol in parameters_of(expression):
        domain = symbol.domain
        start, end = domain.start, domain.end
        closed = not (domain.left_open if start.is_finite else domain.right_open)
        sign = {"nonnegative": True} if closed else {"positive": True}
        s = sympy.Symbol(f"{symbol.name} in {domain}", **sign)  # another one for each domain of a name
        if start.is_finite and end.is_finite and domain.right_open:
            values[symbol] = (start + end * s) / (1 + s)
        elif start.is_finite and not end.is_finite:
            values[symbol] = start + s
        elif end.is_finite and not start.is_finite:
            values[symbol] = end - s
    return expression.xreplace(values)
