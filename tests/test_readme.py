"""The README promises nothing that does not run."""

import re
import shlex
from pathlib import Path

import pytest

import symadv as sa
from symadv.cli import app, main

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
LINES = [
    line.partition("#")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
QUICK = [line for line in LINES if line.startswith(("symadv list", "symadv derive", "symadv risk", "symadv sample"))]


def test_there_is_something_to_run() -> None:
    assert len(CODE) >= 2 and len(QUICK) >= 4


@pytest.mark.parametrize("code", CODE, ids=[code.splitlines()[-1][:40] for code in CODE])
def test_the_code_runs(code: str) -> None:
    exec(compile(code, "README.md", "exec"), {})


@pytest.mark.parametrize("line", QUICK)
def test_the_commands_run(
    line: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "--model net.safetensors" in line:
        pytest.importorskip("torch")
        monkeypatch.chdir(tmp_path)
        fig2 = sa.distribution("tsipras").at(p="9/10", eta=3)
        sa.save_network(sa.train(fig2, hidden=(4,), steps=10), "net.safetensors")
    assert main(shlex.split(line)[1:]) == 0
    assert capsys.readouterr().out


def test_the_other_commands_are_known() -> None:
    others = {shlex.split(line)[1] for line in LINES if line.startswith("symadv ")}
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert others <= known | {group.name for group in app.registered_groups}
    targets = re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert {line.split()[1] for line in LINES if line.startswith("make ")} <= set(targets)


def test_the_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links and all((PROJECT / link.partition("#")[0]).exists() for link in links)


def test_the_table_of_claims_is_the_generator_s() -> None:
    """Whether it is up to date is `make lint`'s question; here only that nobody wrote it by hand."""
    from symadv.verify.table import _PREFACE

    assert (PROJECT / "proofs" / "README.md").read_text(encoding="utf-8").startswith(_PREFACE)
