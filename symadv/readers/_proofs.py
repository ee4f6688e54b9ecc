"""How a prover's proof goes, in words: what it did with the lemmas, and what can be looked at again."""

from collections.abc import Sequence
from typing import Any

from symadv.language.errors import SymadvError
from symadv.language.formulas import formula
from symadv.language.goals import Verdict
from symadv.readers._layout import listed
from symadv.readers._tex import tex
from symadv.readers._words import escape, tex_name

_METHODS = {
    "algebra": "exact algebra on polynomials",
    "smt": "the solver Z3 on real arithmetic",
    "interval": "ball arithmetic on a cover of the domain by boxes",
    "monotone": "signs of derivatives and limits at the ends of the domain",
    "elimination": "elimination of quantifiers",
    "sampling": "a sequential test on samples, which is no proof",
    "rocq": "the kernel of Rocq",
}
_WITH_LEMMA = {
    "algebra": "With the quantities of the lemma as variables the claim is one on signs of polynomials, which "
    "follow from the ranges of the variables",
    "smt": "With the quantities of the lemma as variables on their ranges, the negation of what is claimed is a system "
    "of polynomial inequalities that no real numbers satisfy",
    "monotone": "The signs at the ends of the domain and the derivatives in the lemma give the statement",
}
_WITHOUT = {
    "algebra": "In its normal form the claim is one on signs of polynomials, which are known",
    "smt": "The negation of what is claimed is a system of polynomial inequalities that no real numbers satisfy",
}
_LISTED = 6


def method(prover: str) -> str:
    """What a prover does, and its name."""
    known = _METHODS.get(prover)
    return f"{known} (\\textsf{{{escape(prover)}}})" if known else rf"\textsf{{{escape(prover)}}}"


def steps(verdict: Verdict, remarks: Sequence[str], *, lemmas: bool, proved: str) -> str:
    """How it follows, by whom it is ``proved`` (``the statement is``), and what a second program checks."""
    told = (_WITH_LEMMA if lemmas else _WITHOUT).get(verdict.prover)
    by = f"{'with the lemma, ' if lemmas and not told else ''}{proved} proved by {method(verdict.prover)}.\n"
    text = f"{told}: {by}" if told else by[0].upper() + by[1:]
    if not verdict.evidence:
        return text + (f"The prover notes: {'; '.join(remarks)}.\n" if remarks else "")
    boxes = [box for data in verdict.evidence for box in _boxes(data)]
    count = f"{len(boxes)} boxes" if len(boxes) > 1 else "one box"
    shown = f": {listed(boxes)}" if len(boxes) <= _LISTED else ""
    again = "A second program, which shares no code with the prover, checks it."
    return f"{text}The cover has {count} with rational ends{shown}. {again}\n"


def _boxes(data: Any) -> list[str]:
    """The boxes of a cover in plain data, each as the ranges of its parameters."""
    names = [tex_name(name.partition("#")[0]) for name, *_ in data["parameters"]]
    return [
        "$" + ",\\ ".join(_side(name, *ends) for name, ends in zip(names, sides, strict=True)) + "$"
        for sides, _ in data["boxes"]
    ]


def _side(name: str, low: str, high: str) -> str:
    if high == "oo":
        return rf"{name} \ge {_end(low)}" if low != "-oo" else rf"{name} \in \mathbb{{R}}"
    return rf"{name} \le {_end(high)}" if low == "-oo" else rf"{_end(low)} \le {name} \le {_end(high)}"


def _end(text: str) -> str:
    try:
        return tex(formula(text, {}))
    except SymadvError:
        return escape(text)
