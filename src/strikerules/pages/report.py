"""A report: decided scenarios with their maps, or two policies compared, as one page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from strikerules import __version__
from strikerules.engine.decision import Decision
from strikerules.language.scenario import Scenario
from strikerules.pages.basis import assumptions_section, cites_of, sources_section
from strikerules.pages.case import (
    ASSUMED,
    Case,
    badge,
    case_head,
    case_parts,
    case_section,
)
from strikerules.pages.figure import PolicyMap
from strikerules.pages.frame import frame_around
from strikerules.pages.law import policy_section, standings
from strikerules.pages.layers import Ruled, focus, places_of
from strikerules.pages.markup import Html, code, joined, tag
from strikerules.pages.page import library_bytes, map_part, whole_page
from strikerules.sources.cited import Claims
from strikerules.views.outline import verdict

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from strikerules.pages.frame import LocalFrame

__all__ = ["Decides", "about", "cases_page", "scenario_map"]

#: A page is held under this; scenarios for which there is no room have no map.
_MOST_BYTES = 2_950_000
#: For what is not counted: the style, the contents, what is written in more bytes than letters.
_SPARE = 60_000


class Decides(Ruled, Protocol):
    """A policy that also decides."""

    def check(self, scenario: Scenario) -> Decision:
        """Decide a scenario."""

    def regions(
        self, scenario: Scenario, *, within: tuple[float, float, float, float]
    ) -> GeoDataFrame:
        """Return the parts of the map by decision."""


def cases_page(
    policy: Decides,
    scenarios: Sequence[Scenario],
    claims: Claims,
    *,
    title: str | None = None,
    more: Mapping[str, str] | None = None,
) -> str:
    """Return a page about scenarios.

    Parameters
    ----------
    policy : Policy
        What decides them.
    scenarios : sequence of Scenario
        One or more.
    claims : Claims
        Where the words of what is cited are found.
    title : str, optional
    more : mapping, optional
        What else the page was made from: readings, parameters, a day.

    Raises
    ------
    InvalidInput
        SR621 where Bokeh is missing; the scenarios name what there is not.
    """
    decided = [Case(s, policy.check(s)) for s in scenarios]
    decisions = [case.decision for case in decided]
    several = len(decided) > 1
    basis = _basis(policy, decisions, claims, several)
    # what the text takes is known only when it is written
    texts = (case_section(case, "case", None) for case in decided)
    room = _MOST_BYTES - library_bytes() - _SPARE - sum(map(len, basis)) - sum(map(len, texts))
    cases, maps = _mapped(policy, decided, room)
    sections: list[Html] = []
    contents: list[tuple[str, Html | str]] = []
    for number, (case, part) in enumerate(cases, 1):
        ident = f"case-{number}"
        if several:
            sections.append(case_section(case, ident, part))
            contents.append((ident, _entry(case)))
            continue
        for name, words, html in case_parts(case, ident, part, 2):
            if words != ASSUMED:  # the page says it at length
                sections.append(html)
                contents.append((name, words))
    contents += [("policy", "The policy"), ("assumptions", "Assumptions"), ("sources", "Sources")]
    first = decisions[0]
    if several:
        heading, lead = f"{len(decided)} scenarios: {policy.title}", _summary(decided, len(maps))
    else:
        heading = first.title or first.scenario
        lead = joined([tag("p", code(first.scenario)) if first.title else None, case_head(first)])
    foot = about(policy.name, more)
    return whole_page(title or heading, lead, contents, [*sections, *basis], maps, foot)


def _basis(
    policy: Ruled, decisions: Sequence[Decision], claims: Claims, several: bool
) -> list[Html]:
    """Return the sections that are there once: the policy, what is assumed, the sources."""
    cites = [*(c.claim for d in decisions for c in d.citations), *cites_of(policy.ruling)]
    return [
        policy_section(policy.ruling, standings(decisions), several=several),
        assumptions_section([a for d in decisions for a in d.assumptions], [policy]),
        sources_section(cites, [policy.ruling], claims),
    ]


def _mapped(
    policy: Decides, decided: Sequence[Case], room: int
) -> tuple[list[tuple[Case, Html | None]], list[PolicyMap]]:
    """Return the scenarios with the parts of their maps, as long as there is room for maps.

    The first has one in any case.
    """
    around = [focus(policy, places_of(policy, case.scenario).values()) for case in decided]
    frame = frame_around([geometry for held in around for geometry in held], close=True)
    found: list[tuple[Case, Html | None]] = []
    maps: list[PolicyMap] = []
    for number, (case, held) in enumerate(zip(decided, around, strict=True), 1):
        part = None
        if room > 0:
            near = frame_around(held, close=True)
            regions = _regions(policy, case.scenario, near)
            shown = PolicyMap(
                policy, case.scenario, regions, frame=frame, view=frame.view(held),
                shared=maps[0] if maps else None,
            )  # fmt: skip
            drawn = map_part(shown, f"case-{number}", _map_title(policy, case))
            room -= len(drawn) + _size(shown)
            if room > 0 or not maps:
                maps.append(shown)
                case, part = Case(case.scenario, case.decision, regions), drawn
        found.append((case, part))
    return found, maps


def _size(shown: PolicyMap) -> int:
    """Return about how many bytes of a page the data of a map take."""
    own = [s for n, s in shown.sources.items()
           if shown.shared is None or shown.shared.sources.get(n) is not s]  # fmt: skip
    return sum(len(json.dumps(dict(source.data))) for source in own) + 40_000


def scenario_map(policy: Decides, scenario: Scenario) -> tuple[PolicyMap, GeoDataFrame]:
    """Return the map of one scenario, and its parts as a table."""
    frame = frame_around(focus(policy, places_of(policy, scenario).values()), close=True)
    regions = _regions(policy, scenario, frame)
    return PolicyMap(policy, scenario, regions, frame=frame), regions


def _regions(policy: Decides, scenario: Scenario, frame: LocalFrame) -> GeoDataFrame:
    """Return the parts of the map around a frame."""
    west, south, east, north = frame.box
    west, east = (west + 180) % 360 - 180, (east + 180) % 360 - 180
    return policy.regions(scenario, within=(west, south, east, north))


def _map_title(policy: Ruled, case: Case) -> str:
    name = case.decision.title or case.decision.scenario
    return f"Where a target would be decided how, all else as in {name}, by {policy.name}"


def _entry(case: Case) -> Html:
    decision = case.decision
    return joined([decision.title or decision.scenario, " ",
                   badge(decision.decision, verdict(decision).lower())])  # fmt: skip


def _summary(cases: Sequence[Case], maps: int) -> Html:
    counts: dict[str, int] = {}
    for case in cases:
        counts[verdict(case.decision).lower()] = counts.get(verdict(case.decision).lower(), 0) + 1
    words = ", ".join(f"{n} {word}" for word, n in counts.items())
    more = f" Maps are shown for the first {maps}." if maps < len(cases) else ""
    return tag("p", f"{len(cases)} scenarios: {words}.{more}")


def about(policy: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what a page was made from, for its foot."""
    return {
        "policy": policy,
        **(more or {}),
        "made by": f"strikerules {__version__}",
        "outlines": "Natural Earth (public domain)",
        "towns": "GeoNames (CC BY 4.0)",
    }
