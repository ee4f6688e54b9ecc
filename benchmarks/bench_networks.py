"""The exact risk of trained networks against the attack it replaces: ratios of running times, one thread.

Run as ``python -m benchmarks.bench_networks``.  ``torchattacks`` is compared with where it is installed.
"""

import importlib.util
from collections.abc import Callable

import numpy as np
import torch

import symadv as sa
from benchmarks.pairs import ratio
from symadv.risk.networks import network_risk, network_risks

STEPS, SAMPLES, EPS = 40, 10_000, 3
ONE, NINE = 3, 5  # limits


def plain_pgd(net: torch.nn.Module, x: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Projected gradient ascent on the cross-entropy as one writes it by hand, in the dtype of the network."""
    low, high = x - EPS, x + EPS
    z = x.clone()
    for _ in range(STEPS):
        z.requires_grad_(True)
        loss = torch.nn.functional.cross_entropy(net(z), columns, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, z)
        z = torch.minimum(torch.maximum(z.detach() + EPS / 8 * gradient.sign(), low), high)
    return z


def against_attacks() -> dict[str, float]:
    """One definition, and all nine, against 40 steps on 10 000 points."""
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    net = sa.train(d, hidden=(16, 16), steps=500, seed=0)
    threat = sa.ThreatModel("linf", EPS)
    x, y = d.sample(SAMPLES, rng=0)
    points, columns = torch.as_tensor(x, dtype=torch.float32), torch.as_tensor(np.searchsorted(d.labels, y))
    attack = lambda: plain_pgd(net, points, columns)  # noqa: E731
    found = {
        f"{norm}, one definition / plain PGD": ratio(_one(net, d, sa.ThreatModel(norm, EPS)), attack)
        for norm in ("linf", "l1", "l2")
    }
    found["linf, nine definitions / plain PGD"] = ratio(lambda: network_risks(net, d, threat), attack)
    if importlib.util.find_spec("torchattacks"):
        import torchattacks

        # It knows the unit box only: the points are scaled into it, and the network scales them back.
        low, width = points.min() - EPS, points.max() - points.min() + 2 * EPS
        scaled = torch.nn.Sequential(_Affine(float(width), float(low)), net)
        theirs = torchattacks.PGD(scaled, eps=EPS / float(width), alpha=EPS / float(width) / 8, steps=STEPS)
        images = (points - low) / width
        found["linf, one definition / torchattacks PGD"] = ratio(_one(net, d, threat), lambda: theirs(images, columns))
    return found


class _Affine(torch.nn.Module):
    def __init__(self, width: float, low: float) -> None:
        super().__init__()
        self.width, self.low = width, low

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Back to the features' own scale."""
        return x * self.width + self.low


def _one(net: torch.nn.Module, d: sa.Distribution, threat: sa.ThreatModel) -> Callable[[], object]:
    return lambda: network_risk(net, d, threat, definition="adversarial_loss")


if __name__ == "__main__":
    torch.set_num_threads(1)
    measured = against_attacks()
    for name, value in measured.items():
        print(f"{name}: {value:.2f}")
    raise SystemExit(any(value > (NINE if "nine" in name else ONE) for name, value in measured.items()))
