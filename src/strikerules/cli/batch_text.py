"""What a batch came to, as text for people and as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from strikerules.batch.summary import DECISIONS, Tally
from strikerules.cli.layout import columns, labelled, wrapped

__all__ = ["Done", "counted", "share"]

_MOST_NAMED = 6


class Done(Struct, frozen=True):
    """A table that was decided.

    Parameters
    ----------
    source, out : str
        As the user named them.
    rows, rejected : int
    rejects : str, optional
        The file with the rows that can't be read, if there are any.
    read : dict
        From a column to the path that it stands for.
    unread : tuple of str
        The other columns.
    lines : tuple of str
        What a sweep consists of.
    tallies : tuple of Tally
    """

    source: str
    out: str
    rows: int
    rejected: int
    rejects: str | None
    read: Mapping[str, str]
    unread: tuple[str, ...]
    lines: tuple[str, ...]
    tallies: tuple[Tally, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``batch/1``."""
        return {
            "source": self.source,
            "out": self.out,
            "rows": self.rows,
            "rejected": {"rows": self.rejected, "file": self.rejects},
            "columns": {"read": dict(self.read), "passed_on": list(self.unread)},
            "policies": [tally.to_dict() for tally in self.tallies],
        }

    def text(self, width: int) -> str:
        """Return it as text for people."""
        where = "standard output" if self.out == "-" else self.out
        what = f"{counted(self.rows, 'row')} of {self.source} decided, in {where}"
        lines = [wrapped(what, width, "  ", "")]
        lines += [wrapped(line, width, "  ", "") for line in self.lines]
        read = [n if n == path else f"{n} as {path}" for n, path in self.read.items()]
        if not self.lines:
            lines.append(labelled("looked at", ", ".join(read), width, 11))
            if self.unread:
                lines.append(labelled("passed on", ", ".join(self.unread), width, 11))
        blocks = ["\n".join(lines), *(_tally(tally, width) for tally in self.tallies)]
        return "\n\n".join(blocks)


def _tally(tally: Tally, width: int) -> str:
    whole = sum(tally.rows.values())
    rows = [(_word(d), f"{tally.rows[d]:,}", share(tally.rows[d], whole)) for d in DECISIONS]
    parts = [columns(rows, (tally.policy, "rows", "share"), width, right=(1, 2))]
    if tally.readings:
        parts.append(columns(_readings(tally, whole), ("under", *map(_word, DECISIONS)), width,
                             right=range(1, 5)))  # fmt: skip
    if tally.hangs_on:
        named = [f"{name} ({count:,})" for name, count in tally.hangs_on[:_MOST_NAMED]]
        more = len(tally.hangs_on) - len(named)
        text = ", ".join(named) + (f" and {more} more" if more else "")
        parts.append(wrapped(f"rows hang on {text}", width, "  ", ""))
    return "\n\n".join(parts)


def _readings(tally: Tally, whole: int) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    question = None
    for one in tally.readings:
        if one.question != question:
            question = one.question
            rows.append((question, *[""] * len(DECISIONS)))
        rows.append((f"  {one.reading}", *(share(one.rows[d], whole) for d in DECISIONS)))
    return rows


def _word(decision: str) -> str:
    return decision.replace("_", " ")


def counted(number: int, word: str) -> str:
    """Return a number of things.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def share(part: int, whole: int) -> str:
    """Return a share in percent, such that only nothing is 0 and only all is 100.

    Examples
    --------
    >>> share(0, 3), share(1, 3), share(1, 10**6), share(10**6 - 1, 10**6), share(3, 3)
    ('0 %', '33.3 %', '< 0.1 %', '> 99.9 %', '100 %')
    """
    if not whole or part in (0, whole):
        return "100 %" if part else "0 %"
    percent = 100 * part / whole
    if percent < 0.1:
        return "< 0.1 %"
    return "> 99.9 %" if percent > 99.9 else f"{percent:.1f} %"
