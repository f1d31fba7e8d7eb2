"""Plain text for people: wrapped paragraphs, columns, and the envelope of JSON results."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["as_json", "columns", "heading", "labelled", "wrapped"]


def as_json(schema: str, content: Mapping[str, Any]) -> str:
    """Return a result as JSON: the version, the kind of result, then its content.

    Examples
    --------
    >>> as_json("zones/1", {"zones": []}).splitlines()[2]
    '  "schema": "zones/1",'
    """
    from strikerules import __version__

    out = {"strikerules": __version__, "schema": schema, **content}
    return json.dumps(out, ensure_ascii=False, indent=2, allow_nan=False)


def wrapped(text: str, width: int, indent: str = "", first: str | None = None) -> str:
    """Return a paragraph filled to `width`; `first` is what the first line begins with.

    Examples
    --------
    >>> wrapped("one two three", 9, "  ", "- ")
    '- one two\\n  three'
    """
    return textwrap.fill(
        " ".join(text.split()), width, initial_indent=indent if first is None else first,
        subsequent_indent=indent, break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def heading(text: str) -> str:
    """Return a line and the rule under it.

    Examples
    --------
    >>> print(heading("rules"))
    rules
    -----
    """
    return f"{text}\n{'-' * len(text)}"


def labelled(label: str, text: str, width: int, margin: int = 14) -> str:
    """Return a label and its text beside it, the text aligned at `margin`.

    Examples
    --------
    >>> labelled("status", "assumed", 80)
    'status        assumed'
    """
    gap = label + " " * (margin - len(label)) if len(label) < margin else label + " "
    return wrapped(text, width, " " * margin, gap)


def columns(
    rows: Iterable[Sequence[str]], head: Sequence[str], width: int, right: Sequence[int] = ()
) -> str:
    """Return a table; the last column is wrapped to what is left of `width`.

    Parameters
    ----------
    rows : iterable of sequences of str
    head : sequence of str
    width : int
    right : sequence of int
        The columns that are aligned to the right.

    Examples
    --------
    >>> print(columns([["a", "1"], ["bc", "20"]], ["id", "km"], 80, right=[1]))
    id  km
    --  --
    a    1
    bc  20
    """
    body = [list(r) for r in rows]
    sizes = [max(len(r[i]) for r in [list(head), *body]) for i in range(len(head))]
    start = sum(sizes[:-1]) + 2 * (len(head) - 1)
    sizes[-1] = min(sizes[-1], max(20, width - start))
    lines = []
    for row in [list(head), ["-" * n for n in sizes], *body]:
        cells = [
            c.rjust(n) if i in right else c.ljust(n)
            for i, (c, n) in enumerate(zip(row[:-1], sizes, strict=False))
        ]
        last = row[-1].rjust(sizes[-1]) if len(head) - 1 in right else row[-1]
        tail = textwrap.wrap(last, sizes[-1], break_on_hyphens=False, drop_whitespace=False) or [""]
        lines.append("  ".join([*cells, tail[0]]).rstrip())
        lines += [" " * start + more.strip() for more in tail[1:]]
    return "\n".join(lines)
