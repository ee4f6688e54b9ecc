"""Regions: membership, Boolean algebra and sections agree with each other and with direct evaluation."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symadv.language.errors import SymadvError
from symadv.language.order import Undecided
from symadv.language.parameters import parameter
from symadv.language.regions import everywhere, nowhere, where

u, v, t = (parameter(name, real=True) for name in "uvt")
FEATURES = (u, v)
GRID = [(sp.Rational(a, 2), sp.Rational(b, 2)) for a in range(-4, 5) for b in range(-4, 5)]
TRUTH = {
    ">": lambda x: x > 0,
    ">=": lambda x: x >= 0,
    "=": lambda x: x == 0,
    "<": lambda x: x < 0,
    "<=": lambda x: x <= 0,
    "!=": lambda x: x != 0,
}
forms = st.sampled_from(
    [u, v, u - v, 2 * u + v - 1, u**2 + v**2 - 2, sp.Abs(u - 1) - v, -3 * u + 3 * v, 1 - 2 * u - v, u - u, sp.S.One]
)
leaves = st.tuples(forms, st.sampled_from(list(TRUTH)))


@st.composite
def trees(draw, depth=2):
    """A region together with a plain Python predicate for it."""
    if depth == 0 or draw(st.booleans()):
        form, relation = draw(leaves)
        return where(FEATURES, sp.sympify(form), relation), lambda a, b: TRUTH[relation](
            sp.sympify(form).subs({u: a, v: b})
        )
    (left, f), (right, g) = draw(trees(depth=depth - 1)), draw(trees(depth=depth - 1))
    kind = draw(st.sampled_from(["and", "or", "not"]))
    if kind == "and":
        return left & right, lambda a, b: f(a, b) and g(a, b)
    if kind == "or":
        return left | right, lambda a, b: f(a, b) or g(a, b)
    return ~left, lambda a, b: not f(a, b)


@given(trees())
@settings(max_examples=80, deadline=None)
def test_membership_and_sections(pair):
    region, predicate = pair
    section = region.section({u: t, v: sp.Rational(1, 2)}, t)
    for a, b in GRID[::3]:
        assert region.contains((a, b)) == bool(predicate(a, b))
    for a in {a for a, _ in GRID}:
        assert section.contains(a) == bool(predicate(a, sp.Rational(1, 2)))
        condition = region.condition.subs({u: a, v: sp.Rational(1, 2)})
        assert bool(condition) == bool(predicate(a, sp.Rational(1, 2)))


def test_one_form_written_twice_is_one_form():
    assert (where(FEATURES, u - v, ">") & where(FEATURES, 2 * v - 2 * u, ">=")).is_nowhere
    assert (where(FEATURES, u - v, ">") | where(FEATURES, v - u, ">=")).contains((1, 1))
    gap = parameter("gap", positive=True)
    assert where((u,), gap**2 - 2 * gap * u, "<") == where((u,), gap - 2 * u, "<")


def test_ends():
    assert everywhere(FEATURES).contains((0, 0)) and not nowhere(FEATURES).contains((0, 0))
    assert (~everywhere(FEATURES)).is_nowhere and (~nowhere(FEATURES)).is_everywhere


def test_undecided_membership_raises():
    a = parameter("a", real=True)
    with pytest.raises(Undecided):
        where((u,), u - a, ">").contains((0,))
    with pytest.raises(SymadvError, match="2"):
        where(FEATURES, u, ">").contains((0,))
    with pytest.raises(SymadvError, match="features"):
        where((u,), u, ">") & where((v,), v, ">")
