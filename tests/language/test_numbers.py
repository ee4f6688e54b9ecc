"""Exact numbers: what is written is what is meant."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symadv.language.errors import SymadvError
from symadv.language.numbers import exact


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("9/10", sympy.Rational(9, 10)),
        ("0.9", sympy.Rational(9, 10)),
        (" -3 ", -3),
        ("1e-3", sympy.Rational(1, 1000)),
        (".5", sympy.Rational(1, 2)),
        ("2.", 2),
        (7, 7),
        (Fraction(1, 3), sympy.Rational(1, 3)),
        (np.int64(4), 4),
        (0.1, sympy.Rational(3602879701896397, 36028797018963968)),
        (np.float32(0.5), sympy.Rational(1, 2)),
        (sympy.log(9), sympy.log(9)),
    ],
)
def test_reads(written, value):
    assert exact(written) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_the_binary_rational_that_it_is(x):
    assert Fraction(int(exact(x).p), int(exact(x).q)) == Fraction(x)


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_a_float_inside_an_expression_too(x):
    inside = exact(sympy.Symbol("s") + sympy.Float(x, 17))
    assert not inside.atoms(sympy.Float)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "p",
        "1+1",
        "__import__('os')",
        "1/0",
        "1e9999",
        "nan",
        "inf",
        "9/10/2",
        "0x10",
        "1_000",
        "½",
        float("nan"),
        float("inf"),
        sympy.oo,
        sympy.nan,
        sympy.zoo,
        True,
        None,
        [1],
        object(),
        "1" * 500,
        1j,
    ],
)
def test_refuses(bad):
    with pytest.raises(SymadvError):
        exact(bad)
