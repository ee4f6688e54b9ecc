"""What is true of the generators: enough of it for a solver that knows polynomials only."""

from collections.abc import Iterator
from itertools import combinations

import sympy

from symadv.language.goals import Exists, ForAll
from symadv.language.signs import relation
from symadv.provers._field import Generator
from symadv.provers._formulas import All, Atom, Formula, Quantified, polynomials
from symadv.provers._signs import Facts

LEVELS = (0, 1, 2)


def as_condition(formula: Formula) -> sympy.Basic:
    """A formula as a condition on its generators."""
    if isinstance(formula, bool):
        return sympy.true if formula else sympy.false
    if isinstance(formula, Atom):
        product = sympy.Mul(*(f**k for f, k in formula.factors))
        return relation(product, formula.signs)
    if isinstance(formula, Quantified):
        head = ForAll if formula.universal else Exists
        return head(sympy.Tuple(*formula.variables), as_condition(formula.body))
    head = sympy.And if isinstance(formula, All) else sympy.Or
    return head(*(as_condition(part) for part in formula.parts), evaluate=False)


def axioms(facts: Facts, formulas: list[Formula], level: int) -> list[sympy.Basic]:
    """True conditions on the generators in some formulas.

    Level 0: their ranges, and what roots and absolute values are.  Level 1: signs of logarithms, of exponents and of
    arguments of the normal cdf, which increases.  Level 2: tangents, and that exponentials increase.
    """
    generators = facts.field.below([f for formula in formulas for f in polynomials(formula)])
    found = [c for g in generators for c in _own(g, facts)]
    if level >= 1:
        found += [c for g in generators for c in _signs(g, facts)]
        found += _increasing([g for g in generators if g.kind == "phi"], facts)
    if level >= 2:
        found += [c for g in generators for c in _tangents(g, facts)]
        found += _increasing([g for g in generators if g.kind == "exp" and g.of.free_symbols], facts)
    return found


def _own(g: Generator, facts: Facts) -> Iterator[sympy.Basic]:
    r = facts.range(g.symbol)
    if r.low.is_finite:
        yield (sympy.LessThan if r.low_closed else sympy.StrictLessThan)(r.low, g.symbol, evaluate=False)
    if r.high.is_finite:
        yield (sympy.LessThan if r.high_closed else sympy.StrictLessThan)(g.symbol, r.high, evaluate=False)
    if g.kind == "root":
        power = sympy.Eq(g.symbol**g.degree, g.of, evaluate=False)
        yield power if g.of.is_Rational else sympy.Implies(sympy.GreaterThan(g.of, 0, evaluate=False), power)
    if g.kind == "abs":
        yield sympy.Or(*(sympy.Eq(g.symbol, f, evaluate=False) for f in (g.of, -g.of)), evaluate=False)


def _signs(g: Generator, facts: Facts) -> Iterator[sympy.Basic]:
    if g.meaning.free_symbols and g.kind in ("exp", "log", "phi"):
        inner = g.of - 1 if g.kind == "log" else g.of
        outer = {"exp": g.symbol - 1, "log": g.symbol, "phi": 2 * g.symbol - 1}[g.kind]
        yield _guarded(g, _same_sign(inner, outer, facts), facts)


def _tangents(g: Generator, facts: Facts) -> Iterator[sympy.Basic]:
    r"""$e^m \ge 1 + m$ and $1 - 1/f \le \log f \le f - 1$."""
    if not g.meaning.free_symbols or g.kind not in ("exp", "log"):
        return
    differences = (g.symbol - 1 - g.of,) if g.kind == "exp" else (g.of - 1 - g.symbol, g.symbol * g.of - g.of + 1)
    for difference in differences:
        yield _guarded(g, sympy.GreaterThan(_sign_of(difference, facts), 0, evaluate=False), facts)


def _increasing(generators: list[Generator], facts: Facts) -> list[sympy.Basic]:
    found = []
    for a, b in combinations(generators, 2):
        same = _same_sign(a.of - b.of, a.symbol - b.symbol, facts)
        found.append(_guarded(a, _guarded(b, same, facts), facts))
    return found


def _guarded(g: Generator, condition: sympy.Basic, facts: Facts) -> sympy.Basic:
    """A condition that has to hold only where the generator is defined; elsewhere it may have any value."""
    denominator = facts.field.normal(g.of)[1]
    guards = [sympy.Ne(denominator, 0, evaluate=False)] if denominator.free_symbols else []
    if g.kind == "log":
        guards.append(sympy.StrictGreaterThan(_sign_of(g.of, facts), 0, evaluate=False))
    return sympy.Implies(sympy.And(*guards, evaluate=False), condition) if guards else condition


def _sign_of(expression: sympy.Expr, facts: Facts) -> sympy.Expr:
    """A polynomial with the sign that a rational function has where it is defined."""
    n, d = facts.field.normal(expression)
    return n * d


def _same_sign(a: sympy.Expr, b: sympy.Expr, facts: Facts) -> sympy.Basic:
    left, right = _sign_of(a, facts), _sign_of(b, facts)
    cases = (sympy.StrictGreaterThan, sympy.Equality, sympy.StrictLessThan)
    both = (sympy.And(r(left, 0, evaluate=False), r(right, 0, evaluate=False), evaluate=False) for r in cases)
    return sympy.Or(*both, evaluate=False)
