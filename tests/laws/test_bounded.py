"""Laws on intervals: oracles against mpmath, exact risks against a grid, derivations through the provers."""

from functools import cache

import mpmath
import numpy as np
import pytest
import torch

import symadv as sa
from symadv.probability.support import without_limit
from tests.laws.written import BOUNDED

every_law = pytest.mark.parametrize("law", BOUNDED, ids=lambda law: law.name)
STEP = 1 / 64  # of the grid, coarsened to quarters for the moves


@cache
def made(name: str):
    law = next(law for law in BOUNDED if law.name == name)
    d = law.distribution()
    return law, d, sa.oracle(d)


@every_law
def test_posteriors_against_mpmath(law) -> None:
    _, d, o = made(law.name)
    x, _ = d.sample(200, rng=7)
    with mpmath.workdps(30):
        truth = np.array([[float(p) for p in law.posterior([float(v) for v in point])] for point in x])
    assert np.allclose(o.posterior(x), truth, rtol=1e-12, atol=1e-300)
    assert np.allclose(o.posterior(torch.from_numpy(x)).numpy(), truth, rtol=1e-12, atol=1e-300)
    assert np.allclose(o.posterior(x.astype(np.float32)), truth, rtol=1e-4, atol=1e-6)


def test_at_ends_the_posterior_is_the_one_sided_limit_or_refused() -> None:
    _, _, o = made("a segment, a ray and a point")
    assert o.posterior(np.array([[-1.0, 0], [2, 0], [0, 2]])).tolist() == [[1, 0], [1, 0], [0, 1]]
    _, d, o = made("overlapping supports on a line")
    jumps = sorted(float(face.flat.fixed[0][1]) for face in without_limit(d))
    assert jumps == [-3, 0, 1, 2]
    assert o.bayes_label(np.array([[1.0]])).tolist() == [o.no_label]
    with pytest.raises(sa.SymadvError, match=r"no limit at \(1.0,\)"):
        o.posterior(np.array([[1.0]]))


def test_a_density_that_jumps_for_one_label_only_has_limits() -> None:
    d = sa.Distribution(
        name="steps",
        features=("u",),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            sa.Component(
                sa.Whole(1), {y: sa.Mixture("2/3" * sa.Uniform(0, 1), "1/3" * sa.Uniform(1, 2)) for y in (0, 1)}
            )
        ],
    )
    assert without_limit(d) == ()  # both labels fall by the same factor at 1
    assert sa.oracle(d).posterior(np.array([[1.0]])).tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("law", [law for law in BOUNDED if "touch" in law.name], ids=lambda law: law.name)
def test_every_step_is_proved(law) -> None:
    _, d, _ = made(law.name)
    for derivation in (sa.joint(d), sa.posterior(d), sa.bayes_rule(d), sa.bayes_accuracy(d), sa.label(d)):
        assert [row.claim for row in sa.check(derivation) if row.verdict.status != "PROVED"] == []


def test_every_step_of_a_projection_onto_segments_is_proved() -> None:
    d = sa.Distribution(
        name="two",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/3", 1: "2/3"},
        components=[
            sa.Component(sa.Segment((-1, 0), (2, 0)), {0: sa.Uniform()}),
            sa.Component(sa.Ray((0, 1), (1, 0)), {1: sa.Exponential(2)}),
        ],
    )
    projection = sa.projection(d)
    assert sa.check(projection.derivation).proved and sa.check(sa.label(d)).proved
    images = [image for _, image in projection.pieces]
    a = d.features[0]
    assert images == [(a, 0), (-1, 0), (2, 0), (a, 1), (0, 1)]  # inside and ends of the segment, then of the ray
    assert projection.ties.contains((1, "1/2")) and projection.ties.contains(("-1/2", "5/8"))  # on a parabola
    assert not projection.ties.contains(("-1/2", "1/2"))


CASES = [
    (0, "1/4", "adversarial_loss"),
    (1, "1/4", "adversarial_loss"),
    (1, "5/4", "label_invariant"),
    (3, "5/4", "adversarial_loss"),
    (4, "1/4", "adversarial_loss"),
]


@pytest.mark.parametrize(("k", "eps", "definition"), CASES)
def test_risks_against_a_grid(k: int, eps: str, definition: str) -> None:
    """Samples are moved on a grid of perturbations: what is found vulnerable is the risk up to grid and sampling."""
    _, d, o = made(BOUNDED[k].name)
    frozen = tuple(eps if i < 2 else 0 for i in range(len(d.features)))
    f = sa.classifier("bayes", d)
    bound = sa.risk(f, d, sa.ThreatModel(norm="linf", eps=frozen), definition=definition)
    assert bound.method == "exact"
    n, moves = 300, min(2, len(d.features))
    x, y = d.sample(n, rng=3)
    said, true, c = f.predict(x), o.bayes_label(x), sa.definition(definition)
    found = c.holds(y, said, said, true, true, labels=d.labels)
    width = round(float(sa.exact(eps)) / STEP)
    steps = np.arange(-width, width + 1, 16) * STEP
    for delta in np.stack(np.meshgrid(*[steps] * moves), -1).reshape(-1, moves):
        moved = x.copy()
        moved[:, :moves] += delta
        found |= c.holds(y, said, f.predict(moved), true, o.label(moved), labels=d.labels)
    noise = 5 / np.sqrt(n) / 2
    assert bound.lower - noise - 1 / 8 <= found.mean() <= bound.upper + noise
