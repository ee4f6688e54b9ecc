"""The support as faces: where which components decide the posterior."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import sympy

from symadv.geometry.strata import are_distinct_points
from symadv.geometry.stratum import Exprs, Features, Stratum
from symadv.language.aggregates import variables
from symadv.language.errors import SymadvError
from symadv.language.forms import expand_outside
from symadv.language.functions import unfold
from symadv.language.order import sign
from symadv.language.regions import Cells, intersection
from symadv.probability.density import Weighted
from symadv.probability.distribution import Component, Distribution
from symadv.probability.edges import jumps, limits

LARGEST = 4096  # faces

Term = tuple[sympy.Expr, Weighted, Stratum]
Terms = tuple[tuple[int, tuple[Term, ...]], ...]


@dataclass(frozen=True)
class Face:
    """A part of the support, without the largest of the smaller faces on it, and each label's joint density there.

    Components of the lowest dimension with mass at a point decide; equal dimensions add.  ``terms`` maps each label
    with mass on the face to its (prior, weighted density, stratum) summands.
    """

    flat: Stratum
    smaller: tuple[Stratum, ...]
    terms: Terms

    def region(self, features: Features, on: Stratum | None = None) -> Cells:
        """The points of the face; with ``on``, among those of a stratum that contains it."""
        known = () if on is None else (on,)
        here = self.flat.relative(features, known)
        return intersection(features, [here, *(~s.relative(features, (*known, self.flat)) for s in self.smaller)])

    @property
    def labels(self) -> tuple[int, ...]:
        """The labels that have mass here."""
        return tuple(y for y, _ in self.terms)

    @property
    def has_mass(self) -> bool:
        """Whether the joint density here is one of masses on the face, and not on strata that only meet there."""
        return all(stratum.dim == self.flat.dim for _, terms in self.terms for _, _, stratum in terms)

    def joint(self, label: int, x: Exprs) -> sympy.Expr:
        r"""$\pi_y\, f_y(x)$ by named densities; 0 for a label without mass here."""
        return sympy.Add(
            *(
                prior * w.weight * w.density.density(stratum.coordinates(x)) / stratum.stretch
                for prior, w, stratum in dict(self.terms).get(label, ())
            )
        )

    def log_joint(self, label: int, x: Exprs) -> sympy.Expr:
        r"""$\log \pi_y + \log f_y(x)$ as a sum; $-\infty$ for a label without mass here."""
        summands = dict(self.terms).get(label, ())
        if not summands:
            return -sympy.oo
        if len(summands) > 1:
            return sympy.log(self.joint(label, x))
        prior, w, stratum = summands[0]
        density = w.density.log_density(stratum.coordinates(x))
        return sympy.log(prior) + sympy.log(w.weight) + density - sympy.log(stratum.stretch)

    def conditions(self, features: Features) -> tuple[sympy.Basic, ...]:
        """The face's equations, for example ``(Eq(x1, -1),)``, its ends, and what excludes the smaller faces."""
        facets = {facet for _, _, facet in self.flat.facets}
        known = self.flat.conditions(features)
        excluded = [
            sympy.Or(*(c.negated for c in s.conditions(features) if c not in known))
            for s in self.smaller
            if s not in facets
        ]
        return (*self.flat.conditions(features, open_at=self.smaller), *excluded)

    def alternatives(self, features: Features) -> tuple[tuple[sympy.Basic, ...], ...]:
        """The conditions without "or": they hold when those of one of the tuples do."""
        choices = (c.args if isinstance(c, sympy.Or) else (c,) for c in self.conditions(features))
        return tuple(product(*choices))


def faces(d: Distribution) -> tuple[Face, ...]:
    """The faces of the support: the strata first, in their order, then where strata meet or end within each other.

    Points at which the posterior has no limit are on no face.
    """
    return _all_faces(d)[0]


def without_limit(d: Distribution) -> tuple[Face, ...]:
    """Where the posterior has no limit, because densities jump there and not all by one factor: faces without terms."""
    return _all_faces(d)[1]


@lru_cache(maxsize=64)
def _all_faces(d: Distribution) -> tuple[tuple[Face, ...], tuple[Face, ...]]:
    if are_distinct_points(d.strata):
        return tuple(Face(c.stratum, (), _by_label(d, [c])) for c in _joined(d.with_mass)), ()
    closed = _closed_under_meeting([*d.strata, *jumps(d.strata)])
    found = []
    for stratum in closed:
        inside = [s for s in closed if s != stratum and s.lies_in(stratum)]
        smaller = tuple(s for s in inside if not any(s != t and s.lies_in(t) for t in inside))
        found.append(Face(stratum, smaller, _terms(d, stratum)))
    return tuple(f for f in found if f.terms), tuple(f for f in found if not f.terms)


def _joined(components: Sequence[Component]) -> Iterator[Component]:
    """The components with those of one stratum taken together."""
    found: dict[Stratum, list[tuple[int, Weighted]]] = {}
    for c in components:
        found.setdefault(c.stratum, []).extend(c.densities)
    return (Component(stratum, tuple(densities)) for stratum, densities in found.items())


def _closed_under_meeting(known: list[Stratum]) -> list[Stratum]:
    found = dict.fromkeys(known)
    queue = list(known)
    while queue:
        stratum = queue.pop()
        for other in list(found):
            for meeting in stratum.meet(other):
                if not _is_known(meeting, found):
                    found[meeting] = None
                    queue.append(meeting)
            if len(found) > LARGEST:
                raise SymadvError(f"the strata meet in more than {LARGEST} faces; wanted fewer")
    return list(found)


def _is_known(place: Stratum, known: Collection[Stratum]) -> bool:
    """Whether a meeting is one of those that are known, however the coordinates of a point are written."""
    if place in known or place.axes or all(value.is_Rational for value in place.terms):
        return place in known
    return any(place.lies_in(other) for other in known if other.axes == 0)


def _terms(d: Distribution, place: Stratum) -> Terms:
    """The summands of each label at the points of a face; none where the posterior has no limit."""
    through = [c for c in d.with_mass if place.lies_in(c.stratum)]
    lowest = min(c.stratum.dim for c in through)
    deciding = [c for c in through if c.stratum.dim == lowest]
    sides = [_by_label(d, side) for side in limits(place, deciding)]
    if all(side == sides[0] for side in sides):
        return sides[0]
    several_carriers = len({c.stratum.carrier for c in deciding}) > 1
    agree = not several_carriers and all(_proportional(d, place, sides[0], side) for side in sides[1:])
    return sides[0] if agree else ()


def _by_label(d: Distribution, components: Sequence[Component]) -> Terms:
    terms: dict[int, list[Term]] = {y: [] for y in d.labels}
    for c in components:
        for y, w in c.densities:
            terms[y].append((d.prior_of(y), w, c.stratum))
    return tuple((y, tuple(t)) for y, t in terms.items() if t)


def _proportional(d: Distribution, place: Stratum, one: Terms, other: Terms) -> bool:
    """Whether the joint densities from two sides are one up to a factor, so that their posteriors agree."""
    a, b = (Face(place, (), terms) for terms in (one, other))
    if a.labels != b.labels:
        return False
    x, first = place.nearest(d.features), a.labels[0]
    minors = (a.joint(first, x) * b.joint(y, x) - a.joint(y, x) * b.joint(first, x) for y in a.labels[1:])
    return all(sign(unfold(minor)) == 0 for minor in minors)


def posterior_forms(d: Distribution, face: Face) -> dict[tuple[int, int], sympy.Expr]:
    r"""For each pair of labels y < y' with mass on a face, an expression with the sign of $p(y' \mid x) - p(y \mid x)$.

    It is $\log \pi_{y'} f_{y'}(x) - \log \pi_y f_y(x)$, expanded; for mixtures, the difference of the joint densities.
    """
    pairs = [(y, other) for k, y in enumerate(face.labels) for other in face.labels[k + 1 :]]
    if any(len(terms) > 1 for _, terms in face.terms):
        return {(y, z): face.joint(z, d.features) - face.joint(y, d.features) for y, z in pairs}
    logs = {y: face.log_joint(y, d.features) for y in face.labels}
    return {(y, z): tidy(logs[z] - logs[y], d.features) for y, z in pairs}


def tidy(form: sympy.Expr, features: tuple[sympy.Symbol, ...]) -> sympy.Expr:
    """A log-odds as a polynomial in the features whose constant term is one logarithm where it can be."""
    expanded = expand_outside(form)
    present = variables(expanded, features)
    constant, rest = expanded.as_independent(*present, as_Add=True)
    return (_with_one_logarithm_each(rest, present) if rest.has(sympy.log) else rest) + one_logarithm(constant)


def _with_one_logarithm_each(form: sympy.Expr, present: tuple[sympy.Symbol, ...]) -> sympy.Expr:
    """A polynomial in features with logarithms in its coefficients, each coefficient with one of them."""
    coefficients: dict[sympy.Expr, sympy.Expr] = {}
    for term in sympy.Add.make_args(form):
        coefficient, rest = term.as_independent(*present, as_Add=False)
        coefficients[rest] = coefficients.get(rest, sympy.S.Zero) + coefficient
    return sympy.Add(*(one_logarithm(c) * rest for rest, c in coefficients.items()))


def one_logarithm(constant: sympy.Expr) -> sympy.Expr:
    r"""$\log p - \log(1-p)$ and its like as one logarithm, of an argument with a factored numerator and denominator."""
    if not constant.has(sympy.log):
        return constant
    combined = sympy.logcombine(sympy.expand_log(constant, force=True), force=True)
    return combined.replace(sympy.log, _oriented)


def _oriented(value: sympy.Expr) -> sympy.Expr:
    """log(n/d), or -log(d/n) when that is the canonical one of the two, so that opposite logarithms cancel."""
    top, bottom = (sympy.factor_terms(part) for part in sympy.fraction(sympy.together(value)))
    flip = bottom != 1 and (sympy.count_ops(top), sympy.default_sort_key(top)) > (
        sympy.count_ops(bottom),
        sympy.default_sort_key(bottom),
    )
    return -sympy.log(bottom / top) if flip and top != 1 else sympy.log(top / bottom)
