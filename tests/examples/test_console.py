"""The commands in the pages: each runs, and prints what the page shows.

In a block of the console, lines after a command are what it prints; a line that is `…` stands for
any number of lines. Where no line follows, the page does not say what is printed. The policies,
timelines and scenarios of the page are files in the folder, by their names; the README's commands
run where the README is, and those that write a table or a picture where
the examples are at hand.
"""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from strikerules.cli.main import main

ROOT = Path(__file__).parents[2]
COMPARING = ROOT / "docs" / "comparing.md"
BATCH = ROOT / "docs" / "batch.md"
MAPS = ROOT / "docs" / "maps.md"
PAGES = [ROOT / "README.md", COMPARING, BATCH, MAPS]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
FENCE = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
NAMED = re.compile(r"(?:policy|timeline|scenario): (\S+)\n")


class Command(NamedTuple):
    page: Path
    words: str
    output: str


def _commands() -> list[Command]:
    found = []
    for page in PAGES:
        for kind, body in FENCE.findall(page.read_text(encoding="utf-8")):
            if kind != "console":
                continue
            for part in re.split(r"(?m)^\$ ", body)[1:]:
                words, _, output = part.partition("\n")
                name, _, rest = words.partition(" ")
                if name == "strikerules":
                    found.append(Command(page, rest, output))
                else:
                    target = re.match(r"make (\w+)", words)
                    assert target, f"{page.name}: nobody runs `{words}`"
                    assert f"\n{target[1]}:" in MAKEFILE, f"{page.name}: {words}"
    return found


COMMANDS = _commands()
OF_PAGE = {BATCH: {"batch"}, MAPS: {"map", "diff"}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with the files of the page that compares."""
    for kind, body in FENCE.findall(COMPARING.read_text(encoding="utf-8")):
        if kind == "yaml" and (match := NAMED.match(body)):
            (tmp_path / f"{match[1]}.yaml").write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: f"{c.page.stem}-{c.words}")
def test_command_prints_what_is_shown(
    command: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A page would show, of a command that readers will try, what it does not print."""
    if command.words.startswith("batch ") or command.page == MAPS:
        Path("examples").symlink_to(ROOT / "examples")
    elif " scenario.yaml" in command.words:
        (body,) = (
            b for k, b in FENCE.findall(command.page.read_text(encoding="utf-8"))
            if k == "yaml" and b.startswith("scenario:")
        )  # fmt: skip
        Path("scenario.yaml").write_text(body, encoding="utf-8")
    elif command.page != COMPARING:
        monkeypatch.chdir(ROOT)
    assert main(shlex.split(command.words)) in (0, 1, 3)
    out, err = capsys.readouterr()
    assert err == ""
    if not command.output and command.page != COMPARING:
        # what is written to a file need not be told
        assert out or "--output" in command.words
        return
    lines = [
        r"(?:.*\n)*?" if x == "…" else re.escape(x) + r"\n" for x in command.output.splitlines()
    ]
    assert re.fullmatch("".join(lines), out), out


def test_python(folder: Path) -> None:
    """What the page shows of the library would not be what it returns."""
    blocks = [b for k, b in FENCE.findall(COMPARING.read_text(encoding="utf-8")) if k == "python"]
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)
    said: list[str] = []
    for number, block in enumerate(blocks):
        test = parser.get_doctest(block, {}, f"block {number}", str(COMPARING), 0)
        assert test.examples
        runner.run(test, out=said.append)
    assert "".join(said) == ""
    assert blocks


def test_python_of_the_readme() -> None:
    """The first lines of Python that a reader tries would end in an error."""
    blocks = [b for k, b in FENCE.findall(PAGES[0].read_text(encoding="utf-8")) if k == "python"]
    names: dict[str, Any] = {}
    for block in blocks:
        exec(block, names)
        for line in block.splitlines():
            shown = re.fullmatch(r"(\S.*?)  # ('\w+'|False|True|\(\))(?:[;:].*)?", line)
            if shown:
                assert repr(eval(shown[1], names)) == shown[2], line
    assert names["decision"].decision == "indeterminate"


def test_workflow(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The workflow would not be valid YAML, or its command not be one."""
    (text,) = (
        b for k, b in FENCE.findall(COMPARING.read_text(encoding="utf-8")) if b.startswith("name:")
    )
    steps = yaml.safe_load(text)["jobs"]["verify"]["steps"]
    (line,) = (s["run"] for s in steps if s.get("run", "").startswith("strikerules "))
    words = line.replace("policies/*.yaml", "near-the-border.yaml").split()[1:]
    assert main(words) == 1
    assert capsys.readouterr() == ("", "")
    assert Path(steps[-1]["with"]["sarif_file"]).is_file()


def test_commands_are_seen() -> None:
    """The pattern for commands would find none, and every test of them pass."""
    for page in PAGES:
        shown = {c.words.split()[0] for c in COMMANDS if c.page == page and c.output}
        assert shown >= OF_PAGE.get(page, {"check", "diff", "verify"}), page.name


def test_page_has_every_finding() -> None:
    """A finding would not be in the table, or be graver than the table says."""
    from strikerules.analysis.findings import LEVELS

    text = COMPARING.read_text(encoding="utf-8")
    assert dict(re.findall(r"(?m)^\| (SR8\d\d) \| (\w+) \|", text)) == LEVELS


def test_page_has_every_change_and_the_limits() -> None:
    """A kind of change would not be explained, or a limit be told that is not the program's."""
    from typing import get_args

    from strikerules.analysis.diagrams import Diagrams
    from strikerules.analysis.difference import Kind
    from strikerules.analysis.space import MOST_COMBINATIONS, MOST_PAIRS

    text = COMPARING.read_text(encoding="utf-8")
    assert [k for k in get_args(Kind) if f"`{k}`" not in text] == []
    table = text.partition("## Limits")[2]
    for number in (MOST_COMBINATIONS, Diagrams([], 1).most, MOST_PAIRS):
        assert f"| {number:,} |" in table
