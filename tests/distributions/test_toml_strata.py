"""Lines, segments, rays, spheres, boxes, mixtures and conditions in TOML, and what is wrong with them by line."""

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


SIGNS = """name = "signs"
features = ["a", "b", "c", "u", "v"]
labels = [0, 1]
[prior]
0 = "1/3"
1 = "2/3"
[parameters]
p = {between = [0, 1]}
[[components]]
whole = true
values = {a = [-1, 1], b = [-1, 1], c = [0, "1/2", 3]}
densities = [
  {label = 0, factors = [
    {family = "categorical", values = [-1, 1], probabilities = ["p", "1 - p"], count = 2},
    {family = "categorical", values = [0, "1/2", 3], probabilities = ["1/4", "1/4", "1/2"]},
    {family = "multivariate normal", mean = [0, "p"], covariance = [[2, "1/2"], ["1/2", 1]]}]},
  {label = 1, factors = [
    {family = "uniform", lower = 0, upper = 1}]},
]
"""


def test_products_categorical_and_multivariate_laws_and_counts_as_in_python(tmp_path):
    p = sa.parameter("p", between=(0, 1))
    other = '{family = "categorical", values = [1, -1], probabilities = ["p", "1 - p"], count = 2}'
    third = '{family = "categorical", values = [3], probabilities = [1]}'
    text = SIGNS.replace(
        '{family = "uniform", lower = 0, upper = 1}',
        f'{other}, {third}, {{family = "normal", mean = 1, std = 2, count = 2}}',
    )
    d = sa.Distribution(
        name="signs",
        features=("a", "b", "c", "u", "v"),
        labels=(0, 1),
        prior={0: "1/3", 1: "2/3"},
        components=[
            sa.Component(
                sa.Product(sa.Grid((-1, 1), 2), sa.Grid((0, "1/2", 3), 1), sa.Whole(2)),
                {
                    0: sa.Independent(
                        sa.Repeated(sa.Categorical({-1: p, 1: 1 - p}), 2),
                        sa.Categorical({0: "1/4", "1/2": "1/4", 3: "1/2"}),
                        sa.MultivariateNormal((0, p), ((2, "1/2"), ("1/2", 1))),
                    ),
                    1: sa.Independent(
                        sa.Repeated(sa.Categorical({1: p, -1: 1 - p}), 2),
                        sa.Categorical({3: 1}),
                        sa.Repeated(sa.Normal(1, 2), 2),
                    ),
                },
            )
        ],
    )
    assert read(tmp_path, text) == d
    assert str(d.strata[0]).startswith("Product(") and len(d.strata) == 2  # label 1 only has c = 3


LINES = """name = "lines"
features = ["a", "b"]
labels = [0, 1]
prior = {0 = "1/2", 1 = "1/2"}
parameters = {m = {positive = true}}
[[components]]
line = {point = [0, "m"], direction = [1, "1/2"]}
densities = [{label = 0, family = "normal", mean = 0, std = 1}]
[[components]]
line = {point = [3, 0], direction = [0, -2]}
densities = [{label = 1, family = "laplace", mean = 0, scale = 1}]
"""


def test_whole_lines_as_in_python(tmp_path):
    m = sa.parameter("m", positive=True)
    slanted, upright = read(tmp_path, LINES).strata
    assert slanted == sa.Line((0, m), (1, "1/2")) and upright == sa.Flat({0: 3}, 2)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("direction = [1", "directon = [1", "line 7, components.1.line.directon: .*nearest: direction"),
        ("point = [0", "start = [0", "line 7, components.1.line.start: unknown key 'start'"),
        (', direction = [1, "1/2"]', "", "line 7, components.1.line: the key 'direction' is missing"),
        ('[1, "1/2"]', "[0, 0]", "line 7, components.1.line: .*no direction"),
        ('[1, "1/2"]', "[1]", "line 7, components.1.line.direction: got 1 coordinates, wanted 2"),
        ('[1, "1/2"]', '[0, "m - 1"]', "line 7, components.1.line: .*cannot decide the direction"),
        ('{point = [0, "m"], direction = [1, "1/2"]}', "[[0, 0], [1, 1]]", "line 7, .*got a list, wanted a table"),
        ("line = {point = [0", "lines = {point = [0", "line 7, components.1.lines: .*nearest: line"),
        (
            "line = {point = [0",
            "within = {a = [0, 1]}\nline = {point = [0",
            "within goes with fixed or whole, not with line",
        ),
    ],
)
def test_mistakes_in_lines_are_told_with_their_line(tmp_path, old, new, message):
    assert old in LINES
    with pytest.raises(sa.SymadvError, match=message):
        read(tmp_path, LINES.replace(old, new, 1))


def test_a_count_of_any_family(tmp_path):
    text = """name = "laplace"
features = ["a", "b"]
labels = [0, 1]
prior = {0 = "1/2", 1 = "1/2"}
[[components]]
whole = true
densities = [
  {label = 0, family = "laplace", mean = 0, scale = 1, count = 2},
  {label = 1, family = "normal", mean = 0, std = 1, count = 2},
]
"""
    densities = dict(read(tmp_path, text).components[0].densities)
    assert densities[0].density == sa.Independent(sa.Laplace(0, 1), sa.Laplace(0, 1))
    assert densities[1].density == sa.Repeated(sa.Normal(0, 1), 2)
