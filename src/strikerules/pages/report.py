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
from strikerules.pages.page import map_part, whole_page
from strikerules.sources.cited import Claims
from strikerules.views.outline import verdict

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from strikerules.pages.frame import LocalFrame

__all__ = ["Decides", "about", "cases_page", "scenario_map"]

#: So much of a page may be scenarios and maps, beside the library that draws them; scenarios for
#: which there is no room have no map.
_MOST_BYTES = 1_450_000


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
    held = [
        geometry for s in scenarios for geometry in focus(policy, places_of(policy, s).values())
    ]
    frame = frame_around(held, close=True)
    maps: list[PolicyMap] = []
    sections: list[Html] = []
    contents: list[tuple[str, Html | str]] = []
    several = len(decided) > 1
    # what the text alone takes is known only when it is written
    left = _MOST_BYTES - sum(len(case_section(case, "case", None)) for case in decided)
    for number, plain in enumerate(decided, 1):
        ident, case, part = f"case-{number}", plain, None
        if left > 0:
            regions = _regions(policy, plain.scenario, frame)
            case = Case(plain.scenario, plain.decision, regions)
            shown = PolicyMap(
                policy, case.scenario, regions, frame=frame, shared=maps[0] if maps else None
            )
            part = map_part(shown, ident, _map_title(policy, case))
            left -= len(part) + _size(shown)
            if left > 0 or not maps:
                maps.append(shown)
            else:
                case, part = plain, None
        if several:
            sections.append(case_section(case, ident, part))
            contents.append((ident, _entry(case)))
            continue
        for ident_of, words, html in case_parts(case, ident, part, 2):
            if words != ASSUMED:  # the page says it at length
                sections.append(html)
                contents.append((ident_of, words))
    decisions = [c.decision for c in decided]
    sections.append(policy_section(policy.ruling, standings(decisions), several=several))
    assumed = [a for d in decisions for a in d.assumptions]
    sections.append(assumptions_section(assumed, [policy]))
    cites = [c.claim for d in decisions for c in d.citations]
    sections.append(sources_section([*cites, *cites_of(policy.ruling)], [policy.ruling], claims))
    contents += [("policy", "The policy"), ("assumptions", "Assumptions"), ("sources", "Sources")]
    first = decided[0].decision
    if several:
        heading, lead = f"{len(decided)} scenarios: {policy.title}", _summary(decided, len(maps))
    else:
        heading = first.title or first.scenario
        name = tag("p", code(first.scenario)) if first.title else None
        lead = joined([name, case_head(first)])
    return whole_page(title or heading, lead, contents, sections, maps, about(policy.name, more))


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
