"""A picture with its caption, as SVG and PNG, the same bytes on every run."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito: told apart with any colour vision, and in print by their lightness.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS = ("o", "^", "s", "D", "v", "P")
NOBODY = "#d9d9d9"
INK = "#222222"

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
    "svg.hashsalt": "symadv",
}


@dataclass(frozen=True)
class Picture:
    """What is drawn, for which numbers (the caption), and the picture itself as an SVG element and as a PNG file."""

    name: str
    caption: str
    svg: str = field(repr=False)
    png: bytes = field(repr=False)

    @staticmethod
    def of(figure: "Figure", name: str, caption: str) -> "Picture":
        """A figure as it looks now; the same figure gives the same bytes."""
        svg = _saved(figure, "svg", {"Date": None}).decode()
        return Picture(name, caption, svg[svg.index("<svg") :], _saved(figure, "png", {"Software": None}))


@contextmanager
def drawing(columns: int = 1, *, size: tuple[float, float], **options: Any) -> Iterator[tuple["Figure", Any]]:
    """A new figure in our style with its axes, tied to no window and to no global state."""
    try:
        from matplotlib.figure import Figure
    except ImportError as missing:
        raise SymadvError("pictures need matplotlib: pip install 'symadv[plot]'") from missing
    with _styled():
        figure = Figure(figsize=size, layout="constrained")
        yield figure, figure.subplots(1, columns, **options)


def _saved(figure: "Figure", kind: str, metadata: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with _styled():
        figure.savefig(buffer, format=kind, dpi=200, bbox_inches="tight", metadata=metadata)
    return buffer.getvalue()


@contextmanager
def _styled() -> Iterator[None]:
    import matplotlib

    with matplotlib.rc_context(_STYLE):  # type: ignore[arg-type]
        yield
