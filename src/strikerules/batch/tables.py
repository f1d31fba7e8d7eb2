"""Arrow tables decided: read by their schema, handed back with the decision columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from strikerules.batch.adding import (
    PROBLEM,
    Bad,
    added_names,
    problem_text,
    refuse_bad_rows,
    row_name,
)
from strikerules.batch.answers import TYPES
from strikerules.batch.decided import Decided
from strikerules.batch.deciding import Decider
from strikerules.batch.naming import Columns, told_apart, warn_of_unread
from strikerules.batch.plans import Plan, plan_of
from strikerules.batch.rows import Rows
from strikerules.language.vocabulary import Vocabulary

__all__ = ["check_stream", "decide_table", "rows_of_table"]

Table = TypeVar("Table", pa.Table, pa.RecordBatch)

#: Larger batches of a stream are decided in pieces, so that memory stays bounded.
MOST_ROWS = 1 << 20


#: Types of all columns that may be added.
_TYPES = TYPES | {PROBLEM: pa.string()}


def rows_of_table(
    table: pa.Table | pa.RecordBatch,
    vocabulary: Vocabulary,
    mapping: Columns | None = None,
    *,
    crs: Any = None,
) -> Rows:
    """Read an Arrow table.

    Parameters
    ----------
    table : pyarrow.Table or pyarrow.RecordBatch
    vocabulary : Vocabulary
    mapping : mapping, optional
        From a column to the path that it stands for, None for one that is to be left unread; a
        column named by its path needs none.
    crs : object, optional
        The coordinate reference system of geometries that do not say theirs.

    Raises
    ------
    InvalidInput
        SR221: columns can't be mapped so; SR222: a geometry's coordinates can't be understood.

    Examples
    --------
    >>> rows = rows_of_table(pa.table({"weapon.made_in": ["US", None]}), Vocabulary())
    >>> rows.count, rows.scenario(0).values
    (2, {'weapon.made_in': 'US'})
    """
    return _plan(table.schema, vocabulary, mapping, crs).rows(table)


def decide_table(
    decider: Decider,
    table: Table,
    mapping: Columns | None = None,
    *,
    prefix: str = "",
    bad: Bad = "raise",
    crs: Any = None,
    level: int = 0,
) -> tuple[Table, Decided]:
    """Decide an Arrow table.

    Parameters
    ----------
    decider : Decider
    table : pyarrow.Table or pyarrow.RecordBatch
    mapping, crs
        As in `rows_of_table`.
    prefix : str
        What the added columns' names begin with.
    bad : {"raise", "mark"}
        Whether rows that can't be read are refused, or left undecided with what is wrong in a
        column ``problem``.
    level : int
        How far up the user's own code is, for a warning of columns that may have been meant; there
        is none with 0.

    Returns
    -------
    table : pyarrow.Table or pyarrow.RecordBatch
        The same rows with ``decision``, ``possible``, ``settled``, ``rules`` and ``depends_on``.
    decided : Decided

    Raises
    ------
    InvalidInput
        As `rows_of_table`; SR223: a decision column is there already; SR224: rows can't be read.
    """
    added = added_names(table.schema.names, prefix, bad)
    plan = _plan(table.schema, decider.program.vocabulary, mapping, crs, level)
    return _decide(decider, table, plan, added, 0)


def check_stream(
    decider: Decider,
    reader: Any,
    mapping: Columns | None = None,
    *,
    prefix: str = "",
    bad: Bad = "raise",
    crs: Any = None,
    level: int = 0,
) -> pa.RecordBatchReader:
    """Decide a stream of Arrow batches, each when it is asked for.

    Parameters
    ----------
    decider : Decider
    reader : object
        Anything with ``__arrow_c_stream__``: a `pyarrow.RecordBatchReader`, a frame of Polars, a
        relation of DuckDB.
    mapping, prefix, bad, crs, level
        As in `decide_table`.

    Returns
    -------
    pyarrow.RecordBatchReader

    Raises
    ------
    InvalidInput
        SR221 to SR223 at once; SR224 when the batch with such rows is asked for.
    """
    batches = pa.RecordBatchReader.from_stream(reader)
    added = added_names(batches.schema.names, prefix, bad)
    plan = _plan(batches.schema, decider.program.vocabulary, mapping, crs, level)

    def decided() -> Iterator[pa.RecordBatch]:
        before = 0
        for whole in batches:
            for start in range(0, max(whole.num_rows, 1), MOST_ROWS):
                batch = whole.slice(start, MOST_ROWS)
                yield _decide(decider, batch, plan, added, before)[0]
                before += batch.num_rows

    return pa.RecordBatchReader.from_batches(_schema(batches.schema, added), decided())


def _plan(
    schema: pa.Schema, vocabulary: Vocabulary, columns: Columns | None, crs: Any, level: int = 0
) -> Plan:
    """Return how tables of a schema are read; warn of columns that may have been meant."""
    mapping, ignored = told_apart(schema.names, columns, vocabulary)
    if ignored:
        schema = pa.schema([f for f in schema if f.name not in ignored], schema.metadata)
    plan = plan_of(schema, vocabulary, mapping, crs)
    if level:
        geometry = {path: g.column for path, g in plan.geometry.items()}
        warn_of_unread(schema.names, plan.paths, geometry, vocabulary, level + 2)
    return plan


def _decide(
    decider: Decider, table: Table, plan: Plan, added: Mapping[str, str], before: int
) -> tuple[Table, Decided]:
    rows = plan.rows(table)
    decided = decider.decide(rows)
    if PROBLEM not in added:
        refuse_bad_rows(decided, lambda row: row_name(rows, row, before))
    found: dict[str, Any] = decided.columns()
    if PROBLEM in added:
        texts = np.full(rows.count, None, dtype=object)
        for row, problems in decided.problems.items():
            texts[row] = problem_text(problems)
        found[PROBLEM] = pa.array(texts, pa.string())
    columns = [*table.columns, *(found[name] for name in added)]
    return type(table).from_arrays(columns, schema=_schema(table.schema, added)), decided


def _schema(schema: pa.Schema, added: Mapping[str, str]) -> pa.Schema:
    """Return a table's schema with the added columns."""
    for name, column in added.items():
        schema = schema.append(pa.field(column, _TYPES[name]))
    return schema
