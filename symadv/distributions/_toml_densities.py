"""The densities of a TOML file: families, products of independent factors, and mixtures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from symadv.distributions._fields import Fields
from symadv.distributions._lines import Path
from symadv.language.errors import unknown
from symadv.probability.categorical import Categorical
from symadv.probability.densities import Atom, Independent, Laplace, Normal
from symadv.probability.density import Density, Weighted
from symadv.probability.mixtures import Mixture
from symadv.probability.multivariate import MultivariateNormal
from symadv.probability.on_intervals import Exponential, Uniform
from symadv.probability.repeated import Repeated

FAMILIES: Mapping[str, tuple[type[Density], tuple[str, ...]]] = {
    "atom": (Atom, ()),
    "normal": (Normal, ("mean", "std")),
    "laplace": (Laplace, ("mean", "scale")),
    "uniform": (Uniform, ("lower", "upper")),
    "exponential": (Exponential, ("rate",)),
    "categorical": (Categorical, ("values", "probabilities")),
    "multivariate normal": (MultivariateNormal, ("mean", "covariance")),
}
ARGUMENTS = (*dict.fromkeys(key for _, keys in FAMILIES.values() for key in keys), "count")
SHAPES = ("family", "factors", "mixture")
_LISTED = (Categorical, MultivariateNormal)  # whose arguments are lists
_MOST_FEATURES = 100_000


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
        self.fields.keys(table, path, ("family", *(() if whole else arguments)), ("count",))
        values = [] if whole else [self.argument(make, table[key], (*path, key)) for key in arguments]
        with self.fields.at(*path, *arguments[-1:]):
            one = Categorical(self.pairs(values, path)) if make is Categorical else make(*values)
        return self.repeated(one, table, path) if "count" in table else one

    def argument(self, make: type[Density], value: Any, path: Path) -> Any:
        """A number or formula; for laws that have them, a list of such, or a list of rows."""
        if make not in _LISTED or not isinstance(value, list):
            return self.fields.formula(value, path, self.names)
        return [self.argument(make, entry, (*path, k)) for k, entry in enumerate(value)]

    def pairs(self, given: list[Any], path: Path) -> list[tuple[sympy.Expr, sympy.Expr]]:
        """The values of a categorical law, each with its probability."""
        values, probabilities = given
        for key, listed in (("values", values), ("probabilities", probabilities)):
            if not isinstance(listed, list) or any(isinstance(entry, list) for entry in listed):
                self.fields.fail((*path, key), "got no list of numbers, wanted one such as [-1, 1]")
        if len(values) != len(probabilities):
            got = f"{len(values)} values and {len(probabilities)} probabilities"
            self.fields.fail((*path, "probabilities"), f"got {got}, wanted as many")
        return list(zip(values, probabilities, strict=True))

    def repeated(self, one: Density, table: dict[str, Any], path: Path) -> Density:
        """The law of several independent features that have one law each."""
        inner = (*path, "count")
        count = self.fields.kind(table["count"], inner, int)
        if not 1 <= count <= _MOST_FEATURES:
            self.fields.fail(inner, f"got {_small(count)}, wanted a number of features from 1 to {_MOST_FEATURES}")
        with self.fields.at(*inner):
            return Repeated(one, count) if isinstance(one, Normal | Categorical) else Independent(*[one] * count)


def _small(count: int) -> str:
    return str(count) if abs(count) <= _MOST_FEATURES else "a large integer"
