"""Who is adversarial, point by point: every definition, kinds of classifiers, threats, and what is refused."""

from types import SimpleNamespace

import numpy as np
import pytest

import symadv as sa
from symadv import catalog

ULP = 2.0**-52


@pytest.fixture(scope="module")
def fig2():
    return sa.oracle(sa.distribution("tsipras").at(p="9/10", eta=3))


@pytest.fixture(scope="module")
def pair():
    return sa.oracle(sa.distribution("point_masses").at(gap=1))


def one(o, x, y, x_adv, f, **options) -> bool:
    rows = (np.array([v], dtype=float) for v in (x, x_adv))
    return bool(o.is_adversarial(next(rows), np.array([y]), next(rows), f, **options)[0])


def x2_only(z):
    return np.where(z[:, 1] > 0, 1, -1)


def test_the_articles_example(fig2) -> None:
    assert one(fig2, (-1, 3), 1, (-1, -3), x2_only, definition="adversarial_loss")
    assert not one(fig2, (-1, 3), 1, (-1, -3), x2_only, definition="label_invariant")
    assert one(fig2, (1, 0.1), 1, (1, -0.1), x2_only)  # the Bayes label at (1, -.1) is still 1
    assert not one(fig2, (1, -0.1), 1, (1, -0.2), x2_only)  # f(x) is wrong already


@pytest.mark.parametrize("name", catalog.names("definitions"))
def test_every_definition_by_its_words(fig2, name: str) -> None:
    rng = np.random.default_rng(4)
    x, y = fig2.sample(3000, rng=rng)
    x[:, 1] *= rng.random(3000)
    x_adv = x + rng.normal(size=x.shape) * 2
    x_adv[::5, 0] = 0.0
    f_x, f_adv, c_x, c_adv = x2_only(x), x2_only(x_adv), fig2.bayes_label(x), fig2.label(x_adv)
    assert (c_adv == fig2.no_label).any()
    expected = {
        "misclassification": f_x != y,
        "boundary": (f_x == y) & (f_adv != y),
        "adversarial_loss": f_adv != y,
        "corrupted_instance": (c_x != 0) & (f_adv != c_x),
        "prediction_change": f_adv != f_x,
        "error_region": (c_adv != 0) & (f_adv != c_adv),
        "label_invariant": (f_x == y) & (f_adv != y) & (c_adv == y),
        "base_classifier": (c_x != 0) & (f_x == c_x) & (c_adv == c_x) & (f_adv != c_x),
        "invariance": (c_x != 0) & (f_x == c_x) & (f_adv == c_x) & (c_adv != 0) & (c_adv != c_x),
    }[name]
    found = fig2.is_adversarial(x, y, x_adv, x2_only, definition=name)
    assert found.dtype == bool and found.tolist() == expected.tolist()
    assert (fig2.is_adversarial(x, y, x_adv, x2_only, definition=sa.definition(name)) == found).all()
    assert found.any()


def test_bayes_after_projection_has_no_label_invariant_example(fig2, pair) -> None:
    for o in (fig2, pair):
        x, y = o.sample(2000, rng=3)
        x_adv = x + np.random.default_rng(1).normal(size=x.shape)
        x_adv[::3] = np.round(x_adv[::3] * 2) / 2
        assert not o.is_adversarial(x, y, x_adv, "bayes").any()
        assert not o.is_adversarial(x, y, x_adv, o.label if not o.tied(x_adv).any() else "bayes").any()


def test_classifiers_by_function_object_and_name(fig2) -> None:
    x, y = fig2.sample(500, rng=2)
    x_adv = x - np.array([0.0, 4.0])
    first = sa.classifier("linear", fig2.distribution, weights=(1, 0), bias=0, tie=1)
    several = (lambda z: np.where(z[:, 0] >= 0, 1.0, -1.0), first, SimpleNamespace(predict=lambda z: np.sign(z[:, 0])))
    results = [fig2.is_adversarial(x, y, x_adv, f, definition="prediction_change") for f in several]
    assert all((r == results[0]).all() for r in results) and not results[0].any()
    assert fig2.is_adversarial(x, y, x_adv, "bayes", definition="prediction_change").any()
    with pytest.raises(sa.SymadvError, match="nearest: bayes"):
        fig2.is_adversarial(x, y, x_adv, "bayess")


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda z: np.zeros(len(z), dtype=int), r"f\(x\): got 0 in row 0, wanted 2 labels.*-1, 1"),
        (lambda z: np.zeros((len(z), 2)), r"f\(x\): got the shape \(2, 2\), wanted \(2,\)"),
        (lambda z: np.array(["a", "b"]), r"f\(x\): got the dtype"),
        (lambda z: np.array([1.0, np.nan]), r"f\(x\): got nan in row 1"),
        (7, "f: got a int, wanted a function"),
    ],
)
def test_classifiers_that_say_no_label_are_refused(fig2, f, message: str) -> None:
    x = np.array([[1.0, 0.0], [1.0, 1.0]])
    with pytest.raises(sa.SymadvError, match=message):
        fig2.is_adversarial(x, np.array([1, 1]), x, f)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.array([1, 0]), "y: got 0 in row 1, wanted 2 labels, one per point, each one of -1, 1"),
        (np.array([1]), r"y: got the shape \(1,\), wanted \(2,\)"),
        (np.array([1.5, 1]), "y: got 1.5 in row 0"),
        (np.array([True, True]), "y: got the dtype bool"),
        (np.array([[1, 1]]), r"y: got the shape \(1, 2\)"),
    ],
)
def test_labels_are_checked(fig2, y, message: str) -> None:
    x = np.array([[1.0, 0.0], [1.0, 1.0]])
    with pytest.raises(sa.SymadvError, match=message):
        fig2.is_adversarial(x, y, x, x2_only)


def test_pairs_of_points_are_checked(fig2) -> None:
    x, y = np.array([[1.0, 0.0]]), np.array([1])
    with pytest.raises(sa.SymadvError, match=r"x and x_adv.*one shape"):
        fig2.is_adversarial(x, y, np.zeros((2, 2)), x2_only)
    with pytest.raises(sa.SymadvError, match="x_adv: got nan"):
        fig2.is_adversarial(x, y, np.array([[1.0, np.nan]]), x2_only)
    with pytest.raises(sa.SymadvError, match=r"x: got .* support"):
        fig2.is_adversarial(np.array([[0.5, 0.0]]), y, x, x2_only)
    with pytest.raises(sa.SymadvError, match="nearest: label_invariant"):
        fig2.is_adversarial(x, y, x, x2_only, definition="label_invariants")
    with pytest.raises(sa.SymadvError, match="threat: got a float"):
        fig2.is_adversarial(x, y, x, x2_only, threat=0.5)
    with pytest.raises(sa.SymadvError, match="definition: got a int"):
        fig2.is_adversarial(x, y, x, x2_only, definition=3)


def test_a_threat_limits_what_counts(fig2) -> None:
    inside, frozen = sa.ThreatModel(norm="linf", eps=1), sa.ThreatModel(norm="linf", eps=(0, 1))
    on = sa.ThreatModel(norm="linf", eps=1, on_support=True)
    how = {"definition": "adversarial_loss"}
    assert one(fig2, (1, 0.5), 1, (1, -0.5), x2_only, threat=inside, **how)
    assert not one(fig2, (1, 0.5), 1, (1, -0.6), x2_only, threat=inside, **how)
    assert one(fig2, (1, 0.5), 1, (0.5, -0.5), x2_only, threat=inside, **how)
    assert not one(fig2, (1, 0.5), 1, (0.5, -0.5), x2_only, threat=frozen, **how)
    assert not one(fig2, (1, 0.5), 1, (0.5, -0.5), x2_only, threat=on, **how)
    assert one(fig2, (1, 0.5), 1, (1 + 3 * ULP, -0.5), x2_only, threat=on, **how)


def test_staying_put_is_always_allowed(fig2) -> None:
    box = sa.ThreatModel(norm="linf", eps="1/10", box=(5, 6), on_support=True)
    assert one(fig2, (1, -0.5), 1, (1, -0.5), x2_only, threat=box, definition="adversarial_loss")
    assert not one(fig2, (1, -0.5), 1, (1, -0.55), x2_only, threat=box, definition="adversarial_loss")
