"""A point and a line: their label changes on a parabola, whose vertex is half-way, where a ball just touches it."""

import pytest

import symadv as sa

POINT = sa.Component(sa.Point((0, 1)), {0: sa.Atom()})
LINE = sa.Component(sa.Flat({1: 0}), {1: sa.Normal(0, 1)})
TURNED = (sa.Component(sa.Point((1, 0)), {0: sa.Atom()}), sa.Component(sa.Flat({0: 0}), {1: sa.Normal(0, 1)}))


def point_and_line(parts=(POINT, LINE)):
    return sa.Distribution(
        name="point and line", features=("a", "b"), labels=(0, 1), prior={0: "1/4", 1: "3/4"}, components=list(parts)
    )


@pytest.mark.parametrize("parts", [(POINT, LINE), TURNED], ids=["lying", "standing"])
@pytest.mark.parametrize(
    ("eps", "tie", "closed", "risk"),
    [
        ("1/2", 1, True, "1/4"),  # the vertex is reached, and there the classifier says 1
        ("1/2", 1, False, 0),
        ("1/2", 0, True, 0),
        ("499/1000", 1, True, 0),
    ],
)
def test_the_vertex_is_reached_at_exactly_half_the_distance(parts, eps, tie, closed, risk):
    d = point_and_line(parts)
    f = sa.classifier("bayes", d, tie=tie)
    bound = sa.risk(f, d, sa.ThreatModel("l2", eps, closed=closed), definition="adversarial_loss")
    assert (bound.lower, bound.upper) == (float(sa.exact(risk)),) * 2
    assert bound.evidence.knife_edge == (eps == "1/2")
