"""Points of a decision set near a sample: candidates for adversarial examples, to be certified by exact arithmetic."""

from collections.abc import Iterator

import numpy as np

from symadv.geometry.charts import forms
from symadv.geometry.polygons import Floats
from symadv.risk._mixed import MixedProblem
from symadv.risk._net_atoms import Atom
from symadv.risk._net_cells import DecisionCells
from symadv.risk._net_section import HERE
from symadv.risk._planes.problem import PlaneProblem
from symadv.risk.networks import Problem

_MOST = 64


def witnesses(problem: Problem, x: Floats) -> Iterator[Floats]:
    """Points within reach of x, several in each cell of each label, those far inside their cells first."""
    ball = _Ball(problem, x)
    found: list[tuple[float, Floats]] = []  # open rectangles first: floats near a segment may lie beside it
    for atoms, decided in _drawn(problem, x):
        mine, cells = [k for k, atom in enumerate(atoms) if _matters(atom, x)], decided.cells
        for i in np.flatnonzero(np.isin(cells.data["chart"], mine)):
            atom = atoms[int(cells.data["chart"][i])]
            corners = ball.finite(cells.at[i, : cells.count[i]], atom)
            if len(corners):
                thin = 2 - atom.chart.dim
                found += [(2 * thin + rank, point) for rank, point in ball.points(corners)]
    for _, point in sorted(found, key=lambda pair: pair[0]):
        yield point
    if isinstance(problem, PlaneProblem):
        yield from problem.on_circles(x)


def _drawn(problem: Problem, x: Floats) -> Iterator[tuple[tuple[Atom, ...], DecisionCells]]:
    """The places that matter for a sample, with the decision set there."""
    if isinstance(problem, MixedProblem):
        on_lines = problem.on_lines(x[None])[0]
        for part in problem.parts:
            if (part is problem.lines) == on_lines:
                yield from _drawn(part, x)
        return
    yield problem.atoms, problem.decided
    if isinstance(problem, PlaneProblem):
        yield from problem.on_lines


def _matters(atom: Atom, x: Floats) -> bool:
    """Whether points of an atom may be near a sample, on any plane, or around its own point or line."""
    return atom.stratum.dim > 1 or (atom.kind != HERE and bool(atom.stratum.near(x[None])[0]))


class _Ball:
    """The ball around a point, in floats."""

    def __init__(self, problem: Problem, x: Floats) -> None:
        self.x, self.norm = x, problem.threat.norm
        self.budget = np.array([float(e) for e in problem.threat.budgets(len(x))])
        self.unit = np.where(self.budget > 0, self.budget, 1.0)

    def length(self, points: Floats) -> Floats:
        """The norm of the step, in units of the budgets, (n,)."""
        steps = (points - self.x) / self.unit
        return np.asarray(np.linalg.norm(steps, ord={"linf": np.inf, "l2": 2, "l1": 1}[self.norm], axis=1))

    def finite(self, at: Floats, atom: Atom) -> Floats:
        """The corners of a polygon in feature space; those at infinity are drawn near, just beyond the ball."""
        anchor = at[at[:, 2] != 0]
        reach = 4 * (np.abs(self.x).max() + self.budget.max() + np.abs(anchor).max() + 1)
        flat = []
        for k, corner in enumerate(at):
            if corner[2]:
                flat.append(corner[:2])
            else:  # both neighbours, moved along
                flat += [at[j % len(at)][:2] + reach * corner[:2] for j in (k - 1, k + 1)]
        (place,), _ = forms([atom.chart])
        return np.asarray(np.column_stack([np.array(flat), np.ones(len(flat))]) @ place.T)

    def points(self, corners: Floats) -> list[tuple[float, Floats]]:
        """Points of a convex polygon inside the ball, from the point nearest to x on the way to middle and corners.

        With each its rank: the share of the way to the middle that is left, after these the ways to the corners.
        """
        nearest = self._nearest(corners)
        if self.length(nearest[None])[0] > 1:
            return []
        middle = corners.mean(axis=0)
        share = np.concatenate([2.0 ** -np.arange(0, 30, dtype=float), [0.0]])
        ways = np.concatenate([[middle], corners])
        trial = (nearest + share[:, None, None] * (ways - nearest)).reshape(-1, len(self.x))
        length = self.length(trial)
        good = np.flatnonzero(length <= 1)[:_MOST]
        rank = ((np.arange(len(ways)) > 0) + 1 - share[:, None]).ravel()
        return [(float(rank[k]), np.asarray(trial[k])) for k in good]

    def _nearest(self, corners: Floats) -> Floats:
        """A point of the polygon close to the centre: the best of many on its boundary, or the centre's own."""
        share = np.linspace(0, 1, 65)[:, None, None]
        edge = (corners + share * (np.roll(corners, -1, axis=0) - corners)).reshape(-1, len(self.x))
        candidates = np.concatenate([edge, [corners.mean(axis=0)]])
        return np.asarray(candidates[self.length(candidates).argmin()])
