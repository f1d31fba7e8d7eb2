"""Cutting one area by another, and telling real parts from the dust of rounding."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

__all__ = ["THINNEST_DEG", "real_parts", "split", "thinnest_in"]

#: A part whose every point is nearer to its outline than this (degrees, about 1 m) is no part.
THINNEST_DEG = 1e-5


def split(
    region: BaseGeometry, shape: BaseGeometry, thin: float | None = None
) -> tuple[BaseGeometry | None, BaseGeometry | None]:
    """Return the parts of a region inside and outside a shape, None for one without an inside.

    A region that is thinner than the tolerance everywhere counts as what most of it is.

    Parameters
    ----------
    region, shape : shapely geometry
    thin : float, optional
        The tolerance in degrees; `thinnest_in` the region unless it is given.
    """
    box = shapely.box(*region.bounds)
    if not shapely.intersects(box, shape):
        return None, region
    local = shape
    if len(shape.bounds) == 4 and shapely.area(box) < 0.25 * shapely.area(
        shapely.box(*shape.bounds)
    ):
        margin = 1e-3 + 0.01 * max(box.bounds[2] - box.bounds[0], box.bounds[3] - box.bounds[1])
        west, south, east, north = box.bounds
        local = shapely.clip_by_rect(
            shape, west - margin, south - margin, east + margin, north + margin
        )
        if not local.is_valid:
            local = shape
    inside = _polygons(shapely.intersection(region, local))
    outside = _polygons(shapely.difference(region, local))
    if thin is None:
        thin = thinnest_in(region)
    has_inside, has_outside = _substantial(inside, thin), _substantial(outside, thin)
    if not has_inside and not has_outside:
        has_inside = inside.area >= outside.area
        has_outside = not has_inside
    return (inside if has_inside else None), (outside if has_outside else None)


def thinnest_in(region: BaseGeometry) -> float:
    """Return how thick a part of a region has to be somewhere to count, in degrees.

    About a metre; for a region that is itself tiny the tolerance shrinks with it.
    """
    return min(THINNEST_DEG, 1e-3 * (region.area / region.length if region.length else 0.0))


def real_parts(shape: BaseGeometry, thin: float) -> BaseGeometry:
    """Return an area without the pieces that are thinner than a tolerance everywhere."""
    pieces = [p for p in shapely.get_parts(shape) if _substantial(p, thin)]
    found: BaseGeometry = shapely.multipolygons(pieces)
    return found


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _substantial(part: BaseGeometry, thin: float) -> bool:
    """Tell whether a part is somewhere thicker than the tolerance.

    A shape of area A and outline P holds a circle of radius A/P at least, which settles most
    cases.
    """
    if part.is_empty:
        return False
    pieces = shapely.get_parts(part)
    areas, lengths = shapely.area(pieces), shapely.length(pieces)
    if bool((areas > thin * lengths).any()):
        return True
    # A circle of radius r needs an area of 3.14 r².
    wide = pieces[areas > 3.14 * thin * thin]
    return any(not shapely.is_empty(shapely.buffer(p, -thin)) for p in wide)
