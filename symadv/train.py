"""Torch networks trained on a distribution, plainly or against an adversary, reproducibly for a seed."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from torch import Tensor, nn

    from symadv.attacks._search import Ball

_ATTACK_STEPS = 5  # of projected gradient ascent on each batch; with step 1/2 they travel more than the ball is wide


class Sampled(Protocol):
    """What training needs of a distribution: its features, its labels and its samples."""

    @property
    def features(self) -> Sequence[Any]: ...
    @property
    def labels(self) -> Sequence[int]: ...
    def sample(self, n: int, *, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]: ...


def train(
    d: Sampled,
    *,
    hidden: Sequence[int] = (16, 16),
    steps: int = 2000,
    seed: int = 0,
    adversary: ThreatModel | None = None,
    batch: int = 256,
    learning_rate: float = 0.01,
    samples: int = 20_000,
) -> "nn.Sequential":
    r"""A ReLU network with logits (n, K), column k for ``d.labels[k]``, of small cross-entropy on samples of ``d``.

    With an ``adversary`` it minimises $\mathbb E \max_{\tilde x} \ell(f(\tilde x), y)$ over the threat model, the
    maximum sought by a few steps of projected gradient ascent [madry2018].  Adam, with a learning rate that falls to 0
    along a cosine.

    Returns a ``torch.nn.Sequential`` of Linear and ReLU layers, in float32 and evaluation mode; the same seed gives
    the same weights, and no global random state is touched.
    """
    torch = _torch()
    _check(hidden=hidden, steps=steps, batch=batch, samples=samples, learning_rate=learning_rate)
    rng = np.random.default_rng(seed)
    x, y = d.sample(samples, rng=rng)
    points = torch.as_tensor(x, dtype=torch.float32)
    columns = torch.as_tensor(np.searchsorted(np.asarray(d.labels), y))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = network(len(d.features), hidden, len(d.labels))
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=max(steps, 1))
    ball = None if adversary is None else _ball(adversary, points)
    for _ in range(steps):
        rows = torch.as_tensor(rng.integers(samples, size=batch))
        z = points[rows] if ball is None else _worst(net, ball.rows(rows), columns[rows], rng)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(z), columns[rows]).backward()
        optimizer.step()
        schedule.step()
    return net.eval()


def network(inputs: int, hidden: Sequence[int], outputs: int) -> "nn.Sequential":
    """An untrained network of Linear layers with ReLU between them."""
    torch = _torch()
    widths = [inputs, *hidden, outputs]
    layers: list[Any] = []
    for before, after in itertools.pairwise(widths):
        layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
    net: nn.Sequential = torch.nn.Sequential(*layers[:-1])
    return net


def _ball(threat: ThreatModel, points: "Tensor") -> "Ball":
    if threat.on_support:
        raise SymadvError("training does not know the support: give an adversary with on_support=False")
    from symadv.attacks._search import Ball

    return Ball(threat, points.double())


def _worst(net: "nn.Sequential", ball: "Ball", column: "Tensor", rng: np.random.Generator) -> "Tensor":
    torch = _torch()
    z = ball.random(rng)
    for _ in range(_ATTACK_STEPS):
        leaf = z.float().requires_grad_(True)
        loss = torch.nn.functional.cross_entropy(net(leaf), column, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, leaf)
        z = ball.project(z + 0.5 * ball.ascent(z, gradient.double()))
    return z.float()


def _check(*, hidden: Sequence[int], learning_rate: float, **counts: int) -> None:
    for name, value in (*counts.items(), *(("hidden", width) for width in hidden)):
        if isinstance(value, bool) or not isinstance(value, int) or value < (0 if name == "steps" else 1):
            raise SymadvError(f"{name} must be a positive whole number, got {value!r}")
    if not 0 < learning_rate < float("inf"):
        raise SymadvError(f"learning_rate must be a positive number, got {learning_rate!r}")


def _torch() -> Any:
    try:
        import torch
    except ImportError as missing:
        raise SymadvError("training needs torch: pip install 'symadv[torch]'") from missing
    return torch
