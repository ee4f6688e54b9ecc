"""Grades of attacks: found is vulnerable, missed has a witness, outside and ambiguous points do not count."""

import copy
import re

import numpy as np
import pytest

import symadv as sa
from symadv.classifiers import classifier
from symadv.language.errors import SymadvError
from symadv.language.intervals import Intervals
from symadv.report.grades import as_data, as_terminal
from symadv.risk._net_inside import inside, surely_inside
from symadv.risk.graded import grade, grades
from symadv.risk.judge import Contradiction, Judge
from symadv.risk.members import members
from symadv.risk.networks import network_risk

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def fig2():
    return sa.distribution("tsipras").at(p="9/10", eta=3)


@pytest.fixture(scope="module")
def net(fig2):
    return sa.train(fig2, hidden=(8, 8), steps=200, seed=0)


def stay(model, x, y, *, threat, allowed=None, rng):
    return x


def far(model, x, y, *, threat, allowed=None, rng):
    return x + 100.0


def test_what_pgd_finds_is_vulnerable(fig2, net):
    g = grade("pgd", net, fig2, sa.ThreatModel("linf", 3), definition="adversarial_loss", n=500, seed=0)
    risk = float(network_risk(net, fig2, sa.ThreatModel("linf", 3), definition="adversarial_loss"))
    assert 0 < g.found <= g.vulnerable and g.found <= g.found_any and g.recall == g.found / g.vulnerable
    assert abs(g.vulnerable / g.n - risk) < 5 * np.sqrt(risk * (1 - risk) / g.n)
    assert len(g.outside) == 0 and g.seconds > 0 and len(g.missed) == g.vulnerable - g.found


def test_the_label_constrained_attack_finds_what_the_free_one_loses(fig2, net):
    threat = sa.ThreatModel("linf", 6)
    free, kept = (grade(a, net, fig2, threat, n=300, seed=1) for a in ("pgd", "label_pgd"))
    assert kept.recall > 0.95 > free.recall
    assert (free.x == kept.x).all() and free.vulnerable == kept.vulnerable


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_missed_points_have_certified_witnesses(fig2, net, norm):
    threat = sa.ThreatModel(norm, 5)
    g = grade(stay, net, fig2, threat, definition="label_invariant", n=60, seed=2)
    assert g.found == 0 and g.recall == 0 and g.found_any is None and g.vulnerable > 30
    o, f = sa.oracle(fig2), classifier("relu", fig2, network=net)
    seen = 0
    for row in g.missed[:25]:
        z = g.witness(int(row))
        if z is not None:
            seen += 1
            assert inside(threat, g.x[row], z)
            assert o.is_adversarial(g.x[row : row + 1], g.y[row : row + 1], z[None], f, threat=threat).all()
    assert seen >= 20


def test_points_outside_the_ball_do_not_count(fig2, net):
    g = grade(far, net, fig2, sa.ThreatModel("linf", 1), definition="adversarial_loss", n=100, seed=0)
    assert len(g.outside) == 100 and g.found == 0 and len(g.ambiguous) == 0 and g.at_fault


def test_nothing_vulnerable_has_no_recall():
    d = sa.distribution("point_masses").at(gap=1)
    net = torch.nn.Sequential(torch.nn.Linear(1, 2).double())
    net[0].weight.data[:], net[0].bias.data[:] = torch.tensor([[1.0], [-1.0]]), torch.tensor([-0.5, 0.5])
    g = grade("pgd", net, d, sa.ThreatModel("linf", "1/4"), definition="adversarial_loss", n=50, seed=0)
    assert g.vulnerable == g.found == 0 and g.recall is None and g.witness(0) is None


def test_a_margin_inside_the_rounding_error_is_ambiguous(fig2):
    """The logits differ by 2 ** -60, which no forward pass in floats sees: found by nobody, refuted by nobody."""
    net = torch.nn.Sequential(torch.nn.Linear(2, 2).double())
    net[0].weight.data[:], net[0].bias.data[:] = torch.tensor([[0.3, 0.7], [0.3, 0.7]]), torch.tensor([2.0**-60, 0.0])

    def nudge(model, x, y, *, threat, allowed=None, rng):
        return x + 0.25

    g = grade(nudge, net, fig2, sa.ThreatModel("linf", 1), definition="adversarial_loss", n=100, seed=0)
    assert g.vulnerable == (g.y == 1).sum() == len(g.ambiguous) and g.found == 0
    gap, rounding = g.logit_gap(int(g.ambiguous[0]))
    assert gap == 2.0**-60 < rounding < 1e-13
    told = [str(part) for part in as_terminal({g.definition: g}, show=1)]
    assert any("AMBIGUOUS" in words for words in told) and any("logits 8.67e-19 apart" in words for words in told)
    assert as_data(g, show=1)["ambiguous"][0]["logit_gap"] == 2.0**-60


def steady(lead):
    """A network in float32 whose second logit is ahead by ``lead`` everywhere, both of them large far from 0."""
    net = torch.nn.Sequential(torch.nn.Linear(2, 2))
    with torch.no_grad():
        net[0].weight[:], net[0].bias[:] = torch.tensor([[0.3, 0.7], [0.3, 0.7]]), torch.tensor([0.0, lead])
    return net


def test_the_band_is_that_of_the_floats_that_the_network_is_kept_in(fig2):
    r"""A lead of $2^{-23}$ is lost where a float32 pass rounds logits of size 3; float64 and a lead of 1/8 see it."""

    def nudge(model, x, y, *, threat, allowed=None, rng):
        return x + 0.25 * np.sign(x)

    def graded(net):
        return grade(nudge, net, fig2, sa.ThreatModel("linf", 1), definition="adversarial_loss", n=100, seed=0)

    thin = graded(steady(2.0**-23))
    with torch.no_grad():
        logits = steady(2.0**-23)(torch.as_tensor(thin.x_adv, dtype=torch.float32)).numpy()
    assert (logits[thin.ambiguous, 0] == logits[thin.ambiguous, 1]).any()  # the pass does not say what is exactly so
    assert thin.found == 0 and len(thin.ambiguous) == thin.vulnerable == (thin.y == -1).sum() > 0
    gap, off = thin.logit_gap(int(thin.ambiguous[0]))
    assert gap == 2.0**-23 < off < 1e-5
    for clear in (graded(steady(2.0**-23).double()), graded(steady(0.125))):
        assert clear.found == clear.vulnerable == thin.vulnerable and len(clear.ambiguous) == 0


@pytest.mark.parametrize(("dtype", "off"), [("float64", 1e-12), ("float32", 1e-3), ("float16", 10), ("bfloat16", 100)])
def test_each_type_of_floats_has_a_band_of_its_size(fig2, net, dtype, off):
    f = classifier("relu", fig2, network=copy.deepcopy(net).to(getattr(torch, dtype)))
    x, y = fig2.sample(20, rng=0)
    known = [Judge(f, fig2, sa.ThreatModel("linf", 1), x, y).logit_gap(point)[1] for point in x]
    assert f.dtype == dtype and off / 1e3 < min(known) <= max(known) < off


def test_beyond_the_largest_float_nothing_is_certain(fig2):
    net, x = steady(0.125).to(torch.float16), np.array([[1.0, 1e5]])
    judge = Judge(classifier("relu", fig2, network=net), fig2, sa.ThreatModel("linf", 1), x, np.array([-1]))
    assert judge.logit_gap(x[0]) == (0.125, np.inf)


def test_on_the_support(fig2, net):
    """Along the stratum and to the other one counts; off the support nothing does."""
    threat = sa.ThreatModel("linf", 3, on_support=True)

    def on(model, x, y, *, threat, allowed, rng):
        z = x - 3 * y[:, None] * np.array([0, 1])
        assert allowed(z).all() and not allowed(z + 0.25).any()
        return z

    def off(model, x, y, *, threat, allowed, rng):
        return x - 2.75 * y[:, None]

    found, lost = (grade(a, net, fig2, threat, definition="adversarial_loss", n=100, seed=0) for a in (on, off))
    assert 0 < found.found <= found.vulnerable and lost.found == 0 and lost.vulnerable == found.vulnerable


def test_a_contradiction_is_a_bug_and_says_so(fig2, net):
    x, y = fig2.sample(5, rng=0)
    f = classifier("relu", fig2, network=net)
    judge, meaning = Judge(f, fig2, sa.ThreatModel("linf", 0), x, y), sa.definition("boundary")
    with pytest.raises(Contradiction, match="vulnerable"):
        judge.refuse_contradictions(np.ones(5, dtype=bool), judge.vulnerable(meaning), meaning)


def test_bad_input_is_refused(fig2, net):
    threat = sa.ThreatModel("linf", 1)
    for n in (0, -1, 2.5, True):
        with pytest.raises(SymadvError, match="samples"):
            grade("pgd", net, fig2, threat, n=n)
    with pytest.raises(SymadvError, match="label_pgd"):
        grade("labelpgd", net, fig2, threat, n=10)
    with pytest.raises(SymadvError, match=r"stepz.*nearest: step"):
        grade("pgd", net, fig2, threat, n=10, stepz=3)
    with pytest.raises(SymadvError, match="the attack crash failed: ZeroDivisionError"):
        grade(crash, net, fig2, threat, n=10)
    with pytest.raises(SymadvError, match="got a int"):
        grade(3, net, fig2, threat, n=10)


def crash(model, x, y, **options):
    return 1 / 0


@pytest.mark.parametrize(
    ("returned", "fault"),
    [
        (lambda x: x[:3], r"shape \(3, 2\), wanted \(50, 2\)"),
        (lambda x: x[:, :1], "shape"),
        (lambda x: x.astype(complex), "complex128"),
        (lambda x: x.astype(object), "object"),
        (lambda x: [[1.0], [2.0, 3.0]], "no array"),
        (lambda x: None, "object"),
        (lambda x: "points", "wanted floats"),
    ],
)
def test_what_is_no_array_of_points_is_told_and_not_counted(fig2, net, returned, fault):
    def odd(model, x, y, *, threat, allowed=None, rng):
        return returned(x)

    g = grade(odd, net, fig2, sa.ThreatModel("linf", 1), definition="boundary", n=50, seed=0)
    assert g.found == 0 and g.at_fault and len(g.invalid) == 50 and len(g.missed) == g.vulnerable > 0
    assert len(g.faults) == 1 and re.search(fault, g.faults[0])


def test_rows_that_are_not_finite_count_as_staying_put(fig2):
    net = torch.nn.Sequential(torch.nn.Linear(2, 2))
    torch.nn.init.zeros_(net[0].weight), torch.nn.init.zeros_(net[0].bias)  # wrong wherever y = -1

    def holes(model, x, y, *, threat, allowed=None, rng):
        z = far(model, x, y, threat=threat, rng=rng)
        z[:10], z[10:20, 1], z[20:] = np.nan, np.inf, x[20:]
        return torch.tensor(z, requires_grad=True)

    g = grade(holes, net, fig2, sa.ThreatModel("linf", 1), definition="misclassification", n=50, seed=0)
    assert g.invalid.tolist() == [*range(20)] and g.faults == ("20 of 50 returned points are not finite",)
    assert (
        g.found == g.vulnerable == (g.y == -1).sum() > 0 and len(g.outside) == 0
    )  # an error stays one where the attack stays put


def test_an_attack_may_spoil_what_it_is_given(fig2, net):
    def vandal(model, x, y, *, threat, allowed=None, rng):
        x[:], y[:] = 0, -1
        return x.astype(np.float32)

    g = grade(vandal, net, fig2, sa.ThreatModel("linf", 1), definition="boundary", n=50, seed=0)
    assert (g.x != 0).all() and set(g.y) == {-1, 1} and len(g.outside) > 30


def test_what_an_attack_asks_of_the_network_is_counted(fig2, net):
    g = grade("pgd", net, fig2, sa.ThreatModel("linf", 3), n=50, steps=7, restarts=1)
    assert g.gradients == 50 * 7 and g.queries == 50 * (7 + 3)  # each step, the samples twice, the last iterate


def test_one_run_is_judged_under_every_definition(fig2, net):
    threat = sa.ThreatModel("linf", 3)
    together = grades("pgd", net, fig2, threat, n=200, seed=3)
    assert set(together) == set(sa.names("definitions"))
    for name in ("label_invariant", "prediction_change"):
        alone = grade("pgd", net, fig2, threat, definition=name, n=200, seed=3)
        for field in ("found", "vulnerable", "found_last", "found_any", "recall"):
            assert getattr(together[name], field) == getattr(alone, field)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("eps", [0.1, "1/10", 1])
@pytest.mark.parametrize("closed", [True, False])
def test_the_fast_reading_of_the_ball_is_the_exact_one(norm, eps, closed):
    rng = np.random.default_rng(0)
    threat = sa.ThreatModel(norm, eps, closed=closed)
    size = float(threat.budgets(2)[0])
    x = rng.normal(size=(200, 2))
    z = x + size * rng.choice([-1.0, 0.0, 0.5, 1.0, 1.0 + 2.0**-52], size=(200, 2))
    sure = surely_inside(threat, x, z)
    exact = np.array([inside(threat, a, b) for a, b in zip(x, z)])
    assert not (sure & ~exact).any() and sure.sum() > 0


def test_members_reads_ends_exactly():
    import sympy

    third = sympy.Rational(1, 3)
    at = np.array([np.nextafter(1 / 3, 0), 1 / 3, np.nextafter(1 / 3, 1), 1.0])  # the float next to 1/3 lies below it
    assert members(Intervals.between(third, sympy.Integer(1)), at).tolist() == [False, False, True, False]
    assert members(Intervals.between(third, sympy.Integer(1), upper_closed=True), at).tolist()[-1]
    assert members(Intervals.line(), at).all() and not members(Intervals(), at).any()


def test_definitions_with_a_margin_are_judged_by_their_own_truth(fig2, net):
    threat, thick = sa.ThreatModel("linf", 6), sa.definition("label_invariant").thick("9/10")
    both = grades("label_pgd", net, fig2, threat, definitions=("label_invariant", thick), n=100, seed=0)
    assert list(both) == ["label_invariant", thick.name]
    thin, own = both.values()
    assert own.vulnerable <= thin.vulnerable and own.found < thin.found  # the points found hug the boundary
    alone = grade("label_pgd", net, fig2, threat, definition=thick, n=100, seed=0)
    assert alone.vulnerable == own.vulnerable and alone.recall > 0.9
