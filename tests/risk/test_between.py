"""Balls that are not round around spheres: bounds by round ones, against steps drawn in the ball itself."""

from dataclasses import replace

import numpy as np
import pytest

import symadv as sa
from symadv.risk.between import between, round_balls

D = sa.distribution("spheres", dimension=3).at(R="13/10")
MIDDLE = 1.15


def share_that_reaches_the_middle(norm: str, eps: float, n: int = 20_000) -> float:
    """The share of samples from which the ball reaches the sphere between both, by its extreme points."""
    x, _ = D.sample(n, rng=0)
    size = np.abs(x)
    if norm == "linf":
        farthest, nearest = size + eps, np.maximum(size - eps, 0)
    else:  # one step along the largest coordinate goes farthest; inward the simplex is projected on
        largest = size == size.max(axis=1, keepdims=True)
        farthest = size + eps * largest
        nearest = np.array([soft(row, eps) for row in size])
    out, into = np.linalg.norm(farthest, axis=1), np.linalg.norm(nearest, axis=1)
    inner = np.linalg.norm(x, axis=1) < MIDDLE
    return float(np.where(inner, out > MIDDLE, into < MIDDLE).mean())


def soft(row: np.ndarray, eps: float) -> np.ndarray:
    """The shortest vector within l1 distance eps of a nonnegative one: its largest coordinates cut to one height."""
    low, high = 0.0, row.max()
    for _ in range(60):
        cut = (low + high) / 2
        low, high = (cut, high) if np.maximum(row - cut, 0).sum() > eps else (low, cut)
    return np.minimum(row, high)


@pytest.mark.parametrize(
    ("norm", "eps", "exactly"),
    [
        ("linf", "1/20", 0),
        ("linf", "1/10", None),
        ("linf", "1/5", 1),
        ("l1", "1/10", 0),
        ("l1", "1/5", None),
        ("l1", 1, 1),
    ],
)
def test_the_bounds_hold_and_are_exact_where_they_agree(norm, eps, exactly):
    found = sa.risks("bayes", D, sa.ThreatModel(norm, eps))
    loss = found["adversarial_loss"]
    assert loss.lower <= share_that_reaches_the_middle(norm, float(sa.exact(eps))) <= loss.upper
    assert (loss.lower, loss.upper) == ((0, 1) if exactly is None else (exactly, exactly))
    assert loss.method == ("bounded" if exactly is None else "exact")
    assert found["label_invariant"].upper == 0  # at every budget


def test_between_stands_in_the_words_and_nothing_is_said_of_limits():
    evidence = sa.risk("bayes", D, sa.ThreatModel("linf", "1/10"), definition="boundary").evidence
    assert evidence.semantics[1].startswith(
        "between the closed l2 ball, eps = 1/10 and the closed l2 ball, eps = sqrt(3)"
    )
    assert not evidence.knife_edge and evidence.below == evidence.above == (0, 1)


def share_that_a_linear_classifier_loses(budgets, norm, box=None, n=20_000):
    """By the step that goes farthest along the weights, coordinate by coordinate for linf, along one for l1."""
    x, y = D.sample(n, rng=1)
    w, b, e = np.array([1, 0.5, 2]), 0.25, np.array(budgets, dtype=float)
    score = x @ w + b
    if norm == "linf":
        moved = [np.clip(x + side * np.sign(w) * e, *(box or (-np.inf, np.inf))) for side in (-1, 1)]
        stays = (np.abs(moved[0] - x) > e + 1e-12).any(1)  # the ball does not meet the box
        ends = [np.where(stays, score, z @ w + b) for z in moved]
    else:
        most = np.linalg.norm(w * e) if norm == "l2" else np.abs(w * e).max()
        ends = [score - most, score + most]
    return float(np.where(y == 1, (np.minimum(ends[0], score) < 0), (np.maximum(ends[1], score) >= 0)).mean())


@pytest.mark.parametrize(
    ("norm", "eps", "box"),
    [
        ("linf", ("1/10", "1/10", "1/20"), None),
        ("l2", ("1/5", "1/10", "1/4"), None),
        ("l1", ("1/5", "1/10", "1/4"), None),
        ("linf", ("1/5", "1/10", 0), None),
        ("linf", ("1/5", "1/5", "1/5"), (-2, 2)),
        ("linf", ("1/5", "1/5", "1/5"), (-1, 1)),
    ],
)
def test_several_budgets_and_boxes_are_bounded(norm, eps, box):
    f = sa.classifier("linear", D, weights=(1, "1/2", 2), bias="1/4", tie=1)
    found = sa.risks(f, D, sa.ThreatModel(norm, eps, box=box))
    share = share_that_a_linear_classifier_loses([float(sa.exact(e)) for e in eps], norm, box)
    loss = found["adversarial_loss"]
    assert loss.lower - 0.015 <= share <= loss.upper + 0.015 and loss.upper - loss.lower < 0.16
    assert found["label_invariant"].upper <= found["boundary"].upper
    assert found["label_invariant"].lower >= (0 if box == (-1, 1) or 0 in eps else 0.01)
    bayes = sa.risk("bayes", D, sa.ThreatModel(norm, eps, box=box), definition="adversarial_loss")
    assert 0 <= bayes.lower <= bayes.upper <= 1


def test_round_balls_inside_and_around_are_the_best_ones():
    """The ellipsoid with half-axes E: from min E to max E; the box: to its corner; the cross-polytope: to its sides."""
    budgets = tuple(sa.exact(e) for e in ("3/10", "4/10", "12/10"))
    smaller, larger = (ball.eps for ball in round_balls(D, sa.ThreatModel("linf", budgets)))
    assert (smaller, larger) == (sa.exact("3/10"), sa.exact("13/10"))
    smaller, larger = (ball.eps for ball in round_balls(D, sa.ThreatModel("l1", budgets)))
    assert float(smaller) == pytest.approx(1 / np.linalg.norm([10 / 3, 10 / 4, 10 / 12])) and larger == sa.exact("6/5")
    smaller, larger = round_balls(D, sa.ThreatModel("l2", 1, box=("-13/10", "13/10")))
    assert smaller.on_support and not larger.on_support and smaller.box is larger.box is None
    assert round_balls(D, sa.ThreatModel("l2", 1, box=("-13/10", "129/100")))[0].eps == 0
    assert round_balls(D, sa.ThreatModel("l2", 1)) is None


def test_two_risks_without_a_closed_form_are_not_taken_for_one():
    def known(ball):
        bound = sa.risk("bayes", D, ball, definition="adversarial_loss")
        return {"adversarial_loss": replace(bound, evidence=replace(bound.evidence, expression=None))}

    threat = sa.ThreatModel("linf", "1/10")
    (bound,) = between(threat, round_balls(D, threat), known).values()
    assert (bound.lower, bound.upper, bound.method) == (0, 1, "bounded")
