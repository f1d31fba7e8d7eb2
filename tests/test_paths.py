"""Every path that a document names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.examples.pages import blocks, pages

ROOT = Path(__file__).parents[1]
PAGES = [
    p
    for p in (*pages(), ROOT / "CHANGELOG.md", ROOT / "examples" / "README.md",
              ROOT / "benchmarks" / "README.md", ROOT / "seeds" / "README.md",
              ROOT / "geodata" / "README.md", ROOT / "CONTRIBUTING.md")
    if p.is_file()
]  # fmt: skip

FENCE = re.compile(r"(?ms)^(`{3,}|~{3,}).*?^\1`*[ \t]*$")
LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
ENDINGS = "css csv geojson html ipynb json lock md parquet png py svg toml txt wkb yaml yml".split()
PATH = re.compile(rf"[\w.*-]+(/[\w.*-]+)*(/|\.({'|'.join(ENDINGS)}))\Z")

#: Folders that a path in backticks may start from, besides the page's own and the project's.
BASES = ("", "src", "src/strikerules", "rules/tests")

#: Words that look like paths and are made, or stand for a user's own files.
NOT_HERE = {".venv/", "dist/", "build/", "docs/_build/", "NAME_test.strike.yaml"}


def paths_in(text: str) -> set[str]:
    """Return the relative paths in links and in backticks, code blocks left out."""
    prose = FENCE.sub("", text)
    links = {a or b for a, b in LINK.findall(prose)}
    links = {p.partition("#")[0] for p in links if not re.match(r"[a-z]+:|#", p)}
    marked = {c for c in CODE.findall(prose) if PATH.match(c) and not c.startswith(("-", "."))}
    return (links | marked) - NOT_HERE


def exists(path: str, page: Path) -> bool:
    bases = (page.parent, *(ROOT / base for base in BASES))
    if "*" in path:
        return any(next(base.glob(path), None) is not None for base in bases)
    return any((base / path).exists() for base in bases)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_paths_exist(page: Path) -> None:
    """A reader would be sent to a file that is not there."""
    text = page.read_text(encoding="utf-8")
    written = {block.name for block in blocks(page)}
    missing = sorted(p for p in paths_in(text) - written if not exists(p, page))
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_name_files_that_exist(page: Path) -> None:
    """A command that is copied from a page would fail for want of a file."""
    text = page.read_text(encoding="utf-8")
    shell = re.findall(r"(?ms)^```(?:sh|console|bash)\n(.*?)^```", text)
    words = {w for block in shell for w in re.split(r"\s+", block)}
    named = {w for w in words if re.match(r"(examples|rules|geodata|docs|benchmarks|tests)/", w)}
    assert sorted(w for w in named if not exists(w, page)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see `rules/kharkiv.yaml` and `weapon.made_in`", {"rules/kharkiv.yaml"}),
        ("[a](docs/nowhere.md#part) [b](https://example.org/c.md) [d](#e)", {"docs/nowhere.md"}),
        ("```sh\ncat `none/here.md`\n```\n`geodata/`, `80 km`", {"geodata/"}),
        ("`strikerules check FILE`, `--format json`, `README.md`", {"README.md"}),
    ],
)
def test_paths_are_seen(text: str, found: set[str]) -> None:
    """The test of the paths would pass whatever a page names."""
    assert paths_in(text) == found
