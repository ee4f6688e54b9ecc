"""How much memory an answer would take, asked before it is taken."""

import os
from pathlib import Path

from symadv.language.errors import SymadvError

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_GIB = 2.0**30


def require_memory(entries: int, what: str, instead: str) -> None:
    """Refuse to make an array of float64 entries that takes more than half of the memory that is free."""
    wanted, free = 8 * entries, free_memory()
    if free is not None and wanted > free / 2:
        raise SymadvError(
            f"{what} would take {wanted / _GIB:.3g} GiB, and {free / _GIB:.3g} GiB are free; wanted at most half of "
            f"that: {instead}"
        )


def free_memory() -> int | None:
    """The bytes that can still be had; None where the system does not say."""
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None
    available = _meminfo()
    return min([available or free, *_group_limits()])


def _meminfo() -> int | None:
    """What Linux takes to be available, caches that can be dropped included."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return found[0] if found else None


def _group_limits() -> list[int]:
    found = []
    for place in _LIMITS:
        try:
            text = Path(place).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdigit():
            found.append(int(text))
    return found
