"""Traps for provers: ends of domains, names that clash, undefined terms, tails. Each prover alone walks into none."""

import pytest
import sympy as sp
from sympy import (
    Abs,
    And,
    Equivalent,
    Implies,
    Integral,
    Max,
    Min,
    Ne,
    Not,
    Or,
    Piecewise,
    Rational,
    exp,
    log,
    oo,
    sqrt,
)

from symadv.check import SOUND, check, prove
from symadv.language.functions import Expit, NormalDensity, Phi
from symadv.language.goals import Exists, ForAll, Goal
from symadv.language.order import order
from symadv.language.parameters import Parameter, parameter

p, p_line = parameter("p", between=(0, 1)), parameter("p", positive=True)
x, x_line = parameter("x", real=True), parameter("x", positive=True)
x_1, y, t = (parameter(name, real=True) for name in ("x_1", "y", "t"))
eta, exp_x, pi, gap, E = (parameter(name, positive=True) for name in ("eta", "exp_x", "pi", "gap", "E"))
closed, half_open = Parameter("closed", sp.Interval(0, 1)), Parameter("half_open", sp.Interval.Ropen(0, 1))
from_zero, below = Parameter("from_zero", sp.Interval(0, oo)), Parameter("below", sp.Interval.open(-oo, 0))
arc = Parameter("arc", sp.Interval.open(0, sp.pi))
HALF, TINY = Rational(1, 2), Rational(1, 10**12)
density = exp(-(eta**2) / 2) / sqrt(2 * sp.pi)


def eq(left, right):
    return sp.Eq(left, right, evaluate=False)


def every(v, statement):
    return ForAll(sp.Tuple(v), statement)


def some(v, statement):
    return Exists(sp.Tuple(v), statement)


# statement, what is given; a statement that is undefined somewhere where what is given holds is neither true nor false
FALSE = [
    # two parameters of one name
    (p < p_line,),
    (exp(p) < exp(p_line),),
    (Phi(p) < Phi(p_line),),
    (p / (1 + p) <= p_line,),
    (exp(x) <= exp(x_line),),
    (eq(x, x_line),),
    (Or(x <= 0, x >= x_line, x_line >= 2 * x),),
    (every(x, every(x_line, x < x_line)),),
    (x <= y, (x <= x_line, y <= x_line)),
    (pi < 4,),
    (eq(pi, sp.pi),),
    # what a quantifier or an integral binds is another variable
    (Not(some(y, y < x)), (eq(x, y),)),
    (every(x, Not(some(x_1, x_1 > x))), (x > 0,)),
    (Not(some(x, eq(exp(x), exp_x + 1))),),
    (And(some(x, x > 0), x > 0),),
    (Or(some(x, x > x + 1), x > 0),),
    (every(x, every(x, x > 0)),),
    (eq(Integral(exp(-t), (t, t, oo)), exp(-2 * t)),),
    (eq(Integral(exp(-t), (t, x, oo)), 1), (eq(x, t),)),
    # quantifiers over open and closed ranges, and in premises
    (some(p, p >= 1),),
    (some(p, p * (1 - p) > Rational(1, 4)),),
    (some(eta, exp(-eta) >= 1),),
    (some(eta, exp(-(eta**2)) >= 1),),
    (some(eta, eq(exp(eta), 1)),),
    (every(x, exp(x**2) > 1),),
    (some(y, every(x, y > x)),),
    (Implies(some(x, x > y), y > 0),),
    (Equivalent(every(x, x > y), y < 0),),
    (every(y, Implies(some(x, eq(x**2, y)), y > 0)),),
    # ends of domains
    (closed * (1 - closed) > 0,),
    (sqrt(closed) > 0,),
    (exp(-closed * eta) < 1,),
    (Phi(closed) > HALF,),
    (half_open**2 + half_open > 0,),
    (exp(from_zero) > 1,),
    (1 - Phi(from_zero) < HALF,),
    (arc < Rational(314159, 100000),),
    (exp(arc) < Rational(231406926, 10**7),),
    # roots under quantifiers
    (Equivalent(gap / 2 <= E, some(x, sqrt(x**2 + (gap - x) ** 2) <= E)),),
    (Equivalent(gap / sqrt(2) <= E, some(x, sqrt(x**2 + (gap - x) ** 2) < E)),),
    (every(x, sqrt(x**2 + 1) > x + gap),),
    (some(x, eq(sqrt(x**2 + 1), E)),),
    (every(x, Ne(sqrt(x**2 + 1), E + 1)),),
    # roots, logarithms, quotients, powers, cases
    (sqrt(x**2) <= x,),
    ((x**2) ** p > 0,),
    (eq(log((x - 1) ** 2) / 2, log(Abs(x - 1)) + TINY), (Ne(x, 1),)),
    (Implies(x < y, 1 / x > 1 / y), (Ne(x, 0), Ne(y, 0))),
    (Implies(x / y > 1, x > y), (Ne(y, 0),)),
    (Implies(x**2 > y**2, x > y),),
    (Piecewise((1, x > 0), (0, x > 1), (-1, True)) >= 0,),
    (Piecewise((log(x), x > 0), (0, True)) < x + 1,),
    (Max(x, y, x + y) > 0,),
    (Min(x, 1, y) < 1,),
    (sp.ITE(x > 0, x >= 1, x <= 0),),
    (x <= 1, (Or(eq(x, 1), x > 5),)),
    (x > 0, (eq(x**2, 2),)),
    # tails, and what is false in a sliver
    (Phi(-eta) > Rational(1, 10**300),),
    (exp(-eta) > Rational(1, 10**200),),
    (exp(eta) < 10**200,),
    (p**eta > Rational(1, 10**30),),
    (Phi(-eta) < exp(-(eta**2) / 2) * Rational(4999999, 10**7),),
    (1 - Phi(eta) < density / eta - TINY,),
    (Expit(x) < 1 - Rational(1, 10**30),),
    (sqrt(eta + 1) - sqrt(eta) > TINY,),
    (Equivalent(x > 0, And(x >= 0, x**2 > TINY**2)),),
    (exp(x) >= 1 + x + TINY,),
]
TRUE = [
    (some(y, y < x), (eq(x, y),)),
    (every(x, some(x_1, x_1 > x)), (x > 0,)),
    (some(x, eq(exp(x), exp_x + 1)),),
    (eq(Integral(exp(-t), (t, t, oo)), exp(-t)),),
    (some(closed, closed >= 1),),
    (some(p, p * (1 - p) >= Rational(1, 4)),),
    (some(x, eq(exp(x), 1)),),
    (every(y, Implies(some(x, eq(x**2, y)), y >= 0)),),
    (Equivalent(gap / sqrt(2) <= E, some(x, sqrt(x**2 + (gap - x) ** 2) <= E)),),
    (every(x, sqrt(x**2 + 1) > x),),
    (some(x, eq(sqrt(x**2 + 1), E + 1)),),
    (half_open < 1,),
    (arc < Rational(22, 7),),
    (Implies(x > 0, log(x) < x),),
    (Implies(x >= 1, sqrt(x - 1) >= 0),),
    (1 - Phi(eta) > 0,),
    (eq(Integral(exp(-t), (t, x, 0)), exp(-x) - 1),),
]
NEITHER = [
    (1 / x > 0, (x >= 0,)),
    (log(x) < x, (x >= 0,)),
    (x * log(x) >= -1, (x >= 0,)),
    (1 / (x - y) ** 2 > 0,),
    (Implies(x >= 0, sqrt(x - 1) >= 0),),
    (Equivalent(x > 0, log(x) < x),),
    (eq((x**3) ** Rational(1, 3), x),),
    (x**p >= 0,),
    (some(x, sqrt(x) <= E),),
    (eq(Integral(NormalDensity(t, 0, y), (t, -oo, oo)), 1),),
    (eq(Integral(exp(-t * x), (t, 0, oo)), 1 / x),),
    (NormalDensity(x, 0, y) < 10, (y <= 1,)),
]
EMPTY = [
    (x > 3, (x > 1, x < 0)),
    (x > 3, (eq(x**2 + 1, 0),)),
    (x > 3, (eq(p, x), eq(x, 2))),
]


def goals(entries):
    return [Goal(statement, given[0] if given else (), f"{statement}, {given}") for statement, *given in entries]


@pytest.mark.parametrize("prover", SOUND)
def test_no_prover_by_itself_is_wrong(prover):
    allowed = {"PROVED": TRUE, "REFUTED": FALSE, "VACUOUS": EMPTY}
    entries = [(kind, goal) for kind in (FALSE, TRUE, NEITHER, EMPTY) for goal in goals(kind)]
    report = check([goal for _, goal in entries], provers=(prover,), cache=False)
    wrong = [
        (row.claim, row.verdict)
        for (kind, _), row in zip(entries, report, strict=True)
        if row.verdict.status != "UNDECIDED" and kind is not allowed[row.verdict.status]
    ]
    assert wrong == []


@pytest.mark.parametrize(("entries", "status"), [(FALSE, "REFUTED"), (TRUE, "PROVED"), (EMPTY, "VACUOUS")])
def test_together_they_decide(entries, status):
    report = check(goals(entries))
    assert [(row.claim, row.verdict.why) for row in report if row.verdict.status != status] == []


def test_a_witness_lies_in_the_domains():
    for row in check(goals(FALSE)):
        for parameter_, value in (row.verdict.witness or {}).items():
            assert parameter_.domain.contains(value) == sp.true


def test_the_comparator_does_not_take_one_name_for_one_number_nor_a_closed_end_for_an_open_one():
    assert order(p, p_line) is None and order(p, sp.S.One) == -1
    assert order(closed, sp.S.Zero) is None and order(sp.S.One, half_open) == 1


def test_what_no_point_satisfies_is_not_proved_even_when_it_follows():
    assert prove(x > 3, given=(x > 4, x**2 < 1)).status in ("VACUOUS", "UNDECIDED")
