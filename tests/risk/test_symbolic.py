"""Risks as formulas: against the exact risk at numbers and closed forms by hand, on boundaries and in tails."""

import mpmath
import numpy as np
import pytest
import sympy
from scipy.special import ndtr

import symadv as sa
from symadv import catalog
from symadv.classifiers import classifier
from symadv.distributions import distribution
from symadv.language.errors import SymadvError
from symadv.language.functions import Phi
from symadv.language.order import sign
from symadv.language.parameters import parameter
from symadv.language.places import Placed, decider
from symadv.readers._numeric import in_the_tails
from symadv.risk._sym_place import condition
from symadv.risk.exact import risk, risks

E = parameter("E", positive=True)
p, eta = distribution("tsipras").parameters
NAMES = catalog.names("definitions")

RANDOM = np.random.default_rng(7)
POINTS = [
    ("9/10", "3", "6"),
    ("9/10", "3", "1"),
    ("9/10", "3", "2"),
    ("1/10", "3", "1"),
    ("1/10", "1/2", "2"),
    ("1/2", "2", "1"),
    ("1/2", "1/3", "1/2"),
    ("1/2", "1", "3"),
    ("1/2", "1/2", "2"),
    ("999999/1000000", "1/4", "5"),
    ("1/1000000", "1/4", "5"),
    ("1/1000000", "1/4", "100"),
    ("3/4", "1/1000", "1/2"),
    ("3/4", "1/1000", "2"),
    ("1/4", "1/100", "150"),
    ("99/100", "8", "1/10"),
    ("3/5", "1/10", "5/2"),
    *(
        (str(round(a, 3)), str(round(b, 3)), str(round(c, 3)))
        for a, b, c in zip(
            RANDOM.uniform(0.02, 0.98, 6),
            RANDOM.exponential(1.5, 6) + 0.01,
            RANDOM.exponential(1.5, 6) + 0.01,
            strict=True,
        )
    ),
]


def linf(eps, **options):
    return sa.ThreatModel("linf", eps, **options)


def made(d, kind):
    if kind == "bayes":
        return classifier("bayes", d)
    return classifier("linear", d, weights=(1, 0) if kind == "x1" else (0, 1), tie=1)


@pytest.fixture(scope="module", params=["bayes", "x1", "x2"])
def formulas(request):
    d = distribution("tsipras")
    return request.param, risks(made(d, request.param), d, linf(E))


def test_formulas_agree_with_the_exact_risk_at_numbers(formulas):
    kind, found = formulas
    assert set(found) == set(NAMES) and len(found) == 9
    for values in POINTS:
        at = dict(zip(("p", "eta", "E"), map(sympy.Rational, values), strict=True))
        d = distribution("tsipras").at(p=values[0], eta=values[1])
        wanted = risks(made(d, kind), d, linf(values[2]))
        for name, bound in found.items():
            assert bound.method == "exact" and bound.lower == bound.upper == bound.derivation.result
            value = bound.derivation.numeric(**{k: float(v) for k, v in at.items()})
            assert value == pytest.approx(float(wanted[name]), rel=1e-10, abs=1e-15), (kind, name, values)


def test_every_case_is_covered(formulas):
    rng = np.random.default_rng(3)
    n = 20_000
    values = {"p": rng.beta(0.3, 0.3, n).clip(1e-9, 1 - 1e-9)}
    values |= {"eta": rng.lognormal(0, 2, n), "E": rng.lognormal(0, 2, n)}
    for k, special in enumerate((1.0, 2.0, 0.5)):
        values["E"][k::40] = special
    values["p"][::7] = 0.5
    for name, bound in formulas[1].items():
        risk_there = bound.derivation.numeric(**values)
        assert np.all((risk_there >= 0) & (risk_there <= 1 + 1e-15)), name


def test_bayes_adversarial_loss_by_hand():
    d = distribution("tsipras")
    formula = risk("bayes", d, linf(E), definition="adversarial_loss").derivation.numeric
    assert formula(p=0.9, eta=3.0, E=6.0) == pytest.approx(0.999618948509, abs=1e-11)
    rng = np.random.default_rng(0)
    a, b, e = rng.uniform(0.01, 0.99, 1000), rng.exponential(2, 1000) + 0.01, rng.exponential(2, 1000) + 0.01
    shift = np.log(a / (1 - a)) / (2 * b)
    small = a * ndtr(e - b - shift) + (1 - a) * ndtr(e - b + shift)
    large = ndtr(e - b + np.abs(shift))  # the adversary has moved x1 to the side that it likes
    assert formula(p=a, eta=b, E=e) == pytest.approx(np.where(e < 1, small, large), rel=1e-12)


def test_cases_are_found_with_their_conditions():
    d = distribution("tsipras")
    result = risk("bayes", d, linf(E), definition="adversarial_loss").lower
    conditions = [condition for _, condition in result.args]
    assert sympy.Lt(E, 1) in conditions and sympy.And(E > 1, p < sympy.Rational(1, 2)) in conditions
    assert any(sympy.Eq(E, 1) in c.args for c in conditions)
    zero = risk("bayes", d, linf(E), definition="label_invariant")
    assert zero.lower == 0 and float(zero) == 0
    assert np.array_equal(zero.derivation.numeric(p=0.9, eta=1.0, E=np.ones(3)), np.zeros(3))


def test_a_rule_may_be_one_formula():
    d = distribution("tsipras")
    found = risks(made(d, "x2"), d, linf(E), definitions=["misclassification", "adversarial_loss"])
    assert found["misclassification"].lower == Phi(-eta) and found["adversarial_loss"].lower == Phi(E - eta)


def test_x1_alone_by_hand():
    d = distribution("tsipras")
    found = risks(made(d, "x1"), d, linf(E), definitions=["misclassification", "adversarial_loss"])
    assert sympy.expand(found["misclassification"].lower - (1 - p)) == 0
    formula = found["adversarial_loss"].derivation.numeric
    # at E = 1 the point x1 = 1 reaches 0, where f says 1; the point x1 = -1 reaches it too, and is then called 1
    assert [formula(p=0.9, eta=1.0, E=e) for e in (0.5, 1.0, 1.5)] == pytest.approx([0.1, 0.1 + 0.45, 1.0])


def test_tails_keep_their_digits():
    d = distribution("tsipras").at(p="1/2")
    formula = risk(made(d, "x2"), d, linf(E), definition="prediction_change").derivation.numeric
    for b, e in ((8, "1/4"), (30, "1/2"), (12, "1/1000")):
        with mpmath.workdps(60):
            step = mpmath.mpf(sympy.Rational(e).p) / sympy.Rational(e).q
            wanted = mpmath.ncdf(-b + step) - mpmath.ncdf(-b - step)
        assert formula(eta=float(b), E=float(sympy.Rational(e))) == pytest.approx(float(wanted), rel=1e-10)


def test_thresholds_on_point_masses():
    d = distribution("point_masses")
    (gap,) = d.parameters
    for tie in (-1, 1):
        found = risks(classifier("threshold", d, at=gap / 2, below=1, tie=tie), d, linf(E))
        for a, e in ((1, "1/4"), (1, "1/2"), (1, "3/4"), (1, 1), (1, 2), (3, 2), (3, "3/2"), ("1/8", "1/16"), (7, 1)):
            at = d.at(gap=a)
            rule = classifier("threshold", at, at=sympy.Rational(a) / 2, below=1, tie=tie)
            for name, wanted in risks(rule, at, linf(e)).items():
                value = found[name].derivation.numeric(gap=float(sympy.Rational(a)), E=float(sympy.Rational(e)))
                assert value == float(wanted), (tie, name, a, e)


def test_other_balls_and_budgets():
    d = distribution("tsipras")
    for threat in (
        lambda e: linf(e, closed=False),
        lambda e: linf(e, on_support=True),
        lambda e: linf((0, e)),
        lambda e: sa.ThreatModel("l2", (0, e)),
    ):
        found = risks("bayes", d, threat(E), definitions=["adversarial_loss", "prediction_change"])
        for values in POINTS[:9]:
            at = d.at(p=values[0], eta=values[1])
            for name, bound in found.items():
                wanted = risk("bayes", at, threat(sympy.Rational(values[2])), definition=name)
                numbers = {k: float(sympy.Rational(v)) for k, v in zip(("p", "eta", "E"), values, strict=True)}
                assert bound.derivation.numeric(**numbers) == pytest.approx(float(wanted), rel=1e-10, abs=1e-15)


def test_a_grid_of_perturbations_finds_no_more():
    d = distribution("tsipras")
    formula = risk("bayes", d, linf(E), definition="adversarial_loss").derivation.numeric
    rng = np.random.default_rng(5)
    steps = np.stack(np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 41)), -1).reshape(-1, 2)
    for a, b, e in ((0.9, 1.0, 0.6), (0.8, 0.7, 1.3), (0.3, 1.5, 2.2)):
        at = d.at(p=a, eta=b)
        x, y = at.sample(4000, rng=rng)
        rule = classifier("bayes", at)
        found = np.zeros(len(x), dtype=bool)
        for step in steps:
            found |= rule.predict(x + e * step) != y
        assert found.mean() == pytest.approx(formula(p=a, eta=b, E=e), abs=4 * 0.5 / np.sqrt(4000))


def test_derivation_is_proved_where_it_integrates():
    d = distribution("tsipras").at(p="9/10", eta=3)
    bound = risk("bayes", d, linf(E), definition="prediction_change")
    steps = [step for step in bound.derivation.steps if step.left.has(sympy.Integral) and not step.definition]
    assert steps and sa.latex(bound.derivation) and sa.latex(bound) == sa.latex(bound.derivation)
    chosen = sa.Derivation("integrals", "", tuple(steps[:2]), bound.lower, bound.derivation.given)
    assert sa.check([goal for goal in chosen.goals() if "step" in goal.name]).proved


def test_what_is_refused():
    d = distribution("tsipras")
    bound = risk("bayes", d, linf(E), definition="adversarial_loss")
    with pytest.raises(SymadvError, match=r"\.derivation\.numeric\(p=…, eta=…, E=…\)"):
        float(bound)
    with pytest.raises(SymadvError, match="got no value for E"):
        bound.derivation.numeric(p=0.5, eta=1.0)
    with pytest.raises(SymadvError, match="unknown parameter 'q'"):
        bound.derivation.numeric(q=0.5, eta=1.0, E=1.0)
    with pytest.raises(SymadvError, match="outside its domain"):
        bound.derivation.numeric(p=1.0, eta=1.0, E=1.0)
    with pytest.raises(SymadvError, match="outside its domain"):
        bound.derivation.numeric(p=np.array([0.5, np.nan]), eta=1.0, E=1.0)
    with pytest.raises(SymadvError, match="known sign"):
        risk("bayes", d, linf(parameter("r", real=True)))
    with pytest.raises(SymadvError, match="is no expression"):
        _ = sa.Derivation("none", "", (), (1, 2)).numeric


def test_signs_at_a_place_stay_there():
    here, there = (Placed(E, run, lambda number, s=s: s) for run, s in ((-1, 1), (-2, -1)))
    assert here != there and here != E and here.is_positive
    assert sign(here - 1) == 1 and sign(there - 1) == -1 and sign(E - 1) is None
    assert decider({here, E}) is None and decider(set()) is None


@pytest.mark.parametrize(
    ("form", "short", "turned"),
    [
        (E / 2 - sympy.Rational(1, 2), E - 1, 1),
        (1 - E, E - 1, -1),
        (sympy.log(p / (1 - p)) / eta, 2 * p - 1, 1),
        (sympy.log((1 - p) / p), 2 * p - 1, -1),
        (eta * (1 - 2 * p), 2 * p - 1, -1),
    ],
)
def test_conditions_are_short(form, short, turned):
    assert condition(form) == (short, turned)


def test_differences_in_the_tails_are_the_same_number():
    for a, b in ((1, 2), (-2, -1), (-1, 2), (-2, 1), (2, 1)):
        difference = Phi(sympy.Integer(b)) - Phi(sympy.Integer(a))
        assert float(in_the_tails(difference)) == pytest.approx(float(difference), rel=1e-12)
    four = Phi(E - eta) / 2 - Phi(-eta) / 2 + Phi(eta) / 2 - Phi(eta - E) / 2
    at = {eta: sympy.Integer(3), E: sympy.Rational(1, 4)}
    assert float(in_the_tails(four).xreplace(at)) == pytest.approx(float(four.xreplace(at).evalf(30)), rel=1e-12)
