"""The page on sweeps: its files are read, its commands run, its Python prints what it shows."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

import strikerules as sr
from strikerules.batch import probability
from strikerules.batch.sweep import areas, documents, forms, sweep
from strikerules.batch.sweep.schema import sweep_schema
from strikerules.cli.main import main
from strikerules.documents import read_document
from strikerules.sweeping import MOST_ROWS

PAGE = Path(__file__).parents[2] / "docs" / "sweeps.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILES = dict(re.findall(r"(?ms)^```yaml (\S+)\n(.*?)^```$", TEXT))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with the files of the page."""
    for name, body in FILES.items():
        (tmp_path / name).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_file_is_a_sweep(folder: Path, name: str) -> None:
    """A reader who copies the example would get an error."""
    found = sr.load("kharkiv").read_sweep(name)
    assert found.name == name.removesuffix(".yaml")
    assert found.batch(found.count - 1, found.count).num_rows == 1
    validator = Draft7Validator(sweep_schema())
    assert [e.message for e in validator.iter_errors(read_document(name).data)] == []


def test_commands(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A command that readers will try would fail."""
    commands = re.findall(r"(?m)^\$ strikerules (.*)$", TEXT)
    for words in commands:
        assert main(shlex.split(words)) == 0
        out = words.rpartition("--out ")[2]
        assert (folder / out).stat().st_size > 1000
    assert len(commands) == 2


def test_python(folder: Path) -> None:
    """What the page shows of the library would not be what it returns."""
    blocks = re.findall(r"(?ms)^```python\n(.*?)^```$", TEXT)
    runner, said, names = doctest.DocTestRunner(verbose=False), list[str](), {}
    for number, block in enumerate(blocks):
        test = doctest.DocTestParser().get_doctest(block, names, f"block {number}", str(PAGE), 0)
        assert test.examples
        runner.run(test, out=said.append, clear_globs=False)
        names = test.globs
    assert "".join(said) == ""
    assert len(blocks) > 5


def test_tables_are_complete() -> None:
    """A key would not be explained, or a limit be told that is not the program's."""
    keys = TEXT.partition("### Every key")[2].partition("## Running")[0]
    assert [k for k in documents.SweepDocument.model_fields if f"`{k}`" not in keys] == []
    limits = TEXT.partition("## Limits")[2]
    for number in (sweep.MOST_ROWS, MOST_ROWS, forms.MOST_VALUES, documents.MOST_DRAWS,
                   probability.MOST_DRAWS):  # fmt: skip
        assert f"| {number:,} |" in limits
    assert f"{areas.LEAST_STEP_KM:g} to {areas.MOST_STEP_KM:g} km" in limits
