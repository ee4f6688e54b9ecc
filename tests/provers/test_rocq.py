"""Theorems of proofs/rocq: each is what its claim says, the kernel accepts them, and wrong ones are refused."""

import re
import shutil

import pytest

from symadv import catalog
from symadv.definitions import definition
from symadv.language.errors import SymadvError
from symadv.language.goals import Goal
from symadv.language.limits import Limits
from symadv.language.parameters import parameter
from symadv.provers import _library
from symadv.provers._claims import claims_at
from symadv.provers._coqc import Clock, Refused, axioms_in, axioms_of, compiled
from symadv.provers._given import inside
from symadv.provers._library import Library, library, one_line
from symadv.provers._theorems import theorems
from symadv.provers.rocq import _somewhere
from symadv.provers.rocq import rocq as prover
from symadv.readers.rocq import rocq as reader
from symadv.verify.kernel import kernel

needs_rocq = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed")
LIMITS = Limits(seconds=200)
CLASSICAL = {
    "ClassicalDedekindReals.sig_forall_dec",
    "ClassicalDedekindReals.sig_not_dec",
    "Classical_Prop.classic",
    "FunctionalExtensionality.functional_extensionality_dep",
}

p, eta = parameter("p", between=(0, 1)), parameter("eta", positive=True)
x = parameter("x", real=True)


@pytest.fixture(scope="module")
def wanted():
    return {name: goal for claim in claims_at("proofs") for name, goal in theorems(claim).items()}


# what can be seen without Rocq


def test_every_statement_is_generated_from_its_claim(wanted):
    found = library()
    different = {n: found.named(n)[1] for n in found.names() if n in wanted and found.named(n)[1] != said(wanted[n])}
    assert different == {} and len(found.names()) >= 45


def test_every_theorem_belongs_to_a_claim(wanted):
    assert set(library().names()) <= set(wanted)


def said(goal):
    return one_line(reader(goal))


def test_nothing_is_assumed():
    for file in library().files():
        assert not re.search(
            r"\b(Admitted|admit|Axioms?|Parameters?|Conjecture|Unset|bypass_check)\b", file.read_text()
        )


def test_the_axioms_are_those_of_classical_analysis():
    assert library().foreign(CLASSICAL) == [] and len(library().axioms()) == len(CLASSICAL)
    assert library().foreign(["classic", "other.classic", "sic", "Classical_Prop.classic"]) == ["other.classic", "sic"]


def test_files_are_found_in_the_order_of_what_they_need(tmp_path):
    for name, needs in {"a": "b c", "b": "c", "c": "", "d": "e", "e": "d"}.items():
        (tmp_path / f"{name}.v").write_text(f"From symadv Require Import {needs}.\n" if needs else "")
    assert [f.stem for f in Library(tmp_path).in_order(tmp_path / "a.v")] == ["c", "b", "a"]
    with pytest.raises(Exception, match=r"d\.v needs d\.v, which needs itself"):
        Library(tmp_path).in_order(tmp_path / "d.v")


def test_a_theorem_in_a_comment_is_none(tmp_path):
    (tmp_path / "a.v").write_text(
        "(* (* *) Theorem a : True.\nProof. easy. Qed. *)\nTheorem b : 1 = 1.\nProof. easy. Qed."
    )
    assert Library(tmp_path).statements(tmp_path / "a.v") == {"b": "1 = 1"}


def test_without_a_compiler_the_tier_is_skipped(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    goal = theorems(claims_at("proofs/stutz/the_projection_is_unique")[0])["the_projection_is_unique_exactly_when"]
    assert prover(goal, limits=LIMITS).why == "coqc not found"
    tier = kernel(claims_at("proofs/stutz/the_projection_is_unique"), limits=LIMITS)
    assert tier.summary == "kernel-checked: skipped, coqc not found" and tier.report.as_expected


def test_a_file_that_says_something_else_is_seen_without_a_compiler(monkeypatch, tmp_path):
    copy = copied(tmp_path, "the_projection_is_unique", ("x <> gap / 2", "x <> gap / 3"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("symadv.provers.rocq.library", lambda: copy)
    goals = theorems(claims_at("proofs/stutz/the_projection_is_unique")[0])
    verdict = prover(goals["the_projection_is_unique_exactly_when"], limits=LIMITS)
    assert verdict.status == "UNDECIDED" and "gap / 3 <->" in verdict.why and "gap / 2 <->" in verdict.why


def test_a_point_of_what_is_given_may_come_from_the_solver():
    noise = claims_at("proofs/stutz/perturbations_show_random_noise")[0]
    goal = theorems(noise)["perturbations_show_random_noise_exactly_when"]
    assert inside(goal, LIMITS.points) is None and _somewhere(goal, LIMITS)
    assert not _somewhere(Goal(p < 2, (2 * p > 1, 3 * p < 1)), LIMITS)


def test_what_no_file_states_is_undecided():
    verdict = prover(Goal(x**2 + 1 > x), limits=LIMITS)
    assert verdict.status == "UNDECIDED" and "no theorem" in verdict.why


# what the kernel says


def copied(folder, name, *changes):
    """A library of its own with one of the files changed."""
    there = library()
    for file in there.in_order(there.folder / f"{name}.v"):
        shutil.copy(file, folder)
    shutil.copy(there.folder / "axioms.txt", folder)
    text = (folder / f"{name}.v").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / f"{name}.v").write_text(text)
    return Library(folder)


def accepted(there, name, theorem=None):
    """The axioms of a theorem as its own file states it."""
    file = there.folder / f"{name}.v"
    theorem = theorem or name
    return axioms_of(there, file, theorem, there.statements(file)[theorem], seconds=200)


RELIABLE = "the_other_label_is_more_probable_for_a_reliable_feature"


@needs_rocq
def test_the_kernel_accepts_the_article_s_inequality():
    (claim,) = claims_at(f"proofs/stutz/{RELIABLE}")
    verdict = prover(claim.goal(), limits=LIMITS)
    assert verdict.status == "PROVED" and verdict.prover == "rocq"


@needs_rocq
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (RELIABLE, "p >= 1 / 2 ->", ""),
        (RELIABLE, "0 < eta ->", "0 <= eta ->"),
        ("robust_accuracy_is_bounded_by_accuracy", "p >= 1 / 2 ->", ""),
        (
            "the_max_margin_classifier_is_robust_with_the_tie_of_the_projection",
            "gap - 2 * x_adv >= 0",
            "gap - 2 * x_adv > - 1",
        ),
        ("the_projection_is_the_article_s", "gap - 2 * x >= 0 <->", "gap - 2 * x > 0 <->"),
    ],
)
def test_a_changed_statement_has_no_proof(tmp_path, name, old, new):
    with pytest.raises(Refused):
        accepted(copied(tmp_path, name, (old, new)), name)


@needs_rocq
def test_what_is_admitted_shows(tmp_path):
    theorem = "the_projection_is_unique_exactly_when"
    there = copied(tmp_path, "the_projection_is_unique", ("intros; lra.\nQed.", "Admitted."))
    assert accepted(there, "the_projection_is_unique", theorem) == {f"the_projection_is_unique.{theorem}"}


@needs_rocq
def test_an_axiom_shows(monkeypatch, tmp_path):
    there = copied(tmp_path, "the_projection_is_unique", ("intros; lra.", "exact (false_is_true _)."))
    file = tmp_path / "the_projection_is_unique.v"
    file.write_text(file.read_text().replace("\nTheorem", "\nAxiom false_is_true : forall P : Prop, P.\n\nTheorem", 1))
    monkeypatch.setattr("symadv.provers.rocq.library", lambda: there)
    goals = theorems(claims_at("proofs/stutz/the_projection_is_unique")[0])
    verdict = prover(goals["the_projection_is_unique_exactly_when"], limits=LIMITS)
    assert verdict.status == "UNDECIDED" and verdict.why.endswith("rests on the_projection_is_unique.false_is_true")


@needs_rocq
@pytest.mark.parametrize(
    ("trick", "proof"),
    [
        ('Notation "a < b" := (a <= b \\/ True) : R_scope.', "intros; now right."),
        ("Definition normal (x mean std : R) : R := - mean.", "unfold normal; intros; nra."),
    ],
)
def test_a_file_cannot_change_what_the_words_mean(tmp_path, trick, proof):
    there, file = copied(tmp_path, RELIABLE), tmp_path / f"{RELIABLE}.v"
    statement = there.statements(file)[RELIABLE]
    head = f"From Coq Require Import Psatz.\nFrom symadv Require Import words.\n{trick}\n"
    file.write_text(f"{head}Theorem {RELIABLE} :\n{statement}.\nProof. {proof} Qed.\n")
    assert there.statements(file)[RELIABLE] == statement
    with pytest.raises(Refused, match=r"tie\.v"):  # the file itself is accepted
        axioms_of(there, file, RELIABLE, statement, seconds=200)


@needs_rocq
def test_an_endless_proof_is_stopped(tmp_path):
    there = copied(tmp_path, RELIABLE, ("Proof.", "Proof. do 1000000000 (try fail)."))
    with pytest.raises(Refused, match="in time"):
        axioms_of(there, tmp_path / f"{RELIABLE}.v", RELIABLE, "True", seconds=3)


def test_words_on_integrals_are_loaded_where_they_are_used():
    assert _library.words_of("Phi 1 > 0") == ("words", "integrals") and _library.words_of("normal 0 0 1 > 0") == (
        "words",
    )


def test_the_definitions_are_those_of_the_room():
    text = one_line((library().folder / "definitions.v").read_text())
    generated = [one_line(reader(definition(name))) for name in catalog.names("definitions")]
    assert sum(said in text for said in generated) >= 9
    assert all(said in text for said in generated if said.split(" (y : L)")[0] in text)


def test_a_definition_with_a_margin_is_refused():
    with pytest.raises(SymadvError, match="margin"):
        reader(definition("label_invariant", margin="1/10"))


@needs_rocq
def test_the_general_propositions_are_proved(tmp_path):
    there, clock = library(), Clock.of(200)
    for file in there.in_order(there.folder / "bayes.v"):
        shutil.copy(file, tmp_path)
        compiled(file.name, tmp_path, clock)
    names = [
        f"{module}.{name}"
        for module in ("orders", "bayes")
        for name in re.findall(r"^Proposition (\w+)", (tmp_path / f"{module}.v").read_text(), re.MULTILINE)
    ]
    text = "From symadv Require orders bayes.\n" + f"Definition all := ({', '.join(f'@{n}' for n in names)}).\n"
    (tmp_path / "all.v").write_text(text + "Print Assumptions all.\n")
    said = compiled("all.v", tmp_path, clock)
    assert len(names) >= 15 and axioms_in(said) <= CLASSICAL
