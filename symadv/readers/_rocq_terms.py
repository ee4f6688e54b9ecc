"""Terms over the reals in Rocq, and the conditions under which they are defined.

Rocq's functions are total: there ``/ 0``, ``ln (- 1)`` and ``sqrt (- 1)`` are some numbers.  Whoever states something
about a term states ``defined`` beside it.
"""

from collections.abc import Iterator
from functools import singledispatch
from typing import Any

import sympy

from symadv.language.errors import SymadvError
from symadv.language.functions import Expit, LaplaceDensity, NormalDensity, Phi
from symadv.readers._rocq_names import Names, named

SUM, PRODUCT, POWER, APPLICATION, ATOM = range(5)

_FUNCTIONS: dict[type, str] = {
    sympy.exp: "exp",
    sympy.log: "ln",
    sympy.Abs: "Rabs",
    Phi: "Phi",
    Expit: "expit",
    NormalDensity: "normal",
    LaplaceDensity: "laplace",
}
_ENDS = {sympy.oo: "(Rbar_locally p_infty)", -sympy.oo: "(Rbar_locally m_infty)"}


def term(node: Any, names: Names, level: int = SUM) -> str:
    """A term, in parentheses where it binds less tightly than ``level``."""
    text, own = _write(node, names)
    return text if own >= level else f"({text})"


@singledispatch
def _write(node: Any, names: Names) -> tuple[str, int]:
    head = _FUNCTIONS.get(type(node))
    if head is None:
        raise SymadvError(f"Rocq has no {type(node).__name__}: got {node}, wanted a term over the reals")
    return _applied(head, node, names)


def _applied(head: str, node: Any, names: Names) -> tuple[str, int]:
    return " ".join([head, *(term(a, names, ATOM) for a in node.args)]), APPLICATION


@_write.register(sympy.Symbol)
def _symbol(node: sympy.Symbol, names: Names) -> tuple[str, int]:
    return names[node], ATOM


@_write.register(sympy.Rational)
def _rational(node: sympy.Rational, names: Names) -> tuple[str, int]:
    size = str(abs(node.p)) if node.q == 1 else f"{abs(node.p)} / {node.q}"
    if node.p < 0:
        return f"- {size}", SUM
    return size, ATOM if node.q == 1 else PRODUCT


@_write.register(sympy.core.numbers.Pi)
def _pi(node: Any, names: Names) -> tuple[str, int]:
    return "PI", ATOM


@_write.register(sympy.core.numbers.Exp1)
def _e(node: Any, names: Names) -> tuple[str, int]:
    return "exp 1", APPLICATION


@_write.register(sympy.Add)
def _add(node: sympy.Add, names: Names) -> tuple[str, int]:
    first, *others = (term(a, names) for a in node.as_ordered_terms())
    return first + "".join(f" {o}" if o.startswith("- ") else f" + {o}" for o in others), SUM


@_write.register(sympy.Mul)
def _mul(node: sympy.Mul, names: Names) -> tuple[str, int]:
    above, below, sign = [], [], ""
    for factor in node.args:
        if isinstance(factor, sympy.Rational):
            sign = ("" if sign else "- ") if factor.p < 0 else sign
            above += [str(abs(factor.p))] if abs(factor.p) != 1 else []
            below += [str(factor.q)] if factor.q != 1 else []
        elif isinstance(factor, sympy.Pow) and _is_quotient(factor):
            below.append(term(_inverse(factor), names, POWER))
        else:
            above.append(term(factor, names, POWER))
    text = " * ".join(above or ["1"])
    if below:
        text += " / " + (below[0] if len(below) == 1 else f"({' * '.join(below)})")
    return sign + text, SUM if sign else PRODUCT


@_write.register(sympy.Pow)
def _pow(node: sympy.Pow, names: Names) -> tuple[str, int]:
    base, exponent = node.args
    if _is_quotient(node):
        return f"1 / {term(_inverse(node), names, POWER)}", PRODUCT
    if exponent == sympy.S.Half:
        return f"sqrt {term(base, names, ATOM)}", APPLICATION
    if isinstance(exponent, sympy.Integer):
        return f"{term(base, names, APPLICATION)} ^ {exponent}", POWER
    return f"Rpower {term(base, names, ATOM)} {term(exponent, names, ATOM)}", APPLICATION


@_write.register(sympy.Max)
@_write.register(sympy.Min)
def _max_or_min(node: Any, names: Names) -> tuple[str, int]:
    head = "Rmax" if isinstance(node, sympy.Max) else "Rmin"
    first, *others = (term(a, names, ATOM) for a in sorted(node.args, key=sympy.default_sort_key))
    for other in others:
        first = f"({head} {first} {other})"
    return first[1:-1], APPLICATION


@_write.register(sympy.Integral)
def _integral(node: sympy.Integral, names: Names) -> tuple[str, int]:
    return _integrated("", node, names), APPLICATION


def _integrated(existence: str, node: sympy.Integral, names: Names) -> str:
    if len(node.limits) != 1 or len(node.limits[0]) != 3:
        raise SymadvError(f"got {node}, wanted an integral over one variable with two ends")
    variable, start, end = node.limits[0]
    inner = named([variable], names)
    body = f"(fun {inner[variable]} : R => {term(node.function, inner)})"
    if start.is_finite and end.is_finite:
        return f"{existence}RInt {body} {term(start, names, ATOM)} {term(end, names, ATOM)}"
    ends = " ".join(_ENDS[e] if e in _ENDS else f"(at_point {term(e, names, ATOM)})" for e in (start, end))
    return f"{existence}RInt_gen {body} {ends}"


def _is_quotient(node: sympy.Pow) -> bool:
    return isinstance(node.args[1], sympy.Rational) and node.args[1].p < 0


def _inverse(node: sympy.Pow) -> sympy.Expr:
    base, exponent = node.args
    return base if exponent == -1 else sympy.Pow(base, -exponent, evaluate=False)


# when a term is defined


def defined(node: Any, names: Names) -> Iterator[str]:
    """The conditions under which a term is defined, those of its parts first; what a numeral shows is left out."""
    if isinstance(node, sympy.Integral):
        yield _integrated("ex_", node, names)  # its integrand is defined almost everywhere, or it does not exist
        return
    for part in node.args:
        yield from defined(part, names)
    if isinstance(node, sympy.Pow):
        yield from _power_defined(node, names)
    elif isinstance(node, sympy.log):
        yield from _unless_numeral(node.args[0], "0 <", names)
    elif isinstance(node, NormalDensity | LaplaceDensity):
        yield from _unless_numeral(node.args[2], "0 <", names)


def _power_defined(node: sympy.Pow, names: Names) -> Iterator[str]:
    base, exponent = node.args
    if isinstance(exponent, sympy.Integer):
        if exponent < 0 and not (isinstance(base, sympy.Rational) and base != 0):
            yield f"{term(base, names)} <> 0"
    else:
        yield from _unless_numeral(base, "0 <=" if exponent == sympy.S.Half else "0 <", names)


def _unless_numeral(node: sympy.Expr, relation: str, names: Names) -> Iterator[str]:
    if not (isinstance(node, sympy.Rational) and node > 0):
        yield f"{relation} {term(node, names)}"
