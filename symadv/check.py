"""Claims and derivations through the provers: goals in, verdicts out, every call in a child process with limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import sympy

from symadv import catalog
from symadv.language.derivations import Derivation
from symadv.language.errors import SymadvError, unknown
from symadv.language.goals import Claim, Experiment, Goal, Report, Row, Verdict
from symadv.language.limits import Limits
from symadv.provers._asking import Progress, Round
from symadv.provers._claims import claims_at
from symadv.provers._contradiction import Contradiction as Contradiction
from symadv.provers._memory import Memory

SOUND = ("algebra", "smt", "interval", "monotone")


def check(
    what: Any,
    *,
    only: Iterable[str] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    sample: bool = False,
    thorough: bool = False,
    provers: Sequence[str] = SOUND,
    cache: bool = True,
) -> Report:
    """What the provers say of a derivation, a goal, a claim, several of these, or the claims in a folder or file.

    ``only`` keeps the rows with these names.  ``sample`` adds a row for every experiment: the sequential test of a
    formula.  ``thorough`` asks every prover about every goal.  ``progress(done, total)`` counts the calls of a round.
    Two provers, or a formula and its sampler, that disagree raise a Contradiction.  ``cache`` takes verdicts from, and
    keeps them in, a folder of the user's (see `symadv.provers._memory`), by the content of goal and provers.
    """
    limits = limits or Limits()
    subjects = _kept(list(_subjects(what)), only)
    ask = Round(tuple(provers), limits, progress, thorough, Memory.of_user() if cache else None)
    verdicts = ask(_goals(subjects))
    rows = [_row(subject, goals, verdicts) for subject, goals in subjects]
    rows = _with_directions(rows, ask)
    if sample:
        tests = [(name, e, given) for subject, _ in subjects for name, e, given in _experiments(subject)]
        tests += [(d.name, e, d.given) for d in _derivations(what) for e in d.experiments]
        rows += [_tested(name, experiment, given, limits) for name, experiment, given in tests]
    return Report(_title(what), tuple(rows))


def prove(
    statement: sympy.Basic,
    *,
    given: Iterable[sympy.Basic] = (),
    seconds: float = 10.0,
    provers: Sequence[str] = SOUND,
) -> Verdict:
    """The verdict on one statement, for all values of its parameters in their domains that satisfy ``given``."""
    goal = Goal(_condition(statement), tuple(map(_condition, given)))
    return check(goal, limits=Limits(seconds=seconds), provers=provers).rows[0].verdict


def _condition(what: Any) -> sympy.Basic:
    if isinstance(what, bool):
        return sympy.true if what else sympy.false
    if not isinstance(what, sympy.Basic):
        raise SymadvError(f"got {type(what).__name__}, wanted a condition such as p > 0")
    return what


def _title(what: Any) -> str:
    return str(what) if isinstance(what, str | Path) else str(getattr(what, "name", ""))


# what is asked

_Subject = tuple[Any, dict[str, Goal]]


def _subjects(what: Any) -> Iterator[_Subject]:
    """What gets a row, and its goals: of a goal itself, of a claim its statement and that its condition is exact."""
    if isinstance(what, str | Path):
        yield from (_claim(claim) for claim in claims_at(what))
    elif isinstance(what, Goal):
        yield what, {"statement": what}
    elif isinstance(what, Claim):
        yield _claim(what)
    elif isinstance(what, Derivation):
        yield from ((goal, {"statement": goal}) for goal in what.goals())
    elif isinstance(getattr(what, "derivation", None), Derivation):
        yield from _subjects(what.derivation)
    elif isinstance(what, Iterable):
        for part in what:
            yield from _subjects(part)
    else:
        raise SymadvError(f"cannot check {type(what).__name__}; wanted derivations, goals, claims or a path")


def _derivations(what: Any) -> Iterator[Derivation]:
    if isinstance(what, Derivation):
        yield what
    elif isinstance(getattr(what, "derivation", None), Derivation):
        yield what.derivation
    elif isinstance(what, Iterable) and not isinstance(what, str):
        for part in what:
            yield from _derivations(part)


def _claim(claim: Claim) -> _Subject:
    goals: dict[str, Goal] = {}
    if claim.statement is not None:
        goals["statement"] = claim.goal()
        if claim.exactly_when is not None:
            exact = sympy.Equivalent(claim.statement, claim.exactly_when)
            goals["exactness"] = Goal(exact, claim.given, f"{claim.name}, exactly when")
    return claim, goals


def _kept(subjects: list[_Subject], only: Iterable[str] | None) -> list[_Subject]:
    if only is None:
        return subjects
    names = [subject.name for subject, _ in subjects]
    wanted = list(only)
    for name in wanted:
        if name not in names:
            raise unknown("claim", name, names)
    return [entry for entry in subjects if entry[0].name in wanted]


def _goals(subjects: list[_Subject]) -> list[Goal]:
    return [goal for _, goals in subjects for goal in goals.values()]


def _experiments(subject: Any) -> Iterator[tuple[str, Experiment, tuple[Any, ...]]]:
    own = subject.experiments if isinstance(subject, Claim) else (subject.experiment,) if subject.experiment else ()
    yield from ((subject.name, experiment, subject.given) for experiment in own)


# what is answered


def _row(subject: Any, goals: Mapping[str, Goal], verdicts: Mapping[int, Verdict]) -> Row:
    found = {role: verdicts[id(goal)] for role, goal in goals.items()}
    if isinstance(subject, Goal):
        return Row(subject.name, str(subject.statement), found["statement"], subject=subject)
    verdict = found.get("statement", Verdict("UNDECIDED", why=subject.why or "no formal statement"))
    return Row(
        subject.name,
        subject.says,
        verdict,
        subject.expects,
        subject.exactly_when,
        found.get("exactness"),
        subject,
        subject.expects_exactness,
    )


def _with_directions(rows: list[Row], ask: Round) -> list[Row]:
    """Where a condition is not proved exact, which direction is: "if", "only if" or "open", said in its verdict."""
    goals: dict[int, dict[str, Goal]] = {}
    for k, row in enumerate(rows):
        if row.exactness is not None and row.exactness.status != "PROVED":
            statement, condition = row.subject.statement, row.exactly_when
            goals[k] = {
                "if": Goal(sympy.Implies(condition, statement), row.subject.given, f"{row.claim}, if"),
                "only if": Goal(sympy.Implies(statement, condition), row.subject.given, f"{row.claim}, only if"),
            }
    verdicts = ask([goal for pair in goals.values() for goal in pair.values()])
    for k, pair in goals.items():
        proved = [word for word, goal in pair.items() if verdicts[id(goal)].status == "PROVED"]
        exactness = rows[k].exactness
        if exactness is not None:
            why = "; ".join(filter(None, ("".join(proved) or "open", exactness.why)))
            rows[k] = replace(rows[k], exactness=replace(exactness, why=why))
    return rows


def _tested(name: str, experiment: Experiment, given: tuple[Any, ...], limits: Limits) -> Row:
    goal = Goal(sympy.true, given, f"{name}: {experiment.what}", experiment)
    verdict = catalog.load("provers", "sampling")(goal, limits=limits)
    return Row(goal.name, str(experiment.claimed), verdict, "SUPPORTED", subject=goal)
