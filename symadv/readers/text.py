"""Plain text in Unicode, for terminals: formulas on one line each, reasons beside them."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from functools import singledispatch
from typing import Any

import sympy

from symadv.language.derivations import Derivation, Step
from symadv.language.goals import Claim, Goal, Report, Row, Verdict
from symadv.language.intervals import BEFORE, Intervals
from symadv.language.numbers import exact
from symadv.language.regions import Cells
from symadv.readers._align import packed
from symadv.readers._layout import (
    Cases,
    Line,
    Side,
    as_cases,
    blocks,
    exactly,
    foot,
    listed,
    not_readable,
    on,
    one_step,
    result,
)
from symadv.readers._regions import alternatives
from symadv.readers._roots import with_names
from symadv.readers._unicode import from_tex, printer, unicode
from symadv.readers._words import segments

_WIDTH = 110
_RELATIONS = {":=": ":=", "=": "=", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "iff": "⇔", "implies": "⇒"}


@singledispatch
def text(thing: Any, **options: Any) -> str:
    """A thing in plain Unicode: expressions, conditions and regions on one line, derivations and reports on several.

    ``unproved`` numbers the steps of a derivation, from 1, that are to be marked as such.
    """
    derivation = getattr(thing, "derivation", None)
    if derivation is None:
        raise not_readable(thing, "plain text")
    return text(derivation, **options)


@text.register(sympy.Basic)
def _formula(thing: sympy.Basic) -> str:
    return unicode(thing)


@text.register(int)
@text.register(Fraction)
def _number(thing: int | Fraction) -> str:
    return unicode(exact(thing))


@text.register(tuple)
@text.register(Mapping)
def _outcome(thing: Any) -> str:
    cases = as_cases(thing)
    if cases is not thing:
        return _cases(cases)
    if isinstance(thing, Mapping):
        return ", ".join(f"{text(key)} ↦ {text(value)}" for key, value in thing.items())
    return f"({', '.join(text(item) for item in thing)})"


@text.register(Cells)
def _region(thing: Cells) -> str:
    if thing.is_everywhere:
        return "everywhere"
    if thing.is_nowhere:
        return "nowhere"
    choices = [printer.condition(conditions) for conditions in alternatives(thing)]
    return choices[0] if len(choices) == 1 else " or ".join(f"({c})" for c in choices)


@text.register(Intervals)
def _intervals(thing: Intervals) -> str:
    parts = []
    for start, end in thing:
        if start.value == end.value:
            parts.append(f"{{{unicode(start.value)}}}")
        else:
            left, right = "[" if start.side == BEFORE else "(", ")" if end.side == BEFORE else "]"
            parts.append(f"{left}{unicode(start.value)}, {unicode(end.value)}{right}")
    return " ∪ ".join(parts) or "∅"


@text.register(Step)
def _step(thing: Step) -> str:
    return _chain([one_step(thing)])


@text.register(Derivation)
def _derivation(thing: Derivation, *, unproved: Collection[int] = ()) -> str:
    thing, parts = with_names(thing), [f"{thing.name}: {from_tex(thing.of)}", ""]
    for block in blocks(thing, unproved):
        if block.given:
            parts.append(f"{on(block.given)} {printer.condition(block.given)}:")
        parts += [_chain(chain) for chain in block.chains]
    outcome = result(thing)
    if outcome:
        parts += ["Hence", *(_chain([line]) for line in outcome)]
    below = printer.chained(foot(thing))
    if below:
        parts.append(f"Here {listed(below)}.")
    return "\n".join(parts) + "\n"


def _chain(lines: Sequence[Line]) -> str:
    left = max(len(_side(line.left)) if line.left else 0 for line in lines)
    left = left if left <= _WIDTH // 3 else 4
    ends = [_broken(line.right, _WIDTH - left - 5) for line in lines]
    right = max(len(row) for end in ends for row in end)
    beside = left + right + max(len(_reason(line)) for line in lines) + 10 <= _WIDTH
    shown = []
    for line, (first, *others) in zip(lines, ends, strict=True):
        begin, why = _side(line.left) if line.left else "", _reason(line)
        if len(begin) > left:
            shown.append(f"  {begin}")
            begin = ""
        formula = f"  {begin:>{left}} {_RELATIONS[line.relation]} {first}"
        shown.append(f"{formula:{left + right + 8}}[{why}]" if beside and why else formula)
        shown += [f"  {'':{left}}   {other}" for other in others]
        if why and not beside:
            shown.append(f"  {'':{left}}     [{why}]")
    return "\n".join(shown) + "\n"


def _broken(side: Side, room: int) -> list[str]:
    """A side as one row or, where it is too long, as several: one per case, or as many terms as fit."""
    if side.shown is not None:
        return [_side(side)]
    if isinstance(side.meaning, Cases):
        return [row for value, choices in side.meaning.rows for row in _case(value, choices)]
    if isinstance(side.meaning, sympy.Piecewise):
        return [unicode(sympy.Piecewise(part, evaluate=False)) for part in side.meaning.args]
    if len(unicode(side.meaning)) <= room:
        return [unicode(side.meaning)]
    first, *others = packed(printer.pieces(side.meaning), room, measure=len)
    return [first, *(f"  {row}" for row in others)]


def _side(side: Side) -> str:
    if side.shown is not None:
        return from_tex(side.shown)
    return _cases(side.meaning) if isinstance(side.meaning, Cases) else unicode(side.meaning)


def _cases(cases: Cases) -> str:
    return "; ".join(" ".join(row.strip() for row in _case(value, choices)) for value, choices in cases.rows)


def _case(value: Any, choices: Sequence[Sequence[sympy.Basic]]) -> list[str]:
    """One row per alternative, the value before the first."""
    conditions = [printer.condition(choice) if choice else "always" for choice in choices]
    shown = text(value)
    return [f"{shown} if {conditions[0]}", *(f"{'':{len(shown)}} or {other}" for other in conditions[1:])]


def _reason(line: Line) -> str:
    """The reason of a line, with the conditions that only this line needs."""
    given = f" (for {printer.condition(line.given)})" if line.given else ""
    return _prose(line.because) + given + (" — NOT PROVED" if line.open else "")


@text.register(str)
def _prose(words: str) -> str:
    return "".join(from_tex(piece) if formula else piece for formula, piece in segments(words))


@text.register(Goal)
def _goal(thing: Goal) -> str:
    return unicode(thing.statement) + (f" for {printer.condition(thing.given)}" if thing.given else "")


@text.register(Verdict)
def _verdict(thing: Verdict) -> str:
    shown = thing.status + (f" by {thing.prover}" if thing.prover else "")
    if thing.witness:
        shown += " at " + listed([f"{unicode(s)} = {unicode(value)}" for s, value in thing.witness.items()])
    return shown


@text.register(Claim)
def _claim(thing: Claim) -> str:
    quoted = f"“{thing.sentence}” " if thing.sentence else ""
    lines = [f"{thing.name}: {quoted}({thing.source}, {thing.place})", f"  says: {_prose(thing.says)}"]
    if thing.statement is not None:
        lines.append(f"  that is: {_goal(thing.goal())}")
    return "\n".join(lines) + "\n"


@text.register(Row)
def _row(thing: Row) -> str:
    word, condition = exactly(thing)
    when = f"; {word} {unicode(condition)}" if condition is not None else ""
    unexpected = "" if thing.as_expected else f"; expected {thing.expects}"
    return f"{thing.claim}: {_verdict(thing.verdict)}{when}{unexpected}"


@text.register(Report)
def _report(thing: Report) -> str:
    return "\n".join([thing.title, *(f"  {_row(row)}" for row in thing)]) + "\n"
