"""Pieces of the interactive map: the empty figure, what stands beside the pointer, hatching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strikerules.pages.frame import View

if TYPE_CHECKING:
    from bokeh.models import ColumnDataSource, GlyphRenderer
    from bokeh.plotting import figure as BokehFigure  # noqa: N812

__all__ = ["CLEAR", "FONT", "INK", "NAMES", "SQUARE", "TIP", "empty_figure",
           "oblast_names"]  # fmt: skip

INK = "#1a1a1a"
#: What lies behind a name, so that it can be read over lines and hatching.
CLEAR: dict[str, Any] = {
    "background_fill_color": "white", "background_fill_alpha": 0.55, "padding": 1,
}  # fmt: skip
FONT = {"value": "system-ui, sans-serif"}

#: What stands beside the pointer; Bokeh makes the values of columns harmless.
TIP = """<div style="max-width:22rem;font:13px/1.4 system-ui,sans-serif;color:#1a1a1a">
<strong>@words</strong> <span>(@area)</span>
<div style="white-space:pre-line">@reasons</div><div>claims: @citations</div></div>"""

#: Keeps a kilometre as long from north to south as from west to east, whatever the map's size.
SQUARE = """
const x = map.x_range, y = map.y_range, w = map.inner_width, h = map.inner_height;
if (w > 0 && h > 0) {
  const tall = (x.end - x.start) * h / w, middle = (y.start + y.end) / 2;
  if (Math.abs(tall - (y.end - y.start)) > 1e-6 * tall) {
    y.setv({start: middle - tall / 2, end: middle + tall / 2});
  }
}
"""
#: A name is there where it has room: where the kilometres that it keeps to itself are wide enough.
NAMES = """
const scale = map.inner_width / (map.x_range.end - map.x_range.start);
for (const [names, km] of levels) {
  const shown = scale * km >= 80 ? 1 : 0;
  if (names.glyph.text_alpha.value !== shown) {
    names.glyph.text_alpha = {value: shown};
    names.glyph.background_fill_alpha = {value: 0.55 * shown};
  }
}
"""


def empty_figure(view: View, height: int) -> BokehFigure:
    """Return a figure without axes, whose scale is the same both ways."""
    from bokeh.models import (
        BoxZoomTool,
        Metric,
        PanTool,
        Range1d,
        ResetTool,
        SaveTool,
        ScaleBar,
        WheelZoomTool,
    )  # fmt: skip
    from bokeh.plotting import figure

    wheel = WheelZoomTool()
    found = figure(
        x_range=Range1d(view.west, view.east), y_range=Range1d(view.south, view.north),
        height=height, sizing_mode="stretch_width", match_aspect=True, toolbar_location="above",
        tools=[PanTool(), wheel, BoxZoomTool(match_aspect=True), ResetTool(), SaveTool()],
        active_scroll=wheel, background_fill_color="#fbfaf7", outline_line_color="#767676",
        min_border=0,
    )  # fmt: skip
    found.axis.visible = False
    found.grid.visible = False
    found.toolbar.logo = None
    found.add_layout(
        ScaleBar(
            range=found.x_range, unit="km", dimensional=Metric(base_unit="m"),
            location="bottom_left", background_fill_alpha=0.85, border_line_color=None,
            label_text_font_size="12px", padding=8,
        )
    )  # fmt: skip
    return found


def oblast_names(figure: Any, source: ColumnDataSource) -> GlyphRenderer:
    """Write the names of oblasts."""
    drawn: GlyphRenderer = figure.text(
        "x", "y", "text", source=source, text_color="#4a4a4a", text_font_style="italic",
        text_font_size="size", text_align="center", **CLEAR,
    )  # fmt: skip
    return drawn
