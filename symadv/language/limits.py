"""How much work a prover may spend on one goal: counted steps first, the wall clock only as the backstop."""

from dataclasses import dataclass

from symadv.language.errors import SymadvError


@dataclass(frozen=True)
class Limits:
    """The budget of one prover on one goal.

    ``effort`` scales the counted budgets, so that a verdict does not depend on how fast the machine is; ``seconds`` and
    ``memory_mb`` end what the counts did not foresee.
    """

    seconds: float = 10.0
    memory_mb: int = 2048
    effort: int = 1

    def __post_init__(self) -> None:
        """Refuse budgets that leave no room for any work."""
        for name, value in (("seconds", self.seconds), ("memory_mb", self.memory_mb), ("effort", self.effort)):
            if not value > 0:
                raise SymadvError(f"limits: got {name}={value}, wanted more than 0")

    @property
    def points(self) -> int:
        """How many exact points are tried as witnesses."""
        return 400 * self.effort

    @property
    def solver_steps(self) -> int:
        """The resource limit of one solver call (z3's ``rlimit``)."""
        return 20_000_000 * self.effort

    @property
    def derivatives(self) -> int:
        """How many derivatives a proof by calculus may take."""
        return 60 * self.effort

    @property
    def boxes(self) -> int:
        """How many boxes a branch and bound may look at."""
        return 6000 * self.effort

    @property
    def samples(self) -> int:
        """The most samples that one sequential test may draw."""
        return 20_000_000 * self.effort

    @property
    def forms(self) -> int:
        """How many forms of unknown sign may meet in one statement: their sign patterns are enumerated."""
        return 6 + self.effort
