r"""How far a forward pass of a ReLU network in some format of floats may be from the real one, and networks shifted by
that much.

A sum of n products and a bias, in any order, with or without fused multiply-add, rounds each term at most n + 1 times.
With the unit roundoff u ($2^{-24}$ in float32), $\gamma = (n+1)u / (1 - (n+1)u)$ and at most the smallest normal
number $\nu$ for each operation that underflows gradually, inputs that differ by at most e from h (where $|h| \le a$)
therefore give outputs with

$a' = |W| a + |b|, \qquad e' = |W| e + \gamma (|W| (a + e) + |b|) + 4 (n+1) \nu$ .

A ReLU makes neither larger.  From $a = |x|$ and $e = u |x| + \nu$, the rounding of the point itself, all of them are
affine in $|x|$: the bound holds everywhere, and a network with a band of that width around it is a ReLU network again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, inf, log2

import numpy as np

from symadv.classifiers._network import Floats, Layer, Network
from symadv.language.errors import SymadvError

_UP = 1 + 1e-9  # far more than the rounding of these bounds themselves


@dataclass(frozen=True)
class Format:
    """Binary floats with subnormal numbers: unit roundoff, smallest normal number, largest power of 2."""

    unit: float
    tiny: float
    largest: float


FORMATS = {
    "float64": Format(2.0**-53, 2.0**-1022, 2.0**1023),
    "float32": Format(2.0**-24, 2.0**-126, 2.0**127),
    "bfloat16": Format(2.0**-8, 2.0**-126, 2.0**127),
    "float16": Format(2.0**-11, 2.0**-14, 2.0**15),
}


@dataclass(frozen=True, eq=False)
class Rounding:
    r"""Logit k of the pass at x is within $\sum_i s_{ki} |x_i| + c_k$ of the real one.

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


def drifted(network: Network, off: Floats) -> Rounding:
    """The bound for the real function at points that are ``off`` (d, d + 1): by shares of all |x_i|, and a constant."""
    error = off
    for layer in network.layers:
        error = np.abs(layer.weight) @ error * _UP
    return Rounding(error[:, :-1], error[:, -1], inf)


def rounding(network: Network, dtype: str, off: Floats | None = None) -> Rounding:
    """The bound for passes in a format of floats, among which the weights of the network are, at points ``off`` x.

    Its radius is 0 where nothing is known: values may overflow, or a layer is too wide for so coarse floats.
    """
    one, own = np.eye(network.inputs), FORMATS[dtype]
    # columns: the shares of all |x_i|, then the constant
    size = np.hstack([one, np.zeros((network.inputs, 1))])
    error = np.hstack([own.unit * one, np.full((network.inputs, 1), own.tiny)]) + (0.0 if off is None else 2 * off)
    radius = _radius(size + error, own)
    for layer in network.layers:
        weight, n = np.abs(layer.weight), layer.weight.shape[1] + 1
        radius = radius if n * own.unit < 0.5 else 0.0
        gamma = n * own.unit / (1 - min(n * own.unit, 0.5))
        constant = np.zeros((len(weight), network.inputs + 1))
        constant[:, -1] = np.abs(layer.bias)
        product, inherited = weight @ size + constant, weight @ error
        error = (inherited + gamma * (product + inherited)) * _UP
        error[:, -1] += 4 * n * own.tiny
        size = product * _UP
        radius = min(radius, _radius(size + error, own))
    return Rounding(error[:, :-1], error[:, -1], radius)


def _radius(reached: Floats, own: Format) -> float:
    """A power of 2 up to which no value, nor a partial sum of it, is beyond half the largest number; or 0."""
    room = own.largest / 2 - reached[:, -1]
    if not (room > 0).all():
        return 0.0
    return float(2.0 ** floor(log2(float((room / reached[:, :-1].sum(axis=1).clip(min=1.0)).min()) / 2)))


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
