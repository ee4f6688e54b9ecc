"""On which line of a TOML text each of its keys stands; the text is known to be valid."""

import re
import tomllib
from dataclasses import dataclass, field
from itertools import count

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""(?P<skipped>[ \t\r]+|\#[^\n]*)
      | (?P<text>\"{3}(?:[^\\]|\\.)*?\"{3,5} | '{3}.*?'{3,5} | "(?:[^"\\\n]|\\.)*" | '[^'\n]*')
      | (?P<mark>[\n\[\]{}=,.])
      | (?P<bare>[^\s\[\]{}=,.#"']+)""",
    re.VERBOSE | re.DOTALL,
)


def lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every key and array element, by its path: ``("components", 0, "fixed", "x1")``."""
    return _Scanner(text).scan()


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int


@dataclass
class _Scanner:
    text: str
    found: dict[Path, int] = field(default_factory=dict)
    tables: dict[Path, int] = field(default_factory=dict)  # how many [[tables]] of a path there were
    position: int = 0

    def __post_init__(self) -> None:
        self.tokens, line = list[_Token](), 1
        for match in _TOKEN.finditer(self.text):
            if match.lastgroup != "skipped":
                self.tokens.append(_Token(str(match.lastgroup), match[0], line))
            line += match[0].count("\n")
        self.tokens.append(_Token("end", "", line))

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self.peek.kind != "end":
            if self.peek.text == "\n":
                self.take()
            elif self.peek.text == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.found

    @property
    def peek(self) -> _Token:
        return self.tokens[self.position]

    def take(self) -> _Token:
        token = self.peek
        if token.kind != "end":
            self.position += 1
        return token

    def header(self) -> Path:
        line = self.take().line
        several = self.peek.text == "["
        if several:
            self.take()
        names, path = self.key(), Path()
        for k, name in enumerate(names):
            path = (*path, name)
            self.found.setdefault(path, line)
            if several and k == len(names) - 1:
                self.tables[path] = self.tables.get(path, 0) + 1
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
                self.found.setdefault(path, line)
        while self.peek.text == "]":
            self.take()
        return path

    def key(self) -> list[str]:
        names = [_plain(self.take())]
        while self.peek.text == ".":
            self.take()
            names.append(_plain(self.take()))
        return names

    def pair(self, table: Path) -> None:
        line, path = self.peek.line, table
        for name in self.key():
            path = (*path, name)
            self.found.setdefault(path, line)
        self.take()  # =
        self.value(path)

    def value(self, path: Path) -> None:
        opening = self.peek.text
        if opening not in ("[", "{"):
            while self.peek.kind != "end" and self.peek.text not in ("\n", ",", "]", "}"):
                self.take()
            return
        self.take()
        for k in count():
            while self.peek.text in ("\n", ","):
                self.take()
            if self.peek.kind == "end" or self.peek.text in ("]", "}"):
                self.take()
                return
            if opening == "{":
                self.pair(path)
            else:
                self.found[(*path, k)] = self.peek.line
                self.value((*path, k))


def _plain(token: _Token) -> str:
    """A key as it is meant: quotes and escapes resolved."""
    if token.kind != "text":
        return token.text
    return str(tomllib.loads(f"key = {token.text}")["key"])
