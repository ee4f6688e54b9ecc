r"""LaTeX of a quality one would put into a paper: formulas, and derivations with a reason on each line."""

from collections.abc import Mapping
from fractions import Fraction
from functools import singledispatch
from typing import Any

import sympy

from symadv.language.derivations import Derivation, Step
from symadv.language.goals import Claim, Goal, Report, Row, Verdict
from symadv.language.intervals import BEFORE, Intervals
from symadv.language.numbers import exact
from symadv.language.regions import Cells
from symadv.readers._align import align, cases_tex
from symadv.readers._layout import as_cases, blocks, exactly, foot, listed, not_readable, on, one_step, result
from symadv.readers._regions import alternatives
from symadv.readers._tex import printer, tex
from symadv.readers._words import escape, tex_prose


@singledispatch
def latex(thing: Any, **options: Any) -> str:
    """The LaTeX of a thing: a formula for math mode, or text with displayed formulas; for amsmath and longtable.

    Expressions, conditions, regions and intervals are formulas; steps, derivations, goals, verdicts, claims and reports
    are text, and so is whatever carries a ``.derivation``.
    """
    derivation = getattr(thing, "derivation", None)
    if derivation is None:
        raise not_readable(thing, "LaTeX")
    return latex(derivation, **options)


@latex.register(sympy.Basic)
def _formula(thing: sympy.Basic) -> str:
    return tex(thing)


@latex.register(int)
@latex.register(Fraction)
def _number(thing: int | Fraction) -> str:
    return tex(exact(thing))


@latex.register(tuple)
@latex.register(Mapping)
def _outcome(thing: Any) -> str:
    cases = as_cases(thing)
    if cases is not thing:
        return cases_tex(cases)
    if isinstance(thing, Mapping):
        return r",\quad ".join(rf"{latex(key)} \mapsto {latex(value)}" for key, value in thing.items())
    return printer.brackets(", ".join(latex(item) for item in thing))


@latex.register(Cells)
def _region(thing: Cells) -> str:
    if thing.is_everywhere:
        return r"\mathbb{R}" + (f"^{len(thing.features)}" if len(thing.features) > 1 else "")
    if thing.is_nowhere:
        return r"\emptyset"
    point = tex(thing.features[0]) if len(thing.features) == 1 else tex(sympy.Tuple(*thing.features))
    choices = [printer.condition(conditions) for conditions in alternatives(thing)]
    joined = choices[0] if len(choices) == 1 else r" \text{ or } ".join(printer.brackets(c) for c in choices)
    return rf"\left\{{ {point} : {joined} \right\}}"


@latex.register(Intervals)
def _intervals(thing: Intervals) -> str:
    parts = []
    for start, end in thing:
        if start.value == end.value:
            parts.append(rf"\{{{tex(start.value)}\}}")
        else:
            left, right = "[" if start.side == BEFORE else "(", ")" if end.side == BEFORE else "]"
            parts.append(rf"\left{left}{tex(start.value)}, {tex(end.value)}\right{right}")
    return r" \cup ".join(parts) or r"\emptyset"


@latex.register(Step)
def _step(thing: Step) -> str:
    return align([[one_step(thing)]])


@latex.register(Derivation)
def _derivation(thing: Derivation, *, conclude: bool = True, conditions: bool = True) -> str:
    """``conclude`` restates the result, ``conditions`` says at the foot under which conditions all of it holds."""
    parts = []
    for block in blocks(thing):
        lead = f"{on(block.given)} ${printer.condition(block.given)}$:\n" if block.given else ""
        parts.append(lead + align(block.chains))
    outcome = result(thing) if conclude else ()
    if outcome:
        parts.append(("Hence\n" if parts else "") + align([[line] for line in outcome]))
    below = printer.chained(foot(thing)) if conditions else []
    if below:
        parts.append(f"Here {listed([f'${c}$' for c in below])}.\n")
    return "".join(parts)


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
    text = rf"\textbf{{{escape(thing.name)}.}} ``{escape(thing.sentence)}'' {source}. {tex_prose(thing.says)}"
    if thing.statement is not None:
        text += f": {_goal(thing.goal())}"
    return text + ("" if text.endswith(".") else ".") + "\n"


@latex.register(Row)
def _row(thing: Row) -> str:
    name = rf"\textbf{{{escape(thing.claim)}}}"
    says = rf"\newline {tex_prose(thing.says)}" if thing.says and thing.says != thing.claim else ""
    word, condition = exactly(thing)
    when = f"{word} ${tex(condition)}$" if condition is not None else word
    return rf"\raggedright {name}{says} & \raggedright {_verdict(thing.verdict)} & \raggedright {when} \tabularnewline"


@latex.register(Report)
def _report(thing: Report) -> str:
    head = r"\textbf{Claim} & \textbf{Verdict} & \textbf{Holds} \\ \hline\endhead"
    rows = "\n".join(_row(row) + r" \hline" for row in thing)
    widths = r"p{0.46\textwidth}p{0.22\textwidth}p{0.22\textwidth}"
    return f"\\begin{{longtable}}{{{widths}}}\n{head}\n{rows}\n\\end{{longtable}}\n"
