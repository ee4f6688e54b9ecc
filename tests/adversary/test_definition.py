"""The nine definitions, each reading against a table written by hand, and the statements between them."""

import itertools

import numpy as np
import pytest

from symadv import catalog
from symadv.adversary.definition import ANY, EVERYWHERE, C, Definition, F, Label, Pair, Types, Y, implies, not_F
from symadv.definitions import definition
from symadv.language.errors import SymadvError
from symadv.language.parameters import parameter
from symadv.language.regions import where

ALL = {name: definition(name) for name in catalog.names("definitions")}
NONE = 99

# Once more, in words of python: y, f(x), f(x_adv), c(x), c(x_adv); None is no label.
BY_HAND = {
    "misclassification": lambda y, f, f_adv, c, c_adv: f != y,
    "boundary": lambda y, f, f_adv, c, c_adv: f == y and f_adv != y,
    "adversarial_loss": lambda y, f, f_adv, c, c_adv: f_adv != y,
    "corrupted_instance": lambda y, f, f_adv, c, c_adv: c is not None and f_adv != c,
    "prediction_change": lambda y, f, f_adv, c, c_adv: f_adv != f,
    "error_region": lambda y, f, f_adv, c, c_adv: c_adv is not None and f_adv != c_adv,
    "label_invariant": lambda y, f, f_adv, c, c_adv: f == y and f_adv != y and c_adv == y,
    "base_classifier": lambda y, f, f_adv, c, c_adv: c is not None and f == c == c_adv != f_adv,
    "invariance": lambda y, f, f_adv, c, c_adv: c is not None and c_adv is not None and f == c == f_adv != c_adv,
}


def test_there_are_nine():
    assert set(ALL) == set(BY_HAND) and all(name == d.name for name, d in ALL.items())


@pytest.mark.parametrize("labels", [(-1, 1), (0, 1, 2), (-7, 0, 3, 4)])
@pytest.mark.parametrize("name", ALL)
def test_pointwise(name, labels):
    kinds = list(itertools.product(labels, labels, labels, (*labels, None), (*labels, None)))
    columns = [np.array([NONE if v is None else v for v in column]) for column in zip(*kinds, strict=True)]
    found = ALL[name].holds(*columns, labels=labels)
    assert found.dtype == bool and found.tolist() == [bool(BY_HAND[name](*kind)) for kind in kinds]


def test_pointwise_broadcasts():
    found = ALL["adversarial_loss"].holds(1, 1, np.array([1, -1, 1]), 1, 1, labels=(-1, 1))
    assert found.tolist() == [False, True, False]


@pytest.mark.parametrize(("y", "f_x", "f_adv", "what"), [(5, 1, 1, "y"), (1, 5, 1, "f"), (1, 1, 5, "x_adv")])
def test_strangers_are_refused(y, f_x, f_adv, what):
    with pytest.raises(SymadvError, match=what):
        ALL["boundary"].holds(y, f_x, f_adv, 1, 1, labels=(-1, 1))
    with pytest.raises(SymadvError, match="5"):
        ALL["boundary"].types(5, (-1, 1))


@pytest.mark.parametrize("name", ALL)
def test_regions_agree_with_the_pointwise_reading(name):
    """A model in which every type occurs: feature a is what f says, feature b the Bayes label, 3 for none."""
    labels = (0, 1, 2)
    a, b = features = (parameter("a", real=True), parameter("b", real=True))
    f = {y: where(features, a - y, "=") for y in labels}
    c = {y: where(features, b - y, "=") for y in labels}
    for y in labels:
        pairs = ALL[name].regions(y, f, c, labels)
        for x, x_adv in itertools.product(itertools.product(labels, (0, 1, 2, 3)), repeat=2):
            as_regions = any(clean.contains(x) and perturbed.contains(x_adv) for clean, perturbed in pairs)
            assert as_regions == ALL[name].holds(y, x[0], x_adv[0], x[1], x_adv[1], labels=labels)


IMPLIED = {
    "label_invariant": {"boundary", "prediction_change", "error_region", "adversarial_loss"},
    "boundary": {"adversarial_loss", "prediction_change"},
    "misclassification": {"adversarial_loss"},
    "prediction_change": {"adversarial_loss"},
    "base_classifier": {"prediction_change", "corrupted_instance", "error_region", "adversarial_loss"},
    "invariance": {"error_region"},
}


def test_which_definition_implies_which():
    for name, other in itertools.permutations(ALL, 2):
        assert implies(ALL[name], ALL[other]) == (other in IMPLIED.get(name, set())), (name, other)


def test_the_adversarial_loss_is_a_disjoint_union():
    labels = tuple(range(4))
    parts = ALL["misclassification"] | ALL["boundary"]
    assert implies(ALL["adversarial_loss"], parts, labels=labels) and implies(
        parts, ALL["adversarial_loss"], labels=labels
    )
    both = ALL["misclassification"] & ALL["boundary"]
    assert all(both.types(y, labels) == () for y in labels)


def test_the_adversarial_loss_needs_an_error_or_a_change():
    labels = tuple(range(4))
    assert implies(ALL["adversarial_loss"], ALL["misclassification"] | ALL["prediction_change"], labels=labels)


def test_without_staying_put_some_orders_fail():
    """A misclassified point from which the only step leads to a correct one: no adversarial loss there."""
    assert not ALL["adversarial_loss"].holds(1, -1, 1, 1, 1, labels=(-1, 1))
    assert ALL["misclassification"].holds(1, -1, 1, 1, 1, labels=(-1, 1))
    assert implies(ALL["misclassification"], ALL["adversarial_loss"])


@pytest.mark.parametrize(("first", "second"), list(itertools.product(ALL, repeat=2)))
def test_either_and_both(first, second):
    labels = (0, 1)
    kinds = itertools.product(labels, labels, labels, (0, 1, NONE), (0, 1, NONE))
    columns = [np.array(column) for column in zip(*kinds, strict=True)]
    a, b = (ALL[name].holds(*columns, labels=labels) for name in (first, second))
    assert np.array_equal((ALL[first] | ALL[second]).holds(*columns, labels=labels), a | b)
    assert np.array_equal((ALL[first] & ALL[second]).holds(*columns, labels=labels), a & b)


def test_types_write_for_each_out():
    both = frozenset({-1, 1})
    assert ALL["misclassification"].types(1, (-1, 1)) == ((Types(frozenset({-1}), None), Types(both, None)),)
    assert len(ALL["invariance"].types(0, (0, 1, 2))) == 6


def test_latex():
    assert ALL["label_invariant"].latex == r"\left(F_{y},\; \overline{F_{y}} \cap C_{y}\right)"
    assert r"\text{ for each } c \neq c'" in ALL["invariance"].latex
    assert r"\mathcal{X}" in ALL["misclassification"].latex
    twice = (ALL["prediction_change"] & ALL["invariance"]).latex
    assert "c''" in twice and twice.count(r"\neq") == 1


def test_one_s_own_definition():
    thick = Definition("mine", (Pair(C(Y), not_F(Y)), Pair(F(ANY), C(Label("k")), different=((ANY, Label("k")),))))
    assert thick.holds(1, 1, -1, 1, 0, labels=(-1, 1)) and thick.holds(1, 1, 1, 0, -1, labels=(-1, 1))
    assert not thick.holds(1, 1, 1, 0, 1, labels=(-1, 1))
    assert EVERYWHERE & F(Y) == F(Y)


def test_what_is_not_a_definition_is_refused():
    with pytest.raises(SymadvError, match="wanted a Definition"):
        definition("math:pi")
