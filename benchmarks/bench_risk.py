"""Exact risks: formulas derived cold, numbers warm, and a formula's values on arrays against the same line by hand."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from scipy.special import ndtr

import symadv as sa
from benchmarks.pairs import ratio
from symadv.classifiers import classifier

COLD, WARM, VECTORISED = 10.0, 0.020, 1.2  # seconds, seconds, and a ratio
N = 10**6
WEIGHTS = {"bayes": None, "x1 alone": (1, 0), "x2 alone": (0, 1), "x1 + x2": (1, 1)}
FORMULAS = {**WEIGHTS, "log-odds": ("odds", "2*eta")}
DERIVE = """
import sys, time
import sympy
import symadv as sa
from symadv.classifiers import classifier
d, E = sa.distribution("tsipras"), sa.parameter("E", positive=True)
p, eta = d.parameters
known = {"0": 0, "1": 1, "odds": sympy.log(p / (1 - p)), "2*eta": 2 * eta}
weights = tuple(known[word] for word in sys.argv[1:])
f = classifier("linear", d, weights=weights, tie=1) if weights else classifier("bayes", d)
start = time.process_time()
assert {bound.method for bound in sa.risks(f, d, sa.ThreatModel("linf", E)).values()} == {"exact"}
print(time.process_time() - start)
"""


def derived() -> Iterator[tuple[str, float]]:
    """Processor seconds for the formulas of all nine definitions, each classifier in a fresh process."""
    for name, weights in FORMULAS.items():
        words = [sys.executable, "-c", DERIVE, *map(str, weights or ())]
        yield name, float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def warm(rounds: int = 9) -> Iterator[tuple[str, float]]:
    """Processor seconds for all nine definitions at numbers: the same call again, and at budgets that are new."""
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    for name, weights in WEIGHTS.items():
        f = classifier("linear", d, weights=weights, tie=1) if weights else classifier("bayes", d)
        for words, step in (("again", 0), ("new budgets", Fraction(1, 7))):
            times = []
            for k in range(rounds + 1):
                threat = sa.ThreatModel("linf", 6 + k * step)
                start = time.process_time()
                sa.risks(f, d, threat)
                times.append(time.process_time() - start)
            yield f"{name}, {words}", statistics.median(times[1:])


def vectorised() -> Iterator[tuple[str, float]]:
    """The formula's values over the line by hand, for the Bayes rule, at points that meet all cases."""
    d, threat = sa.distribution("tsipras"), sa.ThreatModel("linf", sa.parameter("E", positive=True))
    rng = np.random.default_rng(0)
    p, eta, eps = rng.uniform(0.01, 0.99, N), rng.exponential(2, N) + 0.01, rng.exponential(2, N) + 0.01
    eps[::50] = 1

    def loss_by_hand() -> np.ndarray:
        shift = np.log(p / (1 - p)) / (2 * eta)
        inside = p * ndtr(eps - eta - shift) + (1 - p) * ndtr(eps - eta + shift)
        far = ndtr(eps - eta + np.abs(shift))
        return np.where(eps < 1, inside, np.where(eps > 1, far, (inside + far) / 2))

    formula = sa.risk("bayes", d, threat, definition="adversarial_loss").derivation.numeric
    if not np.allclose(formula(p=p, eta=eta, E=eps), loss_by_hand(), rtol=1e-10):
        raise SystemExit("the formula and the line by hand differ")
    yield "adversarial_loss", ratio(lambda: formula(p=p, eta=eta, E=eps), loss_by_hand)


def main() -> bool:
    """Print the figures; whether they are within their limits."""
    good = True
    for what, found, limit, unit in (
        ("nine formulas, cold", derived(), COLD, "s"),
        ("nine numbers, warm", warm(), WARM, "s"),
        (f"{N:.0e} values of a formula / by hand", vectorised(), VECTORISED, ""),
    ):
        for name, value in found:
            told = name.endswith("new budgets")  # for comparison, without a limit
            print(f"{what}, {name}: {value:.3g} {unit}{'' if told else f' (at most {limit:g})'}")
            good &= told or value <= limit
    return good


if __name__ == "__main__":
    raise SystemExit(not main())
