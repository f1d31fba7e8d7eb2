"""What is decided all over the map, as colours, with the rows of the legend that say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.analysis.landscape import Part
from strikerules.analysis.landscape_lines import Bound, Circle, Outline
from strikerules.pictures.colours import FILLS, HATCHES, STRONG, WORDS, ZONE_LINES, pale
from strikerules.pictures.furniture import Row
from strikerules.pictures.plane import Plane
from strikerules.pictures.scene import Scene
from strikerules.pictures.shapes import fill, stroke, thin_hatching
from strikerules.views.words import outcome_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

__all__ = ["Ground", "Tone", "swatch", "zone_lines"]

#: What takes up less of a picture is not told of in the legend.
_LEAST = 2e-4


class Tone(NamedTuple):
    """What is painted alike."""

    decision: str
    possible: tuple[str, ...]
    hangs_on: tuple[str, ...]

    @property
    def words(self) -> str:
        """What it is in words."""
        if self.decision != "indeterminate":
            return WORDS[self.decision]
        return f"open: {outcome_words(self.possible)}, hangs on {', '.join(self.hangs_on)}"


class Ground:
    """The colours of one or several pictures.

    Parameters
    ----------
    planes_with_parts : sequence of (Plane, sequence of Part)
        One for each picture; what is alike is painted alike in all of them.
    """

    def __init__(self, planes_with_parts: Sequence[tuple[Plane, Sequence[Part]]]) -> None:
        #: What is beyond the weapon's range somewhere, in the order of the legend.
        self.far: set[str] = set()
        self._line_styles: dict[str, tuple[str, Any]] = {}
        self._flats = [self._painted(plane, parts) for plane, parts in planes_with_parts]
        seen: dict[Tone, float] = {}
        for flats in self._flats:
            for (tone, _), shape in flats.items():
                seen[tone] = seen.get(tone, 0.0) + shape.area
        order = ("permitted", "indeterminate", "prohibited", "not_governed")
        self.tones = sorted(seen, key=lambda t: (order.index(t.decision), -seen[t]))
        open_ones = [t for t in self.tones if t.decision == "indeterminate"]
        self.hatches = {t: HATCHES[min(i, len(HATCHES) - 1)] for i, t in enumerate(open_ones)}

    def _painted(
        self, plane: Plane, parts: Sequence[Part]
    ) -> dict[tuple[Tone, bool], BaseGeometry]:
        groups: dict[tuple[Tone, bool], list[BaseGeometry]] = {}
        for part in parts:
            tone = Tone(part.decision.decision, part.decision.possible, part.hangs_on)
            groups.setdefault((tone, part.beyond_range), []).append(part.geometry)
        found = {}
        for key, shapes in groups.items():
            flat = plane.flat(shapely.union_all(shapes))
            if shapely.intersection(flat, plane.box).area >= _LEAST * plane.box.area:
                found[key] = flat
                if key[1]:
                    self.far.add(key[0].decision)
        return found

    def paint(self, ax: Axes, number: int = 0) -> None:
        """Paint one of the pictures."""
        for (tone, far), shape in self._flats[number].items():
            colour = FILLS[tone.decision]
            fill(
                ax, shape, facecolor=pale(colour) if far else colour, linewidth=0,
                edgecolor=STRONG[tone.decision], hatch=self.hatches.get(tone), zorder=1,
            )  # fmt: skip
            if tone.decision != "not_governed":
                stroke(
                    ax, shape, colors=STRONG[tone.decision], linewidths=0.5, alpha=0.7, zorder=1.5
                )

    def line_style(self, words: str) -> tuple[str, Any]:
        """Return the colour and the dashes of a line, the same in all pictures."""
        number = len(self._line_styles) % len(ZONE_LINES)
        return self._line_styles.setdefault(words, ZONE_LINES[number])

    def rows(self) -> Iterator[Row]:
        """Yield the legend's rows."""
        for tone in self.tones:
            yield Row(
                tone.words,
                swatch(FILLS[tone.decision], STRONG[tone.decision], self.hatches.get(tone)),
            )


def swatch(colour: str, edge: str, hatch: str | None = None) -> Patch:
    """Return a sign of the legend for what is painted so."""
    from matplotlib.patches import Patch

    found = Patch(facecolor=colour, edgecolor=edge, hatch=hatch, linewidth=0.6)
    thin_hatching(found)
    return found


def zone_lines(ax: Axes, scene: Scene, ground: Ground) -> Iterator[Row]:
    """Draw the lines that the rules ask about; yield a row of the legend for each that is seen."""
    from matplotlib.lines import Line2D

    told = set()
    for bound in scene.lines:
        edge = scene.plane.outline(bound.shape(scene.plane.window))
        if not shapely.intersects(edge, scene.plane.box):
            continue
        words = _line_words(bound)
        colour, dashes = ground.line_style(words)
        stroke(ax, edge, colors=colour, linewidths=1.3, linestyles=[dashes], zorder=2.8)
        if words not in told:
            yield Row(words, Line2D([], [], color=colour, linewidth=1.3, linestyle=dashes))
        told.add(words)


def _line_words(bound: Bound) -> str:
    if isinstance(bound, Circle):
        sure = "" if bound.km == bound.compared_km else ", at best and at worst"
        return f"{bound.compared_km:g} km from the launch point{sure}"
    assert isinstance(bound, Outline)
    zone, km = bound.line.zone, bound.line.km
    assumed = " (assumed)" if zone.status == "assumed" else ""
    return f"{zone.id}{assumed}" if not km else f"{km:g} km from {zone.id}{assumed}"
