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


def test_a_budget_per_feature_is_refused():
    with pytest.raises(sa.SymadvError, match="Sphere"):
        sa.risk("bayes", D, sa.ThreatModel("linf", ("1/10", "1/10", "1/20")))


def test_two_risks_without_a_closed_form_are_not_taken_for_one():
    def known(ball):
        bound = sa.risk("bayes", D, ball, definition="adversarial_loss")
        return {"adversarial_loss": replace(bound, evidence=replace(bound.evidence, expression=None))}

    threat = sa.ThreatModel("linf", "1/10")
    (bound,) = between(threat, round_balls(D, threat), known).values()
    assert (bound.lower, bound.upper, bound.method) == (0, 1, "bounded")
