"""The strata of a TOML file, such as ``fixed``, ``point`` and ``sphere``, with ``within`` and ``values`` beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symadv.distributions._fields import Fields
from symadv.distributions._lines import Path
from symadv.geometry.ends import Interval, Values, values_of
from symadv.geometry.lines import Line, Ray, Segment
from symadv.geometry.product import made
from symadv.geometry.spheres import Sphere
from symadv.geometry.strata import Flat, Point
from symadv.geometry.stratum import Stratum
from symadv.language.errors import unknown

STRATA = ("fixed", "point", "whole", "line", "segment", "ray", "sphere")
BESIDE = ("within", "values")  # what may stand beside "fixed" and "whole"
_BOUNDED = ("fixed", "whole")
_DIRECTED = {"line": (Line, "point"), "ray": (Ray, "start")}  # through a point, from a point on


@dataclass(frozen=True)
class StrataReader:
    """Reads strata in the features and parameters of one file."""

    fields: Fields
    features: Sequence[str]
    names: Mapping[str, sympy.Symbol]

    def stratum(self, table: dict[str, Any], path: Path) -> Stratum:
        """The stratum of a component."""
        kind = self.fields.one_of(table, path, STRATA)
        value, inner = table[kind], (*path, kind)
        for key in BESIDE:
            if key in table and kind not in _BOUNDED:
                self.fields.fail((*path, key), f"{key} goes with {' or '.join(_BOUNDED)}, not with {kind}")
        with self.fields.at(*inner):
            if kind == "point":
                return Point(self.point(value, inner))
            if kind == "segment":
                return self.segment(value, inner)
            if kind in _DIRECTED:
                build, start = _DIRECTED[kind]
                self.fields.keys(value, inner, (start, "direction"))
                return build(*(self.point(value[key], (*inner, key)) for key in (start, "direction")))
            if kind == "sphere":
                self.fields.keys(value, inner, ("radius", "centre"))
                radius = self.fields.formula(value["radius"], (*inner, "radius"), self.names)
                return Sphere(radius, self.point(value["centre"], (*inner, "centre")))
            if kind == "whole" and not self.fields.kind(value, inner, bool):
                self.fields.fail(inner, "got false, wanted true")
        fixed = self.by_feature(value, inner) if kind == "fixed" else {}
        values = {i: self.fields.formula(x, (*inner, self.features[i]), self.names) for i, x in fixed.items()}
        with self.fields.at(*path, "within"):
            flat = Flat(values, len(self.features), within=self.within(table, path))
        return made(self.values(table, path, flat), flat)

    def values(self, table: dict[str, Any], path: Path, flat: Flat) -> dict[int, Values]:
        """The values of the free features that take finitely many."""
        inner, found = (*path, "values"), dict[int, Values]()
        for i, listed in self.by_feature(table.get("values", {}), inner).items():
            name = self.features[i]
            if i not in flat.free or i in dict(flat.within):
                self.fields.fail((*inner, name), f"{name} is fixed or within two ends already")
            numbers = enumerate(self.fields.kind(listed, (*inner, name), list))
            with self.fields.at(*inner, name):
                found[i] = values_of([self.fields.formula(x, (*inner, name, k), self.names) for k, x in numbers])
        return found

    def within(self, table: dict[str, Any], path: Path) -> dict[int, Interval]:
        """The ends of the free features that have some."""
        inner = (*path, "within")
        found = self.by_feature(table.get("within", {}), inner)
        return {i: self.ends(ends, (*inner, self.features[i])) for i, ends in found.items()}

    def ends(self, value: Any, path: Path) -> Interval:
        """Two ends."""
        if len(self.fields.kind(value, path, list)) != 2:
            self.fields.fail(path, f"got {len(value)} numbers, wanted the two ends, such as [0, 1] or [0, 'inf']")
        lower, upper = (self.end(end, (*path, k)) for k, end in enumerate(value))
        return lower, upper

    def end(self, value: Any, path: Path) -> sympy.Expr:
        """A number, or ``"inf"`` or ``"-inf"``."""
        infinite = {"inf": sympy.oo, "+inf": sympy.oo, "-inf": -sympy.oo}
        known = isinstance(value, str) and value in infinite
        return infinite[value] if known else self.fields.formula(value, path, self.names)

    def segment(self, value: Any, path: Path) -> Stratum:
        """A list of two points."""
        if len(self.fields.kind(value, path, list)) != 2:
            self.fields.fail(path, f"got {len(value)} points, wanted two, such as [[0, 0], [1, 0]]")
        return Segment(*(self.point(p, (*path, k)) for k, p in enumerate(value)))

    def point(self, value: Any, path: Path) -> list[sympy.Expr]:
        """One number for each feature."""
        d = len(self.features)
        if len(self.fields.kind(value, path, list)) != d:
            self.fields.fail(path, f"got {len(value)} coordinates, wanted {d}, one for each feature")
        return [self.fields.formula(x, (*path, k), self.names) for k, x in enumerate(value)]

    def by_feature(self, value: Any, path: Path) -> dict[int, Any]:
        """A table by features, by their indices."""
        for name in self.fields.kind(value, path, dict):
            if name not in self.features:
                with self.fields.at(*path, name):
                    raise unknown("feature", name[:60], self.features)
        return {self.features.index(name): x for name, x in value.items()}
