"""Rows that can't be read, kept in a file of their own with what is wrong with each."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pyarrow as pa

from strikerules.batch.adding import problem_text
from strikerules.batch.csv_files import plain_text
from strikerules.batch.whole import beside, not_written
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["BECAUSE", "NUMBER", "Bad", "Rejects", "cells_of"]

#: The columns that stand before those of the table.
NUMBER, BECAUSE = "rejected_row", "rejected_because"

#: So many are told of on the screen before the rest is counted.
MOST_TOLD = 20


class Bad(NamedTuple):
    """A row that can't be read.

    Parameters
    ----------
    number : int
        In the file, from 1.
    name : str, optional
    problems : tuple of Problem
    cells : list of str
    text : str
        The whole row, where the cells are not all of it.
    """

    number: int
    name: str | None
    problems: tuple[Problem, ...]
    cells: list[str]
    text: str = ""

    def told(self) -> Iterable[Problem]:
        """Return what is wrong, each beginning with which row it is."""
        which = f"row {self.number:,}" + (f" ({quoted(self.name)})" if self.name else "")
        for p in self.problems:
            yield Problem(p.code, f"{which}: {p.message}", None, p.expected, p.help)


class Rejects:
    """Takes rows that can't be read, and writes a file if there are any.

    Parameters
    ----------
    path : pathlib.Path, optional
        None where they are counted only.
    columns : list of str
        Those of the table.

    Attributes
    ----------
    count : int
    first : list of Bad
    """

    def __init__(self, path: Path | None, columns: list[str]) -> None:
        self.path, self.count = path, 0
        self.first: list[Bad] = []
        # a table of rejects that was mended, and still is not right, has them already
        self._kept = [i for i, name in enumerate(columns) if name not in (NUMBER, BECAUSE)]
        self._header = [NUMBER, BECAUSE, *(columns[i] for i in self._kept)]
        self._stack = ExitStack()
        self._writer: Any = None

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError):
            # it is not of this file, which would say that it is
            kind, error, trace = InvalidInput, InvalidInput([]), None
        self._stack.__exit__(kind, error, trace)

    def add(self, bad: Iterable[Bad]) -> None:
        """Take rows, in the order in which they stand in the table."""
        for one in bad:
            self.count += 1
            if len(self.first) < MOST_TOLD:
                self.first.append(one)
            if self.path is not None:
                cells = [one.cells[i] if i < len(one.cells) else "" for i in self._kept]
                because = problem_text(one.problems) + (f": {one.text}" if one.text else "")
                try:
                    self._open().writerow([one.number, because, *cells])
                except OSError as failed:
                    raise not_written(self.path, failed) from None

    def _open(self) -> Any:
        if self._writer is None:
            assert self.path is not None
            place = self._stack.enter_context(beside(self.path))
            file = self._stack.enter_context(place.open("w", encoding="utf-8", newline=""))
            self._writer = csv.writer(file, lineterminator="\n")
            self._writer.writerow(self._header)
        return self._writer

    def error(self, rows: int) -> InvalidInput:
        """Return what to raise where no row may be bad (SR224).

        Parameters
        ----------
        rows : int
            How many the table has.
        """
        told = "" if self.count == len(self.first) else f"; these are the first {len(self.first)}"
        return InvalidInput(
            [
                Problem(
                    "SR224",
                    f"{self.count:,} of {rows:,} rows can't be read{told}",
                    None,
                    None,
                    "mend them, or leave out `--strict` to decide the others",
                ),
                *(problem for bad in self.first for problem in bad.told()),
            ]
        )


def cells_of(batch: pa.RecordBatch) -> list[list[str]]:
    """Return rows as text, whatever the columns hold.

    Examples
    --------
    >>> cells_of(pa.record_batch({"a": [1, None], "b": [["x"], []]}))
    [['1', '["x"]'], ['', '[]']]
    """
    columns = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            columns.append(plain_text(column, name).to_pylist())
        except InvalidInput:
            columns.append([_loose(value) for value in column.to_pylist()])
    return [list(row) for row in zip(*columns, strict=True)]


def _loose(value: Any) -> str:
    if value is None:
        return ""
    return value.hex() if isinstance(value, bytes) else json.dumps(value, default=str)
