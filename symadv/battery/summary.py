"""The outcomes of a battery, counted: by kind of slip, who noticed it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from symadv.battery.trial import Outcome


@dataclass(frozen=True)
class Line:
    """The mutants with one kind of slip: how many, refuted by whom, still true, missed, and wrongly proved.

    ``random`` and ``boundary`` count those that points alone refute, ``by`` those that each prover refuted.
    """

    slip: str
    mutants: int
    random: int
    boundary: int
    by: dict[str, int]
    still_true: int
    missed: int
    unsound: int


def summary(outcomes: Sequence[Outcome]) -> tuple[Line, ...]:
    """A line for each kind of slip, and one for all of them at the end."""
    provers = sorted({o.verdict.prover for o in outcomes if o.fate == "refuted"})
    slips = dict.fromkeys(o.mutant.operator for o in outcomes)
    lines = [_line(slip, [o for o in outcomes if o.mutant.operator == slip], provers) for slip in slips]
    return (*lines, _line("all", outcomes, provers))


def _line(slip: str, own: Sequence[Outcome], provers: Iterable[str]) -> Line:
    def count(fate: str) -> int:
        return sum(o.fate == fate for o in own)

    return Line(
        slip,
        len(own),
        sum(o.random for o in own),
        sum(o.boundary for o in own),
        {prover: sum(o.fate == "refuted" and o.verdict.prover == prover for o in own) for prover in provers},
        count("still true"),
        count("missed"),
        count("unsound"),
    )
