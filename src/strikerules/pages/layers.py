"""What a map shows, layer by layer, as plain columns: for the interactive map and for a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.engine.program import Program
from strikerules.geography.atlas import Atlas, zones_of
from strikerules.geography.gazetteer import gazetteer
from strikerules.geography.geodesy import distance_km, inverse
from strikerules.geography.places import Place
from strikerules.geography.zones import Zone
from strikerules.language.policy import Ruling
from strikerules.language.scenario import Scenario
from strikerules.pages.frame import LocalFrame, View
from strikerules.pages.words import DECISIONS, hatch, region_reasons, region_words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = [
    "LEVELS",
    "Columns",
    "Ruled",
    "outlines",
    "places_of",
    "points",
    "polygons",
    "regions",
    "room_km",
    "towns",
    "zone_outlines",
    "zones_asked",
]

Columns = dict[str, list[Any]]

COUNTRIES = ("ukraine", "russia", "belarus")
#: A zone larger than so many degrees is a country or so: no map is made to hold all of it.
_LARGE = 12.0
_COARSE_KM, _FINE_KM = 0.2, 0.1
#: How many steps of zoom bring up names, and how large a town has to be for each.
LEVELS = 4
_LEAST_TOWN_KM = (8.0, 3.0, 0.0, 0.0)
_ENDS = {"target": "target.location", "launch": "launch.location"}


class Ruled(Protocol):
    """A policy or a timeline as a map needs it: `strikerules.api.Policy` is one."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def ruling(self) -> Ruling:
        """As the language layer reads it."""

    @property
    def atlas(self) -> Atlas:
        """Where its zones are found."""

    @property
    def program(self) -> Program:
        """What it compiles to."""


def _rounded(points: Any) -> tuple[list[float], list[float]]:
    found = points.round(2)
    return found[:, 0].tolist(), found[:, 1].tolist()


def polygons(shape: BaseGeometry) -> Iterator[list[BaseGeometry]]:
    """Yield the rings of each polygon of a shape, the outer one first."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon" and not part.is_empty:
            yield [part.exterior, *part.interiors]
        elif part.geom_type in ("MultiPolygon", "GeometryCollection"):
            yield from polygons(part)


def _patches(shape: BaseGeometry) -> tuple[list[Any], list[Any]]:
    """Return a shape as Bokeh's `MultiPolygons` takes one."""
    xs, ys = [], []
    for rings in polygons(shape):
        pairs = [_rounded(shapely.get_coordinates(ring)) for ring in rings]
        xs.append([x for x, _ in pairs])
        ys.append([y for _, y in pairs])
    return xs, ys


def _lines(shape: BaseGeometry) -> Iterator[tuple[list[float], list[float]]]:
    for part in shapely.get_parts(shape):
        if part.geom_type == "LineString" and not part.is_empty:
            yield _rounded(shapely.get_coordinates(part))
        elif part.geom_type in ("MultiLineString", "GeometryCollection"):
            yield from _lines(part)


def outlines(frame: LocalFrame, atlas: Atlas, view: View) -> dict[str, Columns]:
    """Return the borders of countries and oblasts as lines, and the names of both as texts.

    Returns
    -------
    dict
        ``country`` and ``oblast`` with ``xs`` and ``ys``; ``names`` with ``x``, ``y``, ``text``,
        ``size``, each where it stands in the view if it can.
    """
    found: dict[str, Columns] = {kind: {"xs": [], "ys": []} for kind in ("country", "oblast")}
    names: Columns = {"x": [], "y": [], "text": [], "size": []}
    seen = shapely.box(view.west, view.south, view.east, view.north)
    for zone in atlas.register:
        kind = "country" if zone.id in COUNTRIES else "oblast"
        if zone.status == "assumed":
            continue
        border = shapely.boundary(zone.geometry)
        for xs, ys in _lines(frame.shape(border, _COARSE_KM)):
            found[kind]["xs"].append(xs)
            found[kind]["ys"].append(ys)
        shape = frame.shape(zone.geometry, _COARSE_KM)
        part = shapely.intersection(shape, seen)
        if shape.is_empty or (kind == "country" and part.is_empty):
            continue
        middle = _inmost(shape if part.is_empty else part)
        title = zone.title.partition(",")[0]
        for key, value in (
            ("x", round(middle[0], 1)), ("y", round(middle[1], 1)),
            ("text", title.upper() if kind == "country" else title),
            ("size", "14px" if kind == "country" else "12px"),
        ):  # fmt: skip
            names[key].append(value)
    return {**found, "names": names}


def _inmost(shape: BaseGeometry) -> tuple[float, float]:
    """Return the point of a shape that is farthest from its outline, within 2 km or so."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=2.0))[0]
    return float(x), float(y)


def room_km(view: View, level: int) -> float:
    """Return how far names of a level keep apart from west to east."""
    return view.width / 4 / 2.0**level


def towns(frame: LocalFrame, view: View) -> Columns:
    """Return the towns near a frame, each with the zoom from which on its name has room.

    Returns
    -------
    dict
        ``x``, ``y``, ``name``, and ``level``: 0 for large towns, 1 where the name has room at first
        as well, 2 where the map has to be enlarged twice, 3 where four times.
    """
    found: Columns = {"x": [], "y": [], "name": [], "level": []}
    west, south, east, north = frame.box
    near = [t for t in gazetteer() if west <= t.lon <= east and south <= t.lat <= north]
    placed: list[tuple[float, float]] = []
    waiting = sorted(near, key=lambda t: (-t.accuracy_km, t.name))
    for level in range(LEVELS):
        wide, tall = room_km(view, level), view.height / 10 / 2**level
        later = []
        for town in waiting:
            x, y = frame.to_local(town.lon, town.lat)
            crowded = any(abs(x - a) < wide and abs(y - b) < tall for a, b in placed)
            if level < LEVELS - 1 and (crowded or town.accuracy_km < _LEAST_TOWN_KM[level]):
                later.append(town)
                continue
            placed.append((x, y))
            for key, value in (
                ("x", round(x, 2)), ("y", round(y, 2)), ("name", town.name), ("level", level)
            ):  # fmt: skip
                found[key].append(value)
        waiting = later
    return found


def zones_asked(policy: Ruled) -> list[Zone]:
    """Return the zones that a policy's rules ask about, under any reading, each once."""
    asked = {atom.zone.id + str(id(atom.zone)): atom.zone for atom in policy.program.atoms
             if atom.zone is not None}  # fmt: skip
    return list(asked.values())


def zone_outlines(frame: LocalFrame, zones: Iterable[Zone]) -> Columns:
    """Return the outlines of zones as lines, those of countries and oblasts left out.

    Returns
    -------
    dict
        ``xs``, ``ys``, ``name``, ``title``, ``status``.
    """
    found: Columns = {"xs": [], "ys": [], "name": [], "title": [], "status": []}
    for zone in zones:
        if zone.status == "published" and not zone.made:
            continue
        edge = shapely.boundary(zone.geometry)
        for xs, ys in _lines(frame.shape(edge, _FINE_KM)):
            for key, value in (
                ("xs", xs), ("ys", ys), ("name", zone.id), ("title", zone.title),
                ("status", zone.status),
            ):  # fmt: skip
                found[key].append(value)
    return found


def places_of(policy: Ruled, scenario: Scenario | None) -> dict[str, Place]:
    """Return the places of a scenario: ``target`` and ``launch``, as far as they are given.

    Raises
    ------
    InvalidInput
        There is no such town or zone.
    """
    if scenario is None:
        return {}
    specs = zones_of(policy.ruling)
    return {
        end: policy.atlas.place(scenario.locations[path], None, specs)
        for end, path in _ENDS.items()
        if path in scenario.locations
    }


def focus(policy: Ruled | None, places: Iterable[Place]) -> list[BaseGeometry]:
    """Return what a map of a policy and of places has to hold: geometries in degrees."""
    found = []
    for place in places:
        region = place.region
        found.append(region if _is_small(region) else shapely.Polygon())
    for zone in zones_asked(policy) if policy is not None else ():
        if _is_small(zone.geometry):
            found.append(zone.geometry)
    return [g for g in found if not g.is_empty]


def _is_small(geometry: BaseGeometry) -> bool:
    if geometry.is_empty:
        return False
    west, south, east, north = geometry.bounds
    return bool(max(east - west, north - south) <= _LARGE)


def regions(frame: LocalFrame, table: GeoDataFrame | None) -> dict[str, Columns]:
    """Return the parts of a map by their decision, or by how it changes.

    Parameters
    ----------
    frame : LocalFrame
    table : GeoDataFrame, optional
        As `Policy.regions` gives it, or `Diff.regions`.

    Returns
    -------
    dict
        From a decision or a kind of change to ``xs``, ``ys`` and ``row`` (the row of the table),
        ``words``, ``reasons`` (a line each), ``citations``, ``area``, ``hatch``.
    """
    found: dict[str, Columns] = {}
    if table is None:
        return found
    patterns: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows_of(table)):
        geometry = row["geometry"]
        if geometry is None or geometry.is_empty:
            continue
        xs, ys = _patches(frame.shape(geometry, _FINE_KM))
        if not xs:
            continue
        hangs_on = tuple(row.get("depends_on") or row.get("questions") or ())
        kind = row["change"] if "change" in row else row["decision"]
        columns = found.setdefault(kind, {})
        for key, value in (
            ("xs", xs), ("ys", ys), ("row", number), ("words", region_words(row)),
            ("reasons", "\n".join(region_reasons(row))),
            ("citations", ", ".join(row.get("citations") or ()) or "none"),
            ("area", area_words(row.get("area_km2"))),
            ("hatch", hatch(kind, patterns.setdefault(hangs_on, len(patterns)) if hangs_on else 0)),
        ):  # fmt: skip
            columns.setdefault(key, []).append(value)
    order = {kind: i for i, kind in enumerate(DECISIONS)}
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], 9)))


def rows_of(table: GeoDataFrame) -> list[Mapping[str, Any]]:
    """Return the rows of a table of regions as mappings."""
    found: list[Mapping[str, Any]] = table.to_dict("records")
    return found


def area_words(km2: float | None) -> str:
    """Return an area for people.

    Examples
    --------
    >>> area_words(1234.5), area_words(2.34), area_words(16_954_321)
    ('1,234 km²', '2.3 km²', '17 million km²')
    """
    if km2 is None or km2 != km2:
        return "anywhere"
    if km2 >= 1e6:
        return f"{km2 / 1e6:,.0f} million km²"
    return f"{km2:,.1f} km²" if km2 < 10 else f"{km2:,.0f} km²"


def points(frame: LocalFrame, places: Mapping[str, Place]) -> dict[str, Columns]:
    """Return a scenario's places: points, the areas that they are good to, the line between them.

    Returns
    -------
    dict
        ``target`` and ``launch`` with ``x``, ``y``, ``label``; ``around`` with ``xs``, ``ys``,
        ``end``; ``line`` with ``xs``, ``ys``, ``label`` and its middle, ``x`` and ``y``.
    """
    found: dict[str, Columns] = {end: {"x": [], "y": [], "label": []} for end in _ENDS}
    found["around"] = {"xs": [], "ys": [], "end": []}
    found["line"] = {"xs": [], "ys": [], "x": [], "y": [], "label": []}
    for end, place in places.items():
        if place.kind == "point":
            x, y = frame.to_local(place.lon, place.lat)
            good = f", good to {place.accuracy_km:g} km" if place.accuracy_km else ""
            found[end]["x"].append(round(x, 3))
            found[end]["y"].append(round(y, 3))
            found[end]["label"].append(f"{end}: {place.label}{good}")
        if not place.exact:
            xs, ys = _patches(frame.shape(place.region, _FINE_KM))
            if xs:
                found["around"]["xs"].append(xs)
                found["around"]["ys"].append(ys)
                found["around"]["end"].append(f"{end}: somewhere here ({place.label})")
    ends = [places.get("launch"), places.get("target")]
    if all(p is not None and p.kind == "point" for p in ends):
        start, stop = ends
        assert start is not None
        assert stop is not None
        _add_line(frame, start, stop, found["line"])
    return found


def _add_line(frame: LocalFrame, start: Place, stop: Place, line: Columns) -> None:
    """Add the geodesic from one point to another."""
    from strikerules.geography.geodesy import destinations

    km = distance_km(start.lon, start.lat, stop.lon, stop.lat)
    if km == 0:
        return
    azimuth = inverse(start.lon, start.lat, stop.lon, stop.lat)[1]
    steps = max(2, min(200, int(km / 10) + 2)) | 1
    away = [km * i / (steps - 1) for i in range(steps)]
    lon, lat = destinations(start.lon, start.lat, [azimuth] * steps, away)
    x, y = frame.to_local(lon, lat)
    line["xs"].append([round(float(v), 2) for v in x])
    line["ys"].append([round(float(v), 2) for v in y])
    line["x"].append(round(float(x[steps // 2]), 2))
    line["y"].append(round(float(y[steps // 2]), 2))
    line["label"].append(f"{km:,.0f} km")
