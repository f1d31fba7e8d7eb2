"""GeoPackage and GeoJSON, read and written in batches by GDAL."""

from __future__ import annotations

import errno
import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct

from strikerules.batch.as_written import AsWritten, features_of
from strikerules.batch.sources import Part, Source, unreadable
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

__all__ = ["DRIVERS", "Layer", "open_gis", "write_gis"]

DRIVERS = {"gpkg": "GPKG", "geojson": "GeoJSON"}
_TITLES = {"GPKG": "GeoPackage", "GeoJSON": "GeoJSON"}

#: What GDAL calls the features' numbers, and the geometry, where a file has no names for them.
_FID, _GEOMETRY = "OGC_FID", "wkb_geometry"

_COLUMN = re.compile(r"with name '(.*?)' and type")

# GDAL's remarks are not addressed to those who use this program
logging.getLogger("pyogrio").addHandler(logging.NullHandler())


class Layer(Struct, frozen=True):
    """What a layer is to be.

    Parameters
    ----------
    name : str, optional
    geometry : str, optional
        The column of geometries, as WKB; without one the features have no place.
    kind : str
        The kind of geometries, ``Unknown`` where they may be of several.
    crs : str, optional
        As WKT or an authority's code.
    fid : str, optional
        The column that holds the features' numbers.
    """

    name: str | None = None
    geometry: str | None = None
    kind: str = "Unknown"
    crs: str | None = None
    fid: str | None = None


class GisSource(Source):
    """A layer that is read piece by piece; see `Source`."""

    # what GDAL says of errors comes to the thread that opened the layer, or is printed
    anywhere = False

    def __init__(
        self,
        name: str,
        reader: Any,
        renamed: dict[str, str],
        dropped: set[str],
        total: int | None,
        whole: Callable[[int], bool] | None,
        written: AsWritten | None,
    ) -> None:
        self._keep = [i for i, field in enumerate(reader.schema) if field.name not in dropped]
        fields = [reader.schema.field(i) for i in self._keep]
        schema = pa.schema([f.with_name(renamed.get(f.name, f.name)) for f in fields])
        super().__init__(name, schema, total)
        self._reader, self._read = reader, 0
        self._whole, self._written = whole, written

    def done(self) -> float | None:
        """Return which part of the layer was read."""
        return min(1.0, self._read / self.total) if self.total else None

    def parts(self) -> Iterator[Part]:
        """Yield the features piece by piece."""
        with _read_errors(self.name):
            while (batch := self._next()) is not None:
                numbers = np.arange(self._read + 1, self._read + batch.num_rows + 1)
                columns = [self._as_written(batch.column(i)) for i in self._keep]
                self._read += batch.num_rows
                yield Part(numbers, pa.RecordBatch.from_arrays(columns, schema=self.schema))
        if self._whole is not None and not self._whole(self._read):
            # GDAL says nothing where a layer breaks off
            raise unreadable(self.name, f"it is damaged after row {self._read:,}")

    def _next(self) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return next(self._reader, None)

    def _as_written(self, column: pa.Array) -> pa.Array:
        """Return a column with what can't be read in the place of what is no geometry."""
        if self._written is None or not pa.types.is_binary(column.type) or not column.null_count:
            return column
        cells = column.to_pylist()
        for index, cell in enumerate(cells):
            if cell is None and self._written.has_geometry(self._read + index):
                cells[index] = b""
        return pa.array(cells, column.type)


@contextmanager
def open_gis(path: Path, name: str, rows: int, driver: str, layer: str | None) -> Iterator[Source]:
    """Open a layer.

    Parameters
    ----------
    path : pathlib.Path
    name : str
        How the user named the file.
    rows : int
        How many to a piece.
    driver : str
        One of GDAL's.
    layer : str, optional
        Which one; may be left out where there is one only.

    Raises
    ------
    InvalidInput
        SR226 where it can't be read, or it is open which layer is meant.
    """
    from pyogrio.raw import open_arrow

    with ExitStack() as stack:
        with warnings.catch_warnings(), _read_errors(name, driver):
            warnings.simplefilter("ignore")
            layer = _layer(path, name, driver, layer)
            total = _count(path, layer) if driver == "GPKG" else None
            # dates stay as they are written; GDAL would take what looks like one for one
            options = {"DATE_AS_STRING": "YES"} if driver == "GeoJSON" else {}
            meta, reader = stack.enter_context(
                open_arrow(
                    path, layer=layer, batch_size=rows, use_pyarrow=True, return_fids=True,
                    **options,
                )
            )  # fmt: skip
            nowhere = meta["geometry_type"] in (None, "Unknown") and _nowhere(path, layer)
        fid, renamed, dropped = _names(path, driver, meta, reader.schema)
        if nowhere:
            dropped |= {meta["geometry_name"] or _GEOMETRY}
        whole = partial(_has_rows, path, layer) if driver == "GPKG" else None
        written = AsWritten(path) if driver == "GeoJSON" else None
        source = GisSource(name, reader, renamed, dropped, total, whole, written)
        source.fid, source.layer = fid, layer
        source.kind = meta["geometry_type"] or "Unknown"
        yield source


def _layer(path: Path, name: str, driver: str, layer: str | None) -> str | None:
    if driver != "GPKG":
        if layer is not None:
            raise InvalidInput(Problem("SR226", f"{quoted(name)} has no layers to choose from"))
        return None
    from pyogrio import list_layers

    names = [str(n) for n in list_layers(path)[:, 0]]
    if layer is not None and layer not in names:
        raise unreadable(
            name,
            f"there is no layer {quoted(layer)}",
            expected=listed(names) or None,
            help=did_you_mean(layer, names),
        )
    if not names:
        raise unreadable(name, "the GeoPackage has no layer")
    if layer is None and len(names) > 1:
        raise unreadable(
            name,
            f"it has {len(names)} layers: {listed(names, 'and')}",
            help=f"choose one: `--layer {names[0]}`",
        )
    return layer or names[0]


def _count(path: Path, layer: str | None) -> int | None:
    from pyogrio import read_info

    count = int(read_info(path, layer=layer)["features"])
    return count if count >= 0 else None


def _nowhere(path: Path, layer: str | None) -> bool:
    """Tell whether no feature has a place: then the column of places says nothing."""
    from pyogrio import read_info

    return read_info(path, layer=layer, force_total_bounds=True)["total_bounds"] is None


def _names(
    path: Path, driver: str, meta: dict[str, Any], schema: pa.Schema
) -> tuple[str | None, dict[str, str], set[str]]:
    """Return the column of the features' numbers, what is renamed, and what is left out."""
    renamed = {}
    if _GEOMETRY in schema.names and "geometry" not in schema.names:
        renamed[_GEOMETRY] = "geometry"
    fid = meta["fid_column"] or _FID
    if driver == "GPKG":
        return (fid, renamed, set()) if fid != _FID else (None, renamed, {_FID})
    if "id" in schema.names or not _has_ids(path):
        return None, renamed, {_FID}
    return "id", renamed | {_FID: "id"}, set()


def _has_ids(path: Path) -> bool:
    """Tell whether the first feature of a GeoJSON file has an `id` of its own."""
    first = next(features_of(path), None)
    return isinstance(first, dict) and "id" in first


def write_gis(
    path: Path, driver: str, layer: Layer, schema: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> None:
    """Write a layer.

    Parameters
    ----------
    path : pathlib.Path
    driver : str
    layer : Layer
    schema : pyarrow.Schema
    batches : iterable of pyarrow.RecordBatch
        Taken one by one.

    Raises
    ------
    InvalidInput
        SR226 where a column has no place in it, and what comes of the batches.
    """
    from pyogrio.errors import DataSourceError, FieldError
    from pyogrio.raw import write_arrow as write

    title = _TITLES[driver]
    _refuse_twins(schema, title, driver)
    fid, names = layer.fid, list(schema.names)
    options: dict[str, str] = {}
    if driver == "GPKG":
        taken = {n.casefold() for n in names}
        free = next(n for n in ("fid", "ogc_fid", "feature_id", "strikerules_fid")
                    if n not in taken)  # fmt: skip
        options["FID"] = fid or free
        if layer.geometry:
            options["GEOMETRY_NAME"] = layer.geometry
    elif fid:
        names[names.index(fid)] = _FID
    ready = pa.schema([pa.field(n, _kind(f), metadata=f.metadata)
                       for n, f in zip(names, schema, strict=True)])  # fmt: skip
    stopped: list[BaseException] = []
    rows = 0

    def fed() -> Iterator[pa.RecordBatch]:
        nonlocal rows
        try:
            for batch in batches:
                rows += batch.num_rows
                yield _ready(batch, ready, title)
        except BaseException as error:
            # the way through GDAL has no place for it
            stopped.append(error)
            raise

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            write(
                pa.RecordBatchReader.from_batches(ready, fed()), path, driver=driver,
                layer=layer.name, geometry_name=layer.geometry,
                geometry_type=layer.kind if layer.geometry else None, crs=layer.crs,
                layer_options=options,
            )  # fmt: skip
    except FieldError as error:
        match = _COLUMN.search(str(error))
        what = f"the column {quoted(match[1])}" if match else "a column"
        raise _no_place(f"{what} holds what has no place in {title}") from None
    except (DataSourceError, RuntimeError, ValueError):
        if stopped:
            raise stopped[0] from None
        raise OSError(errno.EIO, "is there room for it?") from None
    if stopped:
        raise stopped[0]
    if not _is_whole(path, driver, layer.name or path.stem, rows):
        raise OSError(errno.EIO, "is there room for it?")


def _is_whole(path: Path, driver: str, layer: str, rows: int) -> bool:
    """Tell whether all of a file was written: GDAL says nothing where the last of it was not."""
    if driver == "GeoJSON":
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 8))
            return file.read().endswith(b"\n]\n}\n")
    return _has_rows(path, layer, rows)


def _has_rows(path: Path, layer: str | None, rows: int) -> bool:
    """Tell whether a layer of a GeoPackage can be read and has so many rows."""
    import sqlite3

    name = str(layer).replace('"', '""')
    try:
        with closing(sqlite3.connect(path)) as base:
            return bool(base.execute(f'SELECT count(*) FROM "{name}"').fetchone() == (rows,))
    except sqlite3.Error:
        return False


def _no_place(message: str) -> InvalidInput:
    return InvalidInput(
        Problem("SR226", message, help="write Parquet, or leave the column out of the table")
    )


def _refuse_twins(schema: pa.Schema, title: str, driver: str) -> None:
    seen: dict[str, str] = {}
    for name in schema.names:
        key = name.casefold() if driver == "GPKG" else name
        if key in seen:
            both = f"{quoted(seen[key])} and {quoted(name)}"
            raise _no_place(f"{title} has no place for two columns of one name: {both}")
        seen[key] = name


def _kind(field: pa.Field) -> pa.DataType:
    """Return the type that GDAL takes for a column."""
    kind = field.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_uint64(kind):
        return pa.int64()
    if pa.types.is_null(kind) or kind == pa.string_view():
        return pa.string()
    if kind == pa.binary_view():
        return pa.binary()
    return kind


def _ready(batch: pa.RecordBatch, schema: pa.Schema, title: str) -> pa.RecordBatch:
    columns = []
    for column, field in zip(batch.columns, schema, strict=True):
        try:
            columns.append(column if column.type == field.type else column.cast(field.type))
        except pa.ArrowInvalid:
            raise _no_place(
                f"the column {quoted(field.name)} holds a number that is too large for {title}"
            ) from None
    return pa.RecordBatch.from_arrays(columns, schema=schema)


@contextmanager
def _read_errors(name: str, driver: str = "") -> Iterator[None]:
    """Say in our own words what GDAL says of a file."""
    from pyogrio.errors import DataLayerError, DataSourceError

    title = _TITLES.get(driver, "")
    try:
        yield
    except (DataSourceError, DataLayerError, pa.ArrowException, OSError, RuntimeError) as error:
        said: Any = str(error)
        match = re.search(r"At line (\d+), character (\d+)", said)
        if match:
            message = f"line {match[1]}, character {match[2]}: it is no JSON from there on"
        elif "not recognized" in said:
            message = f"it is not {title}, or is cut off"
        else:
            message = "it can't be read: it is damaged"
        raise unreadable(name, message) from None
