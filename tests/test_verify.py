"""The main job: where it looks, what it finds at the article's parameters, what it writes, and what makes it fail."""

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

import symadv as sa
from symadv import catalog
from symadv.language.goals import Report, Row, Verdict
from symadv.probability.crosscheck import CrossCheck
from symadv.report import Figure, Heading
from symadv.risk.edges import edge
from symadv.verify import Verification, job, verify, write
from symadv.verify.derivations import WHAT, derive, everything, mean_shift, prove
from symadv.verify.grounds import Grounds
from symadv.verify.networks import NetworkStudy, Training
from symadv.verify.pages import sections, story
from symadv.verify.points import Place, budgets, classifiers, places
from symadv.verify.risks import Risks
from symadv.verify.sampling import Sampling
from symadv.verify.table import table
from symadv.verify.write import data

FIGURE = Place("tsipras", (("p", sympy.Rational(9, 10)), ("eta", sympy.Integer(3))))

SMALL = """
import symadv as sa

def small():
    return sa.Distribution(name="small", features=("x",), labels=(0, 1), prior={0: "1/4", 1: "3/4"}, components=[
        sa.Component(sa.Whole(1), {0: sa.Normal(0, 1), 1: sa.Normal(2, 1)})])
"""


def mixture(*means: object, labels: tuple[int, ...] = (0, 1)) -> sa.Distribution:
    """Laplace laws of scale 1 on a line, one mean for each label."""
    densities = {y: sa.Laplace(mean, 1) for y, mean in zip(labels, means, strict=True)}
    prior = {y: sympy.Rational(1, len(labels)) for y in labels}
    return sa.Distribution(
        name="mixture",
        features=("u", "v"),
        labels=labels,
        prior=prior,
        components=[sa.Component(sa.Flat({0: 0}), densities)],
    )


# where it looks


def test_the_natural_shift_is_the_one_of_the_article() -> None:
    d = sa.distribution("tsipras")
    eta = d.parameters[1]
    assert mean_shift(d) == {-1: (0, 2 * eta), 1: (0, -2 * eta)}
    b = sa.parameter("b", positive=True)
    assert mean_shift(mixture(-b, "1/2")) == {0: (0, b + sympy.Rational(1, 2)), 1: (0, -b - sympy.Rational(1, 2))}


def test_no_natural_shift_where_no_one_shift_does_it() -> None:
    assert mean_shift(sa.distribution("point_masses")) is None
    assert mean_shift(mixture(0, 1, 2, labels=(0, 1, 2))) is None
    lines = [
        sa.Component(sa.Flat({0: s}), {0: "1/2" * sa.Normal(0, 1), 1: "1/2" * sa.Normal(1 + s, 1)}) for s in (0, 1)
    ]
    prior = {0: "1/2", 1: "1/2"}
    assert (
        mean_shift(sa.Distribution(name="two", features=("u", "v"), labels=(0, 1), prior=prior, components=lines))
        is None
    )


def test_everything_is_derived_that_has_a_name() -> None:
    for name, wanted in (("tsipras", WHAT), ("point_masses", WHAT[:-1])):
        found, left_out = everything(sa.distribution(name))
        assert [derivation.name for derivation in found] == list(wanted) and left_out == ()
    with pytest.raises(sa.SymadvError, match="nearest: bayes-rule"):
        derive(sa.distribution("tsipras"), "bayes-rul")


def test_the_main_place_is_the_figure_s_and_all_lie_in_their_domains() -> None:
    main, *others = places("tsipras")
    assert main == FIGURE and str(main) == "p = 9/10, eta = 3" and len(others) == 2
    for place in (main, *others):
        assert not place.d.parameters and set(place.values) == set(place.symbolic.parameters)


NARROW = """
from dataclasses import dataclass, replace
import symadv as sa

def narrow():
    a, b = sa.parameter("a", between=(0, 1)), sa.parameter("b", real=True)
    points = [sa.Component(sa.Point((b + k,)), {k: sa.Atom()}) for k in (0, 1)]
    return sa.Distribution(name="narrow", features=("x",), labels=(0, 1), prior={0: a, 1: 1 - a}, components=points,
                           given=(b < a,))

def never():
    d = narrow()
    a, b = d.parameters
    return replace(d, given=(b < a - 5,))
"""


def test_places_keep_to_what_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "narrow_law.py").write_text(NARROW)
    monkeypatch.syspath_prepend(tmp_path)
    found = places("narrow_law:narrow")
    assert found and all(numbers["b"] < numbers["a"] for numbers in (dict(place.numbers) for place in found))
    with pytest.raises(sa.SymadvError, match="none of the numbers"):
        places("narrow_law:never")


def test_budgets_are_those_at_which_something_happens() -> None:
    """Half the distance of the lines (ties), the distance (the other line), the shift of the means, and a small one."""
    assert budgets(FIGURE.d) == (sympy.Rational(1, 2), 1, 2, 6)
    quarters = tuple(sympy.Rational(k, 8) for k in (7, 14, 28))
    assert budgets(sa.distribution("point_masses").at(gap="7/2")) == quarters
    assert budgets(mixture(0, 0)) == (1,)  # nothing happens anywhere


def test_the_linear_classifier_is_bayes_on_the_support_and_the_thresholds_split_the_means() -> None:
    known = classifiers(FIGURE.d)
    assert list(known) == ["bayes", "x1 alone", "x2 alone", "linear", "always 1"]
    x, _ = FIGURE.d.sample(2000, rng=0)
    assert (known["linear"].predict(x) == sa.oracle(FIGURE.d).bayes_label(x)).all()
    off = np.array(
        [[-0.5, 0.3], [0.5, -0.3]]
    )  # between the lines only Bayes after projection is Bayes after projection
    assert known["linear"].predict(off).tolist() != known["bayes"].predict(off).tolist()
    ends = np.array([[-0.1, 0.1], [0.1, -0.1]])
    assert known["x1 alone"].predict(ends).tolist() == [-1, 1] and known["x2 alone"].predict(ends).tolist() == [1, -1]
    points = classifiers(sa.distribution("point_masses").at(gap=3))
    assert points["x alone"].predict(np.array([[1.4], [1.6]])).tolist() == [1, -1]
    uninformative = classifiers(sa.distribution("tsipras").at(p="1/2", eta=1))
    assert "x1 alone" not in uninformative
    assert list(classifiers(mixture(0, 1, 2, labels=(0, 1, 2)))) == ["bayes", "always 2"]


# what it finds


def test_a_wrong_step_is_not_proved() -> None:
    right = derive(sa.distribution("tsipras"), "log-odds")
    last = right.steps[-1]
    wrong = replace(right, steps=(*right.steps[:-1], replace(last, right=last.right + 1)))
    (proof,) = prove([wrong])
    assert {row.verdict.status for row in proof.open} <= {"REFUTED", "UNDECIDED"} and proof.open
    assert len(proof.report) == len(right.goals())


def test_risks_agree_with_the_room_s_and_say_their_edges() -> None:
    (found,) = Risks(FIGURE, (sympy.S.One,)).run()
    again = sa.risks("bayes", FIGURE.d, sa.ThreatModel("linf", 1))
    assert {name: (b.lower, b.upper) for name, b in found.risks["bayes"].items()} == {
        n: (b.lower, b.upper) for n, b in again.items()
    }
    assert any((f, name) == ("bayes", "boundary") and on.below != on.here for f, name, on in found.edges)
    assert edge(again["label_invariant"]) is None


def test_of_many_features_alike_one_stands_for_all() -> None:
    (found,) = Risks(places("bernoulli(dimension=40)")[0], (sympy.Rational(1, 2),)).run()
    assert [name for name in found.risks if name.endswith(" alone")] == ["x1 alone"] and not found.refused


def test_a_classifier_of_unknown_risk_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unknown:
        name, labels, tie = "unknown", FIGURE.d.labels, 1

        def predict(self, x: Any) -> Any:
            return np.ones(len(x), dtype=int)

        def regions(self) -> None:
            return None

    known = {"unknown": Unknown(), "always 1": sa.classifier("constant", FIGURE.d, label=1)}
    monkeypatch.setattr("symadv.verify.risks.classifiers", lambda d: known)
    (found,) = Risks(FIGURE, (sympy.Rational(1, 2),)).run()
    assert list(found.risks) == ["always 1"]
    assert list(found.refused) == ["unknown"] and "regions" in found.refused["unknown"]


@pytest.mark.parametrize("place", [FIGURE, places("point_masses")[0]], ids=str)
def test_samples_say_pass(place: Place) -> None:
    tests = Sampling(place, quick=True, seed=0).run()
    assert len(tests) >= 2 and {test.outcome for test in tests} == {"PASS"}
    assert tests == Sampling(place, quick=True, seed=0).run()


@pytest.fixture(scope="module")
def plain() -> NetworkStudy:
    """A network on the figure's distribution, attacked within the figure's budget."""
    pytest.importorskip("torch")
    return Training(FIGURE, sympy.Integer(6), adversarial=False, quick=True, seed=0, draw=False).run()


def test_plain_attacks_change_the_true_label_and_label_pgd_does_not(plain: NetworkStudy) -> None:
    """What an attack returns, not how vulnerable the network is, makes the difference between the definitions."""
    for name in ("pgd", "pgd (ce)"):
        returned = plain.found(name, "linf")
        assert returned.moved >= 0.95 * plain.n and returned.label_changed >= 0.95 * returned.moved
        assert returned.on_support == 0
    kept = plain.found("label_pgd", "linf")
    assert kept.label_changed == 0 and kept.broken["label_invariant"][2] >= 0.95 * plain.n
    assert plain.exact["linf"]["label_invariant"].lower > 0.95 and not plain.problems
    lucky = replace(plain, exact={"linf": {"label_invariant": sa.Bound(0.0, 0.5, "exact")}})
    assert len(lucky.problems) == 2 and all("exact risk is 0.5" in words for words in lucky.problems)
    words = story(plain)
    assert str(plain.found("pgd", "linf").label_changed) in words and str(kept.broken["label_invariant"][2]) in words


def test_what_attacks_break_obeys_the_orders_of_the_definitions(plain: NetworkStudy) -> None:
    assert {a.norm for a in plain.attacks} == {"linf", "l2"} and len(plain.attacks) == 10
    for attack in plain.attacks:
        assert attack.outside == 0 and attack.label_changed <= attack.moved <= attack.n
        for k in range(3):
            counts = {name: attack.broken[name][k] for name in catalog.names("definitions")}
            assert counts["label_invariant"] <= counts["boundary"] <= counts["adversarial_loss"] <= attack.n
            assert counts["misclassification"] + counts["boundary"] == counts["adversarial_loss"]
        assert all(last <= any_ for last, any_, _ in attack.broken.values())
        assert all(returned <= any_ for _, any_, returned in attack.broken.values())


def test_no_attack_beats_the_grid_by_much_nor_the_grid_the_attack(plain: NetworkStudy) -> None:
    """The grid is no better than its mesh, but on a smooth network it finds nearly all that gradients find."""
    for name, witness in (("pgd", "grid"), ("label_pgd", "grid, kept")):
        for norm in ("linf", "l2"):
            fast, slow = plain.found(name, norm), plain.found(witness, norm)
            share = fast.broken["adversarial_loss"][2] / fast.n - slow.broken["adversarial_loss"][2] / slow.n
            assert abs(share) < 0.1


# what it writes, and what makes it fail


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Verification:
    """The whole job on a distribution of one's own, of one feature and without parameters."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "small_law.py").write_text(SMALL)
    sys.path.insert(0, str(folder))
    try:
        return verify(("small_law:small",), quick=True)
    finally:
        sys.path.remove(str(folder))


def test_a_distribution_of_one_s_own_goes_the_same_way(small: Verification) -> None:
    (study,) = small.studies
    assert small.problems == () and study.d.name == "small" and study.place.numbers == ()
    assert [proof.derivation.name for proof in study.proofs] == list(WHAT)
    assert all(proof.report.proved for proof in study.proofs)
    assert study.samples and study.risks


def test_the_files_are_there_and_self_contained(small: Verification, tmp_path: Path) -> None:
    write(small, tmp_path / "deep" / "out")
    out = tmp_path / "deep" / "out"
    html = (out / "index.html").read_text()
    assert "<script" not in html and 'src="http' not in html and 'href="http' not in html and "<math" in html
    assert html.index("Verdicts") < html.index("Derivations for small")
    stored = json.loads((out / "report.json").read_text())
    assert stored == json.loads(json.dumps(data(small))) and stored["as_expected"] is True
    assert '"seconds"' not in (out / "report.json").read_text()
    assert {"proofs", "claims"} <= set(json.loads((out / "times.json").read_text()))
    assert len(list((out / "tex").glob("small_law-small-*.tex"))) == len(WHAT)
    for picture in small.studies[0].pictures:
        assert (out / "figures" / f"small_law-small-{picture.name}.png").read_bytes() == picture.png


def test_the_same_seed_writes_the_same_bytes(
    small: Verification, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "small_law.py").write_text(SMALL)
    monkeypatch.syspath_prepend(tmp_path)
    again = verify(("small_law:small",), quick=True)
    assert json.dumps(data(again)) == json.dumps(data(small))
    assert [p.svg for p in again.studies[0].pictures] == [p.svg for p in small.studies[0].pictures]
    other = Sampling(again.studies[0].place, quick=True, seed=1).run()
    assert other != small.studies[0].samples


def row(status: str, expects: str) -> Row:
    return Row("a_claim", "something", Verdict(status, "algebra"), expects)  # type: ignore[arg-type]


def test_every_kind_of_failure_is_a_problem(small: Verification, tmp_path: Path) -> None:
    (study,) = small.studies
    failed = CrossCheck("the mass", "p = 1/2", 0.5, 0.4, 0.001, 0.005, 4096, "FAIL")
    open_ = replace(study.proofs[0], report=Report("joint", (row("UNDECIDED", "PROVED"),)))
    cases = [
        replace(small, claims=Report("claims", (row("REFUTED", "PROVED"),))),
        replace(small, claims=Report("claims", (row("PROVED", "UNDECIDED"),))),
        replace(small, claim_samples=(failed,)),
        replace(small, studies=(replace(study, samples=(failed,)),)),
        replace(small, studies=(replace(study, proofs=(open_,)),)),
        replace(small, crashes=("Training of small: it ran out of memory",)),
    ]
    if study.networks:
        cheat = replace(study.networks[0].attacks[0], outside=3)
        network = replace(study.networks[0], attacks=(cheat, *study.networks[0].attacks[1:]))
        cases.append(replace(small, studies=(replace(study, networks=(network,)),)))
    for case in cases:
        assert len(case.problems) == 1 and data(case)["as_expected"] is False
    write(cases[0], tmp_path)
    assert "This run fails" in (tmp_path / "index.html").read_text()
    fine = replace(small, claims=Report("claims", (row("REFUTED", "REFUTED"),)))
    inconclusive = replace(failed, outcome="INCONCLUSIVE")
    assert not fine.problems and not replace(small, claim_samples=(inconclusive,)).problems


@dataclass(frozen=True)
class Crashing:
    """A job with a bug."""

    place: Place

    def run(self) -> None:
        """Fail."""
        raise ZeroDivisionError("deep inside")


def test_a_job_that_dies_or_is_refused_is_told_and_the_others_are_kept() -> None:
    place = places("point_masses")[0]
    jobs = [Risks(place, (sympy.Integer(-1),)), Crashing(place), Risks(place, (sympy.S.One,))]
    results, refused, crashed = job._done(jobs, lambda done, total: None, job._Clock(lambda *_: None))
    assert [found for found, _ in results] == [jobs[2]]
    assert len(refused) == 1 and "eps" in refused[0]
    assert len(crashed) == 1 and "ZeroDivisionError: deep inside" in crashed[0]


def test_what_has_no_closed_form_in_the_parameters_is_derived_at_numbers() -> None:
    """Where the means are 3 b^-1 log 3 apart, an interval of the three-label Bayes rule vanishes."""
    b = sa.parameter("b", positive=True)
    weights = ((0, {0: "3/4", 1: "1/2", 2: "1/4"}), (1, {0: "1/4", 1: "1/2", 2: "3/4"}))
    components = [
        sa.Component(sa.Flat({0: s}), {y: w * sa.Laplace(3 * y, b) for y, w in own.items()}) for s, own in weights
    ]
    prior = {0: "1/2", 1: "1/4", 2: "1/4"}
    d = sa.Distribution(name="three", features=("u", "v"), labels=(0, 1, 2), prior=prior, components=components)
    found, left_out = everything(d)
    assert (
        [x.name for x in found] == list(WHAT[:-2])
        and len(left_out) == 1
        and "No bayes-accuracy of three" in left_out[0]
    )
    found, left_out = everything(d, at=d.at(b="1/2"))
    accuracy = found[-1]
    x, y = d.at(b="1/2").sample(200_000, rng=0)
    seen = (sa.oracle(d.at(b="1/2")).bayes_label(x) == y).mean()
    assert left_out == () and accuracy.name == "bayes-accuracy" and abs(float(accuracy.result.evalf()) - seen) < 0.005


def test_without_torch_and_matplotlib_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "find_spec", lambda name: None)
    looked_at = [[place] for place in (FIGURE, places("point_masses")[0])]
    kinds = {type(one).__name__ for one in job._jobs(looked_at, quick=True, seed=0)}
    assert kinds == {"Sampling", "Risks"}
    assert [*job._gradings(job.ARTICLE, True, 0)] == []
    assert len(job._notes()) == 2 and all("pip install" in words for words in job._notes())


def test_only_the_article_s_examples_come_with_the_article_s_claims() -> None:
    assert job.ARTICLE == ("point_masses", "tsipras")
    assert set(job.ARTICLE) <= set(catalog.names("distributions"))


def test_attacks_are_graded_beside_the_article_s_examples(small: Verification) -> None:
    assert [*job._gradings(("tsipras",), True, 0)] == [] and small.graded == ()
    (grading,) = job._gradings(job.ARTICLE, True, 0)
    graded = grading.run()
    found = replace(small, graded=(graded,))
    label_pgd, plain = (
        graded.suite.of("saturated", attack, "label_invariant")[0] for attack in ("label_pgd", "pgd, cross-entropy")
    )
    assert label_pgd.found == label_pgd.vulnerable > 50 and plain.found < 10
    assert not graded.problems and found.problems == small.problems
    shown = [part for part in sections(found) if part not in sections(small)]
    assert (
        shown[0] == Heading("Attacks against the exact truth") and len(data(found)["attacks"][0]["recall"]) == 9 * 4 * 3
    )
    assert any(isinstance(part, Figure) and "vulnerable" in part.caption for part in shown)
    bad = replace(graded, suite=replace(graded.suite, outcomes=(replace(plain, faults=("no points",)),)))
    assert "no points" in replace(small, graded=(bad,)).problems[-1]


def test_a_table_tells_which_direction_is_proved() -> None:
    x = sa.parameter("x", real=True)
    claim = sa.Claim(name="c", sentence="word " * 60, source="s", place="1", says="says", number="S1")
    base = Row("c", "says", Verdict("REFUTED", "smt"), "REFUTED", sympy.Gt(x, 0), Verdict("PROVED", "algebra"), claim)
    one_way = replace(base, exactness=Verdict("UNDECIDED", "algebra", why="only if; too hard"))
    text = table(
        Report("t", (base, one_way, replace(base, exactness=None), replace(base, exactly_when=None))), Grounds(0, ())
    )
    lines = [line for line in text.splitlines() if line.startswith("| S1")]
    ends = [line.split(" | ")[4] for line in lines]
    assert ends == ["x > 0", "only if x > 0", "open: x > 0", ""]
    assert all("…" in line and len(line) < 300 for line in lines) and "smt (witness), algebra (solver)" in lines[0]
