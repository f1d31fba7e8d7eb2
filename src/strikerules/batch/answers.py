"""What a row comes to, kept once for all rows that come to the same, and the columns made of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strikerules.batch.arrays import as_arrow_array, as_numpy, room, text_array
from strikerules.engine.quick import Answer, answer_of

__all__ = ["COLUMNS", "JOINT", "TYPES", "Answer", "Answers", "answer_of", "cell"]

#: Between the names in a cell; what `Series.str.get_dummies` splits at.
JOINT = "|"

#: The columns that deciding adds, in this order.
COLUMNS = ("decision", "possible", "settled", "rules", "depends_on")

#: Their types, the same for every batch of a stream. There are few decisions; of rules and of facts
#: there may be any number of combinations.
TYPES = {
    "decision": pa.dictionary(pa.int8(), pa.string()),
    "possible": pa.dictionary(pa.int8(), pa.string()),
    "settled": pa.bool_(),
    "rules": pa.dictionary(pa.int32(), pa.string()),
    "depends_on": pa.dictionary(pa.int32(), pa.string()),
}

#: Rows that are looked up at once, few enough to stay in a processor's cache.
_ROWS = 65_536


def cell(answer: Answer, column: str) -> Any:
    """Return what stands in one of the added columns."""
    found = getattr(answer, column)
    return JOINT.join(found) if isinstance(found, tuple) else found


def _taken(codes: pa.Array, where: pa.Array) -> pa.Array:
    """Return the codes of many numbers, each of which is that of an answer."""
    if codes.null_count:
        return pc.take(codes, where, boundscheck=False)
    if len(codes) > 1 and len(set(codes[1:].to_pylist())) == 1:
        # where all are the same nothing has to be looked up
        value, kind = codes[1].as_py(), codes.type.to_pandas_dtype()
        filled = np.full(len(where), value, kind) if value else np.zeros(len(where), kind)
        return as_arrow_array(filled)
    found = room(len(where), codes.type.to_pandas_dtype())
    for start in range(0, len(where), _ROWS):
        part = pc.take(codes, where.slice(start, _ROWS), boundscheck=False)
        found[start : start + _ROWS] = as_numpy(part)
    return as_arrow_array(found)


def _packed(bytes_: pa.Array) -> pa.Array:
    """Return ones and zeros as booleans."""
    bits = np.packbits(np.frombuffer(bytes_.buffers()[1], np.uint8), bitorder="little")
    return pa.BooleanArray.from_buffers(
        pa.bool_(), len(bytes_), [bytes_.buffers()[0], pa.py_buffer(bits)]
    )


class Answers:
    """Answers by number, each kept once; number 0 is that of rows that can't be read."""

    def __init__(self) -> None:
        self.items: list[Answer | None] = [None]
        self._numbers: dict[Answer, int] = {}
        self._dictionaries: dict[str, tuple[pa.Array, pa.Array, pa.Array | None]] = {}

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
        where = as_arrow_array(numbers)
        # number 0 is null, which takes longer where it does not come
        read = not len(numbers) or bool(numbers.min())
        found, taken = {}, {}
        for name in names:
            codes, bare, words = self._dictionary(name)
            picked = bare if read else codes
            # columns that tell the answers apart in the same way share their codes
            key = tuple(picked.to_pylist()), picked.type
            if key not in taken:
                taken[key] = _taken(picked, where)
            indices = taken[key]
            found[name] = (
                _packed(indices)
                if words is None
                else pa.DictionaryArray.from_arrays(indices, words, safe=False)
            )
        return found

    def _dictionary(self, name: str) -> tuple[pa.Array, pa.Array, pa.Array | None]:
        """Return each answer's code, the same without a null, and what the codes stand for."""
        kept = self._dictionaries.get(name)
        if kept is not None and len(kept[0]) == len(self.items):
            return kept
        cells = [None if a is None else cell(a, name) for a in self.items]
        if name == "settled":
            known, words = [bool(c) for c in cells], None
            bare = as_arrow_array(np.array(known, dtype=np.uint8))
        else:
            words = list(dict.fromkeys(c for c in cells if c is not None))
            where = {word: i for i, word in enumerate(words)}
            kind = TYPES[name].index_type.to_pandas_dtype()
            bare = as_arrow_array(np.array([where.get(c, 0) for c in cells], dtype=kind))
        # the first is null
        valid = np.packbits(np.arange(len(cells)) > 0, bitorder="little")
        codes = pa.Array.from_buffers(
            bare.type, len(cells), [pa.py_buffer(valid), bare.buffers()[1]]
        )
        kept = codes, bare, None if words is None else text_array(words)
        self._dictionaries[name] = kept
        return kept
