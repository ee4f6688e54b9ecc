"""``symadv risk``: the exact risk of a classifier under one definition of adversarial example, or under all."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from symadv.cli.arguments import At, Json, Name, distribution_of, one_of, options_of, see_own_modules
from symadv.cli.console import say, stdout, write_json
from symadv.cli.networks import Given, Named, classifier_of
from symadv.cli.places import cases, vulnerable_lines
from symadv.cli.threats import Box, Norm, OnSupport, Open, threat_of
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sympy

    from symadv.adversary.classifier import Classifier
    from symadv.adversary.definition import Definition
    from symadv.adversary.threat import ThreatModel
    from symadv.probability.distribution import Distribution
    from symadv.risk.bound import Bound
    from symadv.verify.opinions import Opinion

ALL = "all"
OPTION = "For the classifier, such as weights=1,2/5 or tie=1; may be repeated."
MARGIN = "By how much a posterior must exceed each other one to make a Bayes label."
_VERIFY = "Ask a grid, an optimiser and a sampler for second opinions; exit code 1 when one disagrees."
_VULNERABLE = "Say which samples are vulnerable: for each label and stratum the values of the free feature."
_OTHERWISE = "Of formulas: what they would be with the other ball, another label at ties, the other tie rule."
_SEMANTICS = "Of a network: real, the function of its weights, or float32, bounds for every float32 pass."


def risk(
    name: Name,
    eps: Annotated[str, typer.Option(help="The budget: one, or one per feature as in 0,6; parameters as in 2*eta.")],
    at: At = None,
    classifier: Named = None,
    option: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help=OPTION)] = None,
    model: Given = None,
    semantics: Annotated[str, typer.Option(help=_SEMANTICS)] = "real",
    norm: Norm = "linf",
    box: Box = None,
    open: Open = False,
    on_support: OnSupport = False,
    definition: Annotated[str, typer.Option(help='all, a name of "symadv list definitions", or my.module:name')] = ALL,
    margin: Annotated[str, typer.Option(help=MARGIN)] = "0",
    vulnerable: Annotated[bool, typer.Option("--vulnerable", help=_VULNERABLE)] = False,
    otherwise: Annotated[bool, typer.Option("--otherwise", help=_OTHERWISE)] = False,
    verify: Annotated[bool, typer.Option("--verify", help=_VERIFY)] = False,
    json: Json = False,
) -> int:
    """The exact probability that a sample has an adversarial example; a formula where parameters have no values."""
    from symadv.risk import risks

    see_own_modules(classifier or "", definition)
    d = distribution_of(name, at)
    f, words = classifier_of(d, classifier, model, options_of(option or (), names=d.parameters))
    threat = threat_of(norm, eps, box=box, on_support=on_support, closed=not open, names=d.parameters)
    chosen = definitions_of(definition, margin)
    found = risks(f, d, threat, definitions=chosen, semantics=semantics)
    rows = _opinions(f, d, threat, {c: found[c.name] for c in chosen}, semantics) if verify else []
    if json:
        told = {key: _data(bound, d, vulnerable=vulnerable, otherwise=otherwise) for key, bound in found.items()}
        more = {"opinions": [asdict(row) for row in rows]} if verify else {}
        write_json({"distribution": d.name, "classifier": words, "risks": told, **more})
    else:
        _print(found, formulas=model is None)
        others = _otherwise_lines(found) if otherwise else ()
        places = vulnerable_lines(found, d.features) if vulnerable else ()
        for line in (*others, *places, *map(_opinion_line, rows)):
            stdout().print(line, soft_wrap=True)
    return 0 if all(row.agrees for row in rows) else 1


def _opinions(
    f: "Classifier", d: "Distribution", threat: "ThreatModel", found: "Mapping[Definition, Bound]", semantics: str
) -> "list[Opinion]":
    from symadv.verify.opinions import opinions

    if semantics != "real":
        raise SymadvError(f"--verify: second opinions are about the real function of a network, not {semantics}")
    rows = list(opinions(f, d, threat, found))
    if not rows:
        say("No second opinion: who is vulnerable is not told sample by sample.")
    return rows


def _opinion_line(row: "Opinion") -> str:
    return f"{row.definition:<20}  {row.by:<10}  {'agrees' if row.agrees else 'DISAGREES':<10} {row.says}"


def definitions_of(definition: str, margin: str) -> "list[Definition]":
    """One definition, or all; with a margin for those that speak of the Bayes label."""
    from symadv import catalog
    from symadv.definitions import definition as definition_of
    from symadv.language.numbers import exact

    known, number = catalog.names("definitions"), exact(margin)
    if definition != ALL:
        if ":" not in definition:
            one_of("definition", definition, (ALL, *known))
        return [definition_of(definition, margin=number)]
    plain = [definition_of(name) for name in known]
    return [d.thick(number) if number != 0 and d.uses_truth else d for d in plain]


def _data(bound: "Bound", d: "Distribution", *, vulnerable: bool, otherwise: bool) -> dict[str, object]:
    from symadv.report import to_json
    from symadv.risk.edges import edge

    on = edge(bound)
    told = {"lower": to_json(bound.lower), "upper": to_json(bound.upper), "edge": None if on is None else on.sentence}
    if vulnerable:
        told["vulnerable"] = cases(bound, d.features)
    if otherwise:
        told["otherwise"] = {words: to_json(formula) for words, formula in _formulas(bound).items()}
    return {**to_json(bound), **told}


def _formulas(bound: "Bound") -> "Mapping[str, sympy.Expr]":
    """A formula for a risk under the other conventions; of a number nothing: its knife edge says them."""
    from symadv.risk.symbolic import SymbolicBound

    return bound.evidence.otherwise if isinstance(bound, SymbolicBound) else {}


def _otherwise_lines(found: "dict[str, Bound]") -> "Iterator[str]":
    from symadv import catalog

    for name, bound in found.items():
        for words, formula in _formulas(bound).items():
            told = "the same" if formula == bound.lower else catalog.load("readers", "text")(formula)
            yield f"{name}, {words}: {told}"


def _print(found: "dict[str, Bound]", *, formulas: bool) -> None:
    from symadv.risk.edges import edge

    console, width = stdout(), max(len(name) for name in found)
    for name, bound in found.items():
        formula = _closed_form(bound) if formulas else ""  # of a network they are long fractions, of its weights
        console.print(f"{name:<{width}}  {_number(bound):<16}{formula}".rstrip(), soft_wrap=True)
    for name, bound in found.items():
        on = edge(bound)
        if on is not None:
            console.print(f"{name} stands on a knife edge: {on.sentence}.", soft_wrap=True)
    evidence = next(iter(found.values())).evidence
    if evidence is not None:
        console.print(f"({'; '.join(evidence.semantics)})", style="dim", soft_wrap=True)


def _number(bound: "Bound") -> str:
    from symadv import catalog

    if not isinstance(bound.lower, float | int):
        return str(catalog.load("readers", "text")(bound.lower))
    lower, upper = f"{bound.lower:.12g}", f"{bound.upper:.12g}"
    return lower if lower == upper else f"[{lower}, {upper}]"


def _closed_form(bound: "Bound") -> str:
    from symadv import catalog

    expression = bound.evidence.expression if bound.evidence else None
    if expression is None or expression.is_Integer:
        return ""
    return f"  = {catalog.load('readers', 'text')(expression)}"
