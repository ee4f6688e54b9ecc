"""The form in which people write sums and products: signs, coefficients, fractions and the order of terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import lcm
from typing import Any

import sympy

from symadv.language.aggregates import Aggregate, numbered
from symadv.language.nearest import Nearest
from symadv.language.parameters import Parameter

Exprs = tuple[sympy.Expr, ...]


@dataclass(frozen=True)
class Product:
    """``(-) coefficient * top / bottom * tail``: functions stand behind a fraction whose denominator has none."""

    negative: bool
    coefficient: sympy.Rational
    top: Exprs
    bottom: Exprs
    tail: Exprs

    @property
    def is_fraction(self) -> bool:
        """Whether it is written as one fraction and nothing else."""
        return bool(self.bottom or self.coefficient.q != 1) and not self.negative and not self.tail


@lru_cache(maxsize=8192)
def product(expression: sympy.Expr, *, split: bool = True) -> Product:
    """An expression read as a product; ``split=False`` keeps its functions inside the fraction."""
    if is_as_written(expression):
        return _as_written(expression)
    coefficient = sympy.S.One
    factors: list[sympy.Expr] = []
    for factor in (part for whole in _factors(expression) for part in _factors(logs_joined(whole))):
        if factor.is_Rational:
            coefficient *= factor
            continue
        content, plain = _without_content(factor)
        coefficient *= content
        factors.append(plain)
    negative, factors = _oriented(bool(coefficient < 0), factors)
    top = [f for f in factors if not is_inverse(f)]
    bottom = [_inverse(f) for f in factors if is_inverse(f)]
    coefficient, top, bottom = _one_root(abs(coefficient), top, bottom)
    return _arranged(negative, coefficient, top, bottom, split)


@lru_cache(maxsize=8192)
def terms(expression: sympy.Add) -> Exprs:
    """The terms of a sum in the order of reading: powers of features, constants, functions; a positive one first."""
    if is_as_written(expression):
        return tuple(expression.args)
    features = sorted((s for s in expression.free_symbols if is_feature(s)), key=lambda s: s.name)
    ordered = sorted(expression.as_ordered_terms(), key=lambda t: _place(t, features))
    first = next((t for t in ordered if not product(t).negative), ordered[0])
    return (first, *(t for t in ordered if t is not first))


def common_denominator(expression: sympy.Expr) -> sympy.Rational:
    """The denominator that all coefficients of a sum share; 1 when they do not."""
    if not isinstance(expression, sympy.Add) or is_as_written(expression):
        return sympy.S.One
    denominators = _denominators(expression)
    return sympy.Integer(denominators.pop()) if len(denominators) == 1 else sympy.S.One


def _denominators(expression: sympy.Add) -> set[int]:
    return {int(product(t).coefficient.q) for t in expression.args}


def logs_joined(expression: sympy.Expr) -> sympy.Expr:
    r"""$\log p + \log\frac{1}{1-p}$, which nobody writes, as $\log\frac{p}{1-p}$; other sums of logarithms stay."""
    if not isinstance(expression, sympy.Add) or is_as_written(expression):
        return expression
    found = [t.as_independent(sympy.log, as_Add=False) for t in expression.args]
    logs = [(c, f.args[0]) for c, f in found if isinstance(f, sympy.log)]
    unwritten = {c for c, argument in logs if is_inverse(argument)}
    for c in sorted(unwritten, key=sympy.default_sort_key):
        joined = sympy.Mul(*(a if k == c else 1 / a for k, a in logs if k in (c, -c)))
        rest = [k * f for k, f in found if not (isinstance(f, sympy.log) and k in (c, -c))]
        return logs_joined(sympy.Add(*rest, c * sympy.log(joined)))
    return expression


def is_as_written(expression: sympy.Expr) -> bool:
    """Whether somebody built a sum or a product with ``evaluate=False``; it keeps its order and its signs."""
    return isinstance(expression, sympy.Add | sympy.Mul) and expression.func(*expression.args) != expression


def is_feature(symbol: sympy.Basic) -> bool:
    """Whether a symbol ranges over the whole line, or is a statistic of features."""
    if isinstance(symbol, Aggregate):
        return True
    if isinstance(symbol, Parameter):
        return bool(symbol.domain == sympy.Interval(-sympy.oo, sympy.oo))
    return isinstance(symbol, sympy.Symbol)


def has_function(expression: sympy.Expr) -> bool:
    """Whether a function other than roots and absolute values occurs: too wide to stand in a fraction."""
    wide = (sympy.Function, sympy.exp, sympy.Piecewise, sympy.Integral, sympy.Sum, Aggregate)
    return any(not isinstance(node, sympy.Abs) for node in expression.atoms(*wide))


def _factors(expression: sympy.Expr) -> Sequence[sympy.Expr]:
    return tuple(expression.as_ordered_factors()) if isinstance(expression, sympy.Mul) else (expression,)


def _as_written(expression: sympy.Expr) -> Product:
    if isinstance(expression, sympy.Add):
        return Product(False, sympy.S.One, (expression,), (), ())
    first, *rest = expression.args
    if first.is_Rational and rest:
        negative, coefficient, factors = bool(first < 0), abs(first), rest
    else:
        negative, coefficient, factors = False, sympy.S.One, [first, *rest]
    negative, factors = _positive_by_domain(negative, factors)
    top = tuple(f for f in factors if not is_inverse(f))
    return Product(negative, coefficient, top, tuple(_inverse(f) for f in factors if is_inverse(f)), ())


def _arranged(
    negative: bool, coefficient: sympy.Rational, top: list[sympy.Expr], bottom: list[sympy.Expr], split: bool
) -> Product:
    def rank(factor: sympy.Expr) -> tuple[int, bool]:
        kind = 3 if has_function(factor) else 2 if isinstance(factor, sympy.Add) else 1 if factor.free_symbols else 0
        return kind, any(is_feature(s) for s in factor.free_symbols)

    top, bottom = sorted(top, key=rank), sorted(bottom, key=rank)
    if split and not any(has_function(f) for f in bottom):
        simple = [f for f in top if not has_function(f)]
        return Product(negative, coefficient, tuple(simple), tuple(bottom), tuple(f for f in top if has_function(f)))
    return Product(negative, coefficient, tuple(top), tuple(bottom), ())


def is_inverse(factor: sympy.Expr) -> bool:
    """Whether a factor belongs into the denominator."""
    if not isinstance(factor, sympy.Pow) or isinstance(factor.exp, sympy.Add):
        return False
    return product(factor.exp).negative


def _inverse(factor: sympy.Pow) -> sympy.Expr:
    return factor.base if factor.exp == -1 else sympy.Pow(factor.base, -factor.exp, evaluate=False)


def _without_content(factor: sympy.Expr) -> tuple[sympy.Rational, sympy.Expr]:
    base, exponent = factor.as_base_exp() if isinstance(factor, sympy.Pow) else (factor, sympy.S.One)
    if not isinstance(base, sympy.Add) or is_as_written(base) or exponent not in (1, -1):
        return sympy.S.One, factor
    denominators = _denominators(base)
    if 1 in denominators:
        return sympy.S.One, factor
    denominator = sympy.Integer(lcm(*denominators))
    return denominator**-exponent, sympy.Add(*(t * denominator for t in base.args)) ** exponent


def _one_root(
    coefficient: sympy.Rational,
    top: list[sympy.Expr],
    bottom: list[sympy.Expr],
) -> tuple[sympy.Rational, list[sympy.Expr], list[sympy.Expr]]:
    r"""$\sqrt2 / (2\sqrt\pi)$ as $1 / \sqrt{2\pi}$, and $\sqrt2 \sqrt{\log 2} / 2$ as $\sqrt{(\log 2) / 2}$."""
    if len(top) > 1 and not bottom and all(_is_root(f) and f.is_number for f in top):
        return sympy.S.One, [sympy.sqrt(sympy.Mul(coefficient**2, *(f.base for f in top)), evaluate=False)], []
    above = [f for f in top if _is_root(f) and f.base.is_Integer and coefficient.q % f.base == 0]
    below = [f for f in bottom if _is_root(f) and f.is_number]
    if not above or not below:
        return coefficient, top, bottom
    root = sympy.sqrt(sympy.Mul(above[0].base, *(f.base for f in below)), evaluate=False)
    rest = [f for f in bottom if f not in below]
    return coefficient * above[0].base, [f for f in top if f is not above[0]], [root, *rest]


def _is_root(factor: sympy.Expr) -> bool:
    return isinstance(factor, sympy.Pow) and bool(factor.exp == sympy.S.Half)


def _oriented(negative: bool, factors: list[sympy.Expr]) -> tuple[bool, list[sympy.Expr]]:
    """Turn ``a - b`` into ``b - a`` where that is the positive one, or where it takes away a leading minus."""
    negative, result = _positive_by_domain(negative, factors)
    for k, factor in enumerate(result):
        if negative and _turns_sign(factor) and _known_sign(_base(factor)) is None:
            result[k], negative = _turned(factor), False
    return negative, result


def _positive_by_domain(negative: bool, factors: Sequence[sympy.Expr]) -> tuple[bool, list[sympy.Expr]]:
    result = list(factors)
    for k, factor in enumerate(result):
        if _turns_sign(factor) and _known_sign(_base(factor)) == -1:
            result[k], negative = _turned(factor), not negative
    return negative, result


def _base(factor: sympy.Expr) -> sympy.Expr:
    return factor.base if isinstance(factor, sympy.Pow) else factor


def _turns_sign(factor: sympy.Expr) -> bool:
    odd = factor.exp.is_odd if isinstance(factor, sympy.Pow) else True
    return bool(odd) and isinstance(_base(factor), sympy.Add) and not is_as_written(_base(factor))


def _turned(factor: sympy.Expr) -> sympy.Expr:
    turned = sympy.Add(*(-t for t in _base(factor).args))
    return sympy.Pow(turned, factor.exp) if isinstance(factor, sympy.Pow) else turned


def _known_sign(sum_: sympy.Add) -> int | None:
    """The sign that all terms share, or that the domain gives an affine form of one parameter."""
    signs = {product(t).negative for t in sum_.args}
    if len(signs) == 1:
        return -1 if signs.pop() else 1
    symbols = sum_.free_symbols
    if len(symbols) != 1:
        return None
    (symbol,) = symbols
    if not isinstance(symbol, Parameter) or not sum_.is_polynomial(symbol) or sympy.degree(sum_, symbol) > 1:
        return None
    ends = {sympy.sign(sum_.subs(symbol, end)) for end in (symbol.domain.start, symbol.domain.end)} - {0}
    return int(ends.pop()) if len(ends) == 1 and ends <= {sympy.S.One, sympy.S.NegativeOne} else None


def _place(term: sympy.Expr, features: list[sympy.Symbol]) -> tuple[tuple[float, ...], bool, bool]:
    powers = term.as_powers_dict()
    degrees = [powers.get(f, sympy.S.Zero) for f in features]
    exponents = tuple(-float(e) if e.is_number and e.is_real else 0.0 for e in degrees)
    function = not any(exponents) and has_function(term)
    return exponents, function, function and product(term).negative


def general_term(aggregate: Aggregate, stem: str, first: int) -> sympy.Expr:
    """The summand of index i of an aggregate whose features are numbered from ``first``."""
    x, listed = sympy.Symbol(f"{stem}_i", real=True), aggregate.coefficients
    if aggregate.values:
        alone = Aggregate(aggregate.head, (x,), None, aggregate.values)
        if aggregate.head in ("apart", "choices"):
            return alone.spelled_out
        x = Nearest(x, *aggregate.values)
    if aggregate.head == "squares":
        return x**2 if listed is None else (x - _coefficient("c", listed, first)) ** 2
    term = x if listed is None else _coefficient("w", listed, first) * x
    return sympy.Abs(term) if aggregate.head == "size" else term


def _coefficient(name: str, listed: Exprs, first: int) -> sympy.Expr:
    """What stands for the coefficients: the number that they all are, their own name, or a general one."""
    if len(set(listed)) == 1:
        return listed[0]
    run = numbered(listed) if all(isinstance(c, sympy.Symbol) for c in listed) else None
    return sympy.Symbol(f"{run[0] if run and run[1] == first else name}_i", real=True)


def choice(e: sympy.Equality) -> tuple[Sequence[sympy.Symbol], Sequence[sympy.Expr]] | None:
    """The features and the values if an equation says that each of these is one of those, else None."""
    if e.rhs != 0:
        return None
    if isinstance(e.lhs, Aggregate):
        return (e.lhs.block, e.lhs.values) if e.lhs.head == "apart" else None
    factors, symbols = sympy.Mul.make_args(e.lhs), [s for s in e.lhs.free_symbols if is_feature(s)]
    if len(factors) < 2 or len(symbols) != 1:
        return None
    values = [symbols[0] - factor for factor in factors]
    return (symbols, values) if not any(v.has(symbols[0]) for v in values) else None


def alike(items: Sequence[Any]) -> list[list[Any]]:
    """Items in runs of features that are numbered one by one, or of the nearest values of such, and others alone."""
    runs: list[list[Any]] = []
    for item in items:
        if runs and _follows(runs[-1][-1], item):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _follows(one: Any, other: Any) -> bool:
    """Whether an item is the next feature, or made of it in the same way."""
    if isinstance(one, Nearest) and isinstance(other, Nearest) and one.values == other.values:
        one, other = one.args[0], other.args[0]
    return isinstance(one, sympy.Symbol) and isinstance(other, sympy.Symbol) and numbered((one, other)) is not None
