"""Seeds keyed by the content of a check."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction

from symadv.language.errors import SymadvError


def seed_of(*content: object) -> int:
    """A 64-bit seed from the content of a check: sha256 of its canonical text, the same in every process."""
    return int.from_bytes(hashlib.sha256(_canonical(content).encode()).digest()[:8], "big")


def _canonical(content: object) -> str:
    """A text without addresses or hash order, shared only by equal values of one type (lists are tuples)."""
    match content:
        case None | bool() | int() | float() | str() | bytes() | Fraction():
            return f"{type(content).__name__}:{content!r}"
        case list() | tuple():
            return f"[{','.join(map(_canonical, content))}]"
        case set() | frozenset():
            return f"set{{{','.join(sorted(map(_canonical, content)))}}}"
        case Mapping():
            items = sorted(f"{_canonical(key)}={_canonical(value)}" for key, value in content.items())
            return f"{{{','.join(items)}}}"
        case _ if is_dataclass(content) and not isinstance(content, type):
            named = {field.name: getattr(content, field.name) for field in fields(content)}
            return f"{type(content).__name__}{_canonical(named)}"
    raise SymadvError(
        f"a seed cannot be made from {type(content).__name__}, wanted numbers, strings, sequences, sets, "
        "mappings or dataclasses; nearest: its str()"
    )
