"""The size of a decision set is known before it is computed."""

import itertools

import pytest

import symadv as sa
from symadv.language.errors import SymadvError
from symadv.risk import _net_said, networks
from symadv.risk.size import estimate

torch = pytest.importorskip("torch")


def fresh(*widths):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = [layer for a, b in itertools.pairwise(widths) for layer in (torch.nn.Linear(a, b), torch.nn.ReLU())]
    return torch.nn.Sequential(*layers[:-1])


def problem(net, threat):
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    return networks.problem_of(networks.as_network(net, d), d, threat)


@pytest.mark.parametrize("hidden", [(32, 32), (64, 48), (24, 24, 24)])
def test_the_estimate_is_of_the_right_size(hidden):
    own = problem(fresh(2, *hidden, 2), sa.ThreatModel("linf", 3))
    cells, _ = estimate(own.network, [atom.chart for atom in own.atoms])
    assert cells / 4 < len(own.decided.cells) < 4 * cells


@pytest.mark.parametrize("hidden", [(512, 512), (4096, 4096), (300,) * 8])
def test_what_is_too_large_is_refused_before_anything_is_computed(monkeypatch, hidden):
    monkeypatch.setattr(_net_said, "DecisionCells", lambda *_: pytest.fail("computed"))
    own = problem(fresh(2, *hidden, 2), sa.ThreatModel("linf", 3))
    with pytest.raises(SymadvError, match=r"2-\d+.* is too large .* polygons of \d+ bytes"):
        own.bound(sa.definition("boundary"))


def test_a_network_without_hidden_layers_is_never_too_large():
    assert len(problem(fresh(2, 2), sa.ThreatModel("linf", 3)).decided.cells) > 0
