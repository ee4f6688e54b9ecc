"""Small networks, and which samples the exact risk calls vulnerable."""

import itertools

import numpy as np
import pytest

from symadv.definitions import definition
from symadv.risk.members import members

torch = pytest.importorskip("torch")

NINE = (
    "misclassification",
    "boundary",
    "adversarial_loss",
    "corrupted_instance",
    "prediction_change",
    "error_region",
    "label_invariant",
    "base_classifier",
    "invariance",
)


def affine(weight, bias):
    """A network of one layer."""
    net = torch.nn.Sequential(torch.nn.Linear(len(weight[0]), len(weight)).double())
    net[0].weight.data[:], net[0].bias.data[:] = torch.tensor(weight), torch.tensor(bias)
    return net


def random_net(seed, inputs=2, hidden=(6, 5), outputs=2):
    """A network whose decision boundary passes through the middle."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        widths = [inputs, *hidden, outputs]
        layers = []
        for a, b in itertools.pairwise(widths):
            layers += [torch.nn.Linear(a, b).double(), torch.nn.ReLU()]
        net = torch.nn.Sequential(*layers[:-1])
        for p in net.parameters():
            p.data[:] = torch.randn(p.shape, dtype=torch.float64) * 0.8
        net[-1].bias.data -= net(torch.zeros(1, inputs, dtype=torch.float64))[0].detach()
    return net


def exactly(problem, name, x, y):
    found = np.zeros(len(x), dtype=bool)
    for label, by_stratum in problem.vulnerable(definition(name)).items():
        for stratum, numbers in by_stratum.items():
            rows = (y == label) & np.all([x[:, i] == float(v) for i, v in stratum.fixed], axis=0)
            found[rows] = members(numbers, x[rows, stratum.free[0]])
    return found
