"""`symadv plot`: files, captions, exit codes; never a traceback."""

import json
import shlex
from pathlib import Path

import pytest

from symadv.cli import main

pytest.importorskip("matplotlib")

PHASE = "plot phase tsipras --over p=1/2:1 --over eta=0:4"


@pytest.mark.parametrize(
    "line",
    [
        f"{PHASE} --eps 2*eta --definition adversarial_loss --against label_invariant",
        "plot phase point_masses --over gap=0:4 --over eps=0:4 --classifier threshold --option at=gap/2 "
        "--option below=1 --option tie=1 --definition boundary --bare",
        "plot curves tsipras --at p=9/10 --at eta=3 --definition label_invariant --definition boundary --scale 0,1",
        "plot definitions point_masses --at gap=3 --eps 3/2",
        "plot regions tsipras --at p=9/10 --at eta=3 --eps 2 --sample -1,3 --label 1 --definition adversarial_loss",
    ],
)
def test_a_picture_is_written_and_told(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*shlex.split(line), "--out", str(tmp_path / "it.svg")]) == 0
    out, err = capsys.readouterr()
    assert line.split()[2] in out and "wrote" in err and (tmp_path / "it.svg").read_text().startswith("<?xml")
    assert main([*shlex.split(line), "--out", str(tmp_path / "it.pdf"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Path(told["picture"]).exists() and told["caption"] == out.strip()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (PHASE, "got neither"),
        (f"{PHASE} --over eps=0:2 --eps 1", "got it in both"),
        ("plot phase tsipras --eps 1 --over p=1/2:1 --over eta=0:x", "--over eta"),
        ("plot phase tsipras --eps 1 --over p=1/2:1 --over eta=4", "NAME=FROM:TO"),
        ("plot phase tsipras --eps 1 --over p=1/2:1 --over p=0:1", "given twice"),
        ("plot phase tsipras --eps 1 --over p=1/2:1 --over eta=0:1/0", "--over eta"),
        (f"{PHASE} --eps 2*etta", "nearest: eta"),
        (f"{PHASE} --eps 1 --definition label_invarient", "nearest: label_invariant"),
        (f"{PHASE} --eps 1 --classifier linear --option weights=1,2*etta", "nearest: eta"),
        (f"{PHASE} --eps 1 --out it.gif", "it.gif"),
        (f"{PHASE} --eps 1 --out nowhere/it.png", "no folder"),
        ("plot phaze tsipras", "phaze"),
        ("plot curves tsipras --at p=9/10", "eta"),
        ("plot curves point_masses --at gap=3 --upto -1", "upto"),
        ("plot curves point_masses --at gap=3 --upto x", "--upto"),
        ("plot curves point_masses --at gap=3 --scale 1,1", "one per feature"),
        ("plot regions tsipras --at p=9/10 --eps 2", "eta"),
        ("plot regions tsipras --at p=9/10 --at eta=3 --eps 2 --sample -1,x --label 1", "'x'"),
        ("plot attacks tsipras --at p=9/10 --at eta=3 --upto 2 --model none.safetensors", "none.safetensors"),
        ("plot recall tsipras --at p=9/10 --at eta=3 --eps 2 --attack pgd --attack pgd", "twice"),
        ("plot definitions tsipras --at p=9/10 --at eta=3 --norm l7", "l7"),
    ],
)
def test_mistakes_are_told(
    line: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    parts = shlex.split(line)
    assert main(parts if "--out" in parts or "phaze" in parts else [*parts, "--out", "it.png"]) == 2
    err = capsys.readouterr().err
    assert words in err and "Traceback" not in err and not list(tmp_path.iterdir())
