"""What deciding adds to a table: columns by their names, and what is wrong with bad rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

from strikerules.batch.answers import COLUMNS
from strikerules.batch.decided import Decided
from strikerules.batch.rows import Rows
from strikerules.problems import InvalidInput, Problem, listed, quoted

__all__ = ["PROBLEM", "Bad", "added_names", "problem_text", "refuse_bad_rows", "row_name"]

#: What to do about rows that can't be read.
Bad = Literal["raise", "mark"]

#: The column that says what is wrong with a row, where bad rows are marked.
PROBLEM = "problem"

#: What a missing name is written as.
_NAMELESS = ("", "None", "nan", "NaT", "<NA>")

#: So many bad rows are told of before the rest is counted.
MOST_TOLD = 10


def added_names(columns: Sequence[Any], prefix: str, bad: Bad) -> dict[str, str]:
    """Return the columns that deciding adds, each with the name that it is given.

    Parameters
    ----------
    columns : sequence
        Those that the table has.
    prefix : str
    bad : {"raise", "mark"}

    Raises
    ------
    InvalidInput
        SR223: the table has a column of such a name.

    Examples
    --------
    >>> added_names(["date"], "now_", "raise")["settled"]
    'now_settled'
    """
    if bad not in get_args(Bad):
        raise ValueError(f"bad is 'raise' or 'mark', not {bad!r}")
    found = {name: prefix + name for name in (*COLUMNS, *([PROBLEM] if bad == "mark" else []))}
    there = [name for name in found.values() if name in columns]
    if there:
        other = "batch_" if prefix == "" else prefix + "2_"
        raise InvalidInput(
            Problem(
                "SR223",
                f"the table has a column {listed(there, 'and')} already",
                None,
                f"no column called {listed(found.values())}",
                f"leave it out, or give the new ones another beginning: `prefix={other!r}`",
            )
        )
    return found


def problem_text(problems: Sequence[Problem]) -> str:
    """Return what is wrong with a row on one line."""
    return "; ".join(
        f"{p.code} {p.message}" + (f" ({p.help or p.expected})" if p.help or p.expected else "")
        for p in problems
    )


def refuse_bad_rows(decided: Decided, name: Callable[[int], str]) -> None:
    """Raise the problems of the first rows that can't be read, if there are any.

    Parameters
    ----------
    decided : Decided
    name : callable
        From a row to what it is called in a message.

    Raises
    ------
    InvalidInput
        SR224 with how many they are, then what is wrong with each of the first.
    """
    count, total = len(decided.problems), len(decided.numbers)
    if not count:
        return
    first = sorted(decided.problems)[:MOST_TOLD]
    told = "" if count == len(first) else f"; these are the first {len(first)}"
    raise InvalidInput(
        [
            Problem(
                "SR224",
                f"{count:,} of {total:,} rows can't be read{told}",
                None,
                None,
                'mend them, or give `bad="mark"` to leave them undecided and have the rest',
            ),
            *(
                Problem(p.code, f"{name(row)}: {p.message}", None, p.expected, p.help)
                for row in first
                for p in decided.problems[row]
            ),
        ]
    )


def row_name(rows: Rows, row: int, before: int = 0) -> str:
    """Return a row's number, counted from 1, and its name if it has one.

    Parameters
    ----------
    rows : Rows
    row : int
    before : int
        How many rows came before these.
    """
    name = "" if rows.names is None else rows.name(row)
    number = f"row {before + row + 1:,}"
    return number if name in _NAMELESS else f"{number} ({quoted(name)})"
