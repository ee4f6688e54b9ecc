"""Quantifier elimination over the reals by QEPCAD B, a program of its own: used where it is installed."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import sympy

from symadv.language.parameters import Parameter, domain_conditions
from symadv.provers._axioms import as_condition
from symadv.provers._field import Unsupported
from symadv.provers._formulas import All, Any_, Formula, Quantified

ABSENT = "QEPCAD is not installed (Debian: apt-get install qepcad)"

_CELLS = "+N20000000"  # its memory, and so its budget
_RELATIONS: dict[Any, str] = {
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.Equality: "=",
    sympy.Unequality: "/=",
    sympy.LessThan: "<=",
    sympy.StrictLessThan: "<",
}
_TOKEN = re.compile(r"\s*(/\\|\\/|/=|>=|<=|[-+^=<>\[\]]|TRUE|FALSE|\d+|[a-z]\d+)")


def installed() -> bool:
    """Whether the program is there."""
    return shutil.which("qepcad") is not None


def satisfiable(formula: Formula, known: list[sympy.Basic], *, seconds: float) -> bool | None:
    """Whether some values of the free symbols, for which all that is known holds, satisfy the formula."""
    prefix, matrix = _prenex(formula)
    bound = {v for _, variables in prefix for v in variables}
    symbols = set().union(matrix.free_symbols, *(c.free_symbols for c in known)) - bound
    free = tuple(sorted(symbols, key=str))
    condition = sympy.And(*known, *_domains(free), matrix, evaluate=False)
    found = _ask([(False, free), *prefix], (), condition, [], seconds)
    return None if found not in (sympy.true, sympy.false) else bool(found)


def without_quantifiers(formula: Formula, known: list[sympy.Basic], *, seconds: float) -> sympy.Basic | None:
    """A condition that is equivalent to the formula wherever all that is known holds; None where none is found."""
    prefix, matrix = _prenex(formula)
    bound = {v for _, variables in prefix for v in variables}
    free = tuple(sorted(matrix.free_symbols - bound, key=str))
    usable = [c for c in known if c.free_symbols <= set(free)]
    return _ask(prefix, free, matrix, [*usable, *_domains(free)], seconds)


_Prefix = list[tuple[bool, tuple[sympy.Symbol, ...]]]


def _ask(
    prefix: _Prefix, free: tuple[sympy.Symbol, ...], condition: sympy.Basic, known: list[sympy.Basic], seconds: float
) -> sympy.Basic | None:
    bound = [v for _, variables in prefix for v in variables]
    names = {v: f"x{k}" for k, v in enumerate((*free, *bound))}
    if not names:
        return condition if condition in (sympy.true, sympy.false) else None
    quantifiers = "".join(f"({'A' if every else 'E'} {names[v]})" for every, variables in prefix for v in variables)
    assumed = f"assume [{_written(sympy.And(*known, evaluate=False), names)}]\n" if known else ""
    sentence = f"{quantifiers}[{_written(condition, names)}]."
    text = f"[]\n({','.join(names.values())})\n{len(free)}\n{sentence}\n{assumed}finish\n"
    found = re.search(r"equivalent quantifier-free formula:\s*(.*?)\s*={5,}", _run(text, seconds), re.DOTALL)
    return _Reader(found[1], {name: v for v, name in names.items()}).formula() if found else None


def _run(text: str, seconds: float) -> str:
    if not installed():
        raise Unsupported(ABSENT)
    try:
        ran = subprocess.run(["qepcad", _CELLS], input=text, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return ""
    return ran.stdout


def _prenex(formula: Formula) -> tuple[_Prefix, sympy.Basic]:
    """The quantifiers in front, with the domains of their variables; each has its own variables: none is captured."""
    if isinstance(formula, Quantified):
        inner, matrix = _prenex(formula.body)
        domain = sympy.And(*(c for v in formula.variables for c in _domain(v)), evaluate=False)
        matrix = sympy.Implies(domain, matrix) if formula.universal else sympy.And(domain, matrix, evaluate=False)
        return [(formula.universal, formula.variables), *inner], matrix
    if isinstance(formula, All | Any_):
        parts = [_prenex(part) for part in formula.parts]
        head = sympy.And if isinstance(formula, All) else sympy.Or
        return [q for prefix, _ in parts for q in prefix], head(*(m for _, m in parts), evaluate=False)
    return [], as_condition(formula)


def _domains(free: tuple[sympy.Symbol, ...]) -> list[sympy.Basic]:
    """What the domains of parameters say in rational numbers."""
    found = [c for v in free if isinstance(v, Parameter) for c in domain_conditions(v)]
    return [c for c in found if all(side.is_Rational or side.is_Symbol for side in c.args)]


def _domain(v: sympy.Symbol) -> tuple[sympy.Basic, ...]:
    found = domain_conditions(v) if isinstance(v, Parameter) else ()
    if not all(side.is_Rational or side == v for c in found for side in c.args):
        raise Unsupported(f"the domain of {v}, whose ends are not rational")
    return found


def _written(condition: Any, names: dict[sympy.Symbol, str]) -> str:
    if isinstance(condition, sympy.And | sympy.Or):
        if not condition.args:
            return "0 = 0" if isinstance(condition, sympy.And) else "0 = 1"
        sign = r" /\ " if isinstance(condition, sympy.And) else r" \/ "
        return sign.join(f"[{_written(part, names)}]" for part in condition.args)
    if isinstance(condition, sympy.Implies):
        premise, conclusion = (_written(part, names) for part in condition.args)
        return f"[{premise}] ==> [{conclusion}]"
    if condition in (sympy.true, sympy.false):
        return "0 = 0" if condition else "0 = 1"
    if type(condition) not in _RELATIONS:
        raise Unsupported(f"QEPCAD does not read {type(condition).__name__}")
    polynomial = sympy.Poly(condition.lhs - condition.rhs, *names)
    scale = sympy.ilcm(1, *(c.q for c in polynomial.coeffs()))
    terms = [
        " ".join([str(c * scale), *(f"{name}^{k}" for name, k in zip(names.values(), powers, strict=True) if k)])
        for powers, c in polynomial.terms()
    ]
    return f"{' + '.join(terms).replace('+ -', '- ')} {_RELATIONS[type(condition)]} 0"


class _Reader:
    """The answer as a condition: relations of polynomials, joined by and, or and brackets."""

    def __init__(self, text: str, symbols: dict[str, sympy.Symbol]) -> None:
        self._tokens = list(self._split(text))
        self._symbols = symbols

    @staticmethod
    def _split(text: str) -> Iterator[str]:
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                raise Unsupported(f"an answer of QEPCAD that is not read: {text[at : at + 40]!r}")
            yield found[1]
            at = found.end()

    def formula(self) -> sympy.Basic:
        """A disjunction of conjunctions of what is in brackets or a relation."""
        parts = [self._conjunction()]
        while self._next(r"\/"):
            parts.append(self._conjunction())
        return sympy.Or(*parts)

    def _conjunction(self) -> sympy.Basic:
        parts = [self._part()]
        while self._next("/\\"):
            parts.append(self._part())
        return sympy.And(*parts)

    def _part(self) -> sympy.Basic:
        if self._next("["):
            inner = self.formula()
            self._next("]")
            return inner
        for word, value in (("TRUE", sympy.true), ("FALSE", sympy.false)):
            if self._next(word):
                return value
        left = self._polynomial()
        head = self._tokens.pop(0)
        relation = next(kind for kind, sign in _RELATIONS.items() if sign == head)
        return relation(left, self._polynomial(), evaluate=False)

    def _polynomial(self) -> sympy.Expr:
        total, sign = sympy.S.Zero, -1 if self._next("-") else 1
        while True:
            total += sign * self._monomial()
            if not self._tokens or self._tokens[0] not in "+-":
                return total
            sign = 1 if self._tokens.pop(0) == "+" else -1

    def _monomial(self) -> sympy.Expr:
        product = sympy.S.One
        while self._tokens and (self._tokens[0].isdigit() or self._tokens[0] in self._symbols):
            word = self._tokens.pop(0)
            factor = sympy.Integer(word) if word.isdigit() else self._symbols[word]
            product *= factor ** int(self._tokens.pop(0)) if self._next("^") else factor
        return product

    def _next(self, token: str) -> bool:
        if self._tokens and self._tokens[0] == token:
            del self._tokens[0]
            return True
        return False
