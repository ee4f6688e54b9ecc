"""What is known of the signs of expressions in generators, in the domains and under what is assumed."""

from functools import reduce

import sympy

from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.order import sign
from symadv.language.parameters import Parameter
from symadv.provers._field import Field, Unsupported
from symadv.provers._ranges import (
    ANY,
    NONZERO,
    ZERO,
    Range,
    Signs,
    from_domain,
    from_signs,
    polynomial_signs,
    power,
    times,
)
from symadv.provers._rules import Knowledge, exponentiated, simpler
from symadv.provers._squares import quadratic_signs

_DEPTH = 10  # of reductions inside reductions
_LARGEST = 10**12  # a constant beyond it is only known by its sign
_DIGITS = 10**6  # constants are enclosed between multiples of one millionth


class Undefined(Unsupported):
    """A term that may be undefined: a denominator that may be zero, the logarithm of what may not be positive."""


class Facts(Knowledge):
    """Signs of irreducible polynomials and ranges of generators.

    While ``granting``, that a term is defined is assumed; else it has to follow.
    """

    def __init__(self, field: Field) -> None:
        """Nothing is assumed but the domains."""
        self.field = field
        self.granting = False
        self.impossible = False
        self._ranges: dict[sympy.Symbol, Range] = {}
        self._forms: dict[sympy.Expr, Signs] = {}
        self._memo: dict[sympy.Expr, Signs] = {}
        self._open: list[sympy.Expr] = []
        self._cut = False

    def copy(self) -> "Facts":
        """The same facts, to which others may be added."""
        other = Facts(self.field)
        other.granting, other.impossible = self.granting, self.impossible
        other._ranges, other._forms, other._memo = dict(self._ranges), dict(self._forms), dict(self._memo)
        return other

    def learn(self, f: sympy.Expr, signs: Signs) -> None:
        """Assume that an irreducible polynomial has one of some signs."""
        self._memo.clear()
        self._forms[f] = self._forms.get(f, ANY) & signs
        symbols = sorted(f.free_symbols, key=str)
        if len(symbols) == 1 and sympy.degree(f, symbols[0]) == 1:
            slope, offset = sympy.Poly(f, symbols[0]).all_coeffs()
            side = from_signs(signs if slope > 0 else frozenset(-s for s in signs))
            self._ranges[symbols[0]] = self._ranges.get(symbols[0], Range()) & _moved(side, -offset / slope)
        if not self._forms[f] & polynomial_signs(f, self.range):
            self.impossible = True

    def require(self, expression: sympy.Expr, wanted: Signs) -> None:
        """Make sure that an expression has one of some signs: by what is known, or by assumption while granting."""
        if self.signs(expression) <= wanted:
            return
        if not self.granting:
            wish = {NONZERO: "not zero", frozenset({1}): "positive", frozenset({0, 1}): "not negative"}[wanted]
            raise Undefined(f"cannot show that {sympy.cancel(self.field.meaning(expression))} is {wish}")
        factors = self.field.factored(expression)[1]
        unknown = [(f, k) for f, k in factors if len(self.signs(f)) > 1]
        if len(unknown) == 1 and unknown[0][1] % 2:
            f, k = unknown[0]
            others = self.signs(expression / f**k)
            self.learn(f, frozenset(s for s in ANY if times(others, frozenset({s})) <= wanted))
        elif 0 not in wanted:
            for f, _ in unknown:
                self.learn(f, NONZERO)

    def signs(self, expression: sympy.Expr) -> Signs:
        """Signs that contain those that the expression can have."""
        number, factors = self.field.factored(expression)
        if number == 0:
            return ZERO
        start: Signs = frozenset({1 if number > 0 else -1})
        return reduce(times, (power(self._factor_signs(f), k) for f, k in factors), start)

    def range(self, symbol: sympy.Symbol) -> Range:
        """An interval in which a generator lies."""
        return self._own_range(symbol) & self._ranges.get(symbol, Range())

    def _factor_signs(self, f: sympy.Expr) -> Signs:
        if f in self._memo:
            return self._memo[f]
        if f in self._open or len(self._open) >= _DEPTH:
            self._cut = True
            return self._forms.get(f, ANY)
        outer_cut, self._cut = self._cut, False
        self._open.append(f)
        try:
            known = self._found_signs(f)
        finally:
            self._open.pop()
        if not self._cut:
            self._memo[f] = known
        self._cut = (self._cut or outer_cut) and bool(self._open)
        return known

    def _found_signs(self, f: sympy.Expr) -> Signs:
        known = self._forms.get(f, ANY)
        if len(known) > 1:
            known &= polynomial_signs(f, self.range)
        if len(known) > 1:
            known &= quadratic_signs(f)
        if len(known) > 1:
            known &= self._sign_of_constant(f)
        for rule in (simpler, exponentiated):
            other = rule(f, self) if len(known) > 1 else None
            if other is not None:
                known &= self.signs(other)
        return known

    def _sign_of_constant(self, f: sympy.Expr) -> Signs:
        meaning = self.field.meaning(f)
        if meaning.free_symbols:
            return ANY
        try:
            found = sign(meaning)
        except SymadvError:
            found = None
        return ANY if found is None else frozenset({found})

    def _own_range(self, symbol: sympy.Symbol) -> Range:
        generator = self.field.generators.get(symbol)
        if generator is None:
            return from_domain(symbol.domain) if isinstance(symbol, Parameter) else Range()
        of = generator.of
        if generator.kind == "odds":
            return Range(low=sympy.S.Zero, low_closed=not of.domain.left_open)
        if not generator.meaning.free_symbols:
            return _enclosure(generator.meaning)
        if generator.kind == "exp":
            return Range(low=sympy.S.Zero) & _moved(from_signs(self.signs(of)), sympy.S.One)
        if generator.kind == "log":
            return from_signs(self.signs(of - 1))
        if generator.kind == "phi":
            return Range(sympy.S.Zero, sympy.S.One) & _moved(from_signs(self.signs(of)), sympy.S.Half)
        return Range(low=sympy.S.Zero, low_closed=0 in self.signs(of))


def _moved(r: Range, by: sympy.Rational) -> Range:
    return Range(r.low + by, r.high + by, r.low_closed, r.high_closed)


def _enclosure(number: sympy.Expr) -> Range:
    b = ball(number)
    if not abs(b) < _LARGEST:
        return from_signs(frozenset({1}) if b > 0 else frozenset({-1}) if b < 0 else ANY)
    scaled = b * _DIGITS
    low, high = (sympy.Rational(int(end.floor().unique_fmpz()), _DIGITS) for end in (scaled.lower(), scaled.upper()))
    return Range(low, high + sympy.Rational(1, _DIGITS), True, True)
