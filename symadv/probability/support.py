"""The support as faces: where which components decide the posterior."""

from dataclasses import dataclass

import sympy

from symadv.geometry.strata import Flat
from symadv.language.aggregates import variables
from symadv.language.errors import SymadvError
from symadv.language.forms import expand_outside
from symadv.language.regions import Cells, intersection
from symadv.probability.densities import Weighted
from symadv.probability.distribution import Distribution


@dataclass(frozen=True)
class Face:
    """A flat part of the support, without the smaller faces on it, and the joint density of each label there.

    Components of the lowest dimension with mass at a point decide; equal dimensions add.  ``terms`` maps each label
    with mass on the face to its (prior, weighted density) summands.
    """

    flat: Flat
    smaller: tuple[Flat, ...]
    terms: tuple[tuple[int, tuple[tuple[sympy.Expr, Weighted, Flat], ...]], ...]

    def region(self, features: tuple[sympy.Symbol, ...]) -> Cells:
        """The points of the face."""
        return intersection(features, [self.flat.region(features), *(~s.region(features) for s in self.smaller)])

    @property
    def labels(self) -> tuple[int, ...]:
        """The labels that have mass here."""
        return tuple(y for y, _ in self.terms)

    def joint(self, label: int, x: tuple[sympy.Expr, ...]) -> sympy.Expr:
        r"""$\pi_y\, f_y(x)$ by named densities; 0 for a label without mass here."""
        return sympy.Add(
            *(
                prior * w.weight * w.density.density([x[i] for i in stratum.free])
                for prior, w, stratum in dict(self.terms).get(label, ())
            )
        )

    def log_joint(self, label: int, x: tuple[sympy.Expr, ...]) -> sympy.Expr:
        r"""$\log \pi_y + \log f_y(x)$ as a sum; $-\infty$ for a label without mass here."""
        summands = dict(self.terms).get(label, ())
        if not summands:
            return -sympy.oo
        if len(summands) > 1:
            return sympy.log(self.joint(label, x))
        prior, w, stratum = summands[0]
        return sympy.log(prior) + sympy.log(w.weight) + w.density.log_density([x[i] for i in stratum.free])

    def conditions(self, features: tuple[sympy.Symbol, ...]) -> tuple[sympy.Basic, ...]:
        """The face's equations, for example ``(Eq(x1, -1),)``, and what excludes the smaller faces."""
        equations = tuple(sympy.Eq(features[i], value, evaluate=False) for i, value in self.flat.fixed)
        excluded = tuple((~s.region(features)).condition for s in self.smaller)
        return (*equations, *excluded)


def faces(d: Distribution) -> tuple[Face, ...]:
    """The faces of the support: the strata first, in their order, then where strata meet."""
    closed = _closed_under_meeting(list(flats(d)))
    return tuple(_face(d, flat, closed) for flat in closed)


def flats(d: Distribution) -> tuple[Flat, ...]:
    """The strata of a distribution, all of which have to be flats."""
    return tuple(_flat(s) for s in d.strata)


def _flat(stratum: object) -> Flat:
    if not isinstance(stratum, Flat):
        raise SymadvError(f"got the stratum {stratum!r}; posteriors are known for flats (Flat, Point, Whole)")
    return stratum


def _closed_under_meeting(known: list[Flat]) -> list[Flat]:
    found = dict.fromkeys(known)
    queue = list(known)
    while queue:
        flat = queue.pop()
        for other in list(found):
            meeting = flat.meet(other)
            if meeting is not None and meeting not in found:
                found[meeting] = None
                queue.append(meeting)
    return list(found)


def _face(d: Distribution, flat: Flat, closed: list[Flat]) -> Face:
    through = [c for c in d.with_mass if flat.meet(_flat(c.stratum)) == flat]
    lowest = min(c.stratum.dim for c in through)
    terms: dict[int, list[tuple[sympy.Expr, Weighted, Flat]]] = {y: [] for y in d.labels}
    for c in through:
        if c.stratum.dim == lowest:
            for y, w in c.densities:
                terms[y].append((d.prior_of(y), w, _flat(c.stratum)))
    smaller = tuple(f for f in closed if f != flat and f.meet(flat) == f)
    return Face(flat, smaller, tuple((y, tuple(t)) for y, t in terms.items() if t))


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
    constant, rest = expanded.as_independent(*variables(expanded, features), as_Add=True)
    return rest + one_logarithm(constant)


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
