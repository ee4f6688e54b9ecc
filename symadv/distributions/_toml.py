"""A distribution from a TOML file: every mistake is told with its line and the nearest right name."""

import re
from pathlib import Path as File
from typing import Any

import sympy

from symadv.distributions._fields import Fields, read
from symadv.distributions._lines import Path
from symadv.distributions._toml_densities import ARGUMENTS, SHAPES, DensityReader
from symadv.distributions._toml_strata import BESIDE, STRATA, StrataReader
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError, unknown
from symadv.language.formulas import CONSTANTS, FUNCTIONS
from symadv.language.order import sign
from symadv.language.parameters import Parameter, parameter
from symadv.probability.density import Weighted
from symadv.probability.distribution import Component, Distribution, TieRule, stays_on

_KEYS, _OPTIONAL = ("name", "features", "labels", "prior", "components"), ("parameters", "given", "tie_rule", "source")
_DOMAINS = ("between", "positive", "real")
_TIE_RULES: tuple[TieRule, ...] = ("every", "first")
_RELATIONS = {"<": sympy.StrictLessThan, "<=": sympy.LessThan, ">": sympy.StrictGreaterThan, ">=": sympy.GreaterThan}
_RELATION = re.compile(r"(<=|>=|<|>)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_SOURCE = re.compile(r"[A-Za-z0-9_:.-]{0,64}")
_LABELS_END = 10**9
_LABEL = re.compile(r"0|-?[1-9][0-9]{0,8}")


def read_toml(path: str | File) -> Distribution:
    """The distribution that a TOML file describes; ``symadv new distribution NAME`` writes an example.

    Numbers may be formulas (:func:`symadv.language.formulas.formula`); nothing in a file is evaluated as code.
    """
    return _Reader(read(File(path))).distribution()


def check_name(name: str) -> str:
    """A distribution's name, which may stand in file names and in LaTeX; others are refused."""
    if not _NAME.fullmatch(name):
        raise SymadvError(f"got the name {name[:60]!r}, wanted a letter, then letters, digits, '_' or '-', at most 64")
    return name


class _Reader:
    """Reads the parts of one file, in the order in which they need each other."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        data = fields.data
        fields.keys(data, (), _KEYS, _OPTIONAL)
        self.features = self.read_features(fields.kind(data["features"], ("features",), list))
        self.names = self.read_parameters(fields.kind(data.get("parameters", {}), ("parameters",), dict))
        self.labels = self.read_labels(fields.kind(data["labels"], ("labels",), list))
        self.prior = self.read_prior(fields.kind(data["prior"], ("prior",), dict))
        self.weights: list[tuple[Path, int, sympy.Expr]] = []  # of all densities, where they stand

    def distribution(self) -> Distribution:
        fields, data = self.fields, self.fields.data
        with fields.at("name"):
            name = check_name(fields.kind(data["name"], ("name",), str))
        listed = fields.kind(data["components"], ("components",), list)
        components = tuple(self.component(c, ("components", k)) for k, c in enumerate(listed))
        source, tie_rule, given = self.source(), self.tie_rule(), self.given()
        try:
            return Distribution(
                name,
                self.features,
                self.labels,
                self.prior,
                components,
                given=given,
                tie_rule=tie_rule,
                source=source,
            )
        except SymadvError as error:
            fields.fail(self.culprit(), str(error))

    def source(self) -> str:
        source: str = self.fields.kind(self.fields.data.get("source", ""), ("source",), str)
        if not _SOURCE.fullmatch(source):
            self.fields.fail(("source",), f"got {source[:60]!r}, wanted the key of a source such as stutz2019")
        return source

    def given(self) -> tuple[sympy.Basic, ...]:
        listed = self.fields.kind(self.fields.data.get("given", []), ("given",), list)
        return tuple(self.condition(text, ("given", k)) for k, text in enumerate(listed))

    def condition(self, text: Any, path: Path) -> sympy.Basic:
        left, *rest = _RELATION.split(self.fields.kind(text, path, str))
        if len(rest) != 2:
            self.fields.fail(path, f"got {text[:60]!r}, wanted one comparison such as 'a < b'")
        sides = [self.fields.formula(side.strip(), path, self.names) for side in (left, rest[1])]
        condition = _RELATIONS[rest[0]](*sides)
        if condition in (sympy.true, sympy.false):
            self.fields.fail(path, f"got {text[:60]!r}, which is always {str(condition).lower()}")
        return condition

    def tie_rule(self) -> TieRule:
        rule = self.fields.kind(self.fields.data.get("tie_rule", "every"), ("tie_rule",), str)
        for known in _TIE_RULES:
            if rule == known:
                return known
        with self.fields.at("tie_rule"):
            raise unknown("tie rule", rule[:60], _TIE_RULES)

    def read_features(self, listed: list[Any]) -> tuple[str, ...]:
        for k, name in enumerate(listed):
            with self.fields.at("features", k):
                parameter(self.fields.kind(name, ("features", k), str), real=True)
        for k, name in _repeated(listed):
            self.fields.fail(("features", k), f"the feature {name!r} is there twice")
        if not listed:
            self.fields.fail(("features",), "got no features, wanted at least one")
        return tuple(listed)

    def read_parameters(self, table: dict[str, Any]) -> dict[str, Parameter]:
        for name in table:
            if name in self.features:
                self.fields.fail(("parameters", name), f"{name!r} is already the name of a feature")
            if name in CONSTANTS or name in FUNCTIONS:
                self.fields.fail(("parameters", name), f"{name!r} already has a meaning in formulas")
        return {name: self.read_parameter(name, domain) for name, domain in table.items()}

    def read_parameter(self, name: str, domain: Any) -> Parameter:
        path: Path = ("parameters", name)
        self.fields.keys(domain, path, (), _DOMAINS)
        kind = self.fields.one_of(domain, path, _DOMAINS)
        inner = (*path, kind)
        with self.fields.at(*inner):
            if kind == "between":
                ends = self.fields.kind(domain[kind], inner, list)
                if len(ends) != 2:
                    raise SymadvError(f"got {len(ends)} numbers, wanted two, the smaller first")
                return parameter(name, between=(self.end(ends[0], (*inner, 0)), self.end(ends[1], (*inner, 1))))
            if not self.fields.kind(domain[kind], inner, bool):
                raise SymadvError("got false, wanted true")
            return parameter(name, positive=kind == "positive", real=kind == "real")

    def end(self, value: Any, path: Path) -> sympy.Expr:
        infinite = {"inf": sympy.oo, "+inf": sympy.oo, "-inf": -sympy.oo}
        return infinite[value] if isinstance(value, str) and value in infinite else self.fields.formula(value, path, {})

    def read_labels(self, listed: list[Any]) -> tuple[int, ...]:
        for k, label in enumerate(listed):
            self.fields.kind(label, ("labels", k), int)
            if abs(label) >= _LABELS_END:
                self.fields.fail(("labels", k), "got a label of more than 9 digits")
        for k, label in _repeated(listed):
            self.fields.fail(("labels", k), f"the label {label} is there twice")
        if len(listed) < 2 or listed != sorted(listed):
            self.fields.fail(("labels",), "wanted at least two labels in ascending order")
        return tuple(listed)

    def read_prior(self, table: dict[str, Any]) -> dict[int, sympy.Expr]:
        prior = {}
        for key, value in table.items():
            with self.fields.at("prior", key):
                if not _LABEL.fullmatch(key):
                    raise unknown("label", key[:60], map(str, self.labels))
                prior[self.label(int(key), ("prior", key))] = self.fields.formula(value, ("prior", key), self.names)
        for label in self.labels:
            if label not in prior:
                self.fields.fail(("prior",), f"the label {label} has no prior probability")
        return prior

    def label(self, value: Any, path: Path) -> int:
        label: int = self.fields.kind(value, path, int)
        if label not in self.labels:
            shown = str(label) if abs(label) < _LABELS_END else "of more than 9 digits"
            with self.fields.at(*path):
                raise unknown("label", shown, map(str, self.labels))
        return label

    def component(self, table: Any, path: Path) -> Component:
        self.fields.keys(table, path, ("densities",), (*STRATA, *BESIDE))
        stratum = StrataReader(self.fields, self.features, self.names).stratum(table, path)
        listed = self.fields.kind(table["densities"], (*path, "densities"), list)
        if not listed:
            self.fields.fail((*path, "densities"), "got no densities, wanted one for at least one label")
        densities: dict[int, Weighted] = {}
        for k, entry in enumerate(listed):
            place = (*path, "densities", k)
            label, weighted = self.weighted(entry, place, stratum)
            if label in densities:
                again = "for a mixture write another [[components]] with the same stratum"
                self.fields.fail((*place, "label"), f"the label {label} is there twice; {again}")
            densities[label] = weighted
        return Component(stratum, densities)

    def weighted(self, table: Any, path: Path, stratum: Stratum) -> tuple[int, Weighted]:
        self.fields.keys(table, path, ("label",), ("weight", *SHAPES, *ARGUMENTS))
        label = self.label(table["label"], (*path, "label"))
        weight = self.fields.formula(table.get("weight", 1), (*path, "weight"), self.names)
        shape = {key: value for key, value in table.items() if key not in ("label", "weight")}
        with self.fields.at(*path):
            density = DensityReader(self.fields, self.names).density(shape, path).on(stratum)
        if density.dim != stratum.axes:
            got = f"a density of {density.dim} coordinates on a stratum with {stratum.axes} free ones"
            wanted = 'for several write factors = [...] or count = n, for none family = "atom"'
            self.fields.fail(path, f"got {got}; {wanted}")
        with self.fields.at(*path):
            for part in density.parts:
                stays_on(f"label {label}", part.density, stratum)
        self.weights.append((path, label, weight))
        return label, Weighted(weight, density)

    def culprit(self) -> Path:
        """Where the masses are wrong: the prior, the first weight of a label, or a single value."""
        masses: list[tuple[Path, sympy.Expr]] = [(("prior", str(label)), value) for label, value in self.prior.items()]
        groups: list[tuple[Path, list[sympy.Expr]]] = [(("prior",), [value for _, value in masses])]
        for label in self.labels:
            weights = [(path, weight) for path, known, weight in self.weights if known == label]
            groups.append((weights[0][0] if weights else ("components",), [weight for _, weight in weights]))
            masses += [((*path, "weight"), weight) for path, weight in weights]
        for path, values in groups:
            if sign(sympy.simplify(sympy.Add(*values)) - 1) != 0:
                return path
        return next((path for path, value in masses if sign(value) not in (0, 1)), ("name",))


def _repeated(listed: list[Any]) -> list[tuple[int, Any]]:
    """The entries of a list that stood in it before."""
    first: dict[Any, int] = {}
    return [(k, entry) for k, entry in enumerate(listed) if first.setdefault(entry, k) != k]
