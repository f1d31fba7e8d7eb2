"""Shares as a table for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strikerules.batch.shares import SHARES

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

__all__ = ["share_table"]

_TITLES = {"not_governed": "not governed", "weight": "km²"}


def share_table(frame: pd.DataFrame, title: str | None = None) -> Table:
    """Return shares as a table that `rich` prints.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `Shares.frame`, `Shares.by_reading` and `together` have them.
    title : str, optional

    Returns
    -------
    rich.table.Table
        Shares in per cent, with their intervals if they have any.
    """
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    first = list(frame.columns).index("rows")
    labels, counts = list(frame.columns[:first]), [
        c for c in ("rows", "weight", "unreadable") if c in frame.columns
    ]  # fmt: skip
    for name in labels:
        table.add_column(str(name), overflow="fold")
    for name in (*counts, *SHARES):
        table.add_column(_TITLES.get(name, name), justify="right", no_wrap=True)
    before: list[str] = []
    for row in frame.to_dict("records"):
        words = [_word(row[name]) for name in labels]
        # what is the same as in the row above is not said again
        shown = [w if words[: k + 1] != before[: k + 1] else "" for k, w in enumerate(words)]
        before = words
        table.add_row(*shown, *(_count(row[c]) for c in counts), *(_share(row, s) for s in SHARES))
    return table


def _word(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _count(value: Any) -> str:
    return "" if value != value else f"{value:,.0f}"


def _share(row: dict[Any, Any], name: str) -> str:
    value = row[name]
    if value != value:
        return ""
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if low is None or low != low:
        return f"{value:.1%}"
    return f"{value:.1%} ({low:.1%}–{high:.1%})"
