"""Reading claims from files: a file exports one public name, its own, that is a claim or a function that builds one."""

import importlib.util
import re
from pathlib import Path
from typing import Any

from symadv.language.errors import SymadvError, nearest, unknown
from symadv.language.goals import Claim
from symadv.provers._memory import Memory

_PACKAGE = Path(__file__).parent.parent
SHELVES = (_PACKAGE / "_proofs", _PACKAGE.parent / "proofs")


def claims_at(path: str | Path, *, memory: Memory | None = None) -> list[Claim]:
    """The claims of a file, or of all files below a folder: by folder, then as numbered, then by name.

    A path is tried as it is; "proofs/..." is also looked for among the claims that come with the package.  With a
    ``memory``, those of the package are not built anew when nothing changed; they come without their experiments.
    """
    place = _found(Path(path))
    if place.is_file():
        return [_remembered(place, memory)]
    files = sorted(f for f in place.rglob("*.py") if not f.name.startswith("_"))
    if not files:
        raise SymadvError(f"no claims in {path}: wanted a folder with .py files that each export one claim")
    claims = [(file.parent, _remembered(file, memory)) for file in files]
    return [claim for _, claim in sorted(claims, key=lambda item: (item[0], _natural(item[1].number), item[1].name))]


def _found(path: Path) -> Path:
    if path.exists():
        return path
    inner = Path(*path.parts[1:]) if path.parts[:1] == ("proofs",) else path
    for shelf in SHELVES:
        for candidate in (shelf / inner, shelf / inner.with_suffix(".py")):
            if not path.is_absolute() and shelf.is_dir() and candidate.exists():
                return candidate
    files = [(shelf, f) for shelf in SHELVES for f in sorted(shelf.rglob("*.py"))]
    names = [f"proofs/{f.relative_to(shelf).with_suffix('')}" for shelf, f in files]
    folders = [f"proofs/{f.parent.relative_to(shelf)}" for shelf, f in files]
    raise unknown("path of claims", str(path), dict.fromkeys([*folders, *nearest(str(path), names)]))


def _remembered(file: Path, memory: Memory | None) -> Claim:
    if memory is None or not any(file.resolve().is_relative_to(shelf.resolve()) for shelf in SHELVES):
        return _load(file)
    claim = memory.claim(file)
    if claim is None:
        claim = _load(file)
        memory.keep_claim(file, claim)
    return claim


def _load(file: Path) -> Claim:
    spec = importlib.util.spec_from_file_location(f"symadv_claims.{file.parent.name}.{file.stem}", file)
    if spec is None or spec.loader is None:
        raise SymadvError(f"{file}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        value: Any = getattr(module, file.stem, None)
        claim = value() if callable(value) else value
    except SymadvError as error:
        raise SymadvError(f"{file}: {error}") from error
    except Exception as error:  # a claim is foreign code: running it may raise anything
        raise SymadvError(f"{file}: {type(error).__name__}: {error}") from error
    if not isinstance(claim, Claim) or claim.name != file.stem:
        got = f"the claim {claim.name!r}" if isinstance(claim, Claim) else type(value).__name__
        raise SymadvError(f"{file}: got {got}, wanted the claim {file.stem!r} or a function that builds it")
    return claim


def _natural(number: str) -> list[tuple[int, str]]:
    """S2 before S10."""
    return [(int(digits or 0), letters) for letters, digits in re.findall(r"(\D*)(\d*)", number)]
