"""Exact answers about points: what network and truth say of them, whether they are admissible, who is vulnerable."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv.adversary.definition import Definition
from symadv.adversary.pointwise import contains
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.geometry.ends import Interval
from symadv.geometry.oblique import ROUNDING, Oblique
from symadv.geometry.stratum import Stratum
from symadv.language.numbers import exact
from symadv.language.order import compare
from symadv.language.regions import Cells
from symadv.probability.distribution import Distribution
from symadv.probability.labels import label_regions, no_label
from symadv.risk._net_floats import Samples, coordinate, vulnerable
from symadv.risk._net_inside import inside, surely_inside
from symadv.risk._net_labels import cells_on
from symadv.risk._net_rounding import FORMATS, Rounding, rounding
from symadv.risk._net_witness import witnesses
from symadv.risk.networks import Problem, problem_of

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Labels = NDArray[np.int64]


class Contradiction(RuntimeError):
    """An attack broke a sample that the exact risk calls safe: one of the two is wrong, and it is this program."""


@dataclass(frozen=True)
class Marks:
    """Which rows are broken, and which would be but for rounding, of the ball or of the forward pass; bool (n,)."""

    broken: Bools
    ambiguous: Bools


@dataclass(frozen=True, eq=False)
class Judge:
    """The truth about samples x (n, d) and y (n,), a network and a threat model, under definitions of one margin."""

    network: Network
    d: Distribution
    threat: ThreatModel
    x: Floats
    y: Labels
    margin: sympy.Expr = sympy.S.Zero

    @cached_property
    def problem(self) -> Problem:
        """The exact risk of the network."""
        return problem_of(self.network, self.d, self.threat, self.margin)

    def true_label(self, x: Floats) -> Labels:
        """The Bayes label of the projection at floats, without rounding, or of points of the support they stand for."""
        result = np.full(len(x), no_label(self.d), dtype=np.int64)
        if self._slanted:
            for stratum, regions in self._on_strata.items():
                rows = np.flatnonzero(stratum.near(x))
                at, result[rows] = coordinate(stratum, x[rows])[:, None], no_label(self.d)
                for label, region in regions.items():
                    result[rows[contains(region, at)]] = label
            return result
        for label, region in self._regions.items():
            result[contains(region, x)] = label
        return result

    def marks(self, x_adv: Floats, definitions: Iterable[Definition]) -> dict[str, Marks]:
        """Which rows each definition calls broken; a point counts beyond the rounding of a forward pass only."""
        (f, c), f_adv, c_adv = self._clean, self.network.predict(x_adv), self.true_label(x_adv)
        labels = self.d.labels
        holds = {m.name: np.asarray(m.holds(self.y, f, f_adv, c, c_adv, labels=labels)) for m in definitions}
        nearly = self.admits(x_adv)
        asked = nearly & np.any([*holds.values()], axis=0)
        counts = self._admissible(x_adv, asked) & ~self._close(x_adv)
        return {name: Marks(mask & counts, mask & nearly & ~counts) for name, mask in holds.items()}

    def admits(self, x_adv: Floats) -> Bools:
        """Rows that the threat model admits, up to rounding."""
        return np.asarray(self.threat.allows(self.x, x_adv) & self.on_support(x_adv))

    def on_support(self, x_adv: Floats) -> Bools:
        """Rows that lie on the support, or stayed where they were; every row if the threat model does not ask."""
        stayed = np.asarray((x_adv == self.x).all(axis=1))
        if not self.threat.on_support:
            return np.ones(len(stayed), dtype=bool)
        return np.asarray(stayed | self._near_support(x_adv))

    def allowed(self, keep_label: bool) -> Callable[[Any], Any] | None:
        """What attacks are told: the true label is y, and the point lies on the support."""
        if not keep_label and not self.threat.on_support:
            return None

        def inner(points: Any) -> Any:
            z = np.asarray(points, dtype=float)
            good = self.true_label(z) == self.y if keep_label else np.ones(len(z), dtype=bool)
            return good & self._near_support(z) if self.threat.on_support else good

        return inner

    def vulnerable(self, definition: Definition) -> Bools:
        """Which samples have an admissible adversarial point, exactly."""
        if definition not in self._known:
            self._known[definition] = vulnerable(self.problem, definition, Samples(self.x, self.y, *self._clean))
        return self._known[definition]

    @cached_property
    def _known(self) -> dict[Definition, Bools]:
        return {}

    def refuse_contradictions(self, broken: Bools, vulnerable: Bools, definition: Definition) -> None:
        """Attacked, hence vulnerable."""
        wrong = np.flatnonzero(broken & ~vulnerable)
        if len(wrong):
            k = wrong[0]
            raise Contradiction(
                f"(x, y) = ({self.x[k].tolist()}, {self.y[k]}) was broken, but is exactly not "
                f"vulnerable under {definition.name} for {self.threat}"
            )

    def witness(self, row: int, definition: Definition) -> Floats | None:
        """An adversarial point for one sample, certified by exact arithmetic."""
        x = self.x[row]
        candidates = np.array([x, *witnesses(self.problem, x)])
        same = replace(self, x=np.repeat(x[None], len(candidates), axis=0), y=self.y[[row] * len(candidates)])
        (f, c), f_adv, c_adv = same._clean, self.network.predict(candidates), self.true_label(candidates)
        holds = np.asarray(definition.holds(same.y, f, f_adv, c, c_adv, labels=self.d.labels))
        good = holds & same.on_support(candidates)
        if self._slanted:
            good &= ~same._close(candidates)
        threat = self._narrower(candidates)
        return next((np.asarray(candidates[k]) for k in np.flatnonzero(good) if inside(threat, x, candidates[k])), None)

    def logit_gap(self, point: Floats) -> tuple[float, float]:
        """The exact difference of the two largest logits at a point (d,), and how far a pass may be off in it."""
        logits = self.network.exact_logits(point.tolist())
        second, first = sorted(range(len(logits)), key=logits.__getitem__)[-2:]
        gap, off = logits[first] - logits[second], self._off(point[None])[0]
        return int(gap.p) / int(gap.q), float(off[first] + off[second])

    @cached_property
    def _regions(self) -> Any:
        return label_regions(self.d, margin=self.margin)

    @cached_property
    def _on_strata(self) -> Mapping[Stratum, Mapping[int, Cells]]:
        """Those of the fewest dimensions last: there they decide."""
        ordered = sorted(self.d.support, key=lambda s: -s.dim)
        return {s: cells_on(self.d, s, self.margin) for s in ordered}

    def _near_support(self, x_adv: Floats) -> Bools:
        """Rows that floats put on the support: beside slanted lines they stand for the nearest point there."""
        return np.asarray(np.any([s.near(x_adv) for s in self.d.support], axis=0))

    @cached_property
    def _slanted(self) -> bool:
        return self.threat.on_support and any(isinstance(s, Oblique) for s in self.d.support)

    def _beside(self, x_adv: Floats) -> Floats:
        """How far each feature of some rows may be from that of the point of the support they stand for, (n, 1)."""
        return np.asarray(2 * ROUNDING * (1 + np.abs(x_adv).max(axis=1, keepdims=True)) * self._slanted)

    def _narrower(self, x_adv: Floats) -> ThreatModel:
        """The budgets less what rows may be beside the points that they stand for."""
        if not self._slanted:
            return self.threat
        d, off = x_adv.shape[1], exact(self._beside(x_adv).max(initial=0.0))
        budgets = self.threat.budgets(d)
        share = min(sum(off / exact(float(e)) for e in budgets if e != 0), sympy.S.One)
        box = self.threat.boxes(d) and tuple(_narrower(ends, off) for ends in self.threat.boxes(d) or ())
        return replace(self.threat, eps=tuple(e * (1 - share) for e in budgets), box=box)

    @cached_property
    def _clean(self) -> tuple[Labels, Labels]:
        return self.network.predict(self.x), self.true_label(self.x)

    def _admissible(self, x_adv: Floats, asked: Bools) -> Bools:
        """Whether the rows asked for are admissible, in exact arithmetic where floats leave it open."""
        threat = self._narrower(x_adv[asked])
        result = asked & surely_inside(threat, self.x, x_adv)
        for k in np.flatnonzero(asked & ~result):
            result[k] = inside(threat, self.x[k], x_adv[k])
        return result

    def _close(self, x_adv: Floats) -> Bools:
        """Rows that moved to where a forward pass in the network's own floats may say another label."""
        logits, error = self.network.logits(x_adv)
        doubt, first = error + self._off(x_adv), np.asarray(logits.argmax(axis=1))[:, None]
        lead = np.asarray(np.take_along_axis(logits, first, axis=1) - logits)
        clear = np.asarray(lead > doubt + np.take_along_axis(doubt, first, axis=1))
        others = np.arange(logits.shape[1]) != first
        moved = np.asarray((x_adv != self.x).any(axis=1))
        return np.asarray(moved & (others & ~clear).any(axis=1))

    def _off(self, x_adv: Floats) -> Floats:
        """How far each logit (n, K) of a forward pass in the network's own floats may be from the real one."""
        within = np.asarray((np.abs(x_adv) <= self._rounding.radius).all(axis=1))
        size = np.abs(x_adv) + self._beside(x_adv) / FORMATS[self.network.dtype].unit
        return np.where(within[:, None], self._rounding.bound(size), np.inf)

    @cached_property
    def _rounding(self) -> Rounding:
        return rounding(self.network, self.network.dtype)


def _narrower(ends: Interval, off: sympy.Expr) -> Interval:
    """An interval without what is near its ends."""
    lower, upper = ends[0] + off, ends[1] - off
    return (lower, upper) if compare(lower, upper) <= 0 else ((ends[0] + ends[1]) / 2,) * 2
