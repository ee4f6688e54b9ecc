"""The one error a user sees: what was got, what was wanted, and the nearest right thing."""

import difflib
from collections.abc import Iterable


class SymadvError(ValueError):
    """A mistake in what was asked, told without a traceback by the command line."""


def nearest(got: str, known: Iterable[str]) -> list[str]:
    """The known names closest to `got`, best first; empty when none is close."""
    return difflib.get_close_matches(got, list(known), n=3, cutoff=0.6)


def unknown(kind: str, got: str, known: Iterable[str]) -> SymadvError:
    """The error for a name that is not among `known`: names the nearest ones, then all of them."""
    names = list(known)
    close = nearest(got, names)
    parts = [f"unknown {kind} {got!r}"]
    if close:
        parts.append(f"nearest: {', '.join(close)}")
    parts.append(f"known: {', '.join(names) or 'none'}")
    return SymadvError("; ".join(parts))
