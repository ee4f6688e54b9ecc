"""Relations and logic as people write them: inequalities chained, the variable first, words between conditions."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import sympy
from sympy.printing.printer import Printer

from symadv.language.parameters import Parameter, domain_conditions
from symadv.readers._form import is_feature

_LESS = {sympy.StrictLessThan: "<", sympy.LessThan: "<="}
_GREATER = {sympy.StrictGreaterThan: "<", sympy.GreaterThan: "<="}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_SIGNS = _LESS | {k: _FLIPPED[v] for k, v in _GREATER.items()} | {sympy.Equality: "=", sympy.Unequality: "!="}

_Link = tuple[sympy.Expr, str, sympy.Expr]  # the smaller side, "<" or "<=", the larger side


class ConditionPrinter(Printer):
    """Conditions in the form of a paper; subclasses supply the notation."""

    printmethod = None

    @abstractmethod
    def brackets(self, inside: str) -> str:
        """Round brackets of the right height."""

    @abstractmethod
    def word(self, key: str) -> str:
        """A sign or a word: a relation, "and", "or", "not", "forall", …"""

    def relation(self, e: Any) -> tuple[str, str, str]:
        """Left side, relation and right side, printed, the variable first and not the number."""
        left, sign, right = self.sides(e)
        return self._print(left), sign, self._print(right)

    def sides(self, e: Any) -> tuple[sympy.Expr, str, sympy.Expr]:
        """Left side, relation and right side in the order in which they are printed."""
        sign, left, right = _SIGNS[e.func], e.lhs, e.rhs
        return (right, _FLIPPED[sign], left) if _rank(left) < _rank(right) else (left, sign, right)

    def _print_Relational(self, e: Any) -> str:
        left, sign, right = self.relation(e)
        return f"{left} {self.word(sign)} {right}"

    def condition(self, conditions: Sequence[sympy.Basic], *, joint: str | None = None) -> str:
        """Conditions that hold together, inequalities chained: ``0 < p < 1``."""
        flat = [c for given in conditions for c in (given.args if isinstance(given, sympy.And) else (given,))]
        return (joint or f" {self.word('and')} ").join(self.chained(flat))

    def chained(self, conditions: Sequence[sympy.Basic]) -> list[str]:
        """Each condition, or each chain of inequalities that share a side, in order of appearance."""
        links = [_link(c) for c in conditions]
        used: set[int] = set()
        result = []
        for k, condition in enumerate(conditions):
            if k in used:
                continue
            chain = _chain(k, links, used)
            if len(chain) == 1:
                alone = isinstance(condition, sympy.Or | sympy.Implies | sympy.Equivalent) and len(conditions) > 1
                result.append(self.brackets(self._print(condition)) if alone else self._print(condition))
                continue
            parts = [self._print(chain[0][0])]
            for _, sign, larger in chain:
                parts += [self.word(sign), self._print(larger)]
            result.append(" ".join(parts))
        return result

    def _print_And(self, e: sympy.And) -> str:
        return self.condition([e])

    def _print_Or(self, e: sympy.Or) -> str:
        return f" {self.word('or')} ".join(self.alternatives(e))

    def alternatives(self, e: sympy.Or) -> list[str]:
        """The sides of an "or", in brackets where they say several things."""

        def several(a: sympy.Basic) -> bool:
            return isinstance(a, sympy.And) and len(self.chained(a.args)) > 1

        return [self.brackets(self._print(a)) if several(a) else self._print(a) for a in e.args]

    def _print_Not(self, e: sympy.Not) -> str:
        return f"{self.word('not')} {self.brackets(self._print(e.args[0]))}"

    def _print_Implies(self, e: sympy.Implies) -> str:
        return f" {self.word('implies')} ".join(self._operand(a) for a in e.args)

    def _print_Equivalent(self, e: sympy.Equivalent) -> str:
        return f" {self.word('iff')} ".join(self._operand(a) for a in e.args)

    def _operand(self, e: sympy.Basic) -> str:
        compound = isinstance(e, sympy.And | sympy.Or | sympy.Implies | sympy.Equivalent)
        return self.brackets(self._print(e)) if compound else self._print(e)

    def _print_BooleanTrue(self, e: Any) -> str:
        return self.word("always")

    def _print_BooleanFalse(self, e: Any) -> str:
        return self.word("never")

    def _print_ForAll(self, e: Any) -> str:
        return self._quantified("forall", e)

    def _print_Exists(self, e: Any) -> str:
        return self._quantified("exists", e)

    def _quantified(self, key: str, e: Any) -> str:
        variables, statement = e.args
        listed = f",{self.word('space')}".join(self.domain(v) for v in variables)
        return f"{self.word(key)}{listed}{self.word(':')}{self._print(statement)}"

    def domain(self, symbol: sympy.Symbol) -> str:
        """A symbol with the set it ranges over: ``0 < p < 1``, ``eta > 0``, or that it is real."""
        bounds = domain_conditions(symbol) if isinstance(symbol, Parameter) else ()
        return self.condition(bounds) if bounds else f"{self._print(symbol)} {self.word('in')} {self.word('reals')}"


def _rank(e: sympy.Basic) -> int:
    """What stands on the left: a feature, then whatever has parameters, then numbers."""
    symbols = e.free_symbols
    return 2 if any(is_feature(s) for s in symbols) else 1 if symbols else 0


def _link(e: sympy.Basic) -> _Link | None:
    if e.func in _LESS:
        return e.lhs, _LESS[e.func], e.rhs
    return (e.rhs, _GREATER[e.func], e.lhs) if e.func in _GREATER else None


def _chain(start: int, links: list[Any], used: set[int]) -> list[Any]:
    used.add(start)
    if links[start] is None:
        return [None]
    chain = [links[start]]
    while True:
        for k, link in enumerate(links):
            if k in used or link is None:
                continue
            if link[0] == chain[-1][2] and link[0].free_symbols:
                chain.append(link)
            elif link[2] == chain[0][0] and link[2].free_symbols:
                chain.insert(0, link)
            else:
                continue
            used.add(k)
            break
        else:
            return chain
