"""Every source that a docstring or a claim cites is listed in proofs/sources.bib."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CITED = re.compile(r"\[([a-z]+\d{4}[a-z]*)[,\]]|source=\"([a-z]+\d{4}[a-z]*)\"")


def test_keys_resolve():
    known = set(re.findall(r"@\w+\{(\w+),", (ROOT / "proofs" / "sources.bib").read_text()))
    cited = {
        key: path.relative_to(ROOT)
        for folder in ("symadv", "proofs")
        for path in (ROOT / folder).rglob("*.py")
        for match in CITED.finditer(path.read_text())
        for key in match.groups()
        if key
    }
    assert len(cited) >= 8
    assert {key: path for key, path in cited.items() if key not in known} == {}
