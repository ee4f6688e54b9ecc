"""Sides of lines that no point is on, against linear programs."""

import numpy as np
import sympy
from scipy.optimize import linprog

from symadv.risk._net_possible import possible
from symadv.risk._net_tiles import Line


def test_what_is_impossible_has_no_points():
    """Never is a system said to be impossible that has points; hardly any other one is missed."""
    rng, missed, seen = np.random.default_rng(0), 0, 0
    for _ in range(400):
        rows = rng.integers(-2, 3, (int(rng.integers(2, 6)), 3))
        rows = rows[(rows[:, :2] != 0).any(axis=1)]
        firsts = [next(v for v in row if v) for row in rows.tolist()]
        lines = [
            Line(*(sympy.Rational(v, first) for v in row)) for row, first in zip(rows.tolist(), firsts, strict=True)
        ]
        signs = rng.choice([-1, 0, 1], len(lines))
        wanted = [frozenset({0} if s == 0 else {0, int(s)}) for s in signs]
        forms = [np.array([float(v) for v in (line.a, line.b, line.c)]) for line in lines]
        tight = np.array([side * f for f, w in zip(forms, wanted, strict=True) for side in (1, -1) if -side not in w])
        found = linprog([0, 0], A_ub=-tight[:, :2], b_ub=tight[:, 2], bounds=[(None, None)] * 2) if len(tight) else None
        there = found is None or found.status == 0
        said = possible(zip(lines, wanted, strict=True))
        assert said or not there
        seen, missed = seen + (not there), missed + (said and not there)
    assert seen > 50 and missed == 0
