"""A difference held against all worlds: every claim that it makes, checked one by one."""

from __future__ import annotations

from collections.abc import Mapping
from pprint import pformat
from typing import Any

from tests.reference.evaluator import LOCATIONS, RECORDS

from .conditions import covers, holds
from .pairs import Pair
from .worlds import LEFT_OUT, World, Worlds


def mistakes(diff: Any, worlds: Worlds) -> list[str]:
    """Return what a difference says that is not so in the worlds of two policies, in words."""
    notes = "\n".join(diff.notes)
    unlooked = {path for path in RECORDS if f"`{path}` is compared as scenarios give it" in notes}
    if not worlds.unlooked <= unlooked <= worlds.mixed:
        return [f"of records {worlds.unlooked} can't be looked at, it says {unlooked}"]
    found = [w for w in worlds if not any(w.facts.get(p) == LEFT_OUT for p in unlooked)]
    changed = [w for w in found if w.changed]
    wrong = []
    if diff.equivalent is None and not (unlooked and not changed):
        return ["it was given up"]
    if changed and diff.equivalent:
        wrong.append(f"not equivalent in {changed[0].facts}, {changed[0].drawn}")
    if not changed and diff.equivalent is False and not worlds.sampled:
        wrong.append("equivalent in all worlds")
    inside: dict[int, list[World]] = {n: [] for n in range(len(diff))}
    for world in found:
        where = [n for n, r in enumerate(diff) if holds(r.condition, world.facts, diff.zones)]
        for n in where:
            inside[n].append(world)
        if len(where) != world.changed:
            wrong.append(f"changed: {world.changed}, in regions {where}: {world.facts}")
        elif where and [*diff][where[0]].drawn != world.drawn:
            wrong.append(f"{world.drawn} in region {where[0]}: {world.facts}")
    for n, region in enumerate(diff):
        wrong += _of_region(n, region, inside[n], found, worlds)
    return [*wrong, *_of_shifts(diff, changed, worlds)]


def _of_region(
    n: int, region: Any, inside: list[World], found: list[World], worlds: Worlds
) -> list[str]:
    wrong = []
    asked = frozenset[str]().union(*(w.questions for w in inside))
    if not inside and not worlds.sampled:
        wrong.append(f"region {n} is empty: {region.condition}")
    elif not set(region.questions) >= asked or (
        set(region.questions) != asked and not worlds.sampled
    ):
        wrong.append(f"region {n} hangs on {sorted(asked)}, not {region.questions}")
    if region.place in LOCATIONS and region.place in worlds.named:
        here = {w.facts[region.place] for w in inside}
        anywhere = {w.facts[region.place] for w in found}
        # of points on edges, where regions meet, and of no distance only the condition tells
        places = [worlds.given[path] for path in LOCATIONS if path in worlds.given]
        ends = {(place["lon"], place["lat"]) for place in places if "lon" in place}
        for point in filter(_in_a_cell, anywhere - ends):
            if covers(region.geometry, point) != (point in here) and (
                point in here or not worlds.sampled
            ):
                wrong.append(f"region {n} has {point}: {point in here}, its geometry not so")
    return wrong


def _in_a_cell(point: tuple[float, float]) -> bool:
    return all(x % 1 == 0.5 for x in point)


def _of_shifts(diff: Any, changed: list[World], worlds: Worlds) -> list[str]:
    """Check what takes the place of what, reading by reading."""
    wrong = []
    seen: set[Any] = set()
    kinds = [(s.from_, s.to) for s in diff.shifts]
    for world in changed:
        seen |= {s for s in world.singles.values() if s[0] != s[1]}
        for choice, single in world.singles.items():
            readings = {worlds.name_of(q): r for q, r in choice}
            here = [
                (s.from_, s.to) for s in diff.shifts
                if holds(s.to_dict()["condition"], world.facts, diff.zones, readings)
            ]  # fmt: skip
            if here != ([single] if single[0] != single[1] else []):
                wrong.append(f"shift {single}, said {here}: {world.facts}, {readings}")
    if len(kinds) != len(set(kinds)) or not (
        seen <= set(kinds) if worlds.sampled else seen == set(kinds)
    ):
        wrong.append(f"shifts {kinds}, found {sorted(seen)}")
    for shift in diff.shifts:
        single = (shift.from_, shift.to)
        here = {w.drawn for w in changed if single in w.singles.values()}
        named = {r.drawn for r in shift.regions}
        if not here <= named or (here != named and not worlds.sampled):
            wrong.append(f"shift {single} is in {sorted(here)}, not {sorted(named)}")
    return wrong


def told(pair: Pair, wrong: list[str], seed: int | None = None, **more: Any) -> str:
    """Return mistakes in words, with the pair."""
    lines = [f"seed {seed}: {', '.join(pair.changes)}", *wrong[:8]]
    return "\n".join(
        [*lines, *(f"{k}: {v}" for k, v in more.items()), pformat(plain(pair), width=110)]
    )


def plain(pair: Pair) -> dict[str, Any]:
    """Return two policies without what they do not use, and the second as it differs."""
    keep: Mapping[str, Any] = {k: v for k, v in pair.b.items() if pair.a.get(k) != v}
    return {"a": pair.a, "b": {**keep, "(same)": sorted(pair.a.keys() - keep.keys())}}
