"""Where parameters range once conditions between one of them and a rational number are taken into account."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sympy

from symadv.language.goals import Goal
from symadv.language.parameters import Parameter, domain_conditions
from symadv.language.ranges import Range, of_symbol
from symadv.provers._reductions import onto
from symadv.provers._substitution import cases, free_parameters, renamed, solved, substitute

_MOST_LINES = 2  # parameters over all real numbers that are split at 0


@dataclass(frozen=True)
class Part:
    """One case of a goal: what is stated, what else is given, and by which lemmas it comes from the goal."""

    statement: Any
    given: tuple[Any, ...]
    lemmas: tuple[Goal, ...] = ()


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
            yield _with(part, p, _exactly(end), Goal(sympy.true, (), f"{p} = {_exactly(end)}"))
    if r.low >= r.high:
        return
    s = _positive(part, p)
    low, high = (_exactly(end) if isinstance(end, Fraction) else None for end in (r.low, r.high))
    if low is not None and high is not None:
        value, back = (low + high * s) / (1 + s), (p - low) / (high - p)
    elif low is not None:
        value, back = low + s, p - low
    else:
        value, back = high - s, high - p
    yield part if value == p else _with(part, p, value, _onto(p, s, value, back))


def _halved(part: Part, p: Parameter) -> Iterator[Part]:
    yield _with(part, p, sympy.S.Zero, Goal(sympy.true, (), f"{p} = 0"))
    s = _positive(part, p)
    for side in (1, -1):
        yield _with(part, p, side * s, _onto(p, s, side * s, side * p))


def _onto(p: Parameter, s: Parameter, value: sympy.Expr, back: sympy.Expr) -> Goal:
    """That every value of p between these ends is one of the expression in s, and the reverse."""
    says = f"{p} = {value}, where the new {s} ranges over (0, oo)"
    ends = sorted((value.limit(s, 0, "+"), value.limit(s, sympy.oo)))
    within = Parameter(f"{p.name}_old", sympy.Interval.open(*ends))
    return Goal(onto(back.xreplace({p: within}), within, s, value), (), says)


def _positive(part: Part, p: Parameter) -> Parameter:
    """A parameter with the name of another one whose place it takes, or with a new one where two share that name."""
    others = {q.name for q in free_parameters(part.statement, *part.given) if q != p}
    return Parameter(renamed(p, others).name, sympy.Interval.open(0, sympy.oo))


def _with(part: Part, p: Parameter, value: sympy.Expr, lemma: Goal) -> Part:
    step = {p: value}
    given = tuple(substitute(c, step) for c in part.given)
    return Part(substitute(part.statement, step), given, (*part.lemmas, lemma))


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
