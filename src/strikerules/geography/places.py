"""Places of a scenario: where the target or the launch point can be, and what is sure of it.

A place is compared with a zone in three-valued logic. `None` says that the place could be on
either side; `cells.py` then says which combinations are possible together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal

import shapely
from msgspec import Struct

from strikerules.geography.bounds import signed_bounds_km
from strikerules.geography.discs import disc
from strikerules.geography.edges import Edges
from strikerules.geography.zones import Zone

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "ANYWHERE",
    "Place",
    "Side",
    "as_drawn",
    "may_be_near",
    "place_in_shape",
    "place_in_zone",
    "place_of_point",
    "place_within_reach",
]

Kind = Literal["point", "shape", "zone", "anywhere"]

MOST_DISC_KM, MOST_BUFFER_KM = 5000.0, 500.0
_WORLD = shapely.box(-180.0, -90.0, 180.0, 90.0)


class Side:
    """On which side of a line a place lies.

    Parameters
    ----------
    sure : bool or None
        True inside, False outside, None where both are possible.
    km : float, callable or None
        For a point: the distance from its centre to the line, or what measures it, which is done
        when it is first asked for.
    reach_km : float
        How far from its centre the place, seen by this line, may be.
    """

    __slots__ = ("_km", "reach_km", "sure")

    def __init__(
        self,
        sure: bool | None,
        km: float | Callable[[], float] | None = None,
        reach_km: float = 0.0,
    ) -> None:
        self.sure = sure
        self._km = km
        self.reach_km = reach_km

    @property
    def km(self) -> float | None:
        """For a point: the distance from its centre to the line."""
        if callable(self._km):
            self._km = self._km()
        return self._km


class Place(Struct, frozen=True, eq=False, dict=True):
    """Where something can be: one of the points of `region`.

    Parameters
    ----------
    kind : {"point", "shape", "zone", "anywhere"}
        A point may be good to `accuracy_km`.
    label : str
        As the scenario has it.
    """

    kind: Kind
    label: str = ""
    lon: float = 0.0
    lat: float = 0.0
    accuracy_km: float = 0.0
    shape: BaseGeometry | None = None
    zone: Zone | None = None
    _sides: dict[tuple[Zone, float | None], Side] = {}
    _regions: dict[float, BaseGeometry] = {}

    @property
    def exact(self) -> bool:
        """Whether it is one single point."""
        return self.kind == "point" and self.accuracy_km == 0

    def blur_of(self, zone: Zone) -> float:
        """Return how far off a zone's edge may be as this place sees it, in km.

        A zone as a place is compared by the shapes alone, for the edges that two zones of the
        register share are one and the same line. A zone that a policy draws shares none.
        """
        if self.zone is not None:
            return zone.edge_km if self.zone.drawn and not zone.drawn else 0.0
        return 0.0 if self is ANYWHERE else zone.edge_km

    @cached_property
    def region(self) -> BaseGeometry:
        """The points where it can be, edges of zones taken as exact."""
        return self.region_seen_by(0.0)

    def region_seen_by(self, edge_km: float) -> BaseGeometry:
        """Return where it can be as seen by a zone whose edge is good to `edge_km`.

        An edge that may lie off by so much, and a place that may, come to the same. A place
        that is given as a zone is compared by the shapes alone.
        """
        if edge_km not in self._regions:
            self._regions[edge_km] = self._region_seen_by(edge_km)
        return self._regions[edge_km]

    def _region_seen_by(self, edge_km: float) -> BaseGeometry:
        if self.kind == "point":
            reach = self.accuracy_km + edge_km
            if reach == 0:
                return shapely.Point(self.lon, self.lat)
            return disc(self.lon, self.lat, reach)
        if self.kind == "anywhere" and self.accuracy_km:
            return disc(self.lon, self.lat, self.accuracy_km + edge_km)
        if self.kind == "anywhere" and self.shape is None:
            return _WORLD
        shape = self.zone.geometry if self.zone is not None else self.shape
        assert shape is not None
        if edge_km == 0:
            return shape
        from strikerules.geography.buffers import buffer_km

        return buffer_km(shape, edge_km)

    @cached_property
    def edges(self) -> Edges:
        """The edges of its region."""
        return self.zone.edges if self.zone is not None else Edges(self.region)

    def within(self, zone: Zone) -> Side:
        """Compare with a zone; a point on the zone's edge is in it.

        Returns
        -------
        Side
            `sure` is None where part of the place is in the zone and part is not.
        """
        key = (zone, None)
        if key not in self._sides:
            self._sides[key] = self._within(zone)
        return self._sides[key]

    def _within(self, zone: Zone) -> Side:
        if self.kind == "point":
            reach = self.accuracy_km + zone.edge_km
            if not may_be_near(zone.bbox, self.lon, self.lat, reach):
                return Side(False, None, reach)
            low, high = signed_bounds_km(zone, self.lon, self.lat)
            if low >= reach > 0 or -high >= reach > 0:
                return Side(high < 0, partial(zone.to_edge_km, self.lon, self.lat), reach)
            inside = zone.covers(self.lon, self.lat)
            km = zone.to_edge_km(self.lon, self.lat)
            if reach == 0 or km >= reach:
                return Side(inside, km, reach)
            return Side(None, km, reach)
        if self is ANYWHERE:
            return Side(None)
        if self.zone is zone:
            return Side(True)
        edge = self.blur_of(zone)
        region = self.region_seen_by(edge)
        from strikerules.geography.overlay import split

        inside_part, outside_part = split(region, zone.geometry)
        if inside_part is None:
            return Side(False)
        return Side(True if outside_part is None else None)

    def within_distance(self, zone: Zone, km: float) -> Side:
        """Compare the geodesic distance to a zone with `km`; exactly `km` is within.

        Returns
        -------
        Side
            Its `km` is the distance from the centre to the zone, 0 inside.
        """
        key = (zone, km)
        if key not in self._sides:
            self._sides[key] = self._within_distance(zone, km)
        return self._sides[key]

    def distance_to(self, zone: Zone) -> float:
        """Return the geodesic distance of a point's centre to a zone, in km; 0 inside."""
        return zone.distance_km(self.lon, self.lat)

    def _within_distance(self, zone: Zone, km: float) -> Side:
        if self.kind == "point":
            reach = self.accuracy_km + zone.edge_km
            low, high = signed_bounds_km(zone, self.lon, self.lat)
            if km >= 0 and (high + reach <= km or low - reach > km):
                return Side(high + reach <= km, partial(self.distance_to, zone), reach)
            away = self.distance_to(zone)
            if reach == 0:
                return Side(away <= km, away)
            # inside, how far the edge is counts as well
            signed = away or -zone.to_edge_km(self.lon, self.lat)
            if signed + reach <= km:
                return Side(True, away, reach)
            if signed - reach >= km:
                return Side(False, away, reach)
            return Side(None, away, reach)
        if self is ANYWHERE:
            return Side(None)
        from strikerules.geography.ranges import distance_range_km

        edge = self.blur_of(zone)
        low, high = distance_range_km(
            self.region, zone.geometry, edges_a=self.edges, edges_b=zone.edges
        )
        if self.zone is zone:
            low = high = 0.0
        if low - edge > km:
            return Side(False)
        if high + edge <= km:
            return Side(True)
        return Side(None)


ANYWHERE = Place("anywhere", "anywhere")


class _Drawn(Place, frozen=True, eq=False, dict=True):
    """A place that sees every zone as it is drawn, however exact its edge is."""

    def blur_of(self, zone: Zone) -> float:
        return 0.0


def as_drawn(place: Place) -> Place:
    """Return a place that is compared with the zones' shapes alone."""
    if place is ANYWHERE:
        return place
    return _Drawn(
        place.kind, place.label, place.lon, place.lat, place.accuracy_km, place.shape, place.zone
    )


def place_within_reach(start: Place, km: float) -> Place:
    """Return the place "anywhere that is at most so far from there"."""
    from strikerules.geography.buffers import buffer_km

    if km <= 0:
        return start
    label = f"anywhere within {km:g} km"
    if start.kind == "point" and km + start.accuracy_km + 100 <= MOST_DISC_KM:
        return Place("anywhere", label, start.lon, start.lat, accuracy_km=km + start.accuracy_km)
    if start.kind in ("shape", "zone") and km <= MOST_BUFFER_KM:
        return Place("anywhere", label, shape=buffer_km(start.region, km))
    return ANYWHERE


def place_of_point(lon: float, lat: float, accuracy_km: float = 0.0, label: str = "") -> Place:
    """Return the place of a point that is good to `accuracy_km`."""
    return Place("point", label or f"{lon:g}, {lat:g}", lon, lat, accuracy_km)


def place_in_zone(zone: Zone) -> Place:
    """Return the place "somewhere in this zone"."""
    return Place("zone", zone.id, zone=zone)


def place_in_shape(shape: BaseGeometry, label: str = "a polygon") -> Place:
    """Return the place "somewhere inside this polygon"."""
    return Place("shape", label, shape=shape)


def may_be_near(bbox: Sequence[float], lon: float, lat: float, km: float) -> bool:
    """Tell whether a point is inside a bounding box or may be within `km` of it."""
    west, south, east, north = bbox
    if west <= lon <= east and south <= lat <= north:
        return True
    # A degree of latitude is at least 110.5 km; nothing is shorter than the way to the parallel.
    return south - km / 110.5 <= lat <= north + km / 110.5
