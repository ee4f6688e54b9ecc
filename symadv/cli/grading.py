"""``symadv grade``: an attack against the exact truth about a network, or the suite of problems under many attacks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symadv.cli.arguments import At, Json, distribution_of, one_of, options_of, see_own_modules, threat_of
from symadv.cli.console import followed, say, write_json

if TYPE_CHECKING:
    from symadv.probability.distribution import Distribution

ALL = "all"
_NAME = 'A name of "symadv list", or one of your own: my.module:name'
_DEFINITION = 'all, a name of "symadv list definitions", or my.module:name'
_MODEL = "Weights in a file .safetensors, .pt or .pth; without it, a network is trained."
_KEPT = "Whether the attack is told to keep the true label; by default those are whose name begins with label_."
_OPTION = "For the attack, such as steps=20; may be repeated."
_BOX = "Where perturbed features must stay; inf is no bound."

Attack = Annotated[str, typer.Argument(metavar="ATTACK", help=_NAME)]
Name = Annotated[str, typer.Argument(metavar="DISTRIBUTION", help=_NAME)]
Model = Annotated[Path | None, typer.Option(metavar="FILE", help=_MODEL)]
Box = Annotated[str | None, typer.Option(metavar="LOWER,UPPER", help=_BOX)]
Open = Annotated[bool, typer.Option("--open", help="Perturbations strictly shorter than the budget.")]
Kept = Annotated[bool | None, typer.Option("--keep-label/--any-label", help=_KEPT)]
Options = Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help=_OPTION)]
Seed = Annotated[int, typer.Option(min=0, help="For the samples, the attack, and the training if any.")]


def grade(
    attack: Attack,
    name: Name,
    eps: Annotated[str, typer.Option(help="The budget: one number, or one per feature as in 0,6.")],
    at: At = None,
    model: Model = None,
    norm: Annotated[str, typer.Option(help="linf, l2 or l1.")] = "linf",
    box: Box = None,
    open: Open = False,
    on_support: Annotated[bool, typer.Option("--on-support", help="Perturbed points lie on the support.")] = False,
    definition: Annotated[str, typer.Option(help=_DEFINITION)] = "label_invariant",
    constrained: Kept = None,
    option: Options = None,
    n: Annotated[int, typer.Option("-n", min=1, help="How many samples.")] = 10_000,
    seed: Seed = 0,
    show: Annotated[int, typer.Option(min=0, help="How many points of each kind are shown one by one.")] = 3,
    json: Json = False,
) -> int:
    """What an attack finds of what is exactly vulnerable; exit code 1 where it returns inadmissible points."""
    from symadv.risk.graded import grades
    from symadv.risk.running import find

    see_own_modules(attack, definition)
    threat = threat_of(norm, eps, box=box, on_support=on_support, closed=not open, names=())
    meant = _definitions(definition)
    find(attack)
    d = distribution_of(name, at)
    d.require_numbers("grading an attack")
    options = _numbers(options_of(option or (), names=()))
    network, words = network_of(d, model, seed)
    asked: dict[str, Any] = {"definitions": meant, "n": n, "seed": seed, "constrained": constrained}
    with followed() as progress:
        found = grades(attack, network, d, threat, **asked, progress=progress, **options)
    _deliver(found, {"distribution": d.name, "network": words}, show, json)
    return int(any(one.at_fault for one in found.values()))


def _definitions(name: str) -> tuple[str, ...] | None:
    from symadv import catalog

    if ":" not in name:
        one_of("definition", name, (ALL, *catalog.names("definitions")))
    return None if name == ALL else (name,)


def network_of(d: "Distribution", model: Path | None, seed: int) -> tuple[Any, str]:
    """A network, and where it is from."""
    from symadv.train import train
    from symadv.train.files import load_network

    if model is not None:
        network = load_network(model)
        return network, f"{_shape(network)} from {model}"
    with followed() as progress:
        progress("training a network", 0, 0)
        network = train(d, seed=seed)
    words = f"{_shape(network)}, trained on {d.name} with seed {seed}, since no --model was given"
    say(f"The network: {words}.")
    return network, words


def _shape(network: Any) -> str:
    widths = [layer.weight.shape for layer in network if hasattr(layer, "weight")]
    return "-".join(str(n) for n in (widths[0][1], *(shape[0] for shape in widths)))


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
