"""A whole article in LaTeX, for texlive-latex-base alone."""

import hashlib
import re
from collections.abc import Iterable
from functools import singledispatch
from typing import Any

import sympy

from symadv import catalog
from symadv.language.goals import Goal, Report, Row
from symadv.language.intervals import Intervals
from symadv.language.regions import Region
from symadv.readers._layout import exactly
from symadv.readers._words import escape
from symadv.report.cells import Cell, cell, numeric
from symadv.report.sections import DerivationBlock, Figure, Heading, Table, Text, summary, unproved_steps

_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[margin=1in]{geometry}
\usepackage{amsmath,amssymb,amsthm,longtable,graphicx}
\usepackage[hidelinks]{hyperref}
\allowdisplaybreaks
\newtheorem{proposition}{Proposition}
\newtheorem{claim}[proposition]{Claim}
\newtheorem{lemma}[proposition]{Lemma}
\newtheorem{corollary}[proposition]{Corollary}
\newtheorem{remark}[proposition]{Remark}
\theoremstyle{definition}
\newtheorem{derivation}[proposition]{Derivation}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6ex}
\setlength{\emergencystretch}{3em}
\pdftrailerid{}
"""
_LEVELS = {2: "section", 3: "subsection", 4: "subsubsection"}
_TEXT_WIDTH, _LETTER, _GAP = 41.0, 0.5, 1.1  # em: the text, a letter, the space between two columns


def document(blocks: Iterable[Any], title: str, **options: Any) -> str:
    """An article: sections, LaTeX as it is (str), and whatever the LaTeX reader knows, formulas displayed.

    ``options`` go to the reader of the blocks that are no sections.
    """
    plain = re.sub(r"[^A-Za-z0-9 ,.:;()+-]", "", title)
    head = rf"\title{{{_latex(title)}}}" + "\n" + r"\author{}\date{}" + "\n" + rf"\hypersetup{{pdftitle={{{plain}}}}}"
    body = "\n".join(section(block, **options) for block in blocks)
    return f"{_PREAMBLE}{head}\n\\begin{{document}}\n\\maketitle\n\n{body}\n\\end{{document}}\n"


def pictures(blocks: Iterable[Any]) -> dict[str, bytes]:
    """The files that the figures of an article include."""
    return {_file(block.png): block.png for block in blocks if isinstance(block, Figure) and block.png is not None}


@singledispatch
def section(block: Any, **options: Any) -> str:
    """One part of an article in LaTeX."""
    return _latex(block, **options)


@section.register(str)
def _raw(block: str) -> str:
    return block


@section.register(sympy.Basic)
@section.register(Region)
@section.register(Intervals)
def _formula(block: Any) -> str:
    return f"\\[ {_latex(block)} \\]\n"


@section.register(Heading)
def _heading(block: Heading) -> str:
    return rf"\{_LEVELS[block.level]}*{{{_latex(block.text)}}}" + "\n"


@section.register(Text)
def _text(block: Text) -> str:
    return f"{_latex(block.prose)}\n"


@section.register(Table)
def _table(block: Table) -> str:
    cells = [[cell(value) for value in row] for row in block.rows]
    columns = _columns(block.head, cells)
    head = " & ".join(rf"\textbf{{{_latex(name)}}}" for name in block.head)
    rows = "\n".join(" & ".join(_cell(c) for c in row) + r" \tabularnewline" for row in cells)
    caption = f"{_latex(block.caption)}\n\n" if block.caption else ""
    opened = f"\\begin{{longtable}}{{{columns}}}\n{head} \\tabularnewline \\hline\\endhead\n"
    return f"{caption}{{\\small\n{opened}{rows}\n\\end{{longtable}}\n}}\n"


def _columns(head: tuple[str, ...], cells: list[list[Cell]]) -> str:
    """Natural widths where they fit; else the widest columns share evenly what the others leave."""
    plain = [[name, *(row[k].prose + row[k].note for row in cells)] for k, name in enumerate(head)]
    natural = [max(map(len, column)) * _LETTER for column in plain]
    room = _TEXT_WIDTH - _GAP * len(head)
    wide = set[int]() if sum(natural) <= room else set(range(len(head)))
    share = 0.0
    while wide:
        share = (room - sum(w for k, w in enumerate(natural) if k not in wide)) / len(wide)
        if all(natural[k] > share for k in wide):
            break
        wide = {k for k in wide if natural[k] > share}
    sides = ["r" if number else "l" for number in numeric(head, cells)]
    return "".join(rf"p{{{share:.1f}em}}" if k in wide else side for k, side in enumerate(sides))


def _cell(found: Cell) -> str:
    if found.verdict is not None:
        return _latex(found.verdict)
    return _latex(found.prose) + (f" ({_latex(found.note)})" if found.note else "")


@section.register(Report)
def _verdicts(report: Report) -> str:
    head = r"\textbf{Claim} & \textbf{Verdict} & \textbf{Holds} \\ \hline\endhead"
    rows = "\n".join(_verdict(row) + r" \hline" for row in report)
    widths = r"p{0.48\textwidth}p{0.23\textwidth}p{0.2\textwidth}"
    table = f"\\begin{{longtable}}{{{widths}}}\n{head}\n{rows}\n\\end{{longtable}}"
    return f"{{\\small\\renewcommand{{\\arraystretch}}{{1.2}}\n{table}\n}}\n"


def _verdict(row: Row) -> str:
    name = rf"\textbf{{{escape(row.claim)}}}".replace(r"\_", r"\_\allowbreak ")
    subject = row.subject if isinstance(row.subject, Goal) else row.says
    says = rf"\newline {_latex(subject)}" if row.says != row.claim else ""
    word, condition = exactly(row)
    when = f"{word} ${_latex(condition)}$" if condition is not None else word
    cells = (f"{name}{says}", _latex(row.verdict), when)
    return " & ".join(rf"\raggedright {text}" for text in cells) + r" \tabularnewline"


@section.register(Figure)
def _figure(block: Figure) -> str:
    if block.png is None:
        return rf"\emph{{{_latex(block.caption)}}} (see the page)" + "\n"
    picture = rf"\includegraphics[width=0.8\textwidth]{{{_file(block.png)}}}"
    return f"\\begin{{center}}\n{picture}\n\n{_latex(block.caption)}\n\\end{{center}}\n"


def _file(png: bytes) -> str:
    return f"figure-{hashlib.sha256(png).hexdigest()[:12]}.png"


@section.register(DerivationBlock)
def _derivation(block: DerivationBlock) -> str:
    title = rf"\subsection*{{{_latex(block.title)}}}" + "\n"
    unproved = unproved_steps(block.report) if block.report else frozenset()
    proofs = f"\nGoals of this derivation: {_latex(summary(block.report))}.\n" if block.report else ""
    return title + _latex(block.derivation, unproved=unproved) + proofs


def _latex(thing: Any, **options: Any) -> str:
    return str(catalog.load("readers", "latex")(thing, **options))
