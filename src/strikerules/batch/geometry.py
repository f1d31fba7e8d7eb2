"""Geometries as columns of tables hold them, brought to longitude and latitude on WGS 84."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from msgspec import Struct
from numpy.typing import NDArray

from strikerules.batch.columns import Floats, Words, as_arrow
from strikerules.language.vocabulary import Attribute
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["Spots", "decode", "no_crs", "spots_of", "to_wgs84", "way_to_wgs84"]

Shapes = NDArray[Any]
Codes = NDArray[np.int8]

WGS84 = "OGC:CRS84"

#: In between two corners of a projected outline there is to be a position every so many metres:
#: its edges are straight on the projection, and what is made of it is straight in degrees.
STEP_METRES = 5000.0

#: An outline with more of them is longer than any on Earth.
MOST_STEPS = 200_000

#: What can be wrong with a row's geometry.
UNREADABLE, OUTSIDE, ACROSS = range(3)

_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])


class Spots(Struct, frozen=True):
    """Where the rows of a table are: coordinates where all of them are points, else geometries.

    Parameters
    ----------
    x, y : ndarray, optional
        NaN where there is none.
    shapes : ndarray of object, optional
        None where there is none.
    bad : ndarray of int, optional
        What is wrong with a row's geometry, -1 where nothing is.
    """

    x: Floats | None = None
    y: Floats | None = None
    shapes: Shapes | None = None
    bad: Codes | None = None

    def wrong(self, path: str, encoding: str) -> Words | None:
        """Return what is wrong as a column that says nothing else; None if nothing is."""
        if self.bad is None or not (self.bad >= 0).any():
            return None
        problems = (
            Problem(
                "SR224",
                f"the geometry of `{path}` can't be read",
                None,
                f"a point or a polygon as {encoding}",
            ),
            Problem(
                "SR224",
                f"the geometry of `{path}` has no place in longitude and latitude",
                None,
                "coordinates in the area that its coordinate reference system is for",
                "look whether the coordinate reference system is the right one",
            ),
            Problem(
                "SR224",
                f"the polygon of `{path}` crosses the 180th meridian",
                None,
                "a polygon on one side of it, or a multipolygon with a part on each",
            ),
        )
        return Words(Attribute(path, "location", ""), self.bad, problems)


class Way(Struct, frozen=True):
    """From a coordinate reference system to longitude and latitude.

    Parameters
    ----------
    transformer : pyproj.Transformer
    step : float, optional
        `STEP_METRES` in the units of a projection.
    """

    transformer: Any
    step: float | None


def decode(data: Any, encoding: str) -> Spots:
    """Return what a column of an encoding holds.

    Parameters
    ----------
    data : pyarrow.Array or pyarrow.ChunkedArray
    encoding : {"wkb", "wkt", "point", "polygon", "multipolygon"}
        Well-known binary or text, or one of GeoArrow's own.
    """
    if isinstance(data.type, pa.BaseExtensionType):
        data = data.cast(data.type.storage_type)
    if pa.types.is_dictionary(data.type):
        data = data.cast(data.type.value_type)
    if pa.types.is_binary(data.type) or pa.types.is_string(data.type):
        # pieces laid together may be more than 2 GB
        data = data.cast(pa.large_binary() if encoding == "wkb" else pa.large_string())
    array = as_arrow(data)
    if encoding == "point":
        x, y = _coordinates(array)
        return Spots(_blanked(x, array), _blanked(y, array))
    if encoding in ("polygon", "multipolygon"):
        return spots_of(_nested(array, encoding))
    if encoding == "wkb" and (points := _wkb_points(array)) is not None:
        return Spots(*points)
    raw = array.to_numpy(zero_copy_only=False)
    read = shapely.from_wkb if encoding == "wkb" else shapely.from_wkt
    shapes = read(raw, on_invalid="ignore")
    unread = shapely.is_missing(shapes) & array.is_valid().to_numpy(zero_copy_only=False)
    found = spots_of(shapes)
    return Spots(found.x, found.y, found.shapes, _codes(len(array), {UNREADABLE: unread}))


def spots_of(shapes: Shapes) -> Spots:
    """Return shapely geometries as coordinates, if all are points or nothing; empty is nothing."""
    empty = shapely.is_empty(shapes)
    if empty.any():
        shapes = _without(shapes, empty)
    kinds = shapely.get_type_id(shapes)
    if bool(((kinds == shapely.GeometryType.POINT) | (kinds < 0)).all()):
        return Spots(shapely.get_x(shapes), shapely.get_y(shapes))
    return Spots(shapes=shapes)


def to_wgs84(spots: Spots, way: Way | None) -> Spots:
    """Return spots in longitude and latitude.

    Parameters
    ----------
    spots : Spots
    way : Way, optional
        None where they are so already.
    """
    if way is None:
        return spots
    bad = np.full(_count(spots), -1, dtype=np.int8) if spots.bad is None else spots.bad
    if spots.shapes is None:
        assert spots.x is not None
        assert spots.y is not None
        lon, lat = _moved(way, spots.x, spots.y)
        nothing = np.isnan(spots.x) & np.isnan(spots.y)
        lost = ~(np.isfinite(lon) & np.isfinite(lat)) & ~nothing
        # of nothing pyproj makes NaN or infinity
        lon, lat = (np.where(lost | nothing, np.nan, values) for values in (lon, lat))
        return Spots(lon, lat, None, np.where(lost, np.int8(OUTSIDE), bad))
    shapes = spots.shapes
    lost = np.zeros(len(shapes), dtype=np.bool_)
    if way.step is not None:
        with np.errstate(invalid="ignore"):
            length = shapely.length(shapes)
        lost = length > MOST_STEPS * way.step
        long = (length > way.step) & ~lost
        shapes = _without(shapes, lost)
        shapes[long] = shapely.segmentize(shapes[long], way.step)
    moved = shapely.force_2d(shapes)
    xy, owner = shapely.get_coordinates(moved, return_index=True)
    positions = np.column_stack(_moved(way, xy[:, 0], xy[:, 1]))
    nowhere = ~np.isfinite(positions).all(axis=1)
    lost[owner[nowhere]] = True
    # a ring has to close, if only to be thrown away
    positions[nowhere] = 0
    far = (np.abs(np.diff(positions[:, 0])) > 180) & (owner[1:] == owner[:-1])
    across = np.zeros(len(shapes), dtype=np.bool_)
    moved = shapely.set_coordinates(moved, positions)
    for row in np.unique(owner[1:][far]):
        across[row] = not lost[row] and _jumps(moved[row])
    moved[lost | across] = None
    bad = np.where(lost, np.int8(OUTSIDE), np.where(across, np.int8(ACROSS), bad))
    return Spots(shapes=moved, bad=bad)


def way_to_wgs84(crs: Any, column: str) -> Way | None:
    """Return the way from a coordinate reference system; None from WGS 84 itself.

    Coordinates are taken in the order of GeoParquet, GeoArrow and geopandas: easting or longitude
    first, whatever the order of the system's own axes.

    Parameters
    ----------
    crs : object
        What `pyproj.CRS.from_user_input` takes.
    column : str
        For messages.

    Raises
    ------
    InvalidInput
        SR222: it can't be read, or it is none of the Earth's surface.
    """
    import pyproj

    try:
        read = pyproj.CRS.from_user_input(crs)
    except (pyproj.exceptions.CRSError, TypeError, ValueError) as error:
        raise InvalidInput(
            Problem(
                "SR222",
                f"the coordinate reference system {quoted(crs)} of {quoted(column)} can't be read",
                None,
                "an authority's code such as `EPSG:4326`, WKT or PROJJSON",
            )
        ) from error
    if not (read.is_geographic or read.is_projected) or read.name.startswith("Undefined"):
        raise no_crs(column, f"one on the Earth's surface, not {quoted(read.name)}")
    return _way(read.to_wkt(), threading.get_ident())


def no_crs(
    column: str,
    expected: str = "the system that its coordinates are in",
    help: str = 'give it as `crs="EPSG:4326"`; that is longitude and latitude as GPS has them',
) -> InvalidInput:
    """Return the error for a geometry of which nobody says what its coordinates mean."""
    return InvalidInput(
        Problem(
            "SR222",
            f"the geometry {quoted(column)} has no coordinate reference system",
            None,
            expected,
            help,
        )
    )


@cache
def _way(wkt: str, _thread: int) -> Way | None:
    import pyproj

    crs = pyproj.CRS.from_wkt(wkt)
    if crs.equals(WGS84, ignore_axis_order=True):
        return None
    try:
        transformer = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise InvalidInput(
            Problem("SR222", f"there is no way from {quoted(crs.name)} to WGS 84: {error}")
        ) from error
    if transformer.definition.startswith("proj=noop"):
        return None
    unit = crs.axis_info[0].unit_conversion_factor if crs.is_projected else 0.0
    return Way(transformer, STEP_METRES / unit if unit else None)


def _moved(way: Way, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    lon, lat = way.transformer.transform(x, y)
    return lon, lat


def _jumps(shape: Any) -> bool:
    """Tell whether an edge goes round the Earth; from one ring to the next there is none."""
    lons = (shapely.get_coordinates(ring)[:, 0] for ring in shapely.get_rings(shape))
    return any(bool((np.abs(np.diff(lon)) > 180).any()) for lon in lons)


def _without(shapes: Shapes, mask: Any) -> Shapes:
    """Return a copy with None in some rows."""
    found = shapes.copy()
    found[mask] = None
    return found


def _count(spots: Spots) -> int:
    found = spots.x if spots.shapes is None else spots.shapes
    assert found is not None
    return len(found)


def _codes(count: int, masks: dict[int, Any]) -> Codes | None:
    if not any(mask.any() for mask in masks.values()):
        return None
    found = np.full(count, -1, dtype=np.int8)
    for code, mask in masks.items():
        found[mask] = code
    return found


def _blanked(values: Floats, array: pa.Array) -> Floats:
    """Return coordinates with NaN where the array has null."""
    if not array.null_count:
        return values
    return np.where(array.is_valid().to_numpy(zero_copy_only=False), values, np.nan)


def _coordinates(array: pa.Array) -> tuple[Floats, Floats]:
    """Return x and y of GeoArrow's coordinates, apart or interleaved."""
    if pa.types.is_struct(array.type):
        x, y = (array.field(name).to_numpy(zero_copy_only=False) for name in ("x", "y"))
    else:
        size = array.type.list_size
        # `values` knows nothing of a slice
        flat = array.values.slice(array.offset * size, len(array) * size)
        x, y = flat.to_numpy(zero_copy_only=False).reshape(-1, size)[:, :2].T
    return np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)


def _nested(array: pa.Array, encoding: str) -> Shapes:
    """Return GeoArrow's polygons or multipolygons as shapely geometries."""
    kind = shapely.GeometryType[encoding.upper()]
    valid = array.is_valid().to_numpy(zero_copy_only=False)
    offsets = []
    inner = array
    for _ in range(2 if encoding == "polygon" else 3):
        edges = inner.offsets.to_numpy().astype(np.int64)
        # offsets of a slice begin anywhere
        inner = inner.values.slice(edges[0], edges[-1] - edges[0])
        offsets.append(edges - edges[0])
    coordinates = np.column_stack(_coordinates(inner))
    shapes: Shapes = np.array(
        shapely.from_ragged_array(kind, coordinates, tuple(reversed(offsets))), dtype=object
    )
    shapes[~valid] = None
    return shapes


def _wkb_points(array: pa.Array) -> tuple[Floats, Floats] | None:
    """Return x and y of well-known binary, read as a whole if there is nothing but points."""
    wide = pa.types.is_large_binary(array.type)
    if not (wide or pa.types.is_binary(array.type)) or array.null_count or not len(array):
        return None
    _, edges, data = array.buffers()
    size = _POINT.itemsize
    dtype = np.int64 if wide else np.int32
    offsets = np.frombuffer(edges, dtype, len(array) + 1, array.offset * np.dtype(dtype).itemsize)
    if data is None or not bool((np.diff(offsets) == size).all()):
        return None
    points = np.frombuffer(data, _POINT, len(array), int(offsets[0]))
    if not bool(((points["order"] == 1) & (points["kind"] == 1)).all()):
        return None
    return np.ascontiguousarray(points["x"]), np.ascontiguousarray(points["y"])
