"""How to sample the numbers that derivations claim to know, sharing nothing with them but the densities."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy

from symadv.language.goals import Experiment
from symadv.probability.distribution import Distribution

Values = Mapping[Any, sympy.Expr]
Labels = np.ndarray[Any, Any]


def most_probable(d: Distribution, x: np.ndarray[Any, Any]) -> Labels:
    """The label of the largest joint density at points drawn from a distribution with numbers; the first at ties."""
    scores = np.full((len(x), len(d.labels)), -np.inf)
    for c in d.components:
        if c.stratum.axes == 0:
            target = c.stratum.embed(np.empty((1, 0)))[0]
            here = np.all(x == target, axis=1)
        else:
            here = c.stratum.near(x)
        for y, w in c.densities:
            weight = float(d.prior_of(y) * w.weight)
            if weight > 0:
                free = list(c.stratum.coordinates(list(x[here].T))) if c.stratum.axes else []
                with np.errstate(divide="ignore"):
                    logs = np.log(weight) + log_density(w.density, free, int(here.sum()))
                column = d.labels.index(y)
                scores[here, column] = np.logaddexp(scores[here, column], logs)
    chosen: Labels = np.array(d.labels)[np.argmax(scores, axis=1)]
    return chosen


def log_density(density: Any, x: list[Any], n: int) -> Any:
    """The logarithm of a density on arrays, written by hand for each family: a witness independent of the readers."""
    name, terms = type(density).__name__, [float(t) for t in density.terms()]
    if name == "Atom":
        return np.zeros(n)
    if name == "Normal":
        return -0.5 * ((x[0] - terms[0]) / terms[1]) ** 2 - np.log(terms[1]) - 0.5 * np.log(2 * np.pi)
    if name == "Laplace":
        return -np.abs(x[0] - terms[0]) / terms[1] - np.log(2 * terms[1])
    if name == "UniformOn":
        return np.full(n, -float(sympy.log(density.stratum.volume)))
    if name == "Uniform":
        return np.log(((x[0] >= terms[0]) & (x[0] <= terms[1])) / (terms[1] - terms[0]))
    if name == "Exponential":
        t = density.direction * (x[0] - terms[1])
        return np.where(t >= 0, np.log(terms[0]) - terms[0] * t, -np.inf)
    if name == "Categorical":
        pairs = zip(density.values, density.probabilities, strict=True)
        return np.log(sum(float(chance) * (x[0] == float(value)) for value, chance in pairs))
    if name == "MultivariateNormal":
        return _log_normal(density, np.stack(x))
    total, start = np.zeros(n), 0
    for factor in (density.factor,) * density.count if name == "Repeated" else density.factors:
        total = total + log_density(factor, x[start : start + factor.dim], n)
        start += factor.dim
    return total


def _log_normal(density: Any, x: Any) -> Any:
    """The log-density of a multivariate normal law at the columns of x, by the triangular root of its covariance."""
    covariance = np.array(density.covariance, dtype=float)
    root = np.linalg.cholesky(np.diag(covariance) if covariance.ndim == 1 else covariance)
    z = np.linalg.solve(root, x - np.array(density.mean, dtype=float)[:, None])
    return -0.5 * (z**2).sum(axis=0) - np.log(np.diag(root)).sum() - 0.5 * len(x) * np.log(2 * np.pi)


def bayes_accuracy_experiment(d: Distribution) -> Callable[[sympy.Expr], Experiment]:
    """Draw (x, y), score 1 when y is the most probable label at x."""

    def draw(values: Values) -> Callable[[int, Any], Any]:
        at = d.substitute(values)

        def hits(n: int, rng: Any) -> Any:
            x, y = at.sample(n, rng=rng)
            return (most_probable(at, x) == y).astype(float)

        return hits

    return lambda claimed: Experiment(f"accuracy of the Bayes rule on {d.name}", claimed, draw)


def label_change_experiment(
    d: Distribution, shift: Mapping[int, tuple[sympy.Expr, ...]]
) -> Callable[[sympy.Expr], Experiment]:
    """Draw (x, y), score 1 when the most probable labels at x and at the shifted x differ."""

    def draw(values: Values) -> Callable[[int, Any], Any]:
        at = d.substitute(values)
        deltas = {y: np.array([float(e.xreplace(dict(values))) for e in delta]) for y, delta in shift.items()}

        def changed(n: int, rng: Any) -> Any:
            x, y = at.sample(n, rng=rng)
            moved = x.copy()
            for label, delta in deltas.items():
                moved[y == label] += delta
            return (most_probable(at, x) != most_probable(at, moved)).astype(float)

        return changed

    return lambda claimed: Experiment(f"probability that the shift changes the Bayes label on {d.name}", claimed, draw)
