"""Everything derived, cold and written as LaTeX: the article's two examples in one process, and each distribution."""

import statistics
import subprocess
import sys

from symadv import catalog

AT_MOST = 2.0  # seconds for the article's two examples, without the imports
OTHERS = ("tsipras(weak=10000)", "bernoulli(dimension=10000)", "spheres(dimension=500)")
DERIVE = """
import sys
import time
import sympy
import symadv as sa
all_of_them = [sa.joint, sa.log_odds, sa.posterior, sa.bayes_rule, lambda d: sa.projection(d).derivation, sa.label]
sa.latex
start = time.process_time()
for name in sys.argv[1:]:
    for derive in all_of_them:
        sa.latex(derive(sa.distribution(name)))
print(time.process_time() - start)
"""


def seconds(*names: str, rounds: int) -> float:
    """The processor time for all derivations of some distributions, in a fresh process."""
    command = [sys.executable, "-c", DERIVE, *names]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(rounds)]
    return statistics.median(float(run.stdout) for run in runs)


def main(rounds: int = 5) -> bool:
    """Print the seconds; whether those of the article's examples are within the limit."""
    found = seconds("point_masses", "tsipras", rounds=rounds)
    print(f"both examples derived and written as LaTeX: {found:.2f} s (at most {AT_MOST} s)")
    for name in (*catalog.names("distributions"), *OTHERS):
        print(f"  {name}: {seconds(name, rounds=max(1, rounds // 2)):.2f} s")
    return found <= AT_MOST


if __name__ == "__main__":
    raise SystemExit(not main())
