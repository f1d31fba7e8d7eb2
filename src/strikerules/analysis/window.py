"""The part of the map that is looked at: all of it, a zone, a box, an outline."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

import shapely

from strikerules.analysis.landscape_lines import WORLD
from strikerules.geography.atlas import Atlas, zones_of
from strikerules.language.policy import Ruling
from strikerules.problems import InvalidInput, Problem, did_you_mean, quoted

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["window_of"]

_EXPECTED = (
    "the name of a zone; west, south, east, north in degrees, the west larger than the east across"
    " the antimeridian; or a polygon in longitude and latitude"
)


def window_of(within: Any, ruling: Ruling, atlas: Atlas) -> BaseGeometry:
    """Return the part of the map that is meant.

    Parameters
    ----------
    within : str, sequence of four float, polygon, or None
        None is all of the map.
    ruling : Policy or Timeline
        Whose own zones may be named.
    atlas : Atlas

    Raises
    ------
    InvalidInput
        SR401 where there is no such zone, SR409 where it is nothing that can be looked at.

    Examples
    --------
    >>> import strikerules as sr
    >>> policy = sr.load("kharkiv")
    >>> window_of((170, 60, -170, 70), policy.ruling, policy.atlas).area
    200.0
    """
    if within is None:
        return WORLD
    if isinstance(within, str):
        specs = zones_of(ruling)
        if within not in specs and within not in atlas.register:
            names = [*specs, *atlas.register.ids]
            raise InvalidInput(
                Problem(
                    "SR401",
                    f"there is no zone {quoted(within)}",
                    None,
                    None,
                    did_you_mean(within, names) or "`strikerules zones` lists them",
                )
            )
        return atlas.zone(within, specs, {}).geometry
    if isinstance(within, shapely.Geometry):
        return _outline(within)
    if isinstance(within, Sequence) and len(within) == 4:
        if all(isinstance(n, Real) and not isinstance(n, bool) for n in within):
            return _box(*map(float, within))
    listed = isinstance(within, list | tuple)
    raise _no_window(", ".join(map(_plain, within)) if listed else str(within))


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    fits = all(-180 <= lon <= 180 for lon in (west, east)) and -90 <= south < north <= 90
    if not fits or west == east:
        raise _no_window(f"{west:g}, {south:g}, {east:g}, {north:g}")
    if west < east:
        return shapely.box(west, south, east, north)
    sides = [(west, 180.0), (-180.0, east)]
    return shapely.union_all([shapely.box(a, south, b, north) for a, b in sides if a < b])


def _outline(shape: Any) -> BaseGeometry:
    polygonal = shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty
    if not polygonal or not shape.is_valid:
        raise _no_window(
            f"a {shape.geom_type}" if not polygonal else shapely.is_valid_reason(shape)
        )
    west, south, east, north = shape.bounds
    if west < -180 or south < -90 or east > 180 or north > 90:
        raise _no_window(f"a polygon from {west:g}, {south:g} to {east:g}, {north:g}")
    found: BaseGeometry = shapely.force_2d(shape)
    return found


def _no_window(what: str) -> InvalidInput:
    return InvalidInput(
        Problem("SR409", f"{quoted(what)} is no part of the map", None, _EXPECTED)
    )  # fmt: skip
