"""The pages build without a warning, whole, and need no network."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from tests.test_layers import ORDER

import strikerules
from strikerules.cli.main import COMMANDS
from strikerules.problems.catalogue import titles

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

#: Attributes that make a browser fetch something, by tag.
FETCHED = {
    "audio": ("src",), "iframe": ("src",), "image": ("href",), "img": ("src", "srcset"),
    "input": ("src",), "link": ("href",), "object": ("data",), "script": ("src",),
    "source": ("src", "srcset"), "use": ("href",), "video": ("src", "poster"),
}  # fmt: skip


#: Where text stands as it was written.
LITERAL = ("code", "pre", "script", "style")


class Seen(HTMLParser):
    """What a page fetches, where it leads, and what of its Markdown was not understood."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.raw: list[str] = []
        self.literal = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.literal += tag in LITERAL
        given = {name: value or "" for name, value in attrs}
        self.fetched += [given[name] for name in FETCHED.get(tag, ()) if name in given]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.ids |= {given[name] for name in ("id", "name") if name in given}

    def handle_endtag(self, tag: str) -> None:
        self.literal -= tag in LITERAL

    def handle_data(self, data: str) -> None:
        if not self.literal:
            self.raw += re.findall(r".{0,20}(?:\]\(|``|\*\*\w[^*]*\*\*|:::|\{\w+\}`).{0,20}", data)


def test_site(tmp_path: Path) -> None:
    """The pages would not build, lack something, lead nowhere, or need a network.

    One test, so that several workers do not build them several times.
    """
    site = tmp_path / "html"
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-n",
         "-d", str(tmp_path / "doctrees"), str(DOCS), str(site)],
        capture_output=True, text=True, cwd=ROOT, timeout=600, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    seen = {}
    for file in site.rglob("*.html"):
        seen[file] = Seen()
        seen[file].feed(file.read_text(encoding="utf-8"))
    assert list(fetched(site, seen)) == []
    assert sorted(set(broken(site, seen))) == []
    assert list(missing(site)) == []
    assert {str(p.relative_to(site)): found.raw for p, found in seen.items() if found.raw} == {}


def fetched(site: Path, seen: dict[Path, Seen]) -> Iterator[str]:
    """Yield what a browser would fetch from elsewhere."""
    for page, found in seen.items():
        for address in found.fetched:
            if re.match(r"([a-z]+:)?//", address):
                yield f"{page.relative_to(site)}: {address}"
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        for address in re.findall(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\s\"')]*)", text):
            yield f"{style.relative_to(site)}: {address}"


def broken(site: Path, seen: dict[Path, Seen]) -> Iterator[str]:
    """Yield links to pages, or to places on them, that are not there."""
    for page, found in seen.items():
        for link in (*found.links, *found.fetched):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("?")[0].partition("#")
            there = (page.parent / path).resolve() if path else page
            lost = anchor not in seen[there].ids if anchor and there in seen else False
            if lost or not there.exists():
                yield f"{page.relative_to(site)}: {link}"


def missing(site: Path) -> Iterator[str]:
    """Yield what has no page, is not found by the search, or not in the picture."""
    names = [n for n in strikerules.__all__ if not n.startswith("_")]
    wanted = [*(f"codes/{c}" for c in titles()), *(f"cli/{c}" for c in COMMANDS),
              *(f"api/{name}" for name in names)]  # fmt: skip
    for page in wanted:
        if not (site / "reference" / f"{page}.html").is_file():
            yield page
    index = (site / "searchindex.js").read_text(encoding="utf-8").lower()
    yield from (word for word in ("geodes", "antimeridian", "sr308") if word not in index)
    picture = (site / "architecture.html").read_text(encoding="utf-8")
    yield from (name for row in ORDER for name in row if f">{name}</text>" not in picture)


def test_a_fault_is_seen(tmp_path: Path) -> None:
    """The test of the pages would pass whatever they fetch and wherever they lead."""
    page, style = tmp_path / "a.html", tmp_path / "s.css"
    page.write_text(
        "<p>see [c](#d) <code>[e](#f)</code></p>"
        '<a id="x" href="#x">1</a> <a href="#y">2</a> <a href="b.html">3</a>'
        '<script src="https://cdn.example.org/s.js"></script><img src="//example.org/i.png">'
    )
    style.write_text("@import 'https://example.org/f.css'; a { background: url(i.png) }")
    seen = {page: Seen()}
    seen[page].feed(page.read_text())
    assert list(fetched(tmp_path, seen)) == [
        "a.html: https://cdn.example.org/s.js",
        "a.html: //example.org/i.png",
        "s.css: https://example.org/f.css",
    ]
    assert {"a.html: #y", "a.html: b.html"} <= set(broken(tmp_path, seen))
    assert "a.html: #x" not in set(broken(tmp_path, seen))
    assert seen[page].raw == ["see [c](#d) "]


def test_made_pages_are_ignored() -> None:
    """What the build makes would be taken for what people write, and kept."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {"docs/_build/", "docs/_pictures/", "docs/reference/*/"} <= set(ignored)


def test_the_table_of_data_is_complete() -> None:
    """A command would write data of a kind that the page on files does not name."""
    written = set()
    for file in (ROOT / "src" / "strikerules" / "cli").rglob("*.py"):
        text = re.sub(r">>> .*", "", file.read_text(encoding="utf-8"))
        written |= set(re.findall(r'(?:as_json\(\s*|"schema": )"(\w+/\d+)"', text))
    table = (DOCS / "reference" / "files.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\w+/\d+)`", table)) == written
