r"""Expressions as rational functions of generators, so that equal ones have equal forms.

Generators: parameters; $g = e^{m}$ for a monomial $m$; $\ell = \log f$ for an irreducible $f$; roots and absolute
values of irreducible polynomials; $\Phi(z)$ with $z$ oriented by $\Phi(-z) = 1 - \Phi(z)$; $\pi$.  What a generator
says of the parameters is kept beside it, so that leaving it away can be stated as a reduction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd
from typing import Literal, Protocol, TypeVar

import sympy

from symadv.language.functions import Phi
from symadv.language.goals import Goal
from symadv.language.parameters import Parameter
from symadv.provers._ranges import NONNEGATIVE, Signs

T = TypeVar("T")
Kind = Literal["odds", "exp", "log", "root", "abs", "phi", "constant"]
Factors = tuple[sympy.Rational, tuple[tuple[sympy.Expr, int], ...]]

_LARGEST_NUMBER = 96  # bits of an integer that is still split into primes
_LARGEST_POWER = 200  # of a generator
_REFINEMENTS = 30


class Unsupported(Exception):
    """A term or condition that these provers do not read."""


class Refine(Exception):
    """An exponential is needed in finer steps: read everything again with them."""


class Sign(Protocol):
    """Whoever knows the signs of expressions in generators."""

    def signs(self, expression: sympy.Expr) -> Signs:
        """Signs that contain those that the expression can have."""


@dataclass(frozen=True)
class Generator:
    """A symbol, what it stands for in other generators, and what it means in the parameters."""

    symbol: sympy.Symbol
    kind: Kind
    of: sympy.Expr
    degree: int
    meaning: sympy.Expr


class Field:
    """The generators found so far, and how expressions in them are brought into normal form."""

    def __init__(self, *, odds: bool = True, steps: dict[sympy.Expr, sympy.Rational] | None = None) -> None:
        """``odds`` carries parameters from bounded intervals onto $(0, \\infty)$; ``steps`` survive a Refine."""
        self.odds = odds
        self.steps = {} if steps is None else steps
        self.generators: dict[sympy.Symbol, Generator] = {}
        self.bound: set[sympy.Symbol] = set()
        self.lemmas: dict[Goal, None] = {}  # what was replaced by what before anything was read
        self._known: dict[tuple[Kind, sympy.Expr, int], sympy.Symbol] = {}
        self._normal: dict[sympy.Expr, tuple[sympy.Expr, sympy.Expr]] = {}
        self._factored: dict[sympy.Expr, Factors] = {}

    def parameter(self, p: Parameter) -> sympy.Expr:
        """A parameter; one from an interval (a, b) as $(a + bs)/(1 + s)$ with $s > 0$: its odds are monomials."""
        d = p.domain
        if not self.odds or p in self.bound or not (d.start.is_Rational and d.end.is_Rational and d.right_open):
            return p
        s = self._generator("odds", p, 1, (p - d.start) / (d.end - p))
        return (d.start + d.end * s) / (1 + s)

    def constant(self, number: sympy.Expr) -> sympy.Expr:
        """A transcendental constant such as pi."""
        return self._generator("constant", number, 1, number)

    def exp(self, exponent: sympy.Expr, facts: Sign) -> sympy.Expr:
        """$e^{n/d}$ as a product of powers of generators, one for each monomial of n."""
        n, d = self.normal(exponent)
        content, primitive = d.as_content_primitive() if d.free_symbols else (d, sympy.S.One)
        result = sympy.S.One
        for monomial, coefficient in _terms(n):
            key, factor = monomial / primitive, coefficient / content
            known = self.generators.get(key)
            if known is not None and known.kind == "log" and max(abs(factor.p), factor.q) <= _LARGEST_POWER:
                result *= self.power(known.of, factor, facts)
                continue
            step = self.steps.setdefault(key, abs(factor))
            if not (factor / step).is_Integer:
                self.steps[key] = _common_step(step, factor)
                raise Refine
            if abs(factor / step) > _LARGEST_POWER:
                raise Unsupported(f"powers of exp({self.meaning(key)}) that are too far apart to be written out")
            result *= self._generator("exp", key * step, 1, sympy.exp(self.meaning(key * step))) ** (factor / step)
        return result

    def log(self, argument: sympy.Expr, facts: Sign) -> sympy.Expr:
        """The logarithm of a positive expression, as a sum over its irreducible factors."""
        number, factors = self.factored(argument)
        total, rest, sign = self._log_of_number(abs(number)), sympy.S.One, sympy.sign(number)
        for f, k in factors:
            signs = facts.signs(f)
            if signs <= {1}:
                total += k * self._log_of_positive(f, facts)
            elif signs <= {-1}:
                total, sign = total + k * self._log_of_positive(-f, facts), (-sign if k % 2 else sign)
            elif k % 2 == 0:
                total += k * self._log_of_positive(self.abs(f, facts), facts)
            else:
                rest *= f**k
        if rest * sign != 1:
            total += self._generator("log", sign * rest, 1, sympy.log(self.meaning(sign * rest)))
        return total

    def power(self, base: sympy.Expr, exponent: sympy.Rational, facts: Sign) -> sympy.Expr:
        """A rational power of an expression that is not negative where the power is not whole."""
        if exponent.is_Integer:
            return base**exponent
        number, factors = self.factored(base)
        if number == 0:
            return sympy.S.Zero
        result, rest = self._power_of_number(abs(number), exponent, facts), sympy.sign(number)
        for f, k in factors:
            signs = facts.signs(f)
            if signs <= NONNEGATIVE:
                result *= self._power_of_positive(f, k * exponent, facts)
            elif signs <= {-1, 0}:
                result, rest = result * self._power_of_positive(-f, k * exponent, facts), (-rest if k % 2 else rest)
            elif k % 2 == 0:
                result *= self._power_of_positive(self.abs(f, facts), k * exponent, facts)
            else:
                rest *= f**k
        if rest == 1:
            return result
        n, d = self.normal(rest)
        if exponent.q != 2:
            raise Unsupported(f"a root of {self.meaning(rest)}, whose sign is not known")
        root = self._power_of_positive(self.normal(n * d)[0], exponent, facts)
        return result * root / self.abs(d, facts) ** exponent.p

    def abs(self, argument: sympy.Expr, facts: Sign) -> sympy.Expr:
        """The absolute value, as a product over the irreducible factors."""
        number, factors = self.factored(argument)
        result = abs(number)
        for f, k in factors:
            signs = facts.signs(f)
            if signs <= NONNEGATIVE or k % 2 == 0:
                result *= f**k
            elif signs <= {-1, 0}:
                result *= (-f) ** k
            else:
                result *= self._generator("abs", f, 2, sympy.Abs(self.meaning(f))) * f ** (k - 1)
        return result

    def phi(self, argument: sympy.Expr) -> sympy.Expr:
        r"""The normal cdf, its argument oriented by $\Phi(-z) = 1 - \Phi(z)$."""
        n, d = self.normal(argument)
        if n == 0:
            return sympy.S.Half
        if _leading(n) * _leading(d) < 0:
            return 1 - self.phi(-n / d)
        return self._generator("phi", n / d, 1, Phi(self.meaning(n / d)))

    def meaning(self, expression: sympy.Expr) -> sympy.Expr:
        """An expression in generators, written in the parameters again."""
        return expression.xreplace({symbol: generator.meaning for symbol, generator in self.generators.items()})

    def normal(self, expression: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
        """Numerator and denominator: coprime polynomials, powers of roots and absolute values reduced."""
        if expression not in self._normal:
            n, d = (self._reduced(sympy.expand(e)) for e in sympy.fraction(sympy.together(expression)))
            if n == 0:
                n, d = sympy.S.Zero, sympy.S.One
            elif d.free_symbols:
                n, d = (sympy.expand(e) for e in sympy.fraction(sympy.cancel(n / d)))
            else:
                n, d = sympy.expand(n / d), sympy.S.One
            self._normal[expression] = n, d
        return self._normal[expression]

    def factored(self, expression: sympy.Expr) -> Factors:
        """A number and irreducible factors, each with a positive leading coefficient and its power."""
        if expression not in self._factored:
            n, d = self.normal(expression)
            number: sympy.Rational = sympy.S.One
            found: dict[sympy.Expr, int] = {}
            for part, direction in ((n, 1), (d, -1)):
                content, factors = sympy.factor_list(part) if part.free_symbols else (part, [])
                number *= content**direction
                for f, k in factors:
                    f = sympy.expand(f)
                    if _leading(f) < 0:
                        f, number = -f, -number if k % 2 else number
                    found[f] = found.get(f, 0) + direction * k
            ordered = sorted(found.items(), key=lambda item: sympy.default_sort_key(item[0]))
            self._factored[expression] = number, tuple((f, k) for f, k in ordered if k)
        return self._factored[expression]

    def is_zero(self, expression: sympy.Expr) -> bool:
        """Whether an expression is zero wherever it is defined."""
        return bool(self.normal(expression)[0] == 0)

    def below(self, expressions: list[sympy.Expr]) -> list[Generator]:
        """The generators in some expressions and, before each, those that it is made of."""
        found: dict[sympy.Symbol, Generator] = {}

        def visit(expression: sympy.Expr) -> None:
            for symbol in sorted(expression.free_symbols, key=str):
                generator = self.generators.get(symbol)
                if generator is not None and symbol not in found:
                    if generator.kind != "odds":
                        visit(generator.of)
                    found[symbol] = generator

        for expression in expressions:
            visit(expression)
        return list(found.values())

    def _reduced(self, polynomial: sympy.Expr) -> sympy.Expr:
        for symbol in reversed(self.generators):
            generator = self.generators[symbol]
            if generator.kind not in ("root", "abs") or not polynomial.has(symbol):
                continue
            base = generator.of if generator.kind == "root" else generator.of**2
            terms = ((k, c) for (k,), c in sympy.Poly(polynomial, symbol).terms())
            q = generator.degree
            polynomial = sympy.expand(sympy.Add(*(c * symbol ** (k % q) * base ** (k // q) for k, c in terms)))
        return polynomial

    def _generator(self, kind: Kind, of: sympy.Expr, degree: int, meaning: sympy.Expr) -> sympy.Symbol:
        if of.free_symbols & self.bound:
            raise Unsupported(f"{meaning} under a quantifier over its variable")
        key = kind, of, degree
        if key not in self._known:
            symbol = sympy.Symbol(f"{kind}#{len(self.generators)}", real=True)
            self._known[key] = symbol
            self.generators[symbol] = Generator(symbol, kind, of, degree, meaning)
        return self._known[key]

    def _log_of_positive(self, f: sympy.Expr, facts: Sign) -> sympy.Expr:
        generator = self.generators.get(f)
        if generator is not None and generator.kind == "exp":
            return generator.of
        if generator is not None and generator.kind == "root":
            return self.log(generator.of, facts) / generator.degree
        return self._generator("log", f, 1, sympy.log(self.meaning(f)))

    def _log_of_number(self, number: sympy.Rational) -> sympy.Expr:
        if number == 1:
            return sympy.S.Zero
        primes = number.factors() if max(number.p, number.q).bit_length() <= _LARGEST_NUMBER else {number: 1}
        return sympy.Add(*(k * self._generator("log", sympy.Rational(n), 1, sympy.log(n)) for n, k in primes.items()))

    def _power_of_positive(self, f: sympy.Expr, exponent: sympy.Rational, facts: Sign) -> sympy.Expr:
        generator = self.generators.get(f)
        if generator is not None and generator.kind == "exp":
            return self.exp(generator.of * exponent, facts)
        whole = sympy.floor(exponent)
        part = exponent - whole
        if part == 0:
            return f**whole
        root = self._generator("root", f, int(part.q), self.meaning(f) ** sympy.Rational(1, part.q))
        return f**whole * root**part.p

    def _power_of_number(self, number: sympy.Rational, exponent: sympy.Rational, facts: Sign) -> sympy.Expr:
        primes = number.factors() if max(number.p, number.q).bit_length() <= _LARGEST_NUMBER else {number: 1}
        return sympy.Mul(*(self._power_of_positive(sympy.Rational(n), k * exponent, facts) for n, k in primes.items()))


def refined(build: Callable[[Field], T], *, odds: bool = True) -> T:
    """What is built in a field, again as long as an exponential turns out to be needed in finer steps."""
    steps: dict[sympy.Expr, sympy.Rational] = {}
    for _ in range(_REFINEMENTS):
        try:
            return build(Field(odds=odds, steps=steps))
        except Refine:
            continue
    raise Unsupported("its exponentials have no common step")


def _common_step(a: sympy.Rational, b: sympy.Rational) -> sympy.Rational:
    """The largest number of which both are multiples."""
    return sympy.Rational(gcd(int(a.p * b.q), int(b.p * a.q)), int(a.q * b.q))


def _terms(polynomial: sympy.Expr) -> list[tuple[sympy.Expr, sympy.Rational]]:
    symbols = sorted(polynomial.free_symbols, key=str)
    if not symbols:
        return [(sympy.S.One, polynomial)] if polynomial != 0 else []
    terms = sympy.Poly(polynomial, *symbols).terms()
    return [(sympy.Mul(*(x**k for x, k in zip(symbols, ks, strict=True))), c) for ks, c in terms]


def _leading(polynomial: sympy.Expr) -> sympy.Rational:
    return _terms(polynomial)[0][1]
