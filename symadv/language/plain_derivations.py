"""Derivations as plain data and back: their steps and all that their goals depend on, not what they result in."""

from dataclasses import fields
from typing import Any

from symadv.language.derivations import Derivation, Step
from symadv.language.plain import NotPlain, from_plain, to_plain

_SIDES = ("left", "right")


def plain_derivation(derivation: Any) -> dict[str, Any]:
    """The steps of a derivation and its conclusions; raises NotPlain where a side has no plain form."""
    if not isinstance(derivation, Derivation):
        raise NotPlain(f"{type(derivation).__name__} has no plain form")
    return {
        "name": derivation.name,
        "of": derivation.of,
        "given": _plain(derivation.given),
        "steps": [_step(step) for step in derivation.steps],
        "conclusions": [[_plain(given), to_plain(a), to_plain(b)] for given, a, b in derivation.conclusions],
    }


def derivation_from(data: dict[str, Any]) -> Derivation:
    """A derivation with the same goals, without a result and without what can be sampled."""
    return Derivation(
        data["name"],
        data["of"],
        tuple(_step_from(step) for step in data["steps"]),
        None,
        _read(data["given"]),
        tuple((_read(given), from_plain(a), from_plain(b)) for given, a, b in data["conclusions"]),
    )


def _step(step: Step) -> dict[str, Any]:
    data = {f.name: getattr(step, f.name) for f in fields(step)}
    return data | {side: to_plain(data[side]) for side in _SIDES} | {"given": _plain(step.given)}


def _step_from(data: dict[str, Any]) -> Step:
    sides = {side: from_plain(data[side]) for side in _SIDES}
    return Step(**(data | sides | {"given": _read(data["given"])}))


def _plain(conditions: tuple[Any, ...]) -> list[Any]:
    return [to_plain(c) for c in conditions]


def _read(data: list[Any]) -> tuple[Any, ...]:
    return tuple(from_plain(c) for c in data)
