"""Problems on a page: position, message, the line with a caret, what was expected, help."""

from __future__ import annotations

from collections.abc import Sequence

from strikerules.problems.model import Problem

__all__ = ["render_problems"]

_RED, _BLUE, _BOLD, _OFF = "\x1b[31m", "\x1b[34m", "\x1b[1m", "\x1b[0m"
_LONGEST_LINE = 100


def render_problems(
    problems: Sequence[Problem], *, colour: bool = False, word: str = "error"
) -> str:
    """Return problems as text, one after another, each ending in a line feed.

    Parameters
    ----------
    problems : sequence of Problem
    colour : bool
        Whether to use ANSI colours.
    word : str
        ``error`` or ``warning``.
    """
    return "".join(_one(p, colour, word) for p in problems)


def _one(problem: Problem, colour: bool, word: str) -> str:
    red, blue, bold, off = (_RED, _BLUE, _BOLD, _OFF) if colour else ("", "", "", "")
    if word != "error" and colour:
        red = "\x1b[33m"
    at = problem.position
    where = f"{bold}{at}:{off} " if at is not None and str(at) else ""
    lines = [f"{where}{red}{word}[{problem.code}]{off}: {problem.message}"]
    if at is not None and at.line and at.text.strip():
        gutter = str(at.line)
        text, column, width = _window(at.text, at.column, at.width)
        lines.append(f"  {blue}{gutter} |{off} {text}")
        lines.append(
            f"  {blue}{' ' * len(gutter)} |{off} {' ' * (column - 1)}{red}{'^' * width}{off}"
        )
    if problem.expected:
        lines.append(f"  {blue}expected:{off} {problem.expected}")
    if problem.help:
        lines.append(f"  {blue}help:{off} {problem.help}")
    return "\n".join(lines) + "\n"


def _window(text: str, column: int, width: int) -> tuple[str, int, int]:
    """Cut a long line down to the part around the column."""
    clean = "".join(" " if c == "\t" else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}"
                    for c in text)  # fmt: skip
    start = 0
    if len(clean) > _LONGEST_LINE:
        start = max(0, min(column - 1 - _LONGEST_LINE // 3, len(clean) - _LONGEST_LINE))
    shown = clean[start : start + _LONGEST_LINE]
    prefix = "…" if start else ""
    suffix = "…" if start + _LONGEST_LINE < len(clean) else ""
    column = column - start + len(prefix)
    return (
        prefix + shown + suffix,
        column,
        max(1, min(width, len(shown) + 1 - column + len(prefix))),
    )
