"""What people type, as values: numbers exactly, names by the catalogue, nothing evaluated as code."""

import os
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symadv.language.errors import SymadvError, unknown

if TYPE_CHECKING:
    from symadv.language.parameters import Parameter
    from symadv.probability.distribution import Distribution

_NAMED = re.compile(r"\s*([^\W\d]\w*)\s*=(.*)", re.DOTALL)
_LABELLED = re.compile(r"\s*([+-]?\d{1,9})\s*=(.*)", re.DOTALL)

_PLAIN = re.compile(r"[\s\w.:/\\-]*")  # a name or a path: what is neither was meant as a formula

Names = Iterable["Parameter"]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
At = Annotated[
    list[str] | None,
    typer.Option("--at", metavar="NAME=NUMBER", help="A value for a parameter, such as p=9/10; may be repeated."),
]
Name = Annotated[
    str, typer.Argument(metavar="DISTRIBUTION", help='A name of "symadv list", or one of your own: my.module:toy')
]


def distribution_of(name: str, at: Iterable[str] | None) -> "Distribution":
    """The distribution of a name, with values for some of its parameters; one's own modules are found here, too."""
    from symadv.distributions import distribution

    see_own_modules(name)
    return distribution(name).at(**numbers_of("--at", at or ()))


def see_own_modules(*names: str) -> None:
    """Let ``my.module:toy`` be found in the current folder, as ``python -m`` does."""
    here = os.getcwd()
    if any(":" in name for name in names) and here not in sys.path:
        sys.path.insert(0, here)


def numbers_of(option: str, pairs: Iterable[str]) -> dict[str, Any]:
    """``["p=9/10", "eta=3"]`` as exact numbers by name."""
    from symadv.language.numbers import exact

    return {name: exact(text) for name, text in _pairs(option, pairs, _NAMED, "NAME=NUMBER such as p=9/10")}


def options_of(pairs: Iterable[str], *, names: Names) -> dict[str, Any]:
    """``["weights=1,2*eta", "tie=1"]`` as exact numbers or formulas in ``names``, tuples of them, or else text."""
    found = _pairs("--option", pairs, _NAMED, "NAME=VALUE such as weights=1,2/5")
    return {name: _value(name, text, names) for name, text in found}


def spans_of(pairs: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """``["p=1/2:1", "eta=0:4"]`` as the ends of a span, exact, by name."""
    from symadv.language.formulas import formula

    found = {}
    for name, text in _pairs("--over", pairs, _NAMED, "NAME=FROM:TO such as p=1/2:1"):
        ends = text.split(":")
        if len(ends) != 2:
            raise SymadvError(f"--over: got {name}={text!r}, wanted NAME=FROM:TO such as p=1/2:1")
        low, high = (formula(end, {}, where=f"--over {name}") for end in ends)
        found[name] = low, high
    return found


def shift_of(pairs: Iterable[str]) -> dict[int, tuple[Any, ...]]:
    """``["1=0,-6", "-1=0,6"]`` as a shift of the points of each label, one exact number per feature."""
    found = _pairs("--shift", pairs, _LABELLED, 'LABEL=NUMBER,NUMBER,... such as "1=0,-6"')
    return {int(label): several(text) for label, text in found}


def several(text: str, *, names: Names | None = None) -> tuple[Any, ...]:
    """Exact numbers between commas; formulas, too, where ``names`` are known."""
    from symadv.language.formulas import formula
    from symadv.language.numbers import exact

    if names is None:
        return tuple(exact(part) for part in text.split(","))
    known = {s.name: s for s in names}
    return tuple(formula(part, known) for part in text.split(","))


def number_of(option: str, text: str | None) -> Any:
    """An exact number, also a formula such as log(9); nothing where nothing is given."""
    from symadv.language.formulas import formula

    return None if text is None else formula(text, {}, where=option)


def one_of(kind: str, got: str, known: Iterable[str]) -> str:
    """A name among the known ones, or the error that names the nearest."""
    names = list(known)
    if got not in names:
        raise unknown(kind, got, names)
    return got


def _value(name: str, text: str, names: Names) -> Any:
    import sympy

    try:
        values = several(text, names=names)
    except SymadvError as error:
        if _PLAIN.fullmatch(text):
            return text.strip()
        raise SymadvError(f"--option {name}: {error}") from error
    plain = tuple(int(v) if isinstance(v, sympy.Integer) else v for v in values)
    return plain[0] if len(plain) == 1 else plain


def _pairs(option: str, pairs: Iterable[str], form: re.Pattern[str], wanted: str) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for pair in pairs:
        parts = form.fullmatch(pair)
        if parts is None:
            raise SymadvError(f"{option}: got {pair!r}, wanted {wanted}")
        if parts[1] in found:
            raise SymadvError(f"{option}: {parts[1]} is given twice")
        found[parts[1]] = parts[2]
    return list(found.items())
