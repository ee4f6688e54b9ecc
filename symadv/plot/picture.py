"""Figures in one style, with a caption, saved as PDF, SVG or PNG: the same figure gives the same bytes."""

import io
import logging
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from symadv.language.errors import SymadvError
from symadv.plot.palette import INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLE: dict[str, Any] = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "mathtext.fontset": "cm",
    "pdf.fonttype": 42,
    "svg.hashsalt": "symadv",
}
_FONT, _LETTERS = 8, 15.5  # of a caption: its size in points, and how many letters fill an inch

# What a file would say about the moment and the machine that made it is left out.
FORMATS: dict[str, dict[str, Any]] = {
    ".pdf": {"CreationDate": None, "Creator": "symadv", "Producer": None},
    ".png": {"Software": None},
    ".svg": {"Date": None},
}


@dataclass(frozen=True)
class Picture:
    """What is drawn, for which numbers (the caption), and the picture itself as an SVG element and as a PNG file."""

    name: str
    caption: str
    svg: str = field(repr=False)
    png: bytes = field(repr=False)

    @staticmethod
    def of(figure: "Figure", name: str) -> "Picture":
        """A figure as it looks now, with its caption beside it."""
        svg = _rendered(figure, ".svg").decode()
        return Picture(name, caption_of(figure), svg[svg.index("<svg") :], _rendered(figure, ".png"))


@contextmanager
def drawing(
    columns: int = 1,
    *,
    size: tuple[float, float],
    rows: int = 1,
    layout: Literal["constrained"] | None = "constrained",
    **options: Any,
) -> Iterator[tuple["Figure", Any]]:
    """A new figure in our style with its axes, tied to no window and to no global state."""
    try:
        from matplotlib.figure import Figure
    except ImportError as missing:
        raise SymadvError("pictures need matplotlib: pip install 'symadv[plot]'") from missing
    with _styled():
        figure = Figure(figsize=size, layout=layout)
        yield figure, figure.subplots(rows, columns, **options)


def captioned(figure: "Figure", caption: str) -> "Figure":
    """A figure that knows its caption: what is drawn, and for which numbers."""
    figure.set_label(caption)
    return figure


def caption_of(figure: "Figure") -> str:
    """The caption of a figure."""
    return str(figure.get_label())


def save(figure: "Figure", path: str | Path, *, caption: bool = True) -> Path:
    """Write a figure as PDF, SVG or PNG, by the suffix, with its caption below it; the same figure, the same bytes."""
    path = writable(Path(path))
    path.write_bytes(_rendered(figure, path.suffix.lower(), caption=caption_of(figure) if caption else ""))
    return path


def writable(path: Path) -> Path:
    """A path to which a picture can be written; another suffix or a missing folder is refused."""
    if path.suffix.lower() not in FORMATS:
        raise SymadvError(f"got the file {path.name!r}, wanted one that ends in {', '.join(FORMATS)}")
    if not path.parent.is_dir():
        raise SymadvError(f"{path.parent} is no folder")
    return path


def _rendered(figure: "Figure", suffix: str, *, caption: str = "") -> bytes:
    """The bytes of a file; a caption hangs below the figure, so that it moves nothing in it."""
    buffer = io.BytesIO()
    with _styled():
        lines = textwrap.fill(caption, max(20, int(_LETTERS * figure.get_figwidth())))
        below = figure.text(0.01, -0.01, lines, ha="left", va="top", fontsize=_FONT, color=INK)
        metadata = FORMATS[suffix]
        figure.savefig(buffer, format=suffix[1:], dpi=200, bbox_inches="tight", metadata=metadata)
        below.remove()
    return buffer.getvalue()


@contextmanager
def _styled() -> Iterator[None]:
    import matplotlib

    fonts = logging.getLogger("fontTools")  # it warns of the year in which a font was made
    level = fonts.level
    try:
        fonts.setLevel(logging.ERROR)
        with matplotlib.rc_context(_STYLE):  # type: ignore[arg-type]
            yield
    finally:
        fonts.setLevel(level)
