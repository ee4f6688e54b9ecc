"""How captions, axes and legends say things: a distribution, a threat model, a definition, a parameter."""

import textwrap
from collections.abc import Iterable
from typing import Any

import sympy

from symadv import catalog
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import of_network
from symadv.probability.distribution import Distribution

BALLS = {"linf": "L∞", "l2": "L2", "l1": "L1"}


def shown(term: Any) -> str:
    """An expression as running text."""
    return str(catalog.load("readers", "text")(term))


def at_values(d: Distribution) -> str:
    """A distribution and the values of its parameters."""
    told = ", ".join(f"{shown(sympy.Symbol(name))} = {shown(value)}" for name, value in d.values)
    return f"{d.name} at {told}" if told else d.name


def rule(classifier: Any) -> str:
    """A classifier by its name, and by what it says where, if that is one condition."""
    if isinstance(classifier, str):
        return classifier
    if of_network(classifier):
        return "a network"
    for label, region in reversed((classifier.regions() or {}).items()):
        if len(region.cells) == 1 and len(region.cells[0]) == 1:
            return f"{classifier.name} ({label} where {shown(region)})"
    return str(classifier.name)


def around(threat: ThreatModel) -> str:
    """What the adversary may do."""
    eps = threat.eps if isinstance(threat.eps, tuple) else (threat.eps,)
    budget = shown(eps[0]) if len(eps) == 1 else f"({', '.join(map(shown, eps))})"
    return ball(threat, f", budget {budget}")


def ball(threat: ThreatModel, budget: str = "") -> str:
    """Where perturbed points are, whatever the budget."""
    parts = [f"{'closed' if threat.closed else 'open'} {BALLS[threat.norm]} ball{budget}"]
    parts += ["on the support"] if threat.on_support else []
    parts += [f"in the box {threat.box}"] if threat.box is not None else []
    return ", ".join(parts)


def spaced(name: str) -> str:
    """A definition's name as words."""
    return name.rpartition(":")[2].replace("_", " ")


def together(names: Iterable[str], width: int) -> str:
    """Several definitions that say the same, in lines that break between names only."""
    whole = ", ".join(spaced(name).replace(" ", "\N{NO-BREAK SPACE}") for name in names)
    return textwrap.fill(whole, width, break_long_words=False)


def axis(symbol: sympy.Symbol) -> str:
    """The name of a parameter at an axis, in mathematical type."""
    return r"budget $\varepsilon$" if symbol.name == "eps" else f"${catalog.load('readers', 'latex')(symbol)}$"
