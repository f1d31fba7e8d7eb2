"""Small pieces of Markdown for the pages that the build makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

#: Kinds of block that Pygments has no name for.
LEXERS = {"csv": "text"}

SAID = "This page is made from {source} when the documentation is built."


def made_from(source: str) -> str:
    """Return the line that says where a page comes from."""
    return SAID.format(source=source) + "\n"


def cell(text: object) -> str:
    """Return a value for a cell of a table: on one line, its bars escaped."""
    return re.sub(r"\s+", " ", str(text)).strip().replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(map(cell, line)) + " |\n" for line in lines)


def code(text: str, kind: str = "text") -> str:
    """Return a block of code, fenced so that no fence within ends it."""
    fence = "`" * max(3, *(len(f) + 1 for f in re.findall("`{3,}", text)), 3)
    return f"{fence}{kind}\n{text.rstrip()}\n{fence}\n"


def ticked(words: Iterable[object]) -> str:
    """Return words in backticks, with commas between them."""
    return ", ".join(f"`{word}`" for word in words)


def slug(*words: str) -> str:
    """Return words as the name of a target."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")


def target(*words: str) -> str:
    """Return the line that makes what follows it a target."""
    return f"({slug(*words)})=\n"


def link(text: str, *words: str) -> str:
    """Return a link to a target, which may stand on any page."""
    return f"[{text}](#{slug(*words)})"


def toc(names: Iterable[str], *, hidden: bool = True) -> str:
    """Return the table of contents of a folder's pages."""
    head = ":::{toctree}\n" + (":hidden:\n" if hidden else "") + ":maxdepth: 1\n\n"
    return head + "".join(f"{name}\n" for name in names) + ":::\n"


def flat(text: str | None) -> str:
    """Return folded text as one paragraph."""
    return re.sub(r"\s+", " ", text or "").strip()
