"""The posterior, from the log-odds."""

import sympy

from symadv.language.derivations import Derivation, Step
from symadv.language.functions import Expit
from symadv.probability.distribution import Distribution
from symadv.probability.joint import (
    Conclusion,
    by_face,
    by_face_cases,
    conclusions_of,
    condition_text,
    log_odds_on,
    relative_log_joint,
)
from symadv.probability.support import Face, faces, tidy


def posterior(d: Distribution) -> Derivation:
    r"""$p(y \mid x) = 1 / (1 + \sum_{y' \ne y} e^{\ell_{y'}})$ on the support.

    $\ell_{y'}$ are the log-odds of y' against y; for two labels that is $\sigma$ of the log-odds.
    The result is a tuple in the order of ``d.labels``.
    """
    steps: list[Step] = []
    conclusions: list[Conclusion] = []
    places = faces(d)
    values = {(face, y): _value(d, face, y) for face in places for y in d.labels}
    for face in places:
        for y in d.labels:
            steps += _steps(d, face, y, values[face, y])
    results = []
    for y in d.labels:
        parts = [(face, values[face, y]) for face in places]
        results.append(_joined(d, places, y) or by_face_cases(d, parts))
        if len(parts) > 1:
            conclusions += conclusions_of(d, parts, results[-1])
    return Derivation(
        "posterior", r"p(y \mid x)", tuple(steps), sympy.Tuple(*results), d.conditions, tuple(conclusions)
    )


def posterior_on(d: Distribution, face: Face) -> tuple[sympy.Expr, ...]:
    """The posterior of each label on one face."""
    return tuple(_value(d, face, y) for y in d.labels)


def _value(d: Distribution, face: Face, y: int) -> sympy.Expr:
    if y not in face.labels:
        return sympy.S.Zero
    if len(face.labels) == 1:
        return sympy.S.One
    if len(face.labels) == 2:
        relative = relative_log_joint(d, face)
        log_odds = relative[face.labels[1]]
        return Expit(log_odds if y == face.labels[1] else -log_odds)
    relative = relative_log_joint(d, face)
    odds = (tidy(relative[other] - relative[y], d.features) for other in face.labels if other != y)
    return 1 / sympy.Add(1, *(sympy.exp(log_odds) for log_odds in odds))


def _joined(d: Distribution, places: tuple[Face, ...], y: int) -> sympy.Expr | None:
    """One formula for all faces, where the log-odds of two labels are one."""
    if len(d.labels) != 2 or any(len(face.labels) != 2 for face in places):
        return None
    log_odds = by_face(d, [(face, log_odds_on(d, face)[0]) for face in places])
    return None if log_odds.has(sympy.Piecewise) else Expit(log_odds if y == d.labels[1] else -log_odds)


def _steps(d: Distribution, face: Face, y: int, value: sympy.Expr) -> list[Step]:
    given, shown_left = face.conditions(d.features), condition_text(d, y)
    joints = [face.joint(label, d.features) for label in face.labels]
    if y not in face.labels or len(face.labels) == 1:
        because = "no mass here" if y not in face.labels else "the only label with mass here"
        ratio = face.joint(y, d.features) / sympy.Add(*joints)
        return [Step(ratio, "=", value, f"Bayes' rule: {because}", given, begins=True, shown_left=shown_left)]
    own = face.joint(y, d.features)
    ratio = own / sympy.Add(*joints)
    odds = sympy.Symbol(f"posterior{y}")
    steps = [Step(odds, "=", ratio, "Bayes' rule", given, definition=True, begins=True, shown_left=shown_left)]
    if len(face.labels) == 2:
        relative = relative_log_joint(d, face)
        exponent = relative[face.labels[1]] if y == face.labels[0] else -relative[face.labels[1]]
        plain = 1 / (1 + sympy.exp(exponent))
        steps.append(Step(ratio, "=", plain, "divided by the numerator, with the log-odds", given))
        steps.append(Step(plain, "=", value, r"$\sigma(\ell) = 1/(1 + e^{-\ell})$", given))
        return steps
    steps.append(Step(ratio, "=", value, "divided by the numerator, with the log-odds of the other labels", given))
    return steps
