"""One page that opens anywhere: everything in one file, and nothing that asks a network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from strikerules import __version__
from strikerules.pages.drawing import drawing
from strikerules.pages.figure import TITLES, PolicyMap
from strikerules.pages.library import ensure_bokeh
from strikerules.pages.markup import Html, joined, tag

__all__ = ["BOUNDS", "library_bytes", "map_part", "whole_page"]

#: What every page says of itself, first and last.
BOUNDS = (
    "This is a reading of one policy, not a finding of law. The scenarios are invented. Zones and"
    " figures that are marked assumed were published by nobody; they are illustrations."
)
_HINT = "Choose a part of the map, or of the table below it, to read what is decided there."
_EDGES = (
    "Zones are drawn as they are in the register. Within a few kilometres of an edge, as far as"
    " the edge is not exact, a check of a single place leaves it open."
)


@cache
def _library() -> str:
    """The part of Bokeh that maps need, as one script."""
    ensure_bokeh()
    from bokeh.resources import Resources

    return "\n".join(Resources(mode="inline", components=["bokeh"]).js_raw)


def library_bytes() -> int:
    """Return how much of a page is the library that draws its maps."""
    return len(_library().encode())


@cache
def _own(name: str) -> str:
    return (files("strikerules.pages") / name).read_text(encoding="utf-8")


def map_part(shown: PolicyMap, ident: str, title: str) -> Html:
    """Return the place of an interactive map in a page, and the drawing for paper.

    Parameters
    ----------
    shown : PolicyMap
        Takes the name that the page finds it by.
    ident : str
        The same as the table of its regions has it, ``-canvas`` added.
    title : str
        What a screen reader says of it.
    """
    name = f"{ident}-canvas"
    shown.figure.name = name
    for layer, drawn in shown.renderers.items():
        for one in drawn:
            one.tags = [layer]
    columns = {layer: dict(source.data) for layer, source in shown.sources.items()}
    live = tag(
        "div",
        tag("div", id=name, class_="canvas", role="group",
            aria_label=f"{title}: a map for the pointer; the table after it says the same"),
        tag("div", id=f"{name}-layers", class_="layers", role="group",
            aria_label="Layers of the map"),
        tag("output", _HINT, id=f"{name}-said", class_="said", data_hint=_HINT,
            aria_live="polite"),
        id=f"{name}-live", class_="live",
    )  # fmt: skip
    svg = drawing(shown.view, columns, title, name=ident)
    return tag("figure", live, tag("div", svg, class_="drawn"),
               tag("figcaption", _EDGES, class_="note"))  # fmt: skip


def _embedded(maps: Sequence[PolicyMap]) -> dict[str, Any]:
    """Return the maps as BokehJS takes them."""
    from bokeh.core.json_encoder import serialize_json
    from bokeh.document import Document

    document = Document()
    for shown in maps:
        document.add_root(shown.figure)
    roots = {shown.figure.id: shown.figure.name for shown in maps}
    found = {
        "docs": {"maps": json.loads(serialize_json(document.to_json()))},
        "items": [{"docid": "maps", "roots": roots, "root_ids": list(roots)}],
        "titles": dict(TITLES),
    }
    document.clear()
    return found


def _data(value: Any) -> Html:
    """Return JSON that no text in it can break out of."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark, written in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"),
                          ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):  # fmt: skip
        text = text.replace(mark, written)
    return Html(f'<script type="application/json" id="maps">{text}</script>')


def _digest(script: str) -> str:
    found = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(found).decode()}'"


def whole_page(
    title: str,
    lead: Html,
    contents: Sequence[tuple[str, Html | str]],
    sections: Sequence[Html],
    maps: Sequence[PolicyMap],
    about: Mapping[str, str],
) -> str:
    """Return a page.

    Parameters
    ----------
    title : str
    lead : Html
        What stands below the title.
    contents : sequence of tuple
        For the table of contents: the id of a section, and its title.
    sections : sequence of Html
    maps : sequence of PolicyMap
        Those that `map_part` made places for.
    about : mapping
        What the page was made from, for its foot.

    Notes
    -----
    The page forbids itself to load or to send anything (Content-Security-Policy), and to run any
    script but the three that are written here, by their digests.
    """
    scripts = [_library(), _own("page.js")] if maps else []
    allowed = " ".join(map(_digest, scripts)) or "'none'"
    # what the map does by itself is written in the map's data, which Bokeh makes functions of
    made = " 'unsafe-eval'" if maps else ""
    policy = (
        f"default-src 'none'; script-src {allowed}{made};"
        " style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    links = (tag("li", tag("a", words, href=f"#{ident}")) for ident, words in contents)
    head = tag(
        "head", tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="generator", content=f"strikerules {__version__}"),
        tag("title", title), Html(f"<style>{_own('page.css')}</style>"),
    )  # fmt: skip
    foot = [tag("p", BOUNDS), tag("p", joined((f"{k}: {v}" for k, v in about.items()), "; "), ".")]
    body = tag(
        "body",
        tag("a", "Skip to the content", href="#content", class_="skip"),
        tag("header", tag("h1", title), lead, tag("p", BOUNDS, class_="bounds")),
        tag("nav", tag("h2", "Contents", id="contents"), tag("ol", joined(links)),
            aria_labelledby="contents"),
        tag("main", *sections, id="content", tabindex="-1"),
        tag("footer", *foot),
        _data(_embedded(maps)) if maps else None,
        *(Html(f"<script>{script}</script>") for script in scripts),
        class_="no-script",
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"
