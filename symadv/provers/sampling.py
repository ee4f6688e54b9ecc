"""Sequential tests of a formula against a sampler: SUPPORTED, never PROVED; a FAIL is a contradiction."""

from itertools import islice

import sympy

from symadv.language.goals import Experiment, Goal, Verdict
from symadv.language.limits import Limits
from symadv.probability.crosscheck import CrossCheck, cross_check
from symadv.provers._contradiction import Contradiction
from symadv.provers._given import given_at
from symadv.provers._points import Point, points

_POINTS = 3


def sampling(goal: Goal, *, limits: Limits) -> Verdict:
    """Test the number that the goal's experiment claims, at three exact points of what is given.

    SUPPORTED when every test passes, UNDECIDED when one does not decide; when one fails, a Contradiction is raised.
    """
    experiment = goal.experiment
    if experiment is None:
        return Verdict("UNDECIDED", "sampling", why="there is no experiment to sample")
    tests = [cross_check(experiment, point, max_samples=limits.samples) for point in _at(goal, experiment, limits)]
    for test in tests:
        if test.outcome == "FAIL":
            raise Contradiction(f"{goal.name}: {experiment.claimed} and its sampler disagree, {_told(test)}")
    why = "" if tests else "no exact point of what is given was found"
    if any(test.outcome != "PASS" for test in tests):
        why = "a test did not decide"
    return Verdict("UNDECIDED" if why else "SUPPORTED", "sampling", reductions=tuple(map(_told, tests)), why=why)


def _at(goal: Goal, experiment: Experiment, limits: Limits) -> list[Point]:
    """The first exact points at which what is given holds and the formula has a value."""
    somewhere = sympy.Eq(experiment.claimed, 0, evaluate=False)
    found = (point for point in points(somewhere, goal.given, limits.points) if given_at(goal.given, point))
    return list(islice((p for p in found if experiment.claimed.xreplace(p).evalf(20).is_finite), _POINTS))


def _told(test: CrossCheck) -> str:
    return (
        f"{test.outcome}: {test.what} is {test.claimed:.8g} at {test.at or 'the given numbers'}, sampled "
        f"{test.estimate:.8g} +- {test.standard_error:.2g} ({test.samples} samples, tolerance {test.tolerance:.2g})"
    )
