"""From the values that a solver gives to generators back to exact points of the parameters."""

from collections.abc import Iterator, Mapping

import sympy

from symadv.language.goals import Goal
from symadv.language.parameters import Parameter
from symadv.provers._field import Field, Generator
from symadv.provers._points import Point, boundaries, in_domain, points, solutions
from symadv.provers._problems import Problem
from symadv.provers._substitution import free_parameters

_DENOMINATORS = (None, 1, 10, 1000)  # the values themselves, then rationals near them


def candidates(goal: Goal, problem: Problem, values: Mapping[str, sympy.Expr]) -> Iterator[Point]:
    """Points of the domains at which the generators have the values of a model, or values close to them.

    A parameter that the solver did not see gets its value from a generator made of it alone, else a simple one.  The
    points on the boundaries of the statement's relations beside each follow: rounding takes a point off an equality.
    """
    parameters = free_parameters(goal.statement, *goal.given)
    simple = next(points(goal.statement, goal.given, 1), {})
    free = tuple(p for p in parameters if p not in problem.equal)
    ends = boundaries((goal.statement,), free)
    for denominator in _DENOMINATORS:
        near = {p: _near(_value(p, problem.facts.field, values, simple.get(p)), denominator) for p in free}
        beside = ({**near, p: value.xreplace(near)} for p, value in ends)
        for point in (near, *beside):
            full = point | {p: e.xreplace(point) for p, e in problem.equal.items()}
            if all(in_domain(p, full[p]) for p in parameters):
                yield {p: full[p] for p in parameters}


def _near(value: sympy.Expr, denominator: int | None) -> sympy.Expr:
    return value.limit_denominator(denominator) if denominator and value.is_Rational else value


def _value(p: Parameter, field: Field, values: Mapping[str, sympy.Expr], otherwise: sympy.Expr | None) -> sympy.Expr:
    if p.name in values:
        return values[p.name]
    for generator in field.generators.values():
        if generator.meaning.free_symbols == {p}:
            for target in _targets(generator, field, values):
                for solution in solutions(generator.meaning - target, p):
                    if in_domain(p, solution):
                        return solution
    return otherwise if otherwise is not None else sympy.S.One


def _targets(generator: Generator, field: Field, values: Mapping[str, sympy.Expr]) -> Iterator[sympy.Expr]:
    """The value of a generator, or that which its logarithm gives it."""
    if generator.symbol.name in values:
        yield values[generator.symbol.name]
    for other in field.generators.values():
        if other.kind == "log" and other.of == generator.symbol and other.symbol.name in values:
            yield sympy.exp(values[other.symbol.name])
