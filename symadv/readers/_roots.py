"""Numbers that no formula writes down, by name: r1, r2, … in a derivation, and at its foot what they are zeros of."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import sympy

from symadv.language.derivations import Derivation, Step
from symadv.language.parameters import Parameter, parameters_of
from symadv.language.plain import from_plain, to_plain
from symadv.language.real_roots import RealRoot

Names = Mapping[RealRoot, Parameter]


def with_names(derivation: Derivation) -> Derivation:
    """A derivation to be shown, with a parameter in the place of each root; what defines it is among what is given."""
    said = list(_said(derivation))
    roots = list(
        dict.fromkeys(node for e in said for node in sympy.preorder_traversal(e) if isinstance(node, RealRoot))
    )
    if not roots:
        return derivation
    taken = {p.name for p in parameters_of(*said)}
    free = (name for name in (f"r{k}" for k in range(1, len(roots) + len(taken) + 1)) if name not in taken)
    names = {root: Parameter(name, root.variable.domain) for root, name in zip(roots, free, strict=False)}
    zeros = (sympy.Eq(root.expression.xreplace({root.variable: r}), 0, evaluate=False) for root, r in names.items())
    return replace(
        derivation,
        steps=tuple(_step(step, names) for step in derivation.steps),
        given=(*(_named(c, names) for c in derivation.given), *zeros),
        result=_named(derivation.result, names),
    )


def _said(derivation: Derivation) -> Iterator[sympy.Basic]:
    yield from derivation.given
    for step in derivation.steps:
        yield from (step.left, step.right, *step.given)
    if isinstance(derivation.result, sympy.Basic):
        yield derivation.result


def _step(step: Step, names: Names) -> Step:
    given = tuple(_named(c, names) for c in step.given)
    return replace(step, left=_named(step.left, names), right=_named(step.right, names), given=given)


def _named(e: Any, names: Names) -> Any:
    """An expression as it is written, with names for roots."""
    if not isinstance(e, sympy.Basic) or not e.has(RealRoot):
        return e
    short = {str(to_plain(root)): to_plain(name) for root, name in names.items()}

    def shortened(data: Any) -> Any:
        if not isinstance(data, list):
            return data
        return short.get(str(data)) or [shortened(part) for part in data]

    return from_plain(shortened(to_plain(e)))
