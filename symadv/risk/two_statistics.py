r"""Risk where the classifier and the Bayes label are half-spaces of normal laws: everything happens in a plane.

With $u = \langle w, x\rangle + b$ and $v = \langle w', x\rangle + b'$, whose signs are what f says and the Bayes label,
the image of the ball in the plane has the support function $h(\alpha, \beta) = \|(\alpha w + \beta w') E\|_*$.  A
quadrant dilated by it is the intersection of the half-planes $\langle n, \cdot\rangle > -h(n)$ over the normals n of
its own sides and of the edges of the image in between: finitely many for the $\ell_\infty$ and $\ell_1$ ball, enclosed
by polygons for the $\ell_2$ ball.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import cos, sin

import sympy

from symadv.adversary.classifier import Classifier
from symadv.adversary.definition import Definition, Types
from symadv.adversary.threat import ThreatModel
from symadv.geometry.strata import Flat
from symadv.language.aggregates import variables
from symadv.language.balls import bounds
from symadv.language.forms import expand_outside
from symadv.language.order import sign
from symadv.language.regions import Cells
from symadv.probability.densities import Normal
from symadv.probability.density import Density
from symadv.probability.distribution import Distribution
from symadv.probability.labels import label_regions
from symadv.risk.bound import EXACT, Bound, Evidence, conventions
from symadv.risk.half_planes import HalfPlane, Law, mass
from symadv.risk.quotient import Group, dual_norm, linear_part

_TANGENTS = 12  # of the quarter of an ellipse
_MOST_EDGES = 40
_NONE = sympy.S.Zero


@dataclass(frozen=True)
class HalfSpace:
    r"""Where $\langle w, x\rangle + b$ is positive there is the larger of two labels."""

    weights: Group
    bias: sympy.Expr


@dataclass(frozen=True)
class Planar:
    """A problem in the plane of u, of the classifier, and v, of the Bayes label."""

    labels: tuple[int, ...]
    score: HalfSpace
    truth: HalfSpace
    laws: tuple[tuple[int, sympy.Expr, Law], ...]  # label, probability, law of (u, v)
    norm: str
    budgets: Mapping[sympy.Symbol, sympy.Expr]

    def bound(self, definition: Definition) -> tuple[float, float]:
        """A lower and an upper bound for the risk."""
        lowest, highest = 0.0, 0.0
        for y, probability, law in self.laws:
            inner, outer = (self._vulnerable(definition, y, inside) for inside in (True, False))
            low = mass(law, inner)
            high = low if inner == outer else mass(law, outer)
            share = bounds(probability)
            lowest += share[0] * float(low.lower()) * (1 - 1e-15)
            highest += share[1] * float(high.upper()) * (1 + 1e-15)
        return max(0.0, lowest), min(1.0, highest)

    def _vulnerable(self, definition: Definition, y: int, inside: bool) -> list[list[HalfPlane]]:
        found = []
        for clean, perturbed in definition.types(y, self.labels):
            for here, there in product(self._corners(clean), self._corners(perturbed)):
                found.append([*self._quadrant(here), *self._reach(there, inside)])
        return found

    def _corners(self, types: Types) -> Iterator[tuple[int, int]]:
        """The signs of u and v that types have, 0 for any."""
        f = (0,) if types.f == frozenset(self.labels) else tuple(self._side(a) for a in sorted(types.f))
        c = (0,) if types.c is None else tuple(self._side(b) for b in sorted(types.c))
        return product(f, c)

    def _side(self, label: int) -> int:
        return 1 if label == self.labels[1] else -1

    def _quadrant(self, corner: tuple[int, int]) -> list[HalfPlane]:
        one, other = (sympy.Integer(s) for s in corner)
        return [n for n in ((one, _NONE, _NONE), (_NONE, other, _NONE)) if n != (0, 0, 0)]

    def _reach(self, corner: tuple[int, int], inside: bool) -> list[HalfPlane]:
        """The quadrant or half-plane dilated by the image of the ball, or by a polygon inside of it."""
        one, other = (sympy.Integer(s) for s in corner)
        sides = [n for n in ((one, _NONE), (_NONE, other)) if n != (0, 0)]
        normals = [*sides, *(self._edges(one, other) if len(sides) == 2 else ())]
        shrink = self._inscribed(normals) if inside and self.norm == "l2" and len(sides) == 2 else sympy.S.One
        return [(*n, shrink * self._support(n)) for n in normals]

    def _support(self, n: tuple[sympy.Expr, sympy.Expr]) -> sympy.Expr:
        return dual_norm(self.norm, [_NONE, *(sympy.Abs(n[0] * a + n[1] * b) for a, b in self._generators)])

    @property
    def _generators(self) -> list[tuple[sympy.Expr, sympy.Expr]]:
        """What a step of one feature's whole budget does to u and v."""
        features = dict.fromkeys((*self.score.weights, *self.truth.weights))
        pairs = (
            (self.score.weights.get(x, _NONE), self.truth.weights.get(x, _NONE), self.budgets[x]) for x in features
        )
        return [(a * e, b * e) for a, b, e in pairs if e != 0]

    def _edges(self, one: sympy.Expr, other: sympy.Expr) -> list[tuple[sympy.Expr, sympy.Expr]]:
        """The normals of the edges of the image between the two sides of a quadrant."""
        if self.norm == "l2":
            steps = [sympy.pi.evalf() / 2 * k / _TANGENTS for k in range(1, _TANGENTS)]
            sizes = [sympy.sqrt(sum(g[i] ** 2 for g in self._generators)) for i in (0, 1)]
            u, v = (sympy.Rational(float(s)) if s != 0 else sympy.S.One for s in sizes)
            return [(one * sympy.Rational(cos(t)) / u, other * sympy.Rational(sin(t)) / v) for t in steps]
        corners = self._generators
        apart = corners if self.norm == "linf" else _differences(corners)
        found: dict[sympy.Expr, tuple[sympy.Expr, sympy.Expr]] = {}
        for a, b in apart:
            n = (b, -a) if sign(b) == one else (-b, a)
            if sign(n[0]) == one and sign(n[1]) == other:
                found.setdefault(n[1] / n[0], n)
        return list(found.values())

    def _inscribed(self, normals: Sequence[tuple[sympy.Expr, sympy.Expr]]) -> sympy.Expr:
        """How much the polygon of the tangents has to shrink to lie inside the ellipse."""
        gram = [[sum(g[i] * g[j] for g in self._generators) for j in (0, 1)] for i in (0, 1)]

        def product_of(n: Sequence[sympy.Expr], m: Sequence[sympy.Expr]) -> sympy.Expr:
            return sum(n[i] * gram[i][j] * m[j] for i in (0, 1) for j in (0, 1))

        first, last, *between = normals
        around = [first, *between, last]
        cosines = []
        for n, m in pairwise(around):
            size = sympy.sqrt(product_of(n, n) * product_of(m, m))
            cosines.append(bounds(product_of(n, m) / size)[0] if size != 0 else -1.0)
        half = max(0.0, (1 + min(cosines)) / 2) ** 0.5 * (1 - 1e-12)
        return sympy.Rational(half)


def _differences(corners: Sequence[tuple[sympy.Expr, sympy.Expr]]) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """The edges of the convex hull of some points and their opposites, as differences."""
    points = [*corners, *((-a, -b) for a, b in corners)]
    found = []
    for k, p in enumerate(points):
        for q in points[:k]:
            n = (q[1] - p[1], p[0] - q[0])
            heights = [n[0] * a + n[1] * b for a, b in points]
            top = n[0] * p[0] + n[1] * p[1]
            signs = [sign(h - top) for h in heights]
            if all(s in (0, -1) for s in signs) or all(s in (0, 1) for s in signs):
                found.append((p[0] - q[0], p[1] - q[1]))
    return found


def planar(f: Classifier, d: Distribution, threat: ThreatModel) -> Planar | None:
    """The problem in the plane; None where classifier, Bayes label, law or ball is not of that kind."""
    whole = all(isinstance(s, Flat) and not s.fixed and not s.within for s in d.strata)
    regions = f.regions()
    if not whole or len(d.labels) != 2 or regions is None or threat.box is not None:
        return None
    budgets = dict(zip(d.features, threat.budgets(len(d.features)), strict=True))
    score, truth = (_half_space(r, d) for r in (regions, label_regions(d)))
    if score is None or truth is None or d.parameters or any(e.free_symbols for e in budgets.values()):
        return None
    laws = [
        (y, d.prior_of(y) * w.weight, _law(w.density, d.features, score, truth))
        for c in d.with_mass
        for y, w in c.densities
    ]
    kept = [(y, share, law) for y, share, law in laws if law is not None]
    if len(kept) < len(laws) or (threat.norm != "l2" and sum(e != 0 for e in budgets.values()) > _MOST_EDGES):
        return None
    return Planar(d.labels, score, truth, tuple(kept), threat.norm, budgets)


def planar_risks(
    problem: Planar, d: Distribution, f: Classifier, threat: ThreatModel, definitions: Sequence[Definition]
) -> dict[str, Bound]:
    """The risks, continuous in the budget and independent of all ties: lines have no mass under the laws."""
    found = {}
    for definition in definitions:
        value = problem.bound(definition)
        semantics = conventions(threat, d.tie_rule, f.tie, "integrated in the plane of two scores")
        evidence = Evidence(value, semantics)
        method = "exact" if value[1] - value[0] < EXACT else "bounded"
        found[definition.name] = Bound(*value, method, evidence=evidence)
    return found


def _half_space(regions: Mapping[int, Cells], d: Distribution) -> HalfSpace | None:
    """The affine form that is positive where the larger label is said, if there is one."""
    low, high = d.labels
    below, above = (_one_form(regions[label]) for label in (low, high))
    if below is None or above is None or below[0] != above[0] or below[1] == above[1]:
        return None
    form = expand_outside(above[0] * above[1])
    weights = linear_part(form, d.features)
    if not weights or any(w.free_symbols for w in weights.values()):
        return None
    return HalfSpace(weights, form.as_independent(*variables(form, d.features), as_Add=True)[0])


def _one_form(region: Cells) -> tuple[sympy.Expr, int] | None:
    """The form of a region of one condition, and its sign there."""
    if len(region.cells) != 1 or len(region.cells[0]) != 1:
        return None
    ((form, signs),) = region.cells[0]
    sides = signs - {0}
    return (form, next(iter(sides))) if len(sides) == 1 else None


def _law(density: Density, features: Sequence[sympy.Symbol], score: HalfSpace, truth: HalfSpace) -> Law | None:
    """The joint law of the two scores, if all their combinations are normal and they are not proportional."""
    places = {x: i for i, x in enumerate(features)}
    one, other = ({places[x]: w for x, w in half.weights.items()} for half in (score, truth))
    both = {i: one.get(i, _NONE) + other.get(i, _NONE) for i in (*one, *other)}
    found = [density.combinations([w]) for w in (one, other, {i: w for i, w in both.items() if w != 0})]
    laws = [laws[0] for laws in found if laws and isinstance(laws[0], Normal)]
    if len(laws) < 3:
        return None
    a, b, total = laws
    covariance = (total.std**2 - a.std**2 - b.std**2) / 2
    if sign(a.std**2 * b.std**2 - covariance**2) != 1:
        return None
    return Law((a.mean + score.bias, b.mean + truth.bias), (a.std**2, b.std**2), covariance)
