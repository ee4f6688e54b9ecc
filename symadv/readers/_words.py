"""Names and prose: how symbols are called in TeX and in Unicode, and how running text gets there safely."""

import re
import unicodedata
from dataclasses import dataclass

from symadv.language.errors import SymadvError

_NAME = re.compile(r"_*(?P<stem>[A-Za-z]+)(?P<digits>\d*)(?P<rest>(_[A-Za-z0-9]+)*)_*")
_GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
    "Gamma",
    "Delta",
    "Theta",
    "Lambda",
    "Xi",
    "Pi",
    "Sigma",
    "Upsilon",
    "Phi",
    "Psi",
    "Omega",
]
GREEK = {name: name for name in _GREEK} | {"eps": "varepsilon", "epsilon": "varepsilon"}
_ACCENTS = {"adv": "tilde", "tilde": "tilde", "hat": "hat", "bar": "bar"}
_COMBINING = {"tilde": "\N{COMBINING TILDE}", "hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "bar": "\N{COMBINING MACRON}"}
_SUBSCRIPTS = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")


def _greek_letter(name: str) -> str:
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    return unicodedata.lookup(f"GREEK {size} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")


GREEK_LETTERS = {name: _greek_letter(name) for name in _GREEK} | {"varepsilon": "ε"}

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
    '"': "''",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "\N{NO-BREAK SPACE}": "~",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "≠": r"$\ne$",
    "∈": r"$\in$",
    "∞": r"$\infty$",
    "→": r"$\to$",
    "·": r"$\cdot$",
    "×": r"$\times$",
    "−": "$-$",
    "±": r"$\pm$",
    "½": r"$\frac12$",
    "²": "$^2$",
    "√": r"$\surd$",
    "∩": r"$\cap$",
    "∪": r"$\cup$",
    "∘": r"$\circ$",
    "⇒": r"$\Rightarrow$",
    "⇔": r"$\Leftrightarrow$",
    "∀": r"$\forall$",
    "∃": r"$\exists$",
    "′": "$'$",
    "ℓ": r"$\ell$",
    "∫": r"$\int$",
    "≈": r"$\approx$",
    "≡": r"$\equiv$",
    "≯": r"$\ngtr$",
    "\N{LATIN SMALL LETTER SHARP S}": r"\ss{}",
    "§": r"\S{}",
} | {letter: rf"$\{name}$" for name, letter in GREEK_LETTERS.items()}
_ESCAPES |= {chr(0x2080 + k): f"$_{k}$" for k in range(10)} | {"¹": "$^1$", "³": "$^3$"}
_LEAVING = re.compile(r"\\(input|include|write|openout|openin|read|def|let|csname|catcode|special)\b|[$]")
_TEX_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0308": '"',
    "\u030c": "v ",
    "\u0327": "c ",
    "\u030a": "r ",
}


@dataclass(frozen=True)
class Name:
    """The parts of a symbol's name: a stem, an accent, and subscripts."""

    stem: str
    accent: str | None
    subscripts: tuple[str, ...]


def parts(name: str) -> Name | None:
    """``x1_adv`` as x with a tilde and the subscript 1; None for a name outside the grammar."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    rest = [r for r in found["rest"].split("_") if r]
    accents = [_ACCENTS[r] for r in rest if r in _ACCENTS]
    subscripts = [found["digits"], *(r for r in rest if r not in _ACCENTS)]
    return Name(found["stem"], accents[0] if accents else None, tuple(s for s in subscripts if s))


def tex_name(name: str) -> str:
    r"""A symbol's name in TeX: ``eta`` is ``\eta``, ``x1`` is ``x_1``, ``x_adv`` is ``\tilde{x}``, ``gap`` upright."""
    known = parts(name)
    if known is None:
        return rf"\text{{{escape(name)}}}"
    stem = _tex_letters(known.stem)
    if known.accent:
        stem = rf"\{known.accent}{{{stem}}}"
    if not known.subscripts:
        return stem
    below = ",".join(s if s.isdigit() else _tex_letters(s) for s in known.subscripts)
    return f"{stem}_{below}" if len(below) == 1 else f"{stem}_{{{below}}}"


def unicode_name(name: str) -> str:
    """A symbol's name in Unicode: ``eta`` is η, ``x1`` is x₁, ``x_adv`` is x with a tilde."""
    known = parts(name)
    if known is None:
        return name
    stem = GREEK_LETTERS.get(GREEK.get(known.stem, ""), known.stem)
    if known.accent:
        stem = stem[0] + _COMBINING[known.accent] + stem[1:]
    below = "".join(s.translate(_SUBSCRIPTS) if s.isdigit() else f"_{s}" for s in known.subscripts)
    return stem + below


def _tex_letters(letters: str) -> str:
    if letters in GREEK:
        return "\\" + GREEK[letters]
    return letters if len(letters) == 1 else rf"\mathrm{{{letters}}}"


def escape(text: str) -> str:
    """Plain text as ASCII TeX; a character without a TeX name becomes its code point."""
    text = re.sub(r"(?<![\w)\]-])-(?=\d)", "\N{MINUS SIGN}", text)
    pieces = re.split(r"([A-Za-z]\u0303)", unicodedata.normalize("NFC", text))  # a letter with a tilde: x_adv
    return "".join(
        rf"$\tilde{{{piece[0]}}}$" if k % 2 else "".join(map(_escaped, piece)) for k, piece in enumerate(pieces)
    )


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isascii():
        return character if character.isprintable() or character in "\n\t" else ""
    base, *marks = list(unicodedata.normalize("NFD", character))
    if base.isascii() and len(marks) == 1 and marks[0] in _TEX_ACCENTS:
        return f"\\{_TEX_ACCENTS[marks[0]]}{{{base}}}"
    return f"[U+{ord(character):04X}]"


def segments(prose: str) -> tuple[tuple[bool, str], ...]:
    """Prose cut at its dollar signs: (is it a formula, its text); with an odd number of them all of it is text."""
    pieces = prose.split("$")
    if len(pieces) % 2 == 0:
        return ((False, prose),)
    return tuple((k % 2 == 1, piece) for k, piece in enumerate(pieces) if piece)


def tex_prose(prose: str) -> str:
    """Running text with formulas between dollar signs, as TeX."""
    return "".join(f"${checked(piece)}$" if formula else escape(piece) for formula, piece in segments(prose))


def checked(tex: str) -> str:
    """A formula that somebody wrote in TeX, once its braces balance and no command leaves the formula."""
    depth, forbidden = 0, _LEAVING.search(tex)
    for brace in re.sub(r"\\[{}\\]", "", tex):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            break
    if depth != 0 or forbidden:
        raise SymadvError(f"got the formula {tex!r}, wanted TeX of one formula with balanced braces")
    return tex
