r"""A statement on its own lines: a formula as long as it is, broken before its connectives."""

import re
from collections.abc import Sequence

import sympy
from sympy.core.relational import Relational

from symadv.language.goals import Exists, ForAll
from symadv.readers._align import TEXT_WIDTH, packed
from symadv.readers._tex import printer, tex
from symadv.readers._width import width

_ROOM, _INDENT, _SIGN, _MOST = TEXT_WIDTH - 3.5, 2.0, 3.0, 24
_SIZES = ((1.0, ""), (0.9, r"\small"), (0.8, r"\footnotesize"), (0.65, r"\scriptsize"))
_CASES = re.compile(r"\\begin\{cases\}.*?\\end\{cases\}", re.DOTALL)
_COMPOUND = (sympy.And, sympy.Or, sympy.Implies, sympy.Equivalent)


def display(statement: sympy.Basic) -> str:
    """``align*`` with the statement; of a conjunction that would fill a page, its first condition and their number."""
    rows = _rows(statement, _ROOM)
    if len(rows) <= _MOST or not isinstance(statement, sympy.And):
        return _aligned(rows)
    first = _aligned(_rows(statement.args[0], _ROOM))
    return f"{first}which is the first of {len(statement.args)} conditions that the formal statement joins.\n"


def extent(tex: str) -> float:
    """The width of a formula that may hold several case distinctions beside one another."""
    return width(_CASES.sub("", tex)) + sum(map(width, _CASES.findall(tex)))


def _aligned(rows: Sequence[str]) -> str:
    """The rows, in smaller letters where one of them cannot be broken and is too wide."""
    shown = "\\begin{align*}\n" + " \\\\\n".join(f"& {row}" for row in rows) + "\n\\end{align*}\n"
    wide = max(map(extent, rows))
    size = next((size for factor, size in _SIZES if factor * wide <= TEXT_WIDTH), _SIZES[-1][1])
    return f"{{{size}\n{shown}}}%\n" if size else shown


def _rows(e: sympy.Basic, room: float) -> list[str]:
    """A formula in as many rows as it needs; sums and single terms that do not fit stay as wide as they are."""
    whole = tex(e)
    if extent(whole) <= room:
        return [whole]
    if isinstance(e, ForAll | Exists):
        variables, statement = e.args
        return [_quantifier(e, variables), *_indented(_rows(statement, room - _INDENT))]
    if isinstance(e, sympy.And | sympy.Or):
        return _joined(e, room)
    if isinstance(e, sympy.Implies | sympy.Equivalent):
        sign = printer.word("implies" if isinstance(e, sympy.Implies) else "iff")
        left, right = (_operand(a, room - _SIGN) for a in e.args)
        return [*left, *_indented([f"{sign} {right[0]}", *right[1:]])]
    if isinstance(e, sympy.Not):
        return _prefixed(printer.word("not") + r"\ ", _bracketed(_rows(e.args[0], room - _INDENT - _SIGN)))
    if isinstance(e, Relational):
        left, sign, right = printer.sides(e)
        after = _sum(right, room - _INDENT)
        return [*_sum(left, room), *_indented([f"{printer.word(sign)} {after[0]}", *after[1:]])]
    return _sum(e, room)


def _quantifier(e: sympy.Basic, variables: Sequence[sympy.Symbol]) -> str:
    word = printer.word("forall" if isinstance(e, ForAll) else "exists")
    return word + r",\, ".join(map(printer.domain, variables)) + printer.word(":")


def _joined(e: sympy.Basic, room: float) -> list[str]:
    """The sides of "and" and "or", short ones beside one another."""
    word = printer.word("and" if isinstance(e, sympy.And) else "or").strip()
    found: list[str] = []
    single = False
    for k, group in enumerate(_sides(e, room - _SIGN)):
        rows = group if k == 0 else [f"{word} {group[0]}", *_indented(group[1:])]
        if single and len(rows) == 1 and extent(f"{found[-1]} {rows[0]}") <= room:
            found[-1] += f" {rows[0]}"
        else:
            found += rows
        single = len(rows) == 1
    return found


def _sides(e: sympy.Basic, room: float) -> list[list[str]]:
    if isinstance(e, sympy.And):
        simple = [a for a in e.args if isinstance(a, Relational) and extent(tex(a)) <= room]
        return [*([c] for c in printer.chained(simple)), *(_operand(a, room) for a in e.args if a not in simple)]
    return [_operand(a, room) for a in e.args]


def _operand(e: sympy.Basic, room: float) -> list[str]:
    if isinstance(e, _COMPOUND):
        return _bracketed(_rows(e, room - 1))
    return _rows(e, room)


def _bracketed(rows: list[str]) -> list[str]:
    if len(rows) == 1:
        return [printer.brackets(rows[0])]
    return [r"\bigl(" + rows[0], *rows[1:-1], rows[-1] + r"\bigr)"]


def _sum(e: sympy.Basic, room: float) -> list[str]:
    first, *others = packed(printer.pieces(e), room, measure=extent) if extent(tex(e)) > room else [tex(e)]
    return [first, *_indented([f"{{}}{row}" for row in others])]


def _indented(rows: Sequence[str]) -> list[str]:
    return [rf"\quad {row}" for row in rows]


def _prefixed(prefix: str, rows: Sequence[str]) -> list[str]:
    return [prefix + rows[0], *_indented(rows[1:])]
