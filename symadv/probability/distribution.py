"""Distributions: a label's prior, and for each label a weighted density on each of finitely many strata."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import sympy

from symadv.geometry.ends import inside, shown
from symadv.geometry.strata import are_distinct_points
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError, unknown
from symadv.language.numbers import exact
from symadv.language.order import Undecided, sign
from symadv.language.parameters import Parameter, domain_conditions, parameter, parameters_of
from symadv.probability.density import Density, Weighted
from symadv.probability.memory import require_memory

TieRule = Literal["every", "first"]


@dataclass(frozen=True)
class Component:
    """A stratum with the weighted density of each label that has mass there."""

    stratum: Stratum
    densities: Any

    def __post_init__(self) -> None:
        pairs = self.densities.items() if isinstance(self.densities, Mapping) else self.densities
        weighted = tuple((int(y), 1 * w if isinstance(w, Density) else w) for y, w in pairs)
        for y, w in weighted:
            if not isinstance(w, Weighted):
                raise SymadvError(f"label {y}: got {w!r}, wanted a density or weight * density")
        object.__setattr__(self, "densities", weighted)

    def within_dimension(self, d: int) -> "Component":
        """The component in $R^d$: densities take their place on the stratum, mixtures are taken apart."""
        stratum = self.stratum.within_dimension(d)
        placed = [(y, part) for y, w in self.densities for part in (w.weight * p for p in w.density.on(stratum).parts)]
        return Component(stratum, tuple(placed))

    @property
    def by_support(self) -> "tuple[Component, ...]":
        """Components of the same law, each on the part of the stratum on which its densities are positive."""
        found: dict[Stratum, list[tuple[int, Weighted]]] = {}
        for y, w in self.densities:
            found.setdefault(self.stratum.restricted(w.density.support), []).append((y, w))
        return tuple(Component(stratum, tuple(densities)) for stratum, densities in found.items())


@dataclass(frozen=True)
class Distribution:
    r"""The law of (x, y): prior $\pi_y$, and given y the mixture of weighted densities on the strata.

    ``features`` are names on the way in and real symbols afterwards; ``labels`` ascend; ``prior`` and the weights may
    be expressions in parameters, and are refused unless they are proved to sum to one and to be nonnegative.  The
    support is the union of the strata.  ``tie_rule`` says which label a point has whose nearest points disagree:
    ``"every"`` (none) or ``"first"`` (that of the stratum listed first).  ``values`` remembers, for captions, what was
    put in place of parameters.
    """

    name: str
    features: tuple[Any, ...]
    labels: tuple[int, ...]
    prior: Any
    components: tuple[Component, ...] = field(kw_only=False)
    given: tuple[sympy.Basic, ...] = ()
    tie_rule: TieRule = "every"
    source: str = ""
    values: tuple[tuple[str, sympy.Expr], ...] = field(default=(), kw_only=True, compare=False, repr=False)

    def __post_init__(self) -> None:
        def set_(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        set_("features", tuple(parameter(f, real=True) if isinstance(f, str) else f for f in self.features))
        set_("labels", tuple(self.labels))
        pairs = self.prior.items() if isinstance(self.prior, Mapping) else self.prior
        set_("prior", tuple(sorted((int(y), exact(value)) for y, value in pairs)))
        d = len(self.features)
        set_("components", tuple(c.within_dimension(d) for c in self.components))
        set_("given", tuple(self.given))
        _check(self)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The free parameters, in order of first appearance."""
        terms: list[Any] = []
        for c in self.components:
            for _, w in c.densities:
                terms += [w.weight, *w.density.terms()]
            terms += c.stratum.terms
        found = parameters_of(*(value for _, value in self.prior), *terms, *self.given)
        return tuple(s for s in found if s not in self.features)

    @property
    def conditions(self) -> tuple[sympy.Basic, ...]:
        """The domains of the parameters and what else is given, as conditions."""
        return (*(c for s in self.parameters for c in domain_conditions(s)), *self.given)

    def at(self, **values: Any) -> "Distribution":
        """The distribution with values in place of some parameters, read exactly; refused outside their domains."""
        known = {s.name: s for s in self.parameters}
        chosen: dict[sympy.Symbol, sympy.Expr] = {}
        for name, value in values.items():
            if name not in known:
                raise unknown(f"parameter of {self.name}", name, list(known))
            chosen[known[name]] = _in_domain(known[name], exact(value))
        return self.substitute(chosen)

    def substitute(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> "Distribution":
        """The distribution with expressions in place of parameters."""
        table = dict(values)
        for condition in self.given:
            if condition.subs(table) == sympy.false:
                raise SymadvError(f"{self.name}: the values {table} violate {condition}")
        return replace(
            self,
            prior={y: value.xreplace(table) for y, value in self.prior},
            components=tuple(
                Component(
                    c.stratum.substitute(table),
                    tuple((y, Weighted(w.weight.xreplace(table), w.density.substitute(table))) for y, w in c.densities),
                )
                for c in self.components
            ),
            given=tuple(g for g in (c.subs(table) for c in self.given) if g != sympy.true),
            values=(*self.values, *((symbol.name, value) for symbol, value in table.items())),
        )

    def prior_of(self, label: int) -> sympy.Expr:
        """The prior probability of a label."""
        return dict(self.prior)[label]

    @cached_property
    def with_mass(self) -> tuple[Component, ...]:
        """The components that make up the support: cut down to where densities are positive, without masses of 0."""
        parts = [
            (c.stratum, tuple((y, w) for y, w in c.densities if self.prior_of(y) * w.weight != 0))
            for whole in self.components
            for c in whole.by_support
        ]
        return tuple(Component(stratum, densities) for stratum, densities in parts if densities)

    @cached_property
    def strata(self) -> tuple[Stratum, ...]:
        """The distinct strata with mass, in order of first appearance."""
        return tuple(dict.fromkeys(c.stratum for c in self.with_mass))

    @cached_property
    def support(self) -> tuple[Stratum, ...]:
        """The strata with mass that lie in no other one: their union is the support."""
        if are_distinct_points(self.strata):
            return self.strata
        return tuple(s for s in self.strata if not any(s != t and _lies_in(s, t) for t in self.strata))

    def sample(self, n: int, *, rng: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Draw ``n`` points: x ``(n, d)`` float64 and labels y ``(n,)``; ``rng`` is a numpy Generator or a seed.

        Refused when that takes more than half of the free memory; :meth:`batches` draws any number part by part.
        """
        self.require_numbers("sampling")
        if not isinstance(n, int | np.integer) or n < 0:
            raise SymadvError(f"got n = {n!r}, wanted a number of samples, an int >= 0")
        d = len(self.features)
        require_memory(2 * int(n) * d, f"a sample of {n} points with {d} features", "draw d.batches(n, rng=rng)")
        rng = np.random.default_rng(rng)
        y = rng.choice(np.array(self.labels), size=n, p=_probabilities([value for _, value in self.prior]))
        x = np.empty((n, len(self.features)))
        for label in self.labels:
            rows = np.flatnonzero(y == label)
            parts = [(c.stratum, w) for c in self.components for known, w in c.densities if known == label]
            which = rng.choice(len(parts), size=len(rows), p=_probabilities([w.weight for _, w in parts]))
            for k, (stratum, w) in enumerate(parts):
                here = rows[which == k]
                x[here] = stratum.embed(w.density.sample(len(here), rng))
        return x, y

    def batches(
        self, n: int, *, rng: Any, entries: int = 1 << 22
    ) -> Iterator[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
        """Draw ``n`` points like :meth:`sample`, in parts of at most ``entries`` numbers (at least one point)."""
        generator, rows = np.random.default_rng(rng), max(1, entries // len(self.features))
        for start in range(0, n, rows):
            yield self.sample(min(rows, n - start), rng=generator)

    def require_numbers(self, what: str) -> None:
        """Refuse a distribution that still has free parameters."""
        if self.parameters:
            names = ", ".join(s.name for s in self.parameters)
            raise SymadvError(
                f"{what} needs numbers: {self.name} still has the free parameters {names}; "
                f"use d.at({', '.join(f'{s.name}=…' for s in self.parameters)})"
            )


def _lies_in(s: Stratum, t: Stratum) -> bool:
    try:
        return s.lies_in(t)
    except Undecided:
        return False


def _in_domain(symbol: Parameter, value: sympy.Expr) -> sympy.Expr:
    if parameters_of(value):
        return value
    for condition in domain_conditions(symbol):
        smaller, larger = condition.lhs, condition.rhs
        s = sign((larger - smaller).xreplace({symbol: value}))
        if s is None or s < 0 or (s == 0 and condition.func in (sympy.StrictLessThan, sympy.StrictGreaterThan)):
            wanted = ", ".join(str(c) for c in domain_conditions(symbol))
            raise SymadvError(f"{symbol.name} = {value} is outside its domain: wanted {wanted}")
    return value


def _check(d: Distribution) -> None:
    if list(d.labels) != sorted(set(d.labels)) or not all(isinstance(y, int) for y in d.labels) or len(d.labels) < 2:
        raise SymadvError(f"{d.name}: got the labels {d.labels}, wanted at least two different ints in ascending order")
    if tuple(y for y, _ in d.prior) != d.labels:
        raise SymadvError(
            f"{d.name}: the prior is given for {[y for y, _ in d.prior]}, wanted exactly the labels {list(d.labels)}"
        )
    if d.tie_rule not in ("every", "first"):
        raise unknown("tie rule", d.tie_rule, ["every", "first"])
    _sums_to_one(f"{d.name}: the prior probabilities", [value for _, value in d.prior])
    for y in d.labels:
        weights = [w.weight for c in d.components for label, w in c.densities if label == y]
        _sums_to_one(f"{d.name}: the weights of label {y}", weights)
    for c in d.components:
        for y, w in c.densities:
            if y not in d.labels:
                raise unknown(f"label in {d.name}", str(y), [str(label) for label in d.labels])
            if w.density.dim != c.stratum.axes:
                raise SymadvError(
                    f"{d.name}: label {y} has a density of {w.density.dim} coordinates "
                    f"on a stratum with {c.stratum.axes} free ones"
                )
            stays_on(f"{d.name}, label {y}", w.density, c.stratum)


def stays_on(what: str, density: Density, stratum: Stratum) -> None:
    """Refuse a density some of whose mass may lie off the stratum."""
    for own, allowed in dict.fromkeys(zip(density.support, stratum.bounds, strict=True)):
        if not inside(own, allowed):
            raise SymadvError(
                f"{what}: the density {density} is on {shown(own)}, the stratum on {shown(allowed)}; "
                "wanted a density whose mass is proved to lie on the stratum, such as Uniform()"
            )


def _sums_to_one(what: str, weights: list[sympy.Expr]) -> None:
    total = sympy.Add(*weights)
    if sign(total - 1) != 0:
        raise SymadvError(f"{what} sum to {sympy.factor(total)}, wanted 1")
    for weight in weights:
        s = sign(weight)
        if s is None or s < 0:
            raise SymadvError(f"{what}: got {weight}, wanted something nonnegative on the parameters' domains")


def _probabilities(values: list[sympy.Expr]) -> np.ndarray[Any, Any]:
    floats = np.array([float(value) for value in values])
    normalised: np.ndarray[Any, Any] = floats / floats.sum()
    return normalised
