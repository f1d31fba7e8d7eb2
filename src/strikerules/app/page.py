"""The page as a Bokeh document: two maps, two channels of messages, and a template around them."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bokeh.events import DocumentReady
from bokeh.models import ColumnDataSource, CustomJS
from jinja2 import Environment

from strikerules import __version__
from strikerules.app.controls import countries, sections
from strikerules.app.live_map import LiveMap
from strikerules.app.session import Session, Setup, case_of
from strikerules.pages.words import DECISIONS, LOOKS

if TYPE_CHECKING:
    from bokeh.document import Document


__all__ = ["build_page"]


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

        session = Session(setup, (first, second), send, later)
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
