"""What the suite found as tables and as data: recall of each attack on each problem under each definition."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from symadv import __version__
from symadv.report import Section, Table, Text
from symadv.suite.problems import PROBLEMS
from symadv.suite.run import BUDGET, Outcome, Suite

ABOUT = (
    f"Every attack has the same effort: at most {BUDGET} gradients a sample (for the grids, {BUDGET + 1} queries), the "
    "L-infinity ball, the same samples. A cell is the mean recall over the networks of a problem, with the lowest and "
    "the highest; a dash where nothing is vulnerable. An example is found only if exact arithmetic certifies it."
)


@dataclass(frozen=True)
class Spread:
    """The recall over the networks on which something is vulnerable: mean, lowest, highest."""

    mean: float
    low: float
    high: float

    @property
    def text(self) -> str:
        """As a cell of a table."""
        if self.low == self.high:
            return f"{self.mean:.2f}"
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}]"


def spread(outcomes: Sequence[Outcome]) -> Spread | None:
    """The recall over some networks; None when nothing is vulnerable in any."""
    known = [share for o in outcomes if (share := o.recall) is not None]
    return Spread(sum(known) / len(known), min(known), max(known)) if known else None


def markdown(found: Suite) -> str:
    """Everything as Markdown: the problems, then a table for each definition."""
    parts = ["# Attacks against the exact truth", ABOUT, _lines(_problems(found)), _lines(_costs(found))]
    for name in found.definitions:
        parts += [f"## {name}", _lines(_recalls(found, name))]
    if found.faults:
        parts += ["## At fault", "\n".join(f"* {words}" for words in found.faults)]
    return "\n\n".join(parts) + "\n"


def sections(found: Suite, definitions: Sequence[str]) -> Iterator[Section]:
    """The short form for a report: the tables of some definitions."""
    yield Text(ABOUT)
    yield _problems(found)
    yield from (_recalls(found, name) for name in definitions)
    yield from (Text(f"At fault: {words}.") for words in found.faults)


def data(found: Suite) -> dict[str, Any]:
    """Everything as plain data, each outcome and the spreads."""
    return {
        "symadv": __version__,
        "n": found.n,
        "seed": found.seed,
        "budget": BUDGET,
        "problems": [{"name": n, "eps": PROBLEMS[n].eps, "says": PROBLEMS[n].says} for n in found.problems],
        "attacks": list(found.attacks),
        "recall": [_cell(found, p, a, d) for d in found.definitions for p in found.problems for a in found.attacks],
        "faults": list(found.faults),
    }


def _cell(found: Suite, problem: str, attack: str, definition: str) -> dict[str, Any]:
    own = found.of(problem, attack, definition)
    known = spread(own)
    return {
        "definition": definition,
        "problem": problem,
        "attack": attack,
        "mean": None if known is None else known.mean,
        "lowest": None if known is None else known.low,
        "highest": None if known is None else known.high,
        "vulnerable": [o.vulnerable for o in own],
        "found": [o.found for o in own],
        "gradients": [o.gradients for o in own],
        "queries": [o.queries for o in own],
    }


def _problems(found: Suite) -> Table:
    rows = tuple((name, PROBLEMS[name].eps, PROBLEMS[name].says) for name in found.problems)
    return Table(("problem", "budget", "what it is"), rows, "The problems.")


def _costs(found: Suite) -> Table:
    first = found.definitions[0]
    rows = []
    for name in found.attacks:
        own = [o for problem in found.problems for o in found.of(problem, name, first)]
        most = max(o.gradients for o in own), max(o.queries for o in own)
        mean = sum(o.gradients for o in own) / len(own), sum(o.queries for o in own) / len(own)
        rows.append((name, f"{mean[0]:.0f}", f"{most[0]:.0f}", f"{mean[1]:.0f}", f"{most[1]:.0f}"))
    head = ("attack", "gradients, mean", "most", "queries, mean", "most")
    return Table(head, tuple(rows), "What was spent on each sample; broken samples are not attacked again.")


def _recalls(found: Suite, definition: str) -> Table:
    rows = []
    for problem in found.problems:
        own = [found.of(problem, attack, definition) for attack in found.attacks]
        share = sum(o.vulnerable / o.n for o in own[0]) / len(own[0])
        rows.append((problem, f"{share:.3f}", *(_text(outcomes) for outcomes in own)))
    return Table(("problem", "vulnerable", *found.attacks), tuple(rows), f"Recall under {definition}.")


def _text(outcomes: Sequence[Outcome]) -> str:
    known = spread(outcomes)
    return "–" if known is None else known.text


def _lines(table: Table) -> str:
    head = [list(table.head), ["---"] * len(table.head)]
    return "\n".join(f"| {' | '.join(str(cell) for cell in row)} |" for row in (*head, *table.rows))
