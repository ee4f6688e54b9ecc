"""The projection's pieces and ties between strata of different kinds, against dense points of the support."""

import numpy as np
import pytest

import symadv as sa

SEGMENT, LINE, POINT = sa.Segment((0, 0), (1, 2)), sa.Line((0, 0), (1, 1)), sa.Point((1, 0))
PAIRS = {
    "a point and an oblique line": (POINT, LINE),
    "two segments": (SEGMENT, sa.Segment((1, 0), (2, 1))),
    "two points": (POINT, sa.Point((-1, 2))),
    "a circle and a point": (sa.Sphere(1, (0, 0)), sa.Point((3, 1))),
    "two circles": (sa.Sphere(1, (0, 0)), sa.Sphere("1/2", (3, 0))),
}


def world(strata):
    law = {True: sa.Atom(), False: sa.Uniform()}
    densities = [sa.Normal(0, 2) if s == LINE else law[s.dim == 0] for s in strata]
    components = [sa.Component(s, {k: w}) for k, (s, w) in enumerate(zip(strata, densities, strict=True))]
    return sa.Distribution("pair", ("a", "b"), (0, 1), {0: "1/2", 1: "1/2"}, tuple(components))


@pytest.mark.parametrize("name", PAIRS)
def test_one_piece_holds_a_point_and_its_image_is_nearest(name):
    d = world(PAIRS[name])
    found = sa.projection(d)
    z, _ = d.sample(40_000, rng=0)
    rng = np.random.default_rng(1)
    for x in np.round(rng.uniform(-2, 3, (25, 2)) * 16) / 16:
        exact = [sa.exact(float(v)) for v in x]
        images = [image for region, image in found.pieces if region.contains(exact)]
        assert len(images) == 1
        table = dict(zip(d.features, exact, strict=True))
        image = np.array([float(e.xreplace(table)) for e in images[0]])
        nearest = np.linalg.norm(z - x, axis=1).min()
        assert np.linalg.norm(image - x) <= nearest + 1e-12 and nearest <= np.linalg.norm(image - x) + 0.02


@pytest.mark.parametrize(
    ("name", "tied", "beside"),
    [
        ("a point and an oblique line", ("1/2", "-1/2"), ("1/2", 0)),  # sqrt(1/2) from the point and from the diagonal
        ("two points", (0, 1), (0, "9/8")),
        ("two circles", ("7/4", 0), ("7/4", "1/2")),
        ("a circle and a point", (0, 0), (1, 1)),
    ],
)
def test_ties_lie_where_two_points_are_as_near(name, tied, beside):
    found = sa.projection(world(PAIRS[name]))
    assert found.ties.contains([sa.exact(v) for v in tied])
    assert not found.ties.contains([sa.exact(v) for v in beside])
    assert "\\begin" in sa.latex(found.derivation)
