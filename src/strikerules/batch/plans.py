"""How an Arrow table is read: which columns, which geometries, in which coordinates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from msgspec import Struct
from msgspec.structs import replace

from strikerules.batch.geometry import Spots, Way, decode, no_crs, to_wgs84, way_to_wgs84
from strikerules.batch.rows import PLACES, Rows, paths_of, read_rows
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import InvalidInput, Problem, listed, quoted

__all__ = [
    "TARGET",
    "Plan",
    "geometries_of",
    "nothing_said",
    "plan_of",
    "primary_of",
    "refuse_two_ways",
    "rows_with",
]

#: What a geometry stands for that is not called otherwise.
TARGET = PLACES[0]

#: GeoArrow's and GeoParquet's encodings that a place can be read from.
_ENCODINGS = ("wkb", "wkt", "point", "polygon", "multipolygon")


class Geometry(Struct, frozen=True):
    """How a column of geometries is read.

    Parameters
    ----------
    column : str
    encoding : str
        As `decode` has them.
    way : Way, optional
        To WGS 84; None where that is what the column has.
    """

    column: str
    encoding: str
    way: Way | None


class Plan(Struct, frozen=True):
    """How tables of one schema are read.

    Parameters
    ----------
    vocabulary : Vocabulary
    paths : dict
        From a path to its column.
    geometry : dict
        From a location's path to its column of geometries.
    """

    vocabulary: Vocabulary
    paths: dict[str, str]
    geometry: dict[str, Geometry]

    def rows(self, table: pa.Table | pa.RecordBatch) -> Rows:
        """Read the rows of a table."""
        columns = {path: _plain(table.column(name)) for path, name in self.paths.items()}
        spots = {
            path: to_wgs84(decode(table.column(g.column), g.encoding), g.way)
            for path, g in self.geometry.items()
        }
        words = {path: g.encoding.upper() for path, g in self.geometry.items()}
        return rows_with(table.num_rows, columns, self.vocabulary, spots, words)


def rows_with(
    count: int,
    columns: dict[str, Any],
    vocabulary: Vocabulary,
    spots: Mapping[str, Spots],
    encodings: Mapping[str, str],
) -> Rows:
    """Read columns, and places that came as geometries.

    Parameters
    ----------
    count : int
    columns : dict
        From a path to its data.
    vocabulary : Vocabulary
    spots : mapping
        From a location's path to its places, in WGS 84.
    encodings : mapping
        What to call the geometries of each in a message.
    """
    shapes = {}
    for path, found in spots.items():
        if found.shapes is not None:
            shapes[path] = found.shapes
        else:
            columns = {**columns, f"{path}.lon": found.x, f"{path}.lat": found.y}
    rows = read_rows(count, columns, vocabulary, shapes)
    wrong = {p: w for p, s in spots.items() if (w := s.wrong(p, encodings[p])) is not None}
    return replace(rows, facts={**rows.facts, **wrong}) if wrong else rows


def plan_of(
    schema: pa.Schema, vocabulary: Vocabulary, mapping: Mapping[str, str] | None, crs: Any
) -> Plan:
    """Return how tables of a schema are read.

    Raises
    ------
    InvalidInput
        SR221 and SR222.
    """
    paths = paths_of(schema.names, vocabulary, mapping)
    said = geometries_of(schema)
    geometry: dict[str, Geometry] = {}
    for path in PLACES:
        if path in paths:
            geometry[path] = _geometry(schema.field(paths.pop(path)), said, crs)
    free = [name for name in said if name not in {g.column for g in geometry.values()}]
    stood_for = paths | {path: g.column for path, g in geometry.items()}
    primary = primary_of(free, _geoparquet(schema).get("primary_column"), stood_for, mapping)
    if primary is not None:
        geometry[TARGET] = _geometry(schema.field(primary), said, crs)
    refuse_two_ways(paths, {path: g.column for path, g in geometry.items()})
    if not paths.keys() - {"scenario"} and not geometry:
        raise nothing_said(schema.names)
    return Plan(vocabulary, paths, geometry)


def primary_of(
    free: list[str],
    chief: str | None,
    paths: Mapping[str, str],
    mapping: Mapping[str, str] | None,
) -> str | None:
    """Return the geometry that is the target's without being called so, if there is one.

    Parameters
    ----------
    free : list of str
        Columns of geometries that stand for no place by their names.
    chief : str, optional
        The one that the table itself says is the first.
    paths : mapping
        From the paths that columns stand for to the columns.
    mapping : mapping, optional
        What the user maps; a target that is mapped leaves no room for another.

    Raises
    ------
    InvalidInput
        SR221: it could be more than one, or another column is called the target's place.
    """
    free = [name for name in free if name not in paths.values()]
    if {TARGET, f"{TARGET}.lon", f"{TARGET}.lat"} & set((mapping or {}).values()):
        return None
    if chief is not None:
        free = [chief] if chief in free else []
    if len(free) > 1:
        raise InvalidInput(
            Problem(
                "SR221",
                f"the columns {listed(free, 'and')} hold geometries",
                None,
                "one that is the target's",
                "map one of them to `target.location`",
            )
        )
    if free and TARGET in paths:
        raise _twice(free[0], paths[TARGET])
    return free[0] if free else None


def refuse_two_ways(paths: Mapping[str, str], geometry: Mapping[str, str]) -> None:
    """Raise SR221 where both a geometry and degrees say where something is."""
    for path, column in geometry.items():
        for part in ("lon", "lat"):
            if f"{path}.{part}" in paths:
                raise _twice(column, paths[f"{path}.{part}"], path)


def nothing_said(names: list[str]) -> InvalidInput:
    """Return the error for a table that says nothing of any strike."""
    return InvalidInput(
        Problem(
            "SR221",
            "no column of the table says anything of a strike",
            None,
            "columns called as attributes are, such as `weapon.made_in`",
            f"it has {listed(names, 'and')}: map them to what they stand for" if names else None,
        )
    )


def _twice(one: str, other: str, path: str = TARGET) -> InvalidInput:
    return InvalidInput(
        Problem(
            "SR221",
            f"the columns {quoted(other)} and {quoted(one)} both stand for {quoted(path)}",
            None,
            "one of them",
            "leave the other out of the table",
        )
    )


def geometries_of(schema: pa.Schema) -> dict[str, dict[str, Any]]:
    """Return what the schema says of its geometries: GeoArrow at the column, else GeoParquet.

    Each has an ``encoding``, and a ``crs`` where that is known.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, about in _geoparquet(schema).get("columns", {}).items():
        if name in schema.names and isinstance(about, dict):
            # by the specification nothing said is longitude and latitude; null is not known
            known = {"encoding": str(about.get("encoding", "WKB")).lower()}
            found[name] = known | {"crs": about.get("crs", "OGC:CRS84")}
    for field in schema:
        kind, text = _extension(field)
        if kind.startswith("geoarrow.") or kind == "ogc.wkb":
            about = _json(text) or {}
            crs = None if about.get("crs_type") == "srid" else about.get("crs")
            known = {"encoding": kind.partition(".")[2]}
            found[field.name] = known | {"crs": crs or found.get(field.name, {}).get("crs")}
    return found


def _geoparquet(schema: pa.Schema) -> dict[str, Any]:
    text = (schema.metadata or {}).get(b"geo")
    if text is None:
        return {}
    found = _json(text)
    if found is None or not isinstance(found.get("columns", {}), dict):
        raise InvalidInput(
            Problem(
                "SR222",
                "the table's metadata `geo` can't be read",
                None,
                "what GeoParquet says of its geometries, as JSON",
            )
        )
    return found


def _extension(field: pa.Field) -> tuple[str, str | bytes]:
    """Return an extension type's name and metadata; where it is not registered, by the field."""
    if isinstance(field.type, pa.BaseExtensionType):
        kind = field.type
        return kind.extension_name, getattr(kind, "__arrow_ext_serialize__", bytes)()
    about = field.metadata or {}
    name = about.get(b"ARROW:extension:name", b"").decode("utf-8", "replace")
    return name, about.get(b"ARROW:extension:metadata", b"")


def _json(text: str | bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _geometry(field: pa.Field, said: Mapping[str, dict[str, Any]], crs: Any) -> Geometry:
    """Return how a column that stands for a place is read."""
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if field.name in said:
        encoding, stated = said[field.name]["encoding"], said[field.name]["crs"]
    elif _is_binary(kind):
        encoding, stated = "wkb", None
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view():
        encoding, stated = "wkt", None
    else:
        encoding, stated = str(field.type), None
    if encoding not in _ENCODINGS:
        raise InvalidInput(
            Problem(
                "SR221",
                f"the column {quoted(field.name)} can't say where something is: it holds"
                f" {quoted(encoding)}",
                None,
                "points or polygons as WKB, WKT or GeoArrow",
                "for degrees, towns and zones name the columns `target.location.lon`, `….lat`,"
                " `….place`, `….zone`",
            )
        )
    if stated is None and crs is None:
        raise no_crs(field.name)
    way = way_to_wgs84(crs if stated is None else stated, field.name)
    if stated is not None and crs is not None and way != way_to_wgs84(crs, field.name):
        raise InvalidInput(
            Problem(
                "SR222",
                f"the geometry {quoted(field.name)} states another coordinate reference system"
                f" than {quoted(crs)}",
                None,
                "the same in both",
                "leave out `crs`, or mend the table's metadata",
            )
        )
    return Geometry(field.name, encoding, way)


def _is_binary(kind: pa.DataType) -> bool:
    sorts = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return any(sort(kind) for sort in sorts) or bool(kind == pa.binary_view())


def _plain(data: Any) -> Any:
    """Return a column without what only saves room; text in pieces is not laid together first."""
    if pa.types.is_run_end_encoded(data.type):
        import pyarrow.compute as pc

        return pc.run_end_decode(data)
    if isinstance(data, pa.ChunkedArray) and data.num_chunks > 1:
        if pa.types.is_string(data.type) or pa.types.is_large_string(data.type):
            return data.dictionary_encode()
    return data
