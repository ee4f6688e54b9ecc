"""The threat model as people type it: the same options for every command, and the ``ThreatModel`` they stand for."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from symadv.cli.arguments import Names, several
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from symadv.adversary.threat import ThreatModel

Norm = Annotated[str, typer.Option(help="linf, l2 or l1.")]
Box = Annotated[
    str | None, typer.Option(metavar="LOWER,UPPER", help="Where perturbed features must stay; inf is no bound.")
]
Open = Annotated[bool, typer.Option("--open", help="Perturbations strictly shorter than the budget.")]
OnSupport = Annotated[bool, typer.Option("--on-support", help="Perturbed points lie on the support.")]
Budget = Annotated[str, typer.Option(help="The budget: one number, or one per feature as in 0,6.")]


def threat_of(norm: str, eps: str, *, box: str | None, on_support: bool, closed: bool, names: Names) -> "ThreatModel":
    """A threat model: one budget or one per feature, and a box ``lower,upper`` whose ends may be ``inf``.

    Budgets are numbers, or formulas in ``names``; another name stands for any positive budget.
    """
    from symadv.adversary.threat import ThreatModel
    from symadv.language.parameters import parameter

    known = {s.name for s in names}
    others = [t for part in eps.split(",") if (t := part.strip()).isidentifier() and t not in (*known, "inf", "nan")]
    budgets = several(eps, names=(*names, *(parameter(name, positive=True) for name in dict.fromkeys(others))))
    return ThreatModel(
        norm, budgets if len(budgets) > 1 else budgets[0], box=box_of(box), on_support=on_support, closed=closed
    )


def box_of(text: str | None) -> tuple[Any, ...] | None:
    """A box ``lower,upper`` whose ends may be ``inf``."""
    ends = None if text is None else tuple(_end(part) for part in text.split(","))
    if ends is not None and len(ends) != 2:
        raise SymadvError(f"--box: got {text!r}, wanted LOWER,UPPER such as 0,1 or -inf,1")
    return ends


def _end(text: str) -> Any:
    import sympy

    from symadv.language.numbers import exact

    infinite = {"inf": sympy.oo, "+inf": sympy.oo, "-inf": -sympy.oo}
    return infinite[text.strip()] if text.strip() in infinite else exact(text)
