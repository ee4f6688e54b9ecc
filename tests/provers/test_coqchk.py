"""The second checker: it accepts our files on the axioms that are listed, and shows what was smuggled past Rocq."""

import shutil

import pytest

from symadv.language.goals import Report
from symadv.provers._coqc import Refused
from symadv.provers._coqchk import assumed, rechecked
from symadv.provers._library import Library, library
from symadv.verify.kernel import Recheck, Tier, recheck

needs_rocq = pytest.mark.skipif(shutil.which("coqchk") is None, reason="coqchk is not installed")
CLASSICAL = {
    "Coq.Logic.Classical_Prop.classic",
    "Coq.Logic.FunctionalExtensionality.functional_extensionality_dep",
    "Coq.Reals.ClassicalDedekindReals.sig_forall_dec",
    "Coq.Reals.ClassicalDedekindReals.sig_not_dec",
}
SUMMARY = """
CONTEXT SUMMARY
===============

* Theory: Set is predicative

* Axioms:{axioms}

* Constants/Inductives relying on type-in-type: {types}

* Constants/Inductives relying on unsafe (co)fixpoints: <none>

* Inductives whose positivity is assumed: <none>
"""


def test_the_summary_is_read():
    listed = SUMMARY.format(axioms="\n    Coq.Logic.Classical_Prop.classic\n    a.b\n", types="<none>")
    assert assumed(listed) == {"Coq.Logic.Classical_Prop.classic", "a.b"}
    assert assumed(SUMMARY.format(axioms=" <none>", types="<none>")) == set()


@pytest.mark.parametrize("said", ["", "Fatal Error: Bad magic number", "* Axioms: <none>\n"])
def test_without_a_summary_nothing_is_accepted(said):
    with pytest.raises(Refused, match="no summary"):
        assumed(said)


def test_a_check_that_was_switched_off_is_refused():
    with pytest.raises(Refused, match=r"type-in-type: a\.cheat"):
        assumed(SUMMARY.format(axioms=" <none>", types="\n    a.cheat"))


@needs_rocq
def test_the_files_of_phi_rest_on_the_listed_axioms_and_nothing_else():
    """Of all files ``make rocq`` shows it."""
    phi = [file for file in library().files() if file.stem == "phi"]
    assert rechecked(library(), phi, seconds=300) == library().axioms() == CLASSICAL


def alone(folder, text):
    (folder / "a.v").write_text(text)
    (folder / "axioms.txt").write_text("")
    return Library(folder)


@needs_rocq
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Theorem a : 1 = 1. Proof. easy. Qed.", set()),
        ("Theorem a : 1 = 2. Proof. Admitted.", {"symadv.a.a"}),
        ("Axiom cheat : forall P : Prop, P. Theorem a : 1 = 2. Proof. apply cheat. Qed.", {"symadv.a.cheat"}),
        ("Module Classical_Prop. Axiom classic : 1 = 2. End Classical_Prop.", {"symadv.a.Classical_Prop.classic"}),
        ("Module Type T. Parameter n : nat. End T. Module M : T. Definition n := 1. End M.", set()),
    ],
)
def test_what_is_assumed_shows_and_what_is_only_sealed_does_not(tmp_path, text, shown):
    there = alone(tmp_path, text)
    assert rechecked(there, there.files(), seconds=100) == shown


@needs_rocq
def test_an_endless_fixpoint_is_refused(tmp_path):
    text = "Unset Guard Checking.\nFixpoint f (n : nat) : False := f n.\nTheorem a : 1 = 2. Proof. destruct (f 0). Qed."
    there = alone(tmp_path, text)
    with pytest.raises(Refused, match=r"unsafe.*symadv\.a\.f"):
        rechecked(there, there.files(), seconds=100)
    assert recheck(["a"], there).why.startswith("coqchk: ")


@needs_rocq
def test_the_tier_fails_on_a_foreign_axiom(tmp_path):
    found = recheck([], alone(tmp_path, "Axiom cheat : 1 = 2."))
    assert found.why == "coqchk: the files rest on symadv.a.cheat"
    assert not Tier(Report("", ()), 0, False, found).as_expected
    assert Tier(Report("", ()), 0, False, Recheck(1)).as_expected
