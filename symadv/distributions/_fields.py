"""The fields of a TOML file, each of the kind it should be, else refused with its line."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, NoReturn

import sympy

from symadv.distributions._lines import Path, lines
from symadv.language.errors import SymadvError, unknown
from symadv.language.formulas import formula

LARGEST_FILE = 1_000_000  # bytes
_LARGEST_INTEGER = 1000  # bits
_KINDS = {str: "a text", int: "an integer", bool: "true or false", list: "a list", dict: "a table"}


class Located(SymadvError):
    """A mistake whose place is already told."""


class _Decimal(str):
    """A number with a decimal point, as it is written."""

    __slots__ = ()


@dataclass(frozen=True)
class Fields:
    """The contents of a file; ``path`` is everywhere the way to a value in it."""

    file: str
    data: dict[str, Any]
    lines: Mapping[Path, int]

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Tell the place of a mistake that is found inside."""
        try:
            yield
        except Located:
            raise
        except SymadvError as error:
            self.fail(path, str(error))

    def fail(self, path: Path, message: str) -> NoReturn:
        """Refuse what stands at a place."""
        known = next((path[:k] for k in range(len(path), 0, -1) if path[:k] in self.lines), None)
        where = f"{self.file}, line {self.lines[known]}" if known else self.file
        key = ".".join(_short(part + 1 if isinstance(part, int) else part) for part in path)
        raise Located(f"{where}, {key}: {message}" if key else f"{where}: {message}")

    def kind(self, value: Any, path: Path, wanted: type) -> Any:
        """A value of the wanted type."""
        if type(value) is not wanted:
            self.fail(path, f"got {_said(value)}, wanted {_KINDS[wanted]}")
        return value

    def keys(self, table: Any, path: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> None:
        """Refuse what is no table, a key that is not known, and a table without a key that is needed."""
        for key in self.kind(table, path, dict):
            if key not in (*needed, *optional):
                with self.at(*path, key):
                    raise unknown("key", _short(key), [*needed, *optional])
        for key in needed:
            if key not in table:
                self.fail(path, f"the key {key!r} is missing")

    def one_of(self, table: Mapping[str, Any], path: Path, wanted: Sequence[str]) -> str:
        """The one key of a table that is among the wanted ones."""
        found = [key for key in table if key in wanted]
        if len(found) != 1:
            self.fail(path, f"got {' and '.join(found) or 'none'} of {', '.join(wanted)}, wanted exactly one of them")
        return found[0]

    def formula(self, value: Any, path: Path, names: Mapping[str, sympy.Symbol]) -> sympy.Expr:
        """A number or formula in some names."""
        if not isinstance(value, str) and type(value) is not int:
            self.fail(path, f'got {_said(value)}, wanted a number or a formula such as "(1 - p) / 2"')
        if isinstance(value, int) and value.bit_length() > _LARGEST_INTEGER:
            self.fail(path, f"got an integer of {value.bit_length()} bits")
        text = value.replace("_", "") if isinstance(value, _Decimal) else str(value)
        with self.at(*path):
            return formula(text, names)


def read(file: File) -> Fields:
    """The fields of a TOML file."""
    text = _text(file)
    try:
        data = tomllib.loads(text, parse_float=_Decimal)
        return Fields(file.name, data, lines(text))
    except tomllib.TOMLDecodeError as error:
        raise SymadvError(f"{file.name} is not valid TOML: {error}") from None
    except RecursionError:
        raise SymadvError(f"{file.name} has too many lists or tables inside one another") from None
    except ValueError as error:  # an integer of thousands of digits, a date that does not exist
        raise SymadvError(f"{file.name} is not valid TOML: {error}") from None


def _text(file: File) -> str:
    try:
        if not file.is_file():
            raise SymadvError(f"there is no file {str(file)!r}")
        if file.stat().st_size > LARGEST_FILE:
            raise SymadvError(f"{file.name} has more than {LARGEST_FILE} bytes")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SymadvError(f"{file.name} is not a UTF-8 text") from None
    except OSError as error:
        raise SymadvError(f"{str(file)!r} cannot be read: {error.strerror}") from None


def _said(value: Any) -> str:
    """A value in a message: short, however large it is."""
    if isinstance(value, _Decimal):
        return f"the number {_short(value)}"
    if type(value) is str:
        return f"the text {_short(value)!r}"
    if type(value) is bool:
        return str(value).lower()
    if type(value) is int:
        return f"the integer {value}" if value.bit_length() < 64 else "a large integer"
    return _KINDS.get(type(value), "a date or time")


def _short(text: str | int) -> str:
    shown = str(text)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
