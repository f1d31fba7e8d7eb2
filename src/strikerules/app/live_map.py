"""A map whose points can be moved, and which can be drawn anew around another place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bokeh.events import DoubleTap, MouseMove, Pan, PanEnd, PanStart, Tap
from bokeh.models import CustomJS, PanTool, TapTool

from strikerules.geography.geodesy import distance_km
from strikerules.pages.figure import PolicyMap
from strikerules.pages.frame import frame_around
from strikerules.pages.layers import (
    focus,
    outlines,
    places_of,
    points,
    towns,
    zone_outlines,
    zones_asked,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from strikerules.api import Policy
    from strikerules.geography.places import Place
    from strikerules.language.scenario import Scenario
    from strikerules.pages.frame import LocalFrame

__all__ = ["LiveMap"]

_GESTURES = {
    # the second of two quick clicks is a double one, wherever it is
    "tap": Tap, "doubletap": DoubleTap, "mousemove": MouseMove,
    "panstart": PanStart, "pan": Pan, "panend": PanEnd,
}  # fmt: skip

#: A place of more square degrees than this is a country or so, and has no middle worth looking at.
_LARGE = 100.0
#: Places farther apart are not looked at together.
_FAR_KM = 1500.0


def _middle(place: Place) -> tuple[float, float]:
    middle = place.region.centroid
    return middle.x, middle.y


class LiveMap:
    """A map whose points can be moved.

    Parameters
    ----------
    policy : Policy
    name : str
        Of the root in the template.
    scenario : Scenario, optional
    frame : LocalFrame, optional
    shared : LiveMap, optional
        A map with the same outlines and the same ranges.
    """

    def __init__(
        self,
        policy: Policy,
        name: str,
        scenario: Scenario | None = None,
        frame: LocalFrame | None = None,
        shared: LiveMap | None = None,
    ) -> None:
        other = None if shared is None else shared.map
        view = None if other is None else other.view
        self.map: PolicyMap = PolicyMap(policy, scenario, frame=frame, view=view, shared=other)
        self.scenario, self.shared = scenario, shared
        figure = self.map.figure
        figure.name = name
        figure.sizing_mode = "stretch_both"
        figure.right = []  # the legend stands under the maps, once for both
        figure.tools = [tool for tool in figure.tools if not isinstance(tool, TapTool)]
        self.pan = next(tool for tool in figure.tools if isinstance(tool, PanTool))
        if other is not None:
            for axis in ("x_range", "y_range"):
                here, there = getattr(figure, axis), getattr(other.figure, axis)
                for end in ("start", "end"):
                    here.js_link(end, there, end)
                    there.js_link(end, here, end)
        for gesture, event in _GESTURES.items():
            code = f"window.live?.gesture({gesture!r}, {name!r}, cb_obj)"
            figure.js_on_event(event, CustomJS(code=code))

    def to_lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Return the degrees of a place on the map."""
        lon, lat = self.map.to_lonlat(x, y)
        return float(lon), float(lat)

    def show_policy(self, policy: Policy) -> None:
        """Show a policy's zones."""
        if policy is not self.map.policy:
            self.map.policy = policy
            self._draw_zones()

    def show_regions(self, table: GeoDataFrame | None) -> None:
        """Show what is decided where."""
        self.map.show_regions(table)

    def show_case(self, scenario: Scenario | None, held: str | None) -> None:
        """Show a case's places; the one that is held by the pointer is left where it is."""
        self.scenario = scenario
        if held is None:
            self.map.show_scenario(scenario)
            return
        policy = self.map.policy
        places = places_of(policy, scenario) if policy is not None else {}
        for name, columns in points(self.map.frame, places).items():
            if name != held:
                self.map.sources[name].data = columns

    @property
    def within(self) -> tuple[float, float, float, float]:
        """What the map can show: west, south, east and north, degrees."""
        west, south, east, north = self.map.frame.box
        return max(west, -180.0), south, min(east, 180.0), north

    def look_at_case(self) -> bool:
        """Show the part of the map that the case lies in, or else the policy's zones.

        Returns
        -------
        bool
            Whether the map had to be drawn anew around it; regions and places have to follow.
        """
        policy = self.map.policy
        if policy is None:
            return False
        places = [p for p in places_of(policy, self.scenario).values() if not p.region.is_empty]
        if len(places) == 2 and distance_km(*_middle(places[0]), *_middle(places[1])) > _FAR_KM:
            del places[1]  # the target comes first; one map does not hold both
        shapes = [p.region for p in places] or focus(policy, ())
        moved = self._follow() if self.shared is not None else self._reach(shapes)
        if shapes:
            self.map.look_at(self.map.frame.view(shapes, margin=0.6 if places else 0.12))
        return moved

    def _reach(self, shapes: Sequence[BaseGeometry]) -> bool:
        """Draw the map around shapes that lie beyond it, or at its rim."""
        frame, policy = self.map.frame, self.map.policy
        wanted = frame_around([s for s in shapes if s.area < _LARGE])
        away = distance_km(frame.lon, frame.lat, wanted.lon, wanted.lat)
        if policy is None or not shapes or away < frame.reach_km / 2:
            return False
        self.map.frame = wanted
        view = wanted.view(shapes).fitted(1.5)
        drawn = outlines(wanted, policy.atlas, view)
        named = {"countries": "country", "oblasts": "oblast", "names": "names"}
        for layer, kind in named.items():
            self.map.sources[layer].data = drawn[kind]
        self.map.sources["towns"].data = towns(wanted, view)
        self._draw_zones()
        return True

    def _follow(self) -> bool:
        """Take the projection of the map that this one shares its outlines with."""
        assert self.shared is not None
        frame = self.shared.map.frame
        if self.map.frame is frame:
            return False
        self.map.frame = frame
        self._draw_zones()
        return True

    def _draw_zones(self) -> None:
        assert self.map.policy is not None
        zones = zone_outlines(self.map.frame, zones_asked(self.map.policy))
        self.map.sources["zones"].data = zones
