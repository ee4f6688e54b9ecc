"""Options of a distribution behind its name: ``tsipras(weak=100)``, ``gaussian_mixture(mean=1,1/2, variance=4)``."""

import re
from typing import Any

import sympy

from symadv.language.errors import SymadvError
from symadv.language.numbers import exact

_WHOLE = re.compile(r"(?P<name>[^()]+)\((?P<inside>[^()]*)\)\s*")
_KEY = re.compile(r"(?:^|[,;])\s*([A-Za-z_]\w*)\s*=")


def split_options(text: str) -> tuple[str, dict[str, Any]]:
    """The name and its options: exact numbers, tuples of them between commas, or words."""
    if not text.rstrip().endswith(")"):
        return text, {}
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        raise SymadvError(f"got {text[:80]!r}, wanted a name with options such as tsipras(weak=100)")
    inside, options = whole["inside"], dict[str, Any]()
    keys = list(_KEY.finditer(inside))
    if inside.strip() and (not keys or inside[: keys[0].start()].strip()):
        raise SymadvError(f"{whole['name']}: got the options {inside[:80]!r}, wanted NAME=VALUE such as weak=100")
    ends = [*(key.start() for key in keys[1:]), len(inside)]
    for key, end in zip(keys, ends, strict=False):
        if key[1] in options:
            raise SymadvError(f"{whole['name']}: {key[1]} is given twice")
        options[key[1]] = _value(inside[key.end() : end])
    return whole["name"].strip(), options


def _value(text: str) -> Any:
    try:
        numbers = tuple(exact(part) for part in text.split(","))
    except SymadvError:
        return text.strip()
    plain = tuple(int(v) if isinstance(v, sympy.Integer) else v for v in numbers)
    return plain[0] if len(plain) == 1 else plain
