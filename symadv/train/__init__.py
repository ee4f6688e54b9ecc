"""Torch networks trained on a distribution, plainly or against an adversary, reproducibly for a seed."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from torch import nn

_AT_ONCE = 128  # networks in one stack, so that memory does not grow with the number of seeds


class Sampled(Protocol):
    """What training needs of a distribution: its features, its labels and its samples."""

    @property
    def features(self) -> Sequence[Any]: ...
    @property
    def labels(self) -> Sequence[int]: ...
    def sample(self, n: int, *, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]: ...


@overload
def train(
    d: Sampled,
    *,
    hidden: Sequence[int] = ...,
    steps: int = ...,
    seed: int = ...,
    seeds: None = None,
    adversary: ThreatModel | None = ...,
    batch: int = ...,
    learning_rate: float = ...,
    samples: int = ...,
) -> "nn.Sequential": ...
@overload
def train(
    d: Sampled,
    *,
    seeds: Iterable[int],
    hidden: Sequence[int] = ...,
    steps: int = ...,
    adversary: ThreatModel | None = ...,
    batch: int = ...,
    learning_rate: float = ...,
    samples: int = ...,
) -> "list[nn.Sequential]": ...
def train(
    d: Sampled,
    *,
    hidden: Sequence[int] = (16, 16),
    steps: int = 2000,
    seed: int | None = None,
    seeds: Iterable[int] | None = None,
    adversary: ThreatModel | None = None,
    batch: int = 256,
    learning_rate: float = 0.01,
    samples: int = 20_000,
) -> Any:
    r"""A ReLU network with logits (n, K), column k for ``d.labels[k]``, of small cross-entropy on samples of ``d``.

    With an ``adversary`` it minimises $\mathbb E \max_{\tilde x} \ell(f(\tilde x), y)$ over the threat model, the
    maximum sought by a few steps of projected gradient ascent [madry2018].  Adam, with a learning rate that falls to 0
    along a cosine.

    Returns a ``torch.nn.Sequential`` of Linear and ReLU layers, in float32 and evaluation mode; the same ``seed``
    (default: 0) gives the same weights, and no global random state is touched.  With ``seeds`` a list of networks, one
    per seed, trained side by side: each is what its seed alone would give, up to the rounding of floats.
    """
    _check_counts(steps=steps, batch=batch, samples=samples, **{"hidden": hidden})
    if not 0 < learning_rate < float("inf"):
        raise SymadvError(f"learning_rate must be a positive number, got {learning_rate!r}")
    if adversary is not None and adversary.on_support:
        raise SymadvError("training does not know the support: give an adversary with on_support=False")
    chosen = _seeds(seed, seeds)
    try:
        from symadv.train._stack import Schooling
    except ImportError as missing:
        raise SymadvError("training needs torch: pip install 'symadv[torch]'") from missing
    schooling = Schooling(d, tuple(hidden), steps, adversary, batch, learning_rate, samples)
    nets = [net for k in range(0, len(chosen), _AT_ONCE) for net in schooling.run(chosen[k : k + _AT_ONCE])]
    return nets if seeds is not None else nets[0]


def _seeds(seed: int | None, seeds: Iterable[int] | None) -> list[int]:
    if seed is not None and seeds is not None:
        raise SymadvError(f"got seed={seed!r} and seeds, wanted one of them")
    chosen = list(seeds) if seeds is not None else [0 if seed is None else seed]
    for one in chosen:
        if isinstance(one, bool) or not isinstance(one, int | np.integer) or one < 0:
            raise SymadvError(f"a seed must be a whole number >= 0, got {one!r}")
    return [int(one) for one in chosen]


def _check_counts(**counts: Any) -> None:
    for name, given in counts.items():
        for value in given if name == "hidden" else (given,):
            if isinstance(value, bool) or not isinstance(value, int) or value < (0 if name == "steps" else 1):
                raise SymadvError(f"{name} must be a positive whole number, got {value!r}")
