"""Formulas as people write them, for any notation: the tree is read here, a notation supplies the signs."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import sympy

from symadv.language.aggregates import Aggregate, numbered
from symadv.language.functions import Expit, NamedDensity, Phi
from symadv.language.nearest import Nearest
from symadv.language.real_roots import RealRoot
from symadv.readers._conditions import ConditionPrinter
from symadv.readers._form import (
    Product,
    alike,
    choice,
    common_denominator,
    general_term,
    is_inverse,
    logs_joined,
    product,
    terms,
)

_SPELLED_OUT = 3  # features of an aggregate that is written as a sum of terms
_LISTED = 12  # symbols that are listed one by one
_ATOMIC = (sympy.Symbol, sympy.NumberSymbol, sympy.Function, sympy.Abs)


class HumanPrinter(ConditionPrinter):
    """Sums, products and functions in the form of a paper; subclasses supply the notation."""

    functions_beside = True  # whether functions stand beside a fraction and not in its numerator

    # --- what a notation supplies

    @abstractmethod
    def name(self, name: str) -> str:
        """A symbol."""

    @abstractmethod
    def fraction(self, top: str, bottom: str) -> str:
        """A quotient of two products."""

    @abstractmethod
    def power(self, base: str, exponent: sympy.Expr) -> str:
        """A power of a base that needs no further brackets."""

    @abstractmethod
    def root(self, argument: str, degree: int) -> str:
        """A root."""

    @abstractmethod
    def call(self, head: str, arguments: str) -> str:
        """A function applied; ``head`` is one of the notation's words or a name."""

    @abstractmethod
    def logarithm(self, argument: sympy.Expr) -> str:
        """A logarithm, without brackets where none are needed."""

    @abstractmethod
    def exponential(self, exponent: sympy.Expr) -> str:
        """The exponential function."""

    @abstractmethod
    def times(self, factors: Sequence[str]) -> str:
        """A product, by juxtaposition where that is clear."""

    @abstractmethod
    def cases(self, rows: Sequence[tuple[str, str | None]]) -> str:
        """Values with conditions; None stands for all other points."""

    @abstractmethod
    def integral(self, body: str, variable: str, ends: tuple[str, str] | None) -> str:
        """An integral."""

    @abstractmethod
    def indexed_sum(self, body: str, ends: tuple[int, int]) -> str:
        """A sum over an index i."""

    # --- numbers and symbols

    def _print_Symbol(self, e: sympy.Symbol) -> str:
        return self.name(e.name)

    def _print_Aggregate(self, e: Aggregate) -> str:
        run, short = numbered(e.block), len(e.block) <= _SPELLED_OUT
        if run and not short:
            return self.indexed_sum(self._print(general_term(e, run[0], run[1])), run[1:])
        return (
            self.brackets(self._print(e.spelled_out)) if short else self.call(self.name(e.head), self.listed(e.block))
        )

    def listed(self, symbols: Sequence[sympy.Symbol]) -> str:
        """Symbols between commas, the middle of many left out."""
        if len(symbols) <= _LISTED:
            return self._list(symbols)
        return f"{self._list(symbols[:2])}, {self.word('...')}, {self._print(symbols[-1])}"

    def _print_Rational(self, e: sympy.Rational) -> str:
        return self._print_Mul(e)

    def _print_Integer(self, e: sympy.Integer) -> str:
        return f"{self.word('-')}{abs(int(e))}" if e < 0 else str(int(e))

    def _print_Float(self, e: sympy.Float) -> str:
        mantissa, _, exponent = f"{float(e):.6g}".partition("e")
        mantissa = mantissa.replace("-", self.word("-"))
        return self.times([mantissa, self.power("10", sympy.Integer(int(exponent)))]) if exponent else mantissa

    def _print_Infinity(self, e: sympy.Expr) -> str:
        return self.word("infinity")

    def _print_NegativeInfinity(self, e: sympy.Expr) -> str:
        return self.word("-") + self.word("infinity")

    def _print_NaN(self, e: sympy.Expr) -> str:
        return self.word("undefined")

    def _print_Pi(self, e: sympy.Expr) -> str:
        return self.name("pi")

    def _print_Exp1(self, e: sympy.Expr) -> str:
        return self.name("e")

    # --- sums, products, powers

    def _print_Add(self, e: sympy.Add) -> str:
        joined = logs_joined(e)
        if not isinstance(joined, sympy.Add) or common_denominator(joined) != 1:
            return self._print_Mul(joined)
        return self.sum([self._signed(t) for t in terms(joined)])

    def pieces(self, e: sympy.Basic) -> list[list[str]]:
        """Where a long formula may be broken: before a sign of a sum or before an "or"; and then before an "and"."""
        joined = logs_joined(e)
        if isinstance(joined, sympy.Add):
            signed = [self._signed(t) for t in terms(joined)]
            rest = [f"{self.word('-') if sign else '+'} {body}" for sign, body in signed[1:]]
            return [[self.sum(signed[:1])], *([term] for term in rest)]
        alternatives = e.args if isinstance(e, sympy.Or) else (e,)
        split = [self._conjuncts(a, inside=len(alternatives) > 1) for a in alternatives]
        return [split[0], *([f"{self.word('or')} {first}", *others] for first, *others in split[1:])]

    def _conjuncts(self, e: sympy.Basic, *, inside: bool) -> list[str]:
        """The conditions that hold together, each with its "and"; in brackets, if they stand inside of an "or"."""
        first, *rest = self.chained(e.args) if isinstance(e, sympy.And) else [self._print(e)]
        joined = [first, *(f"{self.word('and')} {other}" for other in rest)]
        if inside and rest:
            joined[0], joined[-1] = self.word("(") + joined[0], joined[-1] + self.word(")")
        return joined

    def sum(self, signed: Sequence[tuple[bool, str]]) -> str:
        """Terms joined by their signs."""
        (negative, first), *rest = signed
        minus = self.word("-")
        text = minus + first if negative else first
        return text + "".join(f" {minus if sign else '+'} {body}" for sign, body in rest)

    def _signed(self, term: sympy.Expr) -> tuple[bool, str]:
        if isinstance(term, sympy.Add) and common_denominator(term) == 1:
            return False, self.brackets(self._print(term))
        if term in (sympy.oo, -sympy.oo):
            return term is -sympy.oo, self.word("infinity")
        if isinstance(term, sympy.Piecewise):
            return False, self.brackets(self._print(term))
        found = product(term, split=self.functions_beside)
        return found.negative, self._product(found)

    def _print_Mul(self, e: sympy.Expr) -> str:
        found = product(e, split=self.functions_beside)
        return (self.word("-") if found.negative else "") + self._product(found)

    def _product(self, found: Product) -> str:
        above, below = found.coefficient.p, found.coefficient.q
        if not found.bottom and below == 1:
            number = [str(above)] if above != 1 or not (found.top or found.tail) else []
            return self._factors(number, [*found.top, *found.tail], alone=not found.negative)
        top = self._factors([str(above)] if above != 1 or not found.top else [], found.top, alone=True)
        bottom = self._factors([str(below)] if below != 1 else [], found.bottom, alone=True)
        fraction = self.fraction(top, bottom)
        return self.times([fraction, self._factors([], found.tail)]) if found.tail else fraction

    def _factors(self, numbers: list[str], factors: Sequence[sympy.Expr], *, alone: bool = False) -> str:
        if alone and not numbers and len(factors) == 1:
            return str(self._print(factors[0]))
        last = len(factors) - 1
        return self.times([*numbers, *(self.factor(f, last=k == last) for k, f in enumerate(factors))])

    def factor(self, e: sympy.Expr, *, last: bool = False) -> str:
        """An expression as one factor among others."""
        bare_log = isinstance(e, sympy.log) and not last
        wide = isinstance(e, sympy.Add | sympy.Mul | sympy.Piecewise | sympy.logic.boolalg.Boolean)
        negative = e.is_Number and bool(e < 0)
        needs = (wide and not isinstance(e, sympy.Symbol)) or bare_log or negative
        needs = needs or (isinstance(e, sympy.Integral | Aggregate) and not last)
        return self.brackets(self._print(e)) if needs else self._print(e)

    def _print_Pow(self, e: sympy.Pow) -> str:
        if is_inverse(e):
            return self._print_Mul(e)
        if e.exp.is_Rational and e.exp.p == 1 and e.exp.q in (2, 3):
            return self.root(self._print(e.base), int(e.exp.q))
        base = self._print(e.base)
        plain = isinstance(e.base, _ATOMIC) and not isinstance(e.base, sympy.log | sympy.exp)
        plain = (plain or (e.base.is_Integer and e.base >= 0)) and not isinstance(e.base, Aggregate)
        return self.power(base if plain else self.brackets(base), e.exp)

    # --- functions

    def _print_log(self, e: sympy.Expr) -> str:
        return self.logarithm(e.args[0])

    def _print_exp(self, e: sympy.Expr) -> str:
        return self.exponential(e.args[0])

    def _print_Abs(self, e: sympy.Expr) -> str:
        return self.call("abs", self._print(e.args[0]))

    def _print_Phi(self, e: Phi) -> str:
        return self.call("Phi", self._print(e.args[0]))

    def _print_Expit(self, e: Expit) -> str:
        return self.call("sigma", self._print(e.args[0]))

    def _print_Nearest(self, e: Nearest) -> str:
        arguments = f"{self._print(e.args[0])}; {self.call('set', self._list(e.values if e.rises else e.values[::-1]))}"
        # Of two values that are as near, the smaller one; with a plus the larger one.
        return self.call(self.name("nearest") + ("" if e.rises else "^+"), arguments)

    def _print_Equality(self, e: sympy.Equality) -> str:
        found = choice(e)
        if found is None:
            return self._print_Relational(e)
        return f"{self.listed(found[0])} {self.word('in')} {self.call('set', self._list(found[1]))}"

    def _print_Max(self, e: sympy.Expr) -> str:
        return self.call("max", self._list(e.args))

    def _print_Min(self, e: sympy.Expr) -> str:
        return self.call("min", self._list(e.args))

    def _print_Function(self, e: sympy.Expr) -> str:
        if isinstance(e, NamedDensity):
            return self.call(e.head, f"{self._print(e.args[0])}; {self._list(e.shown)}")
        return self.call(self.name(e.func.__name__), self._list(e.args))

    def _print_RealRoot(self, e: RealRoot) -> str:
        v = e.variable
        within = f"{self._print(v)} {self.word('in')} {self._print(v.domain)}"
        return self.call(self.name("root"), f"{self._print(e.expression)}; {within}")

    def _print_Integral(self, e: sympy.Integral) -> str:
        body = str(self._print(e.function))
        for variable, *ends in e.limits:
            low_high = (self._print(ends[0]), self._print(ends[1])) if len(ends) == 2 else None
            body = self.integral(body, self._print(variable), low_high)
        return body

    def _print_Piecewise(self, e: sympy.Piecewise) -> str:
        return self.cases([(self._print(v), None if c == sympy.true else self.condition([c])) for v, c in e.args])

    # --- collections

    def _list(self, items: Sequence[Any]) -> str:
        return ", ".join(self._print(item) for item in items)

    def _print_Tuple(self, e: Any) -> str:
        listed: list[str] = []
        for run in alike(tuple(e)):
            short = len(run) <= _LISTED
            listed += [self._print(x) for x in (run if short else run[:2])]
            listed += [] if short else [self.word("..."), self._print(run[-1])]
        return self.brackets(", ".join(listed))

    _print_tuple = _print_list = _print_Tuple

    def _print_Interval(self, e: sympy.Interval) -> str:
        left, right = "(" if e.left_open else "[", ")" if e.right_open else "]"
        return f"{left}{self._list([e.start, e.end])}{right}"

    def _print_FiniteSet(self, e: sympy.FiniteSet) -> str:
        return self.call("set", self._list(sorted(e.args, key=sympy.default_sort_key)))
