import sympy

from symadv.language.exponentials import exponentials
from symadv.language.order import order, sign
from symadv.language.same_roots import is_same

V = sympy.Symbol("v", real=True)
FORM = sympy.exp(-(V**2) / 2) + sympy.exp(-2 * (V - 1) ** 2) / 3 - 2 * sympy.exp(-((V + 2) ** 2) / 8)


def zeros(form):
    return exponentials(form, V).zeros


def test_the_same_zeros_on_other_lines_are_the_same_numbers():
    moved = zeros(FORM.xreplace({V: sympy.Rational(3, 2) * V - sympy.Rational(22, 7)}))
    own = zeros(FORM)
    assert len(own) == len(moved) >= 2
    for r, s in zip(own, moved, strict=True):
        assert sign(sympy.Rational(3, 2) * s - sympy.Rational(22, 7) - r) == 0
        assert order(r, sympy.Rational(3, 2) * s - sympy.Rational(22, 7)) == 0


def test_other_zeros_of_the_same_sum_are_other_numbers():
    first, second, *_ = zeros(FORM)
    moved = zeros(FORM.xreplace({V: V + 1}))
    assert not is_same(moved[1] + 1 - first)
    assert is_same(moved[0] + 1 - first)
    assert sign(first - second) == -1


def test_a_number_beside_is_not_the_same():
    first, *_ = zeros(FORM)
    moved, *_ = zeros(FORM.xreplace({V: V + 1}))
    assert sign(moved + 1 - first + sympy.Rational(1, 10**70)) == 1
    assert sign(moved + 1 - first - sympy.Rational(1, 10**300)) == -1
