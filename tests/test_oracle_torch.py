"""The oracle on torch tensors: the numbers of numpy, gradients, and the oracle as a network."""

import copy
import pickle

import numpy as np
import pytest

import symadv as sa
from tests.laws.written import WRITTEN, Written
from tests.test_oracle_accuracy import support_points

torch = pytest.importorskip("torch")

# Laws whose first flat has free coordinates and mass of several labels.
SMOOTH = [
    law
    for law in WRITTEN
    if law.rows[0].factors and len({row.label for row in law.rows if row.fixed == law.rows[0].fixed}) > 1
]


@pytest.fixture(scope="module")
def fig2():
    return sa.oracle(sa.distribution("tsipras").at(p="9/10", eta=3))


@pytest.fixture(scope="module")
def pair():
    return sa.oracle(sa.distribution("point_masses").at(gap=1))


@pytest.mark.parametrize("law", WRITTEN, ids=lambda law: law.name)
def test_tensors_give_what_arrays_give(law: Written) -> None:
    o, x = sa.oracle(law.distribution()), support_points(law, 20, 10.0)
    anywhere = np.random.default_rng(2).normal(size=(200, law.d)) * 2
    anywhere[:40] = np.round(anywhere[:40] * 2) / 2
    for name, points in (("log_odds", x), ("posterior", x), ("log_posterior", x), ("bayes_label", x),
                         ("project", anywhere), ("label", anywhere), ("tied", anywhere)):  # fmt: skip
        for graph in (False, True):
            there = getattr(o, name)(torch.tensor(points, requires_grad=graph))
            here = getattr(o, name)(points)
            assert isinstance(there, torch.Tensor) and there.requires_grad == (graph and there.is_floating_point())
            assert there.shape == here.shape and str(there.dtype) == f"torch.{here.dtype}"
            assert np.allclose(there.detach().numpy(), here, rtol=1e-13, atol=1e-300, equal_nan=True)


def test_single_precision_stays_single(fig2) -> None:
    x = torch.tensor([[1.0, 0.25], [-1.0, 3.0]])
    assert {o(x).dtype for o in (fig2.log_odds, fig2.posterior, fig2.log_posterior, fig2.project)} == {torch.float32}
    assert fig2.label(x).dtype == fig2.bayes_label(x).dtype == torch.int64
    assert fig2.tied(x).dtype == torch.bool


@pytest.mark.parametrize("law", SMOOTH, ids=lambda law: law.name)
@pytest.mark.parametrize("name", ["log_odds", "posterior", "log_posterior"])
def test_gradients_are_those_of_finite_differences(law: Written, name: str) -> None:
    o, fixed = sa.oracle(law.distribution()), law.rows[0].fixed
    rng = np.random.default_rng(1)
    free = torch.tensor(rng.normal(size=(6, law.d - len(fixed))) + 0.7, requires_grad=True)

    def on_the_first_flat(u):
        columns = iter(u.T)
        at = [torch.full_like(u[:, 0], float(fixed[i])) if i in fixed else next(columns) for i in range(law.d)]
        values = getattr(o, name)(torch.stack(at, 1)).reshape(len(u), -1)
        return values[:, torch.isfinite(values).all(0)]

    assert torch.autograd.gradcheck(on_the_first_flat, (free,), eps=1e-6, atol=1e-6)


@pytest.mark.parametrize("law", WRITTEN, ids=lambda law: law.name)
@pytest.mark.parametrize("name", ["posterior", "log_posterior", "log_odds"])
def test_gradients_are_finite_in_the_tails_at_kinks_and_on_small_faces(law: Written, name: str) -> None:
    o = sa.oracle(law.distribution())
    x = torch.tensor(np.vstack([support_points(law, 10, reach) for reach in (3, 1e3, 1e6)]), requires_grad=True)
    values = getattr(o, name)(x)
    (gradient,) = torch.autograd.grad(values[torch.isfinite(values)].sum(), x)
    assert torch.isfinite(gradient).all()


def test_the_slope_of_the_log_odds_is_two_eta_everywhere(fig2) -> None:
    x = torch.tensor([[1.0, 0.0], [-1.0, 200.0], [1.0, -1e6]], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(fig2.log_odds(x).sum(), x)
    assert slope[:, 1].tolist() == [6, 6, 6]
    at_the_tie = torch.tensor([[1.0, -np.log(9) / 6]], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(fig2.posterior(at_the_tie)[:, 1].sum(), at_the_tie)
    assert slope[0, 1].item() == pytest.approx(6 / 4)


def test_many_rows_without_a_graph_are_those_with_one(fig2) -> None:
    x, _ = fig2.sample(150_000, rng=3)
    plain, graph = torch.tensor(x), torch.tensor(x, requires_grad=True)
    assert torch.allclose(fig2.posterior(plain), fig2.posterior(graph).detach(), rtol=1e-14, atol=0)
    assert np.allclose(fig2.posterior(x), fig2.posterior(plain).numpy(), rtol=1e-14)
    with torch.no_grad():
        assert not fig2.posterior(graph).requires_grad


def test_the_oracle_as_a_network_is_bayes_after_projection(fig2) -> None:
    net = fig2.module()
    assert isinstance(net, torch.nn.Module) and list(net.parameters()) == []
    x = torch.tensor(np.random.default_rng(0).normal(size=(500, 2)) * 3)
    logits = net(x)
    assert logits.shape == (500, 2) and torch.allclose(logits.exp().sum(1), torch.ones(500, dtype=x.dtype))
    assert torch.allclose(logits, fig2.log_posterior(fig2.project(x)), rtol=1e-14)
    assert torch.equal(torch.tensor(fig2.labels)[logits.argmax(1)], fig2.label(x))
    assert net(x.float()).dtype == torch.float32


def test_the_network_has_a_gradient_off_the_support(fig2, pair) -> None:
    x = torch.tensor([[0.3, 1.0], [-5.0, 0.2]], dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(fig2.module()(x), torch.tensor([0, 1]))
    (gradient,) = torch.autograd.grad(loss, x)
    assert (gradient[:, 0] == 0).all() and (gradient[:, 1] != 0).all()
    z = torch.tensor([[0.3], [0.7]], requires_grad=True)
    logits = pair.module()(z)
    assert logits.tolist() == [[-np.inf, 0], [0, -np.inf]]
    (gradient,) = torch.autograd.grad(logits[:, 1][:1].sum(), z)
    assert gradient.tolist() == [[0], [0]]


def test_the_network_is_copied_and_pickled(fig2) -> None:
    x = torch.tensor([[0.3, 1.0], [-5.0, 0.2]], dtype=torch.float64)
    for net in (copy.deepcopy(fig2.module()), pickle.loads(pickle.dumps(fig2.module())), fig2.module().double().eval()):
        assert torch.equal(net(x), fig2.module()(x))


def test_an_attack_walks_the_network_off_the_support(fig2) -> None:
    """Gradient ascent moves x2 across the Bayes boundary, and x1 not at all."""
    x, net = torch.tensor([[-1.0, 1.0]], dtype=torch.float64), fig2.module()
    assert fig2.label(x).item() == 1
    for _ in range(20):
        x = x.detach().requires_grad_(True)
        (slope,) = torch.autograd.grad(net(x)[0, 0] - net(x)[0, 1], x)
        x = x + 0.1 * slope.sign()
    assert fig2.label(x.detach()).item() == -1 and x[0, 0].item() == -1


def test_refusals_name_the_tensor_and_what_to_do(fig2) -> None:
    for bad, word in (
        (torch.tensor([[1, 0]]), r"x: .*int64.*double"),
        (torch.tensor([[1.0, 0.0]], dtype=torch.float16), "float16"),
        (torch.tensor([[1.0 + 0j, 0.0]]), "complex"),
        (torch.tensor([1.0, 0.0]), r"x\[None, :\]"),
        (torch.tensor([[1.0, float("nan")]]), "nan in row 0, feature x2"),
        (torch.tensor([[1.0, 0.0], [0.5, 0.0]], requires_grad=True), "row 1.*support"),
    ):
        with pytest.raises(sa.SymadvError, match=word):
            fig2.posterior(bad)


def test_is_adversarial_on_tensors(fig2) -> None:
    x, y = (torch.tensor(a) for a in fig2.sample(400, rng=1))
    x_adv = x + torch.tensor([0.0, 1.0]) * torch.where(y == 1, -6.0, 6.0)[:, None]
    by_hand = torch.where(y == 1, x[:, 1] > 0, x[:, 1] <= 0)
    for f in (lambda z: torch.where(z[:, 1] > 0, 1, -1), fig2.module()):
        got = fig2.is_adversarial(x, y, x_adv, f, definition="boundary")
        assert isinstance(got, torch.Tensor) and got.dtype == torch.bool and got.float().mean() > 0.9
    x2_only = fig2.is_adversarial(x, y, x_adv, lambda z: torch.where(z[:, 1] > 0, 1, -1), definition="boundary")
    assert x2_only.tolist() == (by_hand & (x_adv[:, 1].sign() != x[:, 1].sign())).tolist()
    grad = fig2.is_adversarial(x.requires_grad_(True), y, x_adv, "bayes")
    assert not grad.any()


def test_network_logits_decide_and_equal_ones_mean_the_last_label(fig2) -> None:
    net = torch.nn.Linear(2, 2)
    torch.nn.init.zeros_(net.weight), torch.nn.init.zeros_(net.bias)
    x, y = np.array([[1.0, 0.5], [1.0, 0.5]]), np.array([-1, 1])
    assert fig2.is_adversarial(x, y, x, net, definition="misclassification").tolist() == [True, False]
    net.bias.data[0] = 1.0
    assert fig2.is_adversarial(x, y, x, net, definition="misclassification").tolist() == [False, True]
    with pytest.raises(sa.SymadvError, match=r"\(2, 3\).*\(2, 2\)"):
        fig2.is_adversarial(x, y, x, torch.nn.Linear(2, 3))
    net.bias.data[0] = float("nan")
    with pytest.raises(sa.SymadvError, match="NaN logit"):
        fig2.is_adversarial(x, y, x, net)
