"""Exact points at which a statement can be tried: simple ones first, then those at which a relation is an equality."""

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

import sympy

from symadv.language.functions import Expit, LaplaceDensity, NormalDensity, unfold
from symadv.language.parameters import Parameter
from symadv.provers._replay import sign_at
from symadv.provers._substitution import cases, free_parameters, solved, substitute

Point = dict[Parameter, sympy.Expr]

_LINE = (0, 1, -1, 2, -2, "1/2", "-1/2", 3, -3, "1/3", 10, -10, "1/10", "-1/10", 100, -100)
_UNIT = ("1/2", "1/4", "3/4", "1/10", "9/10", "1/3", "2/3", "1/100", "99/100", "1/1000", "999/1000")
_CONSTANTS = 12  # numbers of the statement that are tried as values
_SIMPLE_FIRST = 12  # points before any relation is solved: a witness at simple numbers is easier to read
_BOUNDARY_AT = 40  # simple points at which every relation is solved for every parameter


def points(statement: Any, given: tuple[Any, ...], count: int) -> Iterator[Point]:
    """At most ``count`` points in the domains that satisfy the given equalities, in a fixed order."""
    return islice(_interleaved([_points_of_case(statement, case) for case in cases(given)]), count)


def _interleaved(iterators: list[Iterator[Point]]) -> Iterator[Point]:
    while iterators:
        for iterator in list(iterators):
            point = next(iterator, None)
            if point is None:
                iterators.remove(iterator)
            else:
                yield point


def _points_of_case(statement: Any, given: tuple[Any, ...]) -> Iterator[Point]:
    equal, rest = solved(given)
    parameters = free_parameters(statement, *given)
    free = tuple(p for p in parameters if p not in equal)
    simple = _simple(free, _numbers(statement, *given))
    start = list(islice(simple, _BOUNDARY_AT))
    stated = () if isinstance(statement, sympy.Equality) else (substitute(statement, equal),)
    ends = boundaries((*rest, *stated), free)
    for point in start[:_SIMPLE_FIRST]:
        yield from _completed(point, equal, parameters)
    for k, point in enumerate(start):
        if k >= _SIMPLE_FIRST:
            yield from _completed(point, equal, parameters)
        for parameter, value in ends:
            yield from _completed({**point, parameter: value.xreplace(point)}, equal, parameters)
    for point in simple:
        yield from _completed(point, equal, parameters)


def _completed(point: Point, equal: Point, parameters: tuple[Parameter, ...]) -> Iterator[Point]:
    full = point | {p: e.xreplace(point) for p, e in equal.items()}
    if all(in_domain(p, full[p]) for p in parameters):
        yield {p: full[p] for p in parameters}


def in_domain(parameter: Parameter, value: sympy.Expr) -> bool:
    """Whether a number certainly lies in the domain of a parameter; irrational ends are not looked for."""
    d = parameter.domain
    if value.free_symbols or value.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan, sympy.I):
        return False
    return _beyond(value - d.start, not d.left_open) and _beyond(d.end - value, not d.right_open)


def _beyond(distance: sympy.Expr, closed: bool) -> bool:
    if distance is sympy.oo:
        return True
    sign = sign_at(distance, {}, exactly=False)
    return sign == 1 or (sign == 0 and closed)


def _numbers(*conditions: Any) -> list[sympy.Rational]:
    found: set[sympy.Rational] = set()
    for condition in conditions:
        found |= condition.atoms(sympy.Rational)
    return sorted(found, key=lambda q: (q.q, abs(q.p), q.p))[:_CONSTANTS]


def _values(parameter: Parameter, numbers: list[sympy.Rational]) -> list[sympy.Rational]:
    """Values of one parameter: simple ones, ends of its domain, the statement's numbers and what lies between."""
    start, end = parameter.domain.start, parameter.domain.end
    if start.is_finite and end.is_finite:
        own = [start + (end - start) * sympy.Rational(u) for u in _UNIT]
    else:
        shift = start if start.is_finite else end if end.is_finite else sympy.S.Zero
        own = [shift + sympy.Rational(v) for v in _LINE]
    marks = sorted({q for q in numbers if in_domain(parameter, q)})
    ends = [e for e in (start, end) if e.is_finite]
    known = sorted({*own, *ends, *marks})
    between = [(a + b) / 2 for a, b in pairwise(known) if a in marks or b in marks]
    candidates = [*own[:3], *ends, *marks, *between, *own[3:]]
    return [v for v in dict.fromkeys(candidates) if in_domain(parameter, v)]


def simple_values(parameter: Parameter, *conditions: Any) -> list[sympy.Rational]:
    """The values of one parameter that are tried first, under some conditions."""
    return _values(parameter, _numbers(*conditions))


def _simple(parameters: tuple[Parameter, ...], numbers: list[sympy.Rational]) -> Iterator[Point]:
    """All combinations of values, those with early values first."""
    values = [_values(p, numbers) for p in parameters]
    for total in range(sum(len(v) - 1 for v in values) + 1):
        for indices in _compositions(total, [len(v) for v in values]):
            yield {p: v[i] for p, v, i in zip(parameters, values, indices, strict=True)}


def _compositions(total: int, sizes: list[int]) -> Iterator[tuple[int, ...]]:
    if not sizes:
        if total == 0:
            yield ()
        return
    for first in range(min(total, sizes[0] - 1) + 1):
        for rest in _compositions(total - first, sizes[1:]):
            yield (first, *rest)


def boundaries(conditions: tuple[Any, ...], parameters: tuple[Parameter, ...]) -> list[tuple[Parameter, sympy.Expr]]:
    """For each relation and parameter, the values of the parameter at which both sides are equal."""
    found: dict[tuple[Parameter, sympy.Expr], None] = {}
    for condition in conditions:
        relations = condition.atoms(sympy.core.relational.Relational)
        for relation in sorted(relations, key=sympy.default_sort_key):
            if isinstance(relation.lhs, sympy.Expr) and not relation.has(sympy.oo, sympy.Integral, sympy.Piecewise):
                for parameter in parameters:
                    for form in _forms(relation.lhs - relation.rhs):
                        for value in solutions(form, parameter):
                            found.setdefault((parameter, value))
    return list(found)


def _forms(difference: sympy.Expr) -> Iterator[sympy.Expr]:
    """A difference with densities as exponentials, and with all that has a name: a parameter may drop out, or logs."""
    yield difference.replace(lambda e: isinstance(e, NormalDensity | LaplaceDensity), lambda e: e.doit())
    if difference.has(Expit):
        yield unfold(difference)


def solutions(difference: sympy.Expr, parameter: Parameter) -> list[sympy.Expr]:
    """Some values of a parameter at which an expression is zero, if a formula is at hand."""
    if not difference.has(parameter):
        return []
    numerator = sympy.numer(sympy.together(difference))
    if numerator.is_polynomial(parameter):
        coefficients = sympy.Poly(numerator, parameter).all_coeffs()
        if len(coefficients) == 2:
            return [-coefficients[1] / coefficients[0]]
        if len(coefficients) == 3:
            a, b, c = coefficients
            root = sympy.sqrt(sympy.expand(b**2 - 4 * a * c))
            return [(-b + root) / (2 * a), (-b - root) / (2 * a)]
        return []
    if difference.count(parameter) == 1:
        return _inverted(difference, parameter, sympy.S.Zero)
    return []


def _inverted(node: sympy.Expr, parameter: Parameter, target: sympy.Expr) -> list[sympy.Expr]:
    """Solutions of node = target, where the parameter occurs once in the node."""
    if node == parameter:
        return [target]
    (inner,) = [a for a in node.args if a.has(parameter)]
    if isinstance(node, sympy.Add):
        return _inverted(inner, parameter, target - (node - inner))
    if isinstance(node, sympy.Mul):
        return _inverted(inner, parameter, target / (node / inner))
    if isinstance(node, sympy.exp):
        return _inverted(inner, parameter, sympy.log(target))
    if isinstance(node, sympy.log):
        return _inverted(inner, parameter, sympy.exp(target))
    if isinstance(node, Expit):
        return _inverted(inner, parameter, sympy.log(target / (1 - target)))
    if isinstance(node, sympy.Abs):
        return [x for s in (target, -target) for x in _inverted(inner, parameter, s)]
    if isinstance(node, sympy.Pow) and inner is node.base and node.exp.is_Rational:
        root = target ** (1 / node.exp)
        return [x for s in ((root, -root) if node.exp.p % 2 == 0 else (root,)) for x in _inverted(inner, parameter, s)]
    return []
