"""``python -m tests.sceptic MODE FIRST LAST``: the problems of some seeds, a line each; exit code 1 if one is wrong."""

import sys
import time
import traceback
from collections import Counter

from tests.sceptic.brute import Verdict, looked_at
from tests.sceptic.draws import MODES, drawn


def main(mode: str, first: int, last: int) -> int:
    """Look at the problems of some seeds."""
    kinds: Counter[str] = Counter()
    for seed in range(first, last):
        problem, begun = drawn(mode, seed), time.process_time()
        try:
            verdict = looked_at(problem)
        except Exception:
            verdict = Verdict(wrong=(traceback.format_exc(limit=-3),))
        kind = "WRONG" if verdict.wrong else "refused" if verdict.refused else "bounded" if verdict.inexact else "exact"
        kinds[kind] += 1
        told = "\n  ".join(verdict.wrong) or verdict.refused or ", ".join(verdict.inexact)
        told += f"; nothing compared: {', '.join(verdict.unseen)}" if verdict.unseen else ""
        print(f"{kind} {verdict.width:.0e} {time.process_time() - begun:.0f} s  {problem.text}  {told}", flush=True)
    print(dict(kinds))
    return int(kinds["WRONG"] > 0)


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in MODES:
        sys.exit(f"wanted: python -m tests.sceptic MODE FIRST LAST, with a mode of {', '.join(MODES)}")
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
