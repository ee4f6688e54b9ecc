"""Results as data for JSON, with stable keys."""

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import sympy

from symadv import catalog
from symadv.language.derivations import Derivation, Step
from symadv.language.errors import SymadvError
from symadv.language.goals import Report, Row, Verdict
from symadv.language.intervals import Intervals
from symadv.language.regions import Region
from symadv.readers._layout import exactly
from symadv.risk.bound import Bound


@singledispatch
def to_json(thing: Any) -> Any:
    """A result as dicts, lists, strings and numbers.

    A report is ``{title, as_expected, claims: [{claim, says, verdict, prover, expects, as_expected, holds,
    exactly_when, exactness, witness, reductions, why, seconds}]}``; a formula is ``{latex, text}``.
    """
    if hasattr(thing, "tolist"):  # numpy
        return thing.tolist()
    if getattr(thing, "derivation", None) is not None:
        return to_json(thing.derivation)
    raise SymadvError(f"got {type(thing).__name__}, which has no JSON; wanted a report, a derivation, a risk or data")


@to_json.register(str)
@to_json.register(int)
@to_json.register(float)
@to_json.register(type(None))
def _plain(thing: Any) -> Any:
    return thing


@to_json.register(Mapping)
def _mapping(thing: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): to_json(value) for key, value in thing.items()}


@to_json.register(list)
@to_json.register(tuple)
def _sequence(thing: Any) -> list[Any]:
    return [to_json(item) for item in thing]


@to_json.register(sympy.Basic)
@to_json.register(Region)
@to_json.register(Intervals)
def _formula(thing: Any) -> dict[str, str]:
    return {"latex": catalog.load("readers", "latex")(thing), "text": catalog.load("readers", "text")(thing)}


@to_json.register(Verdict)
def _verdict(thing: Verdict) -> dict[str, Any]:
    return {
        "verdict": thing.status,
        "prover": thing.prover,
        "witness": None if thing.witness is None else {str(s): str(value) for s, value in thing.witness.items()},
        "reductions": list(thing.reductions),
        "why": thing.why,
        "seconds": round(thing.seconds, 3),
    }


@to_json.register(Row)
def _row(thing: Row) -> dict[str, Any]:
    condition, exactness = thing.exactly_when, thing.exactness
    return {
        "claim": thing.claim,
        "says": thing.says,
        **_verdict(thing.verdict),
        "expects": thing.expects,
        "as_expected": thing.as_expected,
        "holds": exactly(thing)[0] or None,
        "exactly_when": None if condition is None else _formula(condition),
        "exactness": None if exactness is None else _verdict(exactness),
    }


@to_json.register(Report)
def _report(thing: Report) -> dict[str, Any]:
    return {"title": thing.title, "as_expected": thing.as_expected, "claims": [_row(row) for row in thing]}


@to_json.register(Step)
def _step(thing: Step) -> dict[str, Any]:
    return {
        "left": _formula(thing.left),
        "relation": thing.relation,
        "right": _formula(thing.right),
        "because": thing.because,
        "given": _sequence(thing.given),
        "definition": thing.definition,
    }


@to_json.register(Derivation)
def _derivation(thing: Derivation) -> dict[str, Any]:
    return {
        "name": thing.name,
        "of": thing.of,
        "given": _sequence(thing.given),
        "steps": _sequence(thing.steps),
        "result": to_json(thing.result),
    }


@to_json.register(Bound)
def _bound(thing: Bound) -> dict[str, Any]:
    expression = thing.evidence.expression if thing.evidence else None
    return {
        "lower": thing.lower,
        "upper": thing.upper,
        "method": thing.method,
        "confidence": thing.confidence,
        "knife_edge": thing.evidence.knife_edge if thing.evidence else None,
        "expression": None if expression is None else _formula(expression),
    }
