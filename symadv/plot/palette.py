"""Colours, markers and lines that are told apart with any colour vision, and without colours."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symadv import catalog

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

# Okabe and Ito: told apart with any colour vision, and in print by their lightness.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS = ("o", "^", "s", "D", "v", "P")
NOBODY = "#d9d9d9"
INK = "#222222"

_MORE = ("#222222", "#7a7a7a", "#882255")  # for lines, of which there are more than areas
_LINES: tuple[Any, ...] = ("solid", (0, (5, 1.6)), (0, (1.2, 1.4)), (0, (6, 1.6, 1.2, 1.6)), (0, (9, 3)))


@dataclass(frozen=True)
class Style:
    """How the line of a definition looks, the same in every picture."""

    colour: str
    line: Any


def style(definition: str) -> Style:
    """The style of a definition; colours and lines repeat after 9 and 5 names, so that pairs repeat after 45."""
    known = (*catalog.names("definitions"), definition)
    k, palette = known.index(definition), (*COLOURS, *_MORE)
    return Style(palette[k % len(palette)], _LINES[k % len(_LINES)])


def shares() -> "Colormap":
    """A map for numbers from 0 (white) to 1, ordered by lightness alone."""
    return _map("shares", ("#ffffff", "#a9d6f0", "#56a5d8", "#0072b2", "#00395c"))


def differences() -> "Colormap":
    """A map for numbers from -1 (orange) to 1 (blue), white at 0."""
    return _map("differences", ("#6b2f00", "#d55e00", "#f5c8a6", "#ffffff", "#a9d6f0", "#0072b2", "#00395c"))


def _map(name: str, colours: tuple[str, ...]) -> "Colormap":
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list(name, colours)
