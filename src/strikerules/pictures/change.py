"""What two policies say differently, on one map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.analysis.landscape_lines import WORLD
from strikerules.engine.case import TARGET
from strikerules.geography.zones import zone_register
from strikerules.pictures.colours import CHANGES, INK
from strikerules.pictures.furniture import Row, north, put_words, scale_bar, title
from strikerules.pictures.ground import swatch
from strikerules.pictures.labels import Labels
from strikerules.pictures.library import axes_or_new, new_figure, save
from strikerules.pictures.picture import BOX, SIZE, border_rows, frame
from strikerules.pictures.plane import Plane
from strikerules.pictures.shapes import borders, fill, stroke
from strikerules.pictures.words import credits_of, source_words
from strikerules.sources.cited import shipped_claims

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Changes", "change_picture", "save_change"]

_WORDS = {
    "newly_permitted": "newly permitted",
    "newly_prohibited": "newly prohibited",
    "newly_governed": "newly governed",
    "no_longer_governed": "no longer governed",
    "newly_unsettled": "newly open",
    "newly_settled": "no longer open",
    "unsettled_otherwise": "open in another way",
}
_ORDER = tuple(_WORDS)
_HATCH = "///"
_EDGE = "#555555"
_LEAST = 2e-4


class Changes(Protocol):
    """A difference between policies, as far as pictures know it."""

    a: str
    b: str
    equivalent: bool | None
    notes: tuple[str, ...]

    @property
    def anywhere(self) -> Changes: ...

    @property
    def own_choices(self) -> tuple[str, ...]: ...

    def __iter__(self) -> Any: ...

    def to_dict(self, *, geometry: bool = True) -> dict[str, Any]: ...


class _Mix(NamedTuple):
    """Changes that happen in one place, each in some cases."""

    kinds: tuple[str, ...]

    @property
    def words(self) -> str:
        names = [_WORDS[kind] for kind in self.kinds]
        if len(names) == 1:
            return names[0]
        return f"{', '.join(names[:-1])} or {names[-1]}, by the case"


def change_picture(changes: Changes, *, ax: Axes | None = None, within: Any = None) -> Axes:
    """Draw what changes between two policies.

    Parameters
    ----------
    changes : Diff
    ax : matplotlib.axes.Axes, optional
        A new figure's unless given.
    within : polygon, optional
        What to look at; where something changes unless given.

    Raises
    ------
    InvalidInput
        SR611 where matplotlib is missing.
    """
    own = axes_or_new(ax, SIZE, BOX)
    _whole(own, changes, within, below=ax is not None)
    return own


def save_change(changes: Changes, path: Path, within: Any = None) -> None:
    """Draw what changes between two policies and write it to a file, whole or not at all.

    Raises
    ------
    InvalidInput
        SR603, SR611, SR612.
    """
    figure = new_figure(*SIZE)
    _whole(figure.add_axes(BOX), changes, within)
    save(figure, path)


def _whole(ax: Axes, changes: Changes, within: Any, *, below: bool = False) -> None:
    changes = changes.anywhere
    shapes = _by_kind(changes)
    box = ax.get_window_extent()
    plane = _framed(shapes, box.width / box.height, within)
    frame(ax, plane)
    labels = Labels(ax, plane)
    mixes = _mixes({kind: plane.flat(shape) for kind, shape in shapes.items()})
    rows = [Row("What changes for a target there")]
    for mix, shape in mixes:
        if shapely.intersection(shape, plane.box).area < _LEAST * plane.box.area:
            continue
        colour = CHANGES[mix.kinds[0]]
        hatch = None if len(mix.kinds) == 1 else _HATCH
        fill(ax, shape, facecolor=colour, edgecolor=_EDGE, linewidth=0, hatch=hatch, zorder=1)
        stroke(ax, shape, colors=_EDGE, linewidths=0.5, zorder=1.5)
        rows.append(Row(mix.words, swatch(colour, _EDGE, hatch)))
    rows.append(Row("nothing", swatch("#ffffff", "#999999")))
    borders(ax, plane)
    scale_bar(ax, plane, labels)
    north(ax, plane, labels)
    labels.lands()
    labels.towns(26)
    rows += [Row("Lines"), *border_rows(plane)]
    data = changes.to_dict(geometry=False)
    title(ax, f"From {changes.a} to {changes.b}", INK, _below(changes, data))
    put_words(ax, rows, list(_foot(changes, data)), below=below)


def _by_kind(changes: Changes) -> dict[str, BaseGeometry]:
    """Return where targets are for which something changes, by what changes.

    What changes wherever the target is changes everywhere, and so does what only the launch point
    makes a difference to.
    """
    found: dict[str, list[BaseGeometry]] = {}
    for region in changes:
        shape = region.geometry if region.place == TARGET else None
        found.setdefault(region.change, []).append(WORLD if shape is None else shape)
    return {kind: shapely.union_all(found[kind]) for kind in _ORDER if kind in found}


def _framed(shapes: dict[str, BaseGeometry], aspect: float, within: Any) -> Plane:
    seen = [within] if within is not None else [s for s in shapes.values() if s is not WORLD]
    small = [s for s in seen if s.bounds[2] - s.bounds[0] < 180]
    if not small:
        small = [zone_register().get("ukraine").geometry]
    xy = np.concatenate([shapely.get_coordinates(shapely.simplify(s, 0.05)) for s in small])
    return Plane.around(xy, aspect, margin=0.1, least_km=60.0)


def _mixes(shapes: dict[str, BaseGeometry]) -> list[tuple[_Mix, BaseGeometry]]:
    """Return for each set of changes where it happens, without overlaps."""
    parts: list[tuple[tuple[str, ...], BaseGeometry]] = []
    for kind, shape in shapes.items():
        rest, following = shape, []
        for kinds, part in parts:
            following.append((kinds, shapely.difference(part, shape)))
            following.append(((*kinds, kind), shapely.intersection(part, shape)))
            rest = shapely.difference(rest, part)
        parts = [p for p in (*following, ((kind,), rest)) if not p[1].is_empty]
    return [(_Mix(kinds), part) for kinds, part in parts]


def _below(changes: Changes, data: dict[str, Any]) -> str:
    if changes.equivalent:
        given = f", given {data['given']}" if data["given"] else ""
        return f"no scenario tells the two apart{given}"
    said = "where some case is decided differently"
    if data["given"]:
        said = f"for {data['given']}, its target anywhere"
    return said + (f", on {data['as_of']}" if data["as_of"] else "")


def _foot(changes: Changes, data: dict[str, Any]) -> Iterable[str]:
    chosen = [f"{k} = {v}" for k, v in (*data["readings"].items(), *data["set"].items())]
    chosen += changes.own_choices
    yield (
        f"Policies: {changes.a}, {changes.b} · Readings and parameters:"
        f" {', '.join(chosen) if chosen else 'none is chosen'}."
    )
    claims = list(dict.fromkeys(_sources(data)))
    if claims:
        yield f"Source: {'; '.join(source_words(shipped_claims(), c) for c in claims)}."
    assumed = list(dict.fromkeys(a for r in data["regions"] for a in r["assumptions"]))
    yield (
        f"Assumed, published by nobody: {', '.join(assumed)}."
        if assumed
        else "Nothing that changes leans on what is assumed."
    )
    yield (
        "Coloured: there is a case with its target there that the two decide differently; zones"
        " as they are drawn. All cases are invented; no real military site is shown."
    )
    for note in changes.notes[:2]:
        yield f"Note: {note}."
    yield credits_of()


def _sources(data: dict[str, Any]) -> Sequence[str]:
    return [c["source"] for r in data["regions"] for c in r["citations"] if c.get("source")]
