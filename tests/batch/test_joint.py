"""Columns of words taken together come to what each of them does by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strikerules.batch.arrays import looked_up_in
from strikerules.batch.joint import joined

KINDS = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint32]


@st.composite
def columns(draw: st.DrawFn) -> list[tuple[Any, Any]]:
    """Return columns of codes of a few values or of many, of all types, some cells empty."""
    found = []
    rows = draw(st.integers(0, 40))
    for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5)):
        values = draw(st.sampled_from([1, 2, 7, 100, 120]))
        signed = np.issubdtype(kind, np.signedinteger)
        codes = draw(st.lists(st.integers(-1 if signed else 0, values - 1),
                              min_size=rows, max_size=rows))  # fmt: skip
        table = draw(st.lists(st.integers(0, 1000), min_size=values, max_size=values))
        found.append((np.array([*table, 0]), np.array(codes, dtype=kind)))
    return found


@given(columns(), st.data())
def test_they_come_to_the_same(given_columns: list[tuple[Any, Any]], data: st.DataObject) -> None:
    """A row would be looked up under another row's words."""
    rows = len(given_columns[0][1])
    part: Any = slice(data.draw(st.integers(0, rows)), None)
    if data.draw(st.booleans()):
        part = np.flatnonzero(np.arange(rows) % 2)
    expected = sum(table[codes[part].astype(np.int64)] for table, codes in given_columns)
    groups = joined(given_columns)
    assert [id(c) for g in groups for c in g.columns] == [id(c) for _, c in given_columns]
    found = sum(looked_up_in(g.table, g.numbers(part), known=True) for g in groups)
    assert np.array_equal(found, expected)
    assert max(len(g.table) for g in groups) <= max(1 << 14, 121)


def test_a_code_without_a_value_is_refused() -> None:
    """A damaged column would be looked up beyond the end of a table."""
    (group,) = joined([(np.array([1, 2, 0]), np.array([0, 5, -1]))])
    with pytest.raises(IndexError):
        group.numbers(slice(None))
