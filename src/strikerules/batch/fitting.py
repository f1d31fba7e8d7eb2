"""What a table has to look like for a kind of file: its geometries above all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from msgspec import Struct

from strikerules.batch.columns import as_arrow
from strikerules.batch.geometry import decode
from strikerules.batch.gis_files import Layer
from strikerules.batch.plans import geometries_of
from strikerules.batch.sources import Source

__all__ = ["Chief", "Fitting", "fitting_of", "lost_crs", "points_of", "wkb_of"]

Change = Callable[[pa.Array], pa.Array]


class Chief(Struct, frozen=True):
    """The geometry that a layer is made of.

    Parameters
    ----------
    column : str
    encoding : str
        As `geometry.decode` has them.
    crs : object, optional
        Where the table does not say it.
    """

    column: str
    encoding: str
    crs: Any = None


class Fitting(Struct, frozen=True):
    """How the batches of one schema become those of a file.

    Parameters
    ----------
    schema : pyarrow.Schema
        As it is written.
    changes : dict
        What is done to a column.
    layer : Layer
        For files of layers.
    """

    schema: pa.Schema
    changes: dict[str, Change]
    layer: Layer

    def batches(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield batches as they are written."""
        for batch in batches:
            if self.changes:
                columns = [
                    self.changes[name](column) if name in self.changes else column
                    for name, column in zip(batch.schema.names, batch.columns, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=self.schema)
            else:
                yield batch.replace_schema_metadata(self.schema.metadata)


def fitting_of(schema: pa.Schema, kind: str, source: Source, chief: Chief | None = None) -> Fitting:
    """Return what is to be done to a table.

    Parameters
    ----------
    schema : pyarrow.Schema
        The table with the decision columns.
    kind : str
        A kind of file: ``csv``, ``parquet``, ``arrow``, ``gpkg`` or ``geojson``.
    source : Source
        Where the rows come from.
    chief : Chief, optional
        The geometry that a layer is made of, where the table leaves that open.
    """
    said = geometries_of(schema)
    if kind == "csv":
        return _changed(schema, {n: (as_wkt, about["encoding"]) for n, about in said.items()})
    if kind in ("gpkg", "geojson"):
        return _layered(schema, said, source, chief)
    if kind == "parquet" and said and b"geo" not in (schema.metadata or {}):
        geo = _geo(said, _first(schema, said))
        schema = schema.with_metadata({**(schema.metadata or {}), b"geo": geo})
    return Fitting(schema, {}, Layer())


def _layered(
    schema: pa.Schema, said: dict[str, dict[str, Any]], source: Source, chief: Chief | None
) -> Fitting:
    """Return a table as a layer: one geometry, the others as text."""
    if chief is not None:
        about = said.get(chief.column, {"encoding": chief.encoding, "crs": None})
        said = said | {chief.column: about | {"crs": about["crs"] or chief.crs}}
    name = _first(schema, said) if chief is None else chief.column
    wanted = {
        n: (as_wkb if n == name else as_wkt, about["encoding"])
        for n, about in said.items()
        if n != name or about["encoding"] != "wkb"
    }
    layer = Layer(
        source.layer,
        name,
        source.kind or _kind_of(schema, name),
        None if name is None else _crs_text(said[name]["crs"]),
        source.fid,
    )
    return _changed(schema, wanted, layer)


def _changed(
    schema: pa.Schema, wanted: Mapping[str, tuple[Any, str]], layer: Layer | None = None
) -> Fitting:
    """Return a table with columns changed, each by a function that is told an encoding."""
    changes: dict[str, Change] = {}
    for name, (change, encoding) in wanted.items():
        kind = pa.binary() if change is as_wkb else pa.string()
        schema = schema.set(schema.get_field_index(name), pa.field(name, kind))
        changes[name] = partial(change, encoding=encoding)
    return Fitting(schema, changes, layer or Layer())


def lost_crs(schema: pa.Schema) -> dict[str, str]:
    """Return the geometries that are not in longitude and latitude, each with its system's name."""
    import pyproj

    found = {}
    for name, about in geometries_of(schema).items():
        if about["crs"] is not None:
            crs = pyproj.CRS.from_user_input(about["crs"])
            if not crs.equals("OGC:CRS84", ignore_axis_order=True):
                found[name] = ":".join(crs.to_authority() or ()) or crs.name
    return found


def _first(schema: pa.Schema, said: Mapping[str, dict[str, Any]]) -> str | None:
    """Return the column of geometries that a layer is made of."""
    about = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    chief = about.get("primary_column")
    return chief if chief in said else next(iter(said), None)


def _kind_of(schema: pa.Schema, name: str | None) -> str:
    """Return the kind of a table's geometries, if they are all of one."""
    about = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    kinds = about.get("columns", {}).get(name, {}).get("geometry_types", [])
    return str(kinds[0]) if len(kinds) == 1 and not kinds[0].endswith(" Z") else "Unknown"


def _crs_text(crs: Any) -> str | None:
    if crs is None:
        return None
    import pyproj

    found = pyproj.CRS.from_user_input(crs)
    if found.equals("OGC:CRS84", ignore_axis_order=True):
        return "EPSG:4326"
    return ":".join(found.to_authority() or ()) or found.to_wkt()


def _geo(said: Mapping[str, dict[str, Any]], chief: str | None) -> bytes:
    """Return the metadata of GeoParquet."""
    import pyproj

    columns = {}
    for name, about in said.items():
        crs = about["crs"]
        encoding = about["encoding"]
        columns[name] = {
            "encoding": encoding.upper() if encoding == "wkb" else encoding,
            "geometry_types": [],
            "crs": None if crs is None else pyproj.CRS.from_user_input(crs).to_json_dict(),
        }
    geo = {"version": "1.1.0", "primary_column": chief, "columns": columns}
    return json.dumps(geo).encode()


def as_wkb(column: pa.Array, encoding: str) -> pa.Array:
    """Return geometries as well-known binary."""
    return wkb_of(_shapes(column, encoding))


def wkb_of(shapes: Any) -> pa.Array:
    """Return shapely geometries as well-known binary, null where there is none."""
    return pa.array(shapely.to_wkb(shapes), pa.binary(), from_pandas=True)


def points_of(x: Any, y: Any) -> Any:
    """Return coordinates as shapely points, None where they are NaN."""
    shapes = np.asarray(shapely.points(x, y), dtype=object)
    shapes[np.isnan(x)] = None
    return shapes


def as_wkt(column: pa.Array, encoding: str) -> pa.Array:
    """Return geometries as text, with all their digits; what is none stays as it is, in hex."""
    shapes = _shapes(column, encoding)
    texts = shapely.to_wkt(shapes, rounding_precision=-1)
    if encoding == "wkb":
        for row in shapely.is_missing(shapes).nonzero()[0]:
            raw = column[int(row)].as_py()
            texts[row] = None if raw is None else raw.hex()
    return pa.array(texts, pa.string(), from_pandas=True)


def _shapes(column: pa.Array, encoding: str) -> Any:
    array = as_arrow(column)
    if encoding in ("wkb", "wkt"):
        read = shapely.from_wkb if encoding == "wkb" else shapely.from_wkt
        return read(array.to_numpy(zero_copy_only=False), on_invalid="ignore")
    spots = decode(array, encoding)
    if spots.shapes is not None:
        return spots.shapes
    return points_of(spots.x, spots.y)
