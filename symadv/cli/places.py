"""Which samples are vulnerable, as lines of text and as data: a case distinction, or one case at numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sympy

    from symadv.geometry.stratum import Stratum
    from symadv.risk.bound import Bound


def cases(bound: "Bound", features: Sequence["sympy.Symbol"]) -> list[dict[str, Any]] | None:
    """``[{given, places: [{label, on, free, values}]}]``; None where only the risk is known and not who is at it."""
    from symadv.report import to_json

    found = _found(bound)
    if not found:
        return None
    return [
        {
            "given": to_json(given),
            "places": [
                {"label": label, **_named(stratum, features), "values": to_json(values)}
                for label, places in vulnerable.items()
                for stratum, values in places.items()
            ],
        }
        for given, vulnerable in _cases(found)
    ]


def vulnerable_lines(found: Mapping[str, "Bound"], features: Sequence["sympy.Symbol"]) -> Iterator[str]:
    """For each definition its cases, and in each one line per label and stratum."""
    for name, bound in found.items():
        told = cases(bound, features)
        besides = " up to single points" if told and not isinstance(_found(bound), Mapping) else ""
        yield f"vulnerable under {name}{besides}:" + ("" if told else " not known sample by sample")
        for case in told or ():
            indent = "  "
            if case["given"]:
                yield f"  if {' and '.join(c['text'] for c in case['given'])}:"
                indent = "    "
            for place in case["places"]:
                yield f"{indent}label {place['label']}, {place['on']}: {_said(place)}"


def _found(bound: "Bound") -> Any:
    return None if bound.evidence is None else bound.evidence.vulnerable


def _cases(found: Any) -> Iterator[tuple[tuple[Any, ...], Mapping[int, Mapping["Stratum", Any]]]]:
    if isinstance(found, Mapping):
        yield (), found
    else:
        yield from ((case.given, case.vulnerable) for case in found)


def _named(stratum: "Stratum", features: Sequence["sympy.Symbol"]) -> dict[str, Any]:
    """What is fixed on a stratum, in words, and the name of its free coordinate, if it has one."""
    from symadv import catalog
    from symadv.geometry.oblique import Oblique
    from symadv.geometry.spheres import Sphere
    from symadv.geometry.strata import Flat

    text = catalog.load("readers", "text")
    if isinstance(stratum, Sphere):
        centre = ", ".join(str(text(c)) for c in stratum.centre)
        return {"on": f"the circle of radius {text(stratum.radius)} around ({centre})", "free": "tan(angle/2)"}
    if not isinstance(stratum, Flat):
        free = features[stratum.leading].name if isinstance(stratum, Oblique) else None
        return {"on": str(stratum), "free": free}
    fixed = ", ".join(f"{features[i].name} = {text(value)}" for i, value in stratum.fixed)
    return {"on": fixed or "everywhere", "free": ", ".join(features[i].name for i in stratum.free) or None}


def _said(place: Mapping[str, Any]) -> str:
    values = place["values"]["text"]
    if values == "∅":
        return "none"
    return f"{place['free']} in {values}" if place["free"] else "all"
