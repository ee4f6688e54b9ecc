"""Networks on one slanted line in many features, and on pieces of lines: along the support only."""

import numpy as np
import pytest
from scipy.special import ndtr

import symadv as sa
from symadv.classifiers import classifier
from symadv.definitions import definition
from symadv.geometry.strata import Flat, Point
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Component, Distribution
from symadv.risk.members import members
from symadv.risk.networks import network_risk, network_risks, problem_of
from tests.risk.nets import NINE, affine, random_net

torch = pytest.importorskip("torch")

PIXELS = 784


def images():
    """Two images whose pixels are floats; the first pixel goes from 0 to 1."""
    rng = np.random.default_rng(0)
    start, end = (rng.integers(0, 256, PIXELS) / 256 for _ in range(2))
    start[0], end[0] = 0, 1
    return start, end


def moved(start, end):
    """An image moved along a segment: label 1 is drawn closer to its end."""
    segment = sa.Segment(start.tolist(), end.tolist())
    return Distribution(
        name="moved",
        features=tuple(f"x{k}" for k in range(len(start))),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=[
            Component(segment, {0: "2/3" * sa.Uniform(0, "1/2"), 1: "1/4" * sa.Uniform(0, "1/2")}),
            Component(segment, {0: "1/3" * sa.Uniform("1/2", 1), 1: "3/4" * sa.Uniform("1/2", 1)}),
        ],
    )


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_an_image_moved_along_a_segment(norm):
    """Against all points of a fine grid on the segment, for every definition."""
    start, end = images()
    d, way = moved(start, end), end - start
    length = {"linf": np.abs(way).max(), "l2": np.linalg.norm(way), "l1": np.abs(way).sum()}[norm]
    reach = 1 / 16
    eps = float(np.float32(reach * length))  # a number of 24 bits
    net = random_net(0, inputs=PIXELS, hidden=(12, 8))
    with torch.no_grad():
        net[-1].bias -= net(torch.as_tensor(start + 0.45 * way)[None])[0]  # a boundary near 0.45
    f = classifier("relu", d, network=net)
    at = np.linspace(0, 1, 4001)
    said = f.predict(start + at[:, None] * way)
    true = (at > 0.5).astype(int)
    assert 0 < said.sum() < len(said)
    risks = network_risks(f, d, sa.ThreatModel(norm, eps, on_support=True))
    for name in NINE:
        rate = 0.0
        for y in (0, 1):
            share = np.where(at < 0.5, (2 / 3, 1 / 4)[y], (1 / 3, 3 / 4)[y]) * 2
            hit = np.zeros(len(at))
            for k in range(0, len(at), 8):
                near = np.abs(at - at[k]) <= eps / length
                hit[k] = definition(name).holds(y, said[k], said[near], true[k], true[near], labels=(0, 1)).any()
            rate += 0.5 * (hit * share)[::8].mean()
        assert risks[name].method == "exact" and risks[name].upper - risks[name].lower < 1e-12
        assert abs(rate - risks[name].lower) < 0.01, name
    assert risks["adversarial_loss"].lower > risks["misclassification"].lower > 0


def test_a_threshold_on_a_slanted_line_in_closed_form():
    """x = (t, 2 t - 1, -3 t), and t is normal; the network says 1 where t > 1, and t moves by 1 / |(1, 2, -3)|_*."""
    line = sa.Ray((0, -1, 0), (1, 2, -3)).carrier
    d = Distribution(
        name="line", features=("a", "b", "c"), labels=(0, 1), prior={0: "1/2", 1: "1/2"},
        components=[Component(line, {0: 1 * sa.Normal(0, 1), 1: 1 * sa.Normal(1, 1)})],
    )  # fmt: skip
    net = affine([[0.0, 0.0, 0.0], [1.0, 1.0, 0.5]], [0.0, -0.5])  # t + 2 t - 1 - 3 t / 2 - 1 / 2: positive for t > 1
    for threat, reach in (
        (sa.ThreatModel("linf", 1, on_support=True), 1 / 3),
        (sa.ThreatModel("l1", 1, on_support=True), 1 / 6),
        (sa.ThreatModel("l2", 1, on_support=True), 1 / np.sqrt(14)),
        (sa.ThreatModel("linf", (1, 1, 6), on_support=True), 1 / 2),
        (sa.ThreatModel("linf", (1, 1, 0), on_support=True), 0),
    ):
        found = network_risk(net, d, threat, definition="adversarial_loss")
        assert float(found) == pytest.approx((ndtr(-(1 - reach)) + ndtr(reach)) / 2, abs=1e-14), threat
    boxed = sa.ThreatModel("linf", 3, box=(-9, "3/2"), on_support=True)  # b = 2 t - 1 keeps t to 5 / 4, a to 3 / 2
    found = network_risk(net, d, boxed, definition="adversarial_loss")
    assert float(found) == pytest.approx((ndtr(0) + ndtr(1)) / 2, abs=1e-14)
    tight = sa.ThreatModel("linf", 3, box=(-9, "1/2"), on_support=True)  # -1/6 <= t <= 1/2: nobody gets to t > 1
    found = network_risk(net, d, tight, definition="adversarial_loss")
    assert float(found) == pytest.approx((ndtr(-1) + ndtr(0.5)) / 2, abs=1e-14)


def test_the_ends_of_segments_on_the_support():
    """On two parallel segments: nobody may be moved beyond an end, where the network says otherwise."""
    ends = {1: (0, 1)}
    d = Distribution(
        name="short", features=("a", "b"), labels=(0, 1), prior={0: "1/2", 1: "1/2"},
        components=[
            Component(Flat({0: 0}, within=ends), {0: 1 * sa.Uniform(0, 1)}),
            Component(Flat({0: 1}, within=ends), {1: 1 * sa.Uniform(0, 1)}),
        ],
    )  # fmt: skip
    net = affine([[0.0, 0.0], [0.0, 1.0]], [0.0, -1.125])  # 1 beyond b = 9 / 8: on no segment
    for on_support, risk in ((True, 0.5), (False, 0.5 + 0.5 * 0.125)):
        threat = sa.ThreatModel("linf", "1/4", on_support=on_support)
        assert float(network_risk(net, d, threat, definition="adversarial_loss")) == pytest.approx(risk, abs=1e-15)
    across = affine([[0.0, 0.0], [1.0, 0.0]], [0.0, -0.5])  # 1 where a > 1 / 2: on the other segment
    for eps, risk in (("3/4", 0), (1, 1)):
        threat = sa.ThreatModel("linf", eps, on_support=True)
        assert float(network_risk(across, d, threat, definition="adversarial_loss")) == risk
    problem = problem_of(classifier("relu", d, network=random_net(6)), d, sa.ThreatModel("l2", "1/3", on_support=True))
    at = np.linspace(0, 1, 2001)
    wrong = problem.network.predict(np.stack([np.zeros_like(at), at], 1)) == 1
    near = np.array([wrong[np.abs(at - t) <= 1 / 3].any() for t in at[::20]])
    exact = problem.vulnerable(definition("adversarial_loss"))[0][problem.law.parts[0].stratum]
    assert (members(exact, at[::20]) == near).mean() > 0.97


def test_what_slanted_lines_cannot_have():
    one = moved(*(v[:3] for v in images()))
    with pytest.raises(SymadvError, match="on_support=True"):
        network_risk(random_net(0, inputs=3), one, sa.ThreatModel("linf", 1))


def test_a_point_at_the_end_of_a_segment():
    both = Distribution(
        name="end", features=("a", "b"), labels=(0, 1), prior={0: "1/2", 1: "1/2"},
        components=[
            Component(sa.Segment((0, 0), (1, 2)), {0: 1 * sa.Uniform(0, 1)}),
            Component(Point((1, 2)), {1: 1 * sa.Atom()}),
        ],
    )  # fmt: skip
    found = network_risk(
        affine([[0.0, 0.0], [1.0, 0.0]], [0.0, -0.75]), both, sa.ThreatModel("linf", 0.5, on_support=True),
        definition="adversarial_loss",
    )  # fmt: skip
    assert float(found) == pytest.approx(0.5 * 0.5, abs=1e-15)  # t > 1 / 2 of the segment; the point is 1 / 4 away
