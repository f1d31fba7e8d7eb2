"""The page on testing: its files are written, its commands run, what they print is what it shows.

A line that is `…` stands for any number of lines. STRIKERULES_UPDATE=1 writes the answers anew;
look at what changed before keeping it.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from strikerules.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "testing.md"
FILE = re.compile(r"(?ms)^```(?:yaml|python) (\S+)\n(.*?)^```$")
CONSOLE = re.compile(r"(?ms)^```console\n\$ strikerules ([^\n]*)\n(.*?)^```$")


class Command(NamedTuple):
    words: str
    output: str


COMMANDS = [Command(*found) for found in CONSOLE.findall(PAGE.read_text(encoding="utf-8"))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with the files of the page."""
    for name, body in FILE.findall(PAGE.read_text(encoding="utf-8")):
        (tmp_path / name).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.words)
def test_command_prints_what_is_shown(
    command: Command, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page would show, of a command that readers will try, what it does not print."""
    assert main(shlex.split(command.words)) in (0, 1)
    out, err = capsys.readouterr()
    assert err == ""
    if os.environ.get("STRIKERULES_UPDATE"):
        text = PAGE.read_text(encoding="utf-8")
        old = f"$ strikerules {command.words}\n{command.output}```"
        assert old in text
        PAGE.write_text(text.replace(old, f"$ strikerules {command.words}\n{out}```"))
        return
    lines = [
        r"(?:.*\n)*?" if x == "…" else re.escape(x) + r"\n" for x in command.output.splitlines()
    ]
    assert re.fullmatch("".join(lines), out), out


def test_the_python_runs(folder: Path) -> None:
    """The tests in Python that readers copy would not pass."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(folder),
         "-p", "strikerules.testing.plugin", "test_guns.py", "test_properties.py"],
        capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CI": "1",
             "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed" in done.stdout


def test_the_workflow_is_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The workflow would not be valid YAML, or its command not be one."""
    text = PAGE.read_text(encoding="utf-8")
    (body,) = re.findall(r"(?ms)^```yaml\n(name:.*?)^```$", text)
    steps = yaml.safe_load(body)["jobs"]["test"]["steps"]
    (line,) = (s["run"] for s in steps if s.get("run", "").startswith("strikerules "))
    words = line.replace(" policies ", " guns_test.strike.yaml ").split()[1:]
    assert main(words) == 1
    assert capsys.readouterr().out.startswith("::error title=policy test,file=guns_test")


def test_every_file_is_used(folder: Path) -> None:
    """An example of a test file could be wrong without a test that reads it."""
    from strikerules.testing.read import read_all, read_suite

    names = {p.name for p in read_all(["."])}
    assert len(names) == 4
    assert all(read_suite(name).cases for name in names)
    assert len(COMMANDS) > 4
    assert len(COMMANDS) == PAGE.read_text(encoding="utf-8").count("```console\n")


def test_the_tables_are_complete() -> None:
    """A key, a kind of item or of mutant would not be explained."""
    from strikerules.testing.coverage.items import KINDS
    from strikerules.testing.documents import ExpectDocument

    text = PAGE.read_text(encoding="utf-8")
    assert [k for k in ExpectDocument.model_fields if f"| `{k}` |" not in text] == []
    assert [k for k in KINDS.values() if f"| {k} |" not in text] == []


def test_the_example_of_the_readme(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first test that a reader copies would not pass."""
    ((name, body),) = FILE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    Path(name).write_text(body, encoding="utf-8")
    assert main(["test", name]) == 0
    assert capsys.readouterr() == ("1 passed in 1 file\n", "")
