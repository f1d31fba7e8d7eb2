"""Tables in files: which kind by the ending of the name, read and written piece by piece.

Memory is bounded by the size of a piece, not by that of the file.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from strikerules.batch.arrow_files import open_arrow, open_parquet, write_arrow, write_parquet
from strikerules.batch.csv_files import open_csv, write_csv
from strikerules.batch.fitting import Chief, fitting_of
from strikerules.batch.sources import Source, unreadable
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

__all__ = ["ENDINGS", "ROWS", "Ending", "ending_of", "open_table", "write_lines", "write_table"]

#: How many rows are worked on at a time.
ROWS = 65_536

#: From what a name ends in to the kind of file.
ENDINGS = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "csv",
    ".tsv.gz": "csv",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".gpkg": "gpkg",
    ".geojson": "geojson",
    ".json": "geojson",
}

_DRIVERS = {"gpkg": "GPKG", "geojson": "GeoJSON"}
_HINTS = {
    ".xls": "save the sheet as CSV",
    ".xlsx": "save the sheet as CSV",
    ".ods": "save the sheet as CSV",
    ".shp": "a shapefile cuts names off after ten letters: convert it to GeoPackage",
    ".txt": "name it `.csv` or `.tsv` if it is a table",
    ".gz": "name it `.csv.gz` if it is CSV",
    ".yaml": "scenarios are decided by `strikerules check`",
    ".yml": "scenarios are decided by `strikerules check`",
}


class Ending(NamedTuple):
    """What a name ends in, and the kind of file that it tells of."""

    text: str
    kind: str


def ending_of(name: str) -> Ending:
    """Return what kind of file a name tells of.

    Raises
    ------
    InvalidInput
        SR225: of none that is known.

    Examples
    --------
    >>> ending_of("rows.CSV.gz")
    Ending(text='.csv.gz', kind='csv')
    """
    low = Path(name).name.lower()
    found = max((e for e in ENDINGS if low.endswith(e)), key=len, default=None)
    if found is not None:
        return Ending(found, ENDINGS[found])
    suffix = Path(low).suffix
    raise InvalidInput(
        Problem(
            "SR225",
            f"{quoted(name)} ends in {quoted(suffix)}, which is no kind of table that is known"
            if suffix
            else f"{quoted(name)} has no ending that tells what kind of table it is",
            None,
            listed(ENDINGS),
            _HINTS.get(suffix) or (did_you_mean(suffix, ENDINGS) if suffix else None),
        )
    )


@contextmanager
def open_table(name: str, rows: int = ROWS, layer: str | None = None) -> Iterator[Source]:
    """Open a table, to be read piece by piece.

    Parameters
    ----------
    name : str
        A path; ``-`` is standard input, which holds CSV.
    rows : int
        How many to a piece.
    layer : str, optional
        Of a GeoPackage.

    Raises
    ------
    InvalidInput
        SR225 for a kind of file that is not known; SR101, SR102, SR103 or SR226 for one that
        can't be read.
    """
    if name == "-":
        # what waits for a pipe would not hear of Ctrl-C
        with tempfile.TemporaryDirectory(prefix="strikerules-") as folder:
            path = Path(folder) / "stdin.csv"
            with path.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
            with open_csv(path, "<stdin>", rows) as source:
                yield source
        return
    ending, kind = ending_of(name)
    path = Path(name)
    _refuse_unreadable(path, name)
    if layer is not None and kind != "gpkg":
        raise unreadable(name, "it has no layers to choose from", help="leave out `--layer`")
    if kind == "csv":
        opened: Any = open_csv(path, name, rows, tabs=ending.startswith(".tsv"))
    elif kind == "parquet":
        opened = open_parquet(path, name, rows)
    elif kind == "arrow":
        opened = open_arrow(path, name, rows)
    else:
        from strikerules.batch.gis_files import open_gis

        opened = open_gis(path, name, rows, _DRIVERS[kind], layer)
    with opened as source:
        yield source


def _refuse_unreadable(path: Path, name: str) -> None:
    try:
        if path.is_dir():
            raise unreadable(name, f"`{name}` is a directory, not a file", code="SR102")
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise unreadable(name, f"there is no file `{name}`", code="SR101") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "the name can't be used"
        raise unreadable(name, f"can't read `{name}`: {why.lower()}", code="SR101") from None


def write_table(
    path: Path,
    ending: Ending,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    source: Source,
    *,
    chief: Chief | None = None,
) -> None:
    """Write a table.

    Parameters
    ----------
    path : pathlib.Path
    ending : Ending
        Of the name that it will have.
    schema : pyarrow.Schema
    batches : iterable of pyarrow.RecordBatch
        Taken one by one.
    source : Source
        Where the rows come from.
    chief : Chief, optional
        The geometry that a layer is made of, where the table leaves that open.

    Raises
    ------
    InvalidInput
        SR226 where a column has no place in such a file; and what comes of the batches.
    """
    fitting = fitting_of(schema, ending.kind, source, chief)
    fitted = fitting.batches(batches)
    if ending.kind == "csv":
        tabs = ending.text.startswith(".tsv")
        with _packed(path, ending.text.endswith(".gz")) as stream:
            write_csv(stream, fitting.schema, fitted, "\t" if tabs else ",")
    elif ending.kind == "parquet":
        write_parquet(path, fitting.schema, fitted)
    elif ending.kind == "arrow":
        write_arrow(path, fitting.schema, fitted)
    else:
        from strikerules.batch.gis_files import write_gis

        write_gis(path, _DRIVERS[ending.kind], fitting.layer, fitting.schema, fitted)


def write_lines(
    stream: Any, schema: pa.Schema, batches: Iterable[pa.RecordBatch], source: Source
) -> None:
    """Write a table as CSV to a stream of bytes; see `write_table`."""
    fitting = fitting_of(schema, "csv", source)
    write_csv(stream, fitting.schema, fitting.batches(batches))


@contextmanager
def _packed(path: Path, packed: bool) -> Iterator[Any]:
    with pa.OSFile(str(path), "wb") as raw:
        if not packed:
            yield raw
            return
        with pa.CompressedOutputStream(raw, "gzip") as stream:
            yield stream
