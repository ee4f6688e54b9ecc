"""Expressions and regions as functions of arrays: against mpmath at 30 digits, exact membership, and each other."""

import sys

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symadv.language.functions import Expit, LaplaceDensity, NormalDensity, Phi
from symadv.readers.array import array

torch = pytest.importorskip("torch")

x, y = X = sympy.symbols("x y", real=True)
R = sympy.Rational
EPS = np.finfo(np.float64).eps


def _ncdf(z):
    return mpmath.erfc(-z / mpmath.sqrt(2)) / 2


def _log_ncdf(z):
    if z > 0:
        return mpmath.log1p(-_ncdf(-z))
    return mpmath.log(_ncdf(z))


def _expit(z):
    return 1 / (1 + mpmath.exp(-z))


def _normal(z, mean, std):
    return mpmath.exp(-(((z - mean) / std) ** 2) / 2) / (std * mpmath.sqrt(2 * mpmath.pi))


third = mpmath.mpf(1) / 3
# name: (expression, the same in mpmath by hand, the largest |input| that it is tried on, domain)
HEADS = {
    "add": (x + y + sympy.sqrt(2), lambda a, b: a + b + mpmath.sqrt(2), 1e6, "positive"),
    "subtract": (1 - x, lambda a, b: 1 - a, 1e6, "real"),
    "negative": (-x - y, lambda a, b: -a - b, 1e6, "positive"),
    "third": (x / 3, lambda a, b: a / 3, 1e300, "real"),
    "quotient": (sympy.log(3) * x / (7 * y), lambda a, b: mpmath.log(3) * a / (7 * b), 1e6, "positive"),
    "reciprocal": (1 / x**2, lambda a, b: 1 / a**2, 1e6, "positive"),
    "square": (x**2 * y**3, lambda a, b: a**2 * b**3, 1e6, "real"),
    "seventh": (x**7, lambda a, b: a**7, 1e6, "real"),
    "large power": (x**100, lambda a, b: a**100, 1e3, "real"),
    "root": (sympy.sqrt(x), lambda a, b: mpmath.sqrt(a), 1e300, "positive"),
    "three halves": (x ** R(3, 2), lambda a, b: a ** mpmath.mpf(1.5), 1e6, "positive"),
    "inverse root": (1 / sympy.sqrt(x), lambda a, b: 1 / mpmath.sqrt(a), 1e6, "positive"),
    "cube root": (x ** R(1, 3), lambda a, b: a**third, 1e6, "positive"),
    "irrational power": (x ** sympy.sqrt(2), lambda a, b: a ** mpmath.sqrt(2), 1e6, "positive"),
    "power of two": (2**x, lambda a, b: mpmath.mpf(2) ** a, 1e3, "real"),
    "exp": (sympy.exp(x), lambda a, b: mpmath.exp(a), 700, "real"),
    "gauss": (sympy.exp(-(x**2) / 2), lambda a, b: mpmath.exp(-(a**2) / 2), 37, "real"),
    "log": (sympy.log(x), lambda a, b: mpmath.log(a), 1e300, "positive"),
    "abs": (sympy.Abs(x - 1), lambda a, b: abs(a - 1), 1e6, "real"),
    "sign": (sympy.sign(x), lambda a, b: mpmath.sign(a), 1e6, "real"),
    "max": (sympy.Max(x, y, R(1, 3)), lambda a, b: max(a, b, third), 1e6, "real"),
    "min": (sympy.Min(x, y, sympy.log(2)), lambda a, b: min(a, b, mpmath.log(2)), 1e6, "real"),
    "erf": (sympy.erf(x), lambda a, b: mpmath.erf(a), 1e6, "real"),
    "erfc": (sympy.erfc(x), lambda a, b: mpmath.erfc(a), 26, "real"),
    "Phi": (Phi(x), lambda a, b: _ncdf(a), 37, "real"),
    "log Phi": (sympy.log(Phi(x)), lambda a, b: _log_ncdf(a), 1e3, "real"),
    "Expit": (Expit(x), lambda a, b: _expit(a), 690, "real"),
    "NormalDensity": (NormalDensity(x, R(1, 3), 2), lambda a, b: _normal(a, third, 2), 70, "real"),
    "LaplaceDensity": (
        LaplaceDensity(x, R(1, 3), 2),
        lambda a, b: mpmath.exp(-abs(a - third) / 2) / 4,
        1e3,
        "real",
    ),
    "cases": (
        sympy.Piecewise((sympy.log(x), x > 1), (x**2, x > -1), (-x, True)),
        lambda a, b: mpmath.log(a) if a > 1 else a**2 if a > -1 else -a,
        1e6,
        "real",
    ),
    "log of a mixture": (
        sympy.log(NormalDensity(x, -3, 1) / 3 + 2 * NormalDensity(x, 3, 1) / 3),
        lambda a, b: mpmath.log(_normal(a, -3, 1) / 3 + 2 * _normal(a, 3, 1) / 3),
        1e6,
        "real",
    ),
    "log of a product": (
        sympy.log(LaplaceDensity(x, 0, 1) ** 2 * NormalDensity(y, 0, 1) * 5),
        lambda a, b: mpmath.log((mpmath.exp(-abs(a)) / 2) ** 2 * _normal(b, 0, 1) * 5),
        1e6,
        "real",
    ),
    "log of Expit": (sympy.log(Expit(x)), lambda a, b: mpmath.log(_expit(a)), 700, "negative"),
}


def _points(largest, domain):
    """Extreme and random points (n, 2)."""
    rng = np.random.default_rng(0)
    fixed = np.array([0.0, 1.0, 1 / 3, 5e-324, 1e-300, 1e-8, 0.5, 2.0, 8.3, largest / 2, largest])
    column = np.concatenate([fixed, largest * rng.random(20), np.exp(rng.uniform(-20, np.log(largest), 20))])
    column = column[column <= largest]
    if domain == "real":
        column = np.concatenate([column, -column])
    points = np.stack([column, rng.permutation(column)], 1)
    if domain == "negative":
        return -points
    return np.maximum(points, 1e-300) if domain == "positive" else points


def _allowed(reference, a, b):
    """The value at a point, and by how much it may be missed: 8 ulp of it, or of an input."""
    value = reference(a, b)
    slack = 8 * EPS * abs(value) + mpmath.mpf(2) ** -1073
    for factor in (1 - 8 * mpmath.mpf(EPS), 1 + 8 * mpmath.mpf(EPS)):
        slack += abs(reference(a * factor, b) - value) + abs(reference(a, b * factor) - value)
    return value, slack


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_every_head_against_mpmath(name, library):
    expression, reference, largest, domain = HEADS[name]
    points = _points(largest, domain)
    got = array(expression, X).points(points if library == "numpy" else torch.from_numpy(points))
    assert got.shape == (len(points),)
    with mpmath.workdps(60):
        for value, (a, b) in zip(got.tolist(), points.tolist(), strict=True):
            wanted, slack = _allowed(reference, mpmath.mpf(a), mpmath.mpf(b))
            if abs(wanted) < sys.float_info.max and abs(wanted) > sys.float_info.min:
                assert abs(value - wanted) <= slack, (a, b, value, float(wanted))


@pytest.mark.parametrize("name", HEADS)
def test_gradients_against_mpmath(name):
    expression, reference, largest, domain = HEADS[name]
    points = _points(min(largest, 20), domain)
    points = points[(np.abs(points) > 1e-3).all(1) & (np.abs(points[:, 0] - points[:, 1]) > 1e-3)]
    kinks = [1, -1, 1 / 3, np.log(2)]
    points = points[(np.abs(points[:, :, None] - kinks) > 1e-3).all((1, 2))]
    assert len(points) > 5
    t = torch.tensor(points, requires_grad=True)
    value = array(expression, X).points(t)
    assert value.dtype == torch.float64
    (gradient,) = torch.autograd.grad(value.sum(), t, allow_unused=True)
    # torch has the slope of its sigmoid only up to an absolute error.
    tiny = EPS if name == "Expit" else 1e-280
    with mpmath.workdps(250):
        for row, (a, b) in zip(gradient.tolist(), points.tolist(), strict=True):
            for k in (0, 1):
                order = (1, 0) if k == 0 else (0, 1)
                wanted = mpmath.diff(reference, (mpmath.mpf(a), mpmath.mpf(b)), order)
                assert row[k] == pytest.approx(float(wanted), rel=1e-12, abs=tiny), (a, b, k)


SEAMS = {
    "root": sympy.Piecewise((sympy.sqrt(x), x > 0), (x, True)),
    "log": sympy.Piecewise((x * sympy.log(x), x > 0), (0, True)),
    "pole": sympy.Piecewise((0, sympy.Eq(x, 0)), (x * sympy.log(sympy.Abs(x)), True)),
    "overflow": sympy.Piecewise((sympy.exp(x), x < 0), (1 + x, x < 2), (sympy.log(x), True)),
    "nested": sympy.Piecewise((sympy.Piecewise((sympy.sqrt(x), x > 1), (x / (x + 1), True)), x >= 0), (-x, True)),
    "norm": sympy.sqrt(x**2 + y**2),
    "abs": sympy.Abs(x) + sympy.Max(x, y) + sympy.Min(0, x),
    "mixture": sympy.log(NormalDensity(x, -1, 1) + LaplaceDensity(y, 0, 1)),
    "expit": Expit(3 * x) * Phi(y) + sympy.log(Expit(x)),
    "log Phi": sympy.log(Phi(x)),
    "missing label": sympy.Piecewise((sympy.log(sympy.exp(x)), x > 0), (-sympy.oo, True)),
}


@pytest.mark.parametrize("name", SEAMS)
def test_gradients_are_finite(name):
    values = [0.0, 1.0, -1.0, 2.0, 1e-300, -1e-300, 40.0, -40.0, 1e6, -1e6, 0.5]
    t = torch.tensor([[a, b] for a in values for b in (a, 0.0, 1e6, -3.0)], dtype=torch.float64, requires_grad=True)
    value = array(SEAMS[name], X).points(t)
    (gradient,) = torch.autograd.grad(value.sum(), t)
    assert torch.isfinite(gradient).all()
    assert not torch.isnan(value).any()


def test_seams_have_the_gradient_of_their_own_branch():
    t = torch.tensor([4.0, 0.0, -3.0], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(array(SEAMS["root"], (x,))(t).sum(), t)
    assert gradient.tolist() == [0.25, 1.0, 1.0]


def test_where_no_case_applies_the_value_is_nan():
    f = array(sympy.Piecewise((x, x > 0), (1, x < -1)), (x,))
    for a in (np.array([2.0, 0.0, -3.0]), torch.tensor([2.0, 0.0, -3.0])):
        assert f(a).tolist()[::2] == [2, 1] and np.isnan(f(a).tolist()[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", HEADS)
def test_dtypes_are_kept(dtype, name):
    expression = HEADS[name][0]
    f = array(expression, X)
    columns = [np.array([0.5, 0.25, 2.0], dtype), np.array([1.5, 2.5, 3.5], dtype)]
    if HEADS[name][3] == "negative":
        columns = [-c for c in columns]
    tensors = [torch.from_numpy(c) for c in columns]
    tracked = [t.clone().requires_grad_() for t in tensors]
    results = [f(*columns), f(*tensors).numpy(), f(*tracked).detach().numpy()]
    assert [r.dtype for r in results] == [dtype] * 3
    tolerance = 200 * np.finfo(dtype).eps
    wide = f(*(c.astype(np.float64) for c in columns))
    for r in results:
        np.testing.assert_allclose(r, wide, rtol=tolerance, atol=tolerance)


# --- log-odds and posteriors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("odds", [R(1, 10**12), R(1, 9), R(1, 2), R(1), R(9), R(10**12 - 1)])
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_log_odds_and_posterior_of_two_gaussians(odds, library):
    eta, lam = R(31, 10), sympy.log(odds)
    points = np.array([0.0, 1e-9, 0.1, 1 / 3, 1.0, 3.0, 30.0, 200.0, 1e6])
    points = np.concatenate([points, -points])
    given_ = points if library == "numpy" else torch.from_numpy(points)
    log_odds = array(2 * eta * y + lam, (y,))(given_)
    posterior = array((0, 2 * eta * y + lam), (y,), normalise=True)(given_)
    assert posterior.shape == (18, 2)
    with mpmath.workdps(30):
        shift = mpmath.log(mpmath.mpf(odds.p) / odds.q) if odds != 1 else mpmath.mpf(0)
        for odds_here, row, b in zip(log_odds.tolist(), posterior.tolist(), points.tolist(), strict=True):
            main = mpmath.mpf(62) / 10 * mpmath.mpf(b)
            size = abs(main) + abs(shift)
            assert abs(odds_here - (main + shift)) <= 1e-14 * size
            for value, sign in zip(row, (-1, 1), strict=True):
                wanted = _expit(sign * (main + shift))
                if wanted >= 1e-300:
                    assert abs(value / wanted - 1) <= 1e-14 * (1 + size)


def _softmax(*logs):
    largest = max(logs)
    total = sum(mpmath.exp(t - largest) for t in logs)
    return [mpmath.exp(t - largest) / total for t in logs]


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_softmax_of_three_labels_with_a_missing_one(library):
    a = np.array([0.0, -1.0, 700.0, -1e6, 1e6, 3.0])
    b = np.array([0.0, 5.0, 690.0, 1e6, 1e6, -np.inf])
    terms = (x, y, sympy.Piecewise((-sympy.oo, x > 1), (x / 2, True)))
    columns = (a, b) if library == "numpy" else (torch.from_numpy(a), torch.from_numpy(b))
    got = array(terms, X, normalise=True)(*columns)
    with mpmath.workdps(30):
        for row, p, q in zip(got.tolist(), a.tolist(), b.tolist(), strict=True):
            wanted = _softmax(mpmath.mpf(p), mpmath.mpf(q), -mpmath.inf if p > 1 else mpmath.mpf(p) / 2)
            assert row == pytest.approx([float(w) for w in wanted], rel=1e-14, abs=1e-300)


def test_two_weights_may_be_anything_from_zero_to_infinity():
    odds = np.array([-np.inf, -1e6, 0.0, 1e6, np.inf])
    wanted = [[1, 0], [1, 0], [0.5, 0.5], [0, 1], [0, 1]]
    for columns in (odds, torch.from_numpy(odds)):
        assert array((0, x), (x,), normalise=True)(columns).tolist() == wanted


def test_log_sum_exp_knows_minus_infinity():
    mixture = sympy.log(sympy.exp(x) + sympy.exp(y) + sympy.exp(y))
    a, b = np.array([-np.inf, -np.inf, 1e5, 0.0]), np.array([-np.inf, 2.0, -np.inf, -1e5])
    wanted = [-np.inf, 2 + np.log(2), 1e5, 0]
    assert array(mixture, X)(a, b).tolist() == pytest.approx(wanted, rel=1e-15)
    s, t = (torch.tensor(c, requires_grad=True) for c in (a, b))
    value = array(mixture, X)(s, t)
    value.sum().backward()
    assert value.tolist() == pytest.approx(wanted, rel=1e-15)
    assert s.grad.tolist() == [0, 0, 1, 1] and t.grad.tolist() == [0, 1, 0, 0]


def test_posteriors_have_finite_gradients_in_the_tails():
    t = torch.tensor([0.0, 500.0, -500.0, 1e6, -1e6], dtype=torch.float64, requires_grad=True)
    for terms in ((0, 6 * x), (0, 6 * x, sympy.Piecewise((-sympy.oo, x > 0), (x, True)))):
        value = array(terms, (x,), normalise=True)(t)
        (gradient,) = torch.autograd.grad(value[:, 0].sum(), t)
        assert torch.isfinite(gradient).all() and gradient[0] < 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2), st.sampled_from(sorted(HEADS)))
def test_numpy_and_torch_agree(point, name):
    expression, _, largest, domain = HEADS[name]
    clipped = np.clip(point, -largest if domain == "real" else 1e-6, largest)
    a, b = (-clipped if domain == "negative" else clipped).tolist()
    f = array(expression, X)
    one = f(np.array([a]), np.array([b]))
    for tracked in (False, True):
        columns = (torch.tensor([v], dtype=torch.float64, requires_grad=tracked) for v in (a, b))
        two = f(*columns).detach().numpy()
        np.testing.assert_allclose(one, two, rtol=4e-13, atol=1e-290)
