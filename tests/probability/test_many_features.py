"""Ten thousand features: derived, answered and sampled without work or memory that grows with products of them."""

import numpy as np
import pytest
import sympy
from scipy import stats

import symadv as sa
from symadv.language.aggregates import spelled_out
from symadv.probability.memory import free_memory, require_memory

WEAK = 10_000


@pytest.fixture(scope="module")
def many():
    return sa.distribution("tsipras", weak=WEAK)


def test_one_weak_feature_is_the_article_s_example() -> None:
    one, plain = sa.distribution("tsipras", weak=1), sa.distribution("tsipras")
    assert one == plain and [str(f) for f in plain.features] == ["x1", "x2"]
    assert [str(f) for f in sa.distribution("tsipras", weak=100).features[::100]] == ["x1", "x101"]


def test_wrong_numbers_of_features_are_refused() -> None:
    for wrong in (0, -1, 1.5, True, "3"):
        with pytest.raises(sa.SymadvError, match="weak"):
            sa.distribution("tsipras", weak=wrong)
    with pytest.raises(sa.SymadvError, match="count"):
        sa.Repeated(sa.Normal(0, 1), 0)
    with pytest.raises(sa.SymadvError, match="Laplace"):
        sa.Repeated(sa.Laplace(0, 1), 2)


def test_the_log_odds_are_those_of_independent_features(many) -> None:
    few = sa.distribution("tsipras", weak=3)
    p, eta = few.parameters
    total = sympy.Add(*few.features[1:])
    direct = few.features[0] * sympy.log(p / (1 - p)) + 2 * eta * total
    assert sympy.expand(spelled_out(sa.log_odds(few).result) - direct) == 0
    assert len(str(sa.log_odds(many).result)) < 80


def test_the_oracle_sums_the_features(many) -> None:
    o = sa.oracle(many.at(p="9/10", eta="1/50"))
    x, _ = o.sample(200, rng=0)
    odds = np.log(9) * x[:, 0] + 0.04 * x[:, 1:].sum(1)
    assert x.shape == (200, WEAK + 1) and np.allclose(o.log_odds(x), odds, rtol=1e-10, atol=1e-10)
    away = x + np.where(np.arange(WEAK + 1) == 0, 0.3, 0.01)
    assert (o.project(away)[:, 0] == x[:, 0]).all() and (o.project(away)[:, 1:] == away[:, 1:]).all()
    assert (o.label(away) == np.sign(odds + 0.04 * 0.01 * WEAK)).mean() > 0.99
    torch = pytest.importorskip("torch")
    points = torch.from_numpy(x).requires_grad_()
    o.log_odds(points).sum().backward()
    assert np.allclose(points.grad[:, 1:].numpy(), 0.04)


def test_repeated_densities_are_products(many) -> None:
    law, x = sa.Repeated(sa.Normal("1/2", 2), 3), sympy.symbols("a:c", real=True)
    values = dict(zip(x, (sympy.Rational(1, 3), -2, 5), strict=True))
    product = np.prod(stats.norm(0.5, 2).pdf([1 / 3, -2, 5]))
    assert float(law.density(x).xreplace(values)) == pytest.approx(product, rel=1e-12)
    assert float(law.log_density(x).xreplace(values)) == pytest.approx(np.log(product), rel=1e-12)
    (combined,) = law.combinations([{0: sympy.Integer(2), 2: sympy.Integer(-1)}])
    assert combined == sa.Normal("1/2", 2 * sympy.sqrt(5))


def test_batches_are_as_many_points_as_asked_for_in_parts(many) -> None:
    d = many.at(p="9/10", eta="1/50")
    parts = list(d.batches(1000, rng=0, entries=300 * (WEAK + 1)))
    assert [len(x) for x, _ in parts] == [300, 300, 300, 100]
    assert len({float(x[0, 1]) for x, _ in parts}) == 4


def test_what_does_not_fit_into_memory_is_refused_before_it_is_allocated(many) -> None:
    with pytest.raises(sa.SymadvError, match=r"GiB.*batches"):
        many.at(p="9/10", eta=1).sample(10**9, rng=0)
    require_memory(1, "one number", "nothing")
    assert free_memory() is None or free_memory() > 0


def test_normal_laws_with_any_covariance_are_those_of_scipy() -> None:
    x = sympy.symbols("a:c", real=True)
    point, mean = [0.25, -1.5, 2.0], (1, "1/2", 0)
    values = {s: sympy.Rational(v) for s, v in zip(x, point, strict=True)}
    for covariance in ("2", ("1", "2", "1/4"), ((2, 1, 0), (1, 2, "1/2"), (0, "1/2", 1))):
        law = sa.MultivariateNormal(mean, covariance)
        rows = np.array([[float(law.covariance_of({i: 1}, {j: 1})) for j in range(3)] for i in range(3)])
        witness = stats.multivariate_normal([1, 0.5, 0], rows)
        assert float(law.density(x).xreplace(values)) == pytest.approx(witness.pdf(point), rel=1e-12)
        assert float(law.log_density(x).xreplace(values)) == pytest.approx(witness.logpdf(point), rel=1e-12)
        draws = law.sample(200_000, np.random.default_rng(0))
        assert np.allclose(np.cov(draws.T), rows, atol=0.03) and np.allclose(draws.mean(0), [1, 0.5, 0], atol=0.03)


@pytest.mark.parametrize(
    ("covariance", "match"),
    [
        (((1, 2), (2, 1)), "positive definite"),
        (((1, 1), (0, 1)), "symmetric"),
        ((1, 2, 3), "2 variances"),
        ("-1", "positive definite"),
        ((1, (0, 1)), "rows"),
    ],
)
def test_covariances_that_are_none_are_refused(covariance, match) -> None:
    with pytest.raises(sa.SymadvError, match=match):
        sa.MultivariateNormal((0, 0), covariance)
