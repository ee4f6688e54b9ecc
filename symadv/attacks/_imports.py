"""Attack libraries and what is in them, with words for what is missing."""

import importlib
import warnings
from collections.abc import Mapping
from typing import Any

from symadv.language.errors import SymadvError, unknown


def library(name: str, install: str) -> Any:
    """A library that is an extra."""
    try:
        with warnings.catch_warnings():  # of what libraries import from others
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError as missing:
        raise SymadvError(f"the attack {name} needs the library of that name ({missing}): {install}") from missing


def member(module: Any, shown: str, name: str, options: Mapping[str, Any], *arguments: Any) -> Any:
    """An attack of a library, made with options."""
    known = [key for key, value in vars(module).items() if isinstance(value, type)]
    if name not in known:
        raise unknown(f"attack of {shown}", name, known)
    try:
        return vars(module)[name](*arguments, **options)
    except TypeError as error:
        raise SymadvError(f"{shown}.{name}: {error}") from error
