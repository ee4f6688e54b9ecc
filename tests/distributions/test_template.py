"""The template of a new distribution runs as it is, and its comments tell the truth."""

import re

import pytest

import symadv as sa
from symadv.distributions._template import template


@pytest.fixture
def mine(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(template("mine"), encoding="utf-8")
    return file


def test_it_runs_as_it_is(mine):
    d = sa.distribution(str(mine))
    assert d.name == "mine" and [s.name for s in d.parameters] == ["p", "mu"]
    assert r"\log" in sa.latex(sa.posterior(d))
    x, _ = d.at(p="9/10", mu=3).sample(100, rng=0)
    assert x.shape == (100, 2) and set(x[:, 0]) == {-1, 1}


def test_the_strata_and_densities_in_its_comments_can_be_written_so(mine):
    text = mine.read_text(encoding="utf-8")
    strata = re.findall(r"^#   ((?:fixed|point|whole) = .*?)(?:  |$)", text, re.MULTILINE)
    densities = re.findall(r"^#   (\{label = 1, weight.*\})(?:  .*)?$", text, re.MULTILINE)
    assert len(strata) == 3 and len(densities) >= 8
    head = text.split("[[components]]")[0]
    fitting = {
        'family = "atom"': strata[1],
        "factors": strata[2],
        "categorical": "fixed = {x2 = 0}\nvalues = {x1 = [-1, 1]}",
        "count": strata[2],
        "multivariate": strata[2],
        "family": strata[0],
    }
    for density in densities:
        stratum = next(s for key, s in fitting.items() if key in density)
        other = density.replace("label = 1", "label = -1")
        rest = density.replace('"p"', '"1 - p"')
        again = other.replace('"p"', '"1 - p"')
        components = "".join(
            f"[[components]]\n{stratum}\ndensities = [{a}, {b}]\n" for a, b in [(density, other), (rest, again)]
        )
        mine.write_text(head + components, encoding="utf-8")
        assert len(sa.distribution(str(mine)).components) == 2


@pytest.mark.parametrize("name", ["", "1a", "a b", "../a", "a/b", "a.b", 'a"', "a\n", "é", "_a", "a" * 65])
def test_a_name_that_cannot_be_one_is_refused(name):
    with pytest.raises(sa.SymadvError, match="name"):
        template(name)


def test_it_speaks_of_its_own_name(mine):
    assert "NAME" not in mine.read_text(encoding="utf-8")
    assert "symadv derive mine.toml" in mine.read_text(encoding="utf-8")
