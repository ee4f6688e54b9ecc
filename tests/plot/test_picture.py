"""Files of figures: by the suffix, with the caption, the same bytes on every run."""

from pathlib import Path
from typing import Any

import pytest

import symadv as sa
from symadv.plot import caption_of, save
from symadv.plot.picture import captioned, drawing

pytest.importorskip("matplotlib")


def figure() -> Any:
    with drawing(size=(3, 2)) as (drawn, axes):
        axes.plot([0, 1], [0, 1], label="$x_1$")
        axes.legend()
    return captioned(drawn, "A line from 0 to 1, with a caption that is longer than the picture is wide.")


@pytest.mark.parametrize(("suffix", "begins"), [(".pdf", b"%PDF"), (".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_the_same_figure_is_the_same_file(tmp_path: Path, suffix: str, begins: bytes) -> None:
    first, second = (save(figure(), tmp_path / f"{k}{suffix}").read_bytes() for k in range(2))
    assert first == second and first.startswith(begins)
    assert b"Date" not in first and b"dc:date" not in first


def test_a_caption_makes_a_picture_higher_and_leaves_the_figure_alone(tmp_path: Path) -> None:
    from matplotlib.image import imread

    drawn = figure()
    high = imread(save(drawn, tmp_path / "a.png")).shape[0]
    low = imread(save(drawn, tmp_path / "b.png", caption=False)).shape[0]
    assert high > low + 20 and not drawn.texts and caption_of(drawn).startswith("A line")


def test_other_files_and_missing_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(sa.SymadvError, match=r"\.pdf, \.png, \.svg"):
        save(figure(), tmp_path / "a.jpeg")
    with pytest.raises(sa.SymadvError, match="no folder"):
        save(figure(), tmp_path / "none" / "a.png")
