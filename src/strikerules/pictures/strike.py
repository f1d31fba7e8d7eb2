"""The case itself on the map: where the target and the launch point are, and how surely."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from strikerules.analysis.landscape_lines import Circle
from strikerules.geography.geodesy import destinations, inverse
from strikerules.geography.places import Place
from strikerules.pictures.colours import CASE, INK
from strikerules.pictures.furniture import Row
from strikerules.pictures.labels import Labels
from strikerules.pictures.scene import Scene
from strikerules.pictures.shapes import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_case", "name_case"]

_MARKERS = {"target": "D", "launch": "^"}
_DASHES = (0, (5, 2))


def draw_case(ax: Axes, scene: Scene, labels: Labels) -> Iterator[Row]:
    """Draw a case's places, the way between them and the weapon's reach; yield legend rows."""
    from matplotlib.lines import Line2D

    target, launch, plane = scene.target, scene.launch, scene.plane
    for name, place in (("target", target), ("launch", launch)):
        if place is None:
            continue
        colour = CASE[name]
        if place.kind == "point":
            x, y = (float(a[0]) for a in plane.points([(place.lon, place.lat)]))
            style = _marker(name)
            ax.plot([x], [y], zorder=8, clip_on=True, **style)
            labels.keep_free(x, y, 6)
            if place.accuracy_km:
                circle = Circle(place.lon, place.lat, place.accuracy_km).shape(plane.window)
                stroke(ax, plane.outline(circle), colors=colour, linewidths=1.1, zorder=7)
            yield Row(f"{_called(name)}{_how_good(place)}", Line2D([], [], **style))
        else:
            stroke(ax, plane.outline(place.region), colors=colour, linewidths=2.2, zorder=7)
            where = f"somewhere in {place.label}" if place.zone is not None else "in an outline"
            yield Row(f"{_called(name)}, {where}", Line2D([], [], color=colour, linewidth=2.2))
    if target is not None and launch is not None and {target.kind, launch.kind} == {"point"}:
        yield _way(ax, scene, labels, target, launch)
    reach = scene.range_km
    if launch is not None and launch.kind == "point" and reach:
        edge = plane.outline(Circle(launch.lon, launch.lat, reach).shape(plane.window))
        if shapely.intersects(edge, plane.box):
            style = {"color": CASE["range"], "linewidth": 1.6, "linestyle": (0, (1, 1.4))}
            stroke(
                ax, edge, colors=style["color"], linewidths=1.6, linestyles=[style["linestyle"]],
                zorder=6,
            )  # fmt: skip
            yield Row(f"the weapon's range, {reach:g} km", Line2D([], [], **style))


def name_case(scene: Scene, labels: Labels) -> None:
    """Write "target" and "launch" beside their points."""
    for name, place in (("target", scene.target), ("launch", scene.launch)):
        if place is not None and place.kind == "point":
            x, y = (float(a[0]) for a in scene.plane.points([(place.lon, place.lat)]))
            labels.beside(name, x, y, 8, fontsize=9.5, fontweight="bold", color=CASE[name])


def _way(ax: Axes, scene: Scene, labels: Labels, target: Place, launch: Place) -> Row:
    """Draw the geodesic from launch to target."""
    from matplotlib.lines import Line2D

    km, azimuth, _ = inverse(launch.lon, launch.lat, target.lon, target.lat)
    steps = np.linspace(0.0, km, 80)
    lon, lat = destinations(launch.lon, launch.lat, azimuth, steps)
    x, y = scene.plane.points(np.column_stack([lon, lat]))
    style: dict[str, Any] = {"color": INK, "linewidth": 1.3, "linestyle": _DASHES}
    ax.plot(x, y, zorder=6.5, **style)
    labels.keep_free_along(x, y)
    return Row(f"from launch to target, {_rounded(km)} km", Line2D([], [], **style))


def _rounded(km: float) -> str:
    return f"{km:.1f}" if km < 10 else f"{km:,.0f}"


def _marker(name: str) -> dict[str, Any]:
    return {
        "marker": _MARKERS[name],
        "markersize": 8.5 if name == "target" else 9.5,
        "color": CASE[name],
        "markeredgecolor": "white",
        "markeredgewidth": 1.1,
        "linestyle": "none",
    }


def _called(name: str) -> str:
    return "target" if name == "target" else "launch point"


def _how_good(place: Place) -> str:
    return f", good to {place.accuracy_km:g} km" if place.accuracy_km else ""
