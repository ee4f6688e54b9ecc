r"""Forms that are sums over coordinates: what each coordinate adds by its nearest value, and by itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy

from symadv.language.aggregates import Aggregate, Head, features_in
from symadv.language.forms import expand_outside
from symadv.language.nearest import Nearest

Features = tuple[sympy.Symbol, ...]
Order = tuple[sympy.Expr, ...]  # values, up or down: of two that are as near the first one counts


@dataclass(frozen=True)
class Reading:
    """A multiple of a statistic of one nearest value; ``own`` is the coefficient of the coordinate in it."""

    head: Head
    order: Order
    own: tuple[sympy.Expr, ...] | None
    scale: sympy.Expr

    def at(self, value: sympy.Expr) -> sympy.Expr:
        """What it is where the nearest value is this one."""
        one = Aggregate(self.head, (sympy.Dummy(real=True),), self.own, self.order)
        return self.scale * one.of((value,))


@dataclass(frozen=True)
class Share:
    """What a coordinate adds to a form: ``slope`` times itself, and what its nearest values are read as."""

    slope: sympy.Expr = sympy.S.Zero
    readings: tuple[Reading, ...] = ()


NOTHING = Share()


@dataclass(frozen=True, eq=False)
class Sum:
    """A form as a constant and the shares of the features that occur in it."""

    constant: sympy.Expr
    shares: Mapping[sympy.Symbol, Share]

    def of(self, feature: sympy.Symbol) -> Share:
        """What one feature adds."""
        return self.shares.get(feature, NOTHING)


@lru_cache(maxsize=1024)
def as_sum(form: sympy.Expr, features: Features) -> Sum | None:
    """A form as a sum over features; None where it is another one."""
    constant, shares = sympy.S.Zero, dict[sympy.Symbol, Share]()
    for term in sympy.Add.make_args(expand_outside(form)):
        own = [s for s in term.free_symbols if features_in(s) & set(features)]
        if not own:
            constant += term
            continue
        coefficient, rest = term.as_independent(*own, as_Add=False)
        for x, share in _parts(coefficient, rest):
            known = shares.get(x, NOTHING)
            shares[x] = Share(known.slope + share.slope, known.readings + share.readings)
    return Sum(constant, shares) if set(shares) >= features_in(form) & set(features) else None


def _parts(coefficient: sympy.Expr, node: sympy.Expr) -> Iterator[tuple[sympy.Symbol, Share]]:
    """What the features of one term add; nothing where it is no sum over them."""
    if isinstance(node, Nearest) and node.args[0].is_Symbol:
        yield node.args[0], Share(readings=(Reading("sum", node.values, None, coefficient),))
    elif isinstance(node, Aggregate) and (node.values or node.head == "sum"):
        for k, x in enumerate(node.block):
            own = node.coefficients and node.coefficients[k : k + 1]
            if node.values:
                yield x, Share(readings=(Reading(node.head, node.values, own, coefficient),))
            else:
                yield x, Share(slope=coefficient * (own[0] if own else 1))
    elif node.is_Symbol and not isinstance(node, Aggregate):
        yield node, Share(slope=coefficient)


def alike(
    coordinates: Mapping[sympy.Symbol, tuple[object, ...]], sums: Sequence[Sum]
) -> list[tuple[sympy.Symbol, ...]]:
    """The coordinates by what is given of each and by their shares in some forms."""
    found: dict[tuple[object, ...], list[sympy.Symbol]] = {}
    for x, given in coordinates.items():
        found.setdefault((given, tuple(s.of(x) for s in sums)), []).append(x)
    return [tuple(block) for block in found.values()]


def orders(shares: Iterable[Share]) -> dict[Order, None]:
    """The orders in which nearest values are read."""
    return dict.fromkeys(reading.order for share in shares for reading in share.readings)
