r"""How wide a formula will be when it is set, in em: enough to decide where lines break."""

import re

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
_SPACED = {
    "=": 1.3,
    "<": 1.3,
    ">": 1.3,
    r"\le": 1.3,
    r"\ge": 1.3,
    r"\ne": 1.3,
    r"\in": 1.2,
    r"\mid": 0.9,
    "+": 1.2,
    "-": 1.0,
    r"\iff": 2.6,
    r"\implies": 2.6,
    r"\cdot": 0.7,
    r"\quad": 1.0,
    r"\qquad": 2.0,
    r"\int": 1.0,
    r"\sum": 1.4,
}
_NARROW = {
    r"\,": 0.17,
    r"\;": 0.28,
    r"\!": -0.17,
    r"\left": 0.1,
    r"\right": 0.1,
    " ": 0.0,
    r"\lvert": 0.3,
    r"\rvert": 0.3,
    ",": 0.44,
    ";": 0.44,
    ".": 0.3,
    "(": 0.39,
    ")": 0.39,
    "[": 0.3,
    "]": 0.3,
    "^": 0.0,
    "_": 0.0,
}
_NAMES = re.compile(r"\\(log|exp|max|min|Pr|arg)$")
_PROSE = 0.44


def prose_width(text: str) -> float:
    """The width of running text."""
    return _PROSE * len(text)


def width(tex: str) -> float:
    """The width of a formula; the widest row of one with several."""
    if r"\\" in tex and r"\begin" in tex:
        inner = re.sub(r"\\(begin|end)\{[a-z]+\*?\}(\{[^{}]*\})?", "", tex)
        return 1.5 + max(width(row.replace("&", r"\quad")) for row in inner.split(r"\\"))
    return _sequence(_TOKEN.findall(re.sub(r"\\begin\{[a-z]+\}|\\end\{[a-z]+\}", "", tex)))


def _sequence(tokens: list[str]) -> float:
    total = 0.0
    while tokens:
        token = tokens.pop(0)
        if token == r"\frac":
            total += 0.3 + max(_sequence(_argument(tokens)), _sequence(_argument(tokens)))
        elif token in (r"\text", r"\mathrm", r"\operatorname", r"\mathcal"):
            total += prose_width("".join(_argument(tokens)))
        elif token in ("^", "_"):
            total += 0.7 * _sequence(_argument(tokens))
        elif token in ("{", "}"):
            continue
        elif _NAMES.match(token):
            total += 0.17 + 0.5 * (len(token) - 1)
        else:
            total += _SPACED.get(token, _NARROW.get(token, 0.53))
    return total


def _argument(tokens: list[str]) -> list[str]:
    """Take the next argument, with or without braces, off the front."""
    while tokens and tokens[0] == " ":
        tokens.pop(0)
    if not tokens or tokens[0] != "{":
        return [tokens.pop(0)] if tokens else []
    depth, end = 0, len(tokens)
    for k, token in enumerate(tokens):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth == 0:
            end = k
            break
    inside = tokens[1:end]
    del tokens[: end + 1]
    return inside
