"""``symadv grade``: an attack against the exact truth about a network, or the suite of problems under many attacks."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symadv.cli.arguments import At, Json, distribution_of, one_of, options_of, see_own_modules
from symadv.cli.console import followed, write_json
from symadv.cli.networks import Model, network_of
from symadv.cli.suiting import graded_suite
from symadv.cli.threats import Box, Norm, OnSupport, Open, threat_of
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from symadv.adversary.threat import ThreatModel
    from symadv.probability.distribution import Distribution

ALL = "all"
_NAME = 'A name of "symadv list", or one of your own: my.module:name'
_DEFINITION = 'all, a name of "symadv list definitions", or my.module:name'
_KEPT = "Whether the attack is told to keep the true label; by default those are whose name begins with label_."
_OPTION = "For the attack, such as steps=20; may be repeated."

_ATTACK = f"What attacks. {_NAME}"
_SUITE = "All attacks on all problems of the suite, with equal effort, in place of one attack on one distribution."

Attack = Annotated[str | None, typer.Argument(metavar="ATTACK", help=_ATTACK)]
Name = Annotated[str | None, typer.Argument(metavar="DISTRIBUTION", help=_NAME)]
Eps = Annotated[str | None, typer.Option(help="The budget: one number, or one per feature as in 0,6.")]
Kept = Annotated[bool | None, typer.Option("--keep-label/--any-label", help=_KEPT)]
Options = Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help=_OPTION)]
Samples = Annotated[int | None, typer.Option("-n", min=1, help="How many samples; default 10000, in the suite 300.")]
Seed = Annotated[int, typer.Option(min=0, help="For the samples, the attack, and the training if any.")]
Show = Annotated[int, typer.Option(min=0, help="How many points of each kind are shown one by one.")]
OfSuite = Annotated[bool, typer.Option("--suite", help=_SUITE)]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Where the suite writes Markdown, JSON and a picture.")]
Jobs = Annotated[int, typer.Option(min=1, help="Processes that work on the suite.")]


def grade(
    attack: Attack = None,
    name: Name = None,
    at: At = None,
    model: Model = None,
    norm: Norm = "linf",
    eps: Eps = None,
    box: Box = None,
    open: Open = False,
    on_support: OnSupport = False,
    definition: Annotated[str, typer.Option(help=_DEFINITION)] = "label_invariant",
    constrained: Kept = None,
    option: Options = None,
    n: Samples = None,
    seed: Seed = 0,
    show: Show = 3,
    suite: OfSuite = False,
    networks: Annotated[int, typer.Option(help="How many networks of each problem of the suite.")] = 10,
    out: Out = None,
    jobs: Jobs = 1,
    json: Json = False,
) -> int:
    """What an attack finds of what is exactly vulnerable; exit code 1 where it returns inadmissible points."""
    if suite:
        _refuse_both(attack, name, model, eps)
        return graded_suite(networks=networks, n=n or 300, seed=seed, out=out, jobs=jobs, json=json)
    if attack is None or name is None or eps is None:
        raise SymadvError("wanted an attack, a distribution and --eps, such as `pgd tsipras --eps 6`, or --suite")
    threat = threat_of(norm, eps, box=box, on_support=on_support, closed=not open, names=())
    see_own_modules(attack, definition)
    asked = {"definitions": _definitions(definition), "n": n or 10_000, "seed": seed, "constrained": constrained}
    return _grade(attack, distribution_of(name, at), model, threat, asked, option or (), show, json)


def _grade(
    attack: str,
    d: "Distribution",
    model: Path | None,
    threat: "ThreatModel",
    asked: dict[str, Any],
    option: Iterable[str],
    show: int,
    json: bool,
) -> int:
    from symadv.risk.graded import grades
    from symadv.risk.running import find

    find(attack)
    d.require_numbers("grading an attack")
    options = _numbers(options_of(option, names=()))
    network, words = network_of(d, model, asked["seed"])
    with followed() as progress:
        found = grades(attack, network, d, threat, **asked, progress=progress, **options)
    _deliver(found, {"distribution": d.name, "network": words}, show, json)
    return int(any(one.at_fault for one in found.values()))


def _refuse_both(*given: Any) -> None:
    if any(one is not None for one in given):
        raise SymadvError("--suite has attacks, distributions, networks and budgets of its own: leave those away")


def _definitions(name: str) -> tuple[str, ...] | None:
    from symadv import catalog

    if ":" not in name:
        one_of("definition", name, (ALL, *catalog.names("definitions")))
    return None if name == ALL else (name,)


def _numbers(options: dict[str, Any]) -> dict[str, Any]:
    """Numbers as Python has them: attacks do not count in rationals."""

    def plain(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(plain(part) for part in value)
        return float(value) if hasattr(value, "evalf") else value

    return {name: plain(value) for name, value in options.items()}


def _deliver(found: dict[str, Any], about: dict[str, str], show: int, json: bool) -> None:
    from symadv.cli.console import stdout
    from symadv.report.grades import as_data, as_terminal

    if json:
        write_json({**about, "grades": {name: as_data(one, show=show) for name, one in found.items()}})
        return
    for part in as_terminal(found, show=show):
        stdout().print(part)
