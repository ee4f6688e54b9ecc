"""Second opinions on exact risks: brute force on a grid, an optimiser for single samples, and sampling.

A grid and an optimiser can only find less than there is: what they find in a sample that is said to be safe is a
disagreement, once it was replayed exactly; a sampler tests the probability of the vulnerable set.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import sympy

from symadv import catalog
from symadv.adversary.classifier import Classifier
from symadv.adversary.definition import Definition, Types
from symadv.adversary.pointwise import contains
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.language.errors import SymadvError
from symadv.language.regions import Cells, union
from symadv.oracle import Oracle, oracle
from symadv.probability.crosscheck import cross_check
from symadv.probability.distribution import Distribution
from symadv.probability.labels import label_regions
from symadv.risk._mixed import MixedProblem
from symadv.risk._net_inside import inside
from symadv.risk._plane import PlaneProblem
from symadv.risk.bound import Bound, Evidence
from symadv.risk.members import along, members
from symadv.risk.networks import problem_of
from symadv.risk.sampled import Among, coordinates, risk_experiment, share_experiment

Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Rows = np.ndarray[Any, np.dtype[np.intp]]
Margin = Callable[[Floats], Floats]  # by how much points (n, d) are where they must be, (n,)

_SAMPLES, _STEPS, _SINGLE = 100, 1089, 4
_IN_PLANES = 100_000  # draws, each of which is looked up between all curves
_ORDERS = {"linf": np.inf, "l2": 2, "l1": 1}
_SHRUNK = 1 - 1e-9  # steps stay inside the ball whatever is rounded


@dataclass(frozen=True)
class Opinion:
    """What one method says of one risk, and whether that agrees with it."""

    definition: str
    by: str
    says: str
    agrees: bool


def opinions(
    f: Classifier, d: Distribution, threat: ThreatModel, risks: Mapping[Definition, Bound], *, seed: int = 0
) -> Iterator[Opinion]:
    """Three second opinions on each exact risk of a classifier or of the real function of a network, at numbers."""
    for definition, bound in risks.items():
        if bound.evidence is None or not hasattr(bound.evidence, "vulnerable"):
            raise SymadvError("second opinions are for risks at numbers; give values to all parameters and the budget")
        among = _among_vulnerable(f, d, threat, definition, bound) if bound.is_number else None
        if among is None:
            continue  # it was integrated without a set of samples, or that set is known in part
        trial = _Trial(f, d, threat, definition, bound, among, seed)
        yield trial.by_grid()
        if not threat.on_support:
            yield trial.by_optimiser()
        yield from trial.by_sampling()


def _among_vulnerable(
    f: Classifier, d: Distribution, threat: ThreatModel, definition: Definition, bound: Bound
) -> Among | None:
    """Which samples are in the vulnerable set: by its intervals, or for a network in planes by its curves."""
    evidence: Any = bound.evidence
    if evidence.vulnerable:
        return partial(_in_intervals, evidence, d)
    problem = problem_of(f, d, threat, definition.margin) if isinstance(f, Network) else None
    if isinstance(problem, PlaneProblem) or (isinstance(problem, MixedProblem) and problem.on_floats):
        return partial(problem.contains, definition)
    return None


def _in_intervals(evidence: Evidence, d: Distribution, x: Floats, y: Any) -> Bools:
    result, x = np.zeros(len(x), dtype=bool), coordinates(evidence, d)(x)
    for label, places in evidence.vulnerable.items():
        for stratum, numbers in places.items():
            rows = np.flatnonzero((y == label) & stratum.carrier.near(x))
            result[rows] |= members(numbers, along(stratum, x[rows]))
    return result


@dataclass(frozen=True)
class _Trial:
    f: Classifier
    d: Distribution
    threat: ThreatModel
    definition: Definition
    bound: Bound
    among: Among
    seed: int

    def by_grid(self) -> Opinion:
        """Many admissible points around many samples."""
        x, _ = self._samples
        rows = np.arange(len(x))
        found = np.array([self._tried(k, self._around(x[k])) for k in map(int, rows)])
        return self._opinion("grid", rows, found, f"of {len(x)} samples with {_STEPS} points each")

    def by_optimiser(self) -> Opinion:
        """The largest margin by which a point in the ball is where it must be, for a few samples of both kinds."""
        from scipy.optimize import differential_evolution

        x, _ = self._samples
        rows, found = self._some_of_both, []
        for k in map(int, rows):
            margin = self._margin(k)
            if margin is None:
                found.append(False)
                continue
            best = differential_evolution(
                lambda u, k=k, margin=margin: -margin(x[k] + self._steps(u.T)),
                [(-1, 1)] * x.shape[1],
                rng=np.random.default_rng([self.seed, 1, k]),
                maxiter=60,
                vectorized=True,
                polish=False,
                updating="deferred",
            )
            found.append(self._tried(k, x[k] + self._steps(best.x[None])))
        return self._opinion("optimiser", rows, np.array(found), f"of {len(rows)} samples with scipy.optimize")

    @property
    def _some_of_both(self) -> Rows:
        """The first samples that are vulnerable and the first that are not, as many of each where there are so many."""
        vulnerable, safe = (np.flatnonzero(self._vulnerable == kind) for kind in (True, False))
        wanted = min(len(vulnerable), max(_SINGLE // 2, _SINGLE - len(safe)))
        return np.sort(np.concatenate([vulnerable[:wanted], safe[: _SINGLE - wanted]]))

    def by_sampling(self) -> Iterator[Opinion]:
        """How often a drawn sample is in the vulnerable set, where the risk is known by itself."""
        name, most = f"risk under {self.definition.name}", None
        evidence: Any = self.bound.evidence
        if evidence.vulnerable and evidence.expression is None:
            return
        if evidence.vulnerable:
            experiment = risk_experiment(name, self.bound, self.d)
        else:
            claimed = sympy.Rational((self.bound.lower + self.bound.upper) / 2)
            experiment, most = share_experiment(name, claimed, self.d, self.among), _IN_PLANES
        test = cross_check(experiment, {}, seed=self.seed, max_samples=most)
        told = f"{test.outcome}: {test.estimate:.6g} +- {test.standard_error:.2g} in {test.samples} draws"
        yield Opinion(self.definition.name, "sampling", told, test.outcome != "FAIL")

    def _opinion(self, by: str, rows: Rows, found: Bools, what: str) -> Opinion:
        exact = self._vulnerable[rows]
        wrong = int((found & ~exact).sum())
        told = f"{int(found.sum())} found of {int(exact.sum())} vulnerable, {what}"
        return Opinion(self.definition.name, by, told if not wrong else f"{told}, {wrong} said to be safe", wrong == 0)

    @cached_property
    def _samples(self) -> tuple[Floats, Any]:
        x, y = self.d.sample(_SAMPLES, rng=np.random.default_rng([self.seed, 0]))
        return x, y

    @cached_property
    def _vulnerable(self) -> Bools:
        """Which samples are in the exact set."""
        return self.among(*self._samples)

    @cached_property
    def _oracle(self) -> Oracle:
        return oracle(self.d)

    def _around(self, x: Floats) -> Floats:
        """Admissible points: a grid over the ball, on the support where they must stay there, and the sample."""
        side = max(3, round(_STEPS ** (1 / len(x))) | 1)
        lines = [np.linspace(-1, 1, side)] * len(x)
        tried = x + self._steps(np.stack(np.meshgrid(*lines), axis=-1).reshape(-1, len(x)))
        return np.vstack([x, self._oracle.project(tried) if self.threat.on_support else tried])

    def _steps(self, cube: Floats) -> Floats:
        """Steps in the ball from points of the cube around 0, along the same rays."""
        budgets = np.array([float(e) for e in self.threat.budgets(cube.shape[1])])
        size = np.linalg.norm(cube, ord=_ORDERS[self.threat.norm], axis=1, keepdims=True)
        share = np.abs(cube).max(axis=1, keepdims=True) / np.where(size > 0, size, 1)
        return np.asarray(cube * share * budgets * (1.0 if self.threat.closed else _SHRUNK))

    def _tried(self, k: int, tried: Floats) -> bool:
        """Whether one of some points is adversarial for a sample, by the oracle, and replayed exactly."""
        x, y = self._samples
        same, label = np.repeat(x[k][None], len(tried), axis=0), np.full(len(tried), y[k])
        hit = self._oracle.is_adversarial(same, label, tried, self.f, definition=self.definition, threat=self.threat)
        return any(self._holds(k, tried[i]) for i in np.flatnonzero(hit)[:20])

    def _holds(self, k: int, moved: Floats) -> bool:
        x, y = self._samples
        said = [self.f.predict(z[None]) for z in (x[k], moved)]
        true = [np.array([self._truth(z)]) for z in (x[k], moved)]
        here = not self.threat.on_support or bool(contains(self._support, moved[None])[0])
        adversarial = self.definition.holds(y[k], *said, *true, labels=self.d.labels)
        return bool(adversarial[0]) and inside(self.threat, x[k], moved) and (here or np.array_equal(moved, x[k]))

    @cached_property
    def _support(self) -> Cells:
        return union(self.d.features, (s.region(self.d.features) for s in self.d.strata))

    @cached_property
    def _true(self) -> dict[int, Cells]:
        return label_regions(self.d, margin=self.definition.margin)

    def _truth(self, z: Floats) -> int:
        return next((y for y, region in self._true.items() if contains(region, z[None])[0]), self._oracle.no_label)

    def _margin(self, k: int) -> Margin | None:
        """By how much points are where an adversarial one must be; None when the sample is nowhere it must be."""
        x, y = self._samples
        here = int(self.f.predict(x[k][None])[0]), self._truth(x[k])
        pairs = self.definition.types(int(y[k]), self.d.labels)
        places = [perturbed for clean, perturbed in pairs if _among(clean, *here)]
        if not places:
            return None
        return lambda z: np.asarray(np.max([self._within(place, z) for place in places], axis=0))

    def _within(self, place: Types, z: Floats) -> Floats:
        said = np.max([self._said[label](z) for label in place.f], axis=0)
        if place.c is None:
            return np.asarray(said)
        return np.asarray(
            np.minimum(said, np.max([_margin_of(self._true[label], self.d)(z) for label in place.c], axis=0))
        )

    @cached_property
    def _said(self) -> Mapping[int, Margin]:
        """By how much points are where the classifier says a label."""
        if isinstance(self.f, Network):
            return {label: partial(_lead, self.f, column) for column, label in enumerate(self.f.labels)}
        return {label: _margin_of(region, self.d) for label, region in (self.f.regions() or {}).items()}


def _among(types: Types, said: int, true: int) -> bool:
    return said in types.f and (types.c is None or true in types.c)


def _lead(network: Network, column: int, z: Floats) -> Floats:
    """By how much a logit is ahead of the others."""
    logits, _ = network.logits(z)
    return np.asarray(logits[:, column] - np.delete(logits, column, axis=1).max(axis=1))


def _margin_of(region: Cells, d: Distribution) -> Margin:
    """By how much points are inside a region: the largest over its cells of the smallest over their forms."""
    cells = [[(_read(form, d), signs) for form, signs in cell] for cell in region.cells]

    def margin(z: Floats) -> Floats:
        best = np.full(len(z), -np.inf)
        for cell in cells:
            inside = [_signed(form(*z.T), signs) for form, signs in cell]
            best = np.maximum(best, np.min(inside, axis=0) if inside else 1.0)
        return best

    return margin


def _read(form: Any, d: Distribution) -> Any:
    return catalog.load("readers", "array")(form, d.features)


def _signed(value: Floats, signs: frozenset[int]) -> Floats:
    """A number that is larger the farther a form is on the wanted side of zero."""
    up, down = (value if 1 in signs else -np.abs(value)), (-value if -1 in signs else -np.abs(value))
    return np.asarray(np.maximum(up, down))
