"""Parameters: the domain is part of the identity."""

import copy
import pickle
import subprocess
import sys

import pytest
import sympy

from symadv.language.errors import SymadvError
from symadv.language.parameters import Parameter, domain_conditions, over_positive_reals, parameter, parameters_of


def test_two_domains_are_two_parameters():
    a, b, c = parameter("p", between=(0, 1)), parameter("p", between=(0, 2)), parameter("p", positive=True)
    assert len({a, b, c}) == 3 and a != b != c
    # The same assumptions, different domains: sympy's cache must not hand out the wrong one.
    assert (a + 1).free_symbols == {a} and (b + 1).free_symbols == {b}
    assert sympy.expand((a + 1) ** 2).free_symbols == {a} and sympy.expand((b + 1) ** 2).free_symbols == {b}
    assert parameter("p", between=(0, 1)) == a


def test_pickles_and_copies():
    for s in (parameter("p", between=(0, 1)), parameter("x", real=True), parameter("e", positive=True)):
        again = pickle.loads(pickle.dumps(s))
        assert again == s and again.domain == s.domain and copy.deepcopy(s) == s
        assert pickle.loads(pickle.dumps(sympy.log(s**2 + 1))) == sympy.log(s**2 + 1)


def test_order_of_appearance_does_not_depend_on_the_hash_seed():
    code = (
        "from symadv.language.parameters import *; import sympy as s;"
        "v = [parameter(n, positive=True) for n in 'zyxwvu'];"
        "print(parameters_of(s.Tuple(*v), s.log(v[3]), parameter('a', real=True)))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert seen == {"(z, y, x, w, v, u, a)\n"}


def test_conditions():
    p, e, x = parameter("p", between=(0, 1)), parameter("e", positive=True), parameter("x", real=True)
    assert [str(c) for c in domain_conditions(p)] == ["0 < p", "p < 1"]
    assert [str(c) for c in domain_conditions(e)] == ["0 < e"] and domain_conditions(x) == ()
    assert parameters_of(x * p) in ((x, p), (p, x))


def test_over_positive_reals_is_onto_the_domain():
    p, e = parameter("p", between=(-1, 3)), parameter("e", between=(2, sympy.oo))
    for s in ("1/1000000", 1, 10**6):
        for parameter_, low, high in ((p, -1, 3), (e, 2, sympy.oo)):
            (symbol,) = over_positive_reals(parameter_).free_symbols
            assert symbol.is_positive and low < over_positive_reals(parameter_).subs(symbol, sympy.Rational(s)) < high
    both = over_positive_reals(p - parameter("p", between=(-1, 5)))  # of one name, with two domains
    assert len(both.free_symbols) == 2
    closed = Parameter("c", sympy.Interval(0, 1))
    assert over_positive_reals(closed) == closed  # its ends would be lost
    assert (1 - parameter("q", between=(0, 1))).is_positive is None
    assert sympy.factor(over_positive_reals(1 - parameter("q", between=(0, 1)))).is_positive


@pytest.mark.parametrize(
    "call",
    [
        lambda: parameter("p"),
        lambda: parameter("p", positive=True, real=True),
        lambda: parameter("p", between=(1, 0)),
        lambda: parameter("1p", real=True),
        lambda: parameter("__p", real=True),
        lambda: parameter("p q", real=True),
        lambda: parameter("p", between=(0, "x")),
        lambda: parameter("π", real=True),
    ],
)
def test_refuses(call):
    with pytest.raises(SymadvError):
        call()
