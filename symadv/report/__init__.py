"""Results for people and programs: the terminal, JSON, LaTeX and PDF, self-contained HTML pages."""

from symadv.report.data import to_json
from symadv.report.page import page
from symadv.report.pdf import pdf
from symadv.report.render import FORMATS, render
from symadv.report.sections import DerivationBlock, Figure, Heading, Section, Table, Text, unproved_steps
from symadv.report.terminal import terminal
from symadv.report.tex import document

__all__ = [
    "FORMATS",
    "DerivationBlock",
    "Figure",
    "Heading",
    "Section",
    "Table",
    "Text",
    "document",
    "page",
    "pdf",
    "render",
    "terminal",
    "to_json",
    "unproved_steps",
]
