"""The Bayes rule on the support, and the label of the projection on all of space, derived."""

import sympy

from symadv.geometry.stratum import Stratum
from symadv.language.aggregates import variables
from symadv.language.derivations import Derivation, Step
from symadv.language.order import order
from symadv.language.parameters import Parameter
from symadv.probability.bayes import at_nearest, bayes_regions, label_regions
from symadv.probability.distribution import Distribution
from symadv.probability.support import Face, faces, posterior_forms


def bayes_rule(d: Distribution) -> Derivation:
    r"""$\{x \in S : p(y \mid x) > p(y' \mid x)\ \forall y' \ne y\}$; the result maps labels to regions.

    Ties are in no region.  Where a parameter can make the features that a face fixes uninformative (p = 1/2), a step
    says so.
    """
    steps: list[Step] = []
    for face in faces(d):
        given = face.conditions(d.features)
        steps += _alone(d, face)
        for (y, other), form in posterior_forms(d, face).items():
            steps += _comparison(d, face, y, other, form)
            steps += _special_values(d, form, given)
    return Derivation("bayes-rule", r"\arg\max_y\, p(y \mid x)", tuple(steps), bayes_regions(d), d.conditions)


def _alone(d: Distribution, face: Face) -> list[Step]:
    """A label wins against every label without mass."""
    absent = [y for y in d.labels if y not in face.labels]
    shown = {y: rf"p(y = {y} \mid x)" for y in d.labels}
    return [
        Step(
            face.joint(y, d.features),
            ">",
            sympy.S.Zero,
            f"label {', '.join(map(str, absent))} has no mass here",
            face.conditions(d.features),
            begins=True,
            shown_left=shown[y],
        )
        for y in face.labels
        if absent
    ]


def _comparison(d: Distribution, face: Face, y: int, other: int, form: sympy.Expr) -> list[Step]:
    given = face.conditions(d.features)
    wins = sympy.Gt(face.joint(other, d.features), face.joint(y, d.features), evaluate=False)
    positive = sympy.Gt(form, 0, evaluate=False)
    shown = rf"p(y = {other} \mid x) > p(y = {y} \mid x)"
    steps = [
        Step(
            wins,
            "iff",
            positive,
            _because(face),
            given,
            begins=True,
            shown_left=shown,
        )
    ]
    solved = solve_affine(form, d.features)
    if solved is not None and solved != positive:
        steps.append(Step(positive, "iff", solved, "solved for the feature", given))
    return steps


def _because(face: Face) -> str:
    if any(len(terms) > 1 for _, terms in face.terms):
        return "the evidence cancels"
    return "the logarithm increases, and the evidence cancels"


def solve_affine(form: sympy.Expr, features: tuple[sympy.Symbol, ...]) -> sympy.Basic | None:
    """``form > 0`` solved for the one feature in which it is affine with a slope of known sign, or None."""
    present = variables(form, features)
    if len(present) != 1 or not form.is_polynomial(present[0]) or sympy.degree(form, present[0]) != 1:
        return None
    slope, offset = form.diff(present[0]), form.xreplace({present[0]: sympy.S.Zero})
    side = order(slope, sympy.S.Zero)
    if side is None or side == 0:
        return None
    build = sympy.Gt if side > 0 else sympy.Lt
    return build(present[0], -offset / slope, evaluate=False)


def _special_values(d: Distribution, form: sympy.Expr, given: tuple[sympy.Basic, ...]) -> list[Step]:
    """Where the constant of a log-odds vanishes for one value of one parameter, the form there."""
    constant = form.as_independent(*variables(form, d.features), as_Add=True)[0]
    free = [s for s in constant.free_symbols if isinstance(s, Parameter)]
    if not constant.has(sympy.log) or len(free) != 1:
        return []
    logs = list(constant.atoms(sympy.log))
    if len(logs) != 1 or not (constant / logs[0]).is_number:
        return []
    steps = []
    for value in sympy.solve(logs[0].args[0] - 1, free[0]):
        if value.is_number and value in free[0].domain:
            at = sympy.Eq(free[0], value, evaluate=False)
            steps.append(
                Step(
                    form,
                    "=",
                    form.xreplace({free[0]: value}).doit(),
                    "the constant vanishes here",
                    (*given, at),
                    begins=True,
                )
            )
    return steps


def label(d: Distribution) -> Derivation:
    r"""$C_c$, where the Bayes label of $\pi(x)$ is c, on all of feature space; the result maps labels to regions.

    The steps start from squared distances and the joint densities at the nearest points of the strata; under the tie
    rule "every" all nearest strata have to agree [stutz2019, Definition].
    """
    regions = label_regions(d)
    steps = []
    for y in d.labels:
        raw = _by_distances(d, y)
        shown = rf"c(x) = {y}"
        steps.append(
            Step(
                raw,
                "iff",
                regions[y].condition,
                "squared distances compared, log-odds at the nearest points",
                begins=True,
                shown_left=shown,
            )
        )
    return Derivation("label", r"c(x) = \arg\max_y\, p(y \mid \pi(x))", tuple(steps), regions, d.conditions)


def _by_distances(d: Distribution, y: int) -> sympy.Basic:
    """For every stratum: it is not nearest, or its nearest point has the Bayes label y."""
    distance = [s.squared_distance(d.features) for s in d.support]
    conditions = []
    for i, stratum in enumerate(d.support):
        beaten = [_beats(d, distance, j, i) for j in range(len(distance)) if j != i]
        conditions.append(sympy.Or(*beaten, _wins_at_nearest(d, stratum, y)))
    return sympy.And(*conditions)


def _beats(d: Distribution, distance: list[sympy.Expr], j: int, i: int) -> sympy.Basic:
    build = sympy.Le if d.tie_rule == "first" and j < i else sympy.Lt
    return build(distance[j], distance[i], evaluate=False)


def _wins_at_nearest(d: Distribution, stratum: Stratum, y: int) -> sympy.Basic:
    if not stratum.choices(d.features).is_nowhere:
        return at_nearest(d, stratum)[y].condition
    nearest = dict(zip(d.features, stratum.nearest(d.features), strict=True))
    cases = []
    for face in faces(d):
        if not face.flat.lies_in(stratum) or y not in face.labels:
            continue
        wins = []
        for pair, form in posterior_forms(d, face).items():
            if y in pair:
                build = sympy.Gt if y == pair[1] else sympy.Lt
                wins.append(build(form.xreplace(nearest), 0, evaluate=False))
        cases.append(sympy.And(*wins, face.region(d.features, on=stratum).substitute(nearest).condition))
    return sympy.Or(*cases)
