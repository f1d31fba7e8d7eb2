"""A page about two policies: what changes from one to the other, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from strikerules.language.scenario import Scenario
from strikerules.pages.basis import assumptions_section, cites_of, sources_section
from strikerules.pages.case import badge, regions_table, section
from strikerules.pages.figure import PolicyMap
from strikerules.pages.frame import frame_around
from strikerules.pages.law import policy_section
from strikerules.pages.layers import Ruled, area_words, focus, places_of
from strikerules.pages.markup import Html, code, joined, listed, prose, tag
from strikerules.pages.page import map_part, whole_page
from strikerules.pages.report import about
from strikerules.pages.words import LOOKS
from strikerules.sources.cited import Claims
from strikerules.views.differences import flow, inline
from strikerules.views.words import outcome_words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["change_map", "change_page"]

Json = Mapping[str, Any]
_OVER = (
    "Each part stands for cases of one kind, with their targets anywhere. Parts lie over one"
    " another where the same place is decided otherwise for several kinds; the table has them all."
)


def change_page(
    data: Json,
    regions: GeoDataFrame,
    policies: Sequence[Ruled],
    claims: Claims,
    *,
    given: Scenario | None = None,
    title: str | None = None,
) -> str:
    """Return a page about a difference.

    Parameters
    ----------
    data : mapping
        As `Diff.to_dict` gives it; geometry may be left out.
    regions : GeoDataFrame
        As `Diff.regions`, with the target anywhere.
    policies : sequence of Policy
        The two that were compared.
    claims : Claims
    given : Scenario, optional
        What both were compared for; its places are shown.
    title : str, optional

    Raises
    ------
    InvalidInput
        SR621 where Bokeh is missing.
    """
    heading = title or f"From {data['a']} to {data['b']}"
    sections: list[Html] = []
    maps: list[PolicyMap] = []
    if data["regions"]:
        sections.append(section("changes", "What changes", *_shifts(data)))
    if len(regions):
        maps.append(change_map(regions, policies, given))
        what = f"Where a strike is decided otherwise by {data['b']} than by {data['a']}"
        part = map_part(maps[0], "diff", what)
        found = regions_table(regions, "diff")
        sections.append(section("map", "Map", tag("p", _OVER), part, found))
    if data["regions"]:
        sections.append(section("examples", "Examples", _examples(data)))
    for number, policy in enumerate(policies, 1):
        sections.append(policy_section(policy.ruling, {}, ident=f"policy-{number}"))
    assumed = [a for region in data["regions"] for a in region["assumptions"]]
    sections.append(assumptions_section(assumed, policies))
    cites = [c for region in data["regions"] for s in region["sides"].values() for c in s["claims"]]
    rulings = [policy.ruling for policy in policies]
    cites += [c for ruling in rulings for c in cites_of(ruling)]
    sections.append(sources_section(cites, rulings, claims))
    contents = [
        *((("changes", "What changes"),) if data["regions"] else ()),
        *((("map", "Map"),) if maps else ()),
        *((("examples", "Examples"),) if data["regions"] else ()),
        *((f"policy-{n}", f"Policy: {p.title}") for n, p in enumerate(policies, 1)),
        ("assumptions", "Assumptions"), ("sources", "Sources"),
    ]  # fmt: skip
    names = f"{data['a']} and {data['b']}"
    return whole_page(heading, _lead(data), contents, sections, maps, about(names, _told(data)))


def change_map(
    regions: GeoDataFrame, policies: Sequence[Ruled], given: Scenario | None = None
) -> PolicyMap:
    """Return the map of a difference, around the zones of both policies and what is given."""
    places = places_of(policies[-1], given).values()
    held = [g for policy in policies for g in focus(policy, places)]
    frame = frame_around(held, close=True)
    return PolicyMap(policies[-1], given, regions, frame=frame, view=frame.view(held))


def _told(data: Json) -> dict[str, str]:
    """Return what both were compared under."""
    found = {k: f"{data[k]}" for k in ("given", "as_of") if data[k]}
    for key in ("readings", "set"):
        if data[key]:
            found[key] = ", ".join(f"{k}={v}" for k, v in data[key].items())
    return {k.replace("as_of", "as of"): v for k, v in found.items()}


def _lead(data: Json) -> Html:
    if data["equivalent"]:
        words = "Equivalent: no scenario is decided otherwise by one than by the other."
    elif data["equivalent"] is None:
        words = "Neither shown to be equivalent nor to differ: it was too much to work out."
    else:
        count = len(data["regions"])
        words = f"They differ: {count} {'kind' if count == 1 else 'kinds'} of cases."
    told = _told(data)
    under = "Compared under " + "; ".join(f"{k} {v}" for k, v in told.items()) + "."
    return joined([
        tag("p", words, class_="verdict"), tag("p", under) if told else None,
        *(tag("p", "Note: ", prose(n), class_="note") for n in data["notes"]),
    ])  # fmt: skip


def _shifts(data: Json) -> Iterator[Html]:
    for shift in data["shifts"]:
        after, before = (outcome_words(tuple(shift[k])) for k in ("to", "from"))
        kind = shift["to"][0] if len(shift["to"]) == 1 else "indeterminate"
        yield tag("h3", badge(kind, after), f" instead of {before}")
        if shift["area_km2"] is not None:
            yield tag("p", f"Targets in {area_words(shift['area_km2'])}, where:")
        yield listed(prose(line) for line in shift["all_of"] or ["anywhere"])


def _examples(data: Json) -> Html:
    return listed(joined(_example(data, region)) for region in data["regions"])


def _example(data: Json, region: Json) -> Iterator[str]:
    yield tag("strong", LOOKS[region["change"]].title)
    yield f", {flow(region)}: "
    if region["witness"] is None:
        yield "no scenario of it was found"
        return
    words = inline({k: v for k, v in region["witness"].items() if k != "scenario"})
    yield code(words) if words else "any scenario shows it"
    for key, before in (("a", ". "), ("b", "; ")):
        yield before
        yield code(data[key])
        yield ": " + (", ".join(region["sides"][key]["rules"]) or "no rule applies")
