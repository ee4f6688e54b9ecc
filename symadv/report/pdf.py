"""LaTeX to PDF by latexmk, byte for byte reproducible."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from symadv.language.errors import SymadvError

_SECONDS = 120
_HOW = "on Debian or Ubuntu: apt-get install texlive-latex-base latexmk; elsewhere: TeX Live or MiKTeX"


def pdf(tex: str, path: str | Path, *, files: Mapping[str, bytes] | None = None) -> Path:
    """Compile an article to ``path`` and keep its source beside it as ``.tex``; ``files`` are pictures it includes.

    SymadvError, which names the source, when latexmk is missing or the source does not compile.
    """
    target = Path(path)
    source = target.with_suffix(".tex")
    source.write_text(tex, encoding="utf-8")
    try:
        target.write_bytes(compiled(tex, files=files))
    except SymadvError as error:
        raise SymadvError(f"{error}; the LaTeX is kept in {source}") from None
    return target


def compiled(tex: str, *, files: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of an article; the same source gives the same bytes, at the date SOURCE_DATE_EPOCH (default: 1970)."""
    missing = [tool for tool in ("latexmk", "pdflatex") if shutil.which(tool) is None]
    if missing:
        raise SymadvError(f"a PDF needs latexmk and pdflatex; not found: {', '.join(missing)} ({_HOW})")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in (files or {}).items():
            (folder / file).write_bytes(content)
        (folder / "article.tex").write_text(tex, encoding="utf-8")
        _latexmk(folder)
        return (folder / "article.pdf").read_bytes()


def _latexmk(folder: Path) -> None:
    command = ["latexmk", "-norc", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "article.tex"]
    environment = {"SOURCE_DATE_EPOCH": "0", **os.environ, "FORCE_SOURCE_DATE": "1"}
    try:
        run = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SymadvError(f"latexmk took more than {_SECONDS} s") from None
    if run.returncode != 0:
        lines = run.stdout.splitlines()
        first = next((k for k, line in enumerate(lines) if line.startswith("!")), max(0, len(lines) - 3))
        raise SymadvError(f"LaTeX does not compile: {' '.join(lines[first : first + 4])}")
