r"""How far the float32 pass of a ReLU network may be from the real one, and networks shifted by that much.

A sum of n products and a bias, in any order, with or without fused multiply-add, rounds each term at most n + 1 times.
With $u = 2^{-24}$, $\gamma = (n+1)u / (1 - (n+1)u)$ and at most $\nu = 2^{-126}$ for each operation that underflows
gradually, inputs that differ by at most e from h (where $|h| \le a$) therefore give outputs with

$a' = |W| a + |b|, \qquad e' = |W| e + \gamma (|W| (a + e) + |b|) + 4 (n+1) \nu$ .

A ReLU makes neither larger.  From $a = |x|$ and $e = u |x| + \nu$, the rounding of the point itself, all of them are
affine in $|x|$: the bound holds everywhere, and a network with a band of that width around it is a ReLU network again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, log2

import numpy as np

from symadv.classifiers._network import Floats, Layer, Network
from symadv.language.errors import SymadvError

UNIT, TINY, LARGEST = 2.0**-24, 2.0**-126, 2.0**127
_UP = 1 + 1e-9  # far more than the rounding of these bounds themselves


@dataclass(frozen=True, eq=False)
class Rounding:
    r"""Logit k of the float32 pass at x is within $\sum_i s_{ki} |x_i| + c_k$ of the real one.

    ``slope`` s (K, d) and ``constant`` c (K,).  It holds as long as all $|x_i| \le$ ``radius``, a power of 2: there
    nothing overflows.
    """

    slope: Floats
    constant: Floats
    radius: float

    def bound(self, x: Floats) -> Floats:
        """The bound at points ``(n, d)``, for each logit, (n, K)."""
        return np.asarray((np.abs(x) @ self.slope.T + self.constant) * _UP)


def in_float32(network: Network) -> Network:
    """The network whose weights are rounded to float32; refused where one becomes infinite."""

    def rounded(values: Floats) -> Floats:
        with np.errstate(over="ignore"):
            return values.astype(np.float32).astype(np.float64)

    layers = tuple(replace(la, weight=rounded(la.weight), bias=rounded(la.bias)) for la in network.layers)
    if not all(np.isfinite(la.weight).all() and np.isfinite(la.bias).all() for la in layers):
        raise SymadvError("float32: a weight of the network is beyond float32, wanted weights below 3.4e38")
    return replace(network, layers=layers)


def rounding(network: Network) -> Rounding:
    """The bound for a network whose weights are float32 numbers."""
    one = np.eye(network.inputs)
    # columns: the shares of all |x_i|, then the constant
    size = np.hstack([one, np.zeros((network.inputs, 1))])
    error = np.hstack([UNIT * one, np.full((network.inputs, 1), TINY)])
    radius = _radius(size + error)
    for layer in network.layers:
        weight, n = np.abs(layer.weight), layer.weight.shape[1] + 1
        gamma = n * UNIT / (1 - n * UNIT)
        constant = np.zeros((len(weight), network.inputs + 1))
        constant[:, -1] = np.abs(layer.bias)
        product, inherited = weight @ size + constant, weight @ error
        error = (inherited + gamma * (product + inherited)) * _UP
        error[:, -1] += 4 * n * TINY
        size = product * _UP
        radius = min(radius, _radius(size + error))
    return Rounding(error[:, :-1], error[:, -1], radius)


def _radius(reached: Floats) -> float:
    """A power of 2 up to which no value, nor a partial sum of it, is beyond half the largest number."""
    room = LARGEST / 2 - reached[:, -1]
    if not (room > 0).all():
        raise SymadvError("float32: the network may overflow float32 at every point; wanted smaller weights")
    return float(2.0 ** floor(log2(float((room / reached[:, :-1].sum(axis=1).clip(min=TINY)).min()) / 2)))


def shifted(network: Network, by: Rounding, signs: Sequence[int]) -> Network:
    r"""The network whose logit k is $g_k(x) + \text{signs}_k (\sum_i s_{ki} |x_i| + c_k)$.

    $x$ is the difference and $|x|$ the sum of neurons that all layers hand on.
    """
    one, side = np.eye(network.inputs), np.array(signs, dtype=float)
    halves = np.vstack([one, -one])
    layers = [
        Layer(halves, np.zeros(len(halves)), relu=True),
        Layer(np.vstack([halves.T, np.eye(len(halves))]), np.zeros(len(one) + len(halves)), relu=False),
    ]
    for layer in network.layers[:-1]:
        bias = np.concatenate([layer.bias, np.zeros(len(halves))])
        layers.append(Layer(_handing_on(layer.weight, len(halves)), bias, relu=layer.relu))
    last = network.layers[-1]
    band = side[:, None] * by.slope
    bias = np.nextafter(last.bias + side * by.constant, side * np.inf)
    layers.append(Layer(np.hstack([last.weight, band, band]), bias, relu=False))
    return replace(network, layers=tuple(layers))


def _handing_on(weight: Floats, more: int) -> Floats:
    m, n = weight.shape
    return np.block([[weight, np.zeros((m, more))], [np.zeros((more, n)), np.eye(more)]])
