"""docs/report.md: what it shows runs, and the files that it names are written."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from strikerules.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "report.md"
FENCE = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
BLOCKS = FENCE.findall(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples, in which the page's commands write their files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


@pytest.mark.parametrize("block", [body for kind, body in BLOCKS if kind == "console"])
def test_command(block: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A reader who copies a command would get something else, or nothing."""
    line, _, shown = block.removeprefix("$ strikerules ").partition("\n")
    words = shlex.split(line)
    assert main(words) in (0, 1)
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[:1] == shown.splitlines()[:1]
    written = words[-1]
    assert (folder / written).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_python() -> None:
    """What the page shows of the library would not be what it returns."""
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)
    body = "\n".join(body for kind, body in BLOCKS if kind == "python")
    test = parser.get_doctest(body, {}, "report", str(PAGE), 0)
    said: list[str] = []
    runner.run(test, out=said.append)
    assert "".join(said) == ""
    assert len(test.examples) > 8
