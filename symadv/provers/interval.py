"""Branch and bound over boxes of parameters in ball arithmetic; the cover is looked at by a second small program."""

from typing import Any

import sympy

from symadv.language.goals import Exists, ForAll, Goal, Verdict
from symadv.language.limits import Limits
from symadv.provers._boxes import Found, boxes
from symadv.provers._covers import cover
from symadv.provers._crossings import crossing
from symadv.provers._field import Unsupported
from symadv.provers._given import given_at, inside
from symadv.provers._narrowing import irrational_ends, ranges
from symadv.provers._recheck import recheck
from symadv.provers._replay import truth
from symadv.provers._substitution import cases, free_parameters, opened, solved, substitute


def interval(goal: Goal, *, limits: Limits) -> Verdict:
    """Prove by a cover of the domain with boxes, each of which holds by itself; refute at a point found on the way.

    What boxes leave open may fail where an equation holds: between two points at which its sides differ by opposite
    signs they are equal somewhere.
    """
    goal = Goal(opened(goal.statement, free_parameters(*goal.given)), goal.given, goal.name)
    verdict = _by_boxes(goal, limits)
    if verdict.status == "UNDECIDED" and not goal.statement.has(ForAll, Exists):
        root = crossing(goal)
        if root is not None:
            return Verdict("REFUTED", "interval", witness=root)
    return verdict


def _by_boxes(goal: Goal, limits: Limits) -> Verdict:
    covers = []
    try:
        for case in cases(goal.given):
            equal, rest = solved(case)
            statement = substitute(goal.statement, equal)
            parameters = free_parameters(statement, *rest)
            rest = (*rest, *irrational_ends(parameters))
            whole = ranges(rest, parameters)
            if not whole:
                return Verdict("UNDECIDED", "interval", why="there is no parameter to halve the domain of")
            found = boxes(statement, rest, whole, limits.boxes // len(whole))  # each costs a slope per parameter
            if found.suspect is not None:
                return _refuted(goal, found.suspect | {p: e.xreplace(found.suspect) for p, e in equal.items()})
            if found.left:
                return Verdict("UNDECIDED", "interval", why=_open(found))
            covers.append(cover(statement, rest, tuple(whole), found.settled))
    except Unsupported as error:
        return Verdict("UNDECIDED", "interval", why=str(error))
    return _proved(goal, covers, limits)


def _refuted(goal: Goal, point: dict[Any, sympy.Expr]) -> Verdict:
    if given_at(goal.given, point) and truth(goal.statement, point) is False:
        return Verdict("REFUTED", "interval", witness=point)
    return Verdict("UNDECIDED", "interval", why="a point at which the statement seems to fail does not replay")


def _open(found: Found) -> str:
    ends = ", ".join(f"[{float(s.low):.6g}, {float(s.high):.6g}]" for s in found.left[0])
    return f"{len(found.left)} boxes are left open, one of them {ends}"


def _proved(goal: Goal, covers: list[dict[str, Any]], limits: Limits) -> Verdict:
    for data in covers:
        complaint = recheck(data)
        if complaint:
            return Verdict("UNDECIDED", "interval", why=f"the second look at the boxes refuses: {complaint}")
    if inside(goal, limits.points) is None:
        return Verdict("UNDECIDED", "interval", why="proved, but no exact point of what is given was found")
    count = sum(len(data["boxes"]) for data in covers)
    reduced = f"the domain is covered by {count} boxes with rational ends, on each of which it holds by ball arithmetic"
    return Verdict("PROVED", "interval", reductions=(reduced,), evidence=tuple(covers))
