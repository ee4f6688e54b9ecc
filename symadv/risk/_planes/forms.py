r"""Functions of two features whose signs say what is true: polynomials, and sums of exponentials by their logarithms.

A sum of $c_i e^{q_i}$ has the sign of $\log \sum_{c_i > 0} c_i e^{q_i} - \log \sum_{c_i < 0} |c_i| e^{q_i}$, which is
as large as the exponents are, and a polynomial where both sums have one term.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import numpy as np
import sympy

from symadv import catalog
from symadv.geometry.polygons import Floats, Ints
from symadv.language.order import sign
from symadv.risk._planes.balls import Balls, constant, logarithm_of_sum, share_of

_BITS = 128

Term = tuple[sympy.Expr, sympy.Expr]  # a positive coefficient and an exponent


class Curved(Exception):
    """The border between two true labels is a curve of which too little is known, or one of too many parts."""


@dataclass(frozen=True)
class Form:
    """A smooth function of two features: an expression, and logarithms of sums of exponentials, added or taken off."""

    plain: sympy.Expr
    sums: tuple[tuple[int, tuple[Term, ...]], ...]
    features: tuple[sympy.Symbol, sympy.Symbol]

    @property
    def expression(self) -> sympy.Expr:
        """The function."""
        return self.plain + sympy.Add(*(side * _logarithm(terms) for side, terms in self.sums))

    @property
    def negative(self) -> "Form":
        """The function with the other sign."""
        return Form(sympy.expand(-self.plain), tuple((-side, terms) for side, terms in self.sums)[::-1], self.features)

    def values(self, point: Sequence[Any]) -> Any:
        """The function and its two derivatives, of numbers, balls or series for the features."""
        return self._boxed(point) if isinstance(point[0], Balls) else self._led(point)._written(point)

    def value(self, point: Sequence[Any]) -> Any:
        """The function alone, of numbers, balls of many bits or series for the features."""
        return self._led(point)._alone(point)

    def _led(self, point: Sequence[Any]) -> "Form":
        """The same function with the largest term of each sum first, by which the others are divided."""
        if not self.sums:
            return self
        sizes, first = self._sizes([_middle(v) for v in point]), []
        for _, terms in self.sums:
            own, sizes = sizes[: len(terms)], sizes[len(terms) :]
            first.append(max(range(len(own)), key=lambda k: float(own[k])))
        key = tuple(first)
        if key not in self._turned:
            turned = tuple(
                (side, (terms[k], *terms[:k], *terms[k + 1 :])) for k, (side, terms) in zip(key, self.sums, strict=True)
            )
            self._turned[key] = Form(self.plain, turned, self.features)
        return self._turned[key]

    @cached_property
    def _turned(self) -> "dict[tuple[int, ...], Form]":
        return {}

    @cached_property
    def _sizes(self) -> Any:
        """The logarithms of all terms."""
        return self._read(*(q + sympy.log(c) for _, terms in self.sums for c, q in terms))

    @cached_property
    def _alone(self) -> Any:
        return self._read(self.expression)

    @cached_property
    def _written(self) -> Any:
        return self._read(self.expression, *(self._derivative(v) for v in self.features))

    @cached_property
    def _parts(self) -> Any:
        """The plain part and its derivatives; all exponents with theirs; their differences to those of the same sum."""
        logs = [q + sympy.log(c) for _, terms in self.sums for c, q in terms]
        first = (sympy.diff(e, v) if v else e for e in (self.plain, *logs) for v in (None, *self.features))
        return self._read(*first, *self._apart)

    def _boxed(self, point: Sequence[Any]) -> tuple[Balls, Balls, Balls]:
        """By the largest exponents, so that nothing overflows."""
        read = [v if isinstance(v, Balls) else constant(v) for v in self._parts(point)]
        g, x, y, *rest = read
        logs, apart = rest[: 3 * self._terms], rest[3 * self._terms :]
        for side, terms in self.sums:
            own, logs = logs[: 3 * len(terms)], logs[3 * len(terms) :]
            g = g + side * logarithm_of_sum(own[::3])
            for k in range(len(terms)):
                share, apart = share_of(apart[: len(terms)]), apart[len(terms) :]
                x, y = x + side * share * own[3 * k + 1], y + side * share * own[3 * k + 2]
        return g, x, y

    @property
    def _terms(self) -> int:
        return sum(len(terms) for _, terms in self.sums)

    def bends(self, point: Sequence[Any]) -> tuple[Any, Any, Any]:
        r"""The three second derivatives, of balls for the features.

        Of the logarithm of $\sum_k e^{q_k}$ with the shares $p_k$ of the sum they are $\sum_k p_k \partial^2 q_k +
        \sum_{j < k} p_j p_k\, \partial (q_j - q_k)\, \partial (q_j - q_k)$.
        """
        read = list(self._second(point))
        found, own, apart = read[:3], read[3 : 3 + 5 * self._terms], read[3 + 5 * self._terms :]
        for side, terms in self.sums:
            n = len(terms)
            shares = [_share(apart[k * n : (k + 1) * n]) for k in range(n)]
            for k, share in enumerate(shares):
                x, y, *twice = own[5 * k : 5 * k + 5]
                found = [total + side * share * v for total, v in zip(found, twice, strict=True)]
                for j in range(k):
                    across, up = own[5 * j] - x, own[5 * j + 1] - y
                    both = side * shares[j] * share
                    ways = (across * across, across * up, up * up)
                    found = [total + both * v for total, v in zip(found, ways, strict=True)]
            own, apart = own[5 * n :], apart[n * n :]
        xx, xy, yy = found
        return xx, xy, yy

    @cached_property
    def _second(self) -> Any:
        """The second derivatives of the plain part; of each exponent the first and second ones; their differences."""
        x, y = self.features
        twice = [(x, x), (x, y), (y, y)]
        plain = [sympy.diff(self.plain, *ways) for ways in twice]
        exponents = [q for _, terms in self.sums for _, q in terms]
        return self._read(*plain, *(sympy.diff(q, *v) for q in exponents for v in ((x,), (y,), *twice)), *self._apart)

    @property
    def _apart(self) -> list[sympy.Expr]:
        """For each term of each sum the differences of all its exponents to that one."""
        return [sympy.expand(r - q) + sympy.log(d / c) for _, terms in self.sums for c, q in terms for d, r in terms]

    def _derivative(self, by: sympy.Symbol) -> sympy.Expr:
        """Each exponent's by its share of the sum."""
        found = sympy.diff(self.plain, by)
        for side, terms in self.sums:
            (c, q), *_ = terms
            sizes = [d / c * sympy.exp(sympy.expand(r - q)) for d, r in terms]
            found += (
                side
                * sympy.Add(*(v * sympy.diff(r, by) for v, (_, r) in zip(sizes, terms, strict=True)))
                / (sympy.Add(*sizes))
            )
        return found

    def _read(self, *expressions: sympy.Expr) -> Any:
        return catalog.load("readers", "arb")(*expressions, variables=self.features)

    def signs(self, points: Floats) -> Ints:
        """The signs at some points (n, 2): where balls of floats do not tell, by ones of many bits; else 0."""
        nothing = np.zeros(len(points))
        with np.errstate(all="ignore"):
            value = self.values([Balls(v, nothing) for v in points.T])[0]
            found = np.broadcast_to(value.sign, len(points)).copy()
        with flint.ctx.workprec(_BITS):
            for k in np.flatnonzero(found == 0):
                here = self.values([flint.arb(float(v)) for v in points[k]])[0]
                found[k] = int(here > 0) - int(here < 0)
        return found


def levelled(form: sympy.Expr, features: tuple[sympy.Symbol, sympy.Symbol]) -> Form:
    """A function of the same sign as a sum of exponentials; other functions as they are."""
    form = sympy.expand(form)
    terms = [_term(term, features) for term in sympy.Add.make_args(form)]
    known = [t for t in terms if t is not None]
    if len(known) < len(terms) or not any(q.free_symbols for _, _, q in known):
        return Form(form, (), features)
    sides = {side: _gathered([(c, q) for s, c, q in known if s == side]) for side in (1, -1)}
    for side in (1, -1):
        if not sides[-side]:
            return Form(sympy.Integer(side), (), features)
    plain = sympy.Add(*(side * (q + sympy.log(c)) for side, ((c, q), *rest) in sides.items() if not rest))
    return Form(sympy.expand(plain), tuple((k, tuple(v)) for k, v in sides.items() if len(v) > 1), features)


def _term(term: sympy.Expr, features: Sequence[sympy.Symbol]) -> tuple[int, sympy.Expr, sympy.Expr] | None:
    """The sign and the size of the coefficient of an exponential, and the exponent."""
    constant, rest = term.as_independent(*features, as_Add=False)
    side, factors = sign(constant), sympy.Mul.make_args(rest)
    if not side or any(f != 1 and not isinstance(f, sympy.exp) for f in factors):
        return None
    return side, side * constant, sympy.expand(sympy.Add(*(f.args[0] for f in factors if f != 1)))


def _gathered(terms: Sequence[Term]) -> list[Term]:
    found: dict[sympy.Expr, sympy.Expr] = {}
    for c, q in terms:
        found[q] = found.get(q, sympy.S.Zero) + c
    return [(c, q) for q, c in found.items()]


def _logarithm(terms: Sequence[Term]) -> sympy.Expr:
    """The logarithm of a sum by its first term."""
    (c, q), *others = terms
    return q + sympy.log(c) + sympy.log(1 + sympy.Add(*(d / c * sympy.exp(sympy.expand(r - q)) for d, r in others)))


def _share(differences: Sequence[Any]) -> Any:
    """What part of a sum of exponentials one of them is, by the differences of all exponents to its own, balls."""
    if any(isinstance(v, Balls) for v in differences):
        return share_of([v if isinstance(v, Balls) else constant(v) for v in differences])
    whole = [flint.arb(v) for v in differences]
    least, most = (1 / sum((end.exp() for end in ends), flint.arb(0)) for ends in _ends(whole))
    return least.union(most)


def _ends(balls: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    return [v.upper() for v in balls], [v.lower() for v in balls]


def _middle(value: Any) -> Any:
    """The middle of a ball, or of the first coefficient of a series."""
    if isinstance(value, flint.arb_series):
        return next(iter(value.coeffs()), flint.arb(0)).mid()
    return flint.arb(value).mid()
