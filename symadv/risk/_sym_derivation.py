"""How a formula for a risk follows: an integral for each vulnerable interval, its value, and their sum."""

from collections.abc import Iterator, Sequence
from typing import Any

import sympy

from symadv.adversary.definition import Definition
from symadv.language.derivations import Derivation, Step
from symadv.language.parameters import Parameter, domain_conditions
from symadv.probability.distribution import Distribution
from symadv.risk._sym_merge import Case, conjuncts, masses, total, where_holds
from symadv.risk.measure import Measure, Part
from symadv.risk.pieces import Spans

_CDF = "the integral of a density is the difference of its cdf"
_TOTAL = "law of total probability over labels and strata; the samples that are vulnerable here"


def derivation_of(
    d: Distribution,
    law: Measure,
    cases: Sequence[Case],
    symbols: tuple[Parameter, ...],
    definition: Definition,
    result: sympy.Expr,
) -> Derivation:
    """How a risk follows, case by case: vulnerable intervals, their integrals, the sum."""
    given = (*(c for s in symbols for c in domain_conditions(s)), *d.given)
    steps = tuple(_steps(d, law, cases, symbols, definition))
    conclusions = tuple(
        (_conditions(where, symbols), _sum(_masses(law, spans)), total(law, spans)) for where, spans in cases
    )
    of = rf"\Pr[\text{{vulnerable: {definition.name.replace('_', ' ')}}}]"
    return Derivation(f"risk-{definition.name}", of, steps, result, given, conclusions)


def _steps(
    d: Distribution, law: Measure, cases: Sequence[Case], symbols: tuple[Parameter, ...], definition: Definition
) -> Iterator[Step]:
    left = sympy.Symbol(f"risk-{definition.name}")
    shown = rf"\Pr[\text{{vulnerable: {definition.name.replace('_', ' ')}}}]"
    proved: dict[sympy.Expr, None] = {}
    for where, spans in cases:
        given = _conditions(where, symbols)
        integrals, closed_forms = _integrals(d, law, spans), _masses(law, spans)
        for integral, mass in zip(integrals, closed_forms, strict=True):
            if integral != mass and integral not in proved:
                proved.setdefault(integral)
                yield Step(integral, "=", mass, _CDF, begins=True)
        integral, closed, value = _sum(integrals), _sum(closed_forms), total(law, spans)
        yield Step(left, "=", integral, _TOTAL, given, definition=True, begins=True, shown_left=shown)
        if integral != closed:
            yield Step(integral, "=", closed, "each integral as above", given)
        if closed != value:
            yield Step(closed, "=", value, "equal terms added", given)


def _conditions(where: Any, symbols: tuple[Parameter, ...]) -> tuple[sympy.Basic, ...]:
    return conjuncts(where_holds(where, symbols))


def _sum(terms: Sequence[sympy.Expr]) -> sympy.Expr:
    return sympy.Add(*terms, evaluate=False) if terms else sympy.S.Zero


def _masses(law: Measure, spans: Sequence[Spans]) -> list[sympy.Expr]:
    """The probability of each vulnerable interval of each part of the law."""
    return [sympy.factor(part.probability) * mass for part, mass in masses(law, spans)]


def _integrals(d: Distribution, law: Measure, spans: Sequence[Spans]) -> list[sympy.Expr]:
    """The same as integrals of densities."""
    return [_integral(d, part, *span) for part, found in zip(law.parts, spans, strict=True) for span in found]


def _integral(d: Distribution, part: Part, lower: sympy.Expr, upper: sympy.Expr) -> sympy.Expr:
    if part.stratum.dim == 0:
        return sympy.factor(part.probability)
    (t,) = part.stratum.coordinates(d.features)
    return sympy.Integral(sympy.factor(part.probability) * part.density.density((t,)), (t, lower, upper))
