"""What a knife edge means: a sentence for a number that a convention decides, or a formula that jumps."""

from collections.abc import Mapping
from dataclasses import dataclass

from symadv import catalog
from symadv.risk._sym_merge import Surface
from symadv.risk.bound import Bound, Range
from symadv.risk.symbolic import SymbolicBound

_SAME = 1e-12


@dataclass(frozen=True)
class Edge:
    """A risk, its limits from smaller and from larger budgets, and what it is with other conventions."""

    here: Range
    below: Range
    above: Range
    otherwise: Mapping[str, Range]

    @property
    def sentence(self) -> str:
        """What differs, in words."""
        values = {"for slightly smaller budgets": self.below, "for slightly larger budgets": self.above}
        told = [f"{_shown(value)} {when}" for when, value in values.items() if _differ(value, self.here)]
        told += [f"{_shown(value)} ({convention})" for convention, value in self.otherwise.items()]
        if not told:
            return f"{_shown(self.here)} as asked, and off by less than {_SAME:g} with another convention"
        return f"{_shown(self.here)} as asked, but {', '.join(told)}"

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The risk, its two limits and the other conventions, for a table."""
        others = ", ".join(f"{_shown(value)} ({convention})" for convention, value in self.otherwise.items())
        return _shown(self.here), _shown(self.below), _shown(self.above), others


@dataclass(frozen=True)
class Jumps:
    """Where a risk that is a formula jumps."""

    jumps: tuple[Surface, ...]

    @property
    def sentence(self) -> str:
        """Each surface, and the risk on it and on both sides of it, in words."""
        return "; ".join(_jump(jump) for jump in self.jumps)


def _jump(jump: Surface) -> str:
    text = catalog.load("readers", "text")
    name = jump.parameter.name
    where = f" where {' and '.join(text(c) for c in jump.given)}" if jump.given else ""
    sides = ((jump.below, "smaller"), (jump.above, "larger"))
    beside = " and ".join(f"{text(value)} for slightly {which} {name}" for value, which in sides if value is not None)
    return f"at {name} = {text(jump.value)}{where} the risk is {text(jump.here)}, but {beside}"


def edge(bound: Bound) -> Edge | Jumps | None:
    """What the risk would be for slightly other budgets or another convention; None where it would be the same."""
    evidence = bound.evidence
    if isinstance(bound, SymbolicBound):
        return Jumps(bound.evidence.jumps) if bound.evidence.jumps else None
    if evidence is None or not evidence.knife_edge:
        return None
    here = (bound.lower, bound.upper)
    other = {words: value for words, value in evidence.otherwise.items() if _differ(value, here)}
    return Edge(here, evidence.below, evidence.above, other)


def _shown(value: Range) -> str:
    lower, upper = value
    return f"{lower:.6g}" if upper - lower < _SAME else f"between {lower:.6g} and {upper:.6g}"


def _differ(a: Range, b: Range) -> bool:
    return abs(a[0] - b[0]) > _SAME or abs(a[1] - b[1]) > _SAME
