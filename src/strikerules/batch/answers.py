"""What a row comes to, kept once for all rows that come to the same, and the columns made of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strikerules.engine.quick import Answer, answer_of

__all__ = ["COLUMNS", "JOINT", "Answer", "Answers", "answer_of", "cell"]

#: Between the names in a cell; what `Series.str.get_dummies` splits at.
JOINT = "|"

#: Rows that are looked up at once, few enough to stay in a processor's cache.
_ROWS = 65_536

#: The columns that deciding adds, in this order.
COLUMNS = ("decision", "possible", "settled", "rules", "depends_on")


def cell(answer: Answer, column: str) -> Any:
    """Return what stands in one of the added columns."""
    found = getattr(answer, column)
    return JOINT.join(found) if isinstance(found, tuple) else found


class Answers:
    """Answers by number, each kept once; number 0 is that of rows that can't be read."""

    def __init__(self) -> None:
        self.items: list[Answer | None] = [None]
        self._numbers: dict[Answer, int] = {}
        self._dictionaries: dict[str, tuple[int, NDArray[Any], pa.Array]] = {}

    def __len__(self) -> int:
        return len(self.items)

    def number(self, answer: Answer) -> int:
        """Return the number of an answer."""
        found = self._numbers.get(answer)
        if found is None:
            found = self._numbers[answer] = len(self.items)
            self.items.append(answer)
        return found

    def columns(self, numbers: NDArray[Any], names: Iterable[str] = COLUMNS) -> dict[str, pa.Array]:
        """Return added columns by name.

        Parameters
        ----------
        numbers : ndarray of int
            Each row's answer.
        names : iterable of str
            Of `COLUMNS`.

        Returns
        -------
        dict of pyarrow.Array
            Booleans for ``settled``, else text as a dictionary; null for rows that can't be read.
        """
        known = {name: self._dictionary(name) for name in names}
        found = {name: np.empty(len(numbers), dtype=c.dtype) for name, (c, _) in known.items()}
        read = True
        for start in range(0, len(numbers), _ROWS):
            part = slice(start, start + _ROWS)
            # of a machine's own size, so that they are not made such for each column
            where = numbers[part].astype(np.intp)
            read = read and bool(where.min(initial=1))
            for name, (codes, _) in known.items():
                codes.take(where, out=found[name][part], mode="clip")
        mask = None if read else numbers == 0
        return {
            name: pa.array(found[name].view(np.bool_), mask=mask)
            if name == "settled"
            else pa.DictionaryArray.from_arrays(pa.array(found[name], mask=mask), words)
            for name, (_, words) in known.items()
        }

    def _dictionary(self, name: str) -> tuple[NDArray[Any], pa.Array]:
        kept = self._dictionaries.get(name)
        if kept is not None and kept[0] == len(self.items):
            return kept[1], kept[2]
        cells = [None if a is None else cell(a, name) for a in self.items]
        if name == "settled":
            codes = np.array([bool(c) for c in cells])
            self._dictionaries[name] = (len(cells), codes.view(np.int8), pa.array([]))
            return codes.view(np.int8), pa.array([])
        words = list(dict.fromkeys(c for c in cells if c is not None))
        where = {word: i for i, word in enumerate(words)}
        # one type, however many there are: the batches of a stream have one schema
        codes = np.array([0 if c is None else where[c] for c in cells], dtype=np.int32)
        self._dictionaries[name] = (len(cells), codes, pa.array(words, pa.string()))
        return codes, self._dictionaries[name][2]
