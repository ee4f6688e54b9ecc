"""What an oracle accepts, refuses and answers: points, dtypes, membership, labels."""

import copy
import pickle

import numpy as np
import pytest

import symadv as sa

ULP = 2.0**-52


@pytest.fixture(scope="module")
def fig2():
    return sa.oracle(sa.distribution("tsipras").at(p="9/10", eta=3))


@pytest.fixture(scope="module")
def pair():
    return sa.oracle(sa.distribution("point_masses").at(gap=1))


def test_free_parameters_are_named() -> None:
    with pytest.raises(sa.SymadvError, match=r"tsipras.*p, eta.*d\.at\(p=…, eta=…\)"):
        sa.oracle(sa.distribution("tsipras"))
    with pytest.raises(sa.SymadvError, match="eta"):
        sa.oracle(sa.distribution("tsipras").at(p="1/2"))


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[1.0, 0.0]], r"x: got a list, wanted a numpy array.*\(n, 2\).*np\.array\(x"),
        (3.0, "x: got the float 3.0"),
        (np.array([[1, 0]]), r"x: got the dtype int64.*x\.astype\(float\)"),
        (np.array([[1 + 0j, 0]]), r"x: got the dtype complex128.*x\.real"),
        (np.array([[True, False]]), "x: got the dtype bool"),
        (np.array([["a", "b"]]), "x: got the dtype"),
        (np.zeros((1, 2), np.float16), "x: got the dtype float16"),
        (np.array([1.0, 0.0]), r"x: got the shape \(2,\), wanted.*one point is x\[None, :\]"),
        (np.zeros((2, 3)), r"x: got the shape \(2, 3\), wanted.*\(n, 2\)"),
        (np.zeros((1, 1, 2)), r"x: got the shape \(1, 1, 2\)"),
        (np.array([[1.0, 0.0], [1.0, np.nan]]), "x: got nan in row 1, feature x2"),
        (np.array([[np.inf, 0.0]]), "x: got inf in row 0, feature x1"),
        (np.array([[1.0, np.inf], [1.0, -np.inf]]), "x: got inf in row 0, feature x2"),
        (np.array([[1.0, 0.0], [0.3, 1.0]]),
         r"x: got \(0\.3, 1\.0\) in row 1, at distance 0\.7 from the support.*\(1\.0, 1\.0\)"),
    ],
)  # fmt: skip
def test_what_is_not_a_point_of_the_support_is_refused(fig2, x, message: str) -> None:
    for answer in (fig2.posterior, fig2.log_odds, fig2.log_posterior, fig2.bayes_label):
        with pytest.raises(sa.SymadvError, match=message):
            answer(x)


def test_a_point_of_one_feature(pair) -> None:
    with pytest.raises(sa.SymadvError, match=r"x: got the shape \(3,\).*x\[:, None\]"):
        pair.posterior(np.zeros(3))


def test_points_anywhere_must_be_finite_too(fig2) -> None:
    for answer in (fig2.project, fig2.label, fig2.tied):
        with pytest.raises(sa.SymadvError, match="x_adv: got -inf in row 0, feature x2"):
            answer(np.array([[1.0, -np.inf]]))
        with pytest.raises(sa.SymadvError, match="x_adv: got the dtype int64"):
            answer(np.array([[1, 0]]))


def test_large_finite_coordinates_are_not_taken_for_infinite_ones(fig2) -> None:
    x = np.array([[1.0, 1.7e307], [1.0, 1.7e307], [-1.0, -1.7e307]] * 4)
    assert fig2.bayes_label(x).tolist() == [1, 1, -1] * 4


def test_the_first_offending_row_is_counted_from_the_start(fig2) -> None:
    x, _ = fig2.sample(200_000, rng=0)
    x[150_001, 0], x[150_007, 0] = 0.5, 0.25
    with pytest.raises(sa.SymadvError, match=r"\(0\.5, .* in row 150001, at distance 0\.5"):
        fig2.posterior(x)
    x[150_000, 1] = np.nan
    with pytest.raises(sa.SymadvError, match="nan in row 150000"):
        fig2.label(x)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_dtypes_and_shapes(fig2, pair, dtype) -> None:
    x = np.array([[1.0, 0.25], [-1.0, 3.0], [1.0, -9.0]], dtype=dtype)
    assert fig2.log_odds(x).shape == (3,) and fig2.posterior(x).shape == fig2.log_posterior(x).shape == (3, 2)
    assert {a.dtype for a in (fig2.log_odds(x), fig2.posterior(x), fig2.log_posterior(x), fig2.project(x))} == {
        np.dtype(dtype)
    }
    assert fig2.label(x).dtype == fig2.bayes_label(x).dtype == np.int64 and fig2.tied(x).dtype == bool
    assert fig2.project(x).shape == x.shape and (fig2.project(x) == x).all()
    none = np.empty((0, 2), dtype)
    assert fig2.posterior(none).shape == (0, 2) and fig2.label(none).shape == fig2.tied(none).shape == (0,)
    assert pair.posterior(np.zeros((0, 1), dtype)).dtype == dtype


def test_inputs_are_left_alone_and_may_be_strided(fig2) -> None:
    x = np.array([[1.0 + ULP, 0.25, 7.0], [-1.0, 3.0, 7.0], [0.5, 0.5, 7.0]])
    before = x.copy()
    assert fig2.label(x[:, :2]).tolist() == fig2.label(np.asfortranarray(x[:, :2])).tolist() == [1, 1, 1]
    fig2.posterior(x[1::-1, :2])
    assert (x == before).all()
    fig2.project(x[:, :2])[:] = 0
    assert (x == before).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_points_within_eight_units_in_the_last_place_are_on_the_support(fig2, dtype) -> None:
    ulp = np.finfo(dtype).eps
    at = np.array([[1.0, 0.3], [-1.0, 0.3]], dtype=dtype)
    near = at + np.array([[8 * ulp, 0]], dtype=dtype) * np.sign(at[:, :1])
    assert (near != at).any(1).all()
    assert (fig2.posterior(near) == fig2.posterior(at)).all() and (fig2.log_odds(near) == fig2.log_odds(at)).all()
    assert (fig2.posterior(np.vstack([at, near])) == fig2.posterior(np.vstack([at, at]))).all()
    with pytest.raises(sa.SymadvError, match=r"row 1.*support"):
        fig2.posterior(np.vstack([near[:1], at[:1] + np.array([[9 * ulp, 0]], dtype=dtype)]))


def test_nothing_but_zero_is_near_a_stratum_at_zero(pair) -> None:
    assert pair.posterior(np.array([[0.0], [-0.0]])).tolist() == [[0, 1], [0, 1]]
    with pytest.raises(sa.SymadvError, match=r"row 0.*support"):
        pair.posterior(np.array([[1e-300]]))


def test_an_oracle_accepts_its_samples_in_both_precisions() -> None:
    d = sa.Distribution(
        name="thirds", features=("a", "b"), labels=(0, 1), prior={0: "1/2", 1: "1/2"},
        components=[sa.Component(sa.Flat({0: "1/3"}), {0: sa.Normal(0, 1), 1: "1/2" * sa.Normal(1, 1)}),
                    sa.Component(sa.Point(("1/3", "1/7")), {1: "1/2" * sa.Atom()})],
    )  # fmt: skip
    o = sa.oracle(d)
    x, y = o.sample(4000, rng=0)
    for points in (x, x.astype(np.float32), x * (1 + ULP)):
        post = o.posterior(points)
        atoms = x[:, 1] == 1 / 7
        assert 800 < atoms.sum() < 1200 and (y[atoms] == 1).all()
        if points.dtype == x.dtype and (points != x).any():
            continue  # a point beside an atom lies on the line
        assert (post[atoms] == [0, 1]).all() and (post[~atoms] > 0).all()


def test_without_validation_only_the_refusals_are_gone(fig2) -> None:
    fast = sa.oracle(fig2.distribution, validate=False)
    x, _ = fig2.sample(1000, rng=1)
    near = x * np.array([1 + ULP, 1])
    assert (fast.posterior(x) == fig2.posterior(x)).all() and (fast.posterior(near) == fig2.posterior(near)).all()
    assert np.isnan(fast.project(np.array([[1.0, np.nan]]))).any()
    assert fast.posterior(np.array([[0.3, 1.0]])).tolist() == fig2.posterior(np.array([[1.0, 1.0]])).tolist()
    with pytest.raises(sa.SymadvError, match="shape"):
        fast.posterior(np.zeros(2))


def test_copies_and_pickles(fig2) -> None:
    x = np.array([[1.0, 0.25], [-1.0, 3.0]])
    for other in (copy.deepcopy(fig2), pickle.loads(pickle.dumps(fig2))):
        assert (other.posterior(x) == fig2.posterior(x)).all() and other.labels == (-1, 1) and other.validate
    assert "tsipras" in repr(fig2)


def test_no_label_is_none_of_the_labels(fig2) -> None:
    even = sa.oracle(sa.distribution("tsipras").at(p="1/2", eta=3))
    assert even.no_label == 0 == fig2.no_label
    x = np.array([[1.0, 0.0], [-1.0, 0.0], [1.0, 1e-300], [1.0, -1e-300]])
    assert even.bayes_label(x).tolist() == even.label(x).tolist() == [0, 0, 1, -1]
    assert fig2.bayes_label(x).tolist() == [1, -1, 1, 1]


def test_sampling(fig2) -> None:
    x, y = fig2.sample(5000, rng=np.random.default_rng(7))
    again, _ = fig2.sample(5000, rng=np.random.default_rng(7))
    assert x.shape == (5000, 2) and x.dtype == float and y.dtype == np.int64 and (x == again).all()
    wrong = fig2.bayes_label(x) != y
    assert wrong.mean() < 0.01  # the Bayes rule errs with probability .000765
    with pytest.raises(sa.SymadvError, match="n = -1"):
        fig2.sample(-1, rng=0)
