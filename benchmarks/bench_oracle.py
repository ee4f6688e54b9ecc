"""The posterior oracle on ten million points against the line one would write by hand, in numpy and in torch.

By hand stands ``expit(2 * eta * x2 + lam * x1)`` with the constants of Tsipras' example typed in and nothing checked.
The oracle returns the probability of every label, (n, 2), each to full relative accuracy; so its equal is the line for
both columns.  The line for one column alone, which computes and writes half as much, is shown too.
"""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from scipy.special import expit

import symadv as sa
from benchmarks.pairs import ratio

N = 10_000_000
AT_MOST = {False: 1.2, True: 2.0}  # by whether inputs are validated, against the line for both columns
ETA, LAM = 3.0, float(np.log(9))


def in_numpy(x: np.ndarray) -> dict[str, Callable[[], object]]:
    """What one writes by hand for numpy."""

    def both() -> np.ndarray:
        odds = 2 * ETA * x[:, 1] + LAM * x[:, 0]
        return np.stack([expit(-odds), expit(odds)], axis=1)

    return {"both columns": both, "one column": lambda: expit(2 * ETA * x[:, 1] + LAM * x[:, 0])}


def in_torch(x: torch.Tensor) -> dict[str, Callable[[], object]]:
    """What one writes by hand for torch."""

    def both() -> torch.Tensor:
        odds = 2 * ETA * x[:, 1] + LAM * x[:, 0]
        return torch.stack([torch.sigmoid(-odds), torch.sigmoid(odds)], dim=1)

    return {"both columns": both, "one column": lambda: torch.sigmoid(2 * ETA * x[:, 1] + LAM * x[:, 0])}


def rows(n: int = N, *, rounds: int = 9) -> Iterator[tuple[str, str, bool, float]]:
    """Library, hand-written line, whether the oracle validates, and the ratio of the times."""
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    oracles = {validate: sa.oracle(d, validate=validate) for validate in (False, True)}
    x, _ = d.sample(n, rng=0)
    for library, points, by_hand in (("numpy", x, in_numpy), ("torch", torch.from_numpy(x), in_torch)):
        for what, line in by_hand(points).items():
            for validate, oracle in oracles.items():
                yield library, what, validate, ratio(lambda o=oracle, p=points: o.posterior(p), line, rounds=rounds)


def main() -> bool:
    """Print the table; whether the ratios are within their limits."""
    good = True
    print(f"posterior of {N:.0e} points, oracle / by hand")
    for library, what, validate, found in rows():
        limit = f" (at most {AT_MOST[validate]})" if what == "both columns" else ""
        good &= what != "both columns" or found <= AT_MOST[validate]
        print(f"  {library}, {what:12s}, {'validated' if validate else 'unchecked'}: {found:.2f}{limit}")
    return good


if __name__ == "__main__":
    raise SystemExit(not main())
