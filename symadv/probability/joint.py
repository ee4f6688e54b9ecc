"""The joint density, the log-odds and the posterior, derived face by face."""

from functools import reduce

import sympy

from symadv.geometry.strata import Flat
from symadv.language.aggregates import variables
from symadv.language.derivations import Derivation, Step
from symadv.probability.distribution import Distribution
from symadv.probability.support import Face, faces, one_logarithm, tidy

Exprs = tuple[sympy.Expr, ...]
Conclusion = tuple[tuple[sympy.Basic, ...], sympy.Basic, sympy.Basic]


def relative_log_joint(d: Distribution, face: Face) -> dict[int, sympy.Expr]:
    r"""$\log \pi_y f_y(x) - \log \pi_b f_b(x)$ by label, b the first label with mass on the face; else $-\infty$."""
    base = face.log_joint(face.labels[0], d.features)
    result: dict[int, sympy.Expr] = {}
    for y in d.labels:
        own = face.log_joint(y, d.features)
        result[y] = own if own is -sympy.oo else tidy(own - base, d.features)
    return result


def log_odds_on(d: Distribution, face: Face) -> Exprs:
    """The log-odds of each label but the first against the first, on the extended reals; nan where neither has mass."""
    relative = relative_log_joint(d, face)
    first = relative[d.labels[0]]
    if first is -sympy.oo:
        return tuple(sympy.nan if relative[y] is -sympy.oo else sympy.oo for y in d.labels[1:])
    return tuple(
        tidy(relative[y] - first, d.features) if relative[y] is not -sympy.oo else relative[y] for y in d.labels[1:]
    )


def by_face(d: Distribution, parts: list[tuple[Face, sympy.Expr]]) -> sympy.Expr:
    """One expression from one per face: a polynomial in a fixed coordinate where two faces allow it, else cases."""
    if all(expression == parts[0][1] for _, expression in parts):
        return parts[0][1]
    joined = _interpolated(d, parts)
    if joined is not None:
        return joined
    # The smaller faces come last in the list and decide first.
    return by_face_cases(d, parts)


def _interpolated(d: Distribution, parts: list[tuple[Face, sympy.Expr]]) -> sympy.Expr | None:
    """The affine interpolation in the one coordinate that two faces fix at different values."""
    flats = [face.flat for face, _ in parts if isinstance(face.flat, Flat) and not face.smaller]
    if len(parts) != 2 or len(flats) != 2 or any(len(flat.fixed) != 1 or flat.within for flat in flats):
        return None
    (i, a), (j, b) = (flat.fixed[0] for flat in flats)
    first, second = parts[0][1], parts[1][1]
    if (
        i != j
        or not (first.is_finite is not False and second.is_finite is not False)
        or d.features[i] in first.free_symbols
    ):
        return None
    first, second = (sympy.expand_log(e, force=True) for e in (first, second))
    slope = sympy.expand((second - first) / (b - a))
    without_slope = sympy.expand(first - slope * a)
    constant, rest = without_slope.as_independent(*variables(without_slope, d.features), as_Add=True)
    tidy_slope, tidy_constant = (one_logarithm(sympy.factor_terms(e)) for e in (slope, constant))
    return rest + tidy_constant + tidy_slope * d.features[i]


def condition_text(d: Distribution, label: int) -> str:
    """``p(y = label | x)`` in LaTeX."""
    return rf"p(y = {label} \mid x)"


def joint(d: Distribution) -> Derivation:
    r"""$p(x, y) = \pi_y\, f_y(x)$ on each face of the support; the result is a tuple by label (cases by face).

    Every joint density on a stratum is integrated, so that its mass is seen to be the prior times the weight.
    """
    steps: list[Step] = []
    places = faces(d)
    for face in places:
        for y in d.labels:
            steps += _joint_steps(d, face, y)
    result = sympy.Tuple(*(by_face_cases(d, [(f, f.joint(y, d.features)) for f in places]) for y in d.labels))
    return Derivation("joint", "p(x, y)", tuple(steps), result, d.conditions)


def _joint_steps(d: Distribution, face: Face, y: int) -> list[Step]:
    given, value = face.conditions(d.features), face.joint(y, d.features)
    because = "prior times weight times density" if value != 0 else "no mass here"
    shown = f"p(x, y = {y})"
    steps = [
        Step(sympy.Symbol(f"joint{y}"), "=", value, because, given, definition=True, begins=True, shown_left=shown)
    ]
    terms = [(prior, w) for prior, w, stratum in dict(face.terms).get(y, ()) if stratum == face.flat]
    if face.flat.axes > 0 and terms:
        mass = sympy.Add(*(prior * w.weight for prior, w in terms))
        x = face.flat.coordinates(d.features)
        total = sympy.Add(*(prior * w.weight * w.density.integral(x) for prior, w in terms))
        steps.append(Step(total, "=", mass, "a density has mass 1", begins=True))
    elif face.flat.axes == 0 and terms:
        steps.append(Step(value, "<=", d.prior_of(y), "a weight is at most 1", given, begins=True))
    return steps


def by_face_cases(d: Distribution, parts: list[tuple[Face, sympy.Expr]]) -> sympy.Expr:
    """One expression from one per face, always as cases."""
    if len(parts) == 1:
        return parts[0][1]
    cases = ((e, sympy.And(*face.conditions(d.features))) for face, e in reversed(parts))
    return sympy.Piecewise(*cases, evaluate=False)


def conclusions_of(d: Distribution, parts: list[tuple[Face, sympy.Expr]], result: sympy.Expr) -> list[Conclusion]:
    """That one result says on each face what was derived there."""
    return [(given, value, result) for face, value in parts for given in face.alternatives(d.features)]


def log_odds(d: Distribution) -> Derivation:
    r"""$\log p(y \mid x) - \log p(y_0 \mid x)$ for each label y but the first, $y_0$, on the extended reals.

    The result is an expression for two labels and a tuple otherwise; each step carries its reason and its face.
    """
    steps: list[Step] = []
    conclusions: list[Conclusion] = []
    per_face: list[tuple[Face, Exprs]] = []
    for face in faces(d):
        values = log_odds_on(d, face)
        per_face.append((face, values))
        for y, value in zip(d.labels[1:], values, strict=True):
            steps += _log_odds_steps(d, face, y, value)
    results = []
    for k in range(len(d.labels) - 1):
        parts = [(face, values[k]) for face, values in per_face]
        result = by_face(d, parts)
        results.append(result)
        if len(parts) > 1 and not any(value.has(sympy.oo, -sympy.oo, sympy.nan) for _, value in parts):
            steps += _joined(d, parts, result, d.labels[k + 1])
            conclusions += conclusions_of(d, parts, result)
    outcome = results[0] if len(results) == 1 else sympy.Tuple(*results)
    return Derivation("log-odds", _odds_text(d, d.labels[1]), tuple(steps), outcome, d.conditions, tuple(conclusions))


def _odds_text(d: Distribution, y: int) -> str:
    return rf"\log \frac{{{condition_text(d, y)}}}{{{condition_text(d, d.labels[0])}}}"


def _log_odds_steps(d: Distribution, face: Face, y: int, value: sympy.Expr) -> list[Step]:
    given, first = face.conditions(d.features), d.labels[0]
    top, bottom = face.joint(y, d.features), face.joint(first, d.features)
    shown_left = _odds_text(d, y)
    if top == 0 or bottom == 0:
        return _infinite(d, face, y, value)
    ratio = sympy.log(_posterior(face, d, y) / _posterior(face, d, first))
    steps = [
        Step(
            ratio,
            "=",
            sympy.log(top) - sympy.log(bottom),
            "Bayes' rule: the evidence cancels",
            given,
            begins=True,
            shown_left=shown_left,
        )
    ]
    logs = face.log_joint(y, d.features) - face.log_joint(first, d.features)
    for right, because in (
        (logs, "densities written out, logarithms of products"),
        (value, "terms expanded and collected"),
    ):
        if right != steps[-1].right:
            steps.append(Step(steps[-1].right, "=", right, because, given))
    return steps


def _infinite(d: Distribution, face: Face, y: int, value: sympy.Expr) -> list[Step]:
    """Log-odds of two labels of which at most one has mass on the face."""
    given, first = face.conditions(d.features), d.labels[0]
    steps = [
        Step(
            face.joint(label, d.features),
            ">" if label in face.labels else "=",
            sympy.S.Zero,
            "mass here" if label in face.labels else "no mass here",
            given,
            begins=True,
            shown_left=f"p(x, y = {label})",
        )
        for label in (y, first)
    ]
    odds = Step(
        sympy.Symbol(f"odds{y}"),
        "=",
        value,
        "by continuity of the logarithm on the extended reals"
        if value is not sympy.nan
        else "neither label has mass here",
        given,
        definition=True,
        begins=True,
        shown_left=_odds_text(d, y),
    )
    return [*steps, odds]


def _posterior(face: Face, d: Distribution, y: int) -> sympy.Expr:
    joints = [face.joint(label, d.features) for label in face.labels]
    return face.joint(y, d.features) / reduce(lambda a, b: a + b, joints)


def _joined(d: Distribution, parts: list[tuple[Face, sympy.Expr]], result: sympy.Expr, y: int) -> list[Step]:
    cases = by_face_cases(d, parts)
    if cases == result:
        return []
    given = (sympy.Or(*(sympy.And(*face.conditions(d.features)) for face, _ in parts)),)
    return [Step(cases, "=", result, "the cases in one formula", given, begins=True, shown_left=_odds_text(d, y))]
