"""What was replaced by what: a statement for each reduction, named by the sentence that says it."""

from collections.abc import Iterable

import sympy

from symadv.language.goals import Goal
from symadv.language.parameters import Parameter, domain_conditions
from symadv.provers._field import Generator
from symadv.provers._problems import Problem
from symadv.provers._ranges import Range
from symadv.provers._substitution import renamed, substitute


def lemmas(problems: list[Problem]) -> tuple[Goal, ...]:
    """A goal for each generator that stands for a term in the parameters: where it ranges, or that it is onto."""
    found: dict[Goal, None] = {}
    for problem in problems:
        found.update(problem.facts.field.lemmas)
        for generator in list(problem.facts.field.generators.values()):
            found.setdefault(_lemma(generator, problem))
    return tuple(found)


def sentences(lemmas: Iterable[Goal]) -> tuple[str, ...]:
    """What the lemmas say, each sentence once."""
    return tuple(dict.fromkeys(lemma.name for lemma in lemmas))


def onto(value: sympy.Expr, p: Parameter, s: Parameter, back: sympy.Expr) -> sympy.Basic:
    """That ``value``, an expression in p, maps the domain of p one to one onto that of s; ``back`` is its inverse."""
    there = {p: back}
    return sympy.And(
        *(substitute(c, {s: value}) for c in domain_conditions(s)),
        *(substitute(c, there) for c in domain_conditions(p)),
        sympy.Eq(back.xreplace({s: value}), p, evaluate=False),
        sympy.Eq(value.xreplace(there), s, evaluate=False),
        evaluate=False,
    )


def _lemma(generator: Generator, problem: Problem) -> Goal:
    if generator.kind == "odds":
        return _odds(generator.of, generator.meaning)
    g, r = generator.meaning, problem.facts.range(generator.symbol)
    statement = sympy.And(*_bounds(g, r), evaluate=False)
    return Goal(statement, problem.case, f"{g} is a number in {_interval(r)}")


def _odds(p: Parameter, odds: sympy.Expr) -> Goal:
    start, end = p.domain.start, p.domain.end
    s = Parameter("s", sympy.Interval(0, sympy.oo, left_open=p.domain.left_open))
    back = sympy.together((start + end * sympy.Symbol("s")) / (1 + sympy.Symbol("s")))
    says = f"{p} = {back} with s = {odds}, which ranges over (0, oo)"
    s = renamed(s, {p.name})
    return Goal(onto(odds, p, s, (start + end * s) / (1 + s)), (), says)


def _bounds(g: sympy.Expr, r: Range) -> Iterable[sympy.Basic]:
    if r.low.is_finite:
        yield (sympy.LessThan if r.low_closed else sympy.StrictLessThan)(r.low, g, evaluate=False)
    if r.high.is_finite:
        yield (sympy.LessThan if r.high_closed else sympy.StrictLessThan)(g, r.high, evaluate=False)


def _interval(r: Range) -> str:
    return f"{'[' if r.low_closed else '('}{r.low}, {r.high}{']' if r.high_closed else ')'}"
