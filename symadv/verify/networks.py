"""Networks trained on a distribution, attacked, and what each attack broke under every definition."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy

from symadv import catalog
from symadv.adversary.threat import ThreatModel
from symadv.definitions import definition
from symadv.language.errors import SymadvError
from symadv.oracle import oracle
from symadv.oracle.predictions import predictions
from symadv.plot.attacked import attacked_picture
from symadv.plot.picture import Picture
from symadv.plot.regions import regions
from symadv.plot.scene import Scene
from symadv.probability.seeds import seed_of
from symadv.risk.attacked import AttackReport, Tally
from symadv.risk.bound import Bound
from symadv.risk.networks import network_risks
from symadv.suite.run import Attack
from symadv.train import train
from symadv.verify.points import Place

NORMS = ("linf", "l2")
_ULPS = 8  # how far from the support a point of the support may be for rounding's sake
_PLANE = 2  # the most features that a grid covers in reasonable time


@dataclass(frozen=True)
class Attacked:
    """What one attack did; ``broken`` counts samples by definition: by the last iterate, by any, the returned point."""

    attack: str
    norm: str
    n: int
    moved: int
    label_changed: int
    on_support: int
    outside: int
    broken: Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True)
class NetworkStudy:
    """A network, how it was trained, how it errs, how it fared under attack; ``exact``: {norm: {definition: risk}}."""

    at: str
    training: str
    eps: sympy.Expr
    n: int
    errors: int
    exact: Mapping[str, Mapping[str, Bound]]
    attacks: tuple[Attacked, ...]
    pictures: tuple[Picture, ...]

    def found(self, attack: str, norm: str) -> Attacked:
        """The row of an attack."""
        return next(row for row in self.attacks if (row.attack, row.norm) == (attack, norm))

    @property
    def problems(self) -> tuple[str, ...]:
        """Attacks that left the ball, and those that broke more samples than are vulnerable, but for six sigma."""
        cheats = []
        for row in self.attacks:
            if row.outside:
                cheats.append(f"{row.outside} points of {row.attack} ({row.norm}) are outside the ball")
            for name, bound in self.exact.get(row.norm, {}).items():
                most = row.n * bound.upper + 6 * (row.n * bound.upper * (1 - bound.upper)) ** 0.5
                if row.broken[name][1] > most + 1e-6:
                    found = f"{row.attack} ({row.norm}) broke {row.broken[name][1]} of {row.n} samples"
                    cheats.append(f"{found} under {name}, whose exact risk is {bound.upper}")
        return tuple(f"a network {self.training}: {words}" for words in cheats)


@dataclass(frozen=True)
class Training:
    """The job of training a network, against an adversary of the budget or without one, and of attacking it."""

    place: Place
    eps: sympy.Expr
    adversarial: bool
    quick: bool
    seed: int
    draw: bool

    def run(self) -> NetworkStudy:
        """The trained network under every attack and both norms."""
        import torch

        torch.set_num_threads(1)
        d, words = self.place.d, "trained against the adversary" if self.adversarial else "plainly trained"
        adversary = ThreatModel("linf", self.eps) if self.adversarial else None
        network = train(d, steps=200 if self.quick else 1000, seed=self.seed, adversary=adversary)
        victim = _Victim(d, network)
        x, y = d.sample(
            200 if self.quick else 1000, rng=np.random.default_rng([self.seed, seed_of("attacked", d.name)])
        )
        rows, returned = [], {}
        for norm in NORMS:
            for attack in _attacks(len(d.features), self.quick):
                n = len(x) // 4 if attack.grid else len(x)
                row, x_adv = victim.attacked(attack, ThreatModel(norm, self.eps), x[:n], y[:n], seed=self.seed)
                rows.append(row)
                if norm == "linf" and not attack.grid:
                    returned[attack.shown] = x_adv
        errors = int((victim.predict(x) != y).sum())
        exact = {norm: victim.risks(ThreatModel(norm, self.eps)) for norm in NORMS}
        pictures = (
            tuple(self._pictures(victim, x, y, returned, words)) if self.draw and len(d.features) == _PLANE else ()
        )
        return NetworkStudy(str(self.place), words, self.eps, len(x), errors, exact, tuple(rows), pictures)

    def _pictures(
        self, victim: "_Victim", x: Any, y: Any, returned: Mapping[str, Any], words: str
    ) -> Iterator[Picture]:
        """What two attacks returned, and the network with its vulnerable samples."""
        kind = "adversarial" if self.adversarial else "plain"
        chosen = {shown: returned[shown] for shown in ("pgd", "label_pgd")}
        scene, network = Scene(self.place.d, self.seed), f"a network {words}"
        yield attacked_picture(scene, x, y, chosen, victim.predict, name=f"attacks-{kind}", network=network)
        drawn = regions(victim.network, self.place.d, ThreatModel("linf", self.eps))
        yield Picture.of(drawn, f"network-{kind}")


class _Victim:
    """A network in float64, the real function of its stored weights, beside the truth about its distribution."""

    def __init__(self, d: Any, network: Any) -> None:
        self.d, self.oracle, self.network = d, oracle(d), copy.deepcopy(network).double()
        self.definitions = {name: definition(name) for name in catalog.names("definitions")}

    def predict(self, x: Any) -> Any:
        """The labels of points."""
        return predictions(self.network, x, self.d)

    def attacked(self, attack: Attack, threat: ThreatModel, x: Any, y: Any, *, seed: int) -> tuple[Attacked, Any]:
        """What an attack breaks, and the points that it returns."""
        tally = Tally(
            x,
            y,
            definitions=self.definitions,
            labels=self.d.labels,
            predict=self.predict,
            label=self.oracle.label,
            threat=threat,
        )
        options: dict[str, Any] = dict(attack.options)
        if attack.kept:
            options["allowed"] = lambda z: self.oracle.label(z) == y
        if not attack.grid:
            options["visit"] = tally
        run: Callable[..., Any] = catalog.load("attacks", attack.name)
        rng = np.random.default_rng([seed, seed_of(attack.shown, threat.norm)])
        x_adv = run(self.network, x, y, threat=threat, rng=rng, labels=self.d.labels, **options)
        report = tally.report(x_adv, on_support=self._on_support)
        return _row(attack.shown, threat.norm, report), x_adv

    def risks(self, threat: ThreatModel) -> Mapping[str, Bound]:
        """The exact risk under every definition; nothing where it is out of reach, as in more than two features."""
        try:
            return network_risks(self.network, self.d, threat)
        except SymadvError:
            return {}

    def _on_support(self, z: Any) -> Any:
        nearest = self.oracle.project(z)
        return (np.abs(z - nearest) <= _ULPS * np.spacing(np.maximum(np.abs(z), np.abs(nearest)))).all(axis=1)


def _row(attack: str, norm: str, report: AttackReport) -> Attacked:
    broken = {name: (b.counts["last"], b.counts["any"], b.counts["returned"]) for name, b in report.broken.items()}
    return Attacked(
        attack, norm, report.n, report.moved, report.label_changed, report.on_support or 0, report.outside, broken
    )


_ATTACKS = (
    Attack("pgd (ce)", "pgd", (("loss", "cross_entropy"),)),
    Attack("pgd", "pgd", (("loss", "margin"),)),
    Attack("label_pgd", "label_pgd", kept=True),
    Attack("grid", "exhaustive"),
    Attack("grid, kept", "exhaustive", kept=True),
)


def _attacks(features: int, quick: bool) -> list[Attack]:
    """The attacks that a number of features allows, with less effort when quick."""
    effort: dict[str, tuple[tuple[str, int], ...]] = {"exhaustive": (("points", 21 if quick else 41),)}
    if quick:
        effort |= {"pgd": (("steps", 20), ("restarts", 2)), "label_pgd": (("restarts", 6),)}
    chosen = [attack for attack in _ATTACKS if features <= _PLANE or not attack.grid]
    return [replace(attack, options=(*attack.options, *effort.get(attack.name, ()))) for attack in chosen]
