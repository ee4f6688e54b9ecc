"""What is refused of networks, and what a network says as a classifier."""

import sys

import numpy as np
import pytest

import symadv as sa
from symadv.classifiers import classifier
from symadv.language.errors import SymadvError
from symadv.risk.networks import network_risk
from tests.risk.nets import affine, random_net

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def fig2():
    return sa.distribution("tsipras").at(p="9/10", eta=3)


@pytest.mark.parametrize(
    ("net", "word"),
    [
        (torch.nn.Linear(3, 2), "3 inputs.*2 features"),
        (torch.nn.Linear(2, 3), "3 logits, wanted 2"),
        (torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.GELU()), "GELU"),
        (torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(3, 2)), "4 outputs"),
        (torch.nn.Linear(2, 5000), "5000"),
        (torch.nn.Flatten(0), "Flatten"),
        (torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2).double()), "float32 and float64"),
        (torch.nn.Linear(2, 2, dtype=torch.complex64), "complex64"),
        (affine([[float("nan"), 0.0], [0.0, 1.0]], [0.0, 0.0]), "nan"),
        (affine([[1.0, 0.0], [0.0, 1.0]], [0.0, float("inf")]), "inf"),
        ("bayes", "torch network"),
    ],
)
def test_what_cannot_be_read_is_refused(fig2, net, word):
    with pytest.raises(SymadvError, match=word):
        network_risk(net, fig2, sa.ThreatModel("linf", 1))


def test_a_network_with_too_many_cells_is_refused(fig2, monkeypatch):
    monkeypatch.setattr(sys.modules["symadv.risk._net_cells"], "_BYTES", 2**20)
    with pytest.raises(SymadvError, match="polygons"):
        network_risk(random_net(0, hidden=(64, 64)), fig2, sa.ThreatModel("linf", 3))


def test_refusals_of_the_classifier(fig2):
    net = random_net(0)
    with pytest.raises(SymadvError, match="tie"):
        classifier("relu", fig2, network=net, tie=0)
    with pytest.raises(SymadvError, match="torch"):
        classifier("relu", fig2, network="net")
    f = classifier("relu", fig2, network=net, tie=-1)
    assert f.regions() is None and f.labels == (-1, 1) and f.name == "relu"


def test_the_classifier_says_what_the_network_says(fig2):
    net = random_net(4)
    x = np.random.default_rng(0).normal(size=(500, 2))
    with torch.no_grad():
        said = np.where(np.diff(net(torch.as_tensor(x)).numpy(), axis=1)[:, 0] > 0, 1, -1)
    assert (classifier("relu", fig2, network=net).predict(x) == said).all()
    zero = classifier("relu", fig2, network=affine([[0.0, 1.0], [0.0, 1.0]], [0.0, 0.0]), tie=-1)
    assert (zero.predict(x) == -1).all()
