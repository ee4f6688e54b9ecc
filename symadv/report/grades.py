"""Grades of attacks for people and programs."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from symadv.risk.graded import Grade

if TYPE_CHECKING:
    from rich.console import RenderableType

_HEAD = ("definition", "vulnerable", "found", "recall", "last", "any", "missed", "ambiguous", "outside")


def as_data(grade: Grade, *, show: int) -> dict[str, Any]:
    """A grade as plain data, with at most ``show`` points of each kind; witnesses are certified by exact arithmetic."""
    counts = ("attack", "definition", "n", "vulnerable", "found", "found_last", "found_any", "recall")
    costs = ("seconds", "queries", "gradients")
    return {
        **{name: getattr(grade, name) for name in (*counts, *costs)},
        "faults": list(grade.faults),
        **{f"{kind}_count": len(getattr(grade, kind)) for kind in ("missed", "ambiguous", "outside", "invalid")},
        "missed": [_missed(grade, int(row)) for row in grade.missed[:show]],
        "ambiguous": [_ambiguous(grade, int(row)) for row in grade.ambiguous[:show]],
        "outside": [_returned(grade, int(row)) for row in grade.outside[:show]],
    }


def as_terminal(found: Mapping[str, Grade], *, show: int) -> "Iterator[RenderableType]":
    """One table over the definitions, then the points that were missed, left the ball, or are ambiguous."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    any_grade = next(iter(found.values()))
    table = Table(box=box.SIMPLE_HEAD, title=Text(_title(any_grade)), title_justify="left")
    for k, head in enumerate(_HEAD):
        table.add_column(head, justify="left" if k == 0 else "right", no_wrap=True)
    for grade in found.values():
        table.add_row(*_cells(grade))
    yield table
    for fault in any_grade.faults:
        yield Text(f"{any_grade.attack} is at fault: {fault}.", style="bold red")
    yield from (Text(line) for line in _outside(any_grade, show))
    for grade in found.values():
        yield from (Text(line) for line in _points(grade, show))


def _title(grade: Grade) -> str:
    cost = f"{grade.gradients / grade.n:.0f} gradients and {grade.queries / grade.n:.0f} queries a sample"
    return f"{grade.attack} on {grade.n} samples: {grade.seconds:.2f} s, {cost}"


def _cells(grade: Grade) -> list[str]:
    recall = "–" if grade.recall is None else f"{grade.recall:.4f}"
    iterates = ["–" if count is None else str(count) for count in (grade.found_last, grade.found_any)]
    lost = [str(len(rows)) for rows in (grade.missed, grade.ambiguous, grade.outside)]
    return [grade.definition, str(grade.vulnerable), str(grade.found), recall, *iterates, *lost]


def _outside(grade: Grade, show: int) -> Iterator[str]:
    if len(grade.outside):
        yield f"Outside the threat model, {_shown(grade.outside, show)}:"
    for row in grade.outside[:show]:
        yield f"  {_sample(grade, int(row))} returned {_point(grade.x_adv[row])}"


def _points(grade: Grade, show: int) -> Iterator[str]:
    if show and len(grade.ambiguous):
        yield f"AMBIGUOUS under {grade.definition}, too close for floats to tell, {_shown(grade.ambiguous, show)}:"
        yield from (f"  {_sample(grade, int(row))}{_unclear(grade, int(row))}" for row in grade.ambiguous[:show])
    if show and len(grade.missed):
        yield f"Missed under {grade.definition}, {_shown(grade.missed, show)}:"
        for row in grade.missed[:show]:
            witness = grade.witness(int(row))
            where = "adversarial points lie between the floats" if witness is None else f"witness {_point(witness)}"
            yield f"  {_sample(grade, int(row))}: {where}"


def _unclear(grade: Grade, row: int) -> str:
    gap, rounding = grade.logit_gap(row)
    return f" returned {_point(grade.x_adv[row])}: logits {gap:.3g} apart, rounding up to {rounding:.3g}"


def _shown(rows: Any, show: int) -> str:
    return f"{len(rows)} samples" if len(rows) <= show else f"{len(rows)} samples, the first {show} of them"


def _sample(grade: Grade, row: int) -> str:
    return f"x = {_point(grade.x[row])}, y = {grade.y[row]}"


def _point(point: Any) -> str:
    return f"({', '.join(repr(float(v)) for v in point)})"


def _missed(grade: Grade, row: int) -> dict[str, Any]:
    witness = grade.witness(row)
    return {**_where(grade, row), "witness": None if witness is None else witness.tolist()}


def _returned(grade: Grade, row: int) -> dict[str, Any]:
    return {**_where(grade, row), "x_adv": grade.x_adv[row].tolist()}


def _ambiguous(grade: Grade, row: int) -> dict[str, Any]:
    gap, rounding = grade.logit_gap(row)
    return {**_returned(grade, row), "logit_gap": gap, "rounding": rounding}


def _where(grade: Grade, row: int) -> dict[str, Any]:
    return {"row": row, "x": grade.x[row].tolist(), "y": int(grade.y[row])}
