"""Parquet, GeoParquet and Arrow's own files: types, geometries and metadata pass through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from strikerules.batch.sources import Part, Source, resized, unreadable

__all__ = ["open_arrow", "open_parquet", "write_arrow", "write_parquet"]


class _Batches(Source):
    """Batches that a library hands out, numbered."""

    def __init__(
        self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch], total: int
    ) -> None:
        super().__init__(name, schema, total)
        self._batches, self._read = batches, 0

    def done(self) -> float | None:
        return min(1.0, self._read / self.total) if self.total else None

    def parts(self) -> Iterator[Part]:
        for batch in self._batches:
            numbers = np.arange(self._read + 1, self._read + batch.num_rows + 1)
            self._read += batch.num_rows
            yield Part(numbers, batch)


@contextmanager
def open_parquet(path: Path, name: str, rows: int) -> Iterator[Source]:
    """Open a Parquet file, to be read `rows` at a time.

    Raises
    ------
    InvalidInput
        SR226 where it is none, or damaged.
    """
    with _read_errors(name, "Parquet"):
        # mapped into memory, or buffered ahead, all that was read of a large file would stay there
        file = pa.parquet.ParquetFile(path, memory_map=False, pre_buffer=False)
    with file:
        batches = _guarded(file.iter_batches(rows), name, "Parquet")
        yield _Batches(name, file.schema_arrow, batches, file.metadata.num_rows)


@contextmanager
def open_arrow(path: Path, name: str, rows: int) -> Iterator[Source]:
    """Open a file of Arrow's own format, which Feather is too.

    Raises
    ------
    InvalidInput
        SR226 where it is none, or damaged.
    """
    with pa.OSFile(str(path)) as stream:
        with _read_errors(name, "Arrow"):
            file = pa.ipc.open_file(stream)
            total = file.count_rows() if hasattr(file, "count_rows") else 0
        batches = (file.get_batch(i) for i in range(file.num_record_batches))
        yield _Batches(name, file.schema, _guarded(resized(batches, rows), name, "Arrow"), total)


def write_parquet(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write a table as Parquet, a row group for each batch."""
    with pa.parquet.ParquetWriter(path, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def write_arrow(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write a table in Arrow's own format; what is coded by a dictionary is written out."""
    # the format has one dictionary for all batches, and the next batch may have another
    plain = pa.schema(
        [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in schema],
        schema.metadata,
    )
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(str(path), plain, options=options) as writer:
        for batch in batches:
            writer.write_batch(
                pa.RecordBatch.from_arrays(
                    [
                        c.cast(f.type) if pa.types.is_dictionary(c.type) else c
                        for c, f in zip(batch.columns, plain, strict=True)
                    ],
                    schema=plain,
                )
            )


def _guarded(batches: Iterator[pa.RecordBatch], name: str, kind: str) -> Iterator[pa.RecordBatch]:
    with _read_errors(name, kind):
        yield from batches


@contextmanager
def _read_errors(name: str, kind: str) -> Iterator[None]:
    """Say in our own words what a library says of a file."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        said: Any = str(error)
        if "magic bytes" in said or "file size is" in said or "Not an Arrow" in said:
            message = f"it is not {kind}, or is cut off"
        else:
            message = f"it can't be read as {kind}: it is damaged, or of a kind that is not known"
        raise unreadable(name, message) from None
