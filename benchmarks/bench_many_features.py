"""The log-odds of Tsipras' example with 10 000 weak features, as a share of the bandwidth of a copy of the points."""

import numpy as np

import symadv as sa
from benchmarks.pairs import ratio

FEATURES, ROWS = 10_000, 4_000
AT_LEAST = 0.3


def shares(rows: int = ROWS, *, rounds: int = 9) -> dict[str, float]:
    """Time of ``x.copy()`` divided by the time of the log-odds, with validated inputs and without."""
    d = sa.distribution("tsipras", weak=FEATURES).at(p="9/10", eta="3/100")
    x = np.concatenate([part for part, _ in d.batches(rows, rng=0)])
    oracles = {"validated": sa.oracle(d), "unchecked": sa.oracle(d, validate=False)}
    return {what: ratio(x.copy, lambda o=o: o.log_odds(x), rounds=rounds) for what, o in oracles.items()}


def main() -> bool:
    """Print the shares; whether they are large enough."""
    found = shares()
    print(f"log-odds of {ROWS} points with {FEATURES} weak features, bandwidth / that of a copy")
    for what, share in found.items():
        print(f"  {what}: {share:.2f} (at least {AT_LEAST})")
    return min(found.values()) >= AT_LEAST


if __name__ == "__main__":
    raise SystemExit(not main())
