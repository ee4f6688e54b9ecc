"""Functions of arrays: numbers rounded once; dtypes, devices and shapes kept; nothing executed."""

import pickle
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import sympy

from symadv.language.errors import SymadvError
from symadv.language.functions import Expit, NormalDensity, Phi
from symadv.readers.array import array

torch = pytest.importorskip("torch")

x, y = X = sympy.symbols("x y", real=True)
R = sympy.Rational


@pytest.mark.parametrize(
    "number",
    [
        sympy.log(9), sympy.log(R(1, 10**12 - 1)), sympy.sqrt(2), sympy.pi, R(1, 3), R(1, 10), Phi(-30), Expit(-40),
        sympy.exp(-700), sympy.exp(-745), sympy.log(10**12) - sympy.log(10**12 - 1), sympy.log(4) - 2 * sympy.log(2),
        R(2**53 + 1), R(2**54 + 3, 2), R(3, 2**1075), 10**400, -(R(10) ** 400),
        NormalDensity(38, 0, 1), sympy.sqrt(10**40 + 1) - 10**20,
    ],
)  # fmt: skip
def test_numbers_are_rounded_once(number):
    got = array(number + 0 * x, (x,))(np.zeros(1))[0]
    with mpmath.workdps(1500):
        wanted = sympy.S(number).doit().evalf(900, maxn=4000)._to_mpmath(4000)
        if abs(wanted) < mpmath.mpf(10) ** -800:
            wanted = mpmath.mpf(0)
        if abs(wanted) > sys.float_info.max:
            assert got == np.inf * float(mpmath.sign(wanted))
        else:
            neighbours = (np.nextafter(got, -np.inf), np.nextafter(got, np.inf))
            assert all(abs(mpmath.mpf(got) - wanted) <= abs(mpmath.mpf(n) - wanted) for n in neighbours)


def test_floats_in_an_expression_are_the_binary_rationals_that_they_are():
    assert array(x - 0.1, (x,))(np.array([0.1]))[0] == 0
    assert array(x > 0.1, (x,))(np.array([0.1, np.nextafter(0.1, 1)])).tolist() == [False, True]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_short_floats_are_computed_in_themselves(dtype):
    assert array((0, 6 * x), (x,), normalise=True)(torch.ones(3, dtype=dtype)).dtype == dtype


def test_the_device_is_that_of_the_input():
    f = array((sympy.Piecewise((1, x > 0), (y, True)), sympy.Max(x, 3), R(1, 3)), X)
    assert f.points(torch.zeros(4, 2, device="meta")).device.type == "meta"
    assert array(x > 0, (x,))(torch.zeros(4, device="meta")).dtype == torch.bool
    if torch.cuda.is_available():
        assert f.points(torch.zeros(4, 2, device="cuda")).device.type == "cuda"


TERMS = [6 * y + x * sympy.log(9), sympy.Piecewise((6 * y, sympy.Eq(x, 1)), (-y, True)), x, R(1, 3), x > y, sympy.true]


@pytest.mark.parametrize("term", [*TERMS, (x, y, 3), (x > 0, sympy.false)], ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (7,), (3, 4), (2, 0, 5)])
def test_shapes_are_kept(term, shape):
    points = np.random.default_rng(1).choice([-1.0, 0.5, 1.0], (*shape, 2))
    f = array(term, X)
    got, tensor = f.points(points), f.points(torch.from_numpy(points))
    assert got.shape == (*shape, *((len(term),) if isinstance(term, tuple) else ()))
    assert tuple(tensor.shape) == got.shape and got.flags.writeable
    np.testing.assert_array_equal(got, tensor.numpy())
    one_by_one = [f.points(row).tolist() for row in points.reshape(-1, 2)]
    assert got.reshape(len(one_by_one), *got.shape[len(shape) :]).tolist() == one_by_one


@pytest.mark.parametrize("term", [*TERMS, (x, y, 3)], ids=str)
def test_many_points_are_as_few(term):
    rng = np.random.default_rng(2)
    points = np.stack([rng.choice([-1.0, 1.0], 300_001), rng.normal(size=300_001)], 1)
    f = array(term, X)
    got = f.points(points)
    np.testing.assert_array_equal(got[::1001], f.points(points[::1001]))
    np.testing.assert_array_equal(got[-1], f.points(points[-1]))
    np.testing.assert_array_equal(got, f.points(torch.from_numpy(points)).numpy())
    np.testing.assert_array_equal(got, f.points(np.asfortranarray(points)))
    np.testing.assert_array_equal(got[::-1], f.points(points[::-1]))
    wide = points[:30_000].reshape(3, 10_000, 2)
    np.testing.assert_array_equal(f.points(np.concatenate([wide] * 4)), np.concatenate([f.points(wide)] * 4))


def test_columns_broadcast():
    f = array(x + 2 * y, X)
    a, b = np.arange(3.0)[:, None], np.arange(4.0)
    np.testing.assert_array_equal(f(a, b), a + 2 * b)
    np.testing.assert_array_equal(f(torch.from_numpy(a), torch.from_numpy(b)).numpy(), a + 2 * b)
    np.testing.assert_array_equal(array(x, X)(a, b), np.broadcast_to(a, (3, 4)))


def test_results_share_no_memory_with_inputs():
    for column in (np.ones(3), torch.ones(3, dtype=torch.float64), torch.ones(100_000)):
        result = array(x, (x,))(column)
        result[:] = 5
        assert (column == 1).all()


def test_inputs_are_refused_by_kind():
    f = array(x + y, X)
    with pytest.raises(SymadvError, match=r"1 arrays.*one for each of x, y"):
        f(np.ones(3))
    with pytest.raises(SymadvError, match="int64"):
        f(np.ones(3, int), np.ones(3, int))
    with pytest.raises(SymadvError, match="float32"):
        f(np.ones(3, np.float32), np.ones(3))
    with pytest.raises(SymadvError, match="ndarray"):
        f(torch.ones(3), np.ones(3))
    with pytest.raises(SymadvError, match="int64"):
        f(torch.ones(3, dtype=torch.int64), torch.ones(3, dtype=torch.int64))
    with pytest.raises(SymadvError, match=r"\(\.\.\., 2\)"):
        f.points(np.ones((3, 3)))


def test_terms_are_refused_by_name():
    p = sympy.Symbol("p")
    with pytest.raises(SymadvError, match=r"p too.*values"):
        array(x + p, X)
    with pytest.raises(SymadvError, match="different assumptions"):
        array(sympy.Symbol("x") + y, X)
    with pytest.raises(SymadvError, match="zeta"):
        array(sympy.zeta(x), X)
    with pytest.raises(SymadvError, match="enclose"):
        array(x + sympy.sqrt(-2), X)
    with pytest.raises(SymadvError, match="conditions"):
        array((x, x > 0), X)
    with pytest.raises(SymadvError, match="normalise"):
        array(x, X, normalise=True)
    with pytest.raises(SymadvError, match="number"):
        array("__import__('os').getcwd()", X)
    with pytest.raises(SymadvError, match="different symbols"):
        array(x, (x, x))


# --- what follows the computation in torch ---------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")  # tracing is deprecated, and warns of numbers that it takes for constants
def test_transformations_of_torch_see_through_many_points():
    f = array(x**2 * sympy.Piecewise((sympy.sqrt(x), x > 0), (1, True)), (x,))
    t = torch.linspace(-1, 3, 50_001, dtype=torch.float64)
    slope = torch.where(t > 0, 2.5 * t.clamp(min=0) ** 1.5, 2 * t)
    torch.testing.assert_close(torch.func.grad(lambda z: f(z).sum())(t), slope)
    _, tangent = torch.func.jvp(f, (t,), (torch.ones_like(t),))
    torch.testing.assert_close(tangent, slope)
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(t, torch.ones_like(t))
        torch.testing.assert_close(torch.autograd.forward_ad.unpack_dual(f(dual)).tangent, slope)
    batch = torch.stack([t, t + 1])
    torch.testing.assert_close(torch.func.vmap(f)(batch), f(batch))
    traced = torch.jit.trace(lambda z: f(z), t)
    torch.testing.assert_close(traced(t + 1), f(t + 1))
    with torch.inference_mode():
        torch.testing.assert_close(f(t), f(t.clone()))


def test_a_tracked_tensor_under_no_grad_gives_a_plain_one():
    t = torch.ones(50_000, requires_grad=True)
    with torch.no_grad():
        assert not array(x + 1, (x,))(t).requires_grad
    assert array(x + 1, (x,))(t).requires_grad


def test_second_derivatives():
    t = torch.tensor([0.3, -2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(array(sympy.log(NormalDensity(x, 1, 1) + NormalDensity(x, -1, 2)), (x,)), t)
    assert torch.autograd.gradcheck(array((0, x, x**2), (x,), normalise=True), t)


# --- nothing is executed ---------------------------------------------------------------------------------------------


def test_names_are_data(tmp_path, monkeypatch):
    trap = tmp_path / "trap"
    names = [f"open({str(trap)!r}, 'w')", "__import__('os')", "x y; raise SystemExit", "\n1/0", "lambda"]
    symbols = [sympy.Symbol(name, real=True) for name in names]
    monkeypatch.setattr("builtins.eval", None)
    monkeypatch.setattr("builtins.exec", None)
    f = array(sympy.Add(*symbols) + sympy.Max(*symbols), symbols)
    assert f.points(np.array([[1.0, 2, 3, 4, 5]])).tolist() == [20]
    assert not trap.exists()


def test_functions_pickle():
    for term in (6 * y + x, (x > 0) & (y < 1), sympy.Piecewise((sympy.sqrt(x), x > 0), (y, True))):
        f = array(term, X)
        assert pickle.loads(pickle.dumps(f)) == f


def test_numpy_needs_no_torch():
    code = (
        "import sys, numpy, sympy; from symadv.readers.array import array; x = sympy.Symbol('x');"
        "array(6 * x + 1, (x,))(numpy.ones(3)); print('torch' in sys.modules, 'scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_programs_take_no_needless_step():
    def steps(term):
        return [s.operation for s in array(term, X).plain.steps]

    assert steps(6 * y + sympy.log(9)) == ["multiply", "add"]
    assert steps(6 * y - sympy.log(9) - x) == ["multiply", "subtract", "add"]
    strata = sympy.Piecewise((6 * y + 2, sympy.Eq(x, 1)), (6 * y - 2, True))
    assert steps(strata) == ["multiply", "equal", "where", "add"]
    assert steps(2 * sympy.sqrt(2) * x / 3) == ["multiply"]
    assert steps((sympy.exp(x) + 1, sympy.exp(x) * y)) == ["exp", "add", "multiply"]
    assert steps(3 * x - sympy.log(7) > 0) == ["greater"]
