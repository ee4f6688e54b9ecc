"""Distributions in TOML files are the ones that they write down; every key is found on its line."""

from pathlib import Path

import numpy as np
import pytest
import sympy

import symadv as sa
from symadv.distributions._lines import lines
from symadv.distributions._toml import read_toml

HERE = Path(__file__).parent
POINT_MASSES = (HERE / "point_masses.toml").read_text()
TSIPRAS = (HERE / "tsipras.toml").read_text()


@pytest.fixture
def read(tmp_path):
    """Read a text (or bytes) as the file mine.toml."""

    def read(text):
        file = tmp_path / "mine.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_toml(file)

    return read


@pytest.mark.parametrize(("name", "text"), [("point_masses", POINT_MASSES), ("tsipras", TSIPRAS)])
def test_the_articles_examples_as_files_are_the_built_in_ones(read, name, text):
    d, built_in = read(text), sa.distribution(name)
    assert d == built_in
    assert d.parameters == built_in.parameters
    assert sa.log_odds(d).result == sa.log_odds(built_in).result


def test_sa_distribution_reads_files(tmp_path, monkeypatch):
    (tmp_path / "mine.TOML").write_text(TSIPRAS)
    monkeypatch.chdir(tmp_path)
    assert sa.distribution("mine.TOML") == sa.distribution("tsipras")
    with pytest.raises(sa.SymadvError, match="takes no options"):
        sa.distribution("mine.TOML", weak=3)


def test_products_mixtures_and_other_domains(read):
    d = read("""
name = "three-labels"
features = ["u", "v"]
labels = [0, 1, 2]
prior = {0 = "q", 1 = "1/2 - q/2", 2 = "(1 - q)/2"}
parameters.q = {between = ["1/3", "sqrt(2)/2"]}
parameters.m = {real = true}
parameters.s = {between = [1, inf]}
[[components]]
whole = true
[[components.densities]]
label = 0
factors = [{family = "normal", mean = "m", std = "s"}, {family = "laplace", mean = "-m", scale = "log(s)"}]
[[components.densities]]
label = 1
weight = 0.1
factors = [{family = "normal", mean = 0, std = 1e-1}, {family = "normal", mean = "pi", std = "1/(s - 1)"}]
[[components]]
whole = true
[[components.densities]]
label = 1
weight = "Phi(0) + 0.4"
factors = [{family = "normal", mean = 0, std = 0x10}, {family = "normal", mean = "max(m, m**2)", std = 1_0.0}]
[[components]]
point = ["abs(m)", "exp(-s)"]
densities = [{label = 2, family = "atom"}]
""")
    m, s, q = (
        sa.parameter("m", real=True),
        sa.parameter("s", between=(1, sympy.oo)),
        sa.parameter("q", between=("1/3", sympy.sqrt(2) / 2)),
    )
    assert set(d.parameters) == {m, s, q}
    (_, first), (_, second) = d.components[0].densities
    assert first == 1 * sa.Independent(sa.Normal(m, s), sa.Laplace(-m, sympy.log(s)))
    assert second.weight == sympy.Rational(1, 10) and second.density.factors[1] == sa.Normal(sympy.pi, 1 / (s - 1))
    assert d.components[1].densities[0][1].density.factors == (sa.Normal(0, 16), sa.Normal(sympy.Max(m, m**2), 10))
    assert d.components[2].stratum == sa.Point((sympy.Abs(m), sympy.exp(-s)))
    x, y = d.at(q="1/2", m=-2, s=3).sample(500, rng=1)
    assert np.allclose(x[y == 2], [2, np.exp(-3)])


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_of_keys_however_they_are_written(newline):
    text = newline.join([
        "# [[components]] in a comment", 'a = "x # no [comment]" # b = 1', "'b c'.d = [", "  1, # one",
        "  {e = 2, f.g = ']'},", ']', 't = """', "components = 1", '"""', "[x . 'y']", "z = '''", "'''", "w = 1",
        "[[p]]", "q = 1", "[[p.r]]", "s = 1", "[[p.r]]", "s = 2", "[[p]]", "[p.u]", "v = 2026-01-01 10:00:00",
        '"\\u0041" = -1.5e3',
    ])  # fmt: skip
    found = lines(text)
    expected = {
        ("a",): 2, ("b c",): 3, ("b c", "d"): 3, ("b c", "d", 0): 4, ("b c", "d", 1): 5, ("b c", "d", 1, "e"): 5,
        ("b c", "d", 1, "f", "g"): 5, ("t",): 7, ("x",): 10, ("x", "y"): 10, ("x", "y", "z"): 11, ("x", "y", "w"): 13,
        ("p",): 14, ("p", 0): 14, ("p", 0, "q"): 15, ("p", 0, "r", 0): 16, ("p", 0, "r", 1, "s"): 19, ("p", 1): 20,
        ("p", 1, "u", "v"): 22, ("p", 1, "u", "A"): 23,
    }  # fmt: skip
    assert {path: found.get(path) for path in expected} == expected
