"""Asking z3 whether polynomial conditions can hold together."""

from dataclasses import dataclass, field
from typing import Any, Literal

import sympy

from symadv import catalog
from symadv.language.goals import Exists, ForAll


@dataclass(frozen=True)
class Answer:
    """ "sat" with the values of a model by name, "unsat", or "unknown"."""

    status: Literal["sat", "unsat", "unknown"]
    values: dict[str, sympy.Expr] = field(default_factory=dict)


def solve(conditions: list[sympy.Basic], steps: int) -> Answer:
    """What z3 says, within a deterministic resource limit; only "sat" has a model."""
    import z3

    script = catalog.load("readers", "smtlib")(*conditions)
    quantified = any(condition.has(ForAll, Exists) for condition in conditions)
    for logic in ("", "qsat") if quantified else ("QF_NRA", ""):
        solver = z3.Tactic(logic).solver() if logic == "qsat" else z3.SolverFor(logic) if logic else z3.Solver()
        solver.set("rlimit", steps)
        try:
            solver.from_string(script)
            result = solver.check()
        except z3.Z3Exception:
            continue
        if result == z3.unsat:
            return Answer("unsat")
        if result == z3.sat:
            model = solver.model()
            return Answer("sat", {d.name(): v for d in model.decls() if (v := _value(model[d])) is not None})
    return Answer("unknown")


def _value(number: Any) -> sympy.Expr | None:
    """A number of a model: a rational, a root of a quadratic polynomial, or a rational close to another one."""
    import z3

    if z3.is_rational_value(number):
        return sympy.Rational(number.numerator_as_long(), number.denominator_as_long())
    if not z3.is_algebraic_value(number):
        return None
    near = number.approx(20)
    close = sympy.Rational(near.numerator_as_long(), near.denominator_as_long())
    coefficients = [sympy.Rational(str(c)) for c in number.poly()]
    if len(coefficients) != 3:
        return close
    c, b, a = coefficients
    root = sympy.sqrt(b**2 - 4 * a * c)
    return min(((-b + root) / (2 * a), (-b - root) / (2 * a)), key=lambda r: abs(r - close).evalf())
