"""Bayes regions: on the support by the posterior, and on all of space by the label of the projection."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

import sympy

from symadv.geometry.stratum import Stratum
from symadv.language.regions import Cells, intersection, nowhere, union, where
from symadv.probability.distribution import Distribution
from symadv.probability.support import Face, faces, posterior_forms, tidy, without_limit


def bayes_regions_on(d: Distribution, face: Face, *, margin: sympy.Expr = sympy.S.Zero) -> dict[int, Cells]:
    r"""$\{x : \pi_y f_y(x) > \pi_{y'} f_{y'}(x)\ \forall y' \ne y\}$ for each label, by the densities of one face.

    With a margin $\delta > 0$ it is $\{x : p(y \mid x) \ge p(y' \mid x) + \delta\ \forall y' \ne y\}$.
    """
    regions = {y: nowhere(d.features) for y in d.labels}
    for y in face.labels:
        regions[y] = intersection(d.features, _wins(d, face, y, margin))
    if face.flat.axes > 0:
        return regions
    here = dict(zip(d.features, face.flat.place(()), strict=True))
    return {y: region.substitute(here) for y, region in regions.items()}


def _wins(d: Distribution, face: Face, y: int, margin: sympy.Expr) -> list[Cells]:
    """Where a label with mass on a face beats each other one there."""
    if margin == 0:
        forms = posterior_forms(d, face)
        return [where(d.features, form, ">" if y == pair[1] else "<") for pair, form in forms.items() if y in pair]
    others = [z for z in face.labels if z != y]
    if others and margin == 1:
        return [nowhere(d.features)]
    if len(others) == 1 and all(len(terms) == 1 for _, terms in face.terms):
        ((pair, odds),) = posterior_forms(d, face).items()
        ahead = odds if y == pair[1] else -odds
        return [where(d.features, tidy(ahead + sympy.log((1 - margin) / (1 + margin)), d.features), ">=")]
    joint = {z: face.joint(z, d.features) for z in face.labels}
    evidence = sympy.Add(*joint.values())
    return [where(d.features, joint[y] - joint[z] - margin * evidence, ">=") for z in others]


def bayes_regions(d: Distribution) -> dict[int, Cells]:
    """The part of the support on which each label is strictly the most probable one."""
    parts = [(face.region(d.features), bayes_regions_on(d, face)) for face in faces(d)]
    return {y: union(d.features, (place & regions[y] for place, regions in parts)) for y in d.labels}


def label_regions(d: Distribution, *, margin: sympy.Expr = sympy.S.Zero) -> dict[int, Cells]:
    r"""$C_c = \{x : \text{the Bayes label of } \pi(x) \text{ is } c\}$ for each label, strictly, on all of space.

    With a margin, a label is one only where its posterior at $\pi(x)$ exceeds each other one by at least that much.

    Under the tie rule "every", a point has a label only when the labels at all its nearest points agree; under "first",
    the nearest point of the stratum listed first decides [stutz2019, Definition].
    """
    return dict(_label_regions(d, margin))


@lru_cache(maxsize=64)
def _label_regions(d: Distribution, margin: sympy.Expr) -> Mapping[int, Cells]:
    features = d.features
    here = [at_nearest(d, s, margin=margin) for s in d.support]
    distance = [s.squared_distance(features) for s in d.support]
    result = {}
    for y in d.labels:
        parts = []
        for i, own in enumerate(here):
            if own[y].is_nowhere:
                continue
            rivals = [_rival(d, distance, here, i, j, y) for j in range(len(here)) if j != i]
            parts.append(intersection(features, [own[y], *rivals]))
        result[y] = union(features, parts)
    return result


@lru_cache(maxsize=64)
def unlabelled(d: Distribution) -> Cells:
    r"""Where the projection has no Bayes label: the complement of all $C_c$, written without complements of them.

    A nearest stratum has none there, or, under the tie rule "every", two nearest ones do not have the same.
    """
    features, n = d.features, len(d.support)
    here = [at_nearest(d, s) for s in d.support]
    distance = [s.squared_distance(features) for s in d.support]

    def no_nearer(i: int, j: int) -> Cells:
        strictly = d.tie_rule == "first" and j < i
        return where(features, distance[j] - distance[i], ">" if strictly else ">=")

    nearest = [intersection(features, (no_nearer(i, j) for j in range(n) if j != i)) for i in range(n)]
    parts = [nearest[i] & ~union(features, here[i].values()) for i in range(n)]
    if d.tie_rule == "every":
        for i, j in combinations(range(n), 2):
            tied = nearest[i] & where(features, distance[j] - distance[i], "=")
            parts += [tied & here[i][y] & ~here[j][y] for y in d.labels]
    return union(features, parts)


def _rival(d: Distribution, distance: list[sympy.Expr], here: list[dict[int, Cells]], i: int, j: int, y: int) -> Cells:
    """Where stratum j does not take label y away from stratum i: it is farther, or as far and does not object."""
    difference = distance[j] - distance[i]
    if d.tie_rule == "first":
        return where(d.features, difference, ">=" if i < j else ">")
    farther = where(d.features, difference, ">")
    agreeing = here[j][y]
    if agreeing.is_nowhere:
        return farther
    if agreeing.is_everywhere:
        return where(d.features, difference, ">=")
    return farther | (where(d.features, difference, "=") & agreeing)


def bayes_on(
    d: Distribution, stratum: Stratum, *, margin: sympy.Expr = sympy.S.Zero
) -> list[tuple[Face, dict[int, Cells]]]:
    """The faces on a stratum, with the Bayes regions by the densities of each."""
    places = ((face, bayes_regions_on(d, face, margin=margin)) for face in (*faces(d), *without_limit(d)))
    return [(face, bayes) for face, bayes in places if face.flat.lies_in(stratum)]


def at_nearest(d: Distribution, stratum: Stratum, *, margin: sympy.Expr = sympy.S.Zero) -> dict[int, Cells]:
    """Where the nearest points of a stratum, or its first-listed one, have each Bayes label."""
    here = bayes_on(d, stratum, margin=margin)
    result = {}
    for y in d.labels:
        parts = [(face, bayes[y]) for face, bayes in here]
        region = union(d.features, (_kept(face, parts).region(d.features, on=stratum) & own for face, own in parts))
        agreed = d.tie_rule == "first" or all(own.is_everywhere for _, own in parts)
        result[y] = (stratum.one_nearest if agreed else stratum.all_nearest)(region, d.features)
    return result


def _kept(face: Face, parts: Sequence[tuple[Face, Cells]]) -> Face:
    """A face on all of which a label is one without those smaller ones only on which it is not; else as it is."""
    won = {other.flat for other, own in parts if own.is_everywhere}
    if face.flat not in won:
        return face
    lost = [other.flat for other, _ in parts if other.flat not in won and other.flat.lies_in(face.flat)]
    return replace(face, smaller=tuple(s for s in lost if not any(s != t and s.lies_in(t) for t in lost)))


def no_label(d: Distribution) -> int:
    """The value that stands for "no label": 0, or one less than the smallest label when 0 is one."""
    return 0 if 0 not in d.labels else min(d.labels) - 1
