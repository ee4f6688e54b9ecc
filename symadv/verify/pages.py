"""What was found, as the sections of a page or an article: verdicts first, then each distribution."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from symadv import catalog
from symadv.probability.crosscheck import CrossCheck
from symadv.report import DerivationBlock, Figure, Heading, Section, Table, Text
from symadv.report.cells import Cell, cell
from symadv.risk.bound import Bound
from symadv.suite.table import sections as of_suite
from symadv.verify.attacks import SHOWN
from symadv.verify.job import Study, Verification
from symadv.verify.networks import NORMS, NetworkStudy
from symadv.verify.risks import RiskTable


def sections(found: Verification) -> list[Section]:
    """The whole report."""
    parts: list[Section] = [Heading("Verdicts"), Text(summary(found))]
    if len(found.claims):
        parts.append(found.claims)
    if found.claim_samples:
        parts += _samples(found.claim_samples, "Probabilities in the claims against samples")
    for study in found.studies:
        parts += _study(study)
    for graded in found.graded:
        parts += [Heading("Attacks against the exact truth"), *of_suite(graded.suite, SHOWN)]
        parts += [Figure(picture.caption, svg=picture.svg, png=picture.png) for picture in graded.pictures]
    return parts


def summary(found: Verification) -> str:
    """The outcome in a few sentences, problems first."""
    goals = [row for study in found.studies for proof in study.proofs for row in proof.report]
    proved = sum(row.verdict.status == "PROVED" for row in goals)
    tests = [*found.claim_samples, *(test for study in found.studies for test in study.samples)]
    lines = []
    if found.problems:
        lines += [f"This run fails, for {len(found.problems)} reasons:", *found.problems]
    else:
        lines.append("Every verdict is the expected one, every step is proved, and no test by sampling fails.")
    derivations = sum(len(study.proofs) for study in found.studies)
    lines.append(f"Proved: {proved} of the {len(goals)} steps, links and results of {derivations} derivations.")
    if tests:
        outcomes = ", ".join(f"{sum(t.outcome == o for t in tests)} {o}" for o in ("PASS", "INCONCLUSIVE", "FAIL"))
        lines.append(f"Sampled: {outcomes}; a PASS or a FAIL is wrong with a probability of at most 1e-12.")
    return "\n\n".join([*lines, *found.notes])


def _study(study: Study) -> Iterator[Section]:
    yield Heading(study.d.name)
    yield Heading(f"Derivations for {study.d.name}", 3)
    for proof in study.proofs:
        yield DerivationBlock(f"{study.d.name}: {proof.derivation.name}", proof.derivation, proof.report)
    if study.pictures:
        yield Heading(f"Pictures of {study.d.name}", 3)
        yield from (Figure(picture.caption, svg=picture.svg, png=picture.png) for picture in study.pictures)
    yield Heading(f"Exact risks on {study.d.name}", 3)
    for table in study.risks:
        yield _risks(table)
        if table.edges:
            rows = tuple((f, name, *on.cells) for f, name, on in table.edges)
            head = ("risk of", "under", "as asked", "smaller", "larger", "with another convention")
            yield Table(
                head,
                rows,
                "The knife edges (*) among them, with slightly smaller and larger budgets, and with other conventions.",
            )
    if study.networks:
        yield Heading(f"Networks trained on {study.d.name}, under attack", 3)
        for network in study.networks:
            yield from _network(network)
    yield Heading(f"Samples of {study.d.name}", 3)
    yield from _samples(study.samples, "Closed forms and the posterior against samples")


def _risks(table: RiskTable) -> Table:
    names = catalog.names("definitions")
    rows = tuple((name, *(_starred(column[name]) for column in table.risks.values())) for name in names)
    text = catalog.load("readers", "text")(table.threat.eps)
    caption = (
        f"Exact risk at {table.at}, closed L-infinity ball of radius {text}: definitions down, classifiers across."
        + "".join(f" Not known of {name}: {why}." for name, why in table.refused.items())
    )
    return Table(("definition", *table.risks), rows, caption)


def _starred(bound: Bound) -> Cell:
    found = cell(bound)
    return replace(found, note=found.note.replace("knife edge", "*"))


def _samples(tests: tuple[CrossCheck, ...], words: str) -> Iterator[Section]:
    """A table for each point of the parameters."""
    for at, own in groupby(tests, key=lambda test: test.at):
        rows = tuple(
            (_plain(t.what), t.claimed, f"{t.estimate:.6g} ± {t.standard_error:.1g}", t.samples, t.outcome) for t in own
        )
        yield Table(("what", "formula", "sampled", "n", "outcome"), rows, f"{words}{f': at {at}' if at else ''}.")


def _plain(words: str) -> str:
    return words.replace("$", "")


def _network(network: NetworkStudy) -> Iterator[Section]:
    yield Text(story(network))
    if any(network.exact.values()):
        names = catalog.names("definitions")
        exact = tuple((name, *(network.exact[norm].get(name) for norm in NORMS)) for name in names)
        words = f"Exact risk of the network {network.training}, budget {network.eps}."
        yield Table(("definition", *NORMS), exact, words)
    head = ("attack", "norm", "n", "moved", "label changed", "on support", "label-invariant")
    rows = tuple(
        (a.attack, a.norm, a.n, a.moved, a.label_changed, a.on_support, a.broken["label_invariant"][2])
        for a in network.attacks
    )
    words = "how many moved, have another true label, lie on the support, are label-invariant adversarial examples"
    yield Table(head, rows, f"Points that the attacks returned (budget {network.eps}): {words}.")
    for norm in NORMS:
        attacks = [a for a in network.attacks if a.norm == norm]
        names = catalog.names("definitions")
        counts = tuple((name, *("{}/{}".format(*a.broken[name]) for a in attacks)) for name in names)
        words = f"Samples broken under each definition ({norm}, n as above): by the last iterate / by any iterate."
        yield Table(("definition", *(a.attack for a in attacks)), counts, words)
    yield from (Figure(picture.caption, svg=picture.svg, png=picture.png) for picture in network.pictures)


def story(network: NetworkStudy) -> str:
    """The article's point in one paragraph: what plain attacks return, and what was there to be found."""
    plain, kept = network.found("pgd", "linf"), network.found("label_pgd", "linf")
    words = (
        f"A network {network.training} at {network.at} errs on {network.errors} of {network.n} samples. Of the "
        f"{plain.moved} points that projected gradient descent moves in the L-infinity ball of radius {network.eps}, "
        f"{plain.label_changed} change the true label, and {plain.broken['label_invariant'][2]} are label-invariant "
        f"adversarial examples; told to keep the true label, label_pgd finds {kept.broken['label_invariant'][2]}."
    )
    bound = network.exact["linf"].get("label_invariant")
    return words if bound is None else f"{words} The exact label-invariant risk is {bound.upper:.4f}."
