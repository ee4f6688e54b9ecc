"""Self-contained HTML pages: no network, no script; formulas as MathML, pictures inside."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from markupsafe import Markup

from symadv import catalog
from symadv.language.goals import Report
from symadv.report.cells import Cell, cell, numeric
from symadv.report.sections import DerivationBlock, Figure, Heading, Table, Text, summary, unproved_steps


@dataclass(frozen=True)
class View:
    """What the template sees of a section: its kind and what that kind shows, HTML already where it is Markup."""

    kind: str
    shown: dict[str, Any] = field(default_factory=dict)


def page(sections: Iterable[Any], *, title: str = "symadv", **options: Any) -> str:
    """A whole page of sections, and of whatever the HTML reader knows; headings make the table of contents.

    ``options`` go to the reader of the blocks that are no sections.
    """
    views = _anchored([view(section, **options) for section in sections])
    contents = [v.shown for v in views if v.kind == "heading" and v.shown["level"] < 4]
    return str(_environment().get_template("page.html").render(title=title, views=views, contents=contents))


def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("symadv", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _anchored(views: list[View]) -> list[View]:
    """Every heading and derivation gets a name of its own to link to."""
    taken: set[str] = set()
    for v in views:
        if v.kind in ("heading", "derivation"):
            stem = re.sub(r"[^a-z0-9]+", "-", v.shown["plain"].lower()).strip("-") or "part"
            numbered = (f"{stem}-{k}" if k else stem for k in range(len(views) + 1))
            v.shown["anchor"] = next(name for name in numbered if name not in taken)
            taken.add(v.shown["anchor"])
    return views


@singledispatch
def view(section: Any, **options: Any) -> View:
    """A section as the template sees it."""
    return View("plain", {"html": _html(section, **options)})


@view.register(Heading)
def _heading(section: Heading, **options: Any) -> View:
    return View("heading", {"level": section.level, "html": _html(section.text), "plain": section.text})


@view.register(Text)
def _text(section: Text, **options: Any) -> View:
    paragraphs = re.split(r"\n\s*\n", section.prose.strip())
    return View("text", {"paragraphs": [_html(paragraph) for paragraph in paragraphs]})


@view.register(Table)
def _table(section: Table, **options: Any) -> View:
    rows = [[cell(value) for value in row] for row in section.rows]
    kinds = ["number" if number else "words" for number in numeric(section.head, rows)]
    return View(
        "table",
        {
            "head": list(zip(map(_html, section.head), kinds, strict=True)),
            "rows": [[(_cell(c), kind, c.note) for c, kind in zip(row, kinds, strict=True)] for row in rows],
            "caption": _html(section.caption),
        },
    )


def _cell(found: Cell) -> Markup:
    return _html(found.verdict if found.verdict is not None else found.prose)


@view.register(Figure)
def _figure(section: Figure, **options: Any) -> View:
    if section.svg is not None:
        picture = Markup(_inline(section.svg))
    else:
        encoded = base64.b64encode(section.png or b"").decode()
        picture = Markup('<img alt="{}" src="data:image/png;base64,{}">').format(section.caption, encoded)
    return View("figure", {"picture": picture, "caption": _html(section.caption)})


def _inline(svg: str) -> str:
    """An SVG picture as it may stand inside a page: without prologue, metadata and scripts."""
    start = svg.find("<svg")
    body = svg[start:] if start >= 0 else svg
    body = re.sub(r"<(metadata|script)\b.*?</\1\s*>", "", body, flags=re.DOTALL)
    return re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)


@view.register(DerivationBlock)
def _derivation(section: DerivationBlock, **options: Any) -> View:
    report = section.report
    unproved = unproved_steps(report) if report is not None else frozenset()
    return View(
        "derivation",
        {
            "title": _html(section.title),
            "plain": section.title,
            "html": _html(section.derivation, unproved=unproved),
            "open": section.open or (report is not None and not report.proved),
            "proved": None if report is None else report.proved,
            "summary": "" if report is None else summary(report),
            "goals": _html(report) if report is not None else Markup(),
        },
    )


@view.register(Report)
def _report(section: Report, **options: Any) -> View:
    return View("report", {"summary": summary(section), "as_expected": section.as_expected, "html": _html(section)})


def _html(thing: Any, **options: Any) -> Markup:
    return Markup(catalog.load("readers", "html")(thing, **options))
