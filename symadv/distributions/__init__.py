"""Open room: one distribution a file; each exports a function of its own name that returns a Distribution."""

from inspect import signature
from typing import Any

from symadv import catalog
from symadv.distributions._options import split_options
from symadv.distributions._template import template as template
from symadv.distributions._toml import read_toml
from symadv.language.errors import SymadvError, unknown
from symadv.probability.distribution import Distribution


def distribution(name: str, **options: Any) -> Distribution:
    """The distribution of a name: a member of the room (``"tsipras"``), ``"my.module:toy"`` or a file, ``"mine.toml"``.

    Its parameters stay symbols; ``.at(p="9/10")`` gives them values.  Options may stand behind the name, too:
    ``"tsipras(weak=100)"``.
    """
    name, written = split_options(name)
    options = {**written, **options}
    if name.lower().endswith(".toml"):
        if options:
            raise SymadvError(f"a file takes no options, got {', '.join(options)}; write them into {name}")
        return read_toml(name)
    made = catalog.load("distributions", name)
    _check_options(name, made, options)
    result = made(**options) if callable(made) else made
    if not isinstance(result, Distribution):
        raise SymadvError(f"{name} gave {type(result).__name__}, wanted a Distribution")
    return result


def _check_options(name: str, made: Any, options: dict[str, Any]) -> None:
    """Refuse options that the function does not take; errors from within it are its own."""
    if not callable(made) and options:
        raise SymadvError(f"{name} takes no options, got {', '.join(options)}")
    if not callable(made):
        return
    known = signature(made).parameters
    if any(p.kind is p.VAR_KEYWORD for p in known.values()):
        return
    for option in options:
        if option not in known:
            raise unknown(f"option of {name}", option, list(known))
