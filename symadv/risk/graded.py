"""Attacks graded against the exact truth about a network: what is vulnerable, what was found, what was missed."""

import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symadv import catalog
from symadv.adversary.definition import Definition
from symadv.adversary.pointwise import contains
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.definitions import definition as definition_of
from symadv.language.errors import SymadvError
from symadv.language.intervals import BEFORE, Intervals
from symadv.language.numbers import exact
from symadv.language.order import compare
from symadv.language.regions import union
from symadv.probability.distribution import Distribution
from symadv.probability.labels import label_regions, no_label
from symadv.risk._net_inside import inside, surely_inside
from symadv.risk._net_witness import witnesses
from symadv.risk.networks import NetworkProblem, as_network

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Contradiction(RuntimeError):
    """An attack broke a sample that the exact risk calls safe: one of the two is wrong, and it is this program."""


@dataclass(frozen=True)
class Grade:
    """What an attack found of what is vulnerable, among ``n`` samples.

    ``found``: samples whose returned point is adversarial and admissible, both decided exactly; ``found_last`` and
    ``found_any``: by the last and by any iterate (None when the attack does not show them).  ``vulnerable``: samples
    that have such a point at all.  ``outside``: returned points that the threat model does not admit even within
    rounding; ``ambiguous``: adversarial ones whose logits differ by less than the rounding error of a forward pass, or
    that are admissible only within rounding: neither found nor refuted.  ``missed``: rows that are vulnerable and were
    not found.  ``seconds``: the running time of the attack alone.
    """

    attack: str
    definition: str
    n: int
    found: int
    vulnerable: int
    ambiguous: int
    outside: int
    found_last: int | None
    found_any: int | None
    seconds: float
    missed: NDArray[np.int64] = field(repr=False)
    x: Floats = field(repr=False)
    y: NDArray[np.int64] = field(repr=False)
    x_adv: Floats = field(repr=False)
    _judge: "_Judge" = field(repr=False)

    @property
    def recall(self) -> float | None:
        """The share of the vulnerable samples that was found; None when nothing is vulnerable."""
        return self.found / self.vulnerable if self.vulnerable else None

    def witness(self, row: int) -> Floats | None:
        """An adversarial point (d,) for a vulnerable sample, admissible and adversarial in exact arithmetic.

        None when none was found: the sample is not vulnerable, or its adversarial points lie between the floats.
        """
        return self._judge.witness(self.x[row], int(self.y[row]))


def grade(
    attack: str | Callable[..., Any],
    network: Any,
    d: Distribution,
    threat: ThreatModel,
    *,
    definition: str | Definition = "label_invariant",
    n: int = 10_000,
    seed: int = 0,
    constrained: bool | None = None,
    **options: Any,
) -> Grade:
    r"""An attack on ``n`` samples of d against the exact truth; "attacked, hence vulnerable" is asserted for each.

    ``attack``: the name of one, or a function as the room describes it; ``options`` go to it.  ``constrained``: whether
    it is told ``allowed`` $= \{\tilde x : c(\tilde x) = y\}$, the points whose true label is y (default: for attacks
    whose name begins with ``label_``).
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise SymadvError(f"got n = {n!r}, wanted a number of samples, an int >= 1")
    name = attack if isinstance(attack, str) else getattr(attack, "__name__", type(attack).__name__)
    run = catalog.load("attacks", attack) if isinstance(attack, str) else attack
    meaning = definition_of(definition) if isinstance(definition, str) else definition
    judge = _Judge(as_network(network, d), d, threat, meaning)
    x, y = d.sample(n, rng=np.random.default_rng([seed, 0]))
    judge = _Judge(judge.network, d, threat, meaning, x, y)
    kept = name.rpartition(":")[2].startswith("label_") if constrained is None else constrained
    found: dict[str, Bools] = {}
    judging = [0.0]

    def visit(z: Any) -> None:
        began = time.perf_counter()
        found["last"] = judge.broken(np.asarray(z, dtype=float))
        found["any"] = found["last"] | found.get("any", False)
        judging[0] += time.perf_counter() - began

    extra: dict[str, Any] = {"labels": d.labels, "visit": visit}
    known = inspect.signature(run).parameters
    options = {**{k: v for k, v in extra.items() if k in known}, **options}
    start = time.perf_counter()
    x_adv = np.asarray(
        run(
            _module(judge.network),
            x,
            y,
            threat=threat,
            allowed=judge.allowed(kept),
            rng=np.random.default_rng([seed, 1]),
            **options,
        ),
        dtype=float,
    )
    seconds = time.perf_counter() - start - judging[0]
    if x_adv.shape != x.shape or not np.isfinite(x_adv).all():
        raise SymadvError(f"the attack {name} must return finite points of the shape {x.shape}, got {x_adv.shape}")
    broken, ambiguous = judge.broken(x_adv), judge.ambiguous(x_adv)
    vulnerable = judge.vulnerable
    for what in (broken, *found.values()):
        judge.refuse_contradictions(what)
    return Grade(
        attack=name,
        definition=meaning.name,
        n=n,
        found=int(broken.sum()),
        vulnerable=int(vulnerable.sum()),
        ambiguous=int(ambiguous.sum()),
        outside=int((~threat.allows(x, x_adv)).sum()),
        found_last=int(found["last"].sum()) if found else None,
        found_any=int(found["any"].sum()) if found else None,
        seconds=seconds,
        missed=np.flatnonzero(vulnerable & ~broken),
        x=x,
        y=y,
        x_adv=x_adv,
        _judge=judge,
    )


@dataclass(frozen=True, eq=False)
class _Judge:
    """Exact answers about points: what the network and the truth say, and whether they are admissible."""

    network: Network
    d: Distribution
    threat: ThreatModel
    definition: Definition
    x: Floats = field(default_factory=lambda: np.empty((0, 0)))
    y: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @cached_property
    def problem(self) -> NetworkProblem:
        """The exact risk of the network."""
        return NetworkProblem(self.network, self.d, self.threat, self.definition.margin)

    def true_label(self, x: Floats) -> NDArray[np.int64]:
        """The Bayes label of the projection at floats, without rounding."""
        result = np.full(len(x), no_label(self.d), dtype=np.int64)
        for label, region in self._regions.items():
            result[contains(region, x)] = label
        return result

    @cached_property
    def _regions(self) -> Any:
        return label_regions(self.d, margin=self.definition.margin)

    @cached_property
    def _clean(self) -> tuple[Any, Any]:
        return self.network.predict(self.x), self.true_label(self.x)

    def adversarial(self, x_adv: Floats) -> Bools:
        """Whether the definition holds for each row, whatever the budget."""
        f, c = self._clean
        return np.asarray(
            self.definition.holds(
                self.y, f, self.network.predict(x_adv), c, self.true_label(x_adv), labels=self.d.labels
            )
        )

    def broken(self, x_adv: Floats) -> Bools:
        """Rows with an admissible adversarial point, beyond the rounding of a forward pass."""
        result = self.adversarial(x_adv) & self.threat.allows(self.x, x_adv) & ~self._close(x_adv)
        open_ = result & ~surely_inside(self.threat, self.x, x_adv)
        result[open_] = [inside(self.threat, a, b) for a, b in zip(self.x[open_], x_adv[open_], strict=True)]
        return result & self._on_support(x_adv)

    def ambiguous(self, x_adv: Floats) -> Bools:
        """Rows that would be broken but for rounding, of the ball or of the forward pass."""
        return np.asarray(self.adversarial(x_adv) & self.threat.allows(self.x, x_adv) & ~self.broken(x_adv))

    def _close(self, x: Floats) -> Bools:
        logits, error = self.network.logits(x)
        ordered = np.sort(logits, axis=1)
        moved = (x != self.x).any(axis=1)
        return np.asarray(moved & (ordered[:, -1] - ordered[:, -2] <= 2 * error.max(axis=1)))

    def _on_support(self, x_adv: Floats) -> Bools:
        stayed = np.asarray((x_adv == self.x).all(axis=1))
        if not self.threat.on_support:
            return np.ones(len(stayed), dtype=bool)
        return np.asarray(stayed | contains(self._support, x_adv))

    @cached_property
    def _support(self) -> Any:
        return union(self.d.features, (s.region(self.d.features) for s in self.d.strata))

    def allowed(self, keep_label: bool) -> Callable[[Any], Any] | None:
        """What attacks are told: the true label is y, and the point lies on the support."""
        if not keep_label and not self.threat.on_support:
            return None

        def inner(points: Any) -> Any:
            z = np.asarray(points, dtype=float)
            good = self.true_label(z) == self.y if keep_label else np.ones(len(z), dtype=bool)
            return good & contains(self._support, z) if self.threat.on_support else good

        return inner

    @cached_property
    def vulnerable(self) -> Bools:
        """Which samples have an admissible adversarial point, exactly."""
        result = np.zeros(len(self.x), dtype=bool)
        for label, by_stratum in self.problem.vulnerable(self.definition).items():
            for stratum, numbers in by_stratum.items():
                fixed = dict(getattr(stratum, "fixed", ()))
                rows = self.y == label
                for i, value in fixed.items():
                    rows &= self.x[:, i] == float(value)
                free = [i for i in range(self.x.shape[1]) if i not in fixed]
                at = self.x[rows, free[0]] if free else np.zeros(int(rows.sum()))
                result[rows] |= members(numbers, at)
        return result

    def refuse_contradictions(self, broken: Bools) -> None:
        """Attacked, hence vulnerable."""
        wrong = np.flatnonzero(broken & ~self.vulnerable)
        if len(wrong):
            k = wrong[0]
            raise Contradiction(
                f"(x, y) = ({self.x[k].tolist()}, {self.y[k]}) was broken, but is exactly not "
                f"vulnerable under {self.definition.name} for {self.threat}"
            )

    def witness(self, x: Floats, y: int) -> Floats | None:
        """An adversarial point for one sample, certified by exact arithmetic."""
        candidates = np.array([x, *witnesses(self.problem, x)])
        same = _Judge(
            self.network,
            self.d,
            self.threat,
            self.definition,
            np.repeat(x[None], len(candidates), axis=0),
            np.full(len(candidates), y),
        )
        for k in np.flatnonzero(same.adversarial(candidates) & same._on_support(candidates)):
            if inside(self.threat, x, candidates[k]):
                return np.asarray(candidates[k])
        return None


def members(numbers: Intervals, at: Floats) -> Bools:
    """Which floats lie in a union of intervals, without rounding."""
    crossed = np.zeros(len(at), dtype=np.int64)
    for cut in numbers.cuts:
        end = float(cut.value)
        beyond = at > end
        if np.isfinite(end):
            for k in np.flatnonzero(np.abs(at - end) <= 1e-12 * max(1.0, abs(end))):
                order = compare(exact(float(at[k])), cut.value)
                beyond[k] = order > 0 or (order == 0 and cut.side == BEFORE)
        crossed += beyond
    return np.asarray(crossed % 2 == 1)


def _module(network: Network) -> Any:
    """The network in torch, in float64."""
    import torch

    layers: list[Any] = []
    for layer in network.layers:
        linear = torch.nn.Linear(*layer.weight.shape[::-1]).double()
        with torch.no_grad():
            linear.weight.copy_(torch.as_tensor(layer.weight))
            linear.bias.copy_(torch.as_tensor(layer.bias))
        layers += [linear, torch.nn.ReLU()] if layer.relu else [linear]
    return torch.nn.Sequential(*layers).eval()
