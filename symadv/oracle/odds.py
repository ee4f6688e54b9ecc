"""How likely the labels are at points of the support, in floats: log-odds, posterior and Bayes label.

All of it is read from the joint densities on each face relative to each other, so that what they share is cancelled
exactly before anything becomes a float; a label without mass has the density 0, and infinities are never subtracted.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial, reduce
from itertools import combinations
from operator import and_

import numpy as np
import sympy

from symadv import catalog
from symadv.geometry.product import Product
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.regions import union
from symadv.oracle.inputs import Array, connected, like, namespace, refuse_undefined
from symadv.oracle.points import Cloud
from symadv.oracle.tables import Table, numbered, rows_of
from symadv.probability.distribution import Distribution
from symadv.probability.labels import no_label
from symadv.probability.support import Face, faces, tidy, without_limit

Reading = Callable[[Array], Array]
Summands = dict[int, tuple[sympy.Expr, ...]]  # for each label the logarithms of the summands of its joint density


class Odds:
    """The labels of a distribution without free parameters against each other, at points ``(n, d)`` of its support."""

    def __init__(self, d: Distribution) -> None:
        self.labels, self.features, self.no_label = d.labels, d.features, no_label(d)
        # Smaller faces first: where one lies on a larger one, it decides.
        jumps = without_limit(d)
        self._cloud = Cloud.of([face.flat for face in faces(d)])
        places = list(faces(d)) if self._cloud else _smaller_first((*faces(d), *jumps))
        self._jumps = union(d.features, (face.region(d.features) for face in jumps))
        tests = () if self._cloud else places
        self._conditions = [_test(face.flat, [f.flat for f in places], d.features) for face in tests]
        self._on_faces = [_summands(d, face) for face in places]

    def log_odds(self, z: Array) -> Array:
        """Each label but the first against the first: ``(n,)`` for two labels, else ``(n, K - 1)``."""
        odds = self._log_odds(z)
        return odds if odds.ndim == 2 else self._refuse_undefined(odds, z)

    def posterior(self, z: Array) -> Array:
        r"""$p(y \mid z)$ for each label, ``(n, K)``."""
        return self.posteriors(self.before_posterior(z), z)

    def before_posterior(self, z: Array) -> Array:
        """What ``posteriors`` makes the posterior of: the faces' numbers where these say all, else itself."""
        return self._which(z) if self._by_face_alone is not None else self._posterior(z)

    def posteriors(self, found: Array, z: Array) -> Array:
        """The posterior at points z of which ``before_posterior`` is known."""
        table = self._by_face_alone
        if table is None:
            return found
        rows = connected(rows_of(table, found, z), z)
        return self._refuse_undefined(rows, z) if np.isnan(table).any() else rows

    def log_posterior(self, z: Array) -> Array:
        r"""$\log p(y \mid z)$ for each label, ``(n, K)``; accurate where it is close to 0, too."""
        xp, logs = namespace(z), self._refuse_undefined(self._relative(z), z)
        largest = like(np.arange(logs.shape[1]), logs) == logs.argmax(1)[:, None]
        with np.errstate(invalid="ignore"):  # an overflow minus itself is 0, too
            shifted = xp.where(largest, 0.0, logs - xp.where(largest, logs, 0.0).sum(1)[:, None])
        others = xp.where(largest, 0.0, xp.exp(shifted)).sum(1)[:, None]
        return self._refuse_undefined(shifted - xp.log1p(others), z)

    def bayes_label(self, z: Array, *, margin: float = 0.0) -> Array:
        """The label that is strictly the most likely one, ``(n,)``; ``no_label`` where there is none.

        With a margin, the one whose posterior exceeds each other one by at least that much.
        """
        if margin > 0:
            return self._thick_label(z, margin)
        xp, odds = namespace(z), self._refuse_undefined(self._pairs(z), z)
        result = xp.full_like(odds[:, 0], self.no_label, dtype=xp.int64)
        pairs = list(combinations(self.labels, 2))
        for y in self.labels:
            wins = [odds[:, k] > 0 if y == pair[1] else odds[:, k] < 0 for k, pair in enumerate(pairs) if y in pair]
            result = xp.where(reduce(and_, wins), y, result)
        return result

    def _thick_label(self, z: Array, margin: float) -> Array:
        xp, posterior = namespace(z), self.posterior(z)
        result = xp.full_like(posterior[:, 0], self.no_label, dtype=xp.int64)
        for k, y in enumerate(self.labels):
            others = [posterior[:, k] - posterior[:, j] >= margin for j in range(len(self.labels)) if j != k]
            result = xp.where(reduce(and_, others), y, result)
        return result

    def _refusing(self, reading: Reading) -> Reading:
        return lambda z: self._refuse_undefined(reading(z), z)

    def _refuse_undefined(self, values: Array, z: Array) -> Array:
        return refuse_undefined(values, z, self._at_jumps)

    @cached_property
    def _at_jumps(self) -> Reading | None:
        return None if self._jumps.is_nowhere else catalog.load("readers", "array")(self._jumps, self.features).points

    @cached_property
    def _log_odds(self) -> Reading:
        first, *others = self.labels
        against_first = [self._by_face([self._ratio(here[y], here[first]) for here in self._on_faces]) for y in others]
        return self._read(against_first if len(others) > 1 else against_first[0])

    @cached_property
    def _relative(self) -> Reading:
        return self._read(self._relative_logs())

    @cached_property
    def _posterior(self) -> Reading:
        if len(self.labels) > 2:
            return self._refusing(self._read(self._relative_logs(), normalise=True))
        a, b = self.labels
        odds = self._by_face([self._ratio(here[b], here[a]) for here in self._on_faces])
        return self._refusing(self._read((sympy.S.Zero, odds), normalise=True))

    @cached_property
    def _by_face_alone(self) -> Table | None:
        """A row for each face where the posterior is the same at all points of each; NaN where there is none."""
        known = [self._probabilities(here) for here in self._on_faces]
        return self._table(known) if all(known) else None

    def _probabilities(self, here: Summands) -> tuple[sympy.Expr, ...]:
        """The posterior on a face where it does not depend on the point; nothing elsewhere."""
        if not any(here.values()):
            return (sympy.nan,) * len(self.labels)
        ratios = [[self._ratio(here[z], here[y]) for z in self.labels if here[z]] for y in self.labels]
        if any(r.free_symbols for row in ratios for r in row):
            return ()
        return tuple(
            1 / sympy.Add(*(sympy.exp(r) for r in row)) if here[y] else sympy.S.Zero
            for y, row in zip(self.labels, ratios, strict=True)
        )

    @cached_property
    def _pairs(self) -> Reading:
        # Two labels without mass tie with each other, and lose against any other one.
        return self._read(
            [
                self._by_face(
                    [self._ratio(here[b], here[a]) if here[a] or here[b] else sympy.S.Zero for here in self._on_faces]
                )
                for a, b in combinations(self.labels, 2)
            ]
        )

    def _relative_logs(self) -> list[sympy.Expr]:
        """The logarithm of each label's joint density relative to that of the first label with mass."""
        first = [next((terms for terms in here.values() if terms), ()) for here in self._on_faces]
        return [
            self._by_face([self._ratio(here[y], base) for here, base in zip(self._on_faces, first, strict=True)])
            for y in self.labels
        ]

    def _ratio(self, top: Sequence[sympy.Expr], bottom: Sequence[sympy.Expr]) -> sympy.Expr:
        r"""$\log \sum_i e^{a_i} - \log \sum_j e^{b_j}$, with $b_1$ subtracted from all exponents."""
        if not top or not bottom:
            return sympy.nan if not (top or bottom) else sympy.oo if top else -sympy.oo
        above, below = ([tidy(e - bottom[0], self.features) for e in terms] for terms in (top, bottom))
        return _log_sum(above) - _log_sum(below)

    def _by_face(self, values: Sequence[sympy.Expr]) -> sympy.Expr:
        """One expression from one per face; of many points the list of them."""
        if self._cloud:
            return sympy.Tuple(*values)
        if all(value == values[0] for value in values):
            return values[0]
        cases = zip(values, [*self._conditions[:-1], True], strict=True)
        return sympy.Piecewise(*cases, evaluate=False)

    def _read(self, terms: sympy.Expr | Sequence[sympy.Expr], *, normalise: bool = False) -> Reading:
        if self._cloud:
            several = not isinstance(terms, sympy.Tuple)
            columns = [t if isinstance(t, sympy.Tuple) else (t,) * len(self._on_faces) for t in terms if several] or [
                terms
            ]
            found = self._looked_up(list(zip(*columns, strict=True)), normalise=normalise)
            return found if several else lambda z: found(z)[:, 0]
        function = catalog.load("readers", "array")(terms, self.features, normalise=normalise)
        return lambda z: connected(function.points(z), z)

    def _looked_up(self, rows: Sequence[tuple[sympy.Expr, ...]], *, normalise: bool = False) -> Reading:
        """A row of numbers for each face, ``(n, numbers)``."""
        table = self._table(rows, normalise=normalise)
        return lambda z: connected(rows_of(table, self._which(z), z), z)

    def _table(self, rows: Sequence[tuple[sympy.Expr, ...]], *, normalise: bool = False) -> Table:
        """The numbers of all faces, computed once."""
        array, point = catalog.load("readers", "array"), np.zeros((1, len(self.features)))
        known = {row: array(row, self.features, normalise=normalise).points(point)[0] for row in dict.fromkeys(rows)}
        return np.array([known[row] for row in rows])

    @cached_property
    def _which(self) -> Reading:
        """The number of the face that each point is on, ``(n,)``."""
        if self._cloud:
            return self._cloud.exactly
        array = catalog.load("readers", "array")
        return partial(numbered, [array(test, self.features).points for test in self._conditions[:-1]])


def _smaller_first(places: Sequence[Face]) -> list[Face]:
    """Faces in an order in which each comes after those on it."""
    return sorted(places, key=lambda face: sum(other.flat.lies_in(face.flat) for other in places))


def _test(stratum: Stratum, strata: Sequence[Stratum], features: tuple[sympy.Symbol, ...]) -> sympy.Basic:
    """Whether a point of the support, up to rounding, is on a stratum; curved ones are told apart by distances."""
    if isinstance(stratum, Flat):
        return sympy.And(*stratum.conditions(features))
    if isinstance(stratum, Product):
        return sympy.Eq(stratum.squared_distance(features), 0, evaluate=False)
    if any(isinstance(s, Flat) and stratum.lies_in(s) for s in strata):
        raise SymadvError(f"oracles do not tell {stratum} from the stratum around it: rounding decides; wanted flats")
    own = stratum.distance(features)
    others = [s.distance(features) for s in strata if not s.lies_in(stratum)]
    return sympy.And(*(sympy.Le(own, other, evaluate=False) for other in others))


def _summands(d: Distribution, face: Face) -> Summands:
    r"""For each label the summands of $\pi_y f_y$ on a face, by their logarithms; none for a label without mass."""
    flat = face.flat.flat if isinstance(face.flat, Product) else face.flat
    fixed = {d.features[i]: value for i, value in flat.fixed} if isinstance(flat, Flat) else {}
    terms = dict(face.terms)
    return {
        y: tuple(
            replace(face, terms=((y, (term,)),)).log_joint(y, d.features).xreplace(fixed) for term in terms.get(y, ())
        )
        for y in d.labels
    }


def _log_sum(exponents: Sequence[sympy.Expr]) -> sympy.Expr:
    return exponents[0] if len(exponents) == 1 else sympy.log(sympy.Add(*(sympy.exp(e) for e in exponents)))
