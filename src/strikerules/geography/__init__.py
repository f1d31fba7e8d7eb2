"""Where things are: zones, places, and geodesics on the WGS 84 ellipsoid."""

from strikerules.geography.buffers import buffer_km
from strikerules.geography.derive import derive
from strikerules.geography.discs import disc
from strikerules.geography.edges import Edges, point_to_zone_km
from strikerules.geography.gazetteer import Gazetteer, Place, gazetteer
from strikerules.geography.geodesy import (
    area_km2,
    destination,
    destinations,
    distance_km,
    distances_km,
)
from strikerules.geography.ranges import distance_range_km
from strikerules.geography.zones import Zone, ZoneRegister, zone_register

__all__ = [
    "Edges",
    "Gazetteer",
    "Place",
    "Zone",
    "ZoneRegister",
    "area_km2",
    "buffer_km",
    "derive",
    "destination",
    "destinations",
    "disc",
    "distance_km",
    "distance_range_km",
    "distances_km",
    "gazetteer",
    "point_to_zone_km",
    "zone_register",
]
