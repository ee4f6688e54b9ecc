"""The oracle's numbers against mpmath: log-odds, posterior, its logarithm, their tails and their gradients."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

import symadv as sa
from tests.laws.written import WRITTEN, Row, Written, number

DIGITS = 50
PROBABILITIES = ("1e-12", "1e-6", "0.1", "0.5", "9/10", "0.999999", "0.999999999999")
FAR = (0.0, 1e-300, 1e-9, 0.1, 1 / 3, 1.0, 7.0, 30.0, 117.3, 1e3, 12345.678, 1e6)
POINTS = np.array([(s, sign * size) for s in (-1.0, 1.0) for sign in (-1, 1) for size in FAR])


def tsipras(p: str, eta: str):
    return sa.oracle(sa.distribution("tsipras").at(p=p, eta=eta))


def true_log_odds(p: str, eta: str, x):
    """The logarithm of p(1 | x) / p(-1 | x) and the size of its two terms, from the formula by hand."""
    lam = mpmath.log(number(p) / (1 - number(p)))
    shift = 2 * number(eta) * mpmath.mpf(x[1])
    return shift + x[0] * lam, abs(shift) + abs(lam)


@pytest.mark.parametrize("eta", ["1/1000", "1/3", "3", "29.5"])
@pytest.mark.parametrize("p", PROBABILITIES)
def test_tsipras_against_thirty_digits(p: str, eta: str) -> None:
    o = tsipras(p, eta)
    odds, post, logs = o.log_odds(POINTS), o.posterior(POINTS), o.log_posterior(POINTS)
    with mpmath.workdps(DIGITS):
        for row, x in enumerate(POINTS):
            true, size = true_log_odds(p, eta, x)
            assert abs(mpmath.mpf(odds[row]) - true) <= 1e-14 * size
            for column, signed in enumerate((true, -true)):
                probability = 1 / (1 + mpmath.exp(signed))
                log_probability = -mpmath.log1p(mpmath.exp(signed)) if signed < 1000 else -signed
                conditioning = 1e-14 * size
                if probability >= 1e-300:
                    assert abs(post[row, column] / probability - 1) <= 1e-12 + conditioning
                else:
                    assert post[row, column] <= 1e-300
                slope = 1 / (1 + mpmath.exp(-signed))  # of the log posterior in the log-odds
                assert (
                    abs(logs[row, column] - log_probability)
                    <= 1e-14 * abs(log_probability) + conditioning * slope + 1e-300
                )


def support_points(law: Written, n: int, reach: float) -> np.ndarray:
    """Points on every flat of a law, among them where flats meet, with other coordinates up to a reach."""
    rng = np.random.default_rng(5)
    rows = []
    for fixed in {tuple(row.fixed.items()): row.fixed for row in law.rows}.values():
        x = rng.choice([-1, 1], (n, law.d)) * reach * rng.random((n, law.d)) ** 4
        x[0] = 0
        for i, value in fixed.items():
            x[:, i] = float(Fraction(value))
        rows.append(x)
    corners = [{**a.fixed, **b.fixed} for a in law.rows for b in law.rows if not set(a.fixed) & set(b.fixed)]
    for fixed in corners:
        x = np.array([[float(Fraction(fixed.get(i, "0"))) for i in range(law.d)]])
        rows.append(x)
    return np.unique(np.vstack(rows), axis=0)


def size_of_terms(law: Written, point) -> float:
    """How large the logarithms of densities are that are subtracted: what the rounding errors are relative to."""
    sizes = [1.0]
    for row in law.rows:
        free = [x for i, x in enumerate(point) if i not in row.fixed]
        for x, (kind, mean, scale) in zip(free, row.factors, strict=True):
            z = (abs(x) + abs(float(Fraction(mean)))) / float(Fraction(scale))
            sizes.append(z * z if kind == "normal" else z)
    return sum(sizes)


@pytest.mark.parametrize("reach", [3.0, 40.0, 1e4])
@pytest.mark.parametrize("law", WRITTEN, ids=lambda law: law.name)
def test_written_laws_against_their_densities(law: Written, reach: float) -> None:
    o, x = sa.oracle(law.distribution()), support_points(law, 40, reach)
    post, logs, odds = o.posterior(x), o.log_posterior(x), o.log_odds(x).reshape(len(x), -1)
    assert np.allclose(post.sum(1), 1, rtol=0, atol=1e-15)
    with mpmath.workdps(DIGITS):
        for row, point in enumerate(x):
            allowed = 1e-12 + 4e-16 * size_of_terms(law, point)
            density = law.joint(point)
            for column, true in enumerate(law.posterior(point)):
                if true == 0:
                    assert post[row, column] == 0 and logs[row, column] == -np.inf
                elif true >= 1e-300:
                    assert abs(post[row, column] / true - 1) <= allowed
                if true > 0:
                    assert abs(logs[row, column] - mpmath.log(true)) <= allowed
            for column, y in enumerate(law.labels[1:]):
                first, other = density[law.labels[0]], density[y]
                if first == other == 0:
                    assert np.isnan(odds[row, column])
                elif first == 0 or other == 0:
                    assert odds[row, column] == (np.inf if first == 0 else -np.inf)
                else:
                    assert abs(odds[row, column] - mpmath.log(other / first)) <= allowed


def test_a_tiny_probability_keeps_its_logarithm_and_its_complement() -> None:
    o = tsipras("1/2", "1/2")
    x = np.array([[1.0, -800.0], [1.0, 800.0], [1.0, 40.0]])
    assert o.posterior(x).tolist()[:2] == [[1, 0], [0, 1]]
    assert o.log_posterior(x)[0].tolist() == [0, -800]
    assert o.log_posterior(x)[2, 1] == pytest.approx(-np.exp(-40), rel=1e-12)


def test_a_mixture_is_not_lost_where_all_its_densities_underflow() -> None:
    law = next(law for law in WRITTEN if "mixture" in law.name)
    x = np.array([[-1e5], [-60.0], [60.0], [1e5]])
    with mpmath.workdps(DIGITS), mpmath.workprec(4000):
        true = [mpmath.log(law.joint(point)[1] / law.joint(point)[-1]) for point in x]
    assert np.allclose(sa.oracle(law.distribution()).log_odds(x), [float(t) for t in true], rtol=1e-14)


@pytest.mark.parametrize("law", WRITTEN, ids=lambda law: law.name)
def test_single_precision(law: Written) -> None:
    o, x = sa.oracle(law.distribution()), support_points(law, 40, 3.0).astype(np.float32)
    post = o.posterior(x)
    assert post.dtype == np.float32
    # Compared at the point of the support that the rounded coordinates stand for.
    exactly = o.project(x).astype(float)
    for i in range(law.d):
        for value in {float(Fraction(row.fixed[i])) for row in law.rows if i in row.fixed}:
            exactly[exactly[:, i] == np.float32(value), i] = value
    assert np.allclose(post, o.posterior(exactly), rtol=3e-4, atol=1e-6)


def test_where_flats_meet_their_exact_coordinates_count() -> None:
    """At (1/5, 1/5), which no float is, the two densities are equal."""
    rows = (Row({0: "1/5"}, 0, "1", (("normal", "0", "1"),)), Row({1: "1/5"}, 1, "1", (("normal", "2/5", "1"),)))
    o = sa.oracle(Written("meeting", 2, {0: "1/2", 1: "1/2"}, rows).distribution())
    x = np.array([[0.2, 0.2]])
    assert o.log_odds(x).tolist() == [0] and o.posterior(x).tolist() == [[0.5, 0.5]]
    assert o.bayes_label(x).tolist() == [o.no_label]


def test_coordinates_whose_squares_overflow_are_refused_rather_than_called_a_tie() -> None:
    narrow, wide = (("normal", "0", "1"),), (("normal", "0", "2"),)
    rows = (Row({}, 0, "1", narrow + wide), Row({}, 1, "1", wide + narrow))
    o = sa.oracle(Written("saddle", 2, {0: "1/2", 1: "1/2"}, rows).distribution())
    for answer in (o.log_odds, o.posterior, o.log_posterior, o.bayes_label, o.label):
        with pytest.raises(sa.SymadvError, match=r"1e\+200.*smaller coordinates"):
            answer(np.array([[0.0, 1.0], [1e200, 1e200]]))
    assert o.posterior(np.array([[1e200, 1.0], [1.0, 1e200]])).tolist() == [[0, 1], [1, 0]]
    assert o.log_posterior(np.array([[1e200, 1.0]])).tolist() == [[-np.inf, 0]]
