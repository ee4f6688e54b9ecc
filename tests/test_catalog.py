"""Open rooms are listed without importing, loaded by name, and a broken member breaks nobody else."""

import sys
from pathlib import Path

import pytest

from symadv import catalog
from symadv.language.errors import SymadvError, nearest, unknown

GOOD = '"""A good one.\n\nMore."""\n\n\ndef good():\n    """Not this line."""\n    return 7\n'
BARE = 'def bare():\n    """What bare does."""\n'


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package `toyhouse` with one open room of good, broken and private members, in the place of symadv's."""
    folder = tmp_path / "distributions"
    folder.mkdir()
    files = {
        "__init__": "", "_helper": "", "good": GOOD, "bare": BARE, "silent": "silent = 1\n",
        "crashing": '"""Crashes."""\nraise RuntimeError("out of order")\n', "leaving": "import sys\nsys.exit(3)\n",
        "garbled": "def garbled(:\n", "misnamed": "def mis_named():\n    pass\n", "needy": "import no_such_library\n",
    }  # fmt: skip
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(catalog, "_PACKAGE", tmp_path)
    monkeypatch.setattr(sys.modules["symadv.distributions"], "__path__", [str(folder)])
    for name in files:
        monkeypatch.delitem(sys.modules, f"symadv.distributions.{name}", raising=False)
    yield folder
    for name in files:
        sys.modules.pop(f"symadv.distributions.{name}", None)


@pytest.fixture(autouse=True, scope="module")
def _the_room_is_a_package() -> None:
    import symadv.distributions  # noqa: F401


def test_names_are_the_public_files_sorted_and_nothing_is_imported(room: Path) -> None:
    before = set(sys.modules)
    listed = catalog.names("distributions")
    assert listed == ("bare", "crashing", "garbled", "good", "leaving", "misnamed", "needy", "silent")
    assert set(sys.modules) == before


def test_a_new_file_is_a_new_member(room: Path) -> None:
    (room / "added.py").write_text("added = 5\n")
    assert "added" in catalog.names("distributions")
    assert catalog.load("distributions", "added") == 5


def test_load_returns_the_public_object_beside_broken_members(room: Path) -> None:
    assert catalog.load("distributions", "good")() == 7


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("crashing", "RuntimeError: out of order"),
        ("leaving", "SystemExit: 3"),
        ("garbled", "SyntaxError"),
        ("needy", "No module named 'no_such_library'"),
        ("misnamed", "has no 'misnamed'; nearest: mis_named"),
    ],
)
def test_a_broken_member_is_named_with_its_own_error(room: Path, name: str, why: str) -> None:
    with pytest.raises(SymadvError, match="distribution") as caught:
        catalog.load("distributions", name)
    assert repr(name) in str(caught.value) and why in str(caught.value)


def test_summary_is_the_first_docstring_line_and_imports_nothing(room: Path) -> None:
    before = set(sys.modules)
    assert catalog.summary("distributions", "good") == "A good one."
    assert catalog.summary("distributions", "bare") == "What bare does."
    assert catalog.summary("distributions", "crashing") == "Crashes."
    assert catalog.summary("distributions", "silent") == ""
    assert catalog.summary("distributions", "garbled").startswith("broken: ")
    assert set(sys.modules) == before


def test_a_users_module_is_loaded_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "users_own.py").write_text("def toy():\n    return 'mine'\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "users_own", raising=False)
    assert catalog.load("attacks", "users_own:toy")() == "mine"
    with pytest.raises(SymadvError, match="users_own has no 'toi'; nearest: toy"):
        catalog.load("attacks", "users_own:toi")


@pytest.mark.parametrize("name", ["no_such.module:toy", "users own:toy", "a:b:c", ":toy", "a:", "../up:toy", "a.:b"])
def test_a_users_module_that_is_not_there_or_not_a_name(name: str) -> None:
    with pytest.raises(SymadvError):
        catalog.load("distributions", name)


@pytest.mark.parametrize("name", ["goood", "_helper", "__init__", "../distributions/good", "good.py", ""])
def test_only_public_names_are_members(room: Path, name: str) -> None:
    with pytest.raises(SymadvError, match=r"unknown distribution .* known: .*good"):
        catalog.load("distributions", name)
    with pytest.raises(SymadvError, match="unknown distribution"):
        catalog.summary("distributions", name)


def test_the_nearest_name_is_suggested(room: Path) -> None:
    with pytest.raises(SymadvError, match="nearest: good;"):
        catalog.load("distributions", "goood")
    with pytest.raises(SymadvError, match="unknown room 'distribution'; nearest: distributions"):
        catalog.names("distribution")


def test_errors_name_the_nearest_right_thing() -> None:
    assert nearest("tsiprass", ["point_masses", "tsipras"]) == ["tsipras"]
    assert nearest("xyz", ["point_masses", "tsipras"]) == []
    error = unknown("distribution", "tsiprass", iter(["point_masses", "tsipras"]))
    assert isinstance(error, SymadvError) and isinstance(error, ValueError)
    assert str(error) == "unknown distribution 'tsiprass'; nearest: tsipras; known: point_masses, tsipras"
    assert str(unknown("room", "q", [])) == "unknown room 'q'; known: none"


@pytest.mark.parametrize("room_name", catalog.ROOMS)
def test_every_member_of_every_room_loads_and_says_what_it_is(room_name: str) -> None:
    assert catalog.names(room_name)
    for name in catalog.names(room_name):
        assert catalog.load(room_name, name) is not None
        assert catalog.summary(room_name, name)
