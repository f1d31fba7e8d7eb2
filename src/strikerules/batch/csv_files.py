"""CSV: every cell read as the text that it is, written with quotation marks where they are needed.

Nothing is guessed about a column from its first rows: what a cell means is for the attribute to
say that it stands for, and a cell that stands for none is passed on as it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from strikerules.batch.sources import Part, Ragged, Source, resized, unreadable
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["CsvSource", "open_csv", "plain_lines", "plain_text", "write_csv"]

#: No row may be longer, or a quotation mark that is never closed would take in the whole file.
MOST_BYTES = 4 * 2**20
_HEAD = 2**20
_TEXT = pa.large_string()


class CsvSource(Source):
    """A CSV file that is read piece by piece; see `Source`.

    Parameters
    ----------
    name : str
    names : list of str
        The header.
    delimiter : str
    stream : pyarrow.NativeFile
        The text, from its beginning.
    raw : pyarrow.NativeFile
        The file itself, which may be compressed.
    rows : int
        How many to a piece.
    """

    text = True

    def __init__(
        self, name: str, names: list[str], delimiter: str, stream: Any, raw: Any, rows: int
    ) -> None:
        super().__init__(name, pa.schema([(n, pa.string()) for n in names]))
        self._delimiter, self._stream, self._raw, self._rows = delimiter, stream, raw, rows
        self._numbers: list[int] = []
        self._blocks_seen = self._rows_seen = self._rows_done = 0

    def done(self) -> float | None:
        """Return which part of the file was read: of the blocks, and of the rows in them."""
        size = self._raw.size()
        if self._stream is self._raw:
            seen = min(1.0, float(self._blocks_seen * MOST_BYTES / size))
        else:
            seen = min(1.0, float(self._raw.tell() / size))
        return seen * self._rows_done / max(1, self._rows_seen)

    def parts(self) -> Iterator[Part]:
        """Yield the rows piece by piece."""
        following, last = 1, ""
        for batch in resized(self._blocks(), self._rows):
            numbers = self._numbered(following, batch.num_rows)
            following = int(numbers[-1]) + 1
            self._rows_done += batch.num_rows
            last = batch.column(batch.num_columns - 1)[-1].as_py()
            yield Part(numbers, batch)
        if "\n" in last and self._stream is self._raw and not _ends_quoted(self._raw):
            raise unreadable(
                self.name, f"row {following - 1:,}: a quotation mark is not closed", help="close it"
            )

    def _numbered(self, following: int, count: int) -> NDArray[np.int64]:
        """Return the rows' numbers in the file: those of ragged rows are left out."""
        numbers = np.arange(following, following + count, dtype=np.int64)
        self._numbers = [n for n in self._numbers if n >= following]
        if self._numbers:
            ragged = np.array(self._numbers) - np.arange(len(self._numbers))
            numbers += np.searchsorted(ragged, numbers, side="right")
        return numbers

    def _blocks(self) -> Iterator[pa.RecordBatch]:
        with _read_errors(self.name):
            reader = pa.csv.open_csv(
                self._stream,
                # only one thread knows the number of a row
                pa.csv.ReadOptions(
                    block_size=MOST_BYTES, use_threads=False, column_names=self.schema.names
                ),
                pa.csv.ParseOptions(
                    delimiter=self._delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=self._ragged_row,
                ),
                pa.csv.ConvertOptions(column_types=self.schema, strings_can_be_null=False),
            )
            header = 1
            for batch in reader:
                if header and 0 in self._numbers:
                    raise unreadable(self.name, "the header can't be read as CSV")
                self._blocks_seen += 1
                self._rows_seen += batch.num_rows - header
                yield batch.slice(header)
                header = 0

    def _ragged_row(self, row: Any) -> str:
        cells = next(csv.reader(io.StringIO(row.text), delimiter=self._delimiter), [])
        # the header is a row to the reader
        self.ragged.append(Ragged(row.number - 1, cells, row.text))
        self._numbers.append(row.number - 1)
        return "skip"


def _ends_quoted(raw: Any) -> bool:
    """Tell whether a file ends in a quotation mark, or one and an end of line."""
    raw.seek(max(0, raw.size() - 8))
    return bool(raw.read().rstrip(b"\r\n").endswith(b'"'))


@contextmanager
def open_csv(path: Path, name: str, rows: int, *, tabs: bool = False) -> Iterator[CsvSource]:
    """Open a CSV file; one that ends in ``.gz`` is compressed.

    Parameters
    ----------
    path : pathlib.Path
    name : str
        How the user named it.
    rows : int
        How many to a piece.
    tabs : bool
        Whether the cells are set apart by tabs; otherwise the header tells.

    Raises
    ------
    InvalidInput
        SR103 where it is not UTF-8 text, SR226 where it is no table.
    """
    packed = path.suffix.lower() == ".gz"
    with _read_errors(name):
        head = _head(path, packed)
    names, delimiter = _header(head, name, tabs)
    with pa.OSFile(str(path)) as raw:
        stream = pa.CompressedInputStream(raw, "gzip") if packed else raw
        yield CsvSource(name, names, delimiter, stream, raw, rows)


def _head(path: Path, packed: bool) -> bytes:
    if not packed:
        with path.open("rb") as file:
            return file.read(_HEAD)
    import gzip

    with gzip.open(path) as packed_file:
        # a truncated file is found out about when it is read to its end
        return packed_file.read1(_HEAD)


def _header(head: bytes, name: str, tabs: bool) -> tuple[list[str], str]:
    """Return the names of the columns, and what stands between two cells."""
    if head.startswith(b"PK\x03\x04"):
        raise unreadable(
            name, "it is a workbook or an archive, not CSV", help="save the sheet as CSV"
        )
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _not_utf8(name, " but UTF-16")
    if b"\0" in head:
        raise unreadable(name, "it is not text")
    try:
        # the last character may be cut in two
        text = head.decode("utf-8-sig", "strict" if len(head) < _HEAD else "ignore")
    except UnicodeDecodeError as error:
        at = head.count(b"\n", 0, error.start) + 1
        raise _not_utf8(name, f": line {at} has a byte that does not fit") from None
    line = text.lstrip("\r\n").partition("\n")[0]
    delimiter = "\t" if tabs else max(",;\t", key=line.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        names = next((row for row in rows if row), [])
    except csv.Error:
        names = []
    if not any(n.strip() for n in names):
        raise unreadable(
            name, "the table is empty", expected="a header with the names of the columns"
        )
    return names, delimiter


def _not_utf8(name: str, more: str) -> InvalidInput:
    return unreadable(name, f"it is not UTF-8 text{more}", code="SR103", help="save it as UTF-8")


@contextmanager
def _read_errors(name: str) -> Iterator[None]:
    """Say in our own words what a library says of a file."""
    import zlib

    try:
        yield
    except EOFError:
        raise unreadable(name, "the compressed file ends too early") from None
    except zlib.error:
        raise unreadable(name, "the compressed file is damaged") from None
    except (pa.ArrowException, OSError) as error:
        said = str(error)
        if "straddling" in said:
            raise unreadable(
                name,
                f"a row is longer than {MOST_BYTES // 2**20} MiB",
                help="look for a quotation mark that is not closed",
            ) from None
        if "UTF8" in said:
            raise _not_utf8(name, "") from None
        if "zlib" in said or "gzip" in said:
            raise unreadable(name, "it is not gzip, or is damaged") from None
        if isinstance(error, OSError) and error.strerror:
            raise unreadable(name, f"it can't be read: {error.strerror.lower()}") from None
        raise unreadable(name, "it can't be read as CSV") from None


def write_csv(
    stream: Any, schema: pa.Schema, batches: Iterable[pa.RecordBatch], delimiter: str = ","
) -> None:
    """Write a table as CSV.

    Parameters
    ----------
    stream : file object
        Takes bytes.
    schema : pyarrow.Schema
    batches : iterable of pyarrow.RecordBatch
    delimiter : str
        What stands between two cells.

    Raises
    ------
    InvalidInput
        SR226 where a column holds what has no place in CSV.
    """
    for field in schema:
        plain_text(pa.array([], field.type), field.name)
    header = io.StringIO()
    csv.writer(header, delimiter=delimiter, lineterminator="\n").writerow(schema.names)
    stream.write(header.getvalue().encode())
    for batch in batches:
        if batch.num_rows:
            stream.write(plain_lines(batch, delimiter))


def plain_text(column: pa.Array, name: str) -> pa.Array:
    """Return a column as text; empty where there is nothing.

    Raises
    ------
    InvalidInput
        SR226: it holds lists, records or bytes.
    """
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        what = "bytes" if not pa.types.is_nested(kind) else "lists or records"
        raise InvalidInput(
            Problem(
                "SR226",
                f"the column {quoted(name)} holds {what}, which have no place in CSV",
                help="write Parquet, or leave the column out of the table",
            )
        )
    return pc.fill_null(column.cast(_TEXT), "")


def plain_lines(batch: pa.RecordBatch, delimiter: str = ",") -> bytes:
    """Return rows as lines of CSV.

    Examples
    --------
    >>> plain_lines(pa.record_batch({"a": ["x", "y, z"], "b": [1.5, None]}))
    b'x,1.5\\n"y, z",\\n'
    """
    alone = batch.num_columns == 1
    cells = [
        _marked(plain_text(column, name), delimiter, alone)
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    lines = pc.binary_join_element_wise(*cells, _word(delimiter))
    lines = pc.binary_join_element_wise(lines, _word(""), _word("\n"))
    _, edges, data = lines.buffers()
    first, last = np.frombuffer(edges, np.int64, len(lines) + 1, lines.offset * 8)[[0, -1]]
    return bytes(memoryview(data)[first:last])


def _word(text: str) -> pa.Scalar:
    return pa.scalar(text, _TEXT)


def _marked(column: pa.Array, delimiter: str, alone: bool) -> pa.Array:
    """Put quotation marks around the cells that need them."""
    _, edges, data = column.buffers()
    first, last = np.frombuffer(edges, np.int64, len(column) + 1, column.offset * 8)[[0, -1]]
    raw = b"" if data is None else bytes(memoryview(data)[first:last])
    marks = f'"\r\n{delimiter}'
    if not alone and not any(mark.encode() in raw for mark in marks):
        return column
    wanted = pc.match_substring_regex(column, f"[{marks}]")
    if alone:
        # an empty line is no row
        wanted = pc.or_(wanted, pc.equal(column, ""))
    doubled = pc.replace_substring(column, '"', '""')
    marked = pc.binary_join_element_wise(_word('"'), doubled, _word('"'), _word(""))
    return pc.if_else(wanted, marked, column)
