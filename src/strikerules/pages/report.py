"""A report: decided scenarios with their maps, or two policies compared, as one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from strikerules import __version__
from strikerules.engine.decision import Decision
from strikerules.language.policy import Policy as PolicyText
from strikerules.language.policy import Ruling, questions_of
from strikerules.language.scenario import Scenario
from strikerules.pages.case import (
    ASSUMED,
    Case,
    badge,
    case_head,
    case_parts,
    case_section,
    section,
)
from strikerules.pages.figure import PolicyMap
from strikerules.pages.frame import frame_around
from strikerules.pages.law import policy_section, standings
from strikerules.pages.layers import Ruled, focus, places_of
from strikerules.pages.markup import Html, code, joined, listed, table, tag
from strikerules.pages.page import map_part, whole_page
from strikerules.sources.cited import Claims
from strikerules.views.outline import verdict

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from strikerules.pages.frame import LocalFrame

__all__ = ["cases_page", "sources_section"]

#: Beyond so many maps a page says no more about regions: it would not be read, nor stay small.
_MOST_MAPS = 12


class _Decides(Ruled, Protocol):
    """A policy that also decides."""

    def check(self, scenario: Scenario) -> Decision:
        """Decide a scenario."""


def cases_page(
    policy: _Decides,
    scenarios: Sequence[Scenario],
    claims: Claims,
    *,
    title: str | None = None,
    about: Mapping[str, str] | None = None,
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
    about : mapping, optional
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
    frame = frame_around(held)
    mapped = [
        Case(c.scenario, c.decision, _regions(policy, c.scenario, frame)) if i < _MOST_MAPS else c
        for i, c in enumerate(decided)
    ]
    maps: list[PolicyMap] = []
    sections: list[Html] = []
    contents: list[tuple[str, Html | str]] = []
    several = len(mapped) > 1
    for number, case in enumerate(mapped, 1):
        ident = f"case-{number}"
        part = None
        if number <= _MOST_MAPS:
            maps.append(
                PolicyMap(
                    policy, case.scenario, case.regions, frame=frame,
                    shared=maps[0] if maps else None,
                )
            )  # fmt: skip
            part = map_part(maps[-1], ident, _map_title(policy, case))
        if several:
            sections.append(case_section(case, ident, part))
            contents.append((ident, _entry(case)))
        else:
            for title_of, found in case_parts(case, ident, part, 2):
                if title_of == ASSUMED:
                    continue  # the page says it at length
                sections.append(found)
                contents.append((found.partition('id="')[2].partition("-title")[0], title_of))
    decisions = [c.decision for c in mapped]
    sections.append(policy_section(policy.ruling, standings(decisions), several=several))
    sections.append(_assumptions(decisions, policy))
    cites = [c.claim for d in decisions for c in d.citations]
    sections.append(sources_section([*cites, *_cites_of(policy.ruling)], policy.ruling, claims))
    contents += [("policy", "The policy"), ("assumptions", "Assumptions"), ("sources", "Sources")]
    first = mapped[0].decision
    if several:
        heading, lead = f"{len(mapped)} scenarios: {policy.title}", _summary(mapped)
    else:
        heading = first.title or first.scenario
        name = tag("p", code(first.scenario)) if first.title else None
        lead = joined([name, case_head(first)])
    return whole_page(title or heading, lead, contents, sections, maps, _about(policy, about))


def _regions(policy: Any, scenario: Scenario, frame: LocalFrame) -> GeoDataFrame | None:
    """Return the parts of the map around a frame, where the policy tells them."""
    if not hasattr(policy, "regions"):
        return None
    west, south, east, north = frame.box
    west, east = (west + 180) % 360 - 180, (east + 180) % 360 - 180
    found: GeoDataFrame = policy.regions(scenario, within=(west, south, east, north))
    return found


def _map_title(policy: Ruled, case: Case) -> str:
    name = case.decision.title or case.decision.scenario
    return f"Where a target would be decided how, all else as in {name}, by {policy.name}"


def _entry(case: Case) -> Html:
    decision = case.decision
    return joined([decision.title or decision.scenario, " ",
                   badge(decision.decision, verdict(decision).lower())])  # fmt: skip


def _summary(cases: Sequence[Case]) -> Html:
    counts: dict[str, int] = {}
    for case in cases:
        counts[verdict(case.decision).lower()] = counts.get(verdict(case.decision).lower(), 0) + 1
    words = ", ".join(f"{n} {word}" for word, n in counts.items())
    left = len(cases) - _MOST_MAPS
    more = f" Maps are shown for the first {_MOST_MAPS}." if left > 0 else ""
    return tag("p", f"{len(cases)} scenarios: {words}.{more}")


def _about(policy: Ruled, about: Mapping[str, str] | None) -> dict[str, str]:
    return {
        "policy": policy.name,
        **(about or {}),
        "made by": f"strikerules {__version__}",
        "outlines": "Natural Earth (public domain)",
        "towns": "GeoNames (CC BY 4.0)",
    }


def _assumptions(decisions: Sequence[Decision], policy: Ruled) -> Html:
    """What nobody published and some answer leans on, each in words."""
    names = dict.fromkeys(a for d in decisions for a in d.assumptions)
    if not names:
        return section("assumptions", "Assumptions", tag("p", "No answer leans on any."))
    register = policy.atlas.register
    rulings = [policy.ruling, *getattr(policy.ruling, "policies", ())]
    figures = {n: f for r in rulings for n, f in r.parameters.items()}
    items = []
    for name in names:
        words: list[str | None] = [code(name)]
        if name in register:
            zone = register.get(name)
            words += [": ", zone.title, f". {zone.note}" if zone.note else None]
        elif name in figures:
            figure = figures[name]
            unit = f" {figure.unit}" if figure.unit else ""
            words += [f": {figure.value:g}{unit}" if isinstance(figure.value, float)
                      else f": {figure.value}{unit}",
                      f", {figure.note}" if figure.note else None]  # fmt: skip
        items.append(joined(words))
    return section("assumptions", "Assumptions",
                   tag("p", "Answers on this page lean on what nobody published:"),
                   listed(items))  # fmt: skip


def _cites_of(ruling: Ruling) -> Iterator[str]:
    """Yield every claim that the text of a policy names."""
    yield from ruling.cites
    for question in questions_of(ruling).values():
        yield from question.cites
        for reading in question.readings.values():
            yield from reading.cites
    for entry in getattr(ruling, "entries", ()):
        yield from entry.cites
    policies = [ruling] if isinstance(ruling, PolicyText) else ruling.policies
    for policy in policies:
        yield from policy.cites
        yield from policy.otherwise.cites
        for rule in policy.rules:
            yield from rule.cites
            yield from _in(rule.when)
        for condition in policy.definitions.values():
            yield from _in(condition)
        if policy.scope is not None:
            yield from _in(policy.scope)
    for figure in ruling.parameters.values():
        yield from figure.cites


def _in(condition: Any) -> Iterator[str]:
    yield from condition.cites
    for part in getattr(condition, "parts", ()):
        yield from _in(part)
    if hasattr(condition, "part"):
        yield from _in(condition.part)


def sources_section(cites: Iterable[str], ruling: Ruling, claims: Claims) -> Html:
    """Return the claims that a page cites, source by source."""
    rulings = (ruling, *getattr(ruling, "policies", ()))
    among = list(dict.fromkeys(s for r in rulings for s in r.sources))
    found: dict[str, list[Any]] = {}
    lost = []
    for ref in sorted(dict.fromkeys(cites)):
        claim = claims.find(ref, among)
        if claim is None:
            lost.append(ref)
        else:
            rows = found.setdefault(claim.source, [])
            if claim not in rows:
                rows.append(claim)
    parts: list[Html] = []
    for source, rows in found.items():
        head = claims.head(source) or {}
        words = [f"“{head.get('title', source)}”", head.get("outlet"), head.get("author")]
        day = f", {head['date']}" if head.get("date") else ""
        parts.append(tag("p", ", ".join(str(w) for w in words if w) + day, " ", code(source)))
        parts.append(
            table(
                "Claims in the project's own words",
                ["claim", "paragraph", "who says it", "how firmly", "what it says"],
                [[c.id, str(c.paragraph), c.speaker, c.firmness, c.text] for c in rows],
                [{"id": f"claim-{c.id}"} for c in rows],
            )
        )
    if lost:
        parts.append(tag("p", "Cited, and not in the register: ",
                         joined((tag("span", code(r), id=f"claim-{r.rpartition('/')[2]}")
                                 for r in lost), ", ")))  # fmt: skip
    if not parts:
        parts.append(tag("p", "The policy names no source."))
    return section("sources", "Sources", *parts)
