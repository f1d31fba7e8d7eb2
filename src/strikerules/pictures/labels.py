"""Words on a map that do not lie on one another, nor on what must be seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.geography.gazetteer import Place, gazetteer
from strikerules.geography.zones import Zone
from strikerules.pictures.colours import INK, LINES
from strikerules.pictures.plane import Plane
from strikerules.pictures.shapes import countries, oblasts, seen

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

__all__ = ["Labels"]

Box = tuple[float, float, float, float]

#: Where a word may stand beside its point: parts of its own width and height, then points away.
_BESIDE = (
    ("left", "center", 1, 0), ("right", "center", -1, 0), ("left", "bottom", 0.7, 0.7),
    ("left", "top", 0.7, -0.7), ("right", "bottom", -0.7, 0.7), ("right", "top", -0.7, -0.7),
    ("center", "bottom", 0, 1), ("center", "top", 0, -1),
)  # fmt: skip
_GRID = 14


class Labels:
    """Puts words where there is room.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its limits and its place in the figure are settled.
    plane : Plane
    """

    def __init__(self, ax: Axes, plane: Plane) -> None:
        from matplotlib import patheffects

        self.ax, self.plane = ax, plane
        figure = ax.get_figure(root=True)
        assert figure is not None
        self.figure: Any = figure
        self.taken: list[Box] = []
        self.point = self.figure.dpi / 72
        frame = ax.get_window_extent()
        self.frame = (frame.x0 + 2, frame.y0 + 2, frame.x1 - 2, frame.y1 - 2)
        self.halo = [patheffects.withStroke(linewidth=2.2, foreground="white", alpha=0.85)]

    # -- room --------------------------------------------------------------------------------

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the plane is in the figure."""
        px, py = self.ax.transData.transform((x, y))
        return float(px), float(py)

    def keep_free(self, x: float, y: float, points: float) -> None:
        """Keep words away from a point of the plane."""
        px, py = self.pixels(x, y)
        by = points * self.point
        self.taken.append((px - by, py - by, px + by, py + by))

    def keep_free_along(self, x: Any, y: Any, points: float = 2.0) -> None:
        """Keep words away from a line of the plane."""
        xy = self.ax.transData.transform(np.column_stack([x, y]))
        steps = np.linspace(0, len(xy) - 1, 60)
        index = np.arange(len(xy))
        by = points * self.point
        for px, py in zip(
            np.interp(steps, index, xy[:, 0]), np.interp(steps, index, xy[:, 1]), strict=True
        ):
            self.taken.append((px - by, py - by, px + by, py + by))

    def keep_free_box(self, box: Box) -> None:
        """Keep words out of a box of the figure, in dots."""
        self.taken.append(box)

    def _room(self, box: Box) -> bool:
        west, south, east, north = self.frame
        if box[0] < west or box[1] < south or box[2] > east or box[3] > north:
            return False
        return not any(
            box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in self.taken
        )

    def _put(self, text: Text, pad: float = 1.0) -> bool:
        """Keep a text where there is room for it, take it away where there is none."""
        found = text.get_window_extent()
        by = pad * self.point
        box = (found.x0 - by, found.y0 - by, found.x1 + by, found.y1 + by)
        if self._room(box):
            self.taken.append(box)
            return True
        text.remove()
        return False

    # -- words -------------------------------------------------------------------------------

    def beside(self, words: str, x: float, y: float, away: float, **style: Any) -> bool:
        """Put words beside a point of the plane, `away` points from it; tell whether they fit."""
        for across, up, dx, dy in _BESIDE:
            text = self.ax.annotate(
                words, (x, y), (dx * away, dy * away), textcoords="offset points", ha=across,
                va=up, zorder=9, path_effects=self.halo, clip_on=True, annotation_clip=True,
                **style,
            )  # fmt: skip
            if self._put(text):
                return True
        return False

    def somewhere_in(self, words: str, shape: BaseGeometry, **style: Any) -> bool:
        """Put words in an area of the plane, as far from its edge as there is room for them."""
        for x, y in _inside(shape):
            text = self.ax.text(
                x, y, words, ha="center", va="center", zorder=8, path_effects=self.halo, **style
            )
            if self._inside(text, shape) and self._put(text, 2.0):
                return True
        return False

    def _inside(self, text: Text, shape: BaseGeometry) -> bool:
        """Tell whether a text is within an area of the plane; take it away where it is not."""
        found = text.get_window_extent()
        corners = [(found.x0, found.y0), (found.x1, found.y1)]
        (west, south), (east, north) = self.ax.transData.inverted().transform(corners)
        if shapely.covers(shape, shapely.box(west, south, east, north)):
            return True
        text.remove()
        return False

    def towns(self, most: int) -> None:
        """Put so many towns at most, the larger ones first, with a dot each."""
        shown = 0
        for town in _by_size(gazetteer()):
            x, y = (float(a[0]) for a in self.plane.points([(town.lon, town.lat)]))
            if not shapely.intersects_xy(self.plane.box, x, y) or shown >= most:
                continue
            px, py = self.pixels(x, y)
            dot = (px - 2, py - 2, px + 2, py + 2)
            if not self._room(dot):
                continue
            large = town.accuracy_km >= 8
            if self.beside(town.name, x, y, 4, fontsize=9 if large else 7.5, color=INK):
                self.ax.plot(
                    [x], [y], marker="o", markersize=4 if large else 2.6, color=INK,
                    markeredgecolor="white", markeredgewidth=0.5, zorder=6, linestyle="none",
                )  # fmt: skip
                self.taken.append(dot)
                shown += 1

    def lands(self) -> None:
        """Put the names of countries and oblasts."""
        for zone in countries():
            name = "  ".join(" ".join(word) for word in zone.title.upper().split())
            self._land(zone, name, 0.02, fontsize=11, color=LINES["country"], alpha=0.75)
        for zone in oblasts():
            name = zone.title.partition(",")[0].partition(" with ")[0]
            self._land(
                zone, name, 0.008, fontsize=7.5, color="#555555", fontstyle="italic", alpha=0.95
            )

    def _land(self, zone: Zone, name: str, least: float, **style: Any) -> None:
        if not seen(zone, self.plane):
            return
        shown = shapely.intersection(self.plane.flat(zone.geometry), self.plane.box)
        if shown.area >= least * self.plane.box.area:
            self.somewhere_in(name, shown, **style)


def _by_size(towns: Iterable[Place]) -> list[Place]:
    return sorted(towns, key=lambda town: (-town.accuracy_km, town.name))


def _inside(shape: BaseGeometry) -> Iterator[tuple[float, float]]:
    """Yield points of an area, those farthest from its edge first."""
    pieces = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    if not pieces:
        return
    largest = shapely.simplify(max(pieces, key=lambda p: p.area), 0.5)
    west, south, east, north = largest.bounds
    columns, rows = np.meshgrid(
        np.linspace(west, east, _GRID + 2)[1:-1], np.linspace(south, north, _GRID + 2)[1:-1]
    )
    x, y = columns.ravel(), rows.ravel()
    inside = shapely.contains_xy(largest, x, y)
    x, y = x[inside], y[inside]
    away = np.asarray(shapely.distance(shapely.boundary(largest), shapely.points(x, y)))
    for index in np.argsort(-away, kind="stable")[:40].tolist():
        yield float(x[index]), float(y[index])
