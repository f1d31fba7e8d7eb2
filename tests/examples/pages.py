"""The pages, and the blocks of code in them.

A page of the documentation that no test of its own runs is a *session*: its blocks are done one
after another in one empty folder, as a reader would.

- ```` ```yaml NAME ```` (or any kind with a name) writes a file;
- ```` ```diff NAME ```` changes one;
- ```` ```console ```` runs its commands, and what they print is what the page shows. A line that is
  `…` stands for any number of lines. `cat FILE` prints a file, `echo $?` the last exit status; of
  `make TARGET` and `pip install` only the names are looked at;
- ```` ```python ```` is run, with its prompts as a doctest;
- ```` ```yaml ```` without a name is a policy, a timeline or a scenario, see `test_docs.py`.

Anything else is a block that nobody checks, and fails. STRIKERULES_UPDATE=1 writes what commands
print into the pages; look at what changed before keeping it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

#: Folders in which the build of the documentation makes pages.
MADE = ("_build", "reference")

FENCE = re.compile(r"(?ms)^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)`*[ ]*$")

#: What a policy, a timeline or scenarios begin with.
LOADED = ("policy", "timeline", "scenario", "scenarios", "defaults")


class Block(NamedTuple):
    page: Path
    line: int
    kind: str
    name: str
    body: str
    span: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Return the README and all pages of the documentation that people write."""
    found = (p for p in DOCS.rglob("*.md") if not _made(p.relative_to(DOCS)))
    return [ROOT / "README.md", *sorted(found)]


def _made(path: Path) -> bool:
    first, *rest = path.parts
    return first.startswith("_") or (first == "reference" and len(rest) > 1)


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page, directives of Sphinx left aside."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        kind, _, name = match["info"].strip().partition(" ")
        if not kind.startswith("{"):
            line = text.count("\n", 0, match.start()) + 1
            yield Block(page, line, kind, name, match["body"], match.span("body"))


def directives(page: Path) -> Iterator[str]:
    """Yield the names of the directives in fences of a page."""
    text = page.read_text(encoding="utf-8")
    yield from re.findall(r"(?m)^(?:`{3,}|:{3,})\{([^}\n]+)\}", text)


def first_key(body: str) -> str:
    """Return the first key of a document in YAML."""
    lines = [x for x in body.splitlines() if not x.startswith("#")]
    return lines[0].partition(":")[0] if lines else ""


def matches(shown: str, printed: str) -> bool:
    """Tell whether what is printed is what a page shows, `…` standing for any lines."""
    lines = [r"(?:.*\n)*?" if x == "…" else re.escape(x) + r"\n" for x in shown.splitlines()]
    return re.fullmatch("".join(lines), printed) is not None
