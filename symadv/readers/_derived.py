"""Derivations as text: chains with a reason on each line, the result, and in a paper a number and who checked them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symadv.language.derivations import Derivation
from symadv.language.goals import Goal, Row
from symadv.readers._align import align
from symadv.readers._layout import blocks, foot, listed, on, result
from symadv.readers._roots import with_names
from symadv.readers._tex import printer
from symadv.readers._words import tex_prose

_Key = tuple[Goal, ...]


def derived(derivation: Derivation, unproved: Collection[int] = ()) -> str:
    """The steps, what they yield, and under which conditions; steps that are not proved are marked."""
    derivation, parts = with_names(derivation), []
    for block in blocks(derivation, unproved):
        lead = f"{on(block.given)} ${printer.condition(block.given)}$:\n" if block.given else ""
        parts.append(lead + align(block.chains))
    outcome = result(derivation)
    if outcome:
        parts.append(("Hence\n" if parts else "") + align([[line] for line in outcome]))
    below = printer.chained(foot(derivation))
    if below:
        parts.append(f"Here {listed([f'${c}$' for c in below])}.\n")
    return "".join(parts)


@dataclass(frozen=True)
class Checked:
    """What provers say of a derivation: how many of its goals each has proved, and the steps that nobody has."""

    by: Mapping[str, int]
    unproved: frozenset[int] = frozenset()


@dataclass
class Grounds:
    """The derivations that the rows of a paper rest on: each is printed before the first row that needs it."""

    checked: Mapping[_Key, Checked] = field(default_factory=dict)
    _numbers: dict[_Key, int] = field(default_factory=dict)

    def first_needed(self, row: Row) -> str:
        """The derivations that no earlier row has needed, each in an environment with a label."""
        return "".join(self._printed(what, d) for what, d in _of(row) if d.goals() not in self._numbers)

    def cited(self, row: Row) -> str:
        """``Derivation 3`` or ``Derivations 3 and 4``; empty where the row rests on none."""
        numbers = sorted(self._numbers[d.goals()] for _, d in _of(row))
        references = listed([rf"\ref{{derivation-{number}}}" for number in dict.fromkeys(numbers)])
        return f"Derivation{'s' * (len(set(numbers)) > 1)}~{references}" if numbers else ""

    def _printed(self, what: str, derivation: Derivation) -> str:
        key = derivation.goals()
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        known = self.checked.get(key)
        title = tex_prose(what).replace("[", "{[}").replace("]", "{]}")
        text = derived(derivation, known.unproved if known else ()) + (_by(known.by, key) if known else "")
        return f"\\begin{{derivation}}[{title}]\\label{{derivation-{number}}}\n{text}\\end{{derivation}}\n\n"


def _of(row: Row) -> Iterable[tuple[str, Any]]:
    because = getattr(row.subject, "because", {})
    return [(what, d) for what, d in because.items() if isinstance(d, Derivation)]


def _by(by: Mapping[str, int], key: _Key) -> str:
    """By whom the steps, links and results are proved."""
    proved, total = sum(by.values()), len(key)
    who = listed([rf"\textsf{{{name}}}" + (f" ({count})" if len(by) > 1 else "") for name, count in by.items()])
    if not proved:
        return "None of its steps is proved.\n"
    if proved < total:
        return f"Of {total} goals (steps, links, results) {proved} are proved, by {who}; the others are open.\n"
    return f"Proved step by step, by {who}.\n"
