"""Verdicts and claims remembered from run to run, in the user's cache folder: by all that they may depend on.

The environment variable ``SYMADV_CACHE`` names another folder; "off" remembers nothing.  Entries are written whole or
not at all, and one that was tampered with or cut short is as good as none.
"""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from symadv import catalog
from symadv.language.errors import SymadvError
from symadv.language.goals import Claim, Goal, Verdict
from symadv.language.limits import Limits
from symadv.language.plain import NotPlain, from_plain, to_plain
from symadv.language.plain_derivations import derivation_from, plain_derivation

_OUTSIDE = ("rocq", "elimination")  # provers that rest on files or programs that no key knows
_LIBRARIES = ("sympy", "python-flint", "z3-solver")
_PACKAGE = Path(__file__).parent.parent
_FORMULAS = ("statement", "exactly_when")


@dataclass(frozen=True)
class Memory:
    """A folder of entries."""

    folder: Path

    @classmethod
    def of_user(cls) -> "Memory | None":
        """The memory of this user; None when it is switched off."""
        named = os.environ.get("SYMADV_CACHE", "")
        if named == "off":
            return None
        return cls(Path(named) if named else _home() / "symadv" / "verdicts")

    def verdict(self, prover: str, goal: Goal, limits: Limits) -> Verdict | None:
        """What the prover said of this goal, if it was asked before and nothing has changed since."""
        key = _of_goal(prover, goal, limits)
        found = self._recall(key) if key else None
        return None if found is None else _verdict(found)

    def keep_verdict(self, prover: str, goal: Goal, limits: Limits, verdict: Verdict) -> None:
        """Remember what the prover said, where it comes back from plain data as the same verdict."""
        key = _of_goal(prover, goal, limits)
        data = _plain_verdict(verdict)
        if key and data is not None and _verdict(data) == verdict:
            self._keep(key, data)

    def claim(self, file: Path) -> Claim | None:
        """The claim that a file of the package's own shelves builds, without what it samples and what steps yield."""
        found = self._recall(_of_file(file))
        return None if found is None else _claim(found)

    def keep_claim(self, file: Path, claim: Claim) -> None:
        """Remember what the file builds, where it comes back from plain data as the same claim."""
        data = _plain_claim(claim)
        back = None if data is None else _claim(data)
        if back is not None and back == replace(claim, experiments=()) and _rests_on(back) == _rests_on(claim):
            self._keep(_of_file(file), data)

    def _recall(self, key: str) -> Any:
        try:
            entry = json.loads(self._place(key).read_text(encoding="utf-8"))
            return entry["data"] if entry["digest"] == _digest(entry["data"]) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _keep(self, key: str, data: Any) -> None:
        place = self._place(key)
        try:  # a folder that cannot be written to is no reason to stop
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=place.parent, delete=False) as new:
                json.dump({"digest": _digest(data), "data": data}, new)
            os.replace(new.name, place)
        except OSError:
            return

    def _place(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"


def _home() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()


# keys: all that an entry may depend on


def _of_goal(prover: str, goal: Goal, limits: Limits) -> str | None:
    if prover in _OUTSIDE or prover not in catalog.names("provers"):
        return None
    try:
        conditions = [to_plain(c) for c in (goal.statement, *goal.given)]
    except NotPlain:
        return None
    floors = ("language", "readers", "provers", "isolate.py", "_supervisor.py", "catalog.py")
    return _digest(["verdict", prover, limits.effort, _source(floors), conditions])


def _of_file(file: Path) -> str:
    folder = _read_all(sorted(file.parent.rglob("*.py")))
    return _digest(["claim", file.name, folder, _source((".",))])


@lru_cache(maxsize=2)
def _source(parts: tuple[str, ...]) -> str:
    """The source of parts of the package, and the versions of what it stands on."""
    places = [_PACKAGE / part for part in parts]
    files = [f for place in places for f in (sorted(place.rglob("*.py")) if place.is_dir() else [place])]
    return _digest([_read_all(files), sys.version_info[:3], [_version(library) for library in _LIBRARIES]])


def _read_all(files: Iterable[Path]) -> str:
    seen = hashlib.sha256()
    for file in files:
        seen.update(str(file.name).encode() + b"\0" + file.read_bytes() + b"\0")
    return seen.hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


# entries


def _plain_verdict(verdict: Verdict) -> dict[str, Any] | None:
    at = verdict.witness
    try:
        lemmas = [_plain_goal(lemma) for lemma in verdict.lemmas]
        witness = None if at is None else [[to_plain(p), to_plain(value)] for p, value in at.items()]
    except NotPlain:
        return None
    listed = {"reductions": list(verdict.reductions), "evidence": list(verdict.evidence), "seconds": verdict.seconds}
    return {
        "status": verdict.status,
        "prover": verdict.prover,
        "why": verdict.why,
        "witness": witness,
        "lemmas": lemmas,
        **listed,
    }


def _verdict(data: dict[str, Any]) -> Verdict | None:
    try:
        at = data["witness"]
        witness = None if at is None else {from_plain(p): from_plain(value) for p, value in at}
        lists = {name: tuple(data[name]) for name in ("reductions", "evidence")}
        lists["lemmas"] = tuple(map(_goal, data["lemmas"]))
        return Verdict(data["status"], data["prover"], witness, why=data["why"], seconds=data["seconds"], **lists)
    except (SymadvError, KeyError, TypeError, ValueError):
        return None


def _plain_goal(goal: Goal) -> list[Any]:
    return [goal.name, to_plain(goal.statement), [to_plain(c) for c in goal.given]]


def _goal(data: list[Any]) -> Goal:
    name, statement, given = data
    return Goal(from_plain(statement), tuple(from_plain(c) for c in given), name)


def _plain_claim(claim: Claim) -> dict[str, Any] | None:
    data = {f.name: getattr(claim, f.name) for f in fields(claim) if f.name != "experiments"}
    try:
        data["given"] = [to_plain(c) for c in claim.given]
        data["because"] = {what: plain_derivation(derived) for what, derived in claim.because.items()}
        return data | {name: None if data[name] is None else to_plain(data[name]) for name in _FORMULAS}
    except NotPlain:
        return None


def _rests_on(claim: Claim) -> dict[str, tuple[Goal, ...]]:
    return {what: derived.goals() for what, derived in claim.because.items()}


def _claim(data: dict[str, Any]) -> Claim | None:
    try:
        formulas = {name: None if data[name] is None else from_plain(data[name]) for name in _FORMULAS}
        because = {what: derivation_from(plain) for what, plain in data["because"].items()}
        given = tuple(from_plain(c) for c in data["given"])
        return Claim(**(data | formulas | {"given": given, "because": because}))
    except (SymadvError, KeyError, TypeError, ValueError):
        return None
