"""Tables decided by one policy, batch after batch.

Rows are reduced to signatures (`engine.quick`), a number each; the answers stand in tables that are
looked up by these numbers. Places are looked at only in rows that the other facts leave open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strikerules.batch.answers import Answers
from strikerules.batch.arrays import room
from strikerules.batch.coded import looked_up
from strikerules.batch.decided import Decided
from strikerules.batch.rows import Rows
from strikerules.batch.table import Left, Table
from strikerules.batch.tabled import Tabled
from strikerules.engine.program import Program
from strikerules.engine.quick import Signatures
from strikerules.geography.atlas import Atlas
from strikerules.problems import Problem

__all__ = ["Decider"]

Ints = NDArray[Any]

#: Rows that are worked on at once, few enough to stay in a processor's cache.
_ROWS = 65_536

#: The same where one look-up is all that is done.
_AT_ONCE = 131_072

#: Rows that words leave open and that are worked on at once: what is measured is measured together.
_REST = 262_144


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

    def decide(self, rows: Rows) -> Decided:
        """Decide the rows of a table."""
        rows = looked_up(rows, self.program.ruling, self.atlas)
        problems: dict[int, tuple[Problem, ...]] = {}
        wrong = rows.wrong
        if wrong is not None:
            for row in np.flatnonzero(wrong).tolist():
                problems[row] = tuple(rows.problems(row))
        numbers = np.zeros(rows.count, np.int32) if problems else room(rows.count, np.int32)
        table = Table(rows, self.program, self.atlas, self.signatures, self._tabled)
        step = _AT_ONCE if table.at_once else _ROWS
        left = (table.by_words(part, numbers) for part in _parts(rows.count, wrong, step))
        for at, keys, heads in _blocks(left, _REST):
            numbers[at] = table.decide(at, keys, heads)
        for row, found in table.problems.items():
            problems[row] = found
            numbers[row] = 0
        return Decided(numbers, self.answers, problems)


def _parts(count: int, wrong: NDArray[np.bool_] | None, step: int) -> list[slice | Ints]:
    """Return the rows that can be read, in pieces."""
    found: list[slice | Ints] = []
    for start in range(0, count, step):
        part: slice | Ints = slice(start, min(start + step, count))
        if wrong is not None and wrong[part].any():
            part = np.flatnonzero(~wrong[part]) + start
        found.append(part)
    return found


def _blocks(left: Iterable[Left], most: int) -> Iterator[Left]:
    """Yield rows that are left together, as soon as there are `most` of them."""
    some: list[Left] = []
    count = 0
    for one in left:
        some.append(one)
        count += len(one[0])
        if count >= most:
            yield _together(some)
            some, count = [], 0
    if count:
        yield _together(some)


def _together(some: list[Left]) -> Left:
    at, keys, heads = (
        arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
        for arrays in zip(*some, strict=True)
    )
    return at, keys, heads
