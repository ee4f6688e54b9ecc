"""A hand-written distribution, linear networks with known optima, and a ball decided in exact rational arithmetic."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symadv.adversary.threat import ThreatModel

torch = pytest.importorskip("torch")


class Tsipras:
    """x1 = y with probability 9/10, x2 normal around 3y; the label of the projection written down by hand."""

    features = ("x1", "x2")
    labels = (-1, 1)

    def sample(self, n: int, *, rng: np.random.Generator) -> tuple[Any, Any]:
        y = rng.choice([-1, 1], n)
        x1 = np.where(rng.random(n) < 0.9, y, -y)
        return np.stack([x1, rng.normal(3.0 * y)], axis=1), y

    def label(self, z: Any) -> Any:
        above, below, nearest = (np.sign(np.log(9) * s + 6 * z[:, 1]) for s in (1, -1, np.sign(z[:, 0])))
        tied = np.where(above == below, above, 0)
        return np.where(z[:, 0] == 0, tied, nearest).astype(int)


@pytest.fixture(scope="session")
def toy() -> Tsipras:
    return Tsipras()


@pytest.fixture(scope="session")
def net(toy: Tsipras) -> Any:
    from symadv.train import train

    return train(toy, steps=500, seed=0)


@pytest.fixture(scope="session")
def predict() -> Callable[[Any, Any], Any]:
    """The label that a network of labels (-1, 1) gives in float64; 0 where its logits are equal."""

    def predicted(model: Any, z: Any) -> Any:
        import copy

        with torch.no_grad():
            logits = copy.deepcopy(model).double()(torch.as_tensor(z).double())
        return np.sign((logits[:, 1] - logits[:, 0]).numpy()).astype(int)

    return predicted


@pytest.fixture(scope="session")
def linear() -> Callable[..., Any]:
    """A network with logits (0, w·x + b)."""

    def made(weights: Any, bias: float = 0.0, scale: float = 1.0) -> Any:
        layer = torch.nn.Linear(len(weights), 2).double()
        with torch.no_grad():
            layer.weight.copy_(scale * torch.tensor([[0.0] * len(weights), list(weights)], dtype=torch.float64))
            layer.bias.copy_(scale * torch.tensor([0.0, bias], dtype=torch.float64))
        return layer

    return made


@pytest.fixture(scope="session")
def admissible() -> Callable[[ThreatModel, Any, Any], Any]:
    """Whether each row lies in {x} ∪ (ball ∩ box), in rational arithmetic and without any tolerance."""

    def inside(threat: ThreatModel, x: Any, z: Any) -> bool:
        delta = [Fraction(float(b)) - Fraction(float(a)) for a, b in zip(x, z, strict=True)]
        budgets = [Fraction(int(e.p), int(e.q)) for e in threat.budgets(len(x))]
        if all(t == 0 for t in delta):
            return True
        if any(t != 0 and e == 0 for t, e in zip(delta, budgets, strict=True)):
            return False
        u = [abs(t) / e for t, e in zip(delta, budgets, strict=True) if e > 0]
        length = {"linf": max(u), "l2": sum(t * t for t in u), "l1": sum(u)}[threat.norm]
        for value, (low, high) in zip(z, threat.boxes(len(x)) or (), strict=False):
            if not (low <= Fraction(float(value)) <= high):
                return False
        return length <= 1 if threat.closed else length < 1

    return lambda threat, x, x_adv: np.array([inside(threat, a, b) for a, b in zip(x, x_adv, strict=True)])
