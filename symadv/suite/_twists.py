"""What makes a network hard to attack, as ReLU networks in float64, so that the truth about them stays exact."""

import copy
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from symadv.geometry.strata import Flat
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Distribution

_STEEP = 2.0**20
_SCALE = 1000.0
_WIDTH = 2.0**-7


def saturated(net: nn.Sequential, d: Distribution, index: int) -> nn.Sequential:
    """The same decisions, with logits 1000 times as large."""
    *body, last = _layers(net)
    return nn.Sequential(*body, _linear(_SCALE * last.weight.detach(), _SCALE * last.bias.detach())).eval()


def plateau(net: nn.Sequential, d: Distribution, index: int) -> nn.Sequential:
    r"""The same decisions, with the logits $\mp\mathrm{clip}(2^{20} (g_1 - g_0), -1, 1) / 2$: masked gradients."""
    if len(d.labels) != 2:
        raise SymadvError(f"a plateau is made for two labels, got {len(d.labels)}")
    *body, last = _layers(net)
    ahead, bias = last.weight.detach().diff(dim=0), last.bias.detach().diff()
    clip = _linear(_STEEP * ahead.expand(2, -1), _STEEP * bias + torch.tensor([1.0, -1.0]).double())
    sides = torch.tensor([[-0.5, 0.5], [0.5, -0.5]]).double()
    return nn.Sequential(*body, clip, nn.ReLU(), _linear(sides, torch.tensor([0.5, -0.5]).double())).eval()


def projected(net: nn.Sequential, d: Distribution, index: int) -> nn.Sequential:
    r"""The network behind $\pi$, whose steps between strata are ramps of slope $2^{20}$: no gradient across them.

    The strata must all fix the same one feature, and nothing else.
    """
    feature, values = _levels(d)
    rows, shifts, back = [], [], []
    for low, high in itertools.pairwise(values):
        for side, sign in ((0.5, 1.0), (-0.5, -1.0)):
            rows.append((feature, _STEEP))
            shifts.append(side - _STEEP * (low + high) / 2)
            back.append((feature, sign * (high - low)))
    for other in (k for k in range(len(d.features)) if k != feature):
        for sign in (1.0, -1.0):
            rows.append((other, sign))
            shifts.append(0.0)
            back.append((other, sign))
    ramps = _linear(_one_in_each_row(rows, len(d.features)), torch.tensor(shifts).double())
    home = _one_in_each_row(back, len(d.features)).T
    first, *rest = _layers(net)
    weight, start = first.weight.detach(), torch.zeros(len(d.features)).double()
    start[feature] = values[0]
    return nn.Sequential(ramps, nn.ReLU(), _linear(weight @ home, weight @ start + first.bias.detach()), *rest).eval()


def needle(net: nn.Sequential, d: Distribution, index: int) -> nn.Sequential:
    """The sign of the last feature, but for a sliver of width about 1/128 around a place that depends on the index.

    The network given is not used: nothing in a gradient says where a needle is.
    """
    if len(d.labels) != 2:
        raise SymadvError(f"a needle is made for two labels, got {len(d.labels)}")
    place = 2.0 + 2.0 * np.random.default_rng([index, len(d.features)]).random()
    u = torch.zeros(3, len(d.features)).double()
    u[:, -1] = 1 / _WIDTH
    x = torch.zeros(2, len(d.features)).double()
    x[:, -1] = torch.tensor([1.0, -1.0]).double()
    bends = torch.tensor([1.0, 0.0, -1.0]).double() - place / _WIDTH
    hat = torch.cat([torch.tensor([1.0, -1.0]), -4.0 * torch.tensor([1.0, -2.0, 1.0]) * place]).double()
    hidden = _linear(torch.cat([x, u]), torch.cat([torch.zeros(2).double(), bends]))
    return nn.Sequential(hidden, nn.ReLU(), _linear(torch.stack([-hat, hat]) / 2, torch.zeros(2).double())).eval()


def _layers(net: nn.Sequential) -> list[Any]:
    """A copy of the layers, in float64."""
    return list(copy.deepcopy(net).double())


def _levels(d: Distribution) -> tuple[int, list[float]]:
    """The one feature that all strata fix, and the values that they give it, ascending."""
    fixed = [dict(s.fixed) if isinstance(s, Flat) else {} for s in d.strata]
    if {len(f) for f in fixed} != {1} or len({k for f in fixed for k in f}) != 1:
        raise SymadvError(f"the strata of {d.name} do not all fix one and the same feature")
    (feature,) = fixed[0]
    return feature, sorted(float(f[feature]) for f in fixed)


def _one_in_each_row(entries: Sequence[tuple[int, float]], columns: int) -> Tensor:
    matrix = torch.zeros(len(entries), columns).double()
    for row, (column, value) in enumerate(entries):
        matrix[row, column] = value
    return matrix


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    layer = nn.Linear(*weight.shape[::-1]).double()
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    return layer
