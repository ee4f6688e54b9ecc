"""ReLU networks as exact piecewise affine functions: the real function of the stored weights."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np
from numpy.typing import ArrayLike, NDArray

from symadv.adversary.classifier import known_label
from symadv.adversary.pointwise import points
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Distribution

Floats = NDArray[np.float64]

ULP = 2.0**-53  # the unit roundoff
WIDEST = 4096
DTYPES = ("float64", "float32", "bfloat16", "float16")


@dataclass(frozen=True, eq=False)
class Layer:
    """An affine map, ``weight`` (m, n) and ``bias`` (m,), with a ReLU after it or not."""

    weight: Floats
    bias: Floats
    relu: bool


@dataclass(frozen=True, eq=False)
class Network:
    """A ReLU network as a classifier: the label of the largest logit, ``tie`` where several logits are the largest.

    The last layer has no ReLU and one row per label; all weights are finite floats, read as the rationals they are.
    ``dtype``: the floats that they are kept in, and in which whoever uses the network computes.
    """

    name: str
    labels: tuple[int, ...]
    tie: int
    layers: tuple[Layer, ...]
    dtype: str = "float64"

    @property
    def inputs(self) -> int:
        """The number of features."""
        return int(self.layers[0].weight.shape[1])

    def regions(self) -> None:
        """None: the regions of a network are unions of polygons, too many for symbolic cells."""

    def predict(self, x: ArrayLike) -> NDArray[np.int64]:
        """The labels ``(n,)`` of the exact function at points ``(n, d)``: rounding never decides."""
        logits, error = self.logits(points(x, self.inputs))
        order = np.argsort(logits, axis=1)
        rows = np.arange(len(logits))
        first, second = order[:, -1], order[:, -2]
        gap = logits[rows, first] - logits[rows, second]
        sure = gap > 2 * error.max(axis=1) + 4 * ULP * np.abs(logits).max(axis=1)
        found = np.array(self.labels, dtype=np.int64)[first]
        for row in np.flatnonzero(~sure):
            found[row] = self._exact_label(np.asarray(x, dtype=np.float64)[row])
        return found

    def logits(self, x: Floats) -> tuple[Floats, Floats]:
        """Logits ``(n, K)`` in floats, and a bound for their distance from the exact ones."""
        value, error = x, np.zeros_like(x)
        with np.errstate(all="ignore"):
            for layer in self.layers:
                size = np.abs(layer.weight)
                rounding = (layer.weight.shape[1] + 3) * ULP
                error = (rounding * (np.abs(value) @ size.T + np.abs(layer.bias)) + error @ size.T) * (1 + 1e-9)
                error += 1e-300
                value = value @ layer.weight.T + layer.bias
                if layer.relu:
                    value = np.maximum(value, 0)
        return value, error

    def exact_logits(self, x: Sequence[float]) -> list[Any]:
        """The logits as rationals (``flint.fmpq``) at one point of floats."""
        value = flint.fmpq_mat(len(x), 1, [rational(v) for v in x])
        for layer in self.layers:
            value = exact_matrix(layer.weight) * value + exact_matrix(layer.bias[:, None])
            if layer.relu:
                value = flint.fmpq_mat(value.nrows(), 1, [max(v, flint.fmpq(0)) for v in value.entries()])
        return list(value.entries())

    def _exact_label(self, x: Floats) -> int:
        logits = self.exact_logits([float(v) for v in x])
        best = max(logits)
        ahead = [k for k, v in enumerate(logits) if v == best]
        return self.labels[ahead[0]] if len(ahead) == 1 else self.tie


def rational(number: float) -> Any:
    """The ``flint.fmpq`` that a finite float is."""
    return flint.fmpq(*float(number).as_integer_ratio())


def exact_matrix(array: Floats) -> Any:
    """A float matrix as a ``flint.fmpq_mat``."""
    rows, columns = array.shape
    return flint.fmpq_mat(rows, columns, [rational(v) for v in array.ravel()])


def is_network(given: Any) -> bool:
    """Whether something is a torch module; torch is not imported for the question."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(given, torch.nn.Module)


def of_network(given: Any) -> bool:
    """Whether something is a torch module, or a classifier made of one."""
    return is_network(given) or isinstance(given, Network)


def read_network(module: Any, d: Distribution, *, tie: int | None = None) -> Network:
    """A torch network of Linear, ReLU, Flatten, Identity and Sequential as a classifier on d's feature space.

    Refused: other layers, by name; weights that are not finite; a number of inputs or logits other than that of the
    features or labels of ``d``; layers wider than 4096; layers of several types of floats.
    """
    if not is_network(module):
        raise SymadvError(f"network: got a {type(module).__name__}, wanted a torch.nn.Module of Linear and ReLU layers")
    dtype, layers = _dtype(module), _normal(list(_read(module)), len(d.features), len(d.labels))
    chosen = d.labels[-1] if tie is None else known_label("tie", tie, d.labels)
    return Network("relu", d.labels, chosen, layers, dtype)


def _dtype(module: Any) -> str:
    """The type of floats of all weights."""
    found = sorted({str(p.dtype).removeprefix("torch.") for p in module.parameters()}) or [DTYPES[0]]
    if len(found) > 1 or found[0] not in DTYPES:
        raise SymadvError(f"network: got weights of type {' and '.join(found)}, wanted all of one of {DTYPES}")
    return found[0]


def _read(module: Any) -> Iterator[Layer | None]:
    """The layers in their order; None is a ReLU."""
    from torch import nn

    kind = type(module)
    if kind is nn.Sequential:
        for child in module:
            yield from _read(child)
    elif kind is nn.Linear:
        yield _affine(module)
    elif kind is nn.ReLU:
        yield None
    elif kind is nn.Flatten and (module.start_dim, module.end_dim) != (1, -1):
        raise SymadvError(f"network: got {module}, wanted Flatten(start_dim=1, end_dim=-1)")
    elif kind not in (nn.Flatten, nn.Identity):
        raise SymadvError(
            f"network: the layer {kind.__name__} is not piecewise affine as far as is known here; "
            "wanted Linear, ReLU, Flatten, Identity or a Sequential of them"
        )


def _affine(linear: Any) -> Layer:
    weight = linear.weight.detach().cpu().double().numpy().copy()
    bias = np.zeros(len(weight)) if linear.bias is None else linear.bias.detach().cpu().double().numpy().copy()
    for what, values in (("weight", weight), ("bias", bias)):
        if not np.isfinite(values).all():
            got = values[~np.isfinite(values)].flat[0]
            raise SymadvError(f"network: got {got} in a {what} of {linear}, wanted finite numbers (no nan, no inf)")
    if max(weight.shape) > WIDEST:
        raise SymadvError(f"network: got {linear}, wanted at most {WIDEST} inputs and outputs of a layer")
    return Layer(weight, bias, relu=False)


def _normal(read: list[Layer | None], inputs: int, outputs: int) -> tuple[Layer, ...]:
    """Affine maps with a ReLU after them or not, the last one without; sizes checked."""
    layers: list[Layer] = []
    width = inputs
    for step in read:
        if step is None:
            before = layers.pop() if layers else _identity(width)
            layers.append(Layer(before.weight, before.bias, relu=True))
        elif step.weight.shape[1] != width:
            whose = f"{inputs} features" if not layers else f"the {width} outputs of the layer before"
            raise SymadvError(f"network: got a Linear layer with {step.weight.shape[1]} inputs, wanted one for {whose}")
        else:
            layers.append(step)
            width = len(step.weight)
    if width != outputs or not layers:
        raise SymadvError(f"network: got {width} logits, wanted {outputs}: one per label")
    return (*layers, _identity(width)) if layers[-1].relu else tuple(layers)


def _identity(width: int) -> Layer:
    return Layer(np.eye(width), np.zeros(width), relu=False)
