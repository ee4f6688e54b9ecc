"""The problems of the suite: a distribution, a budget, and networks easy or hard to attack, each for a reason."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from symadv.adversary.threat import ThreatModel
from symadv.distributions import distribution
from symadv.probability.distribution import Distribution

if TYPE_CHECKING:
    from torch import nn

SEEDS = 10
PLAIN, ADVERSARIAL = "plain", "adversarial"


@dataclass(frozen=True)
class Training:
    """A set of networks in the package: trained on a distribution, plainly or against a budget, one for each seed."""

    name: str
    distribution: str
    at: tuple[tuple[str, str], ...]
    against: str | None

    @property
    def d(self) -> Distribution:
        """The distribution at its numbers."""
        return placed(self.distribution, self.at)

    def run(self) -> "list[nn.Sequential]":
        """The networks, trained afresh."""
        from symadv.train import train

        adversary = None if self.against is None else ThreatModel("linf", self.against)
        return train(self.d, seeds=range(SEEDS), hidden=(16, 16), steps=500, samples=5000, adversary=adversary)


@dataclass(frozen=True)
class Problem:
    """Networks to be attacked with an L-infinity budget; ``twist`` names what is done to those of ``training``."""

    name: str
    training: Training
    eps: str
    says: str
    twist: str = ""

    @property
    def d(self) -> Distribution:
        """The distribution at its numbers."""
        return self.training.d

    @property
    def threat(self) -> ThreatModel:
        """The adversary."""
        return ThreatModel("linf", self.eps)


@lru_cache(maxsize=16)
def placed(name: str, at: tuple[tuple[str, str], ...]) -> Distribution:
    """A distribution of the room at numbers."""
    return distribution(name).at(**dict(at))


_POINTS = ("point_masses", (("gap", "1"),), "3/4", "1/4")
_LINES = [
    ("tsipras", (("p", p), ("eta", eta)), eps, eta)
    for p, eta, eps in (("9/10", "3", "6"), ("19/20", "1/2", "1"), ("7/10", "1", "2"), ("3/5", "2", "4"))
]


def _short(name: str, at: tuple[tuple[str, str], ...]) -> str:
    return f"{name}({', '.join(f'{key}={value}' for key, value in at)})"


TRAININGS = {
    training.name: training
    for name, at, _, eta in (_POINTS, *_LINES)
    for training in (
        Training(f"{_short(name, at)} {PLAIN}", name, at, None),
        Training(f"{_short(name, at)} {ADVERSARIAL}", name, at, eta),
    )
}


def _trained() -> list[Problem]:
    budgets = {(name, at): eps for name, at, eps, _ in (_POINTS, *_LINES)}
    words = {PLAIN: "plainly trained networks", ADVERSARIAL: "networks trained against an adversary"}
    return [
        Problem(t.name, t, budgets[t.distribution, t.at], words[PLAIN if t.against is None else ADVERSARIAL])
        for t in TRAININGS.values()
    ]


def _twisted() -> list[Problem]:
    name, at, eps, _ = _LINES[0]
    plain = TRAININGS[f"{_short(name, at)} {PLAIN}"]
    return [
        Problem("saturated", plain, eps, "logits times 1000: cross-entropy has no gradient left", "saturated"),
        Problem("plateau", plain, eps, "the logits behind a steep clip: zero gradients almost everywhere", "plateau"),
        Problem("projected", plain, eps, "behind the projection: no gradient across the strata", "projected"),
        Problem("needle", plain, "1", "a sliver of the wrong label, 1/128 wide, far from every boundary", "needle"),
    ]


PROBLEMS: dict[str, Problem] = {problem.name: problem for problem in (*_trained(), *_twisted())}
SHORT = (f"{_short(*_LINES[0][:2])} {PLAIN}", "saturated", "plateau", "needle")
