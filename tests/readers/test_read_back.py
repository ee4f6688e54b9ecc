"""What a formula is printed as has the value of the expression, read by a small parser that knows nothing of sympy."""

import re

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Add, Mul, Rational, exp, log, sqrt

import symadv as sa
from symadv import catalog

latex = catalog.load("readers", "latex")

p, eta = sa.parameter("p", between=(0, 1)), sa.parameter("eta", positive=True)
x1, x2 = sa.parameter("x1", real=True), sa.parameter("x2", real=True)

_TOKEN = re.compile(r"\\left\(|\\right\)|\\[a-z]+|x_[12]|[a-z]|\d+|[-+/^(){}]")


def written(head, *arguments):
    """A sum or product as somebody wrote it down."""
    return head(*arguments, evaluate=False)


class Reading:
    """The value of a printed formula: juxtaposition multiplies, a logarithm takes what follows."""

    def __init__(self, tex, values):
        self.tokens = _TOKEN.findall(re.sub(r"\\[,!]", "", tex))
        self.values = values

    def peek(self):
        return self.tokens[0] if self.tokens else ""

    def take(self, wanted=None):
        token = self.tokens.pop(0)
        assert wanted in (None, token), f"got {token}, wanted {wanted}"
        return token

    def sum(self):
        total = 0
        while True:
            sign = {"-": -1, "+": 1}.get(self.peek(), 1)
            if self.peek() in ("-", "+"):
                self.take()
            assert self.peek() not in ("-", "+"), "two signs in a row"
            total += sign * self.product()
            if self.peek() not in ("-", "+"):
                return total

    def product(self):
        result = self.power()
        while self.peek() not in ("", "-", "+", ")", "}", r"\right)"):
            if self.peek() == "/":  # in exponents
                self.take()
                result /= self.power()
                continue
            if self.peek() == r"\cdot":
                self.take()
            result *= self.power()
        return result

    def power(self):
        euler = self.peek() == "e"
        base = self.atom()
        if self.peek() != "^":
            return base
        self.take()
        exponent = self.group() if self.peek() == "{" else self.atom()
        return mpmath.exp(exponent) if euler else base**exponent

    def group(self):
        self.take("{")
        inside = self.sum()
        self.take("}")
        return inside

    def atom(self):
        token = self.take()
        if token in ("(", r"\left("):
            inside = self.sum()
            self.take({"(": ")", r"\left(": r"\right)"}[token])
            return inside
        if token == r"\frac":
            return self.group() / self.group()
        if token == r"\sqrt":
            return mpmath.sqrt(self.group())
        if token in (r"\log", r"\exp"):
            return {r"\log": mpmath.log, r"\exp": mpmath.exp}[token](self.atom())
        if token == "e":
            return mpmath.e
        return mpmath.mpf(token) if token.isdigit() else self.values[token]


NAMES = {p: "p", eta: r"\eta", x1: "x_1", x2: "x_2"}
AT = {p: Rational(3, 7), eta: Rational(5, 4), x1: Rational(-8, 5), x2: Rational(9, 11)}


def read_back(tex):
    """The value of a formula at one point, read from its TeX alone, at 30 digits."""
    with mpmath.workdps(30):
        values = {name: mpmath.mpf(AT[symbol].p) / AT[symbol].q for symbol, name in NAMES.items()}
        reading = Reading(tex, values)
        value = reading.sum()
        assert not reading.tokens
        return value


def grown(children):
    sums = st.tuples(st.sampled_from([Add, Mul]), st.booleans(), st.lists(children, min_size=2, max_size=3))
    return st.one_of(
        sums.map(lambda t: t[0](*t[2], evaluate=t[1])),
        children.map(lambda e: written(Mul, -1, e)),
        children.map(lambda e: -e),
        children.map(lambda e: e**2),
        children.map(lambda e: exp(e / 8)),
        children.map(lambda e: log(1 + e**2)),
        children.map(lambda e: 1 / (2 + e**2)),
        children.map(lambda e: e / (1 - p)),
        children.map(lambda e: e / 3),
        children.map(lambda e: (p - 1) * e),
    )


NUMBERS = st.sampled_from([sympy.Integer(-3), sympy.Integer(2), Rational(1, 2), Rational(-5, 3), sqrt(2)])
EXPRESSIONS = st.recursive(st.one_of(st.sampled_from(list(NAMES)), NUMBERS), grown, max_leaves=7)


@given(EXPRESSIONS)
@settings(max_examples=200)
def test_the_printed_formula_means_the_expression(expression):
    with mpmath.workdps(30):
        wanted = expression.subs(AT).doit().evalf(30)
        assume(wanted.is_finite and abs(wanted) < 10**9)
        found = read_back(latex(expression))
        assert abs(found - mpmath.mpf(str(wanted))) < mpmath.mpf(10) ** -20 * (1 + abs(found)), latex(expression)


@pytest.mark.parametrize(
    "thing",
    [
        -p / (p - 1),
        log(-p / (p - 1)),
        written(Mul, -1, p - 1),
        -(x1 - x2) / (x1 + 3),
        1 / (-x2 - 1),
        sqrt(2) / 2,
        (x1 - x2) * (p - 1) * (eta - 7),
        x1 * (p - 1) / (eta - x2) ** 3,
        -(eta**2) * exp(-(x1**2)) / (p - 1) ** 2,
        (Rational(1, 2) - p / 2) * exp(x1) / ((Rational(1, 2) - p / 2) * exp(x1) + p * exp(x2) / 2),
        sqrt(log(2) / 2),
        log(p) + log(1 / (1 - p)),
        1 / sqrt(2 * eta),
        x1 / 2 + x2 / 2,
        -log(p) / (2 * eta) - log(1 / (1 - p)) / (2 * eta),
        (log(3) - 2) * log(p) * x1,
    ],
    ids=str,
)
def test_rearranged_formulas_keep_their_value(thing):
    with mpmath.workdps(30):
        wanted = mpmath.mpf(str(thing.subs(AT).evalf(30)))
        assert abs(read_back(latex(thing)) - wanted) < 1e-25
