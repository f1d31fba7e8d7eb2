"""The lines on the map at which the decision about a target can change, wherever the target is.

Zones and distances from zones are lines of their own. The launch point adds what lies within some
distance of it: of the nearest and of the farthest point of each part of where it can be.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.analysis.rings import reaches_round
from strikerules.engine.case import AGREE_KM, DEPTH, DISTANCE, LAUNCH, RANGE, TARGET, Case
from strikerules.engine.program import Atom
from strikerules.geography.cells import Line, cells_of
from strikerules.geography.geodesy import (
    FARTHEST_KM,
    Floats,
    destinations,
    distance_km,
    distances_km,
    wrap_lon,
)
from strikerules.geography.overlay import split, thinnest_in
from strikerules.geography.places import ANYWHERE, Place, place_of_point, place_within_reach
from strikerules.geography.seam import polygon_of_ring
from strikerules.geography.widen import WIDEST_KM, widened

__all__ = ["WORLD", "AllWithin", "Bound", "Circle", "Outline", "SomeWithin", "bounds_of"]

WORLD = shapely.box(-180.0, -90.0, 180.0, 90.0)

#: Straight sides of a circle are at most so far off it.
_OFF_KM = 0.001
#: Points are found at a distance along a geodesic up to here; farther is everywhere.
_ROUND_KM = 19_900.0
#: The points that are near enough to all of a shape are found up to here.
_CONVEX_KM = 9_000.0
#: Polygons drawn around discs exceed these by about so much (`geography.discs`).
_DRAWN_OUT = 1.0007


class Bound:
    """A line on the map: `shape` is what lies inside it.

    Attributes
    ----------
    key : hashable
        Equal for lines that are the same.
    """

    key: Hashable

    def shape(self, window: BaseGeometry) -> BaseGeometry:
        """Return what lies inside, a polygon; only what is in the window has to be right."""
        raise NotImplementedError

    def agrees(self, lon: float, lat: float, inside: bool) -> bool:
        """Tell whether a point that is drawn on one side is measured to be there too."""
        return True


class Outline(Bound):
    """A zone's outline, or the line at a distance from it."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.key: Hashable = (line.zone, line.km)

    def shape(self, window: BaseGeometry) -> BaseGeometry:
        zone, km = self.line.zone, self.line.km or 0.0
        if km <= 0:
            return zone.geometry if km == 0 else shapely.Polygon()
        if km <= WIDEST_KM:
            return widened(zone, km, window)
        return _widened_far(zone.geometry, km)


class Circle(Bound):
    """Everywhere within so far of a point.

    Parameters
    ----------
    lon, lat, km : float
    compared_km : float, optional
        The distance that is asked about, where the point is only good to the difference.
    """

    def __init__(self, lon: float, lat: float, km: float, compared_km: float | None = None) -> None:
        self.lon, self.lat, self.km = lon, lat, km
        self.compared_km = km if compared_km is None else compared_km
        self.key: Hashable = ("circle", lon, lat, km)

    def shape(self, window: BaseGeometry) -> BaseGeometry:
        if self.km <= 0:
            return shapely.Polygon()
        return WORLD if self.km >= _ROUND_KM else _circle(self.lon, self.lat, self.km)

    def agrees(self, lon: float, lat: float, inside: bool) -> bool:
        return (distance_km(self.lon, self.lat, lon, lat) <= self.km) == inside


class SomeWithin(Bound):
    """Everywhere within so far of the nearest point of a shape."""

    def __init__(self, body: Body, km: float) -> None:
        self.body, self.km = body, km
        self.key: Hashable = ("some", id(body), km)

    def shape(self, window: BaseGeometry) -> BaseGeometry:
        if self.km < 0:
            return shapely.Polygon()
        return near_to(self.body.region, self.km, window)


class AllWithin(Bound):
    """Everywhere within so far of even the farthest point of a shape."""

    def __init__(self, body: Body, km: float) -> None:
        self.body, self.km = body, km
        self.key: Hashable = ("all", id(body), km)

    def shape(self, window: BaseGeometry) -> BaseGeometry:
        if self.km >= _ROUND_KM:
            return WORLD
        if self.km <= 0 or self.km > _CONVEX_KM:
            return shapely.Polygon()
        found: BaseGeometry = WORLD
        for lon, lat in self.body.corners:
            found = shapely.intersection(found, _circle(lon, lat, self.km))
            if found.is_empty:
                break
        return found


class Body:
    """A connected part of where the launch point can be.

    Parameters
    ----------
    region : shapely geometry
    slack : float
        By how many km the part may be larger, as the zones' edges are not exact.
    """

    def __init__(self, region: BaseGeometry, slack: float) -> None:
        self.region, self.slack = region, slack

    @cached_property
    def corners(self) -> list[tuple[float, float]]:
        """Points of the outline of which one is the farthest, from wherever one looks."""
        outline = shapely.segmentize(shapely.boundary(self.region), 0.05)
        xy = shapely.get_coordinates(outline)
        if reaches_round(self.region) or np.ptp(xy[:, 0]) > 90:
            return [(0.0, 90.0), (0.0, -90.0), (0.0, 0.0), (180.0, 0.0)]
        flat = _gnomonic(xy)
        hull = shapely.simplify(shapely.convex_hull(shapely.multipoints(flat)), 0.005)
        corner = shapely.get_coordinates(hull)
        tree = shapely.STRtree([shapely.Point(x, y) for x, y in flat])
        nearest = np.atleast_1d(tree.nearest(shapely.points(corner)))
        return [(float(xy[i, 0]), float(xy[i, 1])) for i in np.unique(nearest)]


def bounds_of(case: Case, window: BaseGeometry) -> list[Bound]:
    """Return the lines at which the decision can change as the target moves.

    Parameters
    ----------
    case : Case
        Of a scenario without the target's location.
    window : shapely geometry
        What is looked at.
    """
    found = [*_zone_lines(case), *_launch_lines(case, window)]
    return list({bound.key: bound for bound in found}.values())


def _zone_lines(case: Case) -> Iterator[Bound]:
    derived = DEPTH not in case.values and DEPTH not in case.scenario.withheld
    for atom in case.program.atoms:
        if atom.attribute == TARGET:
            line = case.line(atom)
            assert line is not None
            yield Outline(line)
        elif atom.attribute == DEPTH and derived:
            for km in case.lines_of_depth(atom):
                if km >= 0 and (km == 0 or atom.operator not in ("eq", "in")):
                    yield Outline(Line(case.ukraine, km or None))


def _figures(case: Case) -> list[float]:
    """Return the distances that something is compared with."""

    def of(path: str) -> Iterator[float]:
        for atom in case.program.atoms:
            if atom.attribute == path:
                yield from case.lines_of_depth(atom)

    stated, reach = case.values.get(DISTANCE), case.values.get(RANGE)
    found = [stated] if isinstance(stated, float) else list(of(DISTANCE))
    found += [reach] if isinstance(reach, float) else list(of(RANGE))
    return sorted({km for km in found if 0 <= km < FARTHEST_KM})


def _launch_lines(case: Case, window: BaseGeometry) -> Iterator[Bound]:
    launch = case.places[LAUNCH]
    if DISTANCE in case.scenario.withheld:
        return
    asked = [
        atom for atom in case.program.atoms
        if atom.attribute == LAUNCH and (launch is ANYWHERE or case.side(atom).sure is None)
    ]  # fmt: skip
    if launch is ANYWHERE:
        yield from _reach_lines(case, asked, window)
        return
    figures, stated = _figures(case), DISTANCE in case.values
    give = AGREE_KM if stated else 0.0
    if launch.exact:
        for km in figures if not stated else ():
            yield Circle(launch.lon, launch.lat, km)
        return
    if launch.kind == "point":
        around = launch.accuracy_km * _DRAWN_OUT
        for km in figures:
            yield Circle(launch.lon, launch.lat, km + around + give, km)
            yield Circle(launch.lon, launch.lat, km - around - give, km)
    else:
        yield from _distances([Body(p, 0.0) for p in _parts(launch.region)], figures, give)
    if asked:
        lines = list(dict.fromkeys(line for a in asked if (line := case.line(a)) is not None))
        slack = _slack(case, launch)
        cells = [cell.geometry for cell in cells_of(launch, lines)]
        bodies = [Body(part, slack) for cell in cells for part in _parts(cell)]
        yield from _distances(bodies, figures, give)


def _reach_lines(case: Case, asked: list[Atom], window: BaseGeometry) -> Iterator[Bound]:
    """Yield lines for a launch point that is only known to be within reach of the target."""
    reach, stated = case.values.get(DISTANCE, case.values.get(RANGE)), DISTANCE in case.values
    if not isinstance(reach, float) or not asked:
        return
    give = AGREE_KM if stated else 0.0
    reach += give
    place = place_within_reach(place_of_point(0.0, 0.0), reach)
    if place is ANYWHERE:
        return
    groups: dict[float, list[Line]] = {}
    for atom in asked:
        line = case.line(atom)
        assert line is not None
        groups.setdefault(place.blur_of(line.zone), []).append(line)
    slack, figures = _slack(case, place), _figures(case)
    around = _around(window, reach + max(groups))
    for edge, lines in groups.items():
        parts = [around]
        for line in dict.fromkeys(lines):
            parts = _cut(parts, Outline(line).shape(around))
        bodies = [Body(piece, slack) for part in parts for piece in _parts(part)]
        far = reach * _DRAWN_OUT if reach > 0 else 0.0
        for body in bodies:
            yield SomeWithin(body, far + edge * _DRAWN_OUT)
        yield from _distances(bodies, figures, give)


def _distances(bodies: list[Body], figures: list[float], give: float) -> Iterator[Bound]:
    for km in figures:
        for body in bodies:
            yield SomeWithin(body, km + body.slack + give)
            yield AllWithin(body, km - body.slack - give)


def _slack(case: Case, launch: Place) -> float:
    """Return how far the lines may see beyond a part of the launch place, as worlds have it."""
    zones = [a.zone for a in case.program.atoms if a.zone is not None]
    if any(a.attribute == DEPTH for a in case.program.atoms):
        zones.append(case.ukraine)
    return max((launch.blur_of(zone) for zone in zones), default=0.0)


def _cut(parts: list[BaseGeometry], shape: BaseGeometry) -> list[BaseGeometry]:
    found = []
    for part in parts:
        found += [p for p in split(part, shape, thinnest_in(part)) if p is not None]
    return found


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    return [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 0]


def _around(window: BaseGeometry, km: float) -> BaseGeometry:
    """Return a box that has everything within so far of a window; all where it comes near a pole.

    A box as wide as that is not cut at the antimeridian but drawn all around.
    """
    west, south, east, north = window.bounds
    by = 1.01 * km / 110.5 + 0.01
    most = max(abs(south), abs(north)) + by
    if most >= 85:
        return WORLD
    wide = by / math.cos(math.radians(most))
    if east - west + 2 * wide >= 360 or west - wide < -180 or east + wide > 180:
        return shapely.box(-180.0, south - by, 180.0, north + by)
    return shapely.box(west - wide, south - by, east + wide, north + by)


def near_to(shape: BaseGeometry, km: float, window: BaseGeometry) -> BaseGeometry:
    """Return everywhere within so far of a shape; only what is in the window has to be right."""
    from strikerules.geography.buffers import buffer_km

    if km == 0:
        return shape
    if reaches_round(shape):
        # its outline is in part the map's own: what is too deep inside all else is left out
        rest = shapely.difference(WORLD, shape)
        if rest.is_empty:
            return WORLD
        return shapely.difference(WORLD, buffer_km(rest, -min(km, WIDEST_KM), near=window))
    if km > WIDEST_KM:
        return _widened_far(shape, km)
    return buffer_km(shape, km, near=window)


def _widened_far(shape: BaseGeometry, km: float) -> BaseGeometry:
    """Return everywhere within so far of a shape, step by step: a geodesic goes through each."""
    from strikerules.geography.buffers import buffer_km

    if reaches_round(shape):
        return WORLD
    steps = math.ceil(km / WIDEST_KM)
    for _ in range(steps):
        if reaches_round(shape):
            break
        shape = buffer_km(shape, km / steps)
    return shape


def _circle(lon: float, lat: float, km: float) -> BaseGeometry:
    """Return a polygon whose corners are at a distance from a point and whose sides are nearly."""
    step = math.sqrt(2 * _OFF_KM / min(km, 6000.0))
    count = min(4000, max(96, math.ceil(math.pi / step)))
    azimuths = np.linspace(360.0, 0.0, count, endpoint=False)
    x, y = destinations(lon, lat, azimuths, km)
    for _ in range(12):
        following = (np.roll(x, -1) - x + 180) % 360 - 180
        middle_x, middle_y = x + following / 2, (y + np.roll(y, -1)) / 2
        off = np.abs(distances_km(lon, lat, _wrapped(middle_x), middle_y) - km)
        bad = np.flatnonzero(off > 2 * _OFF_KM)
        if not len(bad):
            break
        added = (azimuths[bad] + np.append(azimuths[1:], azimuths[0] - 360)[bad]) / 2
        new_x, new_y = destinations(lon, lat, added, km)
        azimuths, x, y = (
            np.insert(old, bad + 1, new) for old, new in ((azimuths, added), (x, new_x), (y, new_y))
        )
    found: BaseGeometry = polygon_of_ring(x, y)
    if not found.is_valid:
        found = shapely.make_valid(found)
    # past a quarter of the way round, the outline encloses the far side of the Earth
    inside = shapely.intersects_xy(found, wrap_lon(lon), lat)
    return found if inside else shapely.difference(WORLD, found)


def _wrapped(lon: Floats) -> Floats:
    """Return longitudes in [-180, 180)."""
    return (lon + 180) % 360 - 180


def _gnomonic(xy: Floats) -> Floats:
    """Return points on a plane on which geodesics are straight, in about km."""
    lon, lat = np.radians(xy).T
    unit = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    up = unit.mean(axis=0)
    up /= np.linalg.norm(up)
    east = np.cross([0.0, 0.0, 1.0], up)
    east /= np.linalg.norm(east)
    height = unit @ up
    return 6371 * np.column_stack([unit @ east / height, unit @ np.cross(up, east) / height])
