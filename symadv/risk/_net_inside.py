"""Whether points of floats are admissible, in exact arithmetic: the ball and the box, not the support."""

import numpy as np
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.polygons import Bools, Floats
from symadv.language.numbers import exact
from symadv.language.order import compare


def inside(threat: ThreatModel, x: Floats, x_adv: Floats) -> bool:
    """Whether a point of floats is admissible for another one, in exact arithmetic; the support is not looked at."""
    if np.array_equal(x, x_adv):
        return True
    steps = [exact(b) - exact(a) for a, b in zip(x.tolist(), x_adv.tolist(), strict=True)]
    budgets = threat.budgets(len(steps))
    if any(e == 0 and s != 0 for e, s in zip(budgets, steps, strict=True)):
        return False
    for value, (lower, upper) in zip(x_adv.tolist(), threat.boxes(len(steps)) or (), strict=False):
        if compare(exact(value), lower) < 0 or compare(exact(value), upper) > 0:
            return False
    shares = [abs(s) / e for s, e in zip(steps, budgets, strict=True) if e != 0]
    if threat.norm == "linf":
        comparisons = [compare(share, sympy.S.One) for share in shares]
    else:
        power = 1 if threat.norm == "l1" else 2
        comparisons = [compare(sympy.Add(*(share**power for share in shares)), sympy.S.One)]
    return max(comparisons, default=0) < (1 if threat.closed else 0)


def surely_inside(threat: ThreatModel, x: Floats, x_adv: Floats) -> Bools:
    """Rows that are admissible whatever was rounded; the others need exact arithmetic."""
    d = x.shape[1]
    budgets = threat.budgets(d)
    if threat.boxes(d) is not None or any(e == 0 for e in budgets):
        return np.zeros(len(x), dtype=bool)
    if threat.norm == "linf":
        # A float that is less than a budget's float is the rounding of a smaller number; an equal one has a remainder.
        step, low = x_adv - x, np.array([_float_below(e) for e in budgets])
        back = step - x_adv
        rest = (x_adv - (step - back)) - (x + back)
        away, rest = np.abs(step), np.where(step < 0, -rest, rest)
        return np.asarray(((away < low) | ((away == low) & (rest <= 0) & threat.closed)).all(axis=1))
    share = (x_adv - x) / np.array([float(e) for e in budgets])
    length = np.linalg.norm(share, ord=1 if threat.norm == "l1" else 2, axis=1)
    return np.asarray(length < 1 - (d + 8) * 2.0**-52)


def _float_below(number: sympy.Expr) -> float:
    value = float(number)
    return value if compare(exact(value), number) <= 0 else float(np.nextafter(value, -np.inf))
