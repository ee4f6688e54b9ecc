"""That a case distinction is complete is proved: what is left out, however thin, is found, and jumps are told."""

import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.classifiers import classifier
from symadv.distributions import distribution
from symadv.language.functions import Phi
from symadv.language.order import Undecided
from symadv.language.parameters import Parameter, parameter
from symadv.provers._relaxation import contradictory
from symadv.risk import _sym_cases, _sym_proof, symbolic
from symadv.risk._sym_cases import Explorer, Zero
from symadv.risk._sym_merge import conjuncts
from symadv.risk._sym_place import OnBoundary, Place, condition
from symadv.risk._sym_proof import Unproved, covering, empty, identical, point_of, without_implied
from symadv.risk.exact import risk, risks

E = parameter("E", positive=True)
p, eta = distribution("tsipras").parameters
LINF = sa.ThreatModel("linf", E)
UP, DOWN, ZERO = frozenset({1}), frozenset({-1}), frozenset({0})
HALF = sympy.Rational(1, 2)
odds = sympy.log(p / (1 - p))


def x2(d):
    return classifier("linear", d, weights=(0, 1), tie=1)


def test_a_case_left_out_is_missed_however_thin(monkeypatch):
    asked = []
    monkeypatch.setattr(symbolic, "covering", lambda cases, given: bool(asked.append(list(cases))))
    d = distribution("tsipras")
    risks("bayes", d, LINF, definitions=["adversarial_loss"])
    risks(x2(d), d, LINF, definitions=["base_classifier", "error_region"])
    for where in asked:
        thin = [case for case in where if ZERO in case.values()]
        assert len(where) >= 5 and thin and covering(where, ())
        for left_out in where:
            assert not covering([case for case in where if case is not left_out], ())
            assert not covering([{**case, eta - 7: UP} if case is left_out else case for case in where], ())


def test_a_sliver_between_the_scattered_points_is_found_by_the_prover(monkeypatch):
    """Nothing is found by chance: the prover gives a point of each region itself, or shows that there is none."""
    d = distribution("tsipras")
    wanted = risks("bayes", d, LINF)
    monkeypatch.setattr(_sym_proof, "witness", lambda conditions, parameters: None)
    found = risks("bayes", d, LINF)
    assert {name: b.method for name, b in found.items()} == {name: b.method for name, b in wanted.items()}
    points = [(0.9, 3.0, 1.0), (0.5, 1.0, 1.0), (0.5, 1.0, 2.0), (0.2, 0.3, 0.5), (0.7, 2.0, 1.5)]
    for name, bound in found.items():
        for a, b, e in points:
            assert bound.derivation.numeric(p=a, eta=b, E=e) == pytest.approx(
                wanted[name].derivation.numeric(p=a, eta=b, E=e), rel=1e-12, abs=1e-15
            )


def test_budgets_a_hair_apart_are_different_cases():
    """Between the tie of x1 = 1 at the budget 1 and the next one lies a sliver that no random point is in."""
    d = distribution("tsipras")
    hair = sympy.Rational(1, 10**14)
    f = classifier("linear", d, weights=(1, 0), bias=hair, tie=1)
    bound = risk(f, d, LINF, definition="adversarial_loss")
    assert bound.method == "exact"
    for e in (1 - 2 * hair, 1 - hair, 1 - hair / 2, 1, 1 + hair / 2, 1 + hair, 1 + 2 * hair):
        at = d.at(p="9/10", eta=1)
        exactly = risk(
            classifier("linear", at, weights=(1, 0), bias=hair, tie=1), at, sa.ThreatModel("linf", e),
            definition="adversarial_loss",
        )  # fmt: skip
        value = bound.lower.xreplace({E: sympy.sympify(e, strict=True), p: sympy.Rational(9, 10), eta: sympy.S.One})
        assert float(value) == pytest.approx(float(exactly), abs=1e-15), e


def test_what_is_not_proved_is_said(monkeypatch):
    def gives_up(conditions, parameters):
        if len(conditions) == 2:
            raise Unproved
        return point_of(conditions, parameters)

    monkeypatch.setattr(_sym_cases, "point_of", gives_up)
    with pytest.raises(Undecided, match="give values"):  # too much would be left open
        risk("bayes", distribution("tsipras"), LINF, definition="adversarial_loss")
    monkeypatch.setattr(_sym_cases, "_MOST_UNPROVED", 100)
    bound = risk("bayes", distribution("tsipras"), LINF, definition="adversarial_loss")
    assert bound.method == "cases" and any("E" in what for what in bound.evidence.unproved)
    monkeypatch.undo()
    monkeypatch.setattr(symbolic, "covering", lambda cases, given: False)
    bound = risk("bayes", distribution("tsipras"), LINF, definition="adversarial_loss")
    assert bound.method == "cases" and bound.evidence.unproved == ("that the cases are all",)


@pytest.mark.parametrize(
    ("where", "given", "kept"),
    [
        ({E - 1: UP, E - 2: UP}, (), [E - 2]),
        ({E - 1: UP, E - 2: DOWN}, (), [E - 1, E - 2]),
        ({2 * p - 1: UP, E * eta - odds: DOWN}, (), [E * eta - odds]),  # the log-odds are above E eta, and so above 0
        ({2 * p - 1: DOWN, E * eta - odds: UP}, (), [2 * p - 1]),
        ({E - 1: UP}, ((E - 2, 1),), []),
        ({E: UP, sympy.sqrt(E**2 - 4): UP, E - 2: UP}, (), [sympy.sqrt(E**2 - 4), E - 2]),
        ({sympy.sqrt(E**2 - 4) + 1: UP}, (), [sympy.sqrt(E**2 - 4) + 1]),  # it says that E is not below 2
    ],
)
def test_conditions_that_others_imply_are_left_out(where, given, kept):
    assert set(without_implied(where, given)) == set(kept)


def test_of_the_conditions_of_a_case_none_is_redundant():
    d = distribution("tsipras")
    f = classifier("linear", d, weights=(odds, 2 * eta), tie=1)
    formula = risk(f, d, LINF, definition="label_invariant").lower
    rng = np.random.default_rng(1)
    n = 20_000
    at = {p: rng.beta(0.3, 0.3, n).clip(1e-6, 1 - 1e-6), eta: rng.lognormal(-1, 2, n), E: rng.lognormal(0, 1.5, n)}
    thin = [c for _, c in formula.args if c.has(sympy.Eq)]
    thick = [c for _, c in formula.args if c not in thin]
    assert len(thin) == 1 and len(thick) >= 6 and not formula.has(sympy.Or)

    def holds(condition):
        return np.broadcast_to(sympy.lambdify(list(at), condition, "numpy")(*at.values()), n)

    assert np.array_equal(
        np.sum([np.all([holds(c) for c in conjuncts(case)], axis=0) for case in thick], axis=0), np.ones(n)
    )
    for case in thick:
        parts = [holds(c) for c in conjuncts(case)]
        for k, part in enumerate(parts):
            assert np.any(np.all([np.ones(n, bool), *parts[:k], *parts[k + 1 :]], axis=0) & ~part), (case, k)


def test_closed_ends_of_domains_are_not_covered():
    q = Parameter("q", sympy.Interval(0, 1))
    one = classifier("threshold", distribution("point_masses"), at=1, below=1, tie=1)

    class Nothing:
        def at(self, place, surface):
            return ((),)

    explorer = Explorer(Nothing(), Zero({}, (q,), ()))
    assert explorer.tree() == ((),) and explorer.unproved == ["the ends of the domain of q"]
    assert one.labels == (-1, 1)


@pytest.mark.parametrize(
    ("conditions", "possible"),
    [
        ([(E - 1, 1), (E - 2, -1)], True),
        ([(E - 2, 1), (E - 1, -1)], False),
        ([(2 * p - 1, -1), (E * eta - odds, -1)], False),  # the sign of a logarithm
        ([(2 * p - 1, 1), (E * eta - odds, -1)], True),
        ([(E * eta - odds, -1), (2 * E * eta - odds, 1)], True),
        ([(E * eta + odds, -1), (2 * E * eta - odds, -1)], False),
        ([((E - 1) ** 2, -1)], False),
        ([(sympy.sqrt(E**2 - 1) - E, 1), (E - 1, 1)], False),
        ([(sympy.exp(E) - 1 - E, -1)], False),  # only by its tangent
        ([(Phi(E) - HALF, -1)], False),
        ([(Phi(E) - Phi(2 * E), 1)], False),  # only because it increases
        ([(E - 1 - sympy.Rational(1, 10**20), -1), (E - 1, 1)], True),
    ],
)
def test_regions_are_empty_or_have_a_point(conditions, possible):
    parameters = (p, eta, E)
    point = point_of(conditions, parameters)
    assert (point is not None) == possible and empty(conditions) == (not possible)
    for form, wanted in conditions if point else ():
        assert sympy.sign(form.xreplace(point).evalf(50)) == wanted


def test_the_fast_prover_is_sound_where_it_knows_nothing():
    assert not contradictory([[(sympy.exp(E) - 1 - E, DOWN)]])  # true, but not known to it
    assert not contradictory([[(Phi(E) - Phi(eta), UP)]]) and not contradictory([])
    assert contradictory([[(E - 1, UP), (E + 1, DOWN)], [(E - HALF, DOWN)]])
    assert not contradictory([[(E - 1, UP), (E + 1, UP)], [(E - HALF, DOWN)]])
    assert contradictory([[]])


def test_formulas_are_merged_by_proof_and_not_by_agreement_at_points():
    same = Phi(E - eta) + Phi(eta - E)
    assert identical(same, sympy.S.One, (), (eta, E))
    assert not identical(same + sympy.Rational(1, 10**13), sympy.S.One, (), (eta, E))
    assert identical(sympy.sqrt(E**2), E, (), (E,))
    assert identical(p * Phi(eta), Phi(eta) * p, ((E - 1, 1),), (p, eta, E))
    assert not identical(sympy.zoo, sympy.S.One, (), (E,))


def test_a_place_on_a_boundary_is_left():
    place = Place({E: sympy.S.One})
    with pytest.raises(OnBoundary, match="E - 1"):
        place.symbols[E].decide(place.symbols[E] - 1)
    assert Place({E: sympy.S.One}, zeros={E - 1})._decide(E - 1) == 0
    assert Place({E: sympy.S.One}, conditions=[(E - 1, -1)])._decide(2 - 2 * E) == 1
    assert Place({E: HALF})._decide(sympy.sqrt(E**2 - 1) - 3) is None  # no real number
    assert condition(sympy.sqrt(E**2 - 4) * 3) == (E - 2, 1)


def test_jumps_have_both_limits():
    d = distribution("tsipras")
    bound = risk("bayes", d, LINF, definition="adversarial_loss")
    assert {(j.parameter, j.value) for j in bound.evidence.jumps} == {(E, 1)} and bound.evidence.knife_edge
    for a in ("1/5", "4/5"):
        (jump,) = (j for j in bound.evidence.jumps if all(c.xreplace({p: sympy.Rational(a)}) for c in j.given))
        at = d.at(p=a, eta="1/2")
        wanted = risk("bayes", at, sa.ThreatModel("linf", 1), definition="adversarial_loss")
        here = {p: sympy.Rational(a), eta: HALF}
        told = [float(e.xreplace(here)) for e in (jump.below, jump.here, jump.above)]
        assert told == pytest.approx([wanted.evidence.below[0], float(wanted), wanted.evidence.above[0]], rel=1e-12)
    assert not risk("bayes", d, LINF, definition="label_invariant").evidence.knife_edge
    assert not risk("bayes", d, LINF, definition="misclassification").evidence.knife_edge


def test_where_the_reliable_feature_says_nothing_the_risk_jumps():
    d = distribution("tsipras")
    bound = risk(x2(d), d, LINF, definition="label_invariant")
    assert bound.method == "exact" and {(j.parameter, j.value) for j in bound.evidence.jumps} == {(p, HALF), (E, 1)}
    (jump,) = (j for j in bound.evidence.jumps if j.parameter == p)
    for e in ("1/2", "1", "2"):
        values = {eta: sympy.S.One, E: sympy.Rational(e)}
        exactly = [
            float(risk(x2(at), at, sa.ThreatModel("linf", e), definition="label_invariant"))
            for at in (d.at(p=half, eta=1) for half in (HALF - sympy.Rational(1, 10**12), HALF))
        ]
        assert [float(f.xreplace(values)) for f in (jump.below, jump.here)] == pytest.approx(exactly, abs=1e-10), e


@pytest.mark.parametrize(("eps", "on_support"), [(1, False), (2, True), (2, False)])
def test_a_budget_that_is_a_number_may_stand_on_a_knife_edge(eps, on_support):
    d = distribution("tsipras")
    threat = sa.ThreatModel("linf", eps, on_support=on_support)
    bound = risk("bayes", d, threat, definition="adversarial_loss")
    at = d.at(p="9/10", eta="1/2")
    wanted = risk("bayes", at, threat, definition="adversarial_loss").evidence
    moved = [value[0] for value in (wanted.below, wanted.above)]
    here = {p: sympy.Rational(9, 10), eta: HALF}
    jumps = [j for j in bound.evidence.jumps if all(c.xreplace(here) for c in j.given)]
    if (eps, on_support) == (2, False):
        assert not jumps and not wanted.knife_edge and not bound.evidence.knife_edge
    else:
        (jump,) = jumps
        assert jump.parameter.name == "E" and jump.value == eps and bound.evidence.knife_edge
        assert [float(f.xreplace(here)) for f in (jump.below, jump.above)] == pytest.approx(moved, rel=1e-12)
