"""Zones made from zones: union, intersection, difference and geodesic buffers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from strikerules.geography.buffers import buffer_km
from strikerules.problems import InvalidInput, Problem, quoted

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["derive", "geometry_of", "parents", "polygonal"]

#: An outline with less inside than this (square degrees, about 0.1 m by 0.1 m) has none.
LEAST_DEG2 = 1e-12

#: The whole Earth has 64,800 square degrees, and no edge.
WHOLE_DEG2 = 64_799.9

Lookup = Callable[[str], "BaseGeometry"]

_LISTS = ("union", "intersection", "difference")

_MANY_CORNERS, _MOST_WIDENED = 2000, 8
_WIDENED: dict[tuple[bytes, float], bytes] = {}


def derive(expression: Any, lookup: Lookup, *, base: Path | None = None) -> BaseGeometry:
    """Make the geometry that an expression describes.

    Parameters
    ----------
    expression : str or mapping
        A zone's id; or a mapping with one of `union`, `intersection`, `difference` (lists of
        expressions; the last takes all others from the first), `buffer_km` with `of`, `same_as`,
        `geometry` (GeoJSON), `file` (the path of a GeoJSON file).
    lookup : callable
        Gives the geometry of a zone by its id, and raises what it will for an unknown one.
    base : Path, optional
        The folder that a `file` is looked for in.

    Returns
    -------
    Polygon or MultiPolygon
        WGS 84 degrees. Touching zones have nothing in common but their edge, which has no area
        and is left out.

    Raises
    ------
    InvalidInput
        SR403 if a file can't be used, SR404 if nothing is left, SR405 if a geometry is not a
        valid polygon in degrees, SR406 if the expression is of no known form.

    Examples
    --------
    >>> squares = {"a": shapely.box(0, 0, 2, 1), "b": shapely.box(1, 0, 3, 1)}
    >>> derive({"difference": ["a", "b"]}, squares.__getitem__).bounds
    (0.0, 0.0, 1.0, 1.0)
    """
    result: BaseGeometry = _derived(expression, lookup, base, None)
    if result.is_empty:
        raise InvalidInput(
            Problem(
                "SR404",
                f"nothing is left of the zone {quoted(expression)}",
                expected="zones that leave an area",
                help="look at what is intersected, taken away or narrowed",
            )
        )
    return result


def parents(expression: Any) -> list[str]:
    """The ids of the zones that an expression is made from, in order, each once.

    Examples
    --------
    >>> parents({"intersection": ["russia", {"buffer_km": 30, "of": "kharkiv-oblast"}]})
    ['russia', 'kharkiv-oblast']
    """
    if isinstance(expression, str):
        return [expression]
    if not isinstance(expression, Mapping):
        return []
    found: list[str] = []
    for key in (*_LISTS, "of", "same_as"):
        value = expression.get(key, [])
        for item in value if isinstance(value, list) else [value]:
            found += parents(item)
    return list(dict.fromkeys(found))


def geometry_of(geojson: Any, what: str, *, trusted: bool = False) -> BaseGeometry:
    """A polygon from GeoJSON: a geometry, a feature, or a collection, whose union it is.

    What ships is `trusted` to be valid, which tests hold: looking takes longer than reading.

    Raises
    ------
    InvalidInput
        SR405, naming `what`, if it is not a valid polygon in degrees.

    Examples
    --------
    >>> ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    >>> geometry_of({"type": "Polygon", "coordinates": [ring]}, "zone").area
    0.5
    """
    try:
        geometry = shapely.from_geojson(
            geojson if isinstance(geojson, str) else json.dumps(geojson)
        )
    except (shapely.GEOSException, TypeError, ValueError):
        raise InvalidInput(_not_polygon(what, "it can't be read as GeoJSON")) from None
    if geometry.geom_type == "GeometryCollection":
        geometry = shapely.union_all(shapely.get_parts(geometry))
    if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        raise InvalidInput(_not_polygon(what, f"it is {quoted(geometry.geom_type)}"))
    if trusted:
        return geometry
    if not geometry.is_valid:
        raise InvalidInput(_crossing(what, shapely.is_valid_reason(geometry)))
    if geometry.area < LEAST_DEG2:
        raise InvalidInput(_not_polygon(what, "it has no inside to speak of"))
    if geometry.area > WHOLE_DEG2:
        raise InvalidInput(_not_polygon(what, "it is the whole Earth"))
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise InvalidInput(
            _not_polygon(what, f"it reaches to {quoted([west, south, east, north])}")
        )
    return shapely.force_2d(geometry)


def polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """The areas of a geometry, without the lines and points beside them.

    Examples
    --------
    >>> polygonal(shapely.from_wkt("GEOMETRYCOLLECTION (POINT (0 0))")).is_empty
    True
    """
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _derived(
    expression: Any, lookup: Lookup, base: Path | None, near: BaseGeometry | None
) -> BaseGeometry:
    if isinstance(expression, str):
        return lookup(expression)
    if isinstance(expression, Mapping):
        if "same_as" in expression:
            return _derived(expression["same_as"], lookup, base, near)
        if "geometry" in expression:
            return geometry_of(expression["geometry"], "geometry")
        if "file" in expression:
            return _from_file(Path(expression["file"]), base)
        if "buffer_km" in expression and "of" in expression:
            inner = _derived(expression["of"], lookup, base, None)
            return _widened(inner, float(expression["buffer_km"]), near)
        for key in _LISTS:
            if expression.get(key):
                return _combined(key, expression[key], lookup, base, near)
    raise InvalidInput(
        Problem(
            "SR406",
            f"{quoted(expression)} does not describe a zone",
            expected="a zone, or `union`, `intersection`, `difference`, `buffer_km` with `of`",
        )
    )


def _widened(geometry: BaseGeometry, km: float, near: BaseGeometry | None) -> BaseGeometry:
    """Widen a zone; large outlines, which take seconds, are remembered whole."""
    if near is not None or shapely.get_num_coordinates(geometry) < _MANY_CORNERS:
        return buffer_km(geometry, km, near=near)
    import hashlib

    key = (hashlib.sha256(shapely.to_wkb(geometry)).digest(), km)
    if key not in _WIDENED:
        while len(_WIDENED) >= _MOST_WIDENED:
            _WIDENED.pop(next(iter(_WIDENED)))
        _WIDENED[key] = shapely.to_wkb(buffer_km(geometry, km))
    widened: BaseGeometry = shapely.from_wkb(_WIDENED[key])
    return widened


def _combined(
    key: str, operands: list[Any], lookup: Lookup, base: Path | None, near: BaseGeometry | None
) -> BaseGeometry:
    """Buffers come last where they only cut, since then only the part near the rest is needed."""
    if key == "union":
        return polygonal(
            shapely.union_all([_derived(operand, lookup, base, near) for operand in operands])
        )
    rest = operands if key == "intersection" else operands[1:]
    rest = sorted(rest, key=lambda operand: not isinstance(operand, str))
    if key == "intersection":
        result, rest = _derived(rest[0], lookup, base, near), rest[1:]
    else:
        result = _derived(operands[0], lookup, base, near)
    combine = shapely.intersection if key == "intersection" else shapely.difference
    for operand in rest:
        if result.is_empty:
            break
        result = polygonal(combine(result, _derived(operand, lookup, base, result)))
    return result


def _from_file(path: Path, base: Path | None) -> BaseGeometry:
    where = path if base is None else base / path
    try:
        text = where.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(
            Problem(
                "SR403",
                f"the file {quoted(str(path))} can't be read",
                expected="a GeoJSON file",
                help=f"its full path is {quoted(str(where))}",
            )
        ) from None
    return geometry_of(text, str(path))


def _crossing(what: str, reason: str) -> Problem:
    kind, _, where = reason.partition("[")
    place = where.rstrip("]").replace(" ", ", ")
    crosses = kind.strip().casefold() in ("self-intersection", "ring self-intersection")
    why = "it crosses itself" if crosses else kind.strip().lower()
    return Problem(
        "SR405",
        f"{quoted(what)} is not a usable area: {why}" + (f" at {place}" if place else ""),
        expected="a valid polygon or multipolygon in degrees, longitude first",
        help="give the corners in the order in which one walks round it" if crosses else None,
    )


def _not_polygon(what: str, why: str) -> Problem:
    return Problem(
        "SR405",
        f"{quoted(what)} is not a usable area: {why}",
        expected="a valid polygon or multipolygon in degrees, longitude first",
        help="cut it at the antimeridian if it crosses it",
    )
