"""The time of ``import symadv``, and of a first use, against that of ``import sympy``, in processes of their own."""

import subprocess
import sys

from benchmarks.pairs import ratio

AT_MOST = 1.1
FIRST_USE = "import symadv as sa; sa.oracle(sa.distribution('tsipras').at(p='9/10', eta=3))"


def fresh(code: str) -> None:
    """Run some code in a process of its own."""
    subprocess.run([sys.executable, "-c", code], check=True)


def main() -> bool:
    """Print the ratios; whether that of the bare import is within its limit."""
    found = ratio(lambda: fresh("import symadv"), lambda: fresh("import sympy"), rounds=15)
    used = ratio(lambda: fresh(FIRST_USE), lambda: fresh("import sympy"), rounds=15)
    print(f"import symadv / import sympy: {found:.2f} (at most {AT_MOST})")
    print(f"import symadv and an example's oracle made / import sympy: {used:.2f}")
    return found <= AT_MOST


if __name__ == "__main__":
    raise SystemExit(not main())
