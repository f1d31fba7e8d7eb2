"""The map as a drawing in SVG, for paper, for readers without scripts, and for notebooks."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.pages.frame import View
from strikerules.pages.layers import Columns, polygons
from strikerules.pages.markup import Html, joined, tag
from strikerules.pages.parts import INK
from strikerules.pages.words import LOOKS

__all__ = ["drawing", "picture"]

_STROKES = {
    "/": ("M0,8 L8,0",),
    "\\": ("M0,0 L8,8",),
    "x": ("M0,8 L8,0", "M0,0 L8,8"),
    "+": ("M4,0 L4,8", "M0,4 L8,4"),
    "-": ("M0,4 L8,4",),
    "|": ("M4,0 L4,8",),
    ".": ("M3,4 L5,4",),
}
_FONT = "system-ui,sans-serif"


class _Sheet:
    """From kilometres to the drawing's units, y downwards."""

    def __init__(self, view: View, width: float) -> None:
        self.view, self.width = view, width
        self.scale = width / view.width
        self.height = view.height * self.scale

    def at(self, x: float, y: float) -> tuple[float, float]:
        view = self.view
        return round((x - view.west) * self.scale, 1), round((view.north - y) * self.scale, 1)

    def holds(self, x: float, y: float) -> bool:
        return self.view.west <= x <= self.view.east and self.view.south <= y <= self.view.north

    def polygon(self, xs: list[list[float]], ys: list[list[float]]) -> str:
        """Return what the view shows of a polygon with its holes, as a path."""
        rings = [np.column_stack(ring) for ring in zip(xs, ys, strict=True)]
        whole = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
        seen = self._simpler(shapely.intersection(whole, self.sheet))
        return "".join(self._path(ring, "Z") for part in polygons(seen) for ring in part)

    def line(self, xs: list[float], ys: list[float]) -> str:
        """Return what the view shows of a line, as a path."""
        seen = shapely.intersection(shapely.LineString(np.column_stack([xs, ys])), self.sheet)
        parts = shapely.get_parts(self._simpler(seen))
        lines = (p for p in parts if p.geom_type == "LineString" and not p.is_empty)
        return "".join(self._path(line, "") for line in lines)

    @property
    def sheet(self) -> BaseGeometry:
        """The view and a little around it, so that its edge is not drawn as an outline."""
        view, more = self.view, 3 / self.scale
        return shapely.box(
            view.west - more, view.south - more, view.east + more, view.north + more
        )  # fmt: skip

    def _simpler(self, shape: BaseGeometry) -> BaseGeometry:
        return shapely.simplify(shape, 0.4 / self.scale)

    def _path(self, line: BaseGeometry, end: str) -> str:
        points = (self.at(x, y) for x, y in shapely.get_coordinates(line).tolist())
        return "M" + " ".join(f"{a:g},{b:g}" for a, b in points) + end


def drawing(
    view: View,
    layers: Mapping[str, Columns],
    title: str,
    *,
    width: int = 900,
    name: str = "map",
) -> Html:
    """Return a map as SVG.

    Parameters
    ----------
    view : View
        What it shows.
    layers : mapping
        From a layer of `PolicyMap` to its columns, as `strikerules.pages.layers` makes them.
    title : str
        What a screen reader says of it.
    width : int
        Units; the height follows.
    name : str
        What the ids in it begin with; has to be different for each drawing of a page.
    """
    sheet = _Sheet(view, width)
    kinds = [kind for kind in LOOKS if layers.get(kind, {}).get("xs")]
    marks = {kind: layers[kind]["hatch"] for kind in kinds}
    used = {mark for found in marks.values() for mark in found} | {LOOKS[k].hatch for k in kinds}
    content = [
        tag("title", title),
        _patterns(name, used),
        tag("rect", width=f"{width}", height=f"{sheet.height:.0f}", fill="#fbfaf7"),
    ]
    for kind in kinds:
        content += _regions(sheet, kind, layers[kind], marks[kind], name)
    for layer, stroke, wide, dash in (
        ("oblasts", "#555", "0.8", "2 2"), ("countries", "#444", "1.8", None),
        ("zones", "#828", "1.6", "5 3"),
    ):  # fmt: skip
        path = joined(_lines(sheet, layers.get(layer, {})), " ")
        if path:
            content.append(
                tag("path", d=path, fill="none", stroke=stroke, stroke_width=wide,
                    stroke_dasharray=dash)
            )  # fmt: skip
    content += [*_names(sheet, layers), *_places(sheet, layers), *_furniture(sheet, kinds, name)]
    return tag(
        "svg", joined(content), xmlns="http://www.w3.org/2000/svg", role="img",
        viewBox=f"0 0 {width} {sheet.height:.0f}", font_family=_FONT, font_size="12",
        style="max-width:100%;height:auto",
    )  # fmt: skip


def picture(svg: Html, words: str) -> Html:
    """Return a drawing as an image, which a notebook that is not trusted shows or says in words."""
    data = base64.b64encode(svg.encode()).decode()
    return tag("img", src=f"data:image/svg+xml;base64,{data}", alt=words, style="max-width:100%")


def _patterns(name: str, marks: Iterable[str]) -> Html:
    found = []
    for number, mark in enumerate(_STROKES):
        if mark in marks:
            lines = joined(tag("path", d=d, stroke=INK, stroke_width="0.8", fill="none",
                               opacity="0.6") for d in _STROKES[mark])  # fmt: skip
            found.append(
                tag("pattern", lines, id=f"{name}-hatch-{number}", width="8", height="8",
                    patternUnits="userSpaceOnUse")
            )  # fmt: skip
    return tag("defs", joined(found))


def _hatch_id(name: str, mark: str) -> str:
    return f"url(#{name}-hatch-{list(_STROKES).index(mark)})"


def _regions(
    sheet: _Sheet, kind: str, columns: Columns, marks: list[str], name: str
) -> Iterable[Html]:
    look = LOOKS[kind]
    rows = zip(columns["xs"], columns["ys"], columns["words"], marks, strict=True)
    for xs, ys, words, mark in rows:
        path = "".join(sheet.polygon(x, y) for x, y in zip(xs, ys, strict=True))
        if not path:
            continue
        shape = {"d": path, "fill_rule": "evenodd"}
        yield tag("path", tag("title", words), fill=look.fill, fill_opacity=f"{look.alpha}",
                  stroke=look.ink, stroke_width="1", **shape)  # fmt: skip
        if mark != " ":
            yield tag("path", fill=_hatch_id(name, mark), **shape)


def _lines(sheet: _Sheet, columns: Columns) -> Iterable[Html]:
    for xs, ys in zip(columns.get("xs", ()), columns.get("ys", ()), strict=True):
        if path := sheet.line(xs, ys):
            yield Html(path)


def _text(sheet: _Sheet, x: float, y: float, text: str, right: float = 0, **more: str) -> Html:
    a, b = sheet.at(x, y)
    return tag(
        "text", text, x=f"{a + right:g}", y=f"{b:g}", fill=INK, stroke="#fff", stroke_width="2.5",
        stroke_opacity="0.75", paint_order="stroke", **more,
    )  # fmt: skip


def _names(sheet: _Sheet, layers: Mapping[str, Columns]) -> Iterable[Html]:
    names = layers.get("names", {})
    for x, y, text, size in zip(
        *(names.get(k, []) for k in ("x", "y", "text", "size")), strict=True
    ):
        if sheet.holds(x, y):
            yield _text(sheet, x, y, text, text_anchor="middle", font_style="italic",
                        font_size=size.removesuffix("px"))  # fmt: skip
    towns = layers.get("towns", {})
    for x, y, text, level in zip(
        *(towns.get(k, []) for k in ("x", "y", "name", "level")), strict=True
    ):
        if level <= 1 and sheet.holds(x, y):
            a, b = sheet.at(x, y)
            yield tag("circle", cx=f"{a:g}", cy=f"{b:g}", r="2", fill="#fff", stroke=INK)
            yield _text(sheet, x, y, text, 5, font_size="11")


def _places(sheet: _Sheet, layers: Mapping[str, Columns]) -> Iterable[Html]:
    around = layers.get("around", {})
    for xs, ys in zip(around.get("xs", ()), around.get("ys", ()), strict=True):
        path = "".join(sheet.polygon(a, b) for a, b in zip(xs, ys, strict=True))
        yield tag("path", d=path, fill="#fff", fill_opacity="0.25", stroke=INK,
                  stroke_width="1.5", stroke_dasharray="2 2")  # fmt: skip
    line = layers.get("line", {})
    for path in _lines(sheet, line):
        yield tag("path", d=path, fill="none", stroke=INK, stroke_width="2",
                  stroke_dasharray="7 3 2 3")  # fmt: skip
    for x, y, text in zip(*(line.get(k, []) for k in ("x", "y", "label")), strict=True):
        yield _text(sheet, x, y, text, 9, font_weight="bold")
    for end in ("launch", "target"):
        ends = layers.get(end, {})
        for x, y, text in zip(*(ends.get(k, []) for k in ("x", "y", "label")), strict=True):
            a, b = sheet.at(x, y)
            mark: dict[str, Any] = {"stroke": INK, "stroke_width": "2"}
            if end == "launch":
                d = f"M{a:g},{b - 7:g} l7,12 h-14 Z"
                yield tag("path", tag("title", text), d=d, fill=INK, **mark)
            else:
                d = f"M{a - 5:g},{b - 5:g} l10,10 m0,-10 l-10,10"
                yield tag("circle", tag("title", text), cx=f"{a:g}", cy=f"{b:g}", r="7",
                          fill="#fff", **mark)  # fmt: skip
                yield tag("path", d=d, **mark)


def _furniture(sheet: _Sheet, kinds: list[str], name: str) -> Iterable[Html]:
    """Yield the scale bar and the legend."""
    most = sheet.view.width / 4
    km = max(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if s <= max(most, 1))
    long, low = km * sheet.scale, sheet.height - 14
    yield tag("rect", x="8", y=f"{low - 20:g}", width=f"{long + 16:.0f}", height="28",
              fill="#fff", fill_opacity="0.85")  # fmt: skip
    yield tag("path", d=f"M16,{low:g} h{long:.1f}", stroke=INK, stroke_width="3")
    yield tag("text", f"{km} km", x="16", y=f"{low - 6:g}", fill=INK)
    if not kinds:
        return
    tall = 18 * len(kinds) + 8
    left = sheet.width - 148
    yield tag("rect", x=f"{left:g}", y="8", width="140", height=f"{tall}", fill="#fff",
              fill_opacity="0.88")  # fmt: skip
    for number, kind in enumerate(kinds):
        look, top = LOOKS[kind], 14 + 18 * number
        box = {"x": f"{left + 8:g}", "y": f"{top}", "width": "20", "height": "13"}
        yield tag("rect", fill=look.fill, fill_opacity=f"{look.alpha}", stroke=look.ink, **box)
        if look.hatch != " ":
            yield tag("rect", fill=_hatch_id(name, look.hatch), **box)
        yield tag("text", look.title, x=f"{left + 34:g}", y=f"{top + 11}", fill=INK)
