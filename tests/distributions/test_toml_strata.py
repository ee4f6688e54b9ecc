"""Segments, rays, spheres, boxes, mixtures and conditions in TOML, and what is wrong with them by line."""

import pytest

import symadv as sa

TEXT = """name = "mine"
features = ["a", "b"]
labels = [0, 1]
given = ["w < c"]
[prior]
0 = "1/3"
1 = "2/3"
[parameters]
w = {between = [0, 1]}
c = {positive = true}
[[components]]
segment = [[0, 0], [1, 2]]
densities = [{label = 0, weight = "w", family = "uniform"}]
[[components]]
sphere = {radius = 1, centre = [5, 0]}
densities = [{label = 0, weight = "1 - w", family = "uniform"}]
[[components]]
fixed = {b = 3}
within = {a = [0, "inf"]}
densities = [
  {label = 1, mixture = [
    {weight = "1/4", family = "exponential", rate = "c"},
    {weight = "3/4", family = "uniform", lower = 0, upper = 1}]},
]
"""


def read(tmp_path, text):
    (tmp_path / "mine.toml").write_text(text)
    return sa.distribution(str(tmp_path / "mine.toml"))


def test_the_same_as_in_python(tmp_path):
    w, c = sa.parameter("w", between=(0, 1)), sa.parameter("c", positive=True)
    d = sa.Distribution(
        name="mine",
        features=("a", "b"),
        labels=(0, 1),
        prior={0: "1/3", 1: "2/3"},
        given=(w < c,),
        components=[
            sa.Component(sa.Segment((0, 0), (1, 2)), {0: w * sa.Uniform()}),
            sa.Component(sa.Sphere(1, (5, 0)), {0: (1 - w) * sa.Uniform()}),
            sa.Component(sa.Ray((0, 3), (1, 0)), {1: sa.Mixture("1/4" * sa.Exponential(c), "3/4" * sa.Uniform(0, 1))}),
        ],
    )
    assert read(tmp_path, TEXT) == d


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"w < c"', '"w + c"', "line 4, given.1: .*one comparison"),
        ('"w < c"', '"w < 2 + 1/"', "line 4, given.1"),
        ("[[0, 0], [1, 2]]", "[[0, 0]]", "line 12, .*wanted two"),
        ("[[0, 0], [1, 2]]", "[[1, 1], [1, 1]]", "line 12, .*no direction"),
        ("radius = 1", "radios = 1", "line 15, .*nearest: radius"),
        ("radius = 1", "radius = -1", "line 15, .*positive"),
        ('[0, "inf"]', "[2, 1]", "line 19, .*smaller end first"),
        ('[0, "inf"]', '["1/2", "inf"]', "line 2[0-3], .*proved to lie on the stratum"),
        ('weight = "3/4"', 'weight = "1/2"', "line 21, .*sum to 3/4"),
        ("upper = 1}", "uper = 1}", "line 23, .*nearest: upper"),
        ('family = "exponential"', 'family = "exponentail"', "line 22, .*nearest: exponential"),
        ("fixed = {b = 3}", "point = [0, 3]", "line 19, .*within goes with fixed or whole"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path, old, new, message):
    assert old in TEXT
    with pytest.raises(sa.SymadvError, match=message):
        read(tmp_path, TEXT.replace(old, new))
