"""Where the vulnerable samples are, as formulas: against the intervals of the exact risk at numbers."""

from itertools import product

import pytest
import sympy

import symadv as sa
from symadv.classifiers import classifier
from symadv.distributions import distribution
from symadv.language.order import compare
from symadv.language.parameters import parameter
from symadv.risk._sym_cases import Zero
from symadv.risk._sym_merge import Merger
from symadv.risk._sym_vulnerable import Places
from symadv.risk.exact import risk, risks
from symadv.risk.measure import Measure, parts

E = parameter("E", positive=True)
NAMES = ("adversarial_loss", "prediction_change", "label_invariant", "error_region")
BUDGETS = ("1/3", "1", "3/2", "2", "5")


def x1(d):
    return classifier("linear", d, weights=(1, 0), tie=1)


def x2(d):
    return classifier("linear", d, weights=(0, 1), tie=1)


def bayes(d):
    return classifier("bayes", d)


def filled(spans):
    """Intervals without those of length zero, and with no single point between two of them."""
    found = []
    for lower, upper in spans:
        if lower == upper or (sympy.oo not in (upper, -lower) and compare(lower, upper) == 0):
            continue
        if found and found[-1][1].is_finite and lower.is_finite and compare(found[-1][1], lower) == 0:
            found[-1] = (found[-1][0], upper)
        else:
            found.append((lower, upper))
    return found


def same(a, b):
    return a == b or (a.is_finite and b.is_finite and compare(a, b) == 0)


def holding(cases, at):
    return [case for case in cases if all(c.xreplace(at) == sympy.true for c in case.given)]


def agree(symbolic, numeric, at):
    """How many intervals were compared; all of them have the same ends."""
    count = 0
    (case,) = holding(symbolic, at)
    assert set(case.vulnerable) == set(numeric)
    for label, places in numeric.items():
        assert len(case.vulnerable[label]) == len(places)
        for stratum, intervals in places.items():
            (spans,) = (s for there, s in case.vulnerable[label].items() if there.substitute(at) == stratum)
            told = filled([(a.value.xreplace(at), b.value.xreplace(at)) for a, b in spans])
            wanted = filled([(a.value, b.value) for a, b in intervals])
            assert len(told) == len(wanted), (at, label, stratum, told, wanted)
            assert all(same(*ends) for pair in zip(told, wanted, strict=True) for ends in zip(*pair, strict=True))
            count += len(told)
    return count


@pytest.mark.parametrize("rule", [bayes, x1, x2])
def test_the_vulnerable_samples_are_those_at_numbers(rule):
    d = distribution("tsipras")
    p, eta = d.parameters
    found = risks(rule(d), d, sa.ThreatModel("linf", E), definitions=NAMES)
    count = 0
    for a, b, e in product(("1/10", "1/2", "9/10"), ("1/2", "3"), BUDGETS):
        at = dict(zip((p, eta, E), map(sympy.Rational, (a, b, e)), strict=True))
        fixed = d.at(p=a, eta=b)
        wanted = risks(rule(fixed), fixed, sa.ThreatModel("linf", e), definitions=NAMES)
        count += sum(agree(found[name].evidence.vulnerable, wanted[name].evidence.vulnerable, at) for name in NAMES)
    assert count > 100


def test_points_and_moving_supports():
    d = distribution("point_masses")
    (gap,) = d.parameters
    found = risks(classifier("threshold", d, at=gap / 2, below=1, tie=1), d, sa.ThreatModel("linf", E))
    for a, e in (("1", "1/4"), ("1", "1/2"), ("1", "3/4"), ("1", "1"), ("3", "2"), ("1/8", "1/16")):
        at = {gap: sympy.Rational(a), E: sympy.Rational(e)}
        fixed = d.at(gap=a)
        rule = classifier("threshold", fixed, at=sympy.Rational(a) / 2, below=1, tie=1)
        for name, wanted in risks(rule, fixed, sa.ThreatModel("linf", e)).items():
            agree(found[name].evidence.vulnerable, wanted.evidence.vulnerable, at)


def test_equal_risks_of_different_samples_are_not_the_same_places():
    d, minus = distribution("tsipras").at(p="1/2", eta=1), sympy.Integer(-1)
    law, start = Measure(tuple(parts(d))), Zero({}, (), ())
    nothing = [()] * (len(law.parts) - 1)
    left, right, both = (
        (spans, *nothing)
        for spans in (((-sympy.oo, minus),), ((minus, sympy.oo),), ((-sympy.oo, minus), (minus, sympy.oo)))
    )
    assert Merger(law, 0, start).agree(left, right, start) and not Places(law, 0, start).agree(left, right, start)
    assert Places(law, 0, start).agree(left, left, start)
    assert Places(law, 0, start).agree(both, (((-sympy.oo, sympy.oo),), *nothing), start)
    assert Places(law, 0, start).agree((((minus, minus),), *nothing), ((), *nothing), start)


def test_infinite_ends_are_compared_without_subtracting():
    d = distribution("tsipras")
    cases = risk("bayes", d, sa.ThreatModel("linf", E), definition="adversarial_loss").evidence.vulnerable
    ends = [cut.value for c in cases for places in c.vulnerable.values() for i in places.values() for cut in i.cuts]
    assert {sympy.oo, -sympy.oo} < set(ends) and not any(e.has(sympy.nan, sympy.zoo) for e in ends)
