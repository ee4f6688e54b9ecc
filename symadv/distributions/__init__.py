"""Open room: one distribution a file; each exports a function of its own name that returns a Distribution."""

from typing import Any

from symadv import catalog
from symadv.distributions._template import template as template
from symadv.distributions._toml import read_toml
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Distribution


def distribution(name: str, **options: Any) -> Distribution:
    """The distribution of a name: a member of the room (``"tsipras"``), ``"my.module:toy"`` or a file, ``"mine.toml"``.

    Its parameters stay symbols; ``.at(p="9/10")`` gives them values.
    """
    if name.lower().endswith(".toml"):
        if options:
            raise SymadvError(f"a file takes no options, got {', '.join(options)}; write them into {name}")
        return read_toml(name)
    made = catalog.load("distributions", name)
    result = made(**options) if callable(made) else made
    if not isinstance(result, Distribution):
        raise SymadvError(f"{name} gave {type(result).__name__}, wanted a Distribution")
    return result
