"""Locations as scenarios write them: a point, a place by name, a zone, a geometry."""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct

from strikerules.documents import Document, Path
from strikerules.problems import Problem, cant_be, did_you_mean, listed, quoted

__all__ = [
    "MOST_ACCURACY_KM",
    "InZone",
    "Location",
    "Named",
    "Point",
    "Shape",
    "location_data",
    "read_location",
]

MOST_ACCURACY_KM = 2000.0
_GEOMETRIES = ("Point", "Polygon", "MultiPolygon")
_NOT_TAKEN = ("LineString", "MultiLineString", "MultiPoint", "GeometryCollection")


class Point(Struct, frozen=True):
    """A point in degrees (WGS 84), good to `accuracy_km`; 0 is exact."""

    lon: float
    lat: float
    accuracy_km: float = 0.0


class Named(Struct, frozen=True):
    """A place of the gazetteer; its own accuracy holds unless one is given."""

    place: str
    accuracy_km: float | None = None


class InZone(Struct, frozen=True):
    """Somewhere in a zone."""

    zone: str


class Shape(Struct, frozen=True):
    """Somewhere in a polygon; `geojson` is the geometry as text."""

    geojson: str


Location = Point | Named | InZone | Shape


def location_data(location: Location) -> dict[str, Any]:
    """Return a location as a scenario has it.

    Examples
    --------
    >>> location_data(Named("Belgorod"))
    {'place': 'Belgorod'}
    """
    if isinstance(location, Point):
        more = {"accuracy_km": location.accuracy_km} if location.accuracy_km else {}
        return {"lon": location.lon, "lat": location.lat} | more
    if isinstance(location, Named):
        more = {} if location.accuracy_km is None else {"accuracy_km": location.accuracy_km}
        return {"place": location.place} | more
    if isinstance(location, InZone):
        return {"zone": location.zone}
    found: dict[str, Any] = json.loads(location.geojson)
    return found


def read_location(
    doc: Document, path: Path, name: str, raw: Any, problems: list[Problem]
) -> Location | None:
    """Return a checked location, or None with the problems added to the list."""

    def fail(code: str, message: str, where: Path = path, **more: Any) -> None:
        key = more.pop("key", False)
        problems.append(Problem(code, message, doc.position(where, key=key), **more))

    forms = "`{lon, lat}`, `{place: NAME}`, `{zone: ID}` or a GeoJSON polygon"
    if not isinstance(raw, dict):
        hint = None
        if isinstance(raw, list) and len(raw) == 2:
            hint = f"write `{{lon: {raw[0]}, lat: {raw[1]}}}`"
        elif isinstance(raw, str):
            hint = f"write `{{place: {raw}}}` or `{{zone: {raw}}}`"
        fail("SR203", f"{quoted(raw)} is not a location", expected=forms, help=hint)
        return None
    if "type" in raw:
        return _geojson(raw, path, fail)
    kinds = [k for k in ("place", "zone") if k in raw]
    if "lon" in raw or "lat" in raw:
        kinds.insert(0, "lon")
    if len(kinds) != 1:
        what = "says where in several ways" if kinds else "does not say where"
        near = did_you_mean(next(iter(raw), ""), ("lon", "lat", "place", "zone", "type"))
        fail("SR203", f"`{name}` {what}", expected=forms, help=None if kinds else near)
        return None
    known = {
        "lon": ("lon", "lat", "accuracy_km"),
        "place": ("place", "accuracy_km"),
        "zone": ("zone",),
    }[kinds[0]]
    good = True
    for key in raw:
        if key not in known:
            fail(
                "SR111", f"the key {quoted(key)} is not known here", (*path, key), key=True,
                expected=listed(known, "and"), help=did_you_mean(key, known),
            )  # fmt: skip
            good = False
    accuracy = _accuracy(raw, path, fail)
    if accuracy is False:
        good = False
    if kinds[0] == "lon":
        lon = _degrees(raw, "lon", 180, path, fail)
        lat = _degrees(raw, "lat", 90, path, fail)
        if lon is None or lat is None or not good:
            return None
        return Point(lon, lat, accuracy or 0.0)
    word = raw[kinds[0]]
    if not isinstance(word, str) or not word:
        fail("SR203", f"{quoted(word)} is not the name of a {kinds[0]}", (*path, kinds[0]))
        return None
    if not good:
        return None
    if kinds[0] == "zone":
        return InZone(word)
    return Named(word, float(accuracy) if "accuracy_km" in raw else None)


def _degrees(raw: dict[str, Any], key: str, most: int, path: Path, fail: Any) -> float | None:
    if key not in raw:
        fail("SR112", f"the key `{key}` is missing")
        return None
    value = raw[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        fail("SR204", cant_be(value, key),
             (*path, key), expected="degrees as a number")  # fmt: skip
        return None
    if not abs(value) <= most:
        other = raw.get("lat" if key == "lon" else "lon")
        swapped = (
            key == "lat"
            and isinstance(other, int | float)
            and abs(other) <= 90
            and abs(value) <= 180
        )
        fail(
            "SR204", f"{quoted(str(value))} can't be `{key}`", (*path, key),
            expected=f"degrees from -{most} to {most}",
            help="are `lon` and `lat` the wrong way round?" if swapped else None,
        )  # fmt: skip
        return None
    return float(value)


def _accuracy(raw: dict[str, Any], path: Path, fail: Any) -> float | bool:
    value = raw.get("accuracy_km", 0.0)
    if "accuracy_km" not in raw:
        return 0.0
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value <= MOST_ACCURACY_KM
    ):
        fail(
            "SR205", cant_be(value, "accuracy_km"),
            (*path, "accuracy_km"),
            expected=f"a number of km from 0 to {MOST_ACCURACY_KM:.0f}",
            help="for somewhere larger, give a zone or a polygon",
        )  # fmt: skip
        return False
    # less than a millimetre is exact
    return float(value) if value >= 1e-6 else 0.0


def _geojson(raw: dict[str, Any], path: Path, fail: Any) -> Shape | Point | None:
    if raw.get("type") == "Feature" and isinstance(raw.get("geometry"), dict):
        raw, path = raw["geometry"], (*path, "geometry")
    kind = raw.get("type")
    if kind not in _GEOMETRIES:
        fail(
            "SR203", f"{quoted(kind)} is not a geometry that can be a location", (*path, "type"),
            expected=listed(_GEOMETRIES),
            help="a place is a point or has an inside" if kind in _NOT_TAKEN
            else did_you_mean(kind, _GEOMETRIES),
        )  # fmt: skip
        return None
    depth = {"Point": 1, "Polygon": 3, "MultiPolygon": 4}[kind]
    bad = _coordinates(raw.get("coordinates"), depth, (*path, "coordinates"), fail)
    if bad:
        return None
    if kind == "Point":
        lon, lat, *_ = raw["coordinates"]
        return Point(float(lon), float(lat), 0.0)
    shape = {"type": kind, "coordinates": raw["coordinates"]}
    return Shape(json.dumps(shape, separators=(",", ":")))


def _coordinates(raw: Any, depth: int, path: Path, fail: Any) -> bool:
    """Check nested coordinates; return True where something is wrong (said once)."""
    if not isinstance(raw, list) or not raw:
        fail("SR203", cant_be(raw, "coordinates"), path,
             expected="nested lists of `[lon, lat]`")  # fmt: skip
        return True
    if depth > 1:
        if depth == 2 and len(raw) < 4:
            fail("SR203", "a ring of a polygon needs four positions or more", path,
                 help="the first position is repeated at the end")  # fmt: skip
            return True
        if depth == 2 and isinstance(raw[0], list) and raw[0] != raw[-1]:
            fail("SR203", "a ring of a polygon ends where it begins, this one does not", path,
                 help="repeat the first position at the end")  # fmt: skip
            return True
        return any(_coordinates(item, depth - 1, (*path, i), fail) for i, item in enumerate(raw))
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in raw)
    if not numbers or len(raw) not in (2, 3):
        fail("SR203", f"{quoted(raw)} is not a position", path, expected="`[lon, lat]`")
        return True
    for index, (value, most) in enumerate(zip(raw, (180, 90), strict=False)):
        if not abs(value) <= most:
            fail("SR204", f"{quoted(str(value))} can't be {'lon' if not index else 'lat'}",
                 (*path, index), expected=f"degrees from -{most} to {most}")  # fmt: skip
            return True
    return False
