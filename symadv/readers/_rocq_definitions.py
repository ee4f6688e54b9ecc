"""A definition of adversarial example in Rocq, over any type ``X`` of points and ``L`` of labels."""

from typing import Any

from symadv.language.errors import SymadvError


def definition(named: Any) -> str:
    """The definition from its pairs: ``f : X -> L`` is the classifier, ``C : L -> X -> Prop`` the Bayes label."""
    if named.margin != 0:
        raise SymadvError(f"got {named.name} with the margin {named.margin}, wanted 0: Rocq's text has no posterior")
    pairs = " \\/ ".join(_pair(pair, alone=len(named.pairs) == 1) for pair in named.pairs)
    return f"Definition {named.name} (y : L) (x x_adv : X) : Prop := {pairs}."


def _pair(pair: Any, *, alone: bool) -> str:
    atoms = [_atom(a, at) for place, at in ((pair.clean, "x"), (pair.perturbed, "x_adv")) for a in place.atoms]
    atoms += [f"{a.name} <> {b.name}" for a, b in pair.different]
    text = " /\\ ".join(atoms) or "True"
    if pair.variables:
        text = f"exists {' '.join(v.name for v in pair.variables)} : L, {text}"
    return text if alone else f"({text})"


def _atom(atom: Any, at: str) -> str:
    if atom.letter == "C":
        return f"C {atom.label.name} {at}"
    return f"f {at} {'<>' if atom.negated else '='} {atom.label.name}"
