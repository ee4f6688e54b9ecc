"""Formulas in what users write: an own grammar, limits before any symbolic work, nothing evaluated as code."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

import sympy

from symadv.language import bounded
from symadv.language.bounded import Bounded
from symadv.language.errors import SymadvError, nearest, unknown

LONGEST = 400  # characters
DEEPEST = 50  # operations and parentheses in a row or inside one another
CONSTANTS: Mapping[str, sympy.Expr] = {"pi": sympy.pi, "e": sympy.E}
FUNCTIONS: Mapping[str, Callable[..., Bounded]] = {
    "exp": bounded.exp,
    "log": bounded.log,
    "sqrt": bounded.sqrt,
    "Phi": bounded.normal_cdf,
    "abs": bounded.absolute,
    "min": bounded.minimum,
    "max": bounded.maximum,
}

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|[-+*/(),]))",
    re.ASCII,
)
_NUMBER_LENGTH, _EXPONENT_LENGTH = 50, 3
_BINARY: Mapping[str, Callable[[Bounded, Bounded], Bounded]] = {
    "+": bounded.add,
    "-": bounded.subtract,
    "*": bounded.multiply,
    "/": bounded.divide,
    "**": bounded.power,
}
_STRENGTH = {"+": (1, 2), "-": (1, 2), "*": (3, 4), "/": (3, 4), "**": (8, 5)}  # how an operator binds left and right
_SIGN_STRENGTH = 5


def formula(text: str, names: Mapping[str, sympy.Symbol], *, where: str = "") -> sympy.Expr:
    """The expression that a text such as ``"(1 - p) / 2"`` writes down.

    Numbers are exact rationals; there are ``+ - * / ** ( )``, the functions and constants listed above, and the
    ``names`` given, nothing else.  The result is finite and real wherever the symbols are in their domains; a formula
    of which that is not shown is refused.  ``where`` (a file and a line, say) begins the message of every error.
    """
    return _Reader(text, names, where).read()


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int


@dataclass(frozen=True)
class _Term:
    """An operation on terms; ``apply`` gets their values."""

    column: int
    apply: Callable[..., Bounded]
    arguments: tuple["_Term", ...] = ()
    depth: int = 1


class _Reader:
    """A precedence-climbing parser over the tokens of one formula."""

    def __init__(self, text: str, names: Mapping[str, sympy.Symbol], where: str) -> None:
        self.text, self.names, self.where = text, names, where
        self.position = 0
        if len(text) > LONGEST:
            self.fail(f"the formula has {len(text)} characters, wanted at most {LONGEST}", None)
        self.tokens = self.tokenise()

    def read(self) -> sympy.Expr:
        term = self.expression(0, 1)
        if self.peek.kind != "end":
            self.misplaced(self.peek)
        return self.value(term).expression

    def fail(self, message: str, column: int | None) -> NoReturn:
        shown = repr(self.text) if len(self.text) <= 80 else f"{self.text[:77]!r}..."
        at = "" if column is None else f"column {column} of "
        raise SymadvError(f"{self.where}{': ' if self.where else ''}{at}{shown}: {message}")

    def tokenise(self) -> list[_Token]:
        tokens, position = [], 0
        end = len(self.text.rstrip())
        while position < end:
            found = _TOKEN.match(self.text, position)
            if found is None:
                self.stray(position)
            kind = str(found.lastgroup)
            tokens.append(_Token(kind, found[kind], found.start(kind) + 1))
            position = found.end()
        return [*tokens, _Token("end", "", len(self.text) + 1)]

    def stray(self, position: int) -> NoReturn:
        while self.text[position] in " \t\n\r\f\v":
            position += 1
        got = self.text[position]
        hint = "; powers are written **" if got == "^" else ""
        self.fail(f"got {got!r}, wanted a number, a name or one of + - * / ** ( ){hint}", position + 1)

    @property
    def peek(self) -> _Token:
        return self.tokens[self.position]

    def take(self) -> _Token:
        self.position += 1
        return self.tokens[self.position - 1]

    def expect(self, text: str) -> None:
        if self.peek.text != text:
            self.fail(f"got {self.peek.text or 'the end'!r}, wanted {text!r}", self.peek.column)
        self.take()

    def misplaced(self, token: _Token) -> NoReturn:
        hint = "; products are written with *" if token.kind in ("name", "number") or token.text == "(" else ""
        self.fail(f"got {token.text!r}, wanted an operator or the end{hint}", token.column)

    def expression(self, strength: int, depth: int) -> _Term:
        left = self.operand(depth)
        while self.peek.text in _BINARY and _STRENGTH[self.peek.text][0] > strength:
            operator = self.take()
            right = self.expression(_STRENGTH[operator.text][1], depth + 1)
            left = self.operation(operator.column, _BINARY[operator.text], left, right)
        return left

    def operand(self, depth: int) -> _Term:
        token = self.take()
        if depth > DEEPEST:
            self.too_deep(token.column)
        if token.kind == "number":
            value = self.number(token)
            return _Term(token.column, lambda: bounded.number(value))
        if token.kind == "name":
            return self.named(token, depth)
        if token.text in ("+", "-"):
            inner = self.expression(_SIGN_STRENGTH, depth + 1)
            return inner if token.text == "+" else self.operation(token.column, bounded.negate, inner)
        if token.text == "(":
            inner = self.expression(0, depth + 1)
            self.expect(")")
            return inner
        self.fail(f"got {token.text or 'the end'!r}, wanted a number, a name or '('", token.column)

    def operation(self, column: int, apply: Callable[..., Bounded], *arguments: _Term) -> _Term:
        depth = 1 + max(a.depth for a in arguments)
        if depth > DEEPEST:
            self.too_deep(column)
        return _Term(column, apply, arguments, depth)

    def too_deep(self, column: int) -> NoReturn:
        self.fail(f"more than {DEEPEST} operations in a row or inside one another", column)

    def number(self, token: _Token) -> Fraction:
        mantissa, _, exponent = token.text.lower().partition("e")
        if len(mantissa) > _NUMBER_LENGTH or len(exponent.lstrip("+-")) > _EXPONENT_LENGTH:
            self.fail(f"the number has more than {_NUMBER_LENGTH} digits or a large exponent", token.column)
        return Fraction(token.text)

    def named(self, token: _Token, depth: int) -> _Term:
        name = token.text
        if name in self.names:
            symbol = self.names[name]
            return _Term(token.column, lambda: bounded.symbol(symbol))
        if name in FUNCTIONS:
            return self.call(token, depth)
        if name in CONSTANTS:
            return _Term(token.column, lambda: bounded.constant(CONSTANTS[name]))
        if self.peek.text == "(":
            self.fail(str(unknown("function", name, FUNCTIONS)), token.column)
        close = nearest(name, [*self.names, *CONSTANTS])
        hint = f"; nearest: {', '.join(close)}" if close else ""
        known = ", ".join([*self.names][:20]) or "none"
        self.fail(f"{name!r} is not declared{hint}; declared: {known}", token.column)

    def call(self, token: _Token, depth: int) -> _Term:
        self.expect("(")
        arguments = [self.expression(0, depth + 1)]
        while self.peek.text == ",":
            self.take()
            arguments.append(self.expression(0, depth + 1))
        self.expect(")")
        several = token.text in ("min", "max")
        if several != (len(arguments) > 1):
            wanted = "at least 2" if several else "1"
            self.fail(f"{token.text} has {len(arguments)} arguments, wanted {wanted}", token.column)
        return self.operation(token.column, FUNCTIONS[token.text], *arguments)

    def value(self, term: _Term) -> Bounded:
        try:
            return term.apply(*map(self.value, term.arguments))
        except bounded.Unbounded as refused:
            self.fail(str(refused), term.column)
