"""Every block of code in every page is run or checked, by this test or one that is named here."""

from __future__ import annotations

import doctest
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.examples.pages import (
    DOCS,
    LOADED,
    ROOT,
    Block,
    blocks,
    directives,
    first_key,
    matches,
    pages,
)

from strikerules.cli.main import main

#: Pages with tests of their own, and the kinds of block that these look at. A kind with `FILE` is
#: one with a name; what begins with a word in quotes is one that begins so.
OWN = {
    "README.md": {
        "console": "test_console.py", "python": "test_console.py", "yaml": "test_docs.py",
        "yaml FILE": "test_testing_page.py",
    },
    "docs/app.md": {"console": "test_app_page.py"},
    "docs/batch.md": {
        "console": "test_console.py", "python": "test_batch_page.py",
        "python FILE": "test_batch_page.py",
    },
    "docs/comparing.md": {
        "console": "test_console.py", "python": "test_console.py", "yaml": "test_docs.py",
        "yaml 'name'": "test_console.py",
    },
    "docs/language.md": {"yaml": "test_docs.py"},
    "docs/maps.md": {"console": "test_console.py", "python": "test_maps_page.py"},
    "docs/report.md": {"console": "test_report_page.py", "python": "test_report_page.py"},
    "docs/semantics.md": {"yaml": "test_docs.py", "text": "test_docs_output.py"},
    "docs/speed.md": {"pycon": "test_speed_page.py"},
    "docs/sweeps.md": {
        "console": "test_sweeps_page.py", "python": "test_sweeps_page.py",
        "yaml FILE": "test_sweeps_page.py",
    },
    "docs/testing.md": {
        "console": "test_testing_page.py", "python FILE": "test_testing_page.py",
        "yaml FILE": "test_testing_page.py", "yaml 'name'": "test_testing_page.py",
    },
}  # fmt: skip

#: Blocks that can't be run here, by how they begin, and why.
NOT_RUN = {
    ("docs/batch.md", "dask scheduler"): "it needs several machines",
    ("docs/batch.md", "from pyspark"): "Spark is not at hand; the function is run before it",
}

#: What a session does something with.
KINDS = {
    "console",
    "python",
    "yaml",
    "csv FILE",
    "diff FILE",
    "json FILE",
    "python FILE",
    "yaml FILE",
}

#: What Sphinx puts in the place of a directive: nothing of it is code.
DIRECTIVES = {
    "admonition", "grid", "grid-item-card", "include", "layers", "layers-table", "note", "picture",
    "toctree", "warning",
}  # fmt: skip

PAGES = pages()
SESSIONS = [p for p in PAGES if str(p.relative_to(ROOT)) not in OWN and any(blocks(p))]


def _told(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _kind(block: Block) -> str:
    if block.name:
        return f"{block.kind} FILE"
    if block.kind == "yaml" and first_key(block.body) not in LOADED:
        return f"yaml '{first_key(block.body)}'"
    return block.kind


@pytest.mark.parametrize("page", PAGES, ids=_told)
def test_no_block_goes_unchecked(page: Path) -> None:
    """A block of a kind that no test looks at could say anything."""
    name = _told(page)
    seen = OWN.get(name, KINDS)
    spared = [start for where, start in NOT_RUN if where == name]
    unchecked = [
        f"{block}: {_kind(block)}"
        for block in blocks(page)
        if _kind(block) not in seen and not block.body.startswith(tuple(spared))
    ]
    assert unchecked == []
    assert set(directives(page)) <= DIRECTIVES


def test_tests_that_are_named_exist() -> None:
    """A page could be left to a test that is no longer there, or a block that is gone be spared."""
    here = Path(__file__).parent
    assert all((here / test).is_file() for kinds in OWN.values() for test in kinds.values())
    assert all((ROOT / page).is_file() for page in OWN)
    for page, start in NOT_RUN:
        assert any(b.body.startswith(start) for b in blocks(ROOT / page))


class Session:
    """One page, done from its top to its end in one folder."""

    def __init__(self, page: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.page, self.capsys = page, capsys
        self.names: dict[str, Any] = {}
        self.status = 0
        self.printed: list[tuple[tuple[int, int], str]] = []

    def do(self, block: Block) -> None:
        if block.kind == "diff":
            self._edit(block)
        elif block.name:
            self._write(block)
        elif block.kind == "console":
            self._commands(block)
        elif block.kind == "python":
            self._python(block)

    def _write(self, block: Block) -> None:
        file = Path(block.name)
        assert not file.is_absolute()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.body, encoding="utf-8")

    def _edit(self, block: Block) -> None:
        """Change a file as a block with `-` and `+` before its lines says."""
        lines = [(line[:1], line[1:]) for line in block.body.splitlines()]
        old, new = ("".join(f"{t}\n" for s, t in lines if s in (" ", sign)) for sign in "-+")
        file = Path(block.name)
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{block}: not once in {file}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def _commands(self, block: Block) -> None:
        wrong, said = [], ""
        for part in re.split(r"(?m)^\$ ", block.body)[1:]:
            words, _, shown = part.partition("\n")
            printed = self._command(words, block)
            if printed is None or matches(shown, printed):
                said += f"$ {words}\n{shown}"
            else:
                said += f"$ {words}\n{printed}"
                wrong.append(f"{block}: $ {words}\n{printed}")
        self.printed.append((block.span, said))
        if not os.environ.get("STRIKERULES_UPDATE"):
            assert wrong == [], "\n".join(wrong)

    def _command(self, words: str, block: Block) -> str | None:
        """Run a command and return what it prints; None where it is not run."""
        name, *rest = shlex.split(words)
        if words == "echo $?":
            return f"{self.status}\n"
        if name == "strikerules":
            self.status = main(rest)
            out, err = self.capsys.readouterr()
            return out + err
        if name == "cat":
            return "".join(Path(p).read_text(encoding="utf-8") for p in rest)
        if name == "make":
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            targets = [w for w in rest if "=" not in w]
            assert all(re.search(rf"(?m)^{t}:", makefile) for t in targets), f"{block}: {words}"
            return None
        if words in ("pip install .", "git init"):
            return None
        raise AssertionError(f"{block}: nobody runs `{words}`")

    def _python(self, block: Block) -> None:
        if ">>>" not in block.body:
            exec(compile(block.body, str(block), "exec"), self.names)
            self.capsys.readouterr()
            return
        runner, said = doctest.DocTestRunner(verbose=False), list[str]()
        test = doctest.DocTestParser().get_doctest(
            block.body, self.names, str(block), str(self.page), block.line
        )
        runner.run(test, out=said.append, clear_globs=False)
        self.names = test.globs
        assert "".join(said) == ""

    def update(self) -> None:
        text = self.page.read_text(encoding="utf-8")
        for (start, end), said in reversed(self.printed):
            text = text[:start] + said + text[end:]
        self.page.write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory, but for the examples."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path
    with suppress(OSError):
        (tmp_path / "examples").unlink()


@pytest.mark.parametrize("page", SESSIONS, ids=_told)
def test_page_is_as_it_says(page: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A reader who does what the page says would see something else, or an error."""
    session = Session(page, capsys)
    for block in blocks(page):
        session.do(block)
    if os.environ.get("STRIKERULES_UPDATE"):
        session.update()


@pytest.mark.parametrize("page", SESSIONS, ids=_told)
def test_files_are_used(page: Path) -> None:
    """A file that a page shows could be wrong without a command that reads it."""
    found = list(blocks(page))
    for number, block in enumerate(found):
        if block.name:
            named = {block.name, block.name.rpartition("/")[0] or block.name}
            if block.name.endswith("_test.strike.yaml"):
                named.add("$ strikerules test")
            later = "\n".join(b.body for b in found[number + 1 :])
            assert any(name in later for name in named), f"{block}: {block.name}"


def test_a_block_is_seen(tmp_path: Path) -> None:
    """The pattern for blocks would find none, and every test of them pass."""
    assert len(SESSIONS) > 8
    page = DOCS / "x.md"
    text = "````md\n```yaml a.yaml\n```\n````\n```{toctree}\na\n```\n```yaml b.yaml\nk: v\n```\n"
    file = tmp_path / "x.md"
    file.write_text(text, encoding="utf-8")
    found = [(b.kind, b.name, b.body) for b in blocks(file)]
    assert found == [("md", "", "```yaml a.yaml\n```\n"), ("yaml", "b.yaml", "k: v\n")]
    assert list(directives(file)) == ["toctree"]
    assert page not in PAGES
