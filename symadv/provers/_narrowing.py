"""Where parameters range once conditions between one of them and a rational number are taken into account."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sympy

from symadv.language.parameters import Parameter, domain_conditions
from symadv.language.ranges import Range, of_symbol
from symadv.provers._substitution import cases, free_parameters, renamed, solved, substitute

_MOST_LINES = 2  # parameters over all real numbers that are split at 0


@dataclass(frozen=True)
class Part:
    """One case of a goal: what is stated, what else is given, and in words how it comes from the goal."""

    statement: Any
    given: tuple[Any, ...]
    words: tuple[str, ...] = ()


def ranges(given: tuple[Any, ...], parameters: tuple[Parameter, ...]) -> dict[Parameter, Range]:
    """The range of each parameter; a condition is used when it compares the parameter with a rational number."""
    found = {p: of_symbol(p) for p in parameters}
    for condition in given:
        bound = _bound(condition)
        if bound is not None and bound[0] in found:
            found[bound[0]] = _cut(found[bound[0]], *bound[1:])
    return found


def irrational_ends(parameters: tuple[Parameter, ...]) -> tuple[sympy.Basic, ...]:
    """What domains say beyond ranges, whose ends are rational or infinite."""
    conditions = (c for p in parameters for c in domain_conditions(p))
    return tuple(c for c in conditions if not any(end.is_Rational for end in c.args))


def on_half_lines(statement: Any, given: tuple[Any, ...]) -> list[Part]:
    """The cases of a goal, each with parameters that range over all positive or all real numbers.

    $(a, b)$ is carried onto $(0, \\infty)$ by $(a + bs)/(1 + s)$, a half-line by a shift; closed ends are cases.
    """
    parts: list[Part] = []
    for case in cases(given):
        equal, rest = solved(case)
        parts += _carried(Part(substitute(statement, equal), rest))
    return parts


def _carried(part: Part) -> Iterator[Part]:
    parameters = free_parameters(part.statement, *part.given)
    there = ranges(part.given, parameters)
    kept = tuple(c for c in part.given if (bound := _bound(c)) is None or bound[0] not in there)
    todo = [replace(part, given=kept)]
    lines = [p for p in parameters if isinstance(there[p].low, float) and isinstance(there[p].high, float)]
    for p in parameters:
        if p not in lines:
            todo = [new for old in todo for new in _replaced(old, p, there[p])]
        elif len(lines) <= _MOST_LINES:
            todo = [new for old in todo for new in _halved(old, p)]
    yield from todo


def _replaced(part: Part, p: Parameter, r: Range) -> Iterator[Part]:
    for end, is_open in ((r.low, r.low_open), (r.high, r.high_open)):
        if not is_open:
            yield _with(part, p, _exactly(end), f"{p} = {_exactly(end)}")
    if r.low >= r.high:
        return
    finite = [isinstance(end, Fraction) for end in (r.low, r.high)]
    s = _positive(part, p)
    if all(finite):
        value = (_exactly(r.low) + _exactly(r.high) * s) / (1 + s)
    else:
        value = _exactly(r.low) + s if finite[0] else _exactly(r.high) - s
    yield part if value == p else _with(part, p, value, f"{p} = {value}, where the new {s} ranges over (0, oo)")


def _halved(part: Part, p: Parameter) -> Iterator[Part]:
    yield _with(part, p, sympy.S.Zero, f"{p} = 0")
    s = _positive(part, p)
    for value in (s, -s):
        yield _with(part, p, value, f"{p} = {value}, where the new {s} ranges over (0, oo)")


def _positive(part: Part, p: Parameter) -> Parameter:
    """A parameter with the name of another one whose place it takes, or with a new one where two share that name."""
    others = {q.name for q in free_parameters(part.statement, *part.given) if q != p}
    return Parameter(renamed(p, others).name, sympy.Interval.open(0, sympy.oo))


def _with(part: Part, p: Parameter, value: sympy.Expr, words: str) -> Part:
    step = {p: value}
    given = tuple(substitute(c, step) for c in part.given)
    return Part(substitute(part.statement, step), given, (*part.words, words))


def _bound(condition: Any) -> tuple[Parameter, Fraction, bool, bool] | None:
    """Parameter, number, whether the parameter is above it, whether it may be equal."""
    if not isinstance(condition, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le):
        return None
    for left, right, above in (
        (condition.gts, condition.lts, True),
        (condition.lts, condition.gts, False),
    ):
        if isinstance(left, Parameter) and right.is_Rational:
            return left, Fraction(int(right.p), int(right.q)), above, isinstance(condition, sympy.Ge | sympy.Le)
    return None


def _cut(r: Range, bound: Fraction, above: bool, closed: bool) -> Range:
    if above and bound >= r.low:
        return replace(r, low=bound, low_open=not closed or (r.low_open and bound == r.low))
    if not above and bound <= r.high:
        return replace(r, high=bound, high_open=not closed or (r.high_open and bound == r.high))
    return r


def _exactly(end: Any) -> sympy.Rational:
    return sympy.Rational(end.numerator, end.denominator)
