"""``symadv curve``: the exact risk at every budget, with the budgets at which it jumps and the mean distance."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from symadv.cli.arguments import At, Json, Name, distribution_of, options_of, see_own_modules, several
from symadv.cli.console import stdout, write_json
from symadv.cli.risking import ALL, MARGIN, OPTION, definitions_of
from symadv.cli.threats import Box, Norm, OnSupport, Open, box_of

if TYPE_CHECKING:
    from symadv.risk.exact_curve import Curve

_SCALE = "One number per feature, times which the budget is its own, as in 0,1; by default 1 for each."


def curve(
    name: Name,
    at: At = None,
    classifier: Annotated[str, typer.Option(help='A name of "symadv list classifiers", or my.module:f')] = "bayes",
    option: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help=OPTION)] = None,
    norm: Norm = "linf",
    scale: Annotated[str | None, typer.Option(help=_SCALE)] = None,
    box: Box = None,
    open: Open = False,
    on_support: OnSupport = False,
    definition: Annotated[str, typer.Option(help='all, a name of "symadv list definitions", or my.module:name')] = ALL,
    margin: Annotated[str, typer.Option(help=MARGIN)] = "0",
    json: Json = False,
) -> int:
    """The exact risk as a function of the budget E: formulas, jumps, limit, and the mean distance to vulnerability."""
    from symadv.classifiers import classifier as classifier_of
    from symadv.risk.curve import curves

    see_own_modules(classifier, definition)
    d = distribution_of(name, at)
    found = curves(
        classifier_of(classifier, d, **options_of(option or (), names=d.parameters)),
        d,
        definitions=definitions_of(definition, margin),
        norm=norm,
        scale=None if scale is None else several(scale),
        box=box_of(box),
        on_support=on_support,
        closed=not open,
    )
    if json:
        told = {key: _data(c) for key, c in found.items()}
        write_json({"distribution": d.name, "classifier": classifier, "curves": told})
    else:
        _print(found)
    return 0


def _data(c: "Curve") -> dict[str, Any]:
    from symadv.report import to_json

    return {
        "pieces": [{key: to_json(value) for key, value in piece._asdict().items()} for piece in c.pieces],
        "jumps": [{key: to_json(value) for key, value in jump._asdict().items()} for jump in c.jumps],
        "limit": to_json(c.limit),
        "mean_distance": to_json(c.integral),
    }


def _print(found: "dict[str, Curve]") -> None:
    from symadv import catalog

    text, console = catalog.load("readers", "text"), stdout()
    for name, c in found.items():
        console.print(name)
        console.print(f"  {'E = 0':<24}{text(c.exact(0))}", soft_wrap=True)
        for start, end, risk in c.pieces:
            where = f"E > {text(start)}" if end.is_infinite else f"{text(start)} < E < {text(end)}"
            console.print(f"  {where:<24}{text(risk)}", soft_wrap=True)
        for jump in c.jumps:
            below, value, above = (f"{float(v):.12g}" for v in jump[1:])
            values = f"below {below}, at {value}, above {above}"
            console.print(f"  jumps at E = {text(jump.eps)}: {values}", soft_wrap=True)
        mean = "infinite" if c.integral.is_infinite else f"{float(c.integral):.12g}"
        console.print(f"  limit {float(c.limit):.12g}, mean distance to vulnerability {mean}", soft_wrap=True)
