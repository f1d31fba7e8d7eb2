"""Places that stand in for others while a margin is measured, and distances from a place."""

from __future__ import annotations

from functools import cached_property

import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from strikerules.geography.buffers import buffer_km
from strikerules.geography.edges import Edges
from strikerules.geography.geodesy import destination, distances_km, inverse
from strikerules.geography.places import MOST_BUFFER_KM, MOST_DISC_KM, Place, Side
from strikerules.geography.ranges import distance_range_km
from strikerules.geography.zones import Zone

__all__ = ["Drawn", "Field", "Spot", "Widened"]


class Drawn(Place, frozen=True, eq=False, dict=True):
    """A point of which it is laid down on which side of each line it is."""

    sides: dict[tuple[Zone, float | None], bool] = {}

    @classmethod
    def at(cls, lon: float, lat: float, sides: dict[tuple[Zone, float | None], bool]) -> Drawn:
        """Return the point; a line that is not laid down is compared as it is drawn."""
        return cls("point", "", lon, lat, sides=sides)

    def blur_of(self, zone: Zone) -> float:
        """Return 0: edges are taken as they are drawn."""
        return 0.0

    def within(self, zone: Zone) -> Side:
        """Compare with a zone."""
        if (zone, None) not in self.sides:
            return Side(zone.covers(self.lon, self.lat))
        return Side(self.sides[(zone, None)])

    def within_distance(self, zone: Zone, km: float) -> Side:
        """Compare the distance to a zone."""
        if (zone, km or None) not in self.sides:
            return Side(self.distance_to(zone) <= km)
        return Side(self.sides[(zone, km or None)])


class Field(Place, frozen=True, eq=False, dict=True):
    """An area in which all lines are taken as they are drawn."""

    @classmethod
    def over(cls, region: BaseGeometry) -> Field:
        """Return the area."""
        return cls("shape", "", shape=region)

    def blur_of(self, zone: Zone) -> float:
        """Return 0: edges are taken as they are drawn."""
        return 0.0


class Widened(Place, frozen=True, eq=False, dict=True):
    """A place made wider, which sees edges as it did before."""

    before: Place | None = None

    @classmethod
    def of(cls, place: Place, km: float) -> Place | None:
        """Return a place that may be so many km farther off, or None where that is too far."""
        if place.kind == "point":
            wide = place.accuracy_km + km
            if wide > MOST_DISC_KM - 200.0:
                return None
            return Place("point", place.label, place.lon, place.lat, wide)
        if km == 0:
            return place
        if km > MOST_BUFFER_KM:
            return None
        return cls("shape", place.label, shape=buffer_km(place.region, km), before=place)

    def blur_of(self, zone: Zone) -> float:
        """Return what the place saw before it was widened."""
        assert self.before is not None
        return self.before.blur_of(zone)


class Spot(Struct, frozen=True, dict=True):
    """A place that distances are measured from: a point, a disc around it, or an area.

    Parameters
    ----------
    lon, lat : float
        The point, or one in the middle of the area.
    reach_km : float
        How far the place reaches from there.
    shape : shapely geometry, optional
        Where it is neither a point nor a disc.
    """

    lon: float
    lat: float
    reach_km: float = 0.0
    shape: BaseGeometry | None = None

    @classmethod
    def of(cls, place: Place) -> Spot:
        """Return the place as one to measure from."""
        if place.kind == "point":
            return cls(place.lon, place.lat, place.accuracy_km)
        middle = place.region.centroid
        corners = shapely.get_coordinates(place.region)
        reach = float(distances_km(middle.x, middle.y, *corners.T).max())
        return cls(middle.x, middle.y, reach, place.region)

    @cached_property
    def edges(self) -> Edges:
        """The outline of an area."""
        assert self.shape is not None
        return Edges(self.shape)

    @cached_property
    def _known(self) -> dict[int, tuple[BaseGeometry, tuple[float, float, float, float]]]:
        return {}

    def away(self, shape: BaseGeometry) -> float:
        """Return how far it is to a shape, in km; 0 where they meet."""
        return self.nearest(shape)[0]

    def nearest(self, shape: BaseGeometry) -> tuple[float, float, float, float]:
        """Return the distance to a shape, its nearest point, and the azimuth of the way there."""
        if id(shape) not in self._known:
            self._known[id(shape)] = (shape, self._nearest(shape))
        return self._known[id(shape)][1]

    def _nearest(self, shape: BaseGeometry) -> tuple[float, float, float, float]:
        if self.shape is not None:
            return self._from_shape(shape)
        if shapely.intersects_xy(shape, self.lon, self.lat):
            return 0.0, self.lon, self.lat, 0.0
        lon, lat, km = Edges(shape).nearest(self.lon, self.lat)
        _, azimuth, _ = inverse(self.lon, self.lat, lon, lat)
        return max(0.0, km - self.reach_km), lon, lat, azimuth % 360.0

    def _from_shape(self, shape: BaseGeometry) -> tuple[float, float, float, float]:
        """The least distance is a bound that is close; the point is found by going to and fro."""
        assert self.shape is not None
        edges = Edges(shape)
        line = shapely.shortest_line(self.shape, shape)
        (lon, lat), (x, y) = shapely.get_coordinates(line)
        if shapely.intersects(self.shape, shape):
            return 0.0, x, y, 0.0
        km, _ = distance_range_km(self.shape, shape, edges_a=self.edges, edges_b=edges)
        for _ in range(20):
            x, y, there = edges.nearest(lon, lat)
            lon, lat, back = self.edges.nearest(x, y)
            if there - back < 1e-4:
                break
        _, azimuth, _ = inverse(lon, lat, x, y)
        return km, x, y, azimuth % 360.0

    def back(
        self, km: float, lon: float, lat: float, azimuth: float, edge_km: float
    ) -> tuple[float, float, float]:
        """Return the distance and the point so many km before the nearest point of a shape."""
        if not edge_km:
            return km, lon, lat
        if km <= edge_km:
            if self.shape is None:
                return 0.0, *destination(self.lon, self.lat, azimuth, self.reach_km)
            return 0.0, lon, lat
        if self.shape is None:
            way = self.reach_km + km - edge_km
            return km - edge_km, *destination(self.lon, self.lat, azimuth, way)
        return km - edge_km, *destination(lon, lat, azimuth, -edge_km)
