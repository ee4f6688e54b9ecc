"""Formulas in TeX (amsmath)."""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter

from symadv.language.numbers import exact
from symadv.readers._form import product
from symadv.readers._printer import HumanPrinter
from symadv.readers._width import width
from symadv.readers._words import escape, tex_name

_TALL = re.compile(r"\\frac|\\begin|\\int|\\sum|\\left")
_DISPLAYED = 34.0  # em: wider cases have small fractions
_OPERATOR = re.compile(r"\\(log|exp|max|min|operatorname|int)(?![A-Za-z])")  # TeX itself puts a space before these
_WIDE = re.compile(r"\\(mathcal|frac|begin|Phi\\!|sigma\\!|sum)|e\^\{")
_HEADS = {
    "Phi": r"\Phi",
    "sigma": r"\sigma",
    "normal": r"\mathcal{N}",
    "laplace": r"\operatorname{Laplace}",
    "uniform": r"\operatorname{Uniform}",
    "exponential": r"\operatorname{Exponential}",
    "max": r"\max",
    "min": r"\min",
}
_WORDS = {
    "<": "<",
    "<=": r"\le",
    ">": ">",
    ">=": r"\ge",
    "=": "=",
    "!=": r"\ne",
    "-": "-",
    "and": r"\text{ and }",
    "or": r"\text{ or }",
    "not": r"\text{not}",
    "implies": r"\implies",
    "iff": r"\iff",
    "forall": r"\forall\, ",
    "exists": r"\exists\, ",
    ":": r":\; ",
    "in": r"\in",
    "reals": r"\mathbb{R}",
    "always": r"\text{always}",
    "never": r"\text{never}",
    "infinity": r"\infty",
    "undefined": r"\text{undefined}",
    "space": r"\, ",
    "...": "\\ldots",
    "(": r"\Bigl(",
    ")": r"\Bigr)",
}


class TexPrinter(HumanPrinter):
    """TeX for amsmath, without the habits of a computer algebra system."""

    def emptyPrinter(self, expr: Any) -> str:
        if isinstance(expr, int | Fraction):
            return str(self._print(exact(expr)))
        return str(LatexPrinter().doprint(expr)) if isinstance(expr, sympy.Basic) else escape(str(expr))

    def name(self, name: str) -> str:
        return tex_name(name)

    def fraction(self, top: str, bottom: str) -> str:
        return rf"\frac{{{top}}}{{{bottom}}}"

    def power(self, base: str, exponent: sympy.Expr) -> str:
        slashed = exponent.is_Rational and not exponent.is_Integer
        text = f"{exponent.p}/{exponent.q}" if slashed else self._print(exponent)
        return f"{base}^{{{text}}}"

    def root(self, argument: str, degree: int) -> str:
        return rf"\sqrt{{{argument}}}" if degree == 2 else rf"\sqrt[{degree}]{{{argument}}}"

    def brackets(self, inside: str) -> str:
        return rf"\left({inside}\right)" if _TALL.search(inside) else f"({inside})"

    def call(self, head: str, arguments: str) -> str:
        if head == "abs":
            tall = _TALL.search(arguments)
            return rf"\left\lvert {arguments} \right\rvert" if tall else rf"\lvert {arguments} \rvert"
        if head == "set":
            return rf"\{{{arguments}\}}"
        brackets = self.brackets(arguments)
        # \left opens a space in front of itself that a function's argument must not have
        sign = _HEADS.get(head, head.replace(r"\mathrm", r"\operatorname"))
        return sign + (r"\!" if brackets.startswith(r"\left") else "") + brackets

    def logarithm(self, argument: sympy.Expr) -> str:
        whole = product(argument, split=False)
        if whole.is_fraction:
            return rf"\log {self._product(whole)}"
        if isinstance(argument, sympy.Symbol | sympy.NumberSymbol) or (argument.is_Integer and argument >= 0):
            return rf"\log {self._print(argument)}"
        return self.call(r"\log", self._print(argument))

    def exponential(self, exponent: sympy.Expr) -> str:
        text = self._print(exponent)
        tall = _TALL.search(text) or "^" in text
        return self.call(r"\exp", text) if tall else f"e^{{{text}}}" if len(text) > 1 else f"e^{text}"

    def times(self, factors: Sequence[str]) -> str:
        text = factors[0]
        for before, factor in pairwise(factors):
            if factor[:1].isdigit():
                text += rf" \cdot {factor}"
            elif _is_apart(before, factor):
                text += rf"\, {factor}"
            else:
                text += f" {factor}"
        return text

    def cases(self, rows: Sequence[tuple[str, str | None]]) -> str:
        widest = max(width(value) + width(c or "") for value, c in rows)
        tall = any(r"\left" in value for value, _ in rows) and widest <= _DISPLAYED
        rows = [(rf"\displaystyle {value}" if tall else value, c) for value, c in rows]
        lines = [rf"{value} & \text{{{'otherwise' if c is None else 'if '}}} {c or ''}".rstrip() for value, c in rows]
        return stacked(lines)

    def word(self, key: str) -> str:
        return _WORDS[key]

    def integral(self, body: str, variable: str, ends: tuple[str, str] | None) -> str:
        limits = f"_{{{ends[0]}}}^{{{ends[1]}}}" if ends else ""
        over = rf"\Bigl({variable}\Bigr)" if r"\sum" in variable else variable
        return rf"\int{limits} {body} \, d{over}"

    def indexed_sum(self, body: str, ends: tuple[int, int]) -> str:
        return rf"\sum_{{i={ends[0]}}}^{{{ends[1]}}} {body}"


def _is_apart(before: str, factor: str) -> bool:
    """Whether a thin space helps to tell two factors from each other; a word after a letter would read as one word."""
    if _OPERATOR.match(factor):
        return False
    letter, word = before[-1:].isalpha() or before.startswith(r"\mathrm"), r"\mathrm"
    words = (letter and factor.startswith(word)) or (before.startswith(word) and factor[:1].isalpha())
    return words or bool(_WIDE.match(factor)) or before.startswith((r"\frac", r"\sqrt"))


def stacked(rows: Sequence[str]) -> str:
    """Rows of ``cases``, farther apart where fractions stand in them."""
    space = 2.0 if any(r"\left" in row for row in rows) else 0.8
    apart = rf" \\[{space}ex] " if any(r"\frac" in row for row in rows) else r" \\ "
    return r"\begin{cases} " + apart.join(rows) + r" \end{cases}"


printer = TexPrinter()


def tex(expression: Any) -> str:
    """One formula in TeX."""
    return str(printer.doprint(expression))
