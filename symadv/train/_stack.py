"""The work of training: one network by itself, or many side by side as one stack of weights."""

import copy
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn.functional import cross_entropy

from symadv.adversary.threat import ThreatModel
from symadv.attacks._ball import Ball, noise

_ATTACK_STEPS = 5  # of projected gradient ascent on each batch; with step 1/2 they travel more than the ball is wide

Loss = Callable[[Tensor, Tensor, str], Tensor]


@dataclass(frozen=True)
class Schooling:
    """How networks are trained; ``run`` gives one for each seed."""

    d: Any
    hidden: tuple[int, ...]
    steps: int
    adversary: ThreatModel | None
    batch: int
    learning_rate: float
    samples: int

    def run(self, seeds: Sequence[int]) -> list[nn.Sequential]:
        """A network for each seed; the draws of one seed do not depend on the others."""
        rngs = [np.random.default_rng(seed) for seed in seeds]
        points, columns = self._data(rngs)
        nets = [self._fresh(seed) for seed in seeds]
        loss, parameters = _alone(nets[0]) if len(nets) == 1 else _together(nets)
        optimizer = torch.optim.Adam(parameters.values(), lr=self.learning_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=max(self.steps, 1))
        first = self.samples * torch.arange(len(nets))[:, None]  # where the samples of each network begin
        ball = None if self.adversary is None else Ball(self.adversary, points.double())
        for _ in range(self.steps):
            drawn = [torch.as_tensor(rng.integers(self.samples, size=self.batch)) for rng in rngs]
            rows = (first + torch.stack(drawn)).flatten()
            right = columns[rows].reshape(len(nets), -1)
            z = points[rows] if ball is None else _worst(loss, ball.rows(rows), right, rngs)
            optimizer.zero_grad()
            torch.autograd.backward(loss(z.reshape(*right.shape, -1), right, "mean"))
            optimizer.step()
            schedule.step()
        return [_with(net, parameters, k) for k, net in enumerate(nets)]

    def _data(self, rngs: Sequence[np.random.Generator]) -> tuple[Tensor, Tensor]:
        """The samples of all seeds below each other, (seeds * samples, d), and the columns of their labels."""
        drawn = [self.d.sample(self.samples, rng=rng) for rng in rngs]
        columns = np.searchsorted(np.asarray(self.d.labels), np.concatenate([y for _, y in drawn]))
        points = torch.as_tensor(np.concatenate([x for x, _ in drawn]), dtype=torch.float32)
        return points, torch.as_tensor(columns)

    def _fresh(self, seed: int) -> nn.Sequential:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return network(len(self.d.features), self.hidden, len(self.d.labels))


def network(inputs: int, hidden: Sequence[int], outputs: int) -> nn.Sequential:
    """An untrained network of Linear layers with ReLU between them."""
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise([inputs, *hidden, outputs]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def _alone(net: nn.Sequential) -> tuple[Loss, dict[str, Tensor]]:
    def loss(z: Tensor, columns: Tensor, reduction: str) -> Tensor:
        return cross_entropy(net(z[0]), columns[0], reduction=reduction)

    return loss, dict(net.named_parameters())


def _together(nets: Sequence[nn.Sequential]) -> tuple[Loss, dict[str, Tensor]]:
    """The sum of the networks' losses, whose gradient for each is that of its own loss."""
    parameters, _ = stack_module_state(list(nets))
    skeleton = copy.deepcopy(nets[0]).to("meta")

    def loss(z: Tensor, columns: Tensor, reduction: str) -> Tensor:
        def one(weights: dict[str, Tensor], z: Tensor, columns: Tensor) -> Tensor:
            return cross_entropy(functional_call(skeleton, weights, (z,)), columns, reduction=reduction)

        total: Tensor = vmap(one)(parameters, z, columns).sum()
        return total

    return loss, parameters


def _worst(loss: Loss, ball: Ball, columns: Tensor, rngs: Sequence[np.random.Generator]) -> Tensor:
    count, size = columns.shape
    z = ball.spread(np.concatenate([noise(ball.norm, (size, ball.x.shape[1]), rng) for rng in rngs]))
    for _ in range(_ATTACK_STEPS):
        leaf = z.float().requires_grad_(True)
        (gradient,) = torch.autograd.grad(loss(leaf.reshape(count, size, -1), columns, "sum"), leaf)
        z = ball.project(z + 0.5 * ball.ascent(z, gradient.double()))
    return z.float()


def _with(net: nn.Sequential, parameters: dict[str, Tensor], k: int) -> nn.Sequential:
    """The network with its share of the stacked weights; one that was trained by itself has them."""
    with torch.no_grad():
        for name, own in net.named_parameters():
            if parameters[name] is not own:
                own.copy_(parameters[name][k])
    return net.eval()
