"""Whatever is one formula in TeX: expressions, conditions, regions, intervals, and what a derivation can result in."""

from collections.abc import Mapping
from fractions import Fraction
from functools import singledispatch
from typing import Any

import sympy

from symadv.language.intervals import BEFORE, Intervals
from symadv.language.numbers import exact
from symadv.language.regions import Cells
from symadv.readers._align import cases_tex
from symadv.readers._layout import as_cases, not_readable
from symadv.readers._regions import alternatives
from symadv.readers._tex import printer, tex


@singledispatch
def formula(thing: Any) -> str:
    """One formula, for math mode."""
    raise not_readable(thing, "formula")


@formula.register(sympy.Basic)
def _expression(thing: sympy.Basic) -> str:
    return tex(thing)


@formula.register(int)
@formula.register(Fraction)
def _number(thing: int | Fraction) -> str:
    return tex(exact(thing))


@formula.register(tuple)
@formula.register(Mapping)
def _outcome(thing: Any) -> str:
    cases = as_cases(thing)
    if cases is not thing:
        return cases_tex(cases)
    if isinstance(thing, Mapping):
        return r",\quad ".join(rf"{formula(key)} \mapsto {formula(value)}" for key, value in thing.items())
    return printer.brackets(", ".join(formula(item) for item in thing))


@formula.register(Cells)
def _region(thing: Cells) -> str:
    if thing.is_everywhere:
        return r"\mathbb{R}" + (f"^{{{len(thing.features)}}}" if len(thing.features) > 1 else "")
    if thing.is_nowhere:
        return r"\emptyset"
    point = tex(thing.features[0]) if len(thing.features) == 1 else printer.brackets(printer.listed(thing.features))
    choices = [printer.condition(conditions) for conditions in alternatives(thing)]
    joined = choices[0] if len(choices) == 1 else r" \text{ or } ".join(printer.brackets(c) for c in choices)
    return rf"\left\{{ {point} : {joined} \right\}}"


@formula.register(Intervals)
def _intervals(thing: Intervals) -> str:
    parts = []
    for start, end in thing:
        if start.value == end.value:
            parts.append(rf"\{{{tex(start.value)}\}}")
        else:
            left, right = "[" if start.side == BEFORE else "(", ")" if end.side == BEFORE else "]"
            parts.append(rf"\left{left}{tex(start.value)}, {tex(end.value)}\right{right}")
    return r" \cup ".join(parts) or r"\emptyset"
