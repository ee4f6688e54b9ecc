"""The densities of a TOML file: families, products of independent factors, and mixtures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from symadv.distributions._fields import Fields
from symadv.distributions._lines import Path
from symadv.language.errors import unknown
from symadv.probability.densities import Atom, Independent, Laplace, Normal
from symadv.probability.density import Density, Weighted
from symadv.probability.mixtures import Mixture
from symadv.probability.on_intervals import Exponential, Uniform

FAMILIES: Mapping[str, tuple[type[Density], tuple[str, ...]]] = {
    "atom": (Atom, ()),
    "normal": (Normal, ("mean", "std")),
    "laplace": (Laplace, ("mean", "scale")),
    "uniform": (Uniform, ("lower", "upper")),
    "exponential": (Exponential, ("rate",)),
}
ARGUMENTS = tuple(dict.fromkeys(key for _, keys in FAMILIES.values() for key in keys))
SHAPES = ("family", "factors", "mixture")


@dataclass(frozen=True)
class DensityReader:
    """Reads densities in the parameters of one file."""

    fields: Fields
    names: Mapping[str, sympy.Symbol]

    def density(self, table: Any, path: Path) -> Density:
        """A family with its arguments, a product, or a mixture."""
        self.fields.kind(table, path, dict)
        if "factors" in table:
            self.fields.keys(table, path, ("factors",))
            return Independent(*(self.density(f, place) for f, place in self.listed(table, path, "factors")))
        if "mixture" in table:
            self.fields.keys(table, path, ("mixture",))
            summands = [self.summand(s, place) for s, place in self.listed(table, path, "mixture")]
            with self.fields.at(*path, "mixture"):
                return Mixture(*summands)
        return self.family(table, path)

    def listed(self, table: dict[str, Any], path: Path, key: str) -> list[tuple[Any, Path]]:
        """The entries of a list, each with its place."""
        return [(entry, (*path, key, k)) for k, entry in enumerate(self.fields.kind(table[key], (*path, key), list))]

    def summand(self, table: Any, path: Path) -> Weighted:
        """A weighted part of a mixture."""
        self.fields.keys(table, path, ("weight",), (*SHAPES, *ARGUMENTS))
        weight = self.fields.formula(table["weight"], (*path, "weight"), self.names)
        shape = {key: value for key, value in table.items() if key != "weight"}
        return Weighted(weight, self.density(shape, path))

    def family(self, table: dict[str, Any], path: Path) -> Density:
        """A family by its name."""
        family = self.fields.kind(table.get("family", "none"), (*path, "family"), str)
        if family not in FAMILIES:
            with self.fields.at(*path, "family"):
                raise unknown("family", family[:60], FAMILIES)
        make, arguments = FAMILIES[family]
        whole = make is Uniform and not any(key in table for key in arguments)
        self.fields.keys(table, path, ("family", *(() if whole else arguments)))
        values = [] if whole else [self.fields.formula(table[key], (*path, key), self.names) for key in arguments]
        with self.fields.at(*path, *arguments[-1:]):
            return make(*values)
