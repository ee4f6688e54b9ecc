"""Sentences of the article and its sources as plain statements: the true one, then what it becomes by one slip."""

from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy import Abs, Equivalent, Implies, Integral, Rational, exp, log, oo, sqrt

from symadv.language.functions import Expit, LaplaceDensity, NormalDensity, Phi
from symadv.language.goals import Exists, ForAll, Goal
from symadv.language.parameters import Parameter, parameter

p = parameter("p", between=(0, 1))
eta, gap, budget, b = (parameter(name, positive=True) for name in ("eta", "gap", "budget", "b"))
x, x_adv, x1, x2, m, a, w = (parameter(name, real=True) for name in ("x", "x_adv", "x1", "x2", "m", "a", "w"))
A, B, C, D = (Parameter(name, sp.Interval(0, 1)) for name in "ABCD")
t = sp.Symbol("t", real=True)
odds, threshold = log(p / (1 - p)), -log(p / (1 - p)) / (2 * eta)
half = Rational(1, 2)


def eq(left: Any, right: Any) -> sp.Basic:
    """An equation that does not evaluate itself."""
    return sp.Eq(left, right, evaluate=False)


def every(variable: Parameter, statement: Any) -> sp.Basic:
    """For all values of one variable."""
    return ForAll(sp.Tuple(variable), statement)


def some(variable: Parameter, statement: Any) -> sp.Basic:
    """For some value of one variable."""
    return Exists(sp.Tuple(variable), statement)


@dataclass(frozen=True)
class Sentence:
    """A true statement under what is given, and wrong ones: (the slip, the statement, what is given instead)."""

    name: str
    true: Any
    wrong: tuple[tuple[Any, ...], ...]
    given: tuple[Any, ...] = ()

    def goals(self) -> list[tuple[bool, Goal]]:
        """Whether it is true, and the goal."""
        own = [(True, Goal(self.true, self.given, self.name))]
        for slip, statement, *given in self.wrong:
            own.append((False, Goal(statement, given[0] if given else self.given, f"{self.name}: {slip}")))
        return own


def robust(right_of: Any, truth_right_of: Any) -> sp.Basic:
    """Classifier and projection agree everywhere on which points are right, that is, labelled -1."""
    return every(x_adv, sp.Not(sp.Xor(right_of, truth_right_of)))


POINT_MASSES = (
    Sentence(
        "the projection is gap exactly right of the middle",
        Equivalent(Abs(x - gap) < Abs(x), x > gap / 2),
        (
            ("tie", Equivalent(Abs(x - gap) < Abs(x), x >= gap / 2)),
            ("strictness", Equivalent(Abs(x - gap) <= Abs(x), x > gap / 2)),
            ("factor", Equivalent(Abs(x - gap) < Abs(x), x > gap)),
            ("sign", Equivalent(Abs(x - gap) < Abs(x), x < gap / 2)),
        ),
    ),
    Sentence(
        "the max-margin classifier agrees with the projection",
        robust(x_adv > gap / 2, Abs(x_adv - gap) < Abs(x_adv)),
        (
            ("tie at the wrong side", robust(x_adv >= gap / 2, Abs(x_adv - gap) < Abs(x_adv))),
            ("threshold", robust(x_adv > gap / 3, Abs(x_adv - gap) < Abs(x_adv))),
            ("threshold at a point", robust(x_adv > gap, Abs(x_adv - gap) < Abs(x_adv))),
        ),
    ),
    Sentence(
        "the other point is in reach exactly when the budget is the gap",
        Equivalent(some(x_adv, sp.And(Abs(x_adv) <= budget, sp.Eq(x_adv, gap))), budget >= gap),
        (
            ("strictness", Equivalent(some(x_adv, sp.And(Abs(x_adv) <= budget, sp.Eq(x_adv, gap))), budget > gap)),
            ("open ball", Equivalent(some(x_adv, sp.And(Abs(x_adv) < budget, sp.Eq(x_adv, gap))), budget >= gap)),
            ("factor", Equivalent(some(x_adv, sp.And(Abs(x_adv) <= budget, sp.Eq(x_adv, gap))), budget >= gap / 2)),
        ),
    ),
    Sentence(
        "perturbations below half the gap keep the label",
        every(x_adv, Implies(Abs(x_adv) < budget, Abs(x_adv) < Abs(x_adv - gap))),
        (
            ("condition", every(x_adv, Implies(Abs(x_adv) < budget, Abs(x_adv) < Abs(x_adv - gap))), (budget <= gap,)),
            ("closed ball", every(x_adv, Implies(Abs(x_adv) <= budget, Abs(x_adv) < Abs(x_adv - gap)))),
            ("no condition", every(x_adv, Implies(Abs(x_adv) < budget, Abs(x_adv) < Abs(x_adv - gap))), ()),
        ),
        (budget <= gap / 2,),
    ),
    Sentence(
        "the two points are linearly separable",
        sp.And(some(w, sp.And(w * gap > 1, w > 0)), some(w, w * gap < -1)),
        (("sign of the weight", some(w, sp.And(w * gap > 1, w < 0))), ("margin", every(w, w * gap > 1))),
    ),
)


def joint(y: int, s: int) -> sp.Expr:
    """The joint density of label y and x at (s, x2)."""
    return (p if y == s else 1 - p) / 2 * NormalDensity(x2, y * eta, 1)


def log_odds(s: int) -> sp.Expr:
    """The log-odds of label 1 at (s, x2), by the two joint densities."""
    return log(joint(1, s)) - log(joint(-1, s))


POSTERIOR = (
    Sentence(
        "the log-odds on the left line",
        eq(log_odds(-1), 2 * eta * x2 + log((1 - p) / p)),
        (
            ("sign of the logarithm", eq(log_odds(-1), 2 * eta * x2 - log((1 - p) / p))),
            ("factor", eq(log_odds(-1), eta * x2 + log((1 - p) / p))),
            ("sign of the slope", eq(log_odds(-1), -2 * eta * x2 + log((1 - p) / p))),
            ("wrong line", eq(log_odds(1), 2 * eta * x2 + log((1 - p) / p))),
            ("square of the mean", eq(log_odds(-1), 2 * eta * x2 - eta**2 + log((1 - p) / p))),
        ),
    ),
    Sentence(
        "the posterior on the right line",
        eq(joint(1, 1) / (joint(1, 1) + joint(-1, 1)), Expit(2 * eta * x2 + odds)),
        (
            ("swapped prior", eq(joint(1, 1) / (joint(1, 1) + joint(-1, 1)), Expit(2 * eta * x2 - odds))),
            ("prior left out", eq(joint(1, 1) / (joint(1, 1) + joint(-1, 1)), Expit(2 * eta * x2))),
            ("other label", eq(joint(-1, 1) / (joint(1, 1) + joint(-1, 1)), Expit(2 * eta * x2 + odds))),
            ("a product of posteriors", eq(joint(1, 1) / (joint(1, 1) + joint(-1, 1)), p * Expit(2 * eta * x2))),
            ("not normalised", eq(joint(1, 1), Expit(2 * eta * x2 + odds))),
        ),
    ),
    Sentence(
        "the Bayes threshold on the right line",
        Equivalent(joint(1, 1) > joint(-1, 1), x2 > threshold),
        (
            ("sign", Equivalent(joint(1, 1) > joint(-1, 1), x2 > -threshold)),
            ("tie", Equivalent(joint(1, 1) > joint(-1, 1), x2 >= threshold)),
            ("factor", Equivalent(joint(1, 1) > joint(-1, 1), x2 > 2 * threshold)),
            ("prior left out", Equivalent(joint(1, 1) > joint(-1, 1), x2 > 0)),
        ),
    ),
    Sentence(
        "the displayed inequality",
        (1 - p) * exp(-2 * eta**2) < p,
        (
            ("no condition", (1 - p) * exp(-2 * eta**2) < p, ()),
            ("weak without condition", (1 - p) * exp(-2 * eta**2) <= p, ()),
            ("weaker condition", (1 - p) * exp(-2 * eta**2) < p, (p >= Rational(1, 4),)),
            ("condition just too weak", (1 - p) * exp(-2 * eta**2) < p, (p >= Rational(499, 1000),)),
            ("sign of the exponent", (1 - p) * exp(2 * eta**2) < p),
            ("weak at the threshold", (1 - p) * exp(-2 * eta**2) < p, (p >= 1 / (1 + exp(2 * eta**2)),)),
        ),
        (p >= half,),
    ),
    Sentence(
        "exactly when the displayed inequality holds",
        Equivalent((1 - p) * exp(-2 * eta**2) < p, p > exp(-2 * eta**2) / (1 + exp(-2 * eta**2))),
        (
            ("tie", Equivalent((1 - p) * exp(-2 * eta**2) < p, p >= exp(-2 * eta**2) / (1 + exp(-2 * eta**2)))),
            ("only sufficient", Equivalent((1 - p) * exp(-2 * eta**2) < p, p > half)),
            ("exponent", Equivalent((1 - p) * exp(-2 * eta**2) < p, p > exp(-(eta**2)) / (1 + exp(-(eta**2))))),
            ("sign", Equivalent((1 - p) * exp(-2 * eta**2) < p, p > exp(-2 * eta**2) / (1 - exp(-2 * eta**2)))),
        ),
    ),
    Sentence(
        "when the Bayes classifier is right at the sample",
        Equivalent(log_odds(-1).xreplace({x2: eta}) > 0, p < 1 / (1 + exp(-2 * eta**2))),
        (
            ("tie", Equivalent(log_odds(-1).xreplace({x2: eta}) > 0, p <= 1 / (1 + exp(-2 * eta**2)))),
            ("sign", Equivalent(log_odds(-1).xreplace({x2: eta}) > 0, p > 1 / (1 + exp(-2 * eta**2)))),
            ("always", log_odds(-1).xreplace({x2: eta}) > 0),
        ),
    ),
    Sentence(
        "the tie set of the projection",
        Equivalent(sp.Eq(Abs(x1 - 1), Abs(x1 + 1)), sp.Eq(x1, 0)),
        (
            ("nowhere", sp.Ne(Abs(x1 - 1), Abs(x1 + 1))),
            ("elsewhere", Equivalent(sp.Eq(Abs(x1 - 1), Abs(x1 + 1)), sp.Eq(x1, 1))),
            ("strictness", Implies(x1 >= 0, Abs(x1 - 1) < Abs(x1 + 1))),
        ),
    ),
    Sentence(
        "the difference of squared distances",
        eq((x1 + 1) ** 2 - (x1 - 1) ** 2, 4 * x1),
        (
            ("factor", eq((x1 + 1) ** 2 - (x1 - 1) ** 2, 2 * x1)),
            ("sign", eq((x1 - 1) ** 2 - (x1 + 1) ** 2, 4 * x1)),
        ),
    ),
)

normal = Integral(NormalDensity(t, m, b), (t, a, oo))
accuracy = p * Phi(eta + odds / (2 * eta)) + (1 - p) * Phi(eta - odds / (2 * eta))
hits = Integral(p * NormalDensity(t, eta, 1), (t, threshold, oo)) + Integral(
    (1 - p) * NormalDensity(t, -eta, 1), (t, -oo, threshold)
)
density = NormalDensity(x2, eta, 1) < NormalDensity(x2, -eta, 1)
overlap = Integral(NormalDensity(t, eta, 1), (t, -oo, 0)) + Integral(NormalDensity(t, -eta, 1), (t, 0, oo))

PROBABILITIES = (
    Sentence(
        "the mass of a half line",
        eq(normal, Phi((m - a) / b)),
        (
            ("sign", eq(normal, Phi((a - m) / b))),
            ("not standardised", eq(normal, Phi(m - a))),
            ("scaled twice", eq(normal, Phi((m - a) / b) / b)),
            ("variance for std", eq(normal, Phi((m - a) / b**2))),
        ),
    ),
    Sentence(
        "the normaliser of the normal law",
        eq(Integral(exp(-(t**2) / (2 * b**2)), (t, -oo, oo)), sqrt(2 * sp.pi) * b),
        (
            ("factor", eq(Integral(exp(-(t**2) / (2 * b**2)), (t, -oo, oo)), sqrt(sp.pi) * b)),
            ("root left out", eq(Integral(exp(-(t**2) / (2 * b**2)), (t, -oo, oo)), 2 * sp.pi * b)),
            ("scale left out", eq(Integral(exp(-(t**2) / (2 * b**2)), (t, -oo, oo)), sqrt(2 * sp.pi))),
        ),
    ),
    Sentence(
        "the normaliser of the Laplace law",
        eq(Integral(LaplaceDensity(t, m, b), (t, -oo, oo)), 1),
        (("factor", eq(Integral(exp(-Abs(t - m) / b), (t, -oo, oo)), b)),),
    ),
    Sentence(
        "the Bayes accuracy",
        eq(hits, accuracy),
        (
            ("sign", eq(hits, p * Phi(eta - odds / (2 * eta)) + (1 - p) * Phi(eta + odds / (2 * eta)))),
            ("factor", eq(hits, p * Phi(eta + odds / eta) + (1 - p) * Phi(eta - odds / eta))),
            ("its complement", eq(hits, 1 - accuracy)),
            ("prior left out", eq(hits, Phi(eta + odds / (2 * eta)))),
        ),
    ),
    Sentence(
        "left of zero the density of label 1 is smaller",
        Equivalent(density, x2 < 0),
        (("tie", Equivalent(density, x2 <= 0)), ("mean", Equivalent(density, x2 < eta))),
    ),
    Sentence(
        "the overlap",
        eq(overlap, 2 * Phi(-eta)),
        (
            ("half", eq(overlap, Phi(-eta))),
            ("sign", eq(overlap, 2 * Phi(eta))),
            ("factor", eq(overlap, 2 * Phi(-2 * eta))),
        ),
    ),
    Sentence(
        "the normal cdf increases",
        Phi(eta) < Phi(2 * eta),
        (("sign", Phi(-eta) < Phi(-2 * eta)), ("below one half", Phi(eta) < half)),
    ),
)

accurate = (p * A + (1 - p) * B + p * (1 - D) + (1 - p) * (1 - C)) / 2
shifted = (p * C + (1 - p) * D + p * (1 - B) + (1 - p) * (1 - A)) / 2
bound = p / (1 - p) * (1 - accurate)

TSIPRAS = (
    Sentence(
        "the shift bounds the accuracy",
        shifted <= bound,
        (
            ("no condition", shifted <= bound, ()),
            ("inverse factor", shifted <= (1 - p) / p * (1 - accurate)),
            ("strictness", shifted < bound),
            ("weaker condition", shifted <= bound, (p > Rational(49, 100),)),
            ("factor left out", shifted <= 1 - accurate),
        ),
        (p >= half,),
    ),
    Sentence(
        "the adversary can flip the first feature",
        Equivalent(some(w, sp.And(Abs(w) <= 2 * eta, sp.Eq(w - 1, 1))), eta >= 1),
        (
            ("strictness", Equivalent(some(w, sp.And(Abs(w) <= 2 * eta, sp.Eq(w - 1, 1))), eta > 1)),
            ("factor", Equivalent(some(w, sp.And(Abs(w) <= 2 * eta, sp.Eq(w - 1, 1))), eta >= half)),
            ("open ball", Equivalent(some(w, sp.And(Abs(w) < 2 * eta, sp.Eq(w - 1, 1))), eta >= 1)),
        ),
    ),
)

SENTENCES = (*POINT_MASSES, *POSTERIOR, *PROBABILITIES, *TSIPRAS)
