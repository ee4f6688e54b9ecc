"""Formulas as functions of arrays, on ten million points, against the line by hand, in numpy and in torch.

The posterior has both labels' probabilities, each to full relative accuracy; the line by hand has one column.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy
from scipy.special import expit

from benchmarks.pairs import ratio
from symadv.readers.array import array

N = 10_000_000
AT_MOST = 1.2
ETA, LAM = 3.0, float(np.log(9))


def by_hand(xp: Any, sigmoid: Callable[[Any], Any]) -> dict[str, Callable[[Any], Any]]:
    """The lines for numpy or torch."""
    return {
        "log-odds": lambda x: 2 * ETA * x[:, 1] + LAM,
        "posterior": lambda x: sigmoid(2 * ETA * x[:, 1] + LAM),
        "log-odds by cases": lambda x: 2 * ETA * x[:, 1] + xp.where(x[:, 0] == 1, LAM, -LAM),
        "posterior by cases": lambda x: sigmoid(2 * ETA * x[:, 1] + xp.where(x[:, 0] == 1, LAM, -LAM)),
    }


def ours() -> dict[str, Callable[[Any], Any]]:
    """The same from formulas."""
    x1, x2 = features = sympy.symbols("x1 x2", real=True)
    lam = sympy.log(9)
    odds = 6 * x2 + lam
    cases = sympy.Piecewise((6 * x2 + lam, sympy.Eq(x1, 1)), (6 * x2 - lam, True))
    return {
        "log-odds": array(odds, features).points,
        "posterior": array((0, odds), features, normalise=True).points,
        "log-odds by cases": array(cases, features).points,
        "posterior by cases": array((0, cases), features, normalise=True).points,
    }


def rows(n: int = N, *, rounds: int = 9) -> Iterator[tuple[str, str, float]]:
    """Library, formula, and the ratio of the times."""
    import torch

    rng = np.random.default_rng(0)
    x = np.stack([rng.choice([-1.0, 1.0], n), rng.normal(0, ETA, n)], axis=1)
    libraries = (("numpy", x, by_hand(np, expit)), ("torch", torch.from_numpy(x), by_hand(torch, torch.sigmoid)))
    for library, points, lines in libraries:
        for what, function in ours().items():
            found = ratio(lambda f=function, p=points: f(p), lambda f=lines[what], p=points: f(p), rounds=rounds)
            yield library, what, found


def main() -> bool:
    """Print the table; whether the ratios are within the limit."""
    good = True
    print(f"formulas on {N:.0e} points, array reader / by hand (at most {AT_MOST})")
    for library, what, found in rows():
        good &= found <= AT_MOST
        print(f"  {library}, {what:18s}: {found:.2f}")
    return good


if __name__ == "__main__":
    raise SystemExit(not main())
