"""The networks of the suite, in one file of the package; ``python -m symadv.suite.weights`` trains and writes them."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symadv.language.errors import SymadvError
from symadv.suite.problems import TRAININGS, Problem

if TYPE_CHECKING:
    from torch import nn

FILE = Path(__file__).with_name("networks.safetensors")


@lru_cache(maxsize=32)
def networks(name: str) -> "tuple[nn.Sequential, ...]":
    """The networks of one training, one for each seed."""
    from symadv.train.files import from_weights

    prefix = f"{name}/"
    stacked = {key.removeprefix(prefix): value for key, value in _all().items() if key.startswith(prefix)}
    if not stacked:
        raise SymadvError(f"{FILE.name} has no networks {name!r}; `python -m symadv.suite.weights` trains them")
    count = len(next(iter(stacked.values())))
    return tuple(from_weights({key: value[k] for key, value in stacked.items()}, name=name) for k in range(count))


def attacked(problem: Problem, index: int) -> "nn.Sequential":
    """The network of a problem, twisted as the problem says; ``index`` is below ``SEEDS``."""
    from symadv.suite import _twists

    net = networks(problem.training.name)[index]
    twisted: nn.Sequential = getattr(_twists, problem.twist)(net, problem.d, index) if problem.twist else net
    return twisted


def write(path: Path = FILE) -> None:
    """Train all networks of the suite, and write them: each weight of a training stacked over the seeds."""
    import torch
    from safetensors.torch import save_file

    stacked = {}
    for name, training in TRAININGS.items():
        nets = training.run()
        for key in nets[0].state_dict():
            stacked[f"{name}/{key}"] = torch.stack([net.state_dict()[key] for net in nets])
    save_file(stacked, path)


@lru_cache(maxsize=1)
def _all() -> dict[str, Any]:
    try:
        from safetensors.torch import load_file
    except ImportError as missing:
        raise SymadvError("the suite needs torch and safetensors: pip install 'symadv[torch]'") from missing
    return dict(load_file(FILE))


if __name__ == "__main__":
    write()
