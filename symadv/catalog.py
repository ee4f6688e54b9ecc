"""The members of the open rooms, by name: listed without importing, loaded one by one, a broken one breaks nobody."""

import ast
import importlib
import re
from pathlib import Path
from typing import Any

from symadv.language.errors import SymadvError, nearest, unknown

ROOMS = ("distributions", "definitions", "classifiers", "attacks", "provers", "readers")

_PACKAGE = Path(__file__).parent
_OF_A_USER = re.compile(r"(?P<module>[^\W\d]\w*(\.[^\W\d]\w*)*):(?P<attribute>[^\W\d]\w*)")


def names(room: str) -> tuple[str, ...]:
    """The members of an open room, sorted: its files that do not start with an underscore."""
    return tuple(sorted(file.stem for file in _folder(room).glob("*.py") if not file.stem.startswith("_")))


def load(room: str, name: str) -> Any:
    """The member `name` of an open room, or the object `toy` of a user's own module by `"my.module:toy"`."""
    if name.isidentifier() and not name.startswith("_") and (_folder(room) / f"{name}.py").is_file():
        return _attribute(room, name, f"symadv.{room}.{name}", name)
    own = _OF_A_USER.fullmatch(name)
    if own is None and ":" in name:
        raise SymadvError(f"{room.removesuffix('s')} {name!r} is not of the form 'my.module:toy'")
    if own is None:
        raise unknown(room.removesuffix("s"), name, names(room))
    return _attribute(room, name, own["module"], own["attribute"])


def summary(room: str, name: str) -> str:
    """The first line of a member's docstring (its file's, else its object's), read without importing it."""
    if name not in names(room):
        raise unknown(room.removesuffix("s"), name, names(room))
    try:
        tree = ast.parse((_folder(room) / f"{name}.py").read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        return f"broken: {error}"
    definitions = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and n.name == name]
    docstrings = [text for node in (tree, *definitions) if (text := ast.get_docstring(node))]
    return docstrings[0].splitlines()[0] if docstrings else ""


def options(room: str, name: str) -> tuple[str, ...]:
    """The options of a member with their defaults, as they are written, read without importing it."""
    if name not in names(room):
        raise unknown(room.removesuffix("s"), name, names(room))
    try:
        tree = ast.parse((_folder(room) / f"{name}.py").read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return ()
    made = [n.args for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    pairs = [pair for given in made for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    return tuple(a.arg if default is None else f"{a.arg}={_short(default, tree)}" for a, default in pairs)


def _short(default: ast.expr, tree: ast.Module) -> str:
    """A default as it is written; that of a constant of the module, as that is."""
    written = [(target, n.value) for n in tree.body if isinstance(n, ast.Assign) for target in n.targets]
    named = {target.id: value for target, value in written if isinstance(target, ast.Name)}
    return ast.unparse(named.get(default.id, default) if isinstance(default, ast.Name) else default)


def _folder(room: str) -> Path:
    if room not in ROOMS:
        raise unknown("room", room, ROOMS)
    return _PACKAGE / room


def _attribute(room: str, name: str, module: str, attribute: str) -> Any:
    """The attribute of a module; whatever goes wrong inside the module is told with the member's name."""
    member = f"{room.removesuffix('s')} {name!r}"
    try:
        loaded = importlib.import_module(module)
    except (Exception, SystemExit) as error:  # a member is foreign code: importing it may raise anything
        raise SymadvError(f"{member} cannot be loaded: {type(error).__name__}: {error}") from error
    try:
        return getattr(loaded, attribute)
    except AttributeError:
        close = nearest(attribute, [known for known in vars(loaded) if not known.startswith("_")])
        hint = f"; nearest: {', '.join(close)}" if close else ""
        raise SymadvError(f"{member} cannot be loaded: {module} has no {attribute!r}{hint}") from None
