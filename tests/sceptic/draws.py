"""Random problems by a seed: distributions on points, lines, circles and planes, networks, threat models."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

import symadv as sa

R = sa.exact


@dataclass(frozen=True)
class Mode:
    """What is drawn: the number of features, the kinds of strata, where perturbed points may be."""

    features: int
    kinds: tuple[str, ...]
    on_support: bool = False


MODES = {
    "lines": Mode(2, ("point", "axis", "axis", "segment", "ray", "line")),
    "lines-on": Mode(2, ("point", "axis", "axis", "segment", "ray", "line"), True),
    "lines-in-three-on": Mode(3, ("point", "axis", "axis", "segment", "ray", "line"), True),
    "lines-in-five-on": Mode(5, ("point", "axis", "axis", "segment", "ray", "line"), True),
    "plane": Mode(2, ("round",)),
    "curved-plane": Mode(2, ("curved",)),
    "plane-and-lines": Mode(2, ("point", "axis", "line", "round", "curved")),
    "plane-and-lines-on": Mode(2, ("point", "axis", "line", "round", "curved"), True),
    "planes-on": Mode(3, ("round",), True),
    "planes-and-lines-on": Mode(3, ("round", "round", "point", "axis", "segment", "line"), True),
    "curved-planes-on": Mode(3, ("curved", "round"), True),
    "one": Mode(1, ("point", "axis")),
    "circles": Mode(2, ("circle", "circle", "point", "axis", "line")),
    "circles-on": Mode(2, ("circle", "circle", "point", "axis", "line"), True),
}


@dataclass(frozen=True)
class Problem:
    """A distribution, a network and a threat model; ``text`` says which."""

    d: Any
    net: Any
    threat: Any
    text: str


def drawn(mode: str, seed: int) -> Problem:
    """The problem of a seed."""
    rng, kind = np.random.default_rng(seed), MODES[mode]
    labels = (0, 1) if rng.random() < 0.7 else (0, 1, 2)
    d = _distribution(rng, kind, labels)
    net = _network(rng, kind.features, len(labels))
    budgets = [_number(rng, 0, 1) + R("1/4") for _ in range(kind.features)]
    if rng.random() < 0.15:
        budgets[int(rng.integers(kind.features))] = R(0)
    eps = tuple(budgets) if rng.random() < 0.4 else _one_of(rng, "1/2", "3/4", "1")
    box = (-R("5/2"), R("9/4")) if rng.random() < 0.2 else None
    norm = str(rng.choice(["linf", "l1", "l2"]))
    threat = sa.ThreatModel(norm, eps, box=box, on_support=kind.on_support, closed=bool(rng.random() < 0.7))
    strata = ", ".join(map(str, d.strata))
    return Problem(d, net, threat, f"{mode} {seed}: {strata}; labels {labels}, {norm} {eps}, box {box}")


def _number(rng, low=-2, high=2):
    return R(f"{int(rng.integers(4 * low, 4 * high + 1))}/4")


def _one_of(rng, *numbers):
    return R(numbers[int(rng.integers(len(numbers)))])


def _law(rng):
    """The law of one feature."""
    kind = rng.choice(["normal", "laplace", "mixture"], p=[0.6, 0.2, 0.2])
    if kind == "normal":
        return sa.Normal(_number(rng), _one_of(rng, "1/2", "1", "3/2"))
    if kind == "laplace":
        return sa.Laplace(_number(rng), _one_of(rng, "1/2", "1"))
    return sa.Mixture("1/2" * sa.Normal(_number(rng), 1), "1/2" * sa.Normal(_number(rng), R("1/2")))


def _plane_law(rng, curved):
    """The law of two features: normal ones that differ in their means only, or others."""
    mean = _number(rng, -1, 1), _number(rng, -1, 1)
    if not curved:
        return sa.MultivariateNormal(mean, [[1, 0], [0, 1]])
    if rng.random() < 0.3:
        return sa.Independent(_law(rng), _law(rng))
    both = _one_of(rng, "0", "1/4", "-1/2")
    return sa.MultivariateNormal(mean, [[_one_of(rng, "1", "2", "3/2"), both], [both, _one_of(rng, "1", "2", "1/2")]])


def _stratum(rng, n, kind):
    """A stratum, and what draws laws on it."""
    if kind == "point":
        return sa.Point(tuple(_number(rng) for _ in range(n))), lambda: sa.Atom()
    if kind == "circle":
        centre = _number(rng, -1, 1), _number(rng, -1, 1)
        return sa.Sphere(_one_of(rng, "1/2", "1", "3/2"), centre), lambda: sa.Uniform()
    if kind == "axis":
        i = int(rng.integers(n))
        fixed = {k: _number(rng) for k in range(n) if k != i}
        return (sa.Flat(fixed) if fixed else sa.Whole(1)), lambda: _law(rng)
    if kind in ("round", "curved"):
        fixed = {int(i): _number(rng) for i in rng.permutation(n)[: n - 2]}
        return (sa.Flat(fixed) if fixed else sa.Whole(2)), lambda: _plane_law(rng, kind == "curved")
    start, way = [_number(rng) for _ in range(n)], [int(v) for v in rng.integers(-2, 3, n)]
    way[0] = way[0] if any(way) else 1
    if kind == "segment":
        return sa.Segment(tuple(start), tuple(a + v for a, v in zip(start, way, strict=True))), lambda: sa.Uniform()
    if kind == "ray":
        return sa.Ray(tuple(start), tuple(way)), lambda: sa.Exponential(_one_of(rng, "1/2", "1", "2"))
    return sa.Line(tuple(start), tuple(way)), lambda: sa.Normal(_number(rng), 1)


def _distribution(rng, mode, labels):
    strata: dict[Any, Any] = {}
    for _ in range(int(rng.integers(1, 4))):
        stratum, laws = _stratum(rng, mode.features, str(rng.choice(mode.kinds)))
        strata.setdefault(stratum, laws)
    weights = {y: rng.integers(0, 5, len(strata)) for y in labels}
    for own in weights.values():
        own[int(rng.integers(len(strata)))] += 1
    components = []
    for k, (stratum, laws) in enumerate(strata.items()):
        densities = {y: R(f"{own[k]}/{own.sum()}") * laws() for y, own in weights.items() if own[k]}
        if densities:
            components.append(sa.Component(stratum, densities))
    shares = rng.integers(1, 4, len(labels))
    return sa.Distribution(
        name="random",
        features=tuple(f"x{i + 1}" for i in range(mode.features)),
        labels=labels,
        prior={y: R(f"{share}/{shares.sum()}") for y, share in zip(labels, shares, strict=True)},
        components=components,
    )


def _network(rng, inputs, outputs):
    """A network, one of whose decision boundaries is near the middle."""
    hidden = [int(rng.integers(3, 7))] * int(rng.integers(1, 3))
    layers = []
    for a, b in itertools.pairwise([inputs, *hidden, outputs]):
        layer = torch.nn.Linear(a, b).double()
        layer.weight.data[:] = torch.tensor(rng.normal(size=(b, a)))
        layer.bias.data[:] = torch.tensor(rng.normal(size=b) * 0.7)
        layers += [layer, torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    net[-1].bias.data -= net(torch.tensor(rng.normal(size=(1, inputs)) * 0.5))[0].detach()
    return net
