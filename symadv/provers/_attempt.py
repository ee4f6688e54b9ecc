"""What algebra alone derives from what is given: no points are tried, and what is given may be empty."""

from typing import NamedTuple

from symadv.language.goals import Goal
from symadv.language.limits import Limits
from symadv.provers._field import Unsupported
from symadv.provers._follows import follows
from symadv.provers._problems import Problem, problems
from symadv.provers._ranges import TooLarge


class Attempt(NamedTuple):
    """The goal as problems that are all proved, or None and ``why`` not."""

    proved: list[Problem] | None
    why: str = ""

    @property
    def vacuous(self) -> bool:
        """Whether it is proved because no point satisfies what is given."""
        return self.proved is not None and all(problem.facts.impossible for problem in self.proved)


def attempt(goal: Goal, limits: Limits) -> Attempt:
    """The statement wherever everything given holds, with log-odds as variables or else as it is written."""
    why = ""
    for odds in (True, False):
        try:
            found = problems(goal, odds=odds)
            if all(problem.facts.impossible or follows(problem, limits, problem.facts.signs) for problem in found):
                return Attempt(found)
        except (Unsupported, TooLarge) as error:
            why = why or str(error) or "a polynomial outgrew the limits"
    return Attempt(None, why)
