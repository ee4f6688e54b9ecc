"""All benchmarks: ``python -m benchmarks``, or some by name: ``python -m benchmarks oracle import``."""

import sys
from pathlib import Path
from runpy import run_module


def main(chosen: list[str]) -> int:
    """Run the benchmarks one after the other; 1 when one is beyond its limit."""
    known = sorted(file.stem.removeprefix("bench_") for file in Path(__file__).parent.glob("bench_*.py"))
    if strangers := [name for name in chosen if name not in known]:
        print(f"unknown benchmark {strangers[0]!r}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    return max(_run(f"benchmarks.bench_{name}") for name in chosen or known)


def _run(module: str) -> int:
    try:
        run_module(module, run_name="__main__")
    except SystemExit as end:
        return int(bool(end.code))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
