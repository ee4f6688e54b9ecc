"""Brute force: who is vulnerable by trying all points of fine grids, compared with what the program says.

A sample for which a point of the grid is adversarial, clearly within reach and not at a tie, is vulnerable; one for
which none is, even within a ball that is larger by the grid's width, is not.  That needs no part of the program but the
labels of points.  The masses are compared with shares of samples: five standard errors, one in 10^6 each.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

import symadv as sa
from symadv.definitions import definition
from symadv.language.errors import SymadvError
from symadv.risk.judge import Judge
from symadv.risk.networks import as_network, network_risks

FAR, NEAR = 7.0, 5.0  # how far grids go, and which samples are looked at
LINE, PLANE, SPACE = 1401, 91, 121  # points of grids along each way
CLEAR, TIE = 1e-7, 1e-7  # of the ball, of logits
SAMPLES, LOOKED, DEVIATIONS = 1000, 40, 5
FEW = 3  # samples that a grid may miss to be vulnerable at narrow places


@dataclass(frozen=True)
class Verdict:
    """How wide the widest bound is, which definitions are not exact, what is wrong, and of which definitions nobody is
    known to be vulnerable, so that nothing was compared; ``refused``: why."""

    width: float = 0.0
    inexact: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    refused: str = ""


def looked_at(problem):
    """The verdict on a problem."""
    try:
        bounds = network_risks(problem.net, problem.d, problem.threat)
    except SymadvError as error:
        return Verdict(refused=str(error))
    trial = Trial(problem)
    wrong = [message for name, bound in bounds.items() for message in trial.wrong(name, bound)]
    width = max(bound.upper - bound.lower for bound in bounds.values())
    inexact = tuple(n for n, b in bounds.items() if b.method != "exact")
    return Verdict(width, inexact, tuple(wrong), tuple(trial.unseen))


class Trial:
    """Samples of a problem, and all points of grids."""

    def __init__(self, problem):
        self.problem, self.d, self.threat = problem, problem.d, problem.threat
        self.f = as_network(problem.net, problem.d)
        self.x, self.y = problem.d.sample(SAMPLES, rng=np.random.default_rng(1))
        self.rows = np.flatnonzero((np.abs(self.x) < NEAR).all(axis=1))[:LOOKED]
        self.unseen = []
        self.judge = Judge(self.f, problem.d, problem.threat, self.x, self.y)

    def wrong(self, name, bound):
        """What is wrong with a bound, and with who is said to be vulnerable."""
        meant = definition(name)
        try:
            said = self.judge.vulnerable(meant)
        except SymadvError:
            self.unseen.append(name)
            return
        share = float(said.mean())
        doubt = DEVIATIONS * max(np.sqrt(share * (1 - share) / len(said)), 1 / len(said))
        if not bound.lower - doubt <= share <= bound.upper + doubt:
            yield f"{name}: {share} of {len(said)} samples, but {bound.lower} to {bound.upper}"
        if meant.uses_truth and self.labels is None:
            return
        surely, perhaps = self.vulnerable(meant)
        missed, more = surely & ~said[self.rows], said[self.rows] & ~perhaps
        if missed.any():
            yield f"{name}: not vulnerable but broken: {self.x[self.rows[missed][0]].tolist()}"
        if more.sum() > FEW and not self.frozen:
            yield f"{name}: vulnerable but not broken: {self.x[self.rows[more][0]].tolist()}"

    def vulnerable(self, meant):
        """Which of the samples looked at surely are, and which perhaps are."""
        (said, clear), (truth, own) = self.said, self.labels or (self.said[0] * 0, self.rows * 0)
        x, y, labels = self.x[self.rows], self.y[self.rows], self.d.labels
        here = self.f.predict(x)

        def holds(labelled):
            rows = zip(y.tolist(), here.tolist(), own.tolist(), strict=True)
            every = ((*(np.full(len(said), v) for v in (a, b)), np.full(len(said), c)) for a, b, c in rows)
            return np.array([meant.holds(a, b, labelled, c, truth, labels=labels) for a, b, c in every])

        sure = holds(said)
        maybe = sure | np.any([holds(np.full(len(said), label)) for label in labels], axis=0) & ~clear
        stay = np.asarray(meant.holds(y, here, here, own, own, labels=labels))
        size, width = self.sizes
        surely = (sure & clear & (size < 1 - CLEAR)).any(axis=1) | stay
        return surely, (maybe & (size < 1 + width)).any(axis=1) | stay

    @property
    def frozen(self):
        """Whether grids miss the only points that may be within reach."""
        return any(e == 0 for e in self.threat.budgets(len(self.d.features)))

    @cached_property
    def points(self):
        """All points of the grids that are allowed."""
        n = len(self.d.features)
        parts = [_on(s) for s in dict.fromkeys((*self.d.support, *self.d.strata))]
        if not self.threat.on_support:
            line = -FAR + 2 * FAR * (np.arange(SPACE) + 0.2718281828) / SPACE
            parts.append(np.stack(np.meshgrid(*[line] * n), axis=-1).reshape(-1, n))
        points = np.concatenate(parts)
        for i, (low, high) in enumerate(self.threat.boxes(n) or ()):
            points = points[(points[:, i] >= float(low)) & (points[:, i] <= float(high))]
        return points

    @cached_property
    def said(self):
        """What the network says at all points, and where no two logits are close."""
        logits = np.sort(self.f.logits(self.points)[0], axis=1)
        gap = logits[:, -1] - logits[:, -2]
        return self.f.predict(self.points), (gap > TIE) | (gap == 0)

    @cached_property
    def labels(self):
        """The true labels of all points, and of samples; None where they are not known."""
        try:
            oracle = sa.oracle(self.d)
            return oracle.label(self.points), oracle.label(self.x[self.rows])
        except SymadvError:
            return None

    @cached_property
    def sizes(self):
        """How far all points are from the samples looked at, in budgets (samples, points), and the grids' width."""
        budgets = np.array([float(e) for e in self.threat.budgets(len(self.d.features))])
        step = self.points[None] - self.x[self.rows][:, None]
        still = (np.abs(step) * (budgets == 0) <= 1e-9).all(axis=2)
        scaled = step * (budgets > 0) / np.where(budgets > 0, budgets, 1)
        order = {"linf": np.inf, "l1": 1, "l2": 2}[self.threat.norm]
        width = 0.2 / float(budgets[budgets > 0].min(initial=1))
        return np.where(still, np.linalg.norm(scaled, order, axis=2), np.inf), width


def _on(stratum):
    """A grid on a stratum, with its ends."""
    if stratum.dim == 0:
        return stratum.embed(np.zeros((1, 0)))
    if isinstance(stratum, sa.Sphere):
        angle = 2 * np.pi * (np.arange(LINE) + 0.3183098861) / LINE
        return stratum.embed(np.stack([np.cos(angle), np.sin(angle)], axis=1))
    n, sides = (LINE if stratum.dim == 1 else PLANE), []
    for low, high in stratum.bounds:
        low, high = max(float(low), -FAR), min(float(high), FAR)
        inner = low + (high - low) * (np.arange(n) + 0.3183098861) / n
        sides.append(np.sort(np.concatenate([inner, [end for end in (low, high) if abs(end) < FAR]])))
    return stratum.embed(np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, stratum.dim))
