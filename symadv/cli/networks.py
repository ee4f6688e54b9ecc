"""Networks that people name on the command line: in files, or trained when none is given."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symadv.cli.console import followed, say
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from symadv.probability.distribution import Distribution

_NAMED = 'A name of "symadv list classifiers", or my.module:f; by default bayes.'
_FILE = "A network in a file .safetensors, .pt or .pth"

Given = Annotated[Path | None, typer.Option("--model", metavar="FILE", help=f"{_FILE}, as classifier.")]
Named = Annotated[str | None, typer.Option("--classifier", help=_NAMED)]
Model = Annotated[Path | None, typer.Option(metavar="FILE", help=f"{_FILE}; without it, a network is trained.")]


def loaded(model: Path) -> tuple[Any, str]:
    """The network of a file, and where it is from."""
    from symadv.train.files import load_network

    network = load_network(model)
    return network, f"{_shape(network)} from {model}"


def network_of(d: "Distribution", model: Path | None, seed: int) -> tuple[Any, str]:
    """A network, and where it is from: a file, or a training."""
    from symadv.train import train

    if model is not None:
        return loaded(model)
    with followed() as progress:
        progress("training a network", 0, 0)
        network = train(d, seed=seed)
    words = f"{_shape(network)}, trained on {d.name} with seed {seed}, since no --model was given"
    say(f"The network: {words}.")
    return network, words


def classifier_of(d: "Distribution", name: str | None, model: Path | None, options: dict[str, Any]) -> tuple[Any, str]:
    """A classifier by its name, or the network of a file as one, and what it is called."""
    from symadv.classifiers import classifier

    if model is None:
        return classifier(name or "bayes", d, **options), name or "bayes"
    if name is not None:
        raise SymadvError(f"got --classifier {name} and --model {model}, wanted one of them")
    network, words = loaded(model)
    return classifier("relu", d, network=network, **options), words


def _shape(network: Any) -> str:
    widths = [layer.weight.shape for layer in network if hasattr(layer, "weight")]
    return "-".join(str(n) for n in (widths[0][1], *(shape[0] for shape in widths)))
