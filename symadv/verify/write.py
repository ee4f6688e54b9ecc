"""A verification as files: page, data, LaTeX, pictures, and with TeX an article."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from symadv import __version__
from symadv.language.errors import SymadvError
from symadv.plot.picture import Picture
from symadv.report import document, page, pdf, to_json
from symadv.report.tex import pictures
from symadv.risk.edges import edge
from symadv.suite.table import data as of_suite
from symadv.verify.job import Study, Verification
from symadv.verify.pages import sections
from symadv.verify.risks import RiskTable

_TITLE = "symadv verify"


def write(
    found: Verification, out: Path, *, progress: Callable[[str, int, int], None] | None = None
) -> tuple[str, ...]:
    """``index.html, report.json, times.json, tex/, figures/`` and ``report.pdf``; returns what was left out, and why.

    ``report.json`` and all files but ``times.json`` are the same, byte for byte, for the same seed.
    """
    out.mkdir(parents=True, exist_ok=True)
    told = progress or (lambda stage, done, total: None)
    told("writing", 0, 3)
    parts = sections(found)
    (out / "index.html").write_text(page(parts, title=_TITLE), encoding="utf-8")
    (out / "report.json").write_text(_dumped(data(found)), encoding="utf-8")
    (out / "times.json").write_text(_dumped(dict(found.seconds)), encoding="utf-8")
    told("writing", 1, 3)
    for study in found.studies:
        _texts(study, _folder(out / "tex"))
        for picture in _pictures(study):
            _draw(picture, f"{_stem(study.place.name)}-{picture.name}", out)
    for picture in (picture for graded in found.graded for picture in graded.pictures):
        _draw(picture, picture.name, out)
    told("writing", 2, 3)
    if shutil.which("latexmk") is None:
        return ("No report.pdf: latexmk is not installed.",)
    try:
        pdf(document(parts, _TITLE), out / "report.pdf", files=pictures(parts))
    except SymadvError as error:
        return (f"No report.pdf: {error}",)
    return ()


def data(found: Verification) -> dict[str, Any]:
    """Everything but pictures and times, as plain data."""
    everything: dict[str, Any] = _timeless(
        {
            "symadv": __version__,
            "seed": found.seed,
            "quick": found.quick,
            "as_expected": not found.problems,
            "problems": list(found.problems),
            "notes": list(found.notes),
            "claims": to_json(found.claims)["claims"],
            "claim_samples": [asdict(test) for test in found.claim_samples],
            "attacks": [of_suite(graded.suite) for graded in found.graded],
            "distributions": {study.place.name: _of_study(study) for study in found.studies},
        }
    )
    return everything


def _of_study(study: Study) -> dict[str, Any]:
    return {
        "at": {name: str(value) for name, value in study.place.numbers},
        "derivations": [
            {**to_json(proof.derivation), "proved": proof.report.proved, "goals": to_json(proof.report)["claims"]}
            for proof in study.proofs
        ],
        "samples": [asdict(test) for test in study.samples],
        "risks": [_of_risks(table) for table in study.risks],
        "networks": [
            {
                "training": network.training,
                "eps": str(network.eps),
                "n": network.n,
                "errors": network.errors,
                "exact": to_json(network.exact),
                "attacks": [asdict(attack) for attack in network.attacks],
            }
            for network in study.networks
        ],
        "pictures": [{"name": picture.name, "caption": picture.caption} for picture in _pictures(study)],
    }


def _of_risks(table: RiskTable) -> dict[str, Any]:
    risks = {
        classifier: {
            name: {**to_json(bound), "edge": on.sentence if (on := edge(bound)) else None}
            for name, bound in column.items()
        }
        for classifier, column in table.risks.items()
    }
    told = {"at": table.at, "norm": table.threat.norm, "eps": str(table.threat.eps), "risks": risks}
    return told | ({"refused": dict(table.refused)} if table.refused else {})


def _timeless(thing: Any) -> Any:
    """Data without how long it took to find."""
    if isinstance(thing, dict):
        return {key: _timeless(value) for key, value in thing.items() if key != "seconds"}
    return [_timeless(item) for item in thing] if isinstance(thing, list | tuple) else thing


def _texts(study: Study, folder: Path) -> None:
    for proof in study.proofs:
        name = f"{study.d.name}: {proof.derivation.name}"
        (folder / f"{_stem(study.place.name)}-{_stem(proof.derivation.name)}.tex").write_text(
            document([proof.derivation], name), encoding="utf-8"
        )


def _pictures(study: Study) -> Iterator[Picture]:
    yield from study.pictures
    yield from (picture for network in study.networks for picture in network.pictures)


def _draw(picture: Picture, name: str, out: Path) -> None:
    stem = _folder(out / "figures") / name
    stem.with_suffix(".svg").write_text(picture.svg, encoding="utf-8")
    stem.with_suffix(".png").write_bytes(picture.png)


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path


def _stem(name: str) -> str:
    """A name as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "it"


def _dumped(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False, indent=1) + "\n"
