"""Bad input, each kind in a page of `bad_input/`: the command, its files, the whole of the answer.

STRIKERULES_UPDATE=1 writes the answers anew; look at what changed before keeping it.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from strikerules.cli.main import main
from strikerules.data import folder
from strikerules.problems.catalogue import titles

PAGES = sorted((Path(__file__).parent / "bad_input").glob("*.md"))
BLOCK = re.compile(r"(?ms)^```(\w+)(?: ([^\n]+))?\n(.*?)^```$")

MAKERS: dict[str, Callable[[Path], object]] = {
    "directory": lambda path: path.mkdir(),
    "empty": lambda path: path.write_bytes(b""),
    "binary": lambda path: path.write_bytes(b"PK\x03\x04\x14\x00\xff\xfe\x80" * 20),
    "null_character": lambda path: path.write_bytes(b"scenario: s\ntitle: a\x00b\n"),
    "utf_16": lambda path: path.write_bytes("scenario: s\n".encode("utf-16")),
    "latin_1": lambda path: path.write_bytes("scenario: s\ntitle: caf\xe9\n".encode("latin-1")),
    "too_large": lambda path: path.write_bytes(b"# " + b"x" * (9 * 2**20)),
    "nested_brackets": lambda path: path.write_text("scenario: " + "[" * 100_000),
    "nested_not": lambda path: path.write_text(
        "policy: p\nrules: [{id: r, effect: permit, when: " + "{not: " * 1000 + "true" + "}" * 1002
    ),
    "alias_bomb": lambda path: path.write_text(
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    ),
}


def _answer(text: str) -> str:
    """Leave out where the project is: messages may name a shipped file by its full path."""
    return text.replace(f"{folder('rules').parent}/", "")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_bad_input(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A person with this mistake would be told something else, or nothing, or in another place."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STRIKERULES_DEBUG", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    text = page.read_text(encoding="utf-8")
    command, expected = "", None
    for kind, name, body in BLOCK.findall(text):
        if kind == "console":
            command = body.removeprefix("$ strikerules").strip()
        elif kind in ("yaml", "csv"):
            Path(name).write_text(body, encoding="utf-8")
        elif kind == "make":
            MAKERS[body.strip()](Path(name))
        else:
            expected = body
    status = main(shlex.split(command))
    out, err = capsys.readouterr()
    if shlex.split(command)[:1] == ["test"]:
        # what can't be read stands among the results: the other files are run all the same
        out, err = "", out + err
    said = _answer(err)
    if os.environ.get("STRIKERULES_UPDATE"):
        before = text.partition("```text\n")[0].rstrip("\n")
        page.write_text(f"{before}\n\n```text\n{said}```\n", encoding="utf-8")
        expected = said
    assert said == expected
    assert (status, out) == (2, "")
    assert "Traceback" not in err
    assert "error[SR699]" not in err
    assert not re.search(r"\b[A-Z][a-z]+(Error|Exception)\b|<class|pydantic|msgspec|shapely", err)
    assert not re.search("pyarrow|pyogrio|GDAL|sqlite", err)
    codes = re.findall(r"error\[(SR\d{3})\]", err)
    assert codes
    assert set(codes) <= set(titles())


def test_pages_are_told_apart() -> None:
    """Two pages could test one and the same input, and a kind of mistake go untested."""
    inputs = [p.read_text(encoding="utf-8").partition("```text\n")[0] for p in PAGES]
    bodies = [text.partition("\n")[2] for text in inputs]
    assert len(set(bodies)) == len(PAGES) >= 30
