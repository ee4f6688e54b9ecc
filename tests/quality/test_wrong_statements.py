"""A wrong PROVED is the worst that this program can do: wrong statements are refuted, the true ones proved."""

import mpmath
import pytest
import sympy as sp

from symadv.check import check
from symadv.language.functions import unfold
from symadv.language.goals import Exists, ForAll
from tests.quality.sentences import SENTENCES

GOALS = [entry for sentence in SENTENCES for entry in sentence.goals()]
TRUE = [goal for true, goal in GOALS if true]
WRONG = [goal for true, goal in GOALS if not true]


@pytest.fixture(scope="module")
def verdicts():
    """Every prover on every goal; two that disagree would raise."""
    report = check([goal for _, goal in GOALS], thorough=True)
    return {row.claim: row.verdict for row in report}


def test_there_are_enough_of_them():
    assert len(WRONG) >= 40 and len({goal.name for _, goal in GOALS}) == len(GOALS)


@pytest.mark.parametrize("goal", TRUE, ids=lambda goal: goal.name)
def test_the_true_sentence_is_proved(goal, verdicts):
    assert verdicts[goal.name].status == "PROVED", verdicts[goal.name].why


@pytest.mark.parametrize("goal", WRONG, ids=lambda goal: goal.name)
def test_the_wrong_sentence_is_refuted(goal, verdicts):
    assert verdicts[goal.name].status == "REFUTED", verdicts[goal.name].why
    assert verdicts[goal.name].witness is not None


@pytest.mark.parametrize("goal", [g for g in WRONG if not g.statement.has(ForAll, Exists)], ids=lambda goal: goal.name)
def test_the_witness_replays_at_thirty_digits(goal, verdicts):
    witness = verdicts[goal.name].witness
    for parameter, value in witness.items():
        assert parameter.domain.contains(value) == sp.true
    assert all(holds(condition, witness) for condition in goal.given)
    assert not holds(goal.statement, witness)


def holds(condition, point):
    """Whether a condition holds at a point, by mpmath; what differs by less than 1e-30 counts as equal."""
    if condition in (sp.true, sp.false):
        return bool(condition)
    if isinstance(condition, sp.And):
        return all(holds(part, point) for part in condition.args)
    if isinstance(condition, sp.Implies):
        return not holds(condition.args[0], point) or holds(condition.args[1], point)
    if isinstance(condition, sp.Equivalent):
        return holds(condition.args[0], point) == holds(condition.args[1], point)
    difference = number(condition.lhs, point) - number(condition.rhs, point)
    sign = 0 if abs(difference) < mpmath.mpf("1e-30") else mpmath.sign(difference)
    return {
        sp.StrictGreaterThan: sign > 0,
        sp.GreaterThan: sign >= 0,
        sp.Equality: sign == 0,
        sp.Unequality: sign != 0,
        sp.LessThan: sign <= 0,
        sp.StrictLessThan: sign < 0,
    }[type(condition)]


def number(expression, point):
    """The value of an expression at 40 digits, integrals by quadrature split at their kinks."""
    with mpmath.workdps(40):
        integrals = {}
        for node in expression.atoms(sp.Integral):
            variable, low, high = node.limits[0]
            inner = unfold(node.function).subs(point)
            kinks = {s for f in inner.atoms(sp.Abs) for s in sp.solve(f.args[0], variable)}
            ends = [sp.sympify(e).subs(point) for e in (low, high)]
            inside = sorted((k for k in {*kinks, sp.S.Zero} if ends[0] < k < ends[1]), key=float)
            f = sp.lambdify(variable, inner, "mpmath")
            integrals[node] = sp.Float(
                mpmath.quad(f, [sp.lambdify((), e, "mpmath")() for e in (ends[0], *inside, ends[1])]), 40
            )
        return mpmath.mpf(sp.N(unfold(expression.xreplace(integrals)).subs(point), 40))
