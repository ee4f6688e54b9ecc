"""Threat models: exact budgets, refused mistakes, and the ball with its box read on floats."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError
from symadv.language.parameters import parameter


@pytest.mark.parametrize(
    ("eps", "kept"),
    [
        (6, sympy.Integer(6)),
        ("6/10", sympy.Rational(3, 5)),
        (Fraction(1, 3), sympy.Rational(1, 3)),
        (0.1, sympy.Rational(*(0.1).as_integer_ratio())),
        (np.float32(0.5), sympy.Rational(1, 2)),
        (sympy.sqrt(2), sympy.sqrt(2)),
        ((0, "1/2"), (sympy.Integer(0), sympy.Rational(1, 2))),
        ([1, 2], (sympy.Integer(1), sympy.Integer(2))),
        (np.array([1, 2]), (sympy.Integer(1), sympy.Integer(2))),
    ],
)
def test_a_budget_is_kept_exactly(eps: object, kept: object) -> None:
    assert ThreatModel("linf", eps).eps == kept


def test_a_budget_may_be_a_parameter() -> None:
    budget = parameter("E", positive=True)
    assert ThreatModel(norm="l2", eps=2 * budget).budgets(3) == (2 * budget,) * 3


def test_one_budget_serves_every_feature_and_a_tuple_names_each() -> None:
    assert ThreatModel("l1", 3).budgets(4) == (3, 3, 3, 3)
    assert ThreatModel("l1", (0, 6)).budgets(2) == (0, 6)
    with pytest.raises(SymadvError, match=r"2 budgets, wanted 3"):
        ThreatModel("l1", (0, 6)).budgets(3)


IMPOSSIBLE = [-1, "-1/2", float("nan"), float("inf"), sympy.I, sympy.oo, "abc", True, None, (1, -2), -sympy.pi]


@pytest.mark.parametrize("eps", IMPOSSIBLE)
def test_an_impossible_budget_is_refused(eps: object) -> None:
    with pytest.raises(SymadvError, match=r"eps must be a finite number >= 0, got"):
        ThreatModel("linf", eps)


def test_a_negative_expression_and_no_budget_at_all_are_refused() -> None:
    with pytest.raises(SymadvError, match=r"eps must be"):
        ThreatModel("linf", -parameter("E", positive=True))
    with pytest.raises(SymadvError, match=r"empty"):
        ThreatModel("linf", ())


SPELLINGS = [("Linf", "linf"), ("inf", "linf"), (np.inf, "linf"), (2, "l2"), ("L1", "l1")]


@pytest.mark.parametrize(("norm", "meant"), SPELLINGS)
def test_another_spelling_of_a_norm_is_refused_with_the_nearest_name(norm: str, meant: str) -> None:
    with pytest.raises(SymadvError, match=f"nearest: '{meant}'"):
        ThreatModel(norm, 1)


def test_flags_are_booleans() -> None:
    with pytest.raises(SymadvError, match="closed must be True or False"):
        ThreatModel("linf", 1, closed=0)
    with pytest.raises(SymadvError, match="on_support must be True or False"):
        ThreatModel("linf", 1, on_support="yes")


def test_a_box_serves_every_feature_or_each_its_own() -> None:
    assert ThreatModel("linf", 1, box=(0, "1/2")).boxes(2) == ((0, sympy.Rational(1, 2)),) * 2
    each = ThreatModel("linf", 1, box=((0, 1), (-float("inf"), 3)))
    assert each.boxes(2) == ((0, 1), (-sympy.oo, 3))
    assert ThreatModel("linf", 1).boxes(2) is None
    with pytest.raises(SymadvError, match="2 pairs, wanted 1"):
        each.boxes(1)


@pytest.mark.parametrize("box", [3, (), (1, 0), (0, 1, 2), ((0, 1), 2), (0, float("nan")), "01", (sympy.oo, sympy.oo)])
def test_an_impossible_box_is_refused(box: object) -> None:
    with pytest.raises(SymadvError, match="box must"):
        ThreatModel("linf", 1, box=box)


def test_equal_threats_are_equal_and_hash_alike() -> None:
    one, other = ThreatModel("linf", "1/2", box=(0, 1)), ThreatModel("linf", Fraction(1, 2), box=("0", "1"))
    assert one == other and hash(one) == hash(other)
    assert one != ThreatModel("linf", "1/2", box=(0, 1), closed=False)


UNIT = {"linf": np.inf, "l2": 2, "l1": 1}


@pytest.mark.parametrize("norm", UNIT)
def test_allows_agrees_with_the_norm_away_from_the_sphere(norm: str) -> None:
    rng = np.random.default_rng(0)
    x, delta = rng.normal(size=(2000, 3)), rng.normal(size=(2000, 3))
    length = np.linalg.norm(delta, ord=UNIT[norm], axis=1)
    away = np.abs(length - 1.5) > 1e-9
    inside = ThreatModel(norm, "3/2").allows(x, x + delta)
    assert 100 < inside.sum() < 1900
    assert (inside == (length <= 1.5))[away].all()
    scaled = ThreatModel(norm, ("3/2", 3, "3/4")).allows(x, x + delta * [1, 2, 0.5])
    assert (scaled == (length <= 1.5))[away].all()


@pytest.mark.parametrize("norm", UNIT)
def test_allows_forgives_rounding_and_no_more(norm: str) -> None:
    x = np.random.default_rng(1).uniform(-1e3, 1e3, size=(500, 2))
    step = np.array([0.1, 0.0])  # 0.1 is above 1/10, and x + 0.1 rounds again
    threat = ThreatModel(norm, "1/10")
    assert threat.allows(x, x + step).all()
    assert not threat.allows(x, x + step + [1e-9, 0]).any()
    single = x.astype(np.float32)
    assert threat.allows(single, single + step.astype(np.float32)).all()
    assert not threat.allows(single, single + np.float32([0.11, 0])).any()


def test_allows_staying_put_even_outside_the_box_and_never_a_frozen_feature() -> None:
    threat = ThreatModel("linf", (0, 6), box=(0, 1))
    x = np.array([[5.0, 5.0], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]])
    x_adv = np.array([[5.0, 5.0], [0.5, 1.0], [0.5, 1.1], [0.500001, 0.5], [0.5, np.nan]])
    assert threat.allows(x, x_adv).tolist() == [True, True, False, False, False]


def test_allows_with_every_feature_frozen_is_staying_put() -> None:
    x = np.zeros((2, 2))
    assert ThreatModel("l2", 0).allows(x, x + np.array([[0, 0], [0, 1e-6]])).tolist() == [True, False]
    assert ThreatModel("linf", 1).allows(x, x + np.array([[np.inf, 0], [-np.inf, np.nan]])).tolist() == [False, False]


def test_allows_refuses_other_shapes_and_symbols() -> None:
    with pytest.raises(SymadvError, match=r"\(2, 2\) and \(2, 3\)"):
        ThreatModel("linf", 1).allows(np.zeros((2, 2)), np.zeros((2, 3)))
    with pytest.raises(SymadvError, match="got the expression E"):
        ThreatModel("linf", parameter("E", positive=True)).allows(np.zeros((1, 1)), np.zeros((1, 1)))
