"""Projected gradient ascent against linear networks, whose smallest margin over each ball is known in closed form."""

import numpy as np
import pytest
import sympy

from symadv.adversary.threat import ThreatModel
from symadv.attacks.pgd import pgd
from symadv.language.errors import SymadvError
from symadv.language.parameters import parameter

torch = pytest.importorskip("torch")

DUAL = {"linf": 1, "l2": 2, "l1": np.inf}
LABELS = (-1, 1)


def rng():
    return np.random.default_rng(7)


def smallest_margin(norm, budgets, weights, x, y):
    """min over the ball of y (w·x), for a linear score without bias."""
    return y * (x @ weights) - np.linalg.norm(budgets * weights, ord=DUAL[norm])


@pytest.mark.parametrize("norm", DUAL)
@pytest.mark.parametrize("budgets", [(0.5, 0.5, 0.5), (0.25, 1.0, 0.5), (0.0, 2.0, 0.25), (0.0, 0.0, 0.5)])
def test_a_linear_network_is_broken_exactly_where_it_can_be(linear, norm, budgets):
    weights, x = np.array([1.0, -0.4, 0.3]), rng().normal(size=(2000, 3))
    y = np.where(x @ weights > 0, 1, -1)
    best = smallest_margin(norm, np.array(budgets), weights, x, y)
    x_adv = pgd(linear(weights), x, y, threat=ThreatModel(norm, budgets), rng=rng())
    reached = y * (x_adv @ weights)
    sure = np.abs(best) > 1e-3
    assert 100 < (best < 0).sum() < 1900
    assert ((reached < 0) == (best < 0))[sure].all()
    assert (reached >= best - 1e-12).all()
    assert (reached - best)[best < 0].max() < 1e-3
    assert (x_adv[:, np.array(budgets) == 0] == x[:, np.array(budgets) == 0]).all()
    assert (x_adv == x)[reached >= 0].all()


@pytest.mark.parametrize("norm", DUAL)
def test_near_the_boundary_the_last_billionth_decides(linear, norm):
    weights = np.array([0.8, -0.6])
    reach = 0.5 * np.linalg.norm(weights, ord=DUAL[norm])
    along = np.random.default_rng(3).normal(size=200)
    for gap, broken in ((1e-9, False), (-1e-9, True)):
        x = (reach + gap) * np.array([0.8, -0.6]) + along[:, None] * np.array([0.6, 0.8])
        x_adv = pgd(
            linear(weights),
            x,
            np.ones(200),
            threat=ThreatModel(norm, 0.5),
            rng=rng(),
            labels=LABELS,
            random_start=False,
            restarts=1,
        )
        assert ((x_adv @ weights < 0) == broken).all()


@pytest.mark.parametrize("norm", DUAL)
@pytest.mark.parametrize("eps", ["1/10", "6/10", 3, ("1/3", "1/10"), (0, "1/7")])
@pytest.mark.parametrize("closed", [True, False])
def test_the_ball_is_kept_in_exact_arithmetic(linear, admissible, norm, eps, closed):
    seen = []
    x = np.concatenate([rng().normal(size=(30, 2)), rng().normal(size=(30, 2)) * [1e6, 1e-6]])
    y = np.where(rng().random(60) < 0.5, 1, -1)
    threat = ThreatModel(norm, eps, closed=closed)
    pgd(linear([1.0, 2.0]), x, y, threat=threat, rng=rng(), steps=6, restarts=1, visit=seen.append)
    assert len(seen) == 7
    for z in seen:
        assert admissible(threat, x, z).all()
    budgets = np.array([float(e) for e in threat.budgets(2)])
    best = smallest_margin(norm, budgets, np.array([1.0, 2.0]), x[:30], y[:30])
    short = (y * (seen[-1] @ [1.0, 2.0]))[:30] - best  # the ball is kept, and used up to its edge
    assert np.median(short) < 0.1 * budgets.max()


def test_the_corner_of_the_ball_is_reached_to_the_last_float(linear):
    x = rng().uniform(-1e3, 1e3, size=(500, 2))
    x_adv = pgd(
        linear([1.0, 2.0], bias=-1e5), x, np.full(500, -1), threat=ThreatModel("linf", "1/10"), rng=rng(), labels=LABELS
    )
    assert (x_adv == x).all()
    x_adv = pgd(
        linear([1.0, 2.0], bias=1e5), x, np.full(500, -1), threat=ThreatModel("linf", "1/10"), rng=rng(), labels=LABELS
    )
    assert (np.abs(x_adv - (x + 0.1)) <= np.spacing(np.abs(x) + 0.1)).all()


@pytest.mark.parametrize("norm", DUAL)
def test_the_box_is_kept_and_staying_put_is_allowed_outside_it(linear, admissible, norm):
    threat = ThreatModel(norm, "1/2", box=((0, "1/3"), ("-1/10", sympy.oo)))
    x = rng().uniform(-1, 1, size=(400, 2))
    y = np.where(x.sum(1) > 0, 1, -1)
    seen = []
    x_adv = pgd(linear([1.0, 1.0]), x, y, threat=threat, rng=rng(), visit=seen.append)
    assert admissible(threat, x, x_adv).all() and all(admissible(threat, x, z).all() for z in seen[::20])
    beyond = (x[:, 0] < -0.5) | (x[:, 0] > 5 / 6) | (x[:, 1] < -0.6)  # the box is out of reach
    assert beyond.sum() > 50 and (x_adv == x)[beyond].all()
    outside = ((x < [0, -0.1]) | (x > [1 / 3, np.inf])).any(axis=1)
    assert (x_adv != x).any(axis=1)[outside & ~beyond].sum() > 10


def test_clipped_linf_optimum_with_a_box(linear):
    weights, x = np.array([1.0, -2.0]), rng().uniform(0, 1, size=(1000, 2))
    y = np.where(x @ weights > 0, 1, -1)
    lower, upper = np.maximum(x - 0.25, 0), np.minimum(x + 0.25, 1)
    best = np.minimum(y[:, None] * weights * lower, y[:, None] * weights * upper).sum(1)
    x_adv = pgd(linear(weights), x, y, threat=ThreatModel("linf", "1/4", box=(0, 1)), rng=rng())
    reached = y * (x_adv @ weights)
    assert np.allclose(reached[best < -1e-12], best[best < -1e-12], atol=1e-12)
    assert (x_adv == x)[best >= 0].all()


def test_a_zero_budget_moves_nothing(linear):
    x = rng().normal(size=(50, 2))
    for norm in DUAL:
        x_adv = pgd(linear([1.0, 1.0]), x, np.where(x.sum(1) > 0, 1, -1), threat=ThreatModel(norm, 0), rng=rng())
        assert (x_adv == x).all()


def test_a_constant_network_and_equal_logits_are_never_broken(linear):
    x, y = rng().normal(size=(50, 2)), np.where(rng().random(50) < 0.5, 1, -1)
    for bias in (0.0, 1.0):
        x_adv = pgd(linear([0.0, 0.0], bias=bias), x, y, threat=ThreatModel("linf", 5), rng=rng())
        held = np.ones(50, bool) if bias == 0 else y == 1
        assert (x_adv == x)[held].all()


def test_saturated_logits_are_broken_by_the_margin_and_not_by_cross_entropy(linear):
    x = rng().normal(size=(500, 2)) + 3
    y, threat = np.ones(500, int), ThreatModel("linf", 10)
    options = dict(threat=threat, labels=LABELS, random_start=False, restarts=1)
    steep = linear([1.0, 2.0], scale=1000)
    sure = x @ [1, 2] > 1  # saturated: the other probability is below 1e-400
    margin, entropy = (pgd(steep, x, y, rng=rng(), loss=loss, **options) for loss in ("margin", "cross_entropy"))
    assert sure.sum() > 400 and (margin @ [1.0, 2.0] < 0).all() and (entropy == x)[sure].all()
    gentle = pgd(linear([1.0, 2.0]), x, y, rng=rng(), loss="cross_entropy", **options) @ [1.0, 2.0] < 0
    assert gentle.all()


def test_three_labels_and_the_columns_of_the_logits():
    layer = torch.nn.Linear(2, 3).double()
    angles = np.array([0.0, 2.0, 4.0])
    with torch.no_grad():
        layer.weight.copy_(torch.as_tensor(np.stack([np.cos(angles), np.sin(angles)], 1)))
        layer.bias.zero_()
    x = rng().normal(size=(600, 2))
    scores = x @ np.stack([np.cos(angles), np.sin(angles)])
    labels = (10, 20, 30)
    y = np.take(labels, scores.argmax(1))
    x_adv = pgd(layer, x, y, threat=ThreatModel("l2", "1/2"), rng=rng(), labels=labels)
    w = np.stack([np.cos(angles), np.sin(angles)], 1)
    own = scores.argmax(1)
    slopes = np.linalg.norm(w[own][:, None] - w[None], axis=2)
    gaps = (scores[np.arange(600), own, None] - scores) / np.maximum(slopes, 1e-9)
    gaps[np.arange(600), own] = np.inf
    distance = gaps.min(1)  # to the nearest decision boundary
    broken = (x_adv @ w.T).argmax(1) != own
    sure = np.abs(distance - 0.5) > 1e-3
    assert 50 < broken.sum() < 550 and (broken == (distance < 0.5))[sure].all()


def test_the_same_generator_gives_the_same_points_and_nothing_global_moves(net, toy):
    x, y = toy.sample(100, rng=rng())
    before, weights = torch.random.get_rng_state(), [p.clone() for p in net.parameters()]
    net.train()
    runs = [pgd(net, x, y, threat=ThreatModel("l2", 2), rng=np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert net.training and all(p.requires_grad and p.dtype == torch.float32 for p in net.parameters())
    net.eval()
    assert (runs[0] == runs[1]).all() and (runs[0] != runs[2]).any()
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(torch.equal(a, b) for a, b in zip(weights, net.parameters(), strict=True))


def test_same_kind_out_as_in(net, toy, admissible, predict):
    x, y = toy.sample(200, rng=rng())
    threat = ThreatModel("linf", "33/10")
    kinds = [x, x.astype(np.float32), torch.tensor(x, requires_grad=True), torch.as_tensor(x).float()]
    results = [pgd(net, z, y, threat=threat, rng=rng()) for z in kinds]
    for given, result in zip(kinds, results, strict=True):
        assert type(result) is type(given) and result.dtype == given.dtype
        clean, moved = (np.asarray(t.detach() if isinstance(t, torch.Tensor) else t) for t in (given, result))
        assert admissible(threat, clean, moved).all()
        assert (predict(net, moved) != y).mean() > 0.5
    assert (results[0] == results[2].numpy()).all()
    whole = pgd(net, np.rint(x).astype(int), torch.as_tensor(y), threat=threat, rng=rng())
    assert whole.dtype == np.float64


def test_travel_of_the_default_steps_crosses_the_ball(linear):
    """From the far corner the opposite one is 2 eps away; a path of 1.33 eps would miss it."""
    x, ends = np.zeros((1, 2)), []
    for steps in (1, 2, 3, 5, 10, 40, 200):
        seen = []
        pgd(
            linear([1.0, 1.0], bias=1e3),
            x,
            [1],
            threat=ThreatModel("linf", 1),
            rng=rng(),
            labels=LABELS,
            steps=steps,
            restarts=1,
            visit=seen.append,
        )
        ends.append(seen[-1])
    assert np.allclose(np.concatenate(ends), -1)


def test_the_best_iterate_is_kept():
    """With a step far too long the last iterate is not the best one."""

    def wave(z):
        return torch.stack([torch.zeros_like(z[:, 0]), torch.cos(3 * z[:, 0]) + 0.5], dim=1)

    def score(z):
        return np.cos(3 * z[:, 0]) + 0.5

    x, seen = np.zeros((20, 2)), []
    x_adv = pgd(
        wave,
        x,
        np.ones(20, int),
        threat=ThreatModel("linf", 2),
        rng=rng(),
        labels=LABELS,
        steps=3,
        step=2.0,
        visit=seen.append,
    )
    lowest = np.min([score(z) for z in seen], axis=0)
    found = lowest < 0
    assert np.allclose(score(x_adv)[found], lowest[found]) and (x_adv == x)[~found].all()
    assert (score(seen[-1]) > lowest + 0.1)[found].any()


def test_allowed_filters_the_iterates(net, toy, predict):
    x, y = toy.sample(500, rng=rng())
    shapes = set()

    def allowed(z):
        shapes.add(z.shape)
        return toy.label(z) == y

    x_adv = pgd(net, x, y, threat=ThreatModel("linf", 6), allowed=allowed, rng=rng())
    moved = (x_adv != x).any(1)
    assert moved.any() and (toy.label(x_adv) == y)[moved].all() and (predict(net, x_adv) != y)[moved].all()
    assert shapes == {(500, 2)}


def test_no_rows_and_one_row(linear):
    options = dict(threat=ThreatModel("l1", 1), rng=rng(), labels=LABELS)
    assert pgd(linear([1.0, 1.0]), np.zeros((0, 2)), np.zeros(0, int), **options).shape == (0, 2)
    assert pgd(linear([1.0, 1.0]), np.full((1, 2), 0.1), [1], **options).sum() < 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(y=[1, 1]), r"\(3,\), got \(2,\)"),
        (dict(y=[1, 1, 1]), r"2 logits and the labels \[1\]"),
        (dict(y=[1, 5, 1], labels=LABELS), "label 5, wanted one of"),
        (dict(x=np.full((3, 2), np.nan)), "finite"),
        (dict(x=np.zeros(3)), r"shape \(n, d\), got \(3,\)"),
        (dict(loss="crossentropy"), "nearest: cross_entropy"),
        (dict(steps=0), "steps must be"),
        (dict(restarts=0), "restarts must be"),
        (dict(step=-1.0), "step must be"),
        (dict(threat=ThreatModel("linf", 1, on_support=True)), "support"),
        (dict(threat=ThreatModel("linf", parameter("E", positive=True))), "the expression E"),
        (dict(threat=ThreatModel("linf", (1, 2, 3))), "3 budgets, wanted 2"),
        (dict(allowed=lambda z: z[:, 0]), "one bool per row"),
        (dict(allowed=lambda z: np.ones(7, bool)), "one bool per row"),
        (dict(model=3), "got int"),
        (dict(model=lambda z: z[:, :1]), "logits"),
    ],
)
def test_mistakes_are_named(linear, change, message):
    call = dict(model=linear([1.0, 1.0]), x=np.zeros((3, 2)), y=[1, -1, 1], threat=ThreatModel("linf", 1)) | change
    model, x, y = call.pop("model"), call.pop("x"), call.pop("y")
    with pytest.raises(SymadvError, match=message):
        pgd(model, x, y, rng=rng(), **call)
