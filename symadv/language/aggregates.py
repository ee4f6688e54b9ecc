r"""Aggregates: scalar statistics of a block of features, in formulas that do not grow with the block.

$\sum_{i \in B} w_i x_i$ and $\sum_{i \in B} (x_i - c_i)^2$ are single symbols, also of the nearest values of finitely
many, $\sum_{i \in B} w_i \pi_V(x_i)$.  Putting values in place of the features of the block evaluates them; to a prover
an aggregate is a real variable like any other.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal

import sympy

from symadv.language.errors import SymadvError
from symadv.language.nearest import Nearest
from symadv.language.numbers import exact
from symadv.language.parameters import Parameter

Head = Literal["sum", "squares", "size", "apart", "choices"]
Features = tuple[sympy.Symbol, ...]
Exprs = tuple[sympy.Expr, ...]

_LINE = sympy.Interval(-sympy.oo, sympy.oo)
_NONNEGATIVE = sympy.Interval(0, sympy.oo)
_NUMBERED = re.compile(r"(?P<stem>.*?[^0-9])(?P<number>0|[1-9][0-9]*)")

_WRITTEN_OUT = 8  # terms of a sum that need no aggregate

_TERMS: dict[str, Callable[[sympy.Expr, sympy.Expr], sympy.Expr]] = {
    "sum": lambda x, w: w * x,
    "squares": lambda x, c: (x - c) ** 2,
    "size": lambda x, w: sympy.Abs(w * x),
}
_OF_NEAREST: dict[str, Callable[[sympy.Expr, Exprs], sympy.Expr]] = {
    "apart": lambda x, values: (x - Nearest(x, *values)) ** 2,
    "choices": lambda x, values: Nearest(x, *reversed(values)) - Nearest(x, *values),
}


class Aggregate(Parameter):
    r"""A statistic of the features of a ``block``, which is part of its identity; it pickles.

    ``head`` "sum": $\sum_i w_i x_i$; "squares": $\sum_i (x_i - c_i)^2$; "size": $\sum_i |w_i x_i|$.
    ``coefficients``: the w or c, one per feature; None stands for all ones, or for the centre 0.
    ``values``: with them it is a statistic of the nearest of these, $\pi_V(x_i)$, instead of $x_i$; the head "apart" is
    $\sum_i (x_i - \pi_V(x_i))^2$, and "choices" sums the distances between the nearest values where there are two.
    """

    __slots__ = ("block", "coefficients", "head", "values")
    head: Head
    block: Features
    coefficients: Exprs | None
    values: Exprs

    def __new__(cls, head: Head, block: Features, coefficients: Exprs | None, values: Exprs = ()) -> "Aggregate":
        domain = _LINE if head == "sum" else _NONNEGATIVE
        self: Aggregate = Parameter.__new__(cls, _name(head, block, coefficients, values), domain)
        self.head, self.block, self.coefficients, self.values = head, block, coefficients, values
        self._content = (head, sympy.Tuple(*block), sympy.Tuple(*(coefficients or ())), sympy.Tuple(*values))
        return self

    def __getnewargs_ex__(self) -> Any:
        return (self.head, self.block, self.coefficients, self.values), {}

    @property
    def spelled_out(self) -> sympy.Expr:
        """The statistic as an expression in the features of its block."""
        return self.of(self.block)

    def of(self, given: Sequence[sympy.Expr]) -> sympy.Expr:
        """The statistic of other values, one per feature of the block."""
        if self.head in _OF_NEAREST:
            return sympy.Add(*(_OF_NEAREST[self.head](x, self.values) for x in given))
        seen = [Nearest(x, *self.values) for x in given] if self.values else given
        return sympy.Add(*(_TERMS[self.head](x, c) for x, c in zip(seen, self._coefficients, strict=True)))

    @property
    def _coefficients(self) -> Exprs:
        neutral = sympy.S.Zero if self.head == "squares" else sympy.S.One
        return (neutral,) * len(self.block) if self.coefficients is None else self.coefficients

    def xreplace(self, rule: Any, hack2: bool = False) -> sympy.Expr:
        """The statistic with expressions in place of features of its block, or of itself."""
        return self._xreplace(rule)[0]

    def _xreplace(self, rule: Any) -> tuple[sympy.Expr, bool]:
        if self in rule:
            return rule[self], True
        if not isinstance(rule, Mapping):
            return self, False
        moved = tuple(rule.get(x, x) for x in self.block)
        changed = self.coefficients and tuple(c.xreplace(rule) for c in self.coefficients)
        values = tuple(v.xreplace(rule) for v in self.values)
        if moved == self.block and changed == self.coefficients and values == self.values:
            return self, False
        given = [sympy.sympify(x, strict=True) for x in moved]
        if self.values:
            return _of_nearest(self.head, given, changed, values), True
        return statistic(self.head, given, changed), True

    def _eval_subs(self, old: sympy.Basic, new: sympy.Basic) -> sympy.Expr | None:
        replaced = self.xreplace({old: new})
        return None if replaced is self else replaced


def block_sum(block: Iterable[sympy.Symbol], *, weights: Iterable[Any] | None = None) -> Aggregate:
    r"""$\sum_{i \in B} w_i x_i$, by default with all weights 1; weights are exact numbers, one per feature."""
    features = _block(block)
    return Aggregate("sum", features, _coefficients(features, weights, "weights", sympy.S.One))


def squared_norm(block: Iterable[sympy.Symbol], *, centre: Iterable[Any] | None = None) -> Aggregate:
    r"""$\sum_{i \in B} (x_i - c_i)^2$, by default about 0; the centre is one exact number or symbol per feature."""
    features = _block(block)
    return Aggregate("squares", features, _coefficients(features, centre, "centre", sympy.S.Zero))


def block_size(block: Iterable[sympy.Symbol], *, weights: Iterable[Any] | None = None) -> Aggregate:
    r"""$\sum_{i \in B} |w_i x_i|$, what bounds the rounding error of the sum."""
    features = _block(block)
    return Aggregate("size", features, _coefficients(features, weights, "weights", sympy.S.One))


def weighted_sum(weights: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    r"""$\sum_i w_i x_i$ as a short expression: equal weights before one sum, many different ones inside of one."""
    blocks: dict[sympy.Expr, list[sympy.Symbol]] = {}
    for x, w in weights.items():
        if w != 0:
            blocks.setdefault(w, []).append(x)
    if len(weights) <= _WRITTEN_OUT or (len(blocks) > _WRITTEN_OUT and any(w.free_symbols for w in blocks)):
        return sympy.Add(*(w * x for w, block in blocks.items() for x in block))
    if len(blocks) > _WRITTEN_OUT:
        kept = {x: w for x, w in weights.items() if w != 0}
        turned = next(iter(kept.values())).could_extract_minus_sign()  # one aggregate for a sum and its opposite
        return (
            -block_sum(kept, weights=[-w for w in kept.values()]) if turned else block_sum(kept, weights=kept.values())
        )
    return sympy.Add(*(w * statistic("sum", block) for w, block in blocks.items()))


def statistic(head: Head, values: Sequence[sympy.Expr], coefficients: Exprs | None = None) -> sympy.Expr:
    """The statistic of some values: an aggregate of those that are different symbols, plus the terms of the others."""
    term, neutral = _TERMS[head], sympy.S.Zero if head == "squares" else sympy.S.One
    parts = _nearest_of_symbols(values)
    if parts:
        return sympy.Add(*(_part(head, values, coefficients, which, wanted) for wanted, which in parts.items()))
    if len(values) > 1 and coefficients is None and _different_symbols(values):
        return Aggregate(head, tuple(values), None)
    pairs = list(zip(values, coefficients or (neutral,) * len(values), strict=True))
    symbols = {x: c for x, c in pairs if x.is_Symbol and not c.has(x)}
    if len(symbols) < 2 or len(symbols) < sum(x.is_Symbol for x, _ in pairs):
        return sympy.Add(*(term(x, c) for x, c in pairs))
    block, kept = tuple(symbols), tuple(symbols.values())
    rest = (term(x, c) for x, c in pairs if x not in symbols)
    return sympy.Add(Aggregate(head, block, None if all(c == neutral for c in kept) else kept), *rest)


def apart_from(block: Sequence[sympy.Expr], values: Exprs) -> sympy.Expr:
    r"""$\sum_i \min_{v \in V} (x_i - v)^2$."""
    return _of_nearest("apart", block, None, values)


def choices_between(block: Sequence[sympy.Expr], values: Exprs) -> sympy.Expr:
    """The sum of the distances between the two nearest values where there are two: 0 where there are none."""
    return _of_nearest("choices", block, None, values)


def _of_nearest(head: Head, given: Sequence[sympy.Expr], coefficients: Exprs | None, values: Exprs) -> sympy.Expr:
    """A statistic of nearest values: an aggregate of different symbols, else its terms."""
    if len(given) > 1 and _different_symbols(given):
        return Aggregate(head, tuple(given), coefficients, values)
    block = tuple(sympy.Dummy(real=True) for _ in given)
    return Aggregate(head, block, coefficients, values).of(given)


def _nearest_of_symbols(given: Sequence[sympy.Expr]) -> dict[Exprs, list[int]]:
    """The places of nearest values of different symbols, by the values, and () for all else; {} if these are few."""
    found: dict[Exprs, list[int]] = {}
    for k, x in enumerate(given):
        found.setdefault(x.values if isinstance(x, Nearest) and x.args[0].is_Symbol else (), []).append(k)
    return found if any(values and len(which) > 1 for values, which in found.items()) else {}


def _part(
    head: Head, given: Sequence[sympy.Expr], coefficients: Exprs | None, which: Sequence[int], values: Exprs
) -> sympy.Expr:
    own = coefficients and tuple(coefficients[k] for k in which)
    if not values:
        return statistic(head, [given[k] for k in which], own)
    return _of_nearest(head, [given[k].args[0] for k in which], own, values)


def _different_symbols(values: Sequence[sympy.Expr]) -> bool:
    return all(x.is_Symbol for x in values) and len(set(values)) == len(values)


def aggregates_of(*terms: sympy.Basic) -> tuple[Aggregate, ...]:
    """The aggregates in some expressions, in order of first appearance."""
    found: dict[Aggregate, None] = {}
    for term in terms:
        for node in sympy.preorder_traversal(term):
            if isinstance(node, Aggregate):
                found.setdefault(node)
    return tuple(found)


def spelled_out(term: Any) -> Any:
    """An expression or condition with every aggregate written as an expression in its features."""
    return term.xreplace({a: a.spelled_out for a in aggregates_of(term)})


def features_in(term: sympy.Basic) -> set[sympy.Symbol]:
    """The symbols that an expression depends on, an aggregate taken for the features of its block."""
    found: set[sympy.Symbol] = set()
    for symbol in term.free_symbols:
        found |= set(symbol.block) if isinstance(symbol, Aggregate) else {symbol}
    return found


def variables(term: sympy.Basic, features: Sequence[sympy.Symbol]) -> tuple[sympy.Symbol, ...]:
    """The features in an expression, in their order, and its aggregates."""
    free = term.free_symbols
    return (*(f for f in features if f in free and not isinstance(f, Aggregate)), *aggregates_of(term))


def independent(symbols: Iterable[sympy.Symbol]) -> bool:
    """Whether symbols take all combinations of values of their domains: no aggregate shares a feature with another."""
    found: set[sympy.Symbol] = set()
    for symbol in symbols:
        own = {symbol}
        if isinstance(symbol, Aggregate):
            own = set(symbol.block)
            if symbol.values and symbol.head != "apart":  # it jumps
                return False
            if any(c.free_symbols or (c == 0 and symbol.head != "squares") for c in symbol.coefficients or ()):
                return False
        if own & found:
            return False
        found |= own
    return True


def numbered(block: Sequence[sympy.Symbol]) -> tuple[str, int, int] | None:
    """``("x", 2, 101)`` for x2, x3, …, x101; None when the names do not count up one by one."""
    found = [_NUMBERED.fullmatch(x.name) for x in block]
    first = found[0]
    if first is None or len(block) < 2:
        return None
    stem, start = first["stem"], int(first["number"])
    if any(x.name != f"{stem}{start + k}" for k, x in enumerate(block)):
        return None
    return stem, start, start + len(block) - 1


def _block(block: Iterable[sympy.Symbol]) -> Features:
    features = tuple(block)
    if not features or not all(isinstance(x, sympy.Symbol) for x in features) or len(set(features)) < len(features):
        raise SymadvError(f"got the block {features}, wanted one or more different features")
    return features


def _coefficients(features: Features, values: Iterable[Any] | None, what: str, neutral: sympy.Expr) -> Exprs | None:
    if values is None:
        return None
    numbers = tuple(exact(v) for v in values)
    if len(numbers) != len(features):
        raise SymadvError(f"{what}: got {len(numbers)} numbers, wanted {len(features)}: one per feature of the block")
    return None if all(c == neutral for c in numbers) else numbers


def _name(head: Head, block: Features, coefficients: Exprs | None, values: Exprs) -> str:
    """What orders aggregates and tells them apart for a reader; their identity is the block itself."""
    listed = block[0].name if len(block) == 1 else f"{block[0].name}..{block[-1].name}"
    mark = "" if coefficients is None else f";{sha256(str(coefficients).encode()).hexdigest()[:8]}"
    return f"{head}({listed}{mark}{f' at {values}' if values else ''})"
