"""A decided scenario as a section of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from strikerules.engine.decision import Decision
from strikerules.language.locations import Location, location_data
from strikerules.language.scenario import Scenario
from strikerules.language.values import written
from strikerules.pages.layers import area_words, rows_of
from strikerules.pages.markup import Html, code, joined, listed, prose, table, tag
from strikerules.pages.words import LOOKS, region_reasons, region_words
from strikerules.views.outline import (
    Line,
    hangs_on,
    headline,
    next_answers,
    next_words,
    outcome_words,
    settling_words,
    verdict,
    why,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = [
    "ASSUMED", "Case", "badge", "case_head", "case_parts", "case_section", "cited",
    "regions_table", "section",
]  # fmt: skip

_MOST_ROWS, _FIRST = 100, 6
#: The title of the part that a page of one scenario has at its end instead.
ASSUMED = "What it assumes"
_MARKS = {"yes": "yes", "no": "no", "open": "open", "depends": "depends on how it is read"}


class Case(Struct, frozen=True):
    """A scenario, what was decided of it, and the parts of the map around it."""

    scenario: Scenario
    decision: Decision
    regions: GeoDataFrame | None = None


def section(ident: str, title: str, *content: str | None, level: int = 2) -> Html:
    """Return a part of a page with its heading, which names it for screen readers."""
    heading = tag(f"h{level}", title, id=f"{ident}-title")
    return tag("section", heading, *content, id=ident, aria_labelledby=f"{ident}-title")


def badge(outcome: str, words: str) -> Html:
    """Return an outcome or a rule's standing in its colour."""
    return tag("strong", words, class_=f"badge {outcome.replace('_', '-')}")


def cited(claims: Iterable[str]) -> Html | None:
    """Return claims as links to where the page has their words."""
    found = list(dict.fromkeys(claims))
    if not found:
        return None
    links = (tag("a", claim, href=f"#claim-{claim.rpartition('/')[2]}") for claim in found)
    return tag("span", "[", joined(links, ", "), "]", class_="claims")


def case_parts(
    case: Case, ident: str, maps: Html | None, level: int
) -> list[tuple[str, str, Html]]:
    """Return all that a page says of one scenario, part by part, each with its id and title.

    Parameters
    ----------
    case : Case
    ident : str
        What the ids in it begin with.
    maps : Html, optional
        The map, interactive and drawn.
    level : int
        Of the headings.
    """
    decision = case.decision
    found: list[tuple[str, str, Html]] = []

    def part(name: str, title: str, *content: str | None) -> None:
        if any(content):
            whole = f"{ident}-{name}"
            found.append((whole, title, section(whole, title, *content, level=level)))

    part("hangs-on", "What it hangs on", _hanging(decision))
    part("given", "The scenario", tag("p", case.scenario.text) if case.scenario.text else None,
         _given(case.scenario))  # fmt: skip
    part("map", "Map", maps, regions_table(case.regions, ident) if maps else None)
    part("why", "Why", _tree(list(why(decision, full=True))))
    part("readings", "Under each reading", *_readings(decision))
    part("settle", "What would settle it", *_settling(decision))
    part("assumed", ASSUMED, *_assumed(decision))
    part("claims", "Claims it rests on", tag("p", cited(c.claim for c in decision.citations))
         if decision.citations else None)  # fmt: skip
    return found


def case_head(decision: Decision) -> Html:
    """Return the verdict, and what else a reader should know."""
    on = decision.depends_on.names
    hangs = joined(["; it hangs on ", joined(map(code, on), ", ")]) if on else None
    return joined([
        tag("p", badge(decision.decision, verdict(decision)), " ", prose(headline(decision)),
            hangs, class_="verdict"),
        *(tag("p", "Note: ", prose(n), class_="note") for n in decision.notes),
        *(tag("p", "Warning: ", prose(w.message), class_="note") for w in decision.warnings),
    ])  # fmt: skip


def case_section(case: Case, ident: str, maps: Html | None) -> Html:
    """Return a scenario as one section, for a page of several."""
    decision = case.decision
    name = tag("span", code(decision.scenario), class_="name")
    title = joined([decision.title or decision.scenario, " ", name if decision.title else None])
    parts = (part for _, _, part in case_parts(case, ident, maps, 3))
    found = section(ident, title, case_head(decision), *parts)
    return Html(found.replace("<section ", '<section class="case" ', 1))


def _given(scenario: Scenario) -> Html:
    rows: list[list[str]] = [
        [code(name), written(value)] for name, value in scenario.values.items()
    ]
    for path, location in scenario.locations.items():
        rows.append([code(path), _place(location)])
    rows += [[code(name), "not known"] for name in sorted(scenario.withheld)]
    if not rows:
        return tag("p", "Nothing is given.")
    return table("What the scenario gives; all else is unknown", ["fact", "value"], rows)


def _place(location: Location) -> str:
    words = location_data(location)
    if "type" in words:
        return f"somewhere in a {words['type'].lower()} of its own"
    return ", ".join(f"{key} {value}" for key, value in words.items())


def _hanging(decision: Decision) -> Html | None:
    things = list(hangs_on(decision))
    if not things:
        return None
    return listed(joined([code(name), ": ", kind]) for name, kind in things)


def _readings(decision: Decision) -> list[Html | None]:
    if not decision.readings:
        return []
    names = [name for name, _ in decision.readings[0].choose]
    rows = [
        [*(reading for _, reading in row.choose), _outcome(row.possible)]
        for row in decision.readings[:_MOST_ROWS]
    ]
    left = len(decision.readings) - _MOST_ROWS
    caption = "What is possible under each reading of the open questions"
    return [
        table(caption, [*names, "outcome"], rows),
        tag("p", f"… and {left} more combinations") if left > 0 else None,
    ]


def _outcome(possible: Sequence[str]) -> Html:
    kind = possible[0] if len(possible) == 1 else "indeterminate"
    return badge(kind, outcome_words(tuple(possible)))


def _settling(decision: Decision) -> list[Html | None]:
    if decision.settled:
        return []
    ways = [settling_words(s) for s in decision.settled_by]
    first, more, left = ways[:_FIRST], ways[_FIRST:_MOST_ROWS], len(ways) - _MOST_ROWS
    found: list[Html | None] = [
        listed(first) if ways else tag("p", "No set of answers was found that would.")
    ]
    if more:
        rest = tag("p", f"… and {left} more") if left > 0 else None
        summary = tag("summary", f"{len(ways) - _FIRST} more ways")
        found.append(tag("details", summary, listed(more), rest))
    if decision.ask_next is not None:
        found.append(tag("p", "Ask first: ", prose(next_words(decision.ask_next))))
        found.append(listed(next_answers(decision.ask_next)))
    return found


def _assumed(decision: Decision) -> list[Html | None]:
    if not decision.assumptions:
        return []
    return [
        tag("p", "It leans on zones and figures that nobody published:"),
        listed(map(code, decision.assumptions)),
    ]


def _tree(lines: Sequence[Line]) -> Html:
    """Return an explanation as lists in lists; what has parts can be closed."""
    return tag("ul", joined(_branches(lines, 0)), class_="tree")


def _branches(lines: Sequence[Line], depth: int) -> Iterator[Html]:
    starts = [i for i, line in enumerate(lines) if line.depth <= depth]
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        line, inner = lines[start], lines[start + 1 : stop]
        if inner:
            below = tag("ul", joined(_branches(inner, depth + 1)))
            opened = depth == 0 and line.mark != "no"
            yield tag("li", tag("details", tag("summary", _step(line)), below, open=opened))
        else:
            yield tag("li", _step(line), class_="leaf")


def _step(line: Line) -> Html:
    mark = tag("span", _MARKS[line.mark], class_=f"mark {line.mark}") if line.mark else None
    text = tag("strong", prose(line.text)) if line.kind == "rule" else prose(line.text)
    return joined(
        piece
        for piece in (
            mark, " " if mark else None, text,
            tag("em", " (assumed)") if line.assumed else None,
            joined([": ", prose(line.evidence)]) if line.evidence else None,
            " " if line.citations else None, cited(line.citations),
        )
    )  # fmt: skip


def regions_table(found: GeoDataFrame | None, ident: str) -> Html | None:
    """Return the parts of a map as a table, the same that the map shows."""
    if found is None:
        return None
    rows, attributes = [], []
    for number, row in enumerate(rows_of(found)):
        kind = row["change"] if "change" in row else row["decision"]
        rows.append(
            [
                tag("span", str(number + 1), class_="number"),
                badge(kind, LOOKS[kind].title),
                joined([tag("span", region_words(row), class_="words"),
                        listed(map(prose, region_reasons(row)))]),
                joined([cited(row.get("citations") or ()) or "none"]),
                area_words(row.get("area_km2")),
            ]
        )  # fmt: skip
        attributes.append({"data_row": str(number), "data_kind": kind})
    heads = ["part", "decision", "why", "claims", "area"]
    caption = "What the map shows, part by part; areas as far as the map reaches"
    return table(
        caption, heads, rows, attributes,
        id=f"{ident}-regions", class_="regions", data_map=f"{ident}-canvas",
    )  # fmt: skip
