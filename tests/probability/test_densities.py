"""Densities: masses, logarithms and samples against mpmath and against counting."""

import itertools

import mpmath
import numpy as np
import pytest
import sympy as sp

from symadv.language.balls import bounds
from symadv.language.errors import SymadvError
from symadv.language.functions import unfold
from symadv.language.parameters import parameter
from symadv.probability.densities import Atom, Independent, Laplace, Normal
from symadv.probability.density import Weighted

DENSITIES = [Normal(0, 1), Normal("1/3", "5/2"), Laplace(0, 1), Laplace("-3/2", "1/4")]
INTERVALS = [
    (-sp.oo, -1),
    (-1, 2),
    (2, sp.oo),
    (-sp.oo, sp.oo),
    (-sp.oo, -30),
    (30, sp.oo),
    (sp.Rational(1, 3), sp.Rational(1, 3)),
    (-5, sp.Rational(-3, 2)),
]


def _quadrature(f, density, lower, upper):
    """The integral of a density, split at its kink and in steps that follow its tails."""
    mean, scale = (mpmath.mpf(e.p) / e.q for e in density.terms())
    start = -mpmath.inf if lower == -sp.oo else mpmath.mpf(lower.p) / lower.q
    end = mpmath.inf if upper == sp.oo else mpmath.mpf(upper.p) / upper.q
    steps = [mpmath.mpf(k) ** 2 / 64 * scale for k in range(40)]
    marks = {mean, start, end}
    marks |= {x + sign * step for x in (mean, start, end) if mpmath.isfinite(x) for step in steps for sign in (-1, 1)}
    inside = sorted(m for m in marks if start <= m <= end)
    largest = max(f(m) for m in inside if mpmath.isfinite(m))  # quad's error is absolute
    return largest * mpmath.fsum(mpmath.quad(lambda x: f(x) / largest, pair) for pair in itertools.pairwise(inside))


@pytest.mark.parametrize("density", DENSITIES, ids=str)
@pytest.mark.parametrize("interval", INTERVALS, ids=str)
def test_mass_against_quadrature(density, interval):
    lower, upper = (sp.sympify(e) for e in interval)
    x = sp.Symbol("x", real=True)
    f = sp.lambdify(x, unfold(density.density([x])), "mpmath")
    with mpmath.workdps(30):
        truth = _quadrature(f, density, lower, upper) if lower != upper else mpmath.mpf(0)
    low, high = bounds(density.mass(lower, upper))
    assert low <= truth * (1 + mpmath.mpf(10) ** -12) and high >= truth * (1 - mpmath.mpf(10) ** -12)
    assert high - low <= 1e-14 * high


@pytest.mark.parametrize("density", DENSITIES, ids=str)
def test_log_density_is_the_logarithm(density):
    x = sp.Symbol("x", real=True)
    for at in (-40, 0, sp.Rational(1, 3), 40):
        direct = sp.log(unfold(density.density([x])).subs(x, at)).evalf(40)
        assert abs(density.log_density([x]).subs(x, at).evalf(40) - direct) < 1e-25


@pytest.mark.parametrize("density", DENSITIES, ids=str)
def test_samples_fall_where_the_cdf_says(density):
    n = 40_000
    draws = density.sample(n, np.random.default_rng(1))[:, 0]
    for end in (-2, 0, sp.Rational(1, 2), 1):
        probability = float(density.cdf(sp.sympify(end)).evalf())
        # Six standard errors: a false alarm once in 5e8.
        assert abs((draws <= float(end)).mean() - probability) < 6 * np.sqrt(0.25 / n)


def test_products_and_weights():
    both = Independent(Normal(0, 1), Laplace(1, 2))
    x = sp.symbols("x y", real=True)
    assert both.dim == 2 and both.density(x) == Normal(0, 1).density(x[:1]) * Laplace(1, 2).density(x[1:])
    assert both.sample(5, np.random.default_rng(0)).shape == (5, 2) and Atom().sample(
        3, np.random.default_rng(0)
    ).shape == (3, 0)
    assert ("1/2" * Atom()).weight == sp.S.Half and (2 * (0.25 * Atom())) == Weighted(sp.S.Half, Atom())


def test_refusals():
    for call in (
        lambda: Normal(0, 0),
        lambda: Normal(0, -1),
        lambda: Laplace(0, parameter("b", real=True)),
        lambda: Normal("x", 1),
    ):
        with pytest.raises(SymadvError):
            call()
    Laplace(0, parameter("b", positive=True))
