"""Formulas in user text: read as they are meant, or refused with their column; nothing is evaluated as code."""

import ast
import hashlib
import os
import random
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
import sympy

import symadv
from symadv.language.errors import SymadvError
from symadv.language.formulas import formula
from symadv.language.functions import Phi
from symadv.language.parameters import parameter

p, eta, x = parameter("p", between=(0, 1)), parameter("eta", positive=True), parameter("x", real=True)
half = parameter("half", between=("1/2", 1))
NAMES = {"p": p, "eta": eta, "x": x, "half": half}
AT = {"p": Fraction(3, 10), "eta": Fraction(17, 10), "x": Fraction(-21, 10), "half": Fraction(4, 5)}


def witness(text):
    """The value of a formula by Python's own grammar, at 30 digits; None where it is undefined."""
    text = " ".join(text.split())
    functions = {
        "exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt, "Phi": mpmath.ncdf, "abs": abs,
        "min": min, "max": max,
    }  # fmt: skip
    operators = {
        ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
        ast.Div: lambda a, b: a / b, ast.Pow: lambda a, b: a ** int(b),
    }  # fmt: skip

    def value(node):
        match node:
            case ast.Expression(body):
                return value(body)
            case ast.Constant():
                return mpmath.mpf(ast.get_source_segment(text, node))
            case ast.Name(name):
                known = {"pi": mpmath.pi(), "e": mpmath.e()} | {
                    n: mpmath.mpf(v.numerator) / v.denominator for n, v in AT.items()
                }
                return known[name]
            case ast.UnaryOp(ast.USub(), operand):
                return -value(operand)
            case ast.UnaryOp(ast.UAdd(), operand):
                return value(operand)
            case ast.BinOp(left, operator, right):
                return operators[type(operator)](value(left), value(right))
            case ast.Call(ast.Name(name), arguments):
                return functions[name](*map(value, arguments))
        raise AssertionError(ast.dump(node))

    return value(ast.parse(text, mode="eval"))


def agrees(text, expression):
    with mpmath.workdps(60):
        at = {s: sympy.Rational(v.numerator, v.denominator) for s, v in ((NAMES[n], v) for n, v in AT.items())}
        got, wanted = expression.xreplace(at).evalf(40), witness(text)
        assert got.is_Float or got.is_Rational, (text, expression, got)
        assert mpmath.almosteq(mpmath.mpf(str(got)), wanted, rel_eps=1e-25, abs_eps=1e-25), (
            text,
            expression,
            got,
            wanted,
        )


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("0.9", sympy.Rational(9, 10)),
        ("9/10", sympy.Rational(9, 10)),
        (".5e-3", sympy.Rational(1, 2000)),
        ("-2**2", sympy.Integer(-4)),
        ("(-2)**2", sympy.Integer(4)),
        ("2**-1", sympy.Rational(1, 2)),
        ("2**3**2", sympy.Integer(512)),
        ("-p**2", -(p**2)),
        ("1 - -p", 1 + p),
        ("8/4/2", sympy.Integer(1)),
        ("8-4-2", sympy.Integer(2)),
        ("2 - 3 * +4", sympy.Integer(-10)),
        (" ( 1\n - p ) /\t2 ", (1 - p) / 2),
        ("log(p/(1-p))", sympy.log(p / (1 - p))),
        ("sqrt(2)*Phi(-eta/2)", sympy.sqrt(2) * Phi(-eta / 2)),
        ("min(p, eta, 3)", sympy.Min(p, eta)),
        ("max(x, x**2)", sympy.Max(x, x**2)),
        ("max(1, p, 1/2)", sympy.Integer(1)),
        ("abs(x) + abs(-eta) + abs(p - 2)", sympy.Abs(x) + eta + 2 - p),
        ("e**2 * pi", sympy.exp(2) * sympy.pi),
        ("log(1 - 2*p*(1 - p))", sympy.log(1 - 2 * p * (1 - p))),
        ("1/(2*half - 1)", 1 / (2 * half - 1)),
        ("sqrt((2*p - 1)**2)", sympy.Abs(2 * p - 1)),
        ("sqrt(2)*sqrt(3) - sqrt(6)", sympy.Integer(0)),
        ("exp(-log(2)*eta)", sympy.exp(-sympy.log(2) * eta)),
        ("1/(x**2 + 1)", 1 / (x**2 + 1)),
    ],
)
def test_reads(text, expression):
    assert formula(text, NAMES) == expression
    agrees(text, expression)


def test_a_declared_name_comes_before_a_constant():
    e = parameter("e", positive=True)
    assert formula("2*e", {"e": e}) == 2 * e


REFUSED = [
    ("", 1, "wanted a number"),
    ("   ", 4, "wanted a number"),
    ("p +", 4, "the end"),
    ("(p", 3, r"wanted '\)'"),
    ("p)", 2, "wanted an operator"),
    ("2p", 2, "products are written with"),
    ("p 2", 3, "products are written with"),
    ("2(p)", 2, "products are written with"),
    ("p^2", 2, r"powers are written \*\*"),
    ("p // 2", 4, "wanted a number"),
    ("p % 2", 3, "'%'"),
    ("p < 1", 3, "'<'"),
    ("p, eta", 2, "','"),
    ("1_000", 2, "'_000'"),
    ("0x10", 2, "'x10'"),
    ("1j", 2, "'j'"),
    ("½", 1, "'½'"),
    ("١", 1, "got"),
    ("ｐ", 1, "got"),
    ("\u00a0p", 1, "got"),
    ("p\0", 2, "got"),
    ("etta + 1", 1, "nearest: eta"),
    ("1 + P", 5, "'P' is not declared"),
    ("_", 1, "not declared"),
    ("sqr(2)", 1, "nearest: sqrt"),
    ("sin(p)", 1, "unknown function"),
    ("log", 4, r"wanted '\('"),
    ("log()", 5, "wanted a number"),
    ("log(p, 2)", 1, "2 arguments, wanted 1"),
    ("min(p)", 1, "wanted at least 2"),
    ("p(2)", 2, "products"),
    ("p.real", 2, "'.'"),
    ("1.2.3", 4, "products are written with"),
    ("'p'", 1, "got"),
    ("p if p else p", 3, "'if'"),
    ("lambda: 1", 7, "got ':'"),
    ("__import__('os')", 12, "got"),
    ("__import__(os)", 1, "unknown function"),
    ("1/0", 2, "division by 0"),
    ("p/(1/3 - 1/3)", 2, "division by 0"),
    ("p/(p - p)", 2, "division by 0"),
    ("0**-1", 2, "division by 0"),
    ("1/x", 2, "not shown to be different from 0"),
    ("1/(2*p - 1)", 2, "2\\*p - 1, which is not shown"),
    ("log(0)", 1, "log of 0, which is not positive"),
    ("log(-1)", 1, "not positive"),
    ("log(p - 1)", 1, "positive"),
    ("log(x)", 1, "not shown to be positive"),
    ("log(x**2)", 1, "not shown to be positive"),
    ("sqrt(-1)", 1, "not nonnegative"),
    ("sqrt(x)", 1, "not shown to be nonnegative"),
    ("sqrt(-p)", 1, "nonnegative"),
    ("1/(log(2) + log(3) - log(6))", 20, "cannot be told from 0"),
    ("2**0.5", 2, "exponent must be an integer"),
    ("p**eta", 2, "exponent must be an integer"),
    ("2**13", 2, "exponent must be an integer"),
    ("9**9**9**9", 5, "exponent must be an integer"),
    ("((p + eta)**12 + 1)**12", 20, "too large"),
    ("(1 + p + eta + x + half)**12", 25, "500 terms"),
    ("(((p**12)**12)**12)", 10, "too large"),
    ("1" * 51, 1, "digits"),
    ("1e1000", 1, "exponent"),
    ("1e-200", 1, "100 digits"),
    ("(10**12)**12", 9, "100 digits"),
    ("exp(300)", 1, "larger than 1e100"),
    ("exp(exp(exp(exp(exp(100)))))", 13, "larger than 1e100"),
    ("exp(10**9*log(2))", 1, "logarithm times"),
    ("exp(eta + 10**9*log(2))", 1, "logarithm times"),
    ("exp(log(2)*10**9*(eta - eta + 1))", 1, "logarithm times"),
    ("(" * 51 + "1" + ")" * 51, 51, "inside one another"),
    ("-" * 60 + "1", 51, "inside one another"),
    ("1" + "+p" * 60, 100, "inside one another"),
    ("+".join(["Phi(x)"] * 9), None, "too large"),
]


@pytest.mark.parametrize(("text", "column", "message"), REFUSED, ids=[r[0][:30] for r in REFUSED])
def test_refuses_with_the_column(text, column, message):
    with pytest.raises(SymadvError, match=message) as told:
        formula(text, NAMES)
    assert column is None or f"column {column} of" in str(told.value)


def test_a_long_text_is_refused_unread_and_told_short():
    with pytest.raises(SymadvError, match="characters") as told:
        formula("(" * 10**6, NAMES)
    assert len(str(told.value)) < 300


def test_the_place_begins_the_message():
    with pytest.raises(SymadvError, match=r"^mine\.toml, line 3: column 1 of 'q': 'q' is not declared"):
        formula("q", NAMES, where="mine.toml, line 3")


def written(rng, depth):
    """A formula of Python's grammar, of the given depth at most."""
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(["p", "eta", "x", "half", "pi", "e", "0", "1", "2", "3", "0.5", "17", "1e3", "1e-9", "97.25"])
    inner = lambda: written(rng, depth - 1)
    kind = rng.random()
    if kind < 0.6:
        form = rng.choice(["({} {} {})", "{}{}{}", "{} {} ({})"])
        return form.format(inner(), rng.choice("++--**/"), inner())
    if kind < 0.7:
        return f"({inner()})**{rng.choice(['0', '1', '2', '3', '12', '-1', '-2', '40', 'p'])}"
    if kind < 0.77:
        return f"{rng.choice('-+')}{inner()}"
    if kind < 0.93:
        return f"{rng.choice(['exp', 'log', 'sqrt', 'Phi', 'abs'])}({inner()})"
    return f"{rng.choice(['min', 'max'])}({inner()}, {inner()})"


def spoiled(rng, text):
    """A text with a few characters exchanged, dropped or doubled."""
    characters = list(text)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(characters) + 1)
        characters[at : at + rng.randint(0, 2)] = rng.choice("()+-*/.,^ e19p_'\"[]{}:;=é\n\0@\\λ²")
    return "".join(characters)


HOSTILE = [
    "__import__('os').system('touch fuzzed')", "eval", "exec(", "open('fuzzed','w')", "().__class__", "lambda", "**",
    "9" * 30, "p", "eta", "exp(", "log(", ")", ",", "1/", "0", "-", "Symbol", "Integer(1)", "S", "oo", "zoo", "nan",
    "I", "E", "inf",
]  # fmt: skip


def fuzzed(count):
    rng = random.Random(20)
    for k in range(count):
        if k % 5 < 2:
            yield True, written(rng, rng.randint(1, 4))
        elif k % 5 < 4:
            yield False, spoiled(rng, written(rng, rng.randint(1, 4)))
        else:
            yield False, "".join(rng.choice(HOSTILE) for _ in range(rng.randint(1, 12)))


def test_30_000_formulas_are_read_or_refused(monkeypatch, tmp_path):
    """Only the documented error, each in under a second, nothing executed; what is read is what is meant."""

    def never(*_, **__):
        raise AssertionError("text was evaluated")

    monkeypatch.chdir(tmp_path)
    for evaluator in ("builtins.eval", "sympy.parsing.sympy_parser.parse_expr", "sympy.parsing.sympy_parser.eval_expr"):
        monkeypatch.setattr(evaluator, never)
    read = compared = 0
    for valid, text in fuzzed(30_000):
        start = time.process_time()
        try:
            expression = formula(text, NAMES)
        except SymadvError as refused:
            assert len(str(refused)) < 500
        else:
            read += 1
            assert not expression.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I, sympy.Float), text
            assert expression.free_symbols <= set(NAMES.values()), text
            if valid and read % 8 == 0:
                agrees(text, expression)
                compared += 1
        assert time.process_time() - start < 1, text
    assert read > 8_000 and compared > 700
    assert not list(tmp_path.iterdir())


def answers(count):
    """A digest of what becomes of some formulas."""
    digest = hashlib.sha256()
    for _, text in fuzzed(count):
        try:
            digest.update(str(formula(text, NAMES)).encode())
        except SymadvError as refused:
            digest.update(str(refused).encode())
    return digest.hexdigest()


def test_answers_do_not_depend_on_the_hash_seed():
    house = str(Path(symadv.__file__).parents[1])
    code = "import runpy, sys; print(runpy.run_path(sys.argv[1])['answers'](1_000))"
    told = set()
    for seed in ("0", "1", "2", "1000", "4294967295"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": house}
        run = subprocess.run(
            [sys.executable, "-c", code, __file__], capture_output=True, text=True, timeout=120, env=environment
        )
        assert run.returncode == 0, run.stderr
        told.add(run.stdout)
    assert len(told) == 1
