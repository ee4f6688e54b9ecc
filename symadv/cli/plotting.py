"""``symadv plot``: pictures of exact risks as PDF, SVG or PNG, each with its caption."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symadv.cli.arguments import (
    At,
    Json,
    Name,
    distribution_of,
    number_of,
    one_of,
    options_of,
    see_own_modules,
    several,
    spans_of,
)
from symadv.cli.console import say, write_json
from symadv.cli.threats import Box, Norm, OnSupport, Open, box_of, threat_of
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from symadv.adversary.threat import ThreatModel
    from symadv.probability.distribution import Distribution


def _writable(out: Path) -> Path:
    from symadv.plot import writable

    return writable(out)


Out = Annotated[Path, typer.Option(help="The file: .pdf, .svg or .png.", callback=_writable)]
Bare = Annotated[bool, typer.Option("--bare", help="Leave the caption out of the picture.")]
Classifier = Annotated[str, typer.Option(help='A name of "symadv list classifiers", or my.module:f')]
Options = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="NAME=VALUE", help="For the classifier, such as weights=1,2*eta; repeated."),
]
Eps = Annotated[str | None, typer.Option(help="The budget: one, or one per feature; parameters as in 2*eta.")]

Upto = Annotated[str | None, typer.Option(help="The largest budget; by default where the risks have settled.")]

BUDGET = "eps"


def curves(
    name: Name,
    out: Out,
    at: At = None,
    classifier: Classifier = "bayes",
    option: Options = None,
    definition: Annotated[list[str] | None, typer.Option(help="Only these; by default all.")] = None,
    upto: Upto = None,
    distance: Annotated[bool, typer.Option("--distance", help="Tell the mean distances, too.")] = False,
    norm: Norm = "linf",
    scale: Annotated[str | None, typer.Option(help="The budget of each feature per unit, as in 1,0.")] = None,
    box: Box = None,
    open: Open = False,
    on_support: OnSupport = False,
    bare: Bare = False,
    json: Json = False,
) -> int:
    """Draw the exact risk over the budget under each definition, with its jumps."""
    from symadv.classifiers import classifier as classifier_of
    from symadv.plot import curves as drawn

    named = None if definition is None else [known_definition(text) for text in definition]
    see_own_modules(classifier, *(named or ()))
    d = distribution_of(name, at)
    f = classifier_of(classifier, d, **options_of(option or (), names=d.parameters))
    threat: dict[str, Any] = {"box": box_of(box), "norm": norm, "closed": not open, "on_support": on_support}
    threat["scale"] = None if scale is None else several(scale)
    figure = drawn(f, d, definitions=named, upto=number_of("--upto", upto), distance=distance, **threat)
    return deliver(figure, out, bare=bare, json=json)


def definitions(
    name: Name,
    out: Out,
    at: At = None,
    eps: Annotated[str | None, typer.Option(help="A budget at which the risks are written out.")] = None,
    upto: Upto = None,
    norm: Norm = "linf",
    open: Open = False,
    on_support: OnSupport = False,
    bare: Bare = False,
    json: Json = False,
) -> int:
    """Draw what difference a definition makes: the risks of several classifiers under every definition."""
    from symadv.plot import definitions as drawn

    d = distribution_of(name, at)
    ends = {"eps": number_of("--eps", eps), "upto": number_of("--upto", upto)}
    return deliver(drawn(d, **ends, norm=norm, closed=not open, on_support=on_support), out, bare=bare, json=json)


def phase(
    name: Name,
    over: Annotated[list[str], typer.Option(metavar="NAME=FROM:TO", help="Two parameters; eps is the budget.")],
    out: Out,
    at: At = None,
    eps: Eps = None,
    definition: Annotated[str | None, typer.Option(help="Only this one.")] = None,
    against: Annotated[str | None, typer.Option(help="Subtract the risk under this one.")] = None,
    classifier: Classifier = "bayes",
    option: Options = None,
    norm: Norm = "linf",
    box: Box = None,
    open: Open = False,
    on_support: OnSupport = False,
    bare: Bare = False,
    json: Json = False,
) -> int:
    """Draw the exact risk over two parameters, or over a parameter and the budget."""
    from symadv.classifiers import classifier as classifier_of
    from symadv.plot import phase as drawn

    named = [known_definition(text) for text in (definition, against) if text is not None]
    see_own_modules(classifier, *named)
    d, spans = distribution_of(name, at), spans_of(over)
    threat = _threat(d, eps, BUDGET in spans, norm=norm, box=box, on_support=on_support, closed=not open)
    f = classifier_of(classifier, d, **options_of(option or (), names=d.parameters))
    return deliver(drawn(f, d, threat, over=spans, definition=definition, against=against), out, bare=bare, json=json)


def _threat(d: "Distribution", eps: str | None, drawn_over: bool, **options: Any) -> "ThreatModel":
    """The threat model whose budget is given or, when it is drawn over, a parameter."""
    if (eps is None) != drawn_over:
        got = "got it in both" if drawn_over else "got neither"
        raise SymadvError(f"wanted the budget either as --eps or as --over {BUDGET}=0:8, {got}")
    if drawn_over and any(s.name == BUDGET for s in d.parameters):
        raise SymadvError(f"{d.name} has a parameter {BUDGET} of its own: give the budget as --eps")
    return threat_of(eps=BUDGET if eps is None else eps, names=d.parameters, **options)


def known_definition(text: str) -> str:
    """The name of a definition, one's own (``my.module:name``) taken as it is."""
    from symadv import catalog

    return text if ":" in text else one_of("definition", text, catalog.names("definitions"))


def deliver(figure: "Figure", out: Path, *, bare: bool, json: bool) -> int:
    """Write a figure, and say what it shows."""
    from symadv.plot import caption_of, save

    path = save(figure, out, caption=not bare)
    if json:
        write_json({"picture": str(path), "caption": caption_of(figure)})
    else:
        print(caption_of(figure))
        say(f"wrote {path}")
    return 0
