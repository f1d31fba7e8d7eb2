"""The interactive map by itself, for a notebook, a browser or a file."""

from __future__ import annotations

from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strikerules.documents.writing import write_whole
from strikerules.pages.case import regions_table, section
from strikerules.pages.drawing import drawing, picture
from strikerules.pages.figure import PolicyMap
from strikerules.pages.markup import Html, tag
from strikerules.pages.page import map_part, whole_page
from strikerules.pages.report import about

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["Explored", "map_picture"]


class Explored:
    """An interactive map that shows itself in a notebook, without a network.

    Parameters
    ----------
    shown : PolicyMap
    regions : GeoDataFrame, optional
        For the table that says what the map shows.
    title, policy : str

    Attributes
    ----------
    map : PolicyMap
        With its `figure`, for those who want to draw more on it.
    """

    def __init__(
        self, shown: PolicyMap, regions: GeoDataFrame | None, title: str, policy: str
    ) -> None:
        self.map, self.regions, self.title, self.policy = shown, regions, title, policy

    def __repr__(self) -> str:
        return f"<map: {self.title}>"

    @property
    def figure(self) -> Any:
        """The Bokeh figure."""
        return self.map.figure

    def html(self) -> str:
        """Return a page of its own with the map and its table."""
        part = map_part(self.map, "map", self.title)
        found = section("map", "Map", part, regions_table(self.regions, "map"))
        contents = [("map", "Map")]
        return whole_page(self.title, Html(""), contents, [found], [self.map], about(self.policy))

    def save(self, path: str | PathLike[str]) -> None:
        """Write the page to a file."""
        write_whole(Path(path), self.html())

    def _repr_html_(self) -> str:
        """A frame of its own, so that it is neither in the notebook's way nor the reverse."""
        drawn = picture(map_drawing(self.map, self.title), self.title)
        frame = tag(
            "iframe", srcdoc=self.html(), title=self.title, width="100%", height="760",
            style="border:1px solid #767676", sandbox="allow-scripts allow-downloads",
        )  # fmt: skip
        note = (
            "Where frames are cut, as in a notebook that is not trusted, the map is a picture:"
            " trust the notebook, or write a page with"
        )
        summary = tag("summary", "The map as a picture")
        hint = tag("p", note, " ", tag("code", ".save(path)"))
        return tag("div", frame, tag("details", summary, hint, drawn))


def map_drawing(shown: PolicyMap, title: str, name: str = "drawn") -> Html:
    """Return a map as SVG."""
    layers = {layer: dict(source.data) for layer, source in shown.sources.items()}
    return drawing(shown.view, layers, title, name=name, width=760)


def map_picture(shown: PolicyMap, title: str) -> str:
    """Return a map as an image that any notebook shows, or says in words."""
    return picture(map_drawing(shown, title), escape(title))
