"""Tables decided by one policy, batch after batch.

Rows are reduced to signatures (`engine.quick`), a number each; the answers stand in tables that are
looked up by these numbers. Places are looked at only in rows that the other facts leave open.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import RLock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from strikerules.batch.answers import Answers, room
from strikerules.batch.coded import looked_up
from strikerules.batch.decided import Decided
from strikerules.batch.rows import Rows
from strikerules.batch.table import Table
from strikerules.batch.tabled import Tabled
from strikerules.engine.program import Program
from strikerules.engine.quick import Signatures
from strikerules.geography.atlas import Atlas
from strikerules.problems import Problem

__all__ = ["Decider", "threads"]

Ints = NDArray[Any]
Given = TypeVar("Given")
Found = TypeVar("Found")

#: Rows that are worked on at once, few enough to stay in a processor's cache.
_ROWS = 65_536

#: Rows that words leave open and that are worked on at once: what is measured is measured together.
_REST = 131_072

#: Tables of fewer rows are decided in one thread.
_WORTH_THREADS = 200_000
_MOST_THREADS = 4


def threads() -> int:
    """Return how many threads large tables are decided in.

    ``STRIKERULES_THREADS`` says; otherwise as many as there are processors for this process, up
    to four.
    """
    said = os.environ.get("STRIKERULES_THREADS", "")
    if said.isdigit() and int(said):
        return int(said)
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(there or 1, _MOST_THREADS)


class Decider:
    """Decides tables by one program; what it has worked out serves the next table.

    Parameters
    ----------
    program : Program
    atlas : Atlas
    signatures : Signatures, optional
        Those of the program, where some are at hand.
    """

    def __init__(
        self, program: Program, atlas: Atlas, signatures: Signatures | None = None
    ) -> None:
        self.program, self.atlas = program, atlas
        self.signatures = signatures or Signatures(program, atlas)
        self.answers = Answers()
        self._tabled = Tabled(self.signatures, self.answers)
        self._lock = RLock()

    def decide(self, rows: Rows) -> Decided:
        """Decide the rows of a table."""
        rows = looked_up(rows, self.program.ruling, self.atlas)
        problems: dict[int, tuple[Problem, ...]] = {}
        wrong = rows.wrong
        if wrong is not None:
            for row in np.flatnonzero(wrong).tolist():
                problems[row] = tuple(rows.problems(row))
        numbers = np.zeros(rows.count, np.int32) if problems else room(rows.count, np.int32)
        table = Table(rows, self.program, self.atlas, self.signatures, self._tabled, self._lock)
        at_once = threads() if rows.count >= _WORTH_THREADS else 1
        left = _each(lambda part: table.by_words(part, numbers), _parts(rows.count, wrong), at_once)

        def rest(block: tuple[Ints, Ints]) -> None:
            numbers[block[0]] = table.decide(*block)

        _each(rest, list(_blocks(left, at_once)), at_once)
        for row, found in table.problems.items():
            problems[row] = found
            numbers[row] = 0
        return Decided(numbers, self.answers, problems)


def _each(work: Callable[[Given], Found], parts: Sequence[Given], at_once: int) -> list[Found]:
    """Return what comes of each part, some of them worked on at once."""
    if at_once < 2 or len(parts) < 2:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(work, parts))


def _parts(count: int, wrong: NDArray[np.bool_] | None) -> list[slice | Ints]:
    """Return the rows that can be read, in pieces."""
    found: list[slice | Ints] = []
    for start in range(0, count, _ROWS):
        part: slice | Ints = slice(start, min(start + _ROWS, count))
        if wrong is not None and wrong[part].any():
            part = np.flatnonzero(~wrong[part]) + start
        found.append(part)
    return found


def _blocks(left: list[tuple[Ints, Ints]], at_once: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield rows and their keys in larger pieces, as many as make every thread busy."""
    if not left:
        return
    at, keys = (np.concatenate(arrays) for arrays in zip(*left, strict=True))
    pieces = -(-len(at) // _REST)
    step = -(-len(at) // max(1, -(-pieces // at_once) * at_once))
    for start in range(0, len(at), max(step, 1)):
        yield at[start : start + step], keys[start : start + step]
