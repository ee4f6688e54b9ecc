"""Formulas on one line of Unicode, for terminals."""

import re
from collections.abc import Sequence
from typing import Any

import sympy

from symadv.readers._form import product
from symadv.readers._printer import HumanPrinter
from symadv.readers._words import GREEK, GREEK_LETTERS, unicode_name

_SUPERSCRIPTS = str.maketrans("0123456789−-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_HEADS = {
    "Phi": "Φ",
    "sigma": "σ",
    "normal": "𝒩",
    "laplace": "Laplace",
    "uniform": "Uniform",
    "exponential": "Exponential",
}
_WORDS = {
    "<": "<",
    "<=": "≤",
    ">": ">",
    ">=": "≥",
    "=": "=",
    "!=": "≠",
    "-": "−",
    "and": "and",
    "or": "or",
    "not": "not",
    "implies": "⇒",
    "iff": "⇔",
    "forall": "∀ ",
    "exists": "∃ ",
    ":": ": ",
    "in": "∈",
    "reals": "ℝ",
    "always": "always",
    "never": "never",
    "infinity": "∞",
    "undefined": "undefined",
    "space": " ",
    "...": "…",
    "(": "(",
    ")": ")",
}
_NAMED = {
    "mid": "|",
    "le": "≤",
    "ge": "≥",
    "ne": "≠",
    "neq": "≠",
    "in": "∈",
    "notin": "∉",
    "iff": "⇔",
    "implies": "⇒",
    "to": "→",
    "cdot": "·",
    "times": "×",
    "circ": "∘",
    "infty": "∞",
    "ell": "ℓ",
    "int": "∫",
    "sum": "Σ",
    "prod": "Π",
    "varphi": "φ",
    "lvert": "|",
    "rvert": "|",
    "lVert": "‖",
    "rVert": "‖",
    "left": "",
    "right": "",
    "cap": "∩",
    "cup": "∪",
    "subset": "⊂",
    "setminus": "∖",
    "equiv": "≡",
    "forall": "∀",
    "exists": "∃",
    "tfrac": "\\frac",
    "dfrac": "\\frac",
}


class UnicodePrinter(HumanPrinter):
    """One line of Unicode; a product is written with spaces, a power with raised digits."""

    functions_beside = False

    def emptyPrinter(self, expr: Any) -> str:
        return str(expr)

    def name(self, name: str) -> str:
        return unicode_name(name)

    def fraction(self, top: str, bottom: str) -> str:
        return f"{_grouped(top, '+−')}/{_grouped(bottom, ' +−/')}"

    def power(self, base: str, exponent: sympy.Expr) -> str:
        text = str(self._print(exponent))
        if re.fullmatch("−?[0-9]+", text):
            return base + text.translate(_SUPERSCRIPTS)
        return f"{base}^{text}" if text.isalnum() else f"{base}^({text})"

    def root(self, argument: str, degree: int) -> str:
        sign = {2: "√", 3: "∛"}[degree]
        return sign + (argument if argument.isalnum() else f"({argument})")

    def brackets(self, inside: str) -> str:
        return f"({inside})"

    def call(self, head: str, arguments: str) -> str:
        around = {"abs": ("|", "|"), "set": ("{", "}")}.get(head, (_HEADS.get(head, head) + "(", ")"))
        return around[0] + arguments + around[1]

    def logarithm(self, argument: sympy.Expr) -> str:
        return self.call(
            "log",
            self._product(product(argument, split=False))
            if product(argument, split=False).is_fraction
            else self._print(argument),
        )

    def exponential(self, exponent: sympy.Expr) -> str:
        return self.call("exp", self._print(exponent))

    def times(self, factors: Sequence[str]) -> str:
        text = factors[0]
        for factor in factors[1:]:
            slashed = "/" in re.sub(r"\(.*\)", "", text)
            text += f" · {factor}" if factor[:1].isdigit() or slashed else f" {factor}"
        return text

    def cases(self, rows: Sequence[tuple[str, str | None]]) -> str:
        return "; ".join(f"{value} {'otherwise' if c is None else 'if ' + c}" for value, c in rows)

    def word(self, key: str) -> str:
        return _WORDS[key]

    def integral(self, body: str, variable: str, ends: tuple[str, str] | None) -> str:
        limits = f"[{ends[0]} to {ends[1]}] " if ends else " "
        return f"∫{limits}{body} d{variable}"

    def indexed_sum(self, body: str, ends: tuple[int, int]) -> str:
        return f"Σ[i = {ends[0]} to {ends[1]}] {body}"


def _grouped(text: str, special: str) -> str:
    """Brackets around a text with one of the special signs outside of brackets and bars."""
    depth, bars = 0, 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        bars ^= character == "|"
        if depth == bars == 0 and character in special:
            return f"({text})"
    return text


printer = UnicodePrinter()


def unicode(expression: Any) -> str:
    """One formula on one line of Unicode."""
    return str(printer.doprint(expression))


def from_tex(tex: str) -> str:
    """A short formula that somebody wrote in TeX, as well as one line of Unicode can show it."""
    text = re.sub(r"\\([,;:! ]|quad|qquad)", " ", tex).replace(r"\|", "‖")
    text = re.sub(r"\\(text|mathrm|operatorname|mathit|mathcal|mathbb|mathbf)\s*\{([^{}]*)\}", r"\2", text)
    text = re.sub(r"\\tilde\s*\{?([A-Za-z])\}?", "\\1\N{COMBINING TILDE}", text)
    text = re.sub(r"\\([A-Za-z]+)", _command, text)
    text = re.sub(r"\blog\s*\\frac\s*(\{[^{}]*\}\s*\{[^{}]*\})", r"log(\\frac\1)", text)
    for _ in range(text.count("\\frac")):
        text = re.sub(r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", _quotient, text)
    text = re.sub(r"_\{?([0-9]+)\}?", lambda m: m[1].translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")), text)
    text = re.sub(r"_\{([^{}]*)\}", lambda m: f"_({m[1]})" if len(m[1]) > 1 else f"_{m[1]}", text)
    text = re.sub(r"\^\{([^{}]*)\}", lambda m: f"^({m[1]})" if len(m[1]) > 1 else f"^{m[1]}", text)
    text = re.sub(r"\^\(?([0-9]+)\)?", lambda m: m[1].translate(_SUPERSCRIPTS), text)
    text = re.sub(r"\\([{}])", "\\1", re.sub(r"(?<!\\)[{}]", "", text)).replace("-", "−")
    return re.sub(r" +", " ", text).strip()


def _command(found: re.Match[str]) -> str:
    name = found[1]
    if name == "frac":
        return r"\frac"
    return _NAMED.get(name) or GREEK_LETTERS.get(GREEK.get(name, name)) or ("" if name in _NAMED else name)


def _quotient(found: re.Match[str]) -> str:
    return f"{_grouped(found[1].strip(), '+-')}/{_grouped(found[2].strip(), ' +-/')}"
