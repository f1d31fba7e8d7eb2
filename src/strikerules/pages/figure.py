"""An interactive map of a policy: Bokeh's, in a local projection, with no tiles and no network.

`PolicyMap` draws outlines, towns, zones, the regions by decision and a scenario's points, each as
a layer of its own whose data can be replaced while the map is shown. Reports, notebooks and the
live page use it alike.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from strikerules.language.scenario import Scenario
from strikerules.pages.frame import LocalFrame, View, frame_around
from strikerules.pages.layers import (
    LEVELS,
    Columns,
    Ruled,
    focus,
    outlines,
    places_of,
    points,
    regions,
    room_km,
    towns,
    zone_outlines,
    zones_asked,
)
from strikerules.pages.library import ensure_bokeh
from strikerules.pages.parts import (
    CLEAR,
    FONT,
    INK,
    NAMES,
    SQUARE,
    TIP,
    empty_figure,
    oblast_names,
)  # fmt: skip
from strikerules.pages.words import CHANGES, DECISIONS, LOOKS

if TYPE_CHECKING:
    from bokeh.models import ColumnDataSource, GlyphRenderer, Legend
    from geopandas import GeoDataFrame

__all__ = ["LAYERS", "TITLES", "PolicyMap"]

#: The layers from the lowest to the highest, and what the legend calls them.
TITLES = {
    **{name: look.title for name, look in LOOKS.items()},
    "oblasts": "oblasts",
    "countries": "countries",
    "zones": "zones",
    "towns": "towns",
    "line": "launch to target",
    "around": "where it may be",
    "launch": "launch point",
    "target": "target",
}
LAYERS = tuple(TITLES)

_NO_NAMES: Columns = {"x": [], "y": [], "text": [], "size": []}
_REGION: Columns = {
    "xs": [], "ys": [], "row": [], "words": [], "reasons": [], "citations": [], "area": [],
    "hatch": [],
}  # fmt: skip


class PolicyMap:
    """An interactive map of where a policy permits, prohibits, or leaves open.

    Parameters
    ----------
    policy : Policy, optional
        Whose zones are shown.
    scenario : Scenario, optional
        Whose places are shown.
    regions : GeoDataFrame, optional
        As `Policy.regions` gives it, or `Diff.regions`.
    frame : LocalFrame, optional
        The projection; by default around the policy's zones and the scenario's places.
    view : View, optional
        What is shown at first, in the frame's kilometres; by default the same.
    height : int
        Pixels; the width follows the page.
    shared : PolicyMap, optional
        A map of the same page whose outlines and towns are used as well, so that they are there
        once. It has to have the same frame.

    Attributes
    ----------
    figure : bokeh.plotting.figure
        What is shown. Its ranges are kilometres east and north of the frame's middle.
    frame : LocalFrame
        With `to_local` and `to_lonlat`.
    sources : dict of ColumnDataSource
        The data of each layer of `LAYERS`, by the layer's name; ``target`` and ``launch`` have
        ``x``, ``y`` and ``label``.
    renderers : dict of list of GlyphRenderer
        What draws each layer, by the layer's name.

    Raises
    ------
    InvalidInput
        SR621: Bokeh is not installed.

    Notes
    -----
    Regions are parts of the map as the zones are drawn. Outlines are simplified by up to 100 m,
    those of countries by 200 m, far below the 3 km that the zones' edges are good to.

    Examples
    --------
    >>> import strikerules as sr
    >>> shown = PolicyMap(sr.load("kharkiv"))
    >>> shown.update(None, sr.Scenario.of({"target.location": {"lon": 36.9, "lat": 50.45}}))
    >>> shown.sources["target"].data["label"]
    ['target: 36.9, 50.45']
    """

    def __init__(
        self,
        policy: Ruled | None = None,
        scenario: Scenario | None = None,
        regions: GeoDataFrame | None = None,
        *,
        frame: LocalFrame | None = None,
        view: View | None = None,
        height: int = 560,
        shared: PolicyMap | None = None,
    ) -> None:
        ensure_bokeh()
        self.policy = policy
        places = places_of(policy, scenario) if policy is not None else {}
        held = focus(policy, places.values())
        self.frame = frame or frame_around(held)
        self.view = (view or self.frame.view(held)).fitted(1.5)
        self.sources: dict[str, ColumnDataSource] = {}
        self.renderers: dict[str, list[GlyphRenderer]] = {}
        self.shared = shared
        self.figure = empty_figure(self.view, height)
        self._draw()
        self.update(regions, scenario)
        self._tools()

    def to_local(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the figure's coordinates of a place in degrees."""
        x, y = self.frame.to_local(lon, lat)
        return x, y

    def to_lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Return the degrees (WGS 84) of a place in the figure's coordinates."""
        lon, lat = self.frame.to_lonlat(x, y)
        return lon, lat

    def update(
        self,
        regions: GeoDataFrame | None,
        scenario: Scenario | None = None,
        policy: Ruled | None = None,
    ) -> None:
        """Show other regions, another scenario's places, another policy's zones.

        Parameters
        ----------
        regions : GeoDataFrame, optional
            None empties the layers of regions.
        scenario : Scenario, optional
            None takes its points off the map.
        policy : Policy, optional
            Where its zones are to be shown from now on.

        Raises
        ------
        InvalidInput
            The scenario names a town or zone that there is not.
        """
        if policy is not None and policy is not self.policy:
            self.policy = policy
            self.sources["zones"].data = self._zones()
        self.show_regions(regions)
        self.show_scenario(scenario)

    def show_regions(self, table: GeoDataFrame | None) -> None:
        """Show other regions, and leave all else as it is."""
        found = regions(self.frame, table)
        for kind in LOOKS:
            if kind in self.sources or kind in found:
                self._region_layer(kind)
                columns = found.get(kind, {name: [] for name in _REGION})
                self.sources[kind].data = columns
                self._mention(kind, bool(columns["xs"]))

    def show_scenario(self, scenario: Scenario | None) -> None:
        """Show another scenario's places, and leave all else as it is."""
        places = places_of(self.policy, scenario) if self.policy is not None else {}
        for name, columns in points(self.frame, places).items():
            self.sources[name].data = columns
            self._mention(name, bool(columns.get("xs") or columns.get("x")))

    def look_at(self, view: View) -> None:
        """Show another part of the map."""
        view = view.fitted(1.5)
        self.figure.x_range.update(start=view.west, end=view.east)
        self.figure.y_range.update(start=view.south, end=view.north)

    @cached_property
    def legend(self) -> Legend:
        """The legend; a click on an entry hides its layer or shows it again."""
        from bokeh.models import Legend

        return Legend(
            items=[], click_policy="hide", label_text_font_size="12px", label_text_color=INK,
            border_line_color=None, background_fill_alpha=0.85, spacing=2, padding=6, margin=4,
            glyph_height=16, glyph_width=20,
        )  # fmt: skip

    def _draw(self) -> None:
        from bokeh.models import ColumnDataSource

        self.figure.add_layout(self.legend, "right")
        for kind in DECISIONS:
            self._region_layer(kind)
        drawn = {}
        if self.policy is not None and self.shared is None:
            drawn = outlines(self.frame, self.policy.atlas, self.view)
        for layer, kind, width, dash in (
            ("oblasts", "oblast", 0.8, "dotted"), ("countries", "country", 1.8, "solid"),
        ):  # fmt: skip
            source = self._source(layer, drawn.get(kind, {"xs": [], "ys": []}))
            lines = self.figure.multi_line(
                "xs", "ys", source=source, color="#555555", line_width=width, line_dash=dash
            )
            self.renderers[layer] = [lines]
            if layer == "oblasts":
                names = self._source("names", drawn.get("names", _NO_NAMES))
                self.renderers[layer].append(oblast_names(self.figure, names))
        if self.shared is not None and self.shared.policy is self.policy:
            self.sources["zones"] = self.shared.sources["zones"]
        else:
            self.sources["zones"] = ColumnDataSource(self._zones())
        zones = self.figure.multi_line(
            "xs", "ys", source=self.sources["zones"], color="#882288", line_width=1.6,
            line_dash="dashed", name="zones",
        )  # fmt: skip
        self.renderers["zones"] = [zones]
        self._draw_towns()
        self._draw_places()
        for layer in LAYERS[len(LOOKS) :]:
            self._entry(layer)

    def _source(self, name: str, columns: Columns) -> ColumnDataSource:
        """The data of a layer that several maps of a page may have in common."""
        from bokeh.models import ColumnDataSource

        if self.shared is not None:
            self.sources[name] = self.shared.sources[name]
        else:
            self.sources[name] = ColumnDataSource(columns)
        return self.sources[name]

    def _zones(self) -> Columns:
        return zone_outlines(self.frame, zones_asked(self.policy) if self.policy else ())

    def _draw_towns(self) -> None:
        from bokeh.models import CDSView, CustomJS, GroupFilter

        source = self._source("towns", towns(self.frame, self.view))
        dots = self.figure.scatter(
            "x", "y", source=source, size=4, fill_color="white", line_color=INK, marker="circle"
        )
        names = [
            self.figure.text(
                "x", "y", "name", source=source, x_offset=5, y_offset=-3, text_color=INK,
                text_font_size="11px", text_font=FONT,
                text_alpha=1.0 if level <= 1 else 0.0,
                view=CDSView(filter=GroupFilter(column_name="level", group=level)),
                **{**CLEAR, "background_fill_alpha": 0.55 if level <= 1 else 0.0},
            )
            for level in range(LEVELS)
        ]  # fmt: skip
        self.renderers["towns"] = [dots, *names]
        levels = [[one, room_km(self.view, level)] for level, one in enumerate(names)]
        levels[0][1] *= 1000  # large towns have their names always
        levels.append([self.renderers["oblasts"][-1], room_km(self.view, 1)])
        callback = CustomJS(args={"map": self.figure, "levels": levels}, code=NAMES)
        for name in ("start", "end"):
            self.figure.x_range.js_on_change(name, callback)
        self.figure.js_on_change("inner_width", callback)

    def _draw_places(self) -> None:
        from bokeh.models import ColumnDataSource

        blank = points(self.frame, {})
        for name, columns in blank.items():
            self.sources[name] = ColumnDataSource(columns)
        source = self.sources["line"]
        self.renderers["line"] = [
            self.figure.multi_line(
                "xs", "ys", source=source, color=INK, line_width=2, line_dash="dashdot"
            ),
            self.figure.text(
                "x", "y", "label", source=source, text_color=INK, text_font_size="12px",
                text_font_style="bold", x_offset=8, y_offset=4, **CLEAR,
            ),
        ]  # fmt: skip
        self.renderers["around"] = [
            self.figure.multi_polygons(
                "xs", "ys", source=self.sources["around"], fill_color="white", fill_alpha=0.25,
                line_color=INK, line_width=1.5, line_dash="dotted", name="around",
            )
        ]  # fmt: skip
        for end, marker in (("launch", "triangle"), ("target", "circle_x")):
            self.renderers[end] = [
                self.figure.scatter(
                    "x", "y", source=self.sources[end], marker=marker, size=14, name=end,
                    fill_color="white" if end == "target" else INK, line_color=INK, line_width=2,
                )
            ]  # fmt: skip

    def _region_layer(self, kind: str) -> None:
        """Make the layer of a decision, or of a kind of change, where it is not there yet."""
        if kind in self.sources:
            return
        from bokeh.models import ColumnDataSource

        look = LOOKS[kind]
        self.sources[kind] = ColumnDataSource({name: [] for name in _REGION})
        drawn = self.figure.multi_polygons(
            "xs", "ys", source=self.sources[kind], name=kind, fill_color=look.fill,
            fill_alpha=look.alpha, line_color=look.ink, line_width=1, line_alpha=0.8,
            hatch_pattern="hatch", hatch_color=INK, hatch_alpha=0.55, hatch_scale=9,
            hatch_weight=0.8, level="underlay",
            selection_fill_alpha=min(1.0, look.alpha + 0.3), selection_line_width=3,
            selection_line_color=INK, selection_hatch_alpha=0.8,
            nonselection_fill_alpha=look.alpha, nonselection_line_alpha=0.8,
            nonselection_hatch_alpha=0.55,
        )  # fmt: skip
        self.renderers[kind] = [drawn]
        self._entry(kind)

    def _entry(self, layer: str) -> None:
        from bokeh.models import LegendItem

        item = LegendItem(label=TITLES[layer], renderers=self.renderers[layer], name=layer)
        items = [*self.legend.items, item]
        self.legend.items = sorted(items, key=lambda one: LAYERS.index(one.name))

    def _mention(self, layer: str, there: bool) -> None:
        """Keep a layer with nothing in it out of the legend."""
        for item in self.legend.items:
            if item.name == layer:
                item.visible = there

    @property
    def region_renderers(self) -> list[GlyphRenderer]:
        """What draws the regions."""
        return [self.renderers[kind][0] for kind in (*DECISIONS, *CHANGES) if kind in self.sources]

    def _tools(self) -> None:
        from bokeh.models import CustomJS, HoverTool, TapTool

        drawn = self.region_renderers
        self.figure.add_tools(
            HoverTool(renderers=drawn, tooltips=TIP, point_policy="follow_mouse",
                      attachment="horizontal"),
            HoverTool(renderers=[self.renderers[e][0] for e in ("launch", "target")],
                      tooltips="@label", visible=False),
            HoverTool(renderers=self.renderers["around"], tooltips="@end", visible=False),
            HoverTool(renderers=self.renderers["zones"], tooltips="@title (@status)",
                      line_policy="interp", visible=False),
            TapTool(renderers=drawn),
        )  # fmt: skip
        square = CustomJS(args={"map": self.figure}, code=SQUARE)
        for name in ("inner_width", "inner_height"):
            self.figure.js_on_change(name, square)
