"""The sources of an article as ``thebibliography``, from a BibTeX file, without running BibTeX."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symadv.readers._words import escape

_ENTRY = re.compile(r"@\w+\{(?P<key>[^,\s]+),(?P<fields>.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"^\s*(?P<name>\w+)\s*=\s*\{(?P<value>.*)\},?\s*$", re.MULTILINE)
_CITED = re.compile(r"\\cite(?:\[(?:[^]{}]|\{[^{}]*\})*\])?\{([^{}]+)\}")


@dataclass(frozen=True)
class Source:
    """One entry: its key and its fields as they are written, for example ``author`` and ``title``."""

    key: str
    fields: Mapping[str, str]


def sources(bib: str) -> dict[str, Source]:
    """The entries of a BibTeX file with one field a line, by key."""
    found = (
        Source(e["key"], {f["name"]: f["value"] for f in _FIELD.finditer(e["fields"])}) for e in _ENTRY.finditer(bib)
    )
    return {source.key: source for source in found}


def bibliography(tex: str, known: Mapping[str, Source]) -> str:
    """An item for each key that an article cites, sorted by key; a key that is not known stands for itself."""
    keys = sorted(cited_keys(tex))
    if not keys:
        return ""
    items = [rf"\bibitem{{{key}}} {_item(known.get(key) or Source(key, {}))}" for key in keys]
    return "\\begin{thebibliography}{99}\n" + "\n".join(items) + "\n\\end{thebibliography}\n"


def cited_keys(tex: str) -> set[str]:
    """The keys that an article cites."""
    return {key for group in _CITED.findall(tex) for key in group.split(",")}


def _item(source: Source) -> str:
    get = source.fields.get
    where = ", ".join(escape(part) for part in (get("booktitle") or get("journal"), get("year")) if part)
    parts = [
        _authors(get("author", "")),
        rf"\emph{{{escape(get('title', source.key))}}}",
        where,
        escape(get("note", "")),
    ]
    return " ".join(f"{part}." if not part.endswith(".") else part for part in parts if part)


def _authors(names: str) -> str:
    """``Tsipras, Dimitris and Santurkar, Shibani`` as first names first."""
    people: Iterable[str] = (n.strip() for n in names.split(" and ") if n.strip())
    turned = [" ".join(reversed([part.strip() for part in name.split(",", 1)])) for name in people]
    *others, last = map(escape, turned or [""])
    return f"{', '.join(others)} and {last}" if others else last
