"""What was replaced by what, in words, for the evidence beside a verdict."""

import sympy

from symadv.provers._field import Generator
from symadv.provers._problems import Problem
from symadv.provers._ranges import Range
from symadv.provers._signs import Facts


def reductions(problems: list[Problem]) -> tuple[str, ...]:
    """One sentence for each generator that stands for a term in the parameters."""
    found: dict[str, None] = {}
    for problem in problems:
        found.update(problem.facts.field.lemmas)
        for generator in list(problem.facts.field.generators.values()):
            found.setdefault(_sentence(generator, problem.facts))
    return tuple(found)


def _sentence(generator: Generator, facts: Facts) -> str:
    if generator.kind == "odds":
        p = generator.of
        back = sympy.together((p.domain.start + p.domain.end * sympy.Symbol("s")) / (1 + sympy.Symbol("s")))
        return f"{p} = {back} with s = {generator.meaning}, which ranges over (0, oo)"
    return f"{generator.meaning} is a number in {_interval(facts.range(generator.symbol))}"


def _interval(r: Range) -> str:
    return f"{'[' if r.low_closed else '('}{r.low}, {r.high}{']' if r.high_closed else ')'}"
