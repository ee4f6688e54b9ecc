"""Reductions: another expression, with fewer special functions, that has the same sign."""

from functools import reduce

import sympy

from symadv.provers._field import Field, Refine, Unsupported
from symadv.provers._ranges import NEGATIVE, NONNEGATIVE, POSITIVE, Range, Signs

_LARGEST_POWER = 24  # of a factor, when a sum of logarithms becomes a product


class Knowledge:
    """What a rule may ask: the field, signs of expressions, ranges of generators."""

    field: Field

    def signs(self, expression: sympy.Expr) -> Signs:
        """Signs that contain those that the expression can have."""
        raise NotImplementedError

    def range(self, symbol: sympy.Symbol) -> Range:
        """An interval in which a generator lies."""
        raise NotImplementedError


def simpler(f: sympy.Expr, known: Knowledge) -> sympy.Expr | None:
    """An expression with the sign of a polynomial, if a monotone function can be stripped from it."""
    if f.free_symbols & known.field.bound:
        return None
    for rule in (_without_log, _without_exp, _without_phi, _without_root):
        result = rule(f, known)
        if result is not None:
            return result
    return None


def exponentiated(f: sympy.Expr, known: Knowledge) -> sympy.Expr | None:
    r"""$\sum_i c_i \log f_i + q$ has the sign of $e^q \prod_i f_i^{c_i} - 1$."""
    logs = _logs(f, known)
    if logs is None or f.free_symbols & known.field.bound:
        return None
    steps = dict(known.field.steps)
    try:
        return _power_product(logs[0], known.field.exp(logs[1], known))
    except (Refine, Unsupported):
        return None
    finally:  # a sign is all that is asked for: nothing else has to be read in the steps that this needed
        known.field.steps.clear()
        known.field.steps.update(steps)


def _without_log(f: sympy.Expr, known: Knowledge) -> sympy.Expr | None:
    r"""$\sum_i c_i \log f_i$ has the sign of $\prod_i f_i^{c_i} - 1$."""
    logs = _logs(f, known)
    if logs is None or logs[1] != 0:
        return None
    return _power_product(logs[0], sympy.S.One)


def _logs(f: sympy.Expr, known: Knowledge) -> tuple[list[tuple[sympy.Expr, sympy.Rational]], sympy.Expr] | None:
    symbols = _of_kind(f, known, "log")
    if not symbols:
        return None
    polynomial = sympy.Poly(f, *symbols)
    slopes = [polynomial.coeff_monomial(s) for s in symbols]
    if polynomial.total_degree() > 1 or not all(c.is_Rational for c in slopes):
        return None
    pairs = [(known.field.generators[s].of, c) for s, c in zip(symbols, slopes, strict=True)]
    return pairs, polynomial.coeff_monomial(1)


def _power_product(pairs: list[tuple[sympy.Expr, sympy.Rational]], first: sympy.Expr) -> sympy.Expr | None:
    scale = reduce(sympy.ilcm, (c.q for _, c in pairs), 1)
    if max(abs(c * scale) for _, c in pairs) > _LARGEST_POWER:
        return None
    return first**scale * sympy.Mul(*(of ** (c * scale) for of, c in pairs)) - 1


def _without_exp(f: sympy.Expr, known: Knowledge) -> sympy.Expr | None:
    r"""$ae^m - be^n$ with positive monomials a, b has the sign of $\log a - \log b + m - n$."""
    if not f.is_Add or len(f.args) != 2 or not _of_kind(f, known, "exp"):
        return None
    numbers, monomials = zip(*(term.as_coeff_Mul() for term in f.args), strict=True)
    if numbers[0] * numbers[1] > 0 or not all(known.range(s).signs <= POSITIVE for s in f.free_symbols):
        return None
    ratio = -numbers[0] * monomials[0] / (numbers[1] * monomials[1])
    return sympy.sign(numbers[0]) * known.field.log(ratio, known)


def _without_phi(f: sympy.Expr, known: Knowledge) -> sympy.Expr | None:
    r"""$\Phi(a) - \Phi(b)$, $\Phi(a) + \Phi(b) - 1$ and $2\Phi(a) - 1$ have the signs of $a - b$, $a + b$ and $a$."""
    symbols = _of_kind(f, known, "phi")
    if not symbols or f.free_symbols != set(symbols):
        return None
    polynomial = sympy.Poly(f, *symbols)
    slopes, offset = [polynomial.coeff_monomial(s) for s in symbols], polynomial.coeff_monomial(1)
    if polynomial.total_degree() > 1 or len(symbols) > 2 or len({abs(c) for c in slopes}) > 1:
        return None
    if 2 * offset + sum(slopes) != 0:
        return None
    return sympy.Add(*(sympy.sign(c) * known.field.generators[s].of for s, c in zip(symbols, slopes, strict=True)))


def _without_root(f: sympy.Expr, known: Knowledge) -> sympy.Expr | None:
    r"""$a r^{1/q} - b$ with $a > 0$, $b \ge 0$ has the sign of $a^q r - b^q$; $|r|$ is $(r^2)^{1/2}$."""
    symbols = _of_kind(f, known, "root", "abs")
    for symbol in symbols:
        generator = known.field.generators[symbol]
        polynomial = sympy.Poly(f, symbol)
        if polynomial.degree() != 1 or not generator.of.free_symbols:
            continue
        a, b = polynomial.coeff_monomial(symbol), -polynomial.coeff_monomial(1)
        if known.signs(a) <= NEGATIVE:
            a, b, sign = -a, -b, -1
        else:
            sign = 1
        if known.signs(a) <= POSITIVE and known.signs(b) <= NONNEGATIVE:
            base = generator.of if generator.kind == "root" else generator.of**2
            result = sign * (a**generator.degree * base - b**generator.degree)
            if len(_of_kind(known.field.normal(result)[0], known, "root", "abs")) < len(symbols):
                return result
    return None


def _of_kind(f: sympy.Expr, known: Knowledge, *kinds: str) -> list[sympy.Symbol]:
    generators = known.field.generators
    return [s for s in sorted(f.free_symbols, key=str) if s in generators and generators[s].kind in kinds]
