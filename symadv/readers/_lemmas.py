"""The sentences of provers about what they replaced by what, their formulas as TeX."""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import sympy

from symadv.language.errors import SymadvError
from symadv.language.formulas import formula
from symadv.language.parameters import parameter
from symadv.readers._tex import tex
from symadv.readers._words import escape

_WORDS = re.compile(
    r"( is a number in | with |, which ranges over |, where the new | ranges over "
    r"| (?:is (?:positive|negative|zero)|changes from [+-] to [+-]) in |: its derivative .*)"
)
_FRACTION = re.compile(r"(-?\d+)/(\d+)")
_LARGE = 1000  # a smaller denominator stays one
_INTERVAL = re.compile(r"([(\[])([^,]+), ([^,]+)([)\]])")


def lemma(sentence: str, symbols: Iterable[sympy.Symbol]) -> str | None:
    """A sentence that begins with a formula as TeX; None for any other one.

    Formulas are read by the grammar of what users write; one that it does not know stays as it is.
    """
    names = {"s": parameter("s", positive=True)} | {str(s): s for s in symbols}
    first, *others = _WORDS.split(sentence)
    start = _math(first, names)
    if start is None or not others:
        return None
    parts = [start]
    for k, piece in enumerate(others):
        parts.append(escape(piece) if k % 2 == 0 else _math(piece, names) or escape(piece))
    return "".join(parts).replace("$ is a number in $", r" \in ")


def _math(text: str, names: dict[str, sympy.Symbol]) -> str | None:
    bounds = _INTERVAL.fullmatch(text)
    try:
        if bounds:
            low, high = (_end(bounds[k], names) for k in (2, 3))
            return rf"$\left{bounds[1]}{low}, {high}\right{bounds[4]}$"
        return "$" + " = ".join(_read(side, names) for side in text.split(" = ")) + "$"
    except SymadvError:
        return None


def _end(text: str, names: dict[str, sympy.Symbol]) -> str:
    infinite = {"oo": r"\infty", "-oo": r"-\infty", "inf": r"\infty", "-inf": r"-\infty"}
    return infinite.get(text) or _decimal(text) or _read(text, names)


def _decimal(text: str) -> str | None:
    """A fraction of a large power of ten as people write it."""
    digits = _FRACTION.fullmatch(text)
    if digits is None or int(digits[2]) < _LARGE:
        return None
    number = Fraction(text)
    places = next((k for k in range(19) if (number * 10**k).denominator == 1), None)
    return None if places is None else f"{Decimal(number.numerator) / Decimal(number.denominator):.{places}f}"


def _read(text: str, names: dict[str, sympy.Symbol]) -> str:
    bound = {"t": sympy.Symbol("t", real=True)} if "#" in text else {}
    return tex(formula(text.replace("#", "").replace("Abs(", "abs("), names | bound))
