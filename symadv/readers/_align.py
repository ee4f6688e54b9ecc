"""Chains of lines as ``align*``: the relations aligned, a reason at the right of each, long formulas broken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from symadv.readers._layout import Cases, Line, Side
from symadv.readers._tex import printer, stacked, tex
from symadv.readers._width import prose_width, width
from symadv.readers._words import checked, tex_prose

TEXT_WIDTH = 41.5  # em, of 11pt on a page with margins of one inch
_CASES_WIDTH = 30.0
_RELATION, _GAP, _NARROWEST_REASON = 1.5, 2.0, 9.0

RELATIONS = {
    ":=": ":=",
    "=": "=",
    "<": "<",
    "<=": r"\le",
    ">": ">",
    ">=": r"\ge",
    "iff": r"\iff",
    "implies": r"\implies",
}


@dataclass(frozen=True)
class Columns:
    """The widths, in em, of an ``align*``: left sides, right sides with their reason beside them, and the reasons."""

    left: float
    right: float
    reason: float
    overhang: bool  # whether a line is wider than its column, its reason below it

    @property
    def room(self) -> float:
        """The width in which a right side has to be broken."""
        return TEXT_WIDTH - self.left - _RELATION


def align(chains: Sequence[Sequence[Line]]) -> str:
    """``align*`` for some chains, one for each group."""
    return "".join(map(_aligned, groups(chains)))


def groups(chains: Sequence[Sequence[Line]]) -> list[list[Sequence[Line]]]:
    """Chains to be aligned together: neighbours that fit; a chain with lines that do not stands alone."""
    found: list[list[Sequence[Line]]] = []
    for chain in chains:
        if found and not any(_columns(one).overhang for one in (chain, found[-1][-1])):
            found[-1].append(chain)
        else:
            found.append([chain])
    return found


def _aligned(chains: Sequence[Sequence[Line]]) -> str:
    columns = _columns([line for chain in chains for line in chain])
    rows = [" \\\\\n".join(row for line in chain for row in _rows(line, columns)) for chain in chains]
    return "\\begin{align*}\n" + " \\\\[1ex]\n".join(rows) + "\n\\end{align*}\n"


def _columns(lines: Sequence[Line]) -> Columns:
    left = max((width(side_tex(line.left)) for line in lines if line.left), default=0.0)
    rights = [width(side_tex(line.right)) for line in lines]
    reasons = [_reason_width(line) for line in lines]
    tight = left > TEXT_WIDTH / 3 and left + max(rights) > TEXT_WIDTH - _RELATION - _GAP - _NARROWEST_REASON
    if tight or any(_sticks_out(line, TEXT_WIDTH - left - _RELATION) for line in lines):
        left = min(left, 2.0)
    room = TEXT_WIDTH - left - _RELATION - _GAP
    beside = [w for w in rights if w <= room - _NARROWEST_REASON]
    right, overhang = max(beside, default=0.0), len(beside) < len(rights)
    return Columns(left, right, room - right if overhang else min(room - right, max(reasons)), overhang)


def _sticks_out(line: Line, room: float) -> bool:
    """Whether a right side is too wide, even broken into rows, for what the left side leaves."""
    return any(width(row) > room for row in broken(line.right, room))


def _rows(line: Line, columns: Columns) -> list[str]:
    """The rows of one line: the formula, broken where it must be, and the reason beside or below it."""
    rows, begin = [], ""
    if line.left is not None:
        begin = side_tex(line.left)
        if width(begin) > columns.left:
            rows.append(rf"& \rlap{{$\displaystyle {begin}$}}")
            begin = ""
    relation, right, why = RELATIONS[line.relation], side_tex(line.right), reason_tex(line)
    if columns.right and width(right) <= columns.right:
        return [*rows, f"{begin} & {relation} {right}" + (f" && {_boxed(why, line, columns)}" if why else "")]
    first, *others = broken(line.right, columns.room)
    formulas = [(begin, f"{relation} {first}"), *(("", rf"\qquad {{}}{other}") for other in others)]
    if columns.right:
        rows += [rf"{b} & \rlap{{$\displaystyle {{}}{f}$}}" for b, f in formulas]
        return [*rows, f"&&& {_boxed(why, line, columns)}"] if why else rows
    rows += [f"{b} & {f}" for b, f in formulas]
    return [*rows, rf"& \qquad {_below(why, line, columns)}"] if why else rows


def packed(pieces: Sequence[Sequence[str]], room: float, *, measure: Callable[[str], float] = width) -> list[str]:
    """Pieces joined into as few rows as fit; a piece that is too wide alone is cut, if it can be."""
    rows: list[str] = []
    for piece in pieces:
        whole = " ".join(piece)
        if measure(whole) > room - 2 and len(piece) > 1:
            rows += packed([[part] for part in piece], room, measure=measure)
        elif rows and measure(f"{rows[-1]} {whole}") <= room - 2:
            rows[-1] = f"{rows[-1]} {whole}"
        else:
            rows.append(whole)
    return rows


def _boxed(why: str, line: Line, columns: Columns) -> str:
    if _reason_width(line) <= columns.reason and not columns.overhang:
        return rf"\text{{\small {why}}}"
    return rf"\parbox[t]{{{columns.reason:.1f}em}}{{\raggedright\small {why}}}"


def _below(why: str, line: Line, columns: Columns) -> str:
    """A reason under its line, in several lines where it is long."""
    room = columns.room - _GAP
    if _reason_width(line) <= room:
        return rf"\text{{\small {why}}}"
    return rf"\parbox[t]{{{room:.1f}em}}{{\raggedright\small {why}}}"


def _reason_width(line: Line) -> float:
    conditions = 3 + width(printer.condition(line.given)) if line.given else 0.0
    return prose_width(line.because) + conditions + (prose_width(" (not proved)") if line.open else 0.0)


def reason_tex(line: Line) -> str:
    """The reason of a line, with the conditions that only this line needs."""
    extra = f" (for ${printer.condition(line.given)}$)" if line.given else ""
    return tex_prose(line.because) + extra + (r" \textbf{(not proved)}" if line.open else "")


@lru_cache(maxsize=1024)
def side_tex(side: Side) -> str:
    """A side of a line in TeX."""
    if side.shown is not None:
        return checked(side.shown)
    return cases_tex(side.meaning) if isinstance(side.meaning, Cases) else tex(side.meaning)


def broken(side: Side, room: float) -> list[str]:
    """A side of a line, as rows where it does not fit in one."""
    whole = side_tex(side)
    if side.shown is not None or isinstance(side.meaning, Cases) or width(whole) <= room:
        return [whole]
    return packed(printer.pieces(side.meaning), room)


def cases_tex(cases: Cases) -> str:
    r"""``cases`` with one row per alternative."""
    rows = []
    for value, choices in cases.rows:
        for k, conditions in enumerate(choices):
            first, *others = printer.chained(conditions) or [r"\text{always}"]
            shown, *below = packed([[first, *(rf"\text{{ and }} {other}" for other in others)]], _CASES_WIDTH)
            rows.append(rf"{tex(value) if k == 0 else ''} & \text{{{'or' if k else 'if'} }} {shown}")
            rows += [rf"& \quad {row}" for row in below]
    return stacked(rows)
