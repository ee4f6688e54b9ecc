"""Cross-checks by sampling: closed forms and posteriors against draws, with a stated error rate."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from symadv import catalog
from symadv.geometry.strata import Flat
from symadv.language.goals import Experiment
from symadv.probability.distribution import Distribution
from symadv.probability.eprocess import Outcome, sequential_test, several
from symadv.probability.posterior import posterior, posterior_on
from symadv.probability.seeds import seed_of
from symadv.probability.support import faces

Values = Mapping[Any, sympy.Expr]
RARE = 0.05
TOLERANCE = 0.01


@dataclass(frozen=True)
class CrossCheck:
    """What was sampled, at which values, and how it came out.

    PASS: the number is within ``tolerance`` of ``claimed``; FAIL: it is not ``claimed``; each is wrong with a
    probability of at most 1e-12.
    """

    what: str
    at: str
    claimed: float
    estimate: float
    standard_error: float
    tolerance: float
    samples: int
    outcome: Outcome


def cross_check(experiment: Experiment, values: Values, *, seed: int = 0, max_samples: int | None = None) -> CrossCheck:
    """Sample one number that a formula claims to know, to 1 % of it, by importance sampling below .05.

    A claimed 0 or 1 is refuted by a single draw that contradicts it.  A small number without an importance sampler is
    known to 1 % of .05 only.
    """
    claimed_exactly = experiment.claimed.xreplace(dict(values))
    claimed = float(claimed_exactly.evalf(20))
    at = ", ".join(f"{s} = {value}" for s, value in values.items())
    draw, bounds, tolerance = experiment.draw(values), experiment.bounds, TOLERANCE * max(claimed, RARE)
    if 0 < claimed < RARE and experiment.rare is not None:
        (draw, bounds), tolerance = experiment.rare(values), TOLERANCE * claimed
    rng = np.random.default_rng([seed, seed_of(experiment.what, at)])
    result = sequential_test(draw, claimed, tolerance=tolerance, bounds=bounds, rng=rng, max_samples=max_samples)
    return CrossCheck(
        experiment.what, at, claimed, result.estimate, result.standard_error, tolerance, result.samples, result.outcome
    )


def calibration(d: Distribution, *, seed: int = 0, max_samples: int | None = None) -> CrossCheck:
    r"""Sample $E[(1\{y = c\} - p(c \mid x))\, h_j(x)] = 0$ for every label c and several bounded h at once.

    The $h_j$ are 1, and for every feature a logistic function of its distance to each third of a pilot sample, so
    that a posterior that is wrong in some place only is wrong for one of them.
    """
    d.require_numbers("calibration")
    rng = np.random.default_rng([seed, seed_of("calibration", d.name, str(d.prior), str(d.components))])
    pilot, _ = d.sample(2000, rng=rng)
    places = [
        (i, q) for i in range(len(d.features)) for q in np.unique(np.quantile(pilot[:, i], (1 / 6, 1 / 2, 5 / 6)))
    ]
    read = _posterior_at(d)

    def draw(n: int, rng: np.random.Generator) -> Any:
        x, y = d.sample(n, rng=rng)
        weights = [np.ones(n), *((1 + np.tanh(x[:, i] - q)) / 2 for i, q in places)]
        residuals = (y[:, None] == np.array(d.labels)) - read(x)
        return np.stack([residuals[:, k] * h for k in range(len(d.labels)) for h in weights], axis=1)

    count = len(d.labels) * (1 + len(places))
    result = several(
        draw, np.zeros(count), tolerance=TOLERANCE / 2, bounds=(-1.0, 1.0), rng=rng, max_samples=max_samples
    )
    worst = max(result.results, key=lambda r: abs(r.estimate) / max(r.standard_error, 1e-300))
    return CrossCheck(
        f"posterior of {d.name} is calibrated ({count} functions)",
        "",
        0.0,
        worst.estimate,
        worst.standard_error,
        TOLERANCE / 2,
        worst.samples,
        result.outcome,
    )


def _posterior_at(d: Distribution) -> Callable[[Any], Any]:
    """The posterior as a function of points (n, d); on curved strata face by face, as rounding allows."""
    array = catalog.load("readers", "array")
    if all(isinstance(s, Flat) for s in d.strata):
        read: Callable[[Any], Any] = array(posterior(d).result, d.features).points
        return read
    places = sorted(faces(d), key=lambda face: -face.flat.dim)  # smaller faces last: they decide
    by_face = [(face.flat.near, array(posterior_on(d, face), d.features).points) for face in places]

    def look_up(x: Any) -> Any:
        result = np.full((len(x), len(d.labels)), np.nan)
        for near, values in by_face:
            here = near(x)
            result[here] = values(x[here])
        return result

    return look_up


def cross_checks(
    experiments: Iterable[Experiment],
    points: Iterable[Values],
    *,
    seed: int = 0,
    max_samples: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Iterator[CrossCheck]:
    """Every experiment at every point, one after the other."""
    grid = list(points)
    for experiment in experiments:
        for values in grid:
            if progress is not None:
                progress(experiment.what)
            yield cross_check(experiment, values, seed=seed, max_samples=max_samples)
