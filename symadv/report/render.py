"""One thing in one of the formats of the command line."""

from typing import Any

from symadv import catalog
from symadv.language.errors import unknown
from symadv.report.page import page
from symadv.report.pdf import compiled
from symadv.report.tex import document

FORMATS = ("latex", "pdf", "html", "text")


def render(thing: Any, format: str, *, title: str | None = None, **options: Any) -> str | bytes:
    """A derivation, report, claim, region or formula: as LaTeX or text to paste, or a whole PDF (bytes) or HTML page.

    ``options`` go to the reader; ``unproved`` numbers the steps of a derivation that are to be marked as such.
    """
    if format not in FORMATS:
        raise unknown("format", format, FORMATS)
    if format in ("latex", "text"):
        return str(catalog.load("readers", format)(thing, **options))
    name = title or str(getattr(thing, "name", "") or getattr(thing, "title", "") or "symadv")
    if format == "html":
        return page([thing], title=name, **options)
    return compiled(document([thing], name, **options))
