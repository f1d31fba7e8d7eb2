"""The page as a Bokeh document: two maps, two channels of messages, and a template around them."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bokeh.events import DocumentReady, DoubleTap, MouseMove, Pan, PanEnd, PanStart, Tap
from bokeh.models import ColumnDataSource, CustomJS, PanTool, TapTool
from jinja2 import Environment

from strikerules import __version__
from strikerules.app.controls import countries, sections
from strikerules.app.session import Session, Setup, case_of
from strikerules.pages.figure import PolicyMap
from strikerules.pages.layers import places_of, points, zone_outlines, zones_asked
from strikerules.pages.words import DECISIONS, LOOKS

if TYPE_CHECKING:
    from bokeh.document import Document
    from geopandas import GeoDataFrame

    from strikerules.api import Policy
    from strikerules.language.scenario import Scenario
    from strikerules.pages.frame import LocalFrame

__all__ = ["LiveMap", "build_page"]

_GESTURES = {
    # the second of two quick clicks is a double one, wherever it is
    "tap": Tap, "doubletap": DoubleTap, "mousemove": MouseMove,
    "panstart": PanStart, "pan": Pan, "panend": PanEnd,
}  # fmt: skip


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
        self.scenario = scenario
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
            outlines = zone_outlines(self.map.frame, zones_asked(policy))
            self.map.sources["zones"].data = outlines

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

    def look_at_case(self) -> None:
        """Show the part of the map that the case lies in."""
        policy = self.map.policy
        places = places_of(policy, self.scenario) if policy is not None else {}
        shapes = [place.region for place in places.values() if not place.region.is_empty]
        if shapes:
            self.map.look_at(self.map.frame.view(shapes, margin=0.6))


def _text(name: str) -> str:
    return (files("strikerules.app") / name).read_text(encoding="utf-8")


def build_page(setup: Setup, executor: Executor) -> Callable[[Document], None]:
    """Return what fills a new document with the page.

    Parameters
    ----------
    setup : Setup
    executor : concurrent.futures.Executor
        Works out what takes long.
    """
    environment = Environment(autoescape=True)
    template = environment.from_string(_text("page.html"))
    variables = {"style": _text("page.css"), "client": _text("client.js"), "version": __version__,
                 "looks": [LOOKS[kind] for kind in DECISIONS]}  # fmt: skip

    def fill(doc: Document) -> None:
        first, second = _maps(setup)
        inbox = ColumnDataSource({"message": []}, name="inbox")
        outbox = ColumnDataSource({"message": []}, name="outbox")
        sent = 0

        def send(message: dict[str, Any]) -> None:
            nonlocal sent
            sent += 1
            outbox.data = {"message": [json.dumps({**message, "number": sent})]}

        def later(work: Callable[[], Any], done: Callable[[Any], None]) -> None:
            future = executor.submit(work)
            future.add_done_callback(lambda f: doc.add_next_tick_callback(lambda: done(f.result())))

        west, south, east, north = first.map.frame.box
        within = (max(west, -180.0), south, min(east, 180.0), north)
        session = Session(setup, (first, second), send, later, within)
        inbox.on_change("data", lambda _a, _o, new: _receive(session, new))
        # no root of their own, for Bokeh would look for where to show it
        first.map.figure.tags = [inbox, outbox]
        for shown in (first, second):
            doc.add_root(shown.map.figure)
        doc.js_on_event(
            DocumentReady,
            CustomJS(
                args={
                    "inbox": inbox, "outbox": outbox,
                    "maps": {"map_a": first.map.figure, "map_b": second.map.figure},
                    "pans": {"map_a": first.pan, "map_b": second.pan},
                    "ends": {
                        name: {end: live.map.sources[end] for end in ("target", "launch")}
                        for name, live in (("map_a", first), ("map_b", second))
                    },
                    "zones": {
                        name: live.map.sources["zones"]
                        for name, live in (("map_a", first), ("map_b", second))
                    },
                },
                code="window.live.start({inbox, outbox, maps, pans, ends, zones})",
            ),
        )  # fmt: skip
        doc.title = "strikerules: a live page"
        doc.template = template
        own = setup.answers.choices.rules is not None
        filled = sections(setup.answers.choices, setup.form, ())
        doc.template_variables.update(
            variables, sections=filled, countries=countries(), own=own, name=setup.form.name
        )

    return fill


def _receive(session: Session, data: dict[str, Any]) -> None:
    for text in data["message"]:
        message = json.loads(text)
        if isinstance(message, dict):
            session.receive(message)


def _maps(setup: Setup) -> tuple[LiveMap, LiveMap]:
    answers, form = setup.answers, setup.form
    keys = [form.policy, form.against or form.policy]
    found = [answers.answer(form, key) for key in keys]
    policies = [a.policy for a in found]
    one = policies[0] or answers.choices.load(answers.choices.all[0].key)
    scenario = case_of(found[0]) if found[0].policy is not None else None
    first = LiveMap(one, "map_a", scenario)
    # another one even where it is the same, for maps of one policy have its zones in common
    other = (policies[1] or one).vary()
    second = LiveMap(other, "map_b", scenario, first.map.frame, first)
    return first, second
