"""A problem, where it stands, and the exception that carries all problems of an input."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

__all__ = ["InvalidInput", "Position", "Problem"]


class Position(Struct, frozen=True):
    """A place in a text: `line` and `column` count from 1; `text` is the whole line."""

    file: str
    line: int
    column: int
    text: str = ""
    width: int = 1

    def __str__(self) -> str:
        # data that was never a file has no place to name
        return f"{self.file}:{self.line}:{self.column}" if self.line and self.file else self.file


class Problem(Struct, frozen=True):
    """One thing that is wrong, with a stable code.

    Parameters
    ----------
    code : str
        Such as ``SR111``; ``strikerules explain SR111`` has its page.
    message : str
        Lower case, no full stop, the user's own value in backticks.
    position : Position, optional
    expected : str, optional
        What would have been right.
    help : str, optional
        What to do about it, often a suggestion.
    """

    code: str
    message: str
    position: Position | None = None
    expected: str | None = None
    help: str | None = None

    def __str__(self) -> str:
        where = f"{self.position}: " if self.position and self.position.file else ""
        tail = "".join(
            f"\n  {label}: {text}"
            for label, text in (("expected", self.expected), ("help", self.help))
            if text
        )
        return f"{where}{self.code} {self.message}{tail}"

    def to_dict(self) -> dict[str, object]:
        """Return the problem as plain data, positions as 1-based numbers."""
        out: dict[str, object] = {"code": self.code, "message": self.message}
        if self.position and self.position.file:
            out |= {
                "file": self.position.file,
                "line": self.position.line,
                "column": self.position.column,
            }
        if self.expected:
            out["expected"] = self.expected
        if self.help:
            out["help"] = self.help
        return out


class InvalidInput(Exception):
    """The input can't be used; carries every problem that was found, in order of place.

    Attributes
    ----------
    problems : tuple of Problem
    """

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        if isinstance(problems, Problem):
            problems = [problems]
        unique = dict.fromkeys(problems)
        self.problems: tuple[Problem, ...] = tuple(
            sorted(
                unique,
                key=lambda p: (
                    (p.position.file, p.position.line, p.position.column)
                    if p.position
                    else ("", 0, 0)
                ),
            )
        )
        super().__init__("\n".join(map(str, self.problems)))

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[tuple[Problem, ...]]]:
        # else another process would be handed the text in place of the problems
        return type(self), (self.problems,)
