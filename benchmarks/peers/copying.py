"""Parquet to Parquet with pyarrow alone: what was read, and five columns more.

python benchmarks/peers/copying.py IN NUMBERS OUT
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["ADDED", "copy", "decided"]

#: The columns that deciding adds.
ADDED = ("decision", "possible", "settled", "rules", "depends_on")

OUTCOMES = ["not_governed", "prohibited", "permitted"]


def decided(table: pa.Table, numbers: Any) -> pa.Table:
    """Return a table with the columns that deciding adds.

    Parameters
    ----------
    table : pyarrow.Table
    numbers : ndarray of int8
        Each row's outcome.
    """
    codes = pa.array(numbers.astype(np.int32))
    columns = {
        "decision": pa.DictionaryArray.from_arrays(codes, OUTCOMES),
        "possible": pa.DictionaryArray.from_arrays(codes, OUTCOMES),
        "settled": pa.array(np.ones(len(numbers), dtype=np.bool_)),
        "rules": pa.DictionaryArray.from_arrays(codes, ["", "", "near-and-short"]),
        "depends_on": pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32) * 0), [""]),
    }
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table


def copy(source: Path, numbers: Path, out: Path) -> None:
    """Read a file, add the columns, write another."""
    table = pq.read_table(source)
    pq.write_table(decided(table, np.load(numbers)), out)


if __name__ == "__main__":
    copy(*map(Path, sys.argv[1:]))
