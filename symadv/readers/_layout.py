"""A derivation as the lines of a text: leads, lines with reasons, the result, and the conditions at the foot."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any

import sympy

from symadv.language.derivations import Derivation, Step
from symadv.language.errors import SymadvError
from symadv.language.goals import Row
from symadv.language.parameters import domain_conditions, parameters_of
from symadv.language.regions import Cells
from symadv.readers._form import is_feature
from symadv.readers._regions import alternatives

Conditions = tuple[sympy.Basic, ...]


@dataclass(frozen=True)
class Side:
    """One side of a line: what it means, and its TeX where the author chose it."""

    meaning: Any
    shown: str | None = None


@dataclass(frozen=True)
class Line:
    """``left relation right``; without a left side the line goes on from the one before.

    ``given`` are conditions that only this line needs; ``open`` says that no prover accepted it.
    """

    left: Side | None
    relation: str
    right: Side
    because: str = ""
    given: Conditions = ()
    open: bool = False


@dataclass(frozen=True)
class Block:
    """Chains that hold under the same conditions."""

    given: Conditions
    chains: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Cases:
    """A value for each of several alternatives; every alternative is a list of conditions that hold together."""

    rows: tuple[tuple[Any, tuple[Conditions, ...]], ...]


def blocks(derivation: Derivation, unproved: Collection[int] = ()) -> tuple[Block, ...]:
    """The chains of a derivation, neighbours under the same conditions together; steps are numbered from 1."""
    numbers = count(1)
    chains = [(c[0].given, _lines(c, [next(numbers) in unproved for _ in c])) for c in derivation.chains]
    grouped = groupby(chains, key=lambda pair: pair[0])
    return tuple(Block(given, tuple(lines for _, lines in pairs)) for given, pairs in grouped)


def _lines(chain: Sequence[Step], unproved: Sequence[bool]) -> tuple[Line, ...]:
    lines = []
    for k, step in enumerate(chain):
        goes_on = k > 0 and step.shown_left is None and step.left == chain[k - 1].right
        extra = tuple(c for c in step.given if c not in chain[0].given)
        relation = ":=" if step.definition and step.shown_left is None else step.relation
        left = None if goes_on else Side(step.left, step.shown_left)
        lines.append(Line(left, relation, Side(step.right, step.shown), step.because, extra, unproved[k]))
    return tuple(lines)


def result(derivation: Derivation) -> tuple[Line, ...]:
    """What was derived, one line per name; nothing where the last line of the last chain says it already."""
    outcome, names = derivation.result, _names(derivation)
    if len(names) == 1 and isinstance(outcome, sympy.Basic) and derivation.steps[-1].right == outcome:
        return ()
    if isinstance(outcome, sympy.Tuple) and len(names) == len(outcome):
        return tuple(Line(Side(None, n), "=", Side(value)) for n, value in zip(names, outcome, strict=True))
    return (Line(Side(None, derivation.of), "=", Side(as_cases(outcome))),)


def _names(derivation: Derivation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.shown_left for s in derivation.steps if s.begins and s.shown_left is not None))


def as_cases(outcome: Any) -> Any:
    """Labels with their regions, or regions with their images, as cases; anything else as it is."""
    if isinstance(outcome, Mapping) and all(isinstance(v, Cells) for v in outcome.values()):
        return Cases(tuple((key, alternatives(region)) for key, region in outcome.items()))
    if isinstance(outcome, tuple) and outcome and all(map(_is_piece, outcome)):
        return Cases(tuple((_point(image), alternatives(region)) for region, image in outcome))
    return outcome


def _is_piece(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], Cells)


def _point(image: Sequence[sympy.Expr]) -> sympy.Basic:
    return image[0] if len(image) == 1 else sympy.Tuple(*image)


def foot(derivation: Derivation) -> Conditions:
    """The conditions under which all of it holds: what is given, and the domains of the parameters that occur."""
    said = [derivation.result] if isinstance(derivation.result, sympy.Basic) else []
    for step in derivation.steps:
        said += [step.left, step.right, *step.given]
    domains = [c for s in parameters_of(*derivation.given, *said) if not is_feature(s) for c in domain_conditions(s)]
    return tuple(dict.fromkeys([*derivation.given, *domains]))


def on(given: Conditions) -> str:
    """The word that introduces conditions: points lie *on* a face, parameters are given values *for* a statement."""
    places = all(isinstance(c, sympy.Equality) and any(map(is_feature, c.free_symbols)) for c in given)
    return "On" if places else "For"


def one_step(step: Step) -> Line:
    """A step on its own, with all of its conditions beside the reason."""
    return Line(Side(step.left, step.shown_left), step.relation, Side(step.right, step.shown), step.because, step.given)


def exactly(row: Row) -> tuple[str, sympy.Basic | None]:
    """How a claim's condition is to be read: "exactly when", "if", "only if" or "open", and the condition."""
    if row.exactly_when is None:
        return "", None
    if row.exactness is None:
        return "open:", row.exactly_when
    if row.exactness.status == "PROVED":
        return "exactly when", row.exactly_when
    direction = row.exactness.why.partition(";")[0]
    return direction if direction in ("if", "only if") else "open:", row.exactly_when


def listed(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def not_readable(thing: Any, notation: str) -> SymadvError:
    """The error for something that a reader does not know."""
    return SymadvError(
        f"got {type(thing).__name__}, which has no {notation}; wanted an expression, a condition, "
        "a region, a derivation, a claim, a report or something with a .derivation"
    )
