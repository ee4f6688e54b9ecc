r"""Where a function of one parameter is positive and negative: from its derivative's signs and its limits at the ends.

A pattern such as "+-" says: positive first, then zero at one point, then negative, for all values of the others.
If $(f m)'$ has the pattern "+-", $m > 0$, and f m has limits $\ge 0$ at both ends, then f is positive throughout; where
the greatest value of f m is negative, f is negative throughout; "-0-" says that it is zero at one point.
"""

from collections.abc import Iterator
from itertools import pairwise

import sympy

from symadv.language.functions import Phi, unfold
from symadv.language.goals import Exists, ForAll, Goal
from symadv.language.parameters import Parameter
from symadv.language.signs import relation
from symadv.provers._extremes import extreme
from symadv.provers._field import Unsupported, refined
from symadv.provers._formulas import assume
from symadv.provers._limits import NoLimit, limit
from symadv.provers._ranges import ANY, NEGATIVE, NONNEGATIVE, POSITIVE, ZERO, Signs, TooLarge
from symadv.provers._signs import Facts
from symadv.provers._statements import translate
from symadv.provers._substitution import free_parameters
from symadv.provers._terms import read

_Factors = tuple[int, tuple[tuple[sympy.Expr, int, Signs], ...]]

_NONPOSITIVE: Signs = frozenset({-1, 0})
_OPPOSITE = str.maketrans("+-", "-+")
_MOST_TERMS = 60  # of a function that is still differentiated
_LARGEST = 2000  # operations, times the square of the number of parameters, of what is still factored


_SIGNS: dict[str | None, Signs] = {
    "+": POSITIVE,
    "-": NEGATIVE,
    "0": ZERO,
    "+0+": NONNEGATIVE,
    "-0-": _NONPOSITIVE,
}
_WORDS = {
    "+": "is positive",
    "-": "is negative",
    "0": "is zero",
    "+-": "changes from + to -",
    "-+": "changes from - to +",
    "+0+": "is positive but for one zero",
    "-0-": "is negative but for one zero",
}


class Shapes:
    """Signs of expressions for all values of their parameters, within a counted budget of derivatives."""

    def __init__(self, given: tuple[sympy.Basic, ...], budget: int) -> None:
        """``given`` may be used where it does not speak of the parameter that varies."""
        self.lemmas: list[Goal] = []
        self._given = given
        self._budget = budget
        self._varied: tuple[Parameter, ...] = ()
        self._factored: dict[tuple[sympy.Expr, frozenset[Parameter]], _Factors] = {}

    def signs(self, f: sympy.Expr, depth: int = 12) -> Signs:
        """Signs that contain those of an expression."""
        known = self.known_signs(f)
        for v in free_parameters(f) if len(known) > 1 and depth else ():
            if not (v.domain.left_open and v.domain.right_open):
                continue
            mark, outer = len(self.lemmas), self._varied
            self._varied = (*outer, v)
            pattern = self.pattern(f, v, depth)
            self._varied = outer
            if pattern in _SIGNS:
                return _SIGNS[pattern]
            del self.lemmas[mark:]
        return known

    def pattern(self, f: sympy.Expr, v: Parameter, depth: int) -> str | None:
        """The signs of an expression in the order in which v meets them; None when they are not known."""
        number, factors = self._factors(f)
        sign, found = number, ""
        for g, power, signs in factors:
            if len(signs) == 1:
                (only,) = signs
                if only == 0:
                    return "0"
                sign *= only**power
            elif found or power % 2 == 0:
                return None
            else:
                own = self._of_factor(g, v, depth)
                if own is None or own == "0":
                    return own
                found = own
        found = found or "+"
        return "0" if sign == 0 else found if sign > 0 else found.translate(_OPPOSITE)

    def _of_factor(self, g: sympy.Expr, v: Parameter, depth: int) -> str | None:
        if not g.has(v):
            return None
        if g.is_polynomial(v):
            return self._of_polynomial(g, v)
        if depth == 0 or len(sympy.Add.make_args(g)) > _MOST_TERMS:
            return None
        for m, more in self._multipliers(g, v):
            if self._budget <= 0:
                return None
            self._budget -= 1
            product = _expanded(g * m)
            slope = sympy.diff(product, v)
            inner = self.pattern(slope, v, more * (depth - 1))
            if inner is None:
                continue
            inner = inner if inner in _WORDS else inner[0]  # it still increases where its slope is zero at one point
            found, why = self._from_slope(inner, product, v), "its limits at the ends decide"
            if found is None and len(inner) == 2:
                found, why = extreme(product, slope, v, self), "its value there decides"
                found = found and {"+-": {"-": "-", "0": "-0-"}, "-+": {"+": "+", "0": "+0+"}}[inner].get(found)
            if found:
                says = f"{product} {_WORDS[found]} in {v}: its derivative {_WORDS[inner]}, and {why}"
                self.lemmas.append(Goal(_stated(product, v, found), self._given, says))
                return found
        return None

    def _of_polynomial(self, g: sympy.Expr, v: Parameter) -> str | None:
        """By Descartes' rule: at most one change of sign among the coefficients is at most one positive root."""
        coefficients = sympy.Poly(g, v).all_coeffs()[::-1]
        if all(c.is_Rational for c in coefficients):
            return _by_counting_roots(sympy.Poly(g, v), v)
        if v.domain.start is -sympy.oo and len(coefficients) > 2:
            return None
        signs = [self.signs(c, 2) for c in coefficients]
        if v.domain.start is -sympy.oo:
            slope = signs[1]
            return "-+" if slope == POSITIVE else "+-" if slope == NEGATIVE else None
        if any(len(s) > 1 for s in signs):
            return None
        word = "".join("-0+"[next(iter(s)) + 1] for s in signs if s != ZERO)
        changes = sum(a != b for a, b in pairwise(word))
        return "0" if not word else word[0] if changes == 0 else word[0] + word[-1] if changes == 1 else None

    def _from_slope(self, inner: str, f: sympy.Expr, v: Parameter) -> str | None:
        start, end = (self._limit_signs(f, v, side) for side in (v.domain.start, v.domain.end))
        if inner == "0":
            return {POSITIVE: "+", NEGATIVE: "-", ZERO: "0"}.get(start & end)
        if inner[0] == "-":
            mirrored = _joined(inner.translate(_OPPOSITE), *(frozenset(-s for s in side) for side in (start, end)))
            return mirrored.translate(_OPPOSITE) if mirrored else None
        return _joined(inner, start, end)

    def _limit_signs(self, f: sympy.Expr, v: Parameter, end: sympy.Expr) -> Signs:
        try:
            found = limit(f, v, end, below=end is v.domain.end, sign=self.known_signs)
        except NoLimit:
            return ANY
        if found in (sympy.oo, -sympy.oo):
            return POSITIVE if found is sympy.oo else NEGATIVE
        return ZERO if found == 0 else self.signs(found, 2)

    def _multipliers(self, g: sympy.Expr, v: Parameter) -> Iterator[tuple[sympy.Expr, int]]:
        """Positive factors m such that (g m)' has fewer special functions, each with a depth for what follows."""
        heads = [e for h in (Phi, sympy.log) for e in sorted(g.atoms(h), key=sympy.default_sort_key) if e.has(v)]
        if heads:
            kind = [e for e in heads if isinstance(e, type(heads[0]))]
            leading = [sympy.Poly(g, e).LC() if g.is_polynomial(e) else sympy.S.Zero for e in kind]
            varying = [c for c in dict.fromkeys(leading) if c.has(v)]
            yield sympy.S.One, 0 if varying else 1  # terms may cancel at once
            for c in varying:
                signs = self.known_signs(c)
                if signs in (POSITIVE, NEGATIVE):
                    yield next(iter(signs)) / c, 1
            return
        parts: dict[sympy.Expr, int] = {}
        for term in sympy.Add.make_args(_expanded(g)):
            exponential = sympy.Mul(*(e for e in sympy.Mul.make_args(term) if isinstance(e, sympy.exp) and e.has(v)))
            parts[exponential] = parts.get(exponential, 0) + 1
        if sympy.S.One in parts:
            yield sympy.S.One, 1
            return
        for exponential in sorted(parts, key=lambda e: (parts[e], sympy.default_sort_key(e))):
            yield 1 / exponential, 1

    def known_signs(self, f: sympy.Expr) -> Signs:
        """Signs that contain those of an expression, by algebra alone."""
        number, factors = self._factors(f)
        found: Signs = frozenset({number})
        for _, power, signs in factors:
            found = frozenset(a * b**power if b or power > 0 else a for a in found for b in signs)
        return found

    def _factors(self, f: sympy.Expr) -> _Factors:
        """The sign of a number, and irreducible factors with their powers and signs, in the parameters again."""
        if f.count_ops() * len(f.free_symbols) ** 2 > _LARGEST:
            return 1, ((f, 1, ANY),)
        key = f, frozenset(self._varied)
        if key not in self._factored:
            try:
                self._factored[key] = refined(lambda field: self._read(f, Facts(field)))
            except (Unsupported, TooLarge, RecursionError):
                self._factored[key] = 1, ((f, 1, ANY),)
        return self._factored[key]

    def _read(self, f: sympy.Expr, facts: Facts) -> _Factors:
        facts.granting = True
        for condition in (c for c in self._given if not c.has(*self._varied)):
            assume(translate(condition, facts), facts)
        facts.granting = False
        number, factors = facts.field.factored(read(unfold(f), facts))
        listed = tuple((facts.field.meaning(g), k, facts.signs(g)) for g, k in factors)
        return int(sympy.sign(number)), listed


def _stated(f: sympy.Expr, v: Parameter, pattern: str) -> sympy.Basic:
    """What a pattern says, as a statement."""
    if pattern in _SIGNS:
        return relation(f, _SIGNS[pattern])
    at = Parameter(f"{v.name}_0", v.domain)
    before, after = (POSITIVE, NEGATIVE) if pattern == "+-" else (NEGATIVE, POSITIVE)
    parts = (
        sympy.Implies(sympy.StrictLessThan(v, at, evaluate=False), relation(f, before)),
        sympy.Implies(sympy.StrictGreaterThan(v, at, evaluate=False), relation(f, after)),
    )
    return Exists(sympy.Tuple(at), ForAll(sympy.Tuple(v), sympy.And(*parts)))


def _expanded(f: sympy.Expr) -> sympy.Expr:
    return sympy.expand(f, log=False, power_base=False, power_exp=False)


def _joined(inner: str, start: Signs, end: Signs) -> str | None:
    """The pattern of a function that increases first ("+"), or increases and then decreases ("+-")."""
    if start <= NONNEGATIVE and (inner == "+" or end <= NONNEGATIVE):
        return "+"
    if inner == "+":
        return "-" if end <= _NONPOSITIVE else "-+" if (start, end) == (NEGATIVE, POSITIVE) else None
    if start <= NONNEGATIVE and end == NEGATIVE:
        return "+-"
    return "-+" if start == NEGATIVE and end <= NONNEGATIVE else None


def _by_counting_roots(polynomial: sympy.Poly, v: Parameter) -> str | None:
    """By Sturm's theorem: how many roots a polynomial with rational coefficients has on an open half-line or line."""
    start, end = v.domain.start, v.domain.end
    if end is not sympy.oo or start not in (0, -sympy.oo) or not polynomial.is_sqf:
        return None
    at_the_end = 1 if start == 0 and polynomial.eval(0) == 0 else 0
    count = polynomial.count_roots(None if start is -sympy.oo else start, None) - at_the_end
    last = "+" if polynomial.LC() > 0 else "-"
    return last if count == 0 else last.translate(_OPPOSITE) + last if count == 1 else None
