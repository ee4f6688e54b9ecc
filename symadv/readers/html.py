"""HTML fragments with formulas as MathML, which browsers set without a script."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from functools import singledispatch
from html import escape
from typing import Any

import sympy

from symadv.language.derivations import Derivation, Step
from symadv.language.goals import Claim, Goal, Report, Row, Verdict
from symadv.language.intervals import Intervals
from symadv.language.regions import Region
from symadv.readers._align import RELATIONS, broken, groups, side_tex
from symadv.readers._formulas import formula
from symadv.readers._layout import Line, blocks, exactly, foot, listed, not_readable, on, one_step, result
from symadv.readers._mathml import mathml
from symadv.readers._roots import with_names
from symadv.readers._tex import printer, tex
from symadv.readers._words import segments

_ROOM = 32.0  # em, of a formula beside its reason


@singledispatch
def html(thing: Any, **options: Any) -> str:
    """A thing as an HTML fragment: formulas are ``<math>``, derivations and reports are tables.

    ``unproved`` numbers the steps of a derivation, from 1, that are to be marked as such.
    """
    derivation = getattr(thing, "derivation", None)
    if derivation is None:
        raise not_readable(thing, "HTML")
    return html(derivation, **options)


@html.register(sympy.Basic)
@html.register(Region)
@html.register(Intervals)
@html.register(int)
@html.register(tuple)
@html.register(Fraction)
@html.register(Mapping)
def _formula(thing: Any) -> str:
    return mathml(formula(thing))


@html.register(Step)
def _step(thing: Step) -> str:
    return _table([[one_step(thing)]])


@html.register(Derivation)
def _derivation(thing: Derivation, *, unproved: Collection[int] = ()) -> str:
    thing, parts = with_names(thing), []
    for block in blocks(thing, unproved):
        if block.given:
            parts.append(f"<p>{on(block.given)} {mathml(printer.condition(block.given))}:</p>")
        parts.append(_table(block.chains))
    outcome = result(thing)
    if outcome:
        parts += ["<p>Hence</p>", _table([[line] for line in outcome])]
    below = printer.chained(foot(thing))
    if below:
        parts.append(f"<p>Here {listed([mathml(c) for c in below])}.</p>")
    return f'<div class="derivation">{"".join(parts)}</div>'


def _table(chains: Sequence[Sequence[Line]]) -> str:
    bodies = [["<tbody>" + "".join(map(_rows, chain)) + "</tbody>" for chain in group] for group in groups(chains)]
    return "".join(f'<div class="steps"><table>{"".join(group)}</table></div>' for group in bodies)


def _rows(line: Line) -> str:
    left = mathml(side_tex(line.left), display=True) if line.left else ""
    first, *others = broken(line.right, _ROOM)
    sign = mathml(RELATIONS[line.relation])
    right, *below = [mathml(row, display=True) for row in (first, *(f"{{}}{other}" for other in others))]
    head = f'<tr><td class="left">{left}</td><td class="sign">{sign}</td><td class="right">{right}</td>'
    more = "".join(f'<tr><td></td><td></td><td class="right more">{row}</td><td></td></tr>' for row in below)
    return f'{head}<td class="why">{_reason(line)}</td></tr>{more}'


def _reason(line: Line) -> str:
    """The reason of a line, with the conditions that only this line needs."""
    given = f" (for {mathml(printer.condition(line.given))})" if line.given else ""
    return _prose(line.because) + given + (' <span class="badge undecided">not proved</span>' if line.open else "")


@html.register(str)
def _prose(words: str) -> str:
    return "".join(mathml(piece) if formula else escape(piece) for formula, piece in segments(words))


@html.register(Goal)
def _goal(thing: Goal) -> str:
    given = f" for {mathml(printer.condition(thing.given))}" if thing.given else ""
    return mathml(tex(thing.statement)) + given


@html.register(Verdict)
def _verdict(thing: Verdict) -> str:
    badge = f'<span class="badge {thing.status.lower()}">{thing.status}</span>'
    by = f' <span class="by">{escape(thing.prover)}</span>' if thing.prover else ""
    at = ""
    if thing.witness:
        at = " at " + listed([mathml(f"{tex(s)} = {tex(value)}") for s, value in thing.witness.items()])
    return badge + by + at


@html.register(Claim)
def _claim(thing: Claim) -> str:
    source = f"<cite>{escape(thing.source)}, {escape(thing.place)}</cite>"
    statement = f"<p>{_goal(thing.goal())}</p>" if thing.statement is not None else ""
    quoted = f"<q>{escape(thing.sentence)}</q> " if thing.sentence else ""
    return f"<p>{quoted}{source}</p>{statement}"


@html.register(Row)
def _row(thing: Row) -> str:
    word, condition = exactly(thing)
    when = f"{word} {mathml(tex(condition))}" if condition is not None else ""
    unexpected = "" if thing.as_expected else f' <span class="unexpected">expected {thing.expects}</span>'
    return f"<tr><td>{_about(thing)}</td><td>{_verdict(thing.verdict)}{unexpected}</td><td>{when}</td></tr>"


def _about(thing: Row) -> str:
    """What a row is about: a claim's sentence and, folded away, what it says formally; or a goal's statement."""
    name = f"<b>{escape(thing.claim).replace('_', '_<wbr>')}</b>"
    why = f'<p class="why">{escape(thing.verdict.why)}</p>' if thing.verdict.why else ""
    if isinstance(thing.subject, Goal):
        return f"{name}<details><summary>statement</summary><p>{_goal(thing.subject)}</p>{why}</details>"
    if isinstance(thing.subject, Claim):
        number = f"{escape(thing.subject.number)} " if thing.subject.number else ""
        says = f"{_claim(thing.subject)}{why}"
        return f"{number}{name}<details><summary>{_prose(thing.says)}</summary>{says}</details>"
    return f"{name}<p>{_prose(thing.says)}</p>{why}" if thing.says != thing.claim else name + why


@html.register(Report)
def _report(thing: Report) -> str:
    head = "<thead><tr><th>Claim</th><th>Verdict</th><th>Holds</th></tr></thead>"
    return f'<table class="report">{head}<tbody>{"".join(_row(row) for row in thing)}</tbody></table>'
