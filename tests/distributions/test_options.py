"""Options behind the name of a distribution."""

import pytest
import sympy

import symadv as sa
from symadv import catalog
from symadv.distributions._options import split_options


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("tsipras", "tsipras", {}),
        ("tsipras()", "tsipras", {}),
        ("tsipras(weak=100)", "tsipras", {"weak": 100}),
        (
            "g( mean=1,1/2 ,0.25; variance = 4 )",
            "g",
            {"mean": (1, sympy.Rational(1, 2), sympy.Rational(1, 4)), "variance": 4},
        ),
        ("my.module:toy(rule=first, n=-2)", "my.module:toy", {"rule": "first", "n": -2}),
    ],
)
def test_options_are_exact_numbers_tuples_and_words(text, name, options) -> None:
    assert split_options(text) == (name, options)


@pytest.mark.parametrize(
    "text", ["tsipras(100)", "tsipras(weak)", "tsipras(weak=1, weak=2)", "tsipras((weak=1))", "()"]
)
def test_what_cannot_be_read_is_refused(text) -> None:
    with pytest.raises(sa.SymadvError):
        sa.distribution(text)


def test_they_are_those_of_the_function() -> None:
    assert sa.distribution("tsipras(weak=3)") == sa.distribution("tsipras", weak=3)
    with pytest.raises(sa.SymadvError, match="weak"):
        sa.distribution("tsipras", wek=3)
    assert catalog.options("distributions", "tsipras") == ("weak=1",)
    assert "weights" in catalog.options("classifiers", "linear")
    assert catalog.options("distributions", "point_masses") == ()
