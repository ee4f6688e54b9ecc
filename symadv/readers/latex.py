r"""LaTeX of a quality one would put into a paper: formulas, and derivations with a reason on each line."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from functools import singledispatch
from types import MappingProxyType
from typing import Any

import sympy

from symadv.language.derivations import Derivation, Step
from symadv.language.goals import Claim, Goal, Report, Row, Verdict
from symadv.language.intervals import Intervals
from symadv.language.regions import Region
from symadv.readers._align import align
from symadv.readers._derived import Checked, Grounds, derived
from symadv.readers._formulas import formula
from symadv.readers._layout import listed, not_readable, one_step
from symadv.readers._paper import proved_as_in_a_paper
from symadv.readers._tex import printer, tex
from symadv.readers._words import escape, tex_prose


@singledispatch
def latex(thing: Any, **options: Any) -> str:
    """The LaTeX of a thing: a formula for math mode, or text with displayed formulas; for amsmath and amsthm.

    Expressions, conditions, regions and intervals are formulas.  Steps, derivations, goals, verdicts, claims, reports
    and running text (str, formulas between dollar signs) are text, and so is whatever carries a ``.derivation``.
    A report, or a row of one, is what a paper says: proposition, lemmas, proof or counterexample, corollary; it cites
    sources by their keys; the derivations that a claim rests on stand before the first claim that needs them, with the
    ``checked`` verdicts on their goals.  ``unproved`` numbers the steps of a derivation, from 1, that are to be marked
    as such; ``kernel`` names the file of Rocq for each theorem of a claim that a kernel can check.
    """
    derivation = getattr(thing, "derivation", None)
    if derivation is None:
        raise not_readable(thing, "LaTeX")
    return latex(derivation, **options)


@latex.register(sympy.Basic)
@latex.register(int)
@latex.register(Fraction)
@latex.register(tuple)
@latex.register(Mapping)
@latex.register(Region)
@latex.register(Intervals)
def _formula(thing: Any) -> str:
    return formula(thing)


@latex.register(str)
def _prose(thing: str) -> str:
    return tex_prose(thing)


@latex.register(Step)
def _step(thing: Step) -> str:
    return align([[one_step(thing)]])


@latex.register(Derivation)
def _derivation(thing: Derivation, *, unproved: Collection[int] = ()) -> str:
    return derived(thing, unproved)


@latex.register(Goal)
def _goal(thing: Goal) -> str:
    given = f" for ${printer.condition(thing.given)}$" if thing.given else ""
    return f"${tex(thing.statement)}${given}"


@latex.register(Verdict)
def _verdict(thing: Verdict) -> str:
    text = rf"\textsc{{{thing.status.lower()}}}"
    if thing.prover:
        text += f" by {escape(thing.prover)}"
    if thing.witness:
        text += " at " + listed([f"${tex(s)} = {tex(value)}$" for s, value in thing.witness.items()])
    return text


@latex.register(Claim)
def _claim(thing: Claim) -> str:
    source = f"({escape(thing.source)}, {escape(thing.place)})"
    quoted = f"``{tex_prose(thing.sentence)}'' " if thing.sentence else ""
    text = rf"\textbf{{{escape(thing.name)}.}} {quoted}{source}. {tex_prose(thing.says)}"
    if thing.statement is not None:
        text += f": {_goal(thing.goal())}"
    return text + ("" if text.endswith(".") else ".") + "\n"


@latex.register(Row)
def _row(thing: Row, *, kernel: Mapping[str, str] = MappingProxyType({})) -> str:
    return proved_as_in_a_paper(thing, kernel, Grounds())


@latex.register(Report)
def _report(
    thing: Report,
    *,
    kernel: Mapping[str, str] = MappingProxyType({}),
    checked: Mapping[tuple[Goal, ...], Checked] = MappingProxyType({}),
) -> str:
    grounds = Grounds(checked)
    return "".join(proved_as_in_a_paper(row, kernel, grounds) for row in thing)
