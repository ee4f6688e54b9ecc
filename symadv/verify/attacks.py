"""The short form of the suite, as a job: some attacks with equal effort against the exact truth."""

from dataclasses import dataclass
from importlib.util import find_spec

from symadv.plot.picture import Picture
from symadv.suite.run import Suite, short

SHOWN = ("adversarial_loss", "label_invariant")


@dataclass(frozen=True)
class Graded:
    """What the attacks found, and the picture of it."""

    suite: Suite
    pictures: tuple[Picture, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with what attacks returned."""
        return self.suite.faults


@dataclass(frozen=True)
class Grading:
    """The job of grading attacks on the networks of the package; ``path`` is what it is called."""

    quick: bool
    seed: int
    path: str = "the suite"

    def run(self) -> Graded:
        """The short form; the picture where matplotlib is there."""
        from symadv.suite.picture import picture

        found = short(networks=1 if self.quick else 2, seed=self.seed)
        if find_spec("matplotlib") is None:
            return Graded(found, ())
        return Graded(found, (Picture.of(picture(found, definitions=SHOWN), "suite"),))
