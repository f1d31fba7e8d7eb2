"""The catalogue of codes: one page for each code in use, its example true, its shape the same."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

import strikerules
from strikerules.analysis.findings import LEVELS
from strikerules.cli.main import main
from strikerules.problems import InvalidInput
from strikerules.problems.catalogue import page, titles

SOURCE = Path(strikerules.__file__).parent
CODE = re.compile(r"SR[0-9]{3}")
EXAMPLE = re.compile(r"(?ms)^```(yaml \w+|csv \w+|console)\n(.*?)^```$")


def _used() -> set[str]:
    """Return the codes that are written out in the source, docstrings left aside."""
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if CODE.fullmatch(node.value) else set()
    return found


EXAMPLES = {code: match.groups() for code in titles() if (match := EXAMPLE.search(page(code).text))}
BLOCKS = {code: [body for _, body in EXAMPLE.findall(page(code).text)] for code in EXAMPLES}
FINDINGS = [code for code in titles() if code.startswith("SR8")]
SECTIONS = ["What it means", "Example", "How to mend it"]
OF_FINDINGS = ["What it means", "Why it matters", "Example", "How to mend it", "When to accept it"]


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    """A message could carry a code that nothing explains, or a page explain what is never said."""
    assert _used() == set(titles())


@pytest.mark.parametrize("code", titles())
def test_shape(code: str) -> None:
    """A page could lack what it means or how to mend it, and readers would look in vain."""
    one = page(code)
    names = list(one.sections)
    whole, spared = (OF_FINDINGS, {"SR819"}) if code in FINDINGS else (SECTIONS, set())
    may_lack = {"Example"} | ({"When to accept it"} if code in spared else set())
    assert names == [n for n in whole if n in names]
    assert set(whole) - set(names) <= may_lack
    assert one.text.startswith(f"# {code} {one.title}\n\n## What it means\n")
    assert all(one.sections.values())
    assert not one.title.endswith(".")
    assert one.title.lstrip("`")[0].islower() or one.title.split()[0].isupper()
    assert one.text.endswith("\n")
    assert not one.text.endswith("\n\n")


@pytest.mark.parametrize("code", EXAMPLES)
def test_example_gives_its_code(
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A page could show, as what leads to a message, what does not."""
    monkeypatch.chdir(tmp_path)
    kind, body = EXAMPLES[code]
    Path("case.yaml").write_text(
        "scenario: s\nweapon: {made_in: US}\ntarget: {location: {lon: 36.9, lat: 50.45}}\n",
        encoding="utf-8",
    )
    first = "example.csv" if kind.startswith("csv") else "example.yaml"
    first = "example_test.strike.yaml" if kind == "yaml test" else first
    names = (first, "other.yaml", "case.yaml")
    for name, text in zip(names, BLOCKS[code], strict=False):
        Path(name).write_text(text, encoding="utf-8")
    command = {
        "yaml scenario": "check example.yaml",
        "yaml check": "check example.yaml",
        "yaml policy": "policies example.yaml",
        "yaml timeline": "timeline --policy example.yaml",
        "yaml load": "check case.yaml --policy example.yaml",
        "yaml diff": "diff example.yaml other.yaml",
        "yaml test": "test example_test.strike.yaml",
        "yaml given": "diff example.yaml other.yaml --given case.yaml",
        # that an example names no source is beside its point
        "yaml verify": "verify example.yaml" + (" --ignore SR818" if code != "SR818" else ""),
        "yaml sweep": "batch --sweep example.yaml --out decided.csv",
        "csv batch": "batch example.csv --out decided.csv",
        "csv strict": "batch example.csv --out decided.csv --strict --crs EPSG:4326",
        "console": body.strip().removeprefix("$ strikerules "),
    }[kind]
    status = main(shlex.split(command))
    said = "".join(capsys.readouterr())
    assert set(re.findall(r"(?:error|warning|note)\[(SR\d{3})\]", said)) == {code}
    assert (status == 2) is not code.startswith(("SR7", "SR8"))
    assert status == 1 or code not in FINDINGS


def test_most_pages_have_an_example_that_runs() -> None:
    """The examples could quietly stop being looked at."""
    policies = [code for code in titles() if code[2] in "1236"]
    assert len(EXAMPLES) > 85
    assert set(FINDINGS) - set(EXAMPLES) == {"SR823"}
    # nobody can be without hypothesis, matplotlib or bokeh and run the tests
    assert len(set(policies) - set(EXAMPLES) - {"SR621", "SR632"}) <= 8
    assert {code for code in titles() if code[2] == "9"} - set(EXAMPLES) == {"SR912"}


@pytest.mark.parametrize("code", FINDINGS)
def test_page_says_how_grave_it_is(code: str) -> None:
    """The page would call a note what ends a workflow as an error."""
    level = LEVELS[code]
    article = "An" if level == "error" else "A"
    assert page(code).sections["What it means"].startswith(f"{article} {level} of `verify`. ")


def test_findings_have_a_level_each() -> None:
    """A finding would be a warning for want of anybody having thought about it."""
    assert set(LEVELS) == set(FINDINGS)


def test_small_letters() -> None:
    """`explain sr111` would be refused."""
    assert page(" sr111") == page("SR111")


def test_unknown_code() -> None:
    """A mistyped code would end in a traceback."""
    with pytest.raises(InvalidInput) as caught:
        page("SR1111")
    assert str(caught.value) == (
        "SR604 there is no code `SR1111`\n  expected: `SR` and three digits\n"
        "  help: did you mean `SR111`?"
    )
