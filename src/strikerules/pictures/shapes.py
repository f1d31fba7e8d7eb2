"""Shapes of the plane put on axes: areas, lines, outlines of countries, points of a strike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.geography.zones import Zone, zone_register
from strikerules.pictures.colours import LINES
from strikerules.pictures.plane import Plane

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch
    from matplotlib.path import Path

__all__ = [
    "COUNTRIES",
    "borders",
    "countries",
    "fill",
    "oblasts",
    "seen",
    "stroke",
    "thin_hatching",
]

COUNTRIES = ("ukraine", "russia", "belarus")


def fill(ax: Axes, shape: BaseGeometry, **style: Any) -> None:
    """Paint an area of the plane."""
    from matplotlib.patches import PathPatch

    polygons = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    if polygons:
        patch = PathPatch(_path(polygons), **style)
        thin_hatching(patch)
        ax.add_artist(patch)


def thin_hatching(patch: Patch) -> None:
    """Draw a patch's hatching with thin lines, where this matplotlib can (from 3.10 on)."""
    if hasattr(patch, "set_hatch_linewidth"):
        patch.set_hatch_linewidth(0.7)


def stroke(ax: Axes, shape: BaseGeometry, **style: Any) -> None:
    """Draw lines of the plane; of an area its edge."""
    from matplotlib.collections import LineCollection

    if shape.is_empty:
        return
    lines = shape if "Line" in shape.geom_type else shapely.boundary(shape)
    runs = shapely.get_parts(shapely.line_merge(lines))
    drawn = [shapely.get_coordinates(run) for run in runs if "Line" in run.geom_type]
    ax.add_collection(LineCollection(drawn, **style), autolim=False)


def _path(polygons: list[Any]) -> Path:
    from matplotlib.path import Path

    corners, codes = [], []
    for polygon in polygons:
        oriented: Any = shapely.orient_polygons(polygon)
        for ring in (oriented.exterior, *oriented.interiors):
            xy = shapely.get_coordinates(ring)
            corners.append(xy)
            code = np.full(len(xy), Path.LINETO, dtype=np.uint8)
            code[0], code[-1] = Path.MOVETO, Path.CLOSEPOLY
            codes.append(code)
    return Path(np.concatenate(corners), np.concatenate(codes))


def countries() -> list[Zone]:
    """Return the countries whose outlines ship."""
    return [zone_register().get(name) for name in COUNTRIES]


def oblasts() -> list[Zone]:
    """Return the oblasts, and what else of a country is published."""
    return [z for z in zone_register() if z.status == "published" and z.id not in COUNTRIES]


def borders(ax: Axes, plane: Plane) -> None:
    """Draw the borders of countries and oblasts."""
    for zones, name, width in ((oblasts(), "oblast", 0.6), (countries(), "country", 1.2)):
        for zone in zones:
            if seen(zone, plane):
                stroke(
                    ax, plane.outline(zone.geometry), colors=LINES[name], linewidths=width,
                    zorder=3 if name == "country" else 2.5,
                )  # fmt: skip


def seen(zone: Zone, plane: Plane) -> bool:
    """Tell whether a zone may be on a plane."""
    west, south, east, north = zone.bbox
    return bool(shapely.intersects(shapely.box(west, south, east, north), plane.window))
