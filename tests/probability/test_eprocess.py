"""The sequential tests: exact validity on all short paths, operating characteristic, edges."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from symadv.language.errors import SymadvError
from symadv.probability.eprocess import EProcess, SequentialTest, e_processes, samples_needed, sequential_test, several

REPLICATIONS = 2000


def bernoulli(mean):
    return lambda n, rng: rng.random(n) < mean


def uniform(mean):
    return lambda n, rng: rng.random(n) + (mean - 0.5)


def two_sided(mean):
    """Values -1, 0.2 and 1 as of a weighted posterior residual; the first with probability .3, the last by the mean."""
    high = (mean + 0.3 - 0.2 * 0.7) / 0.8

    def draw(n, rng):
        u = rng.random(n)
        return np.select([u < 0.3, u < 0.3 + high], [-1.0, 1.0], 0.2)

    return draw


# name: law by mean, claimed mean, tolerance, bounds, variance at the claimed mean
LAWS = {
    "fair": (bernoulli, 0.5, 0.1, (0, 1), 0.25),
    "likely": (bernoulli, 0.9, 0.03, (0, 1), 0.09),
    "unlikely": (bernoulli, 0.05, 0.015, (0, 1), 0.0475),
    "uniform": (uniform, 0.5, 0.05, (-0.5, 1.5), 1 / 12),
    "two_sided": (two_sided, 0.0, 0.1, (-1, 1), 0.3 + 0.2 + 0.5 * 0.04),
}


def outcomes(law, off, *, replications=REPLICATIONS, **options):
    """Outcome counts when the mean is off by `off` tolerances, upwards and downwards in turn."""
    family, mean, tolerance, bounds, variance = LAWS[law]
    needed = samples_needed(variance, tolerance, width=bounds[1] - bounds[0], alpha=options.get("alpha", 1e-12))
    counts = {"PASS": 0, "FAIL": 0, "INCONCLUSIVE": 0}
    for seed in range(replications):
        draw = family(mean + (-1) ** seed * off * tolerance)
        result = sequential_test(
            draw,
            mean,
            tolerance=tolerance,
            bounds=bounds,
            rng=np.random.default_rng(seed),
            **{"max_samples": needed, **options},
        )
        counts[result.outcome] += 1
    return counts


# With the stated power .999 more than 8 of 2000 replications stay undecided with probability 2.4e-4 (Poisson, mean 2).


@pytest.mark.parametrize("law", LAWS)
def test_a_true_claim_passes_within_the_stated_samples(law):
    counts = outcomes(law, 0)
    assert counts["FAIL"] == 0 and counts["INCONCLUSIVE"] <= 8


@pytest.mark.parametrize("law", LAWS)
def test_a_claim_off_by_one_tolerance_never_passes(law):
    counts = outcomes(law, 1, max_samples=None)
    assert counts["PASS"] == 0 and counts["INCONCLUSIVE"] <= 8


@pytest.mark.parametrize("law", LAWS)
def test_a_claim_off_by_more_fails(law):
    assert outcomes(law, 1.5, replications=100) == {"PASS": 0, "FAIL": 100, "INCONCLUSIVE": 0}


def test_half_a_tolerance_may_do_either_but_ends():
    result = sequential_test(bernoulli(0.55), 0.5, tolerance=0.1, rng=np.random.default_rng(0), max_samples=320)
    assert result.outcome == "INCONCLUSIVE" and result.samples == 320


def rejections(process, draw, *, samples, replications=REPLICATIONS):
    test, index = process
    count = 0
    for seed in range(replications):
        point, one_sided = e_processes(test)
        watched = (point, *one_sided)[index]
        watched.update(np.asarray(draw(samples, np.random.default_rng(seed)), dtype=float))
        count += math.isfinite(watched.rejected_at)
    return count / replications


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(("index", "off"), [(0, 0), (1, -1), (2, 1)])
def test_false_rejections_at_a_measurable_level(law, index, off):
    """Each null, at its edge and watched all the way, is rejected at rate <= alpha plus 4 binomial standard errors."""
    family, mean, tolerance, bounds, _ = LAWS[law]
    test = SequentialTest(mean, tolerance, *bounds, alpha=0.05)
    rate = rejections((test, index), family(mean + off * tolerance), samples=3000, replications=1000)
    assert 0 < rate <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 1000)


@pytest.mark.parametrize(("off", "wrong"), [(0, "FAIL"), (1, "PASS")])
def test_wrong_answers_at_a_measurable_level(off, wrong):
    slack = 4 * math.sqrt(0.05 * 0.95 / REPLICATIONS)
    assert outcomes("two_sided", off, alpha=0.05)[wrong] / REPLICATIONS <= 0.05 + slack


# Exact witness: all paths of length n under a law with rational atoms, in rational arithmetic.


def paths(atoms, n):
    for path in itertools.product(atoms, repeat=n):
        yield np.array([float(x) for x, _ in path]), math.prod((q for _, q in path), start=Fraction(1))


def exact_wealth(process, weights, x):
    deviations = [Fraction(value) - Fraction(process.null) for value in x]
    return sum(
        w * math.prod((1 + Fraction(bet) * d for d in deviations), start=Fraction(1))
        for w, bet in zip(weights, process.bets, strict=True)
    )


def initial(process):
    weights = [Fraction(float(w)) for w in np.exp(process._log_wealth)]
    return [w / sum(weights) for w in weights]


COIN = [(0, Fraction(3, 4)), (1, Fraction(1, 4))]
SKEW = [(0, Fraction(5, 8)), (Fraction(1, 2), Fraction(1, 4)), (1, Fraction(1, 8))]
EXACT = SequentialTest(0.25, 0.0625, 0.0, 1.0, alpha=0.25)


@pytest.mark.parametrize(("atoms", "n"), [(COIN, 7), (SKEW, 5)])
def test_wealth_is_a_martingale_under_the_point_null(atoms, n):
    expectation = Fraction(0)
    for x, chance in paths(atoms, n):
        point, _ = e_processes(EXACT)
        wealth = exact_wealth(point, initial(point), x)
        point.update(x)
        assert math.exp(point.log_wealth) == pytest.approx(float(wealth), rel=1e-11)
        assert wealth >= 0
        expectation += chance * wealth
    assert expectation == 1


@pytest.mark.parametrize("side", [0, 1])
def test_wealth_against_a_one_sided_null(side):
    """Expectation 1 when the mean is at the null's edge, less inside the null, more outside."""
    edge = Fraction(1, 4) + Fraction(2 * side - 1, 16)
    inside = edge + Fraction(2 * side - 1, 32)
    process = e_processes(EXACT)[1][side]
    weights = initial(process)
    for mean, sign in ((edge, 0), (inside, -1), (Fraction(1, 4), +1)):
        total = sum(chance * exact_wealth(process, weights, x) for x, chance in paths([(0, 1 - mean), (1, mean)], 6))
        assert (total > 1) - (total < 1) == sign


@pytest.mark.parametrize(("index", "mean"), [(0, Fraction(1, 4)), (1, Fraction(3, 16)), (2, Fraction(5, 16))])
def test_ville_on_all_paths(index, mean):
    """Looked at after every sample, the exact probability of ever reaching 1/alpha is at most alpha, and is not 0."""
    total = Fraction(0)
    for x, chance in paths([(0, 1 - mean), (1, mean)], 8):
        point, one_sided = e_processes(EXACT)
        process = (point, *one_sided)[index]
        for value in x:
            process.update(np.array([value]))
        total += chance * math.isfinite(process.rejected_at)
    assert 0 < total <= Fraction(1, 4)


def test_a_bet_too_large_would_not_be_valid():
    """The witness sees what it should: bets beyond the bound make the wealth negative."""
    process = EProcess(0.25, np.array([5.0]), np.array([1.0]), 0.25)
    assert exact_wealth(process, [Fraction(1)], np.zeros(1)) < 0


def test_the_moment_of_rejection_does_not_depend_on_the_batches():
    x = np.random.default_rng(5).random(4096) ** 2
    moments = set()
    for size in (16, 160, 1024, 4096):
        point, _ = e_processes(SequentialTest(0.5, 0.05, 0.0, 1.0))
        for start in range(0, len(x), size):
            point.update(x[start : start + size])
        moments.add(point.rejected_at)
    assert len(moments) == 1 and math.isfinite(moments.pop())


@pytest.mark.parametrize("first", ["PASS", "FAIL"])
def test_the_first_answer_counts(first):
    """One batch in which both answers come: a balanced stretch between the nulls, and a stretch of ones."""
    balanced, ones = np.tile([0.0, 1.0], 256), np.ones(256)
    stretches = {"PASS": [balanced, ones, ones], "FAIL": [ones, 1 - ones, balanced]}
    result = sequential_test(
        lambda n, rng: np.concatenate(stretches[first]),
        0.5,
        tolerance=0.25,
        rng=np.random.default_rng(0),
        max_samples=1024,
    )
    assert result.outcome == first
    x = np.concatenate(stretches[first])
    point, one_sided = e_processes(SequentialTest(0.5, 0.25, 0.0, 1.0))
    for process in (point, *one_sided):
        process.update(x)
        assert math.isfinite(process.rejected_at)


# Means on or near a bound.


@pytest.mark.parametrize(("claimed", "bounds"), [(0, (0, 1)), (1, (0, 1)), (-3.0, (-3, 5)), (5.0, (-3, 5))])
def test_a_certain_mean_passes_quickly(claimed, bounds):
    width = bounds[1] - bounds[0]
    result = sequential_test(
        lambda n, rng: np.full(n, claimed),
        claimed,
        tolerance=0.01 * width,
        bounds=bounds,
        rng=np.random.default_rng(0),
        max_samples=samples_needed(0, 0.01 * width, width=width),
    )
    assert result.outcome == "PASS" and result.samples <= 6400
    assert result.estimate == claimed and result.standard_error == 0


@pytest.mark.parametrize(("claimed", "sample"), [(0, 1), (0, 1e-3), (0, 1e-20), (1, 0), (1, 0.999), (1, 1 - 1e-15)])
def test_one_sample_refutes_a_certain_mean(claimed, sample):
    result = sequential_test(
        lambda n, rng: np.where(np.arange(n) == 7, sample, claimed),
        claimed,
        tolerance=0.01,
        rng=np.random.default_rng(0),
        max_samples=8,
    )
    assert result.outcome == "FAIL"


def test_a_tolerance_that_reaches_a_bound():
    exactly = SequentialTest(0.25, 0.25, 0.0, 1.0)
    beyond = SequentialTest(0.25, 0.5, 0.0, 1.0)
    assert [process.null for process in e_processes(exactly)[1]] == [0.0, 0.5]
    assert [process.null for process in e_processes(beyond)[1]] == [0.75]
    for tolerance in (0.25, 0.5):
        result = sequential_test(bernoulli(0.25), 0.25, tolerance=tolerance, rng=np.random.default_rng(1))
        assert result.outcome == "PASS"


def test_a_mean_next_to_a_bound():
    for seed in range(20):
        result = sequential_test(bernoulli(1e-3), 1e-3, tolerance=5e-4, rng=np.random.default_rng(seed))
        assert result.outcome == "PASS"
        result = sequential_test(bernoulli(2e-3), 1e-3, tolerance=5e-4, rng=np.random.default_rng(seed))
        assert result.outcome == "FAIL"


def test_efficiency():
    """Mean cost at alpha = 1e-12 below 1.25 * 84 variances per squared tolerance, at 1 % of a fair coin."""
    used = [
        sequential_test(bernoulli(0.5), 0.5, tolerance=0.005, rng=np.random.default_rng(seed)).samples
        for seed in range(20)
    ]
    assert np.mean(used) * 0.005**2 / 0.25 < 105


def test_samples_needed():
    assert samples_needed(0.25, 0.005, width=1) == pytest.approx(164 * 0.25 / 0.005**2, rel=0.01)
    assert samples_needed(0.25e-18, 0.005e-9, width=1e-9) == samples_needed(0.25, 0.005, width=1)
    needed = [samples_needed(0.1, t, width=1) for t in (0.001, 0.01, 0.1)]
    assert needed == sorted(needed, reverse=True)
    assert (
        samples_needed(0.1, 0.01, width=1, alpha=1e-9)
        < samples_needed(0.1, 0.01, width=1)
        < samples_needed(0.1, 0.01, width=2)
        < samples_needed(0.2, 0.01, width=2)
    )


def test_estimate_and_standard_error():
    seen = []

    def draw(n, rng):
        seen.append(rng.random(n))
        return seen[-1]

    result = sequential_test(draw, 0.5, tolerance=0.05, rng=np.random.default_rng(3))
    x = np.concatenate(seen)
    assert result.samples == len(x) and result.estimate == pytest.approx(x.mean(), rel=1e-12)
    assert result.standard_error == pytest.approx(x.std() / math.sqrt(len(x)), rel=1e-9)
    assert (result.tolerance, result.alpha) == (0.05, 1e-12)


def test_streaming_and_progress():
    sizes, told = [], []

    def draw(n, rng):
        sizes.append(n)
        return rng.random(n)

    result = sequential_test(
        draw,
        0.5,
        tolerance=1e-6,
        rng=np.random.default_rng(0),
        batch=5000,
        max_samples=30_001,
        progress=lambda seen, most: told.append((seen, most)),
    )
    assert result.outcome == "INCONCLUSIVE" and result.samples == sum(sizes) == 30_001 and max(sizes) == 5000
    assert told == [(seen, 30_001) for seen in itertools.accumulate(sizes)]


# Several means on one stream.


def columns(*means):
    return lambda n, rng: rng.random((n, 1)) < np.array(means)


def test_several_true_means_pass():
    means = [0.2, 0.5, 0.9]
    result = several(columns(*means), means, tolerance=[0.04, 0.05, 0.03], rng=np.random.default_rng(0))
    assert result.outcome == "PASS" and [r.outcome for r in result.results] == ["PASS"] * 3
    assert {r.alpha for r in result.results} == {1e-12 / 3}


def test_one_wrong_mean_fails_them_all():
    result = several(columns(0.2, 0.5, 0.8), [0.2, 0.5, 0.9], tolerance=0.03, rng=np.random.default_rng(0))
    assert result.outcome == "FAIL" and result.results[2].outcome == "FAIL"


def test_one_undecided_mean_leaves_them_open():
    result = several(
        columns(0.5, 0.5), [0.5, 0.5], tolerance=[0.1, 1e-4], rng=np.random.default_rng(0), max_samples=20_000
    )
    assert result.outcome == "INCONCLUSIVE" and [r.outcome for r in result.results] == ["PASS", "INCONCLUSIVE"]


def test_several_functionals_see_what_one_misses():
    """A posterior wrong by an odd function has residual mean 0 against h = 1, and not against h = sign(x)."""

    def residuals(n, rng):
        x = rng.uniform(-1, 1, n)
        residual = (rng.random(n) < 0.5 + 0.3 * x) - (0.5 + 0.1 * x)
        return np.stack([residual, residual * np.sign(x)], axis=1)

    result = several(residuals, [0, 0], tolerance=0.02, bounds=(-1, 1), rng=np.random.default_rng(0))
    assert result.outcome == "FAIL" and result.results[0].outcome != "FAIL" and result.results[1].outcome == "FAIL"


# What is refused.


@pytest.mark.parametrize("bad", [1.0000001, -1e-9, math.nan, math.inf])
def test_samples_outside_the_bounds_are_refused(bad):
    with pytest.raises(SymadvError, match=r"wanted samples in \[0.0, 1.0\]"):
        sequential_test(
            lambda n, rng: np.where(np.arange(n) == 3, bad, 0.5), 0.5, tolerance=0.1, rng=np.random.default_rng(0)
        )


@pytest.mark.parametrize(
    ("claimed", "options", "match"),
    [
        (1.5, {}, "claimed mean 1.5"),
        (math.nan, {}, "claimed is nan"),
        (0.5, {"tolerance": 0}, "tolerance is 0"),
        (0.5, {"tolerance": 0.6}, "wanted at most 0.5"),
        (0.5, {"bounds": (0.5, 0.5)}, "lower < upper"),
        (0.5, {"bounds": (0, math.inf)}, "upper is inf"),
        (0.5, {"alpha": 1.0}, "alpha is 1.0"),
        (0.5, {"max_samples": 0}, "max_samples is 0"),
        (0.5, {"batch": 0}, "batch is 0"),
    ],
)
def test_what_cannot_be_tested_is_refused(claimed, options, match):
    with pytest.raises(SymadvError, match=match):
        sequential_test(bernoulli(0.5), claimed, rng=np.random.default_rng(0), **{"tolerance": 0.1, **options})


def test_wrong_shapes_are_refused():
    with pytest.raises(SymadvError, match=r"gave shape \(1024, 1\), wanted \(1024,\)"):
        sequential_test(columns(0.5), 0.5, tolerance=0.1, rng=np.random.default_rng(0))
    with pytest.raises(SymadvError, match=r"wanted \(1024, 2\)"):
        several(columns(0.5), [0.5, 0.5], tolerance=0.1, rng=np.random.default_rng(0))
    with pytest.raises(SymadvError, match=r"wanted \(d,\)"):
        several(columns(0.5), 0.5, tolerance=0.1, rng=np.random.default_rng(0))
    with pytest.raises(SymadvError, match="tolerance <= width"):
        samples_needed(0.1, 2, width=1)
