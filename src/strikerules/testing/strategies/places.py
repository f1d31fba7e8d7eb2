"""Hypothesis strategies for places: inside a zone, outside, on its edge, near it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from hypothesis import strategies as st

from strikerules.geography.geodesy import (
    Floats,
    destination,
    destinations,
    distances_km,
    inverses,
)
from strikerules.geography.zones import Zone, zone_register
from strikerules.language.locations import MOST_ACCURACY_KM
from strikerules.problems import InvalidInput, Problem, listed, quoted

__all__ = ["Where", "around", "beside_line", "is_small", "locations", "outline_of", "prepare"]

Where = Literal["anywhere", "inside", "outside", "edge", "near"]
_WHERE: tuple[Where, ...] = ("inside", "outside", "near", "edge")

_OUTSIDE_KM = 200.0
#: Where an edge is exact, this near to it is near.
_NEAR_KM = 1.0
#: Zones with more corners than this are slow to widen, as an uncertain place has to be.
_SMALL = 2500

_SAMPLES, _MANY_SAMPLES = 96, 1500
_GRID = 16
_INWARDS_KM = np.array([0.5, 2.0, 8.0, 30.0, 100.0])
#: Room less than this, in km, is lost in rounding to `_DECIMALS` (0.1 m).
_LEAST_KM, _DECIMALS = 0.01, 6
#: Of a room in which a point may be moved, this much is used.
_USED = 0.95
_FINE = 1_000_000


class Spot(NamedTuple):
    """A point that may be moved by `room_km` in any direction."""

    lon: float
    lat: float
    room_km: float


class Crossing(NamedTuple):
    """A point on the line at a distance from a zone, and the azimuth that leads away from it."""

    lon: float
    lat: float
    away_deg: float


def locations(
    zone: str | Zone,
    *,
    where: Where = "anywhere",
    within_km: float | None = None,
    accuracy_km: float = 0,
) -> st.SearchStrategy[dict[str, float]]:
    """Return a strategy for points by where they lie to a zone.

    They shrink towards a point with much room around it.

    Parameters
    ----------
    zone : str or Zone
        The name of a zone of the register, or a zone itself.
    where : {"anywhere", "inside", "outside", "edge", "near"}
        ``inside`` and ``outside`` are sure: farther from the edge than it is uncertain (the
        zone's `edge_km`) and than `accuracy_km` together. ``edge`` is on the outline itself,
        which counts as in the zone; ``near`` is on either side of it; ``anywhere`` is any of these.
    within_km : float, optional
        With ``outside`` the greatest geodesic distance from the zone, 200 km unless given, beyond
        what is uncertain. With ``near`` the greatest from its edge, unless given `edge_km`, or
        1 km where the edge is exact. It means nothing to the others.
    accuracy_km : float
        Goes into each location, where it is not 0.

    Returns
    -------
    SearchStrategy
        Of mappings such as ``{"lon": 36.9, "lat": 50.45}`` in WGS 84 degrees. The zone's outline
        is read when the first is drawn.

    Raises
    ------
    InvalidInput
        SR401 there is no such zone, SR114 or SR115 an argument is out of range. When drawn: SR404
        where no point is so far inside or outside.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> import strikerules as sr
    >>> @settings(max_examples=20, derandomize=True, database=None, deadline=None)
    ... @given(locations("belgorod-oblast", where="inside"))
    ... def never_permitted_before(place):
    ...     decision = sr.load("ban").check({"target": {"location": place}})
    ...     assert "permitted" not in decision.possible
    >>> never_permitted_before()
    """
    found = zone if isinstance(zone, Zone) else zone_register().get(zone)
    if where not in ("anywhere", *_WHERE):
        words = listed(("anywhere", *_WHERE))
        raise InvalidInput(Problem("SR114", f"{quoted(where)} can't be `where`", None, words))
    if not 0 <= accuracy_km <= MOST_ACCURACY_KM:
        raise InvalidInput(_out_of_range("accuracy_km", accuracy_km, 0, MOST_ACCURACY_KM))
    least = found.edge_km + accuracy_km if where == "outside" else 0.0
    if within_km is not None and not least < within_km <= 5000:
        raise InvalidInput(_out_of_range("within_km", within_km, least, 5000, more=True))
    prepare(found, accuracy_km)
    return _locations(zone, where, within_km, accuracy_km)


def _out_of_range(
    name: str, value: float, low: float, high: float, *, more: bool = False
) -> Problem:
    expected = f"{'more than' if more else 'from'} {low:g} {'and up ' if more else ''}to {high:g}"
    return Problem("SR115", f"{quoted(value)} is out of range for `{name}`", None, expected)


def _draw_location(
    draw: st.DrawFn, zone: str | Zone, where: Where, within_km: float | None, accuracy_km: float
) -> dict[str, float]:
    found = zone if isinstance(zone, Zone) else zone_register().get(zone)
    outline, sure = outline_of(found), found.edge_km + accuracy_km
    most = within_km if within_km and where == "outside" else sure + _OUTSIDE_KM
    side: Where = where
    if where == "anywhere":
        side = draw(st.sampled_from([s for s in _WHERE if outline.has(s, sure, most)]))
    if side == "edge":
        point = draw(outline.on_edge)
    elif side == "near":
        km = within_km if within_km and where == "near" else found.edge_km or _NEAR_KM
        point = around(draw, draw(outline.on_edge), km)
    elif outline.has(side, sure, most):
        spot = draw(st.sampled_from(outline.spots(side, sure, most)))
        point = around(draw, (spot.lon, spot.lat), spot.room_km * _USED)
    else:
        raise InvalidInput(
            Problem(
                "SR404",
                f"no point {side} the zone {quoted(found.id)} is farther than {sure:g} km from"
                " its edge",
                expected="a larger zone, or places that are better known",
            )
        )
    location = {"lon": point[0], "lat": point[1]}
    return location | ({"accuracy_km": accuracy_km} if accuracy_km else {})


_draw_location.__name__ = "locations"
_locations: Callable[..., st.SearchStrategy[dict[str, float]]] = st.composite(_draw_location)


def around(draw: st.DrawFn, point: tuple[float, float], km: float) -> tuple[float, float]:
    """Draw a point that is less than `km` from another; the simplest is that point itself."""
    permille = draw(st.integers(0, 999))
    if not permille:
        return point
    lon, lat = destination(*point, draw(st.integers(0, 359)), km * permille / 1000)
    decimals = _DECIMALS if km >= 0.1 else 9
    return round(lon, decimals), round(lat, decimals)


def beside_line(
    draw: st.DrawFn, zone: Zone, km: float, *, exactly: bool = False
) -> tuple[float, float] | None:
    """Draw a point on the line at a distance from a zone or just beside it; None where none is."""
    crossings = outline_of(zone).crossings(km) if km > 0 else []
    if not crossings:
        return None
    spot = draw(st.sampled_from(crossings))
    off = 0.0 if exactly else draw(st.sampled_from((0.0, -0.1, 0.1, -1.0, 1.0, -5.0, 5.0)))
    if not off:
        return spot.lon, spot.lat
    lon, lat = destination(spot.lon, spot.lat, spot.away_deg, max(off, -km))
    return round(lon, _DECIMALS), round(lat, _DECIMALS)


def is_small(zone: Zone) -> bool:
    """Tell whether a zone has so few corners that being somewhere in it is decided quickly."""
    return int(shapely.get_num_coordinates(zone.geometry)) <= _SMALL


def outline_of(zone: Zone) -> Outline:
    """Return a zone's outline, made ready once."""
    if zone not in _OUTLINES:
        _OUTLINES[zone] = Outline(zone)
    return _OUTLINES[zone]


def prepare(zone: Zone, accuracy_km: float = 0.0) -> None:
    """Look for a zone's points now, so that no example has to wait for them."""
    outline, sure = outline_of(zone), zone.edge_km + accuracy_km
    for side in ("inside", "outside"):
        outline.has(side, sure, sure + _OUTSIDE_KM)


class Outline:
    """A zone's outline, made ready for drawing points that are sure to be where they should.

    Parameters
    ----------
    zone : Zone

    Attributes
    ----------
    on_edge : SearchStrategy
        Of points on the outline, evenly by its length; some are corners.
    """

    def __init__(self, zone: Zone) -> None:
        # not the zone: it is what the outline is kept by
        self.geometry, self.edges, self.name = zone.geometry, zone.edges, zone.id
        segments = self.edges.segments
        lengths = distances_km(*segments.T)
        self.segments = segments[lengths > 0]
        self.ends_at = np.cumsum(lengths[lengths > 0])
        self.on_edge: st.SearchStrategy[tuple[float, float]] = st.builds(
            self._on_edge, st.integers(0, _FINE - 1), st.booleans()
        )
        self._spots: dict[tuple[bool, float, float], list[Spot]] = {}
        self._crossings: dict[float, list[Crossing]] = {}

    def __repr__(self) -> str:
        return f"<Outline {self.name}>"

    def _on_edge(self, share: int, between: bool) -> tuple[float, float]:
        at = share / _FINE * self.ends_at[-1]
        row = int(np.searchsorted(self.ends_at, at, side="right"))
        x1, y1, x2, y2 = self.segments[row].tolist()
        if not between:
            return x1, y1
        start = self.ends_at[row - 1] if row else 0.0
        t = float((at - start) / (self.ends_at[row] - start))
        return round(x1 + t * (x2 - x1), 9), round(y1 + t * (y2 - y1), 9)

    def has(self, side: Where, beyond_km: float, within_km: float) -> bool:
        """Tell whether there are points on a side, as `spots` looks for them."""
        return side in ("near", "edge") or bool(self.spots(side, beyond_km, within_km))

    def spots(self, side: Where, beyond_km: float, within_km: float) -> list[Spot]:
        """Return points farther than `beyond_km` from the edge, on one side, most room first.

        Those outside have `within_km` around the zone for their room.
        """
        inside = side == "inside"
        key = (inside, beyond_km, math.inf if inside else within_km)
        if key not in self._spots:
            self._spots[key] = self._look_for_spots(*key, _SAMPLES) or (
                self._look_for_spots(*key, _MANY_SAMPLES)
            )
        return self._spots[key]

    def _look_for_spots(
        self, inside: bool, beyond_km: float, within_km: float, samples: int
    ) -> list[Spot]:
        span = within_km - beyond_km
        shares = np.array([0.02, 0.1, 0.3, 0.55, 0.85])
        steps = beyond_km + (_INWARDS_KM if inside else span * shares)
        lon, lat = self._off_edge(samples, steps)
        # few decimals read better, where there is room for that
        decimals = 3 if span > 20 else 9
        lon, lat = np.round(lon, decimals), np.round(lat, decimals)
        if inside:
            more = self._grid() if samples == _SAMPLES else self._middles()
            lon, lat = np.append(lon, more[0]), np.append(lat, more[1])
        kept = shapely.intersects_xy(self.geometry, lon, lat) == inside
        lon, lat = lon[kept], lat[kept]
        away = self.edges.distances_km(lon, lat)
        room = np.minimum(away - beyond_km, within_km - away)
        order = np.argsort(-room, kind="stable")
        rows = np.column_stack([lon, lat, room])[order[room[order] >= _LEAST_KM]]
        return [Spot(*row) for row in rows.tolist()]

    def _off_edge(self, samples: int, km: Floats) -> tuple[Floats, Floats]:
        """Points at distances to both sides of places spaced evenly along the outline."""
        at = (np.arange(samples) + 0.5) / samples * self.ends_at[-1]
        x1, y1, x2, y2 = self.segments[np.searchsorted(self.ends_at, at)].T
        azimuth = inverses(x1, y1, x2, y2)[1]
        turned = azimuth[:, None, None] + np.array([-90.0, 90.0])[:, None]
        x, y = ((v / 2)[:, None, None] for v in (x1 + x2, y1 + y2))
        lon, lat = destinations(x, y, turned, km)
        return lon.ravel(), lat.ravel()

    def _grid(self) -> tuple[Floats, Floats]:
        west, south, east, north = self.geometry.bounds
        step = 10.0 ** math.floor(math.log10(max(east - west, north - south) / _GRID))
        x, y = (
            np.unique(np.round(np.round(np.linspace(a, b, 2 * _GRID) / step) * step, 9))
            for a, b in ((west, east), (south, north))
        )
        xx, yy = np.meshgrid(x, y)
        kept = (np.abs(xx) <= 180) & (np.abs(yy) <= 90)
        return xx[kept], yy[kept]

    def _middles(self) -> tuple[Floats, Floats]:
        parts = shapely.get_parts(self.geometry)
        parts = parts[np.argsort(-shapely.area(parts))][:5]
        lines = [shapely.maximum_inscribed_circle(part) for part in parts]
        lon, lat = shapely.get_coordinates(shapely.get_point(lines, 0)).T
        return lon, lat

    def crossings(self, km: float) -> list[Crossing]:
        """Return points outside whose geodesic distance to the zone is `km`, to 0.1 m."""
        if km not in self._crossings:
            self._crossings[km] = self._look_for_crossings(km, _SAMPLES) or (
                self._look_for_crossings(km, _MANY_SAMPLES)
            )
        return self._crossings[km]

    def _look_for_crossings(self, km: float, samples: int) -> list[Crossing]:
        lon, lat = self._off_edge(samples, np.array([km]))
        outside = ~shapely.intersects_xy(self.geometry, lon, lat)
        found: list[Crossing] = []
        for x, y in zip(lon[outside].tolist(), lat[outside].tolist(), strict=True):
            near_x, near_y, away = self.edges.nearest(x, y)
            # where another part of the edge is nearer, go on from there
            azimuth = float(inverses(near_x, near_y, x, y)[1])
            x, y = destination(near_x, near_y, azimuth, km)
            x, y = round(x, _DECIMALS), round(y, _DECIMALS)
            if away > 0 and abs(self.edges.distance_km(x, y) - km) < 0.0005:
                if not shapely.intersects_xy(self.geometry, x, y):
                    found.append(Crossing(x, y, float(inverses(near_x, near_y, x, y)[2])))
        return found


_OUTLINES: WeakKeyDictionary[Zone, Outline] = WeakKeyDictionary()
