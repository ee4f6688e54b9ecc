r"""Many features as few statistics, where classifier, Bayes label, law and ball all depend on these alone.

Features that occur in every form as multiples of one sum become that sum, $T = \sum_{i \in B} w_i x_i$.  For disjoint
blocks the image of the ball $\{\|(\delta_i/E_i)_i\| \le 1\}$ is the ball of the same norm with the budgets
$D_B = \|(w_i E_i)_{i \in B}\|_*$, the dual norm; so the risk is that of the statistics.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy

from symadv import catalog
from symadv.adversary.classifier import Classifier, Partition
from symadv.adversary.threat import ThreatModel
from symadv.geometry.product import Product
from symadv.geometry.spheres import Sphere
from symadv.geometry.strata import Flat
from symadv.language.affine import linear_part as linear_part
from symadv.language.aggregates import Aggregate, block_sum
from symadv.language.regions import Cells
from symadv.probability.densities import Atom, Independent
from symadv.probability.density import Density, Univariate
from symadv.probability.distribution import Component, Distribution
from symadv.probability.labels import label_regions
from symadv.probability.on_spheres import along
from symadv.probability.on_strata import UniformOn
from symadv.risk.bound import Bound, Evidence
from symadv.risk.sums import by_sums

Features = tuple[sympy.Symbol, ...]
Column = tuple[tuple[int, sympy.Expr], ...]  # the coefficients of a feature, by the number of the form
Group = dict[sympy.Symbol, sympy.Expr]  # the features of a statistic with their weights


@dataclass(frozen=True)
class Quotient:
    """A problem in few statistics with the risk of the one in many features; ``statistics`` are its features.

    ``how`` tells in words how it is found, where that is not by budgets of the statistics.
    """

    classifier: Classifier
    d: Distribution
    threat: ThreatModel
    how: str = ""

    @property
    def statistics(self) -> Features:
        """The features that are left, as statistics of the given ones."""
        return self.d.features


def quotient(f: Classifier, d: Distribution, threat: ThreatModel, *, with_labels: bool) -> Quotient | None:
    """The problem in as few statistics as it depends on; None when it does not reduce, or their law is not known.

    ``with_labels``: whether the Bayes label of the projection matters, too.
    """
    regions = f.ahead if isinstance(f, Partition) else f.regions()
    if regions is None or not all(isinstance(s, Flat | Product | Sphere) for s in d.strata):
        return None
    if threat.on_support and not all(isinstance(s, Flat) for s in d.strata):
        return None
    made_from_labels = isinstance(f, Partition) and f.anew is not None
    labels = label_regions(d) if with_labels or made_from_labels else {}
    kept = _tied_to_their_axis(d, threat)
    groups = _groups(_forms([*regions.values(), *labels.values()]), d.features, kept)
    if groups is None:
        return None
    groups = groups or [{d.features[0]: sympy.S.One}]
    if any(w.free_symbols for group in groups for w in group.values()):
        return None
    smaller = _law(d, groups)
    ball = _ball(threat, d.features, groups)
    if smaller is None or ball is None:
        return None
    table = _replacements(groups, smaller.features)
    ahead = {label: Cells(smaller.features, region.substitute(table).cells) for label, region in regions.items()}
    here = f if isinstance(f, Partition) else Partition(f.name, f.labels, regions, f.tie)
    return Quotient(here.carried(ahead, d=d, to=smaller), smaller, ball)


def told(fewer: Quotient, d: Distribution, threat: ThreatModel, risks: Mapping[str, Bound]) -> dict[str, Bound]:
    """Risks of a problem in statistics, with a word on which statistics these are."""
    listed = ", ".join(str(catalog.load("readers", "text")(s)) for s in fewer.statistics)
    note = f"reckoned in {listed}{f', {fewer.how}' if fewer.how else f' with the budgets {fewer.threat.eps}'}"
    result = {}
    for name, bound in risks.items():
        evidence: Any = bound.evidence
        if evidence is not None:
            _, *others = evidence.semantics
            evidence = _sampled(fewer, d, replace(evidence, semantics=(threat.words, note, *others)))
        result[name] = replace(bound, evidence=evidence)
    return result


def _sampled(fewer: Quotient, d: Distribution, evidence: Any) -> Any:
    """The vulnerable sets as sets of statistics where these are functions of the features, else without them."""
    if not isinstance(evidence, Evidence):
        return evidence
    if all(isinstance(s, Aggregate) or s in d.features for s in fewer.statistics):
        return replace(evidence, statistics=fewer.statistics)
    return replace(evidence, vulnerable={})


def _forms(regions: Iterable[Cells]) -> list[sympy.Expr]:
    return list(dict.fromkeys(form for region in regions for cell in region.cells for form, _ in cell))


def _tied_to_their_axis(d: Distribution, threat: ThreatModel) -> set[sympy.Symbol]:
    """The features that the support or a box restricts one by one, where that matters to the perturbed point."""
    found = set()
    if threat.on_support:
        found |= {d.features[i] for s in _flats(d) for i, _ in (*s.fixed, *getattr(s, "within", ()))}
    for feature, ends in zip(d.features, threat.boxes(len(d.features)) or (), strict=False):
        if any(end.is_finite is not False for end in ends):
            found.add(feature)
    return found


def _flats(d: Distribution) -> list[Flat]:
    return [s for s in d.strata if isinstance(s, Flat)]


# which features go together


def _groups(forms: Sequence[sympy.Expr], features: Features, kept: set[sympy.Symbol]) -> list[Group] | None:
    """The features by the statistic they are part of, those that occur nowhere left out; None when there are none."""
    columns: dict[sympy.Symbol, list[tuple[int, sympy.Expr]]] = {}
    for k, form in enumerate(forms):
        coefficients = linear_part(form, features)
        if coefficients is None:
            return None
        for feature, coefficient in coefficients.items():
            columns.setdefault(feature, []).append((k, coefficient))
    return grouped({x: tuple(columns.get(x, ())) for x in features if x in columns or x in kept}, kept)


def grouped(columns: Mapping[sympy.Symbol, Column], kept: set[sympy.Symbol]) -> list[Group]:
    """Features with proportional columns together; those of ``kept`` each alone."""
    groups: dict[Any, Group] = {}
    for feature, column in columns.items():
        if feature in kept:
            groups[feature] = {feature: sympy.S.One}
            continue
        scale = column[0][1]
        direction = tuple((k, sympy.cancel(c / scale) if c != scale else sympy.S.One) for k, c in column)
        groups.setdefault(direction, {})[feature] = scale
    return [_normalised(group) for group in groups.values()]


def _normalised(group: Group) -> Group:
    """Weights as plain as they can be: all divided by one of them that they share, or that is no number."""
    first = next(iter(group.values()))
    same = all(w == first for w in group.values())
    return {x: w / first for x, w in group.items()} if same or first.free_symbols else group


# their law


def _law(d: Distribution, groups: Sequence[Group]) -> Distribution | None:
    """The law of the statistics, each a free or a fixed coordinate of each stratum; None when it is not known."""
    places = {x: i for i, x in enumerate(d.features)}
    indices = [{places[x]: w for x, w in group.items()} for group in groups]
    components = []
    for c in by_sums(d.with_mass, indices):
        flat = c.stratum
        if isinstance(flat, Sphere) and len(groups) == 1:
            components.append(_along(c, flat, groups[0], d.features))
            continue
        if not isinstance(flat, Flat):
            return None
        fixed, free = dict(flat.fixed), {i: k for k, i in enumerate(flat.free)}
        if any(i in dict(getattr(flat, "within", ())) for own in indices for i in own):
            return None
        offsets = [sympy.Add(*(w * fixed[i] for i, w in own.items() if i in fixed)) for own in indices]
        moving = [{free[i]: w for i, w in own.items() if i in free} for own in indices]
        values = {k: offset for k, (offset, own) in enumerate(zip(offsets, moving, strict=True)) if not own}
        shifts = [offset for offset, own in zip(offsets, moving, strict=True) if own]
        densities = []
        for y, w in c.densities:
            laws = w.density.combinations([own for own in moving if own]) if shifts else ()
            moved = laws and [law.shifted(shift) for law, shift in zip(laws, shifts, strict=True)]
            if laws is None or None in moved:
                return None
            densities.append((y, w.weight * _joint(moved)))
        components.append(Component(Flat(values, len(groups)), tuple(densities)))
    statistics = tuple(statistic_of(group) for group in groups)
    return replace(d, features=statistics, components=tuple(components), prior=dict(d.prior))


def _along(c: Component, sphere: Sphere, group: Group, features: Features) -> Component:
    """The law of one statistic on a sphere."""
    law = along(sphere, [group.get(x, sympy.S.Zero) for x in features])
    uniform = [(y, w.weight * law) for y, w in c.densities if isinstance(w.density, UniformOn)]
    return Component(Flat({}, 1, within={0: law.support[0]}), tuple(uniform))


def _joint(laws: Sequence[Univariate]) -> Density:
    return Atom() if not laws else laws[0] if len(laws) == 1 else Independent(*laws)


def statistic_of(group: Group) -> sympy.Symbol:
    """The weighted sum of some features; of one with weight 1 the feature itself."""
    (first, weight), *others = group.items()
    if not others and weight == 1:
        return first
    return block_sum(group, weights=group.values())


# the same problem in statistics


def _replacements(groups: Sequence[Group], statistics: Features) -> dict[sympy.Symbol, sympy.Expr]:
    """What to put in place of features so that each form is one in the statistics: the first of a group stands for it.

    The others become 0, which is right for forms that depend on the statistic alone.
    """
    table: dict[sympy.Symbol, sympy.Expr] = {}
    for group, statistic in zip(groups, statistics, strict=True):
        (first, weight), *others = group.items()
        table[first] = statistic / weight
        table |= {x: sympy.S.Zero for x, _ in others}
    return table


def _ball(threat: ThreatModel, features: Features, groups: Sequence[Group]) -> ThreatModel | None:
    """The image of the ball; None when a box cuts through a block."""
    d = len(features)
    budgets, boxes = dict(zip(features, threat.budgets(d), strict=True)), threat.boxes(d)
    box = None
    if boxes is not None:
        ends = dict(zip(features, boxes, strict=True))
        box = tuple(ends[next(iter(group))] for group in groups)
    sizes = tuple(dual_norm(threat.norm, [sympy.Abs(w) * budgets[x] for x, w in group.items()]) for group in groups)
    frozen_by_scale = not isinstance(threat.eps, tuple) and threat.eps == 0
    return replace(threat, eps=threat.eps if frozen_by_scale else sizes, box=box)


def dual_norm(norm: str, products: Sequence[sympy.Expr]) -> sympy.Expr:
    r"""$\max_{\|\delta_i\| \le 1} \sum_i a_i \delta_i$ for $a_i \ge 0$."""
    if norm == "linf":
        return sympy.Add(*products)
    if norm == "l1":
        return sympy.Max(*products)
    return sympy.sqrt(sympy.Add(*(a**2 for a in products)))
