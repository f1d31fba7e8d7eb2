"""The reference evaluator: every possible world, one by one, and nothing clever.

It takes plain mappings and imports nothing of the package that it judges. A place that is not
exactly known is one of the centres of the grid's cells that it covers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .grid import (
    AROUND,
    CELLS,
    ELSEWHERE,
    Point,
    adjoin,
    cells,
    centre,
    inside,
    kilometres,
    touches,
)
from .one_world import Json, Law, conditions_of, evaluate, figure_of, tests_of

ORDER = ("permitted", "prohibited", "not_governed")
LOCATIONS = ("target.location", "launch.location")
DISTANCE, RANGE, DEPTH = "strike.distance_km", "weapon.max_range_km", "target.depth_km"
RECORDS = {"area.designated": "designated", "area.communicated": "communicated"}
FILLED = ("made_in", "kind", "max_range_km", "us_parts")
OTHER = "(another)"
NOTHING = Law({"policy": "", "scope": False}, {}, {}, {})
MOST_WORLDS = 3000  # under one combination of readings
TYPES: dict[str, Any] = {
    "date": "date",
    "attacker": (OTHER,),
    "weapon.name": (OTHER,),
    "weapon.made_in": (OTHER,),
    "weapon.supplied_by": (OTHER,),
    "weapon.kind": ("artillery", "rocket_artillery", "ballistic_missile", "cruise_missile",
                    "air_launched_missile", "guided_bomb", "air_defence", "drone", "other"),
    "weapon.us_parts": "boolean",
    "target.kind": ("launch_site", "artillery", "missile_launcher", "air_base",
                    "aircraft_in_flight", "troop_concentration", "ammunition_depot",
                    "command_post", "logistics", "air_defence", "infrastructure", "other"),
    "target.supports": ("kharkiv_assault", "other_operation", "none"),
    "timing": ("pre_emptive", "in_response"),
    "area.designated": "boolean",
    "area.communicated": "boolean",
    RANGE: "km", DISTANCE: "km", DEPTH: "km",
}  # fmt: skip


class TooManyWorlds(Exception):
    """The case is too large to look at world by world."""


@dataclass(frozen=True)
class Answer:
    """What the engine has to say too. `worlds` is how many there were."""

    possible: tuple[str, ...]
    facts: frozenset[str]
    places: frozenset[str]
    questions: frozenset[str]
    readings: tuple[tuple[dict[str, str], tuple[str, ...]], ...]
    rules: dict[tuple[str, str], str]
    worlds: int


@dataclass(frozen=True)
class World:
    """One world: every fact has a value."""

    key: tuple[Any, ...]
    choice: dict[str, str]
    outcome: frozenset[str]
    rules: dict[tuple[str, str], str]


def decide(
    ruling: Json,
    scenario: Json,
    *,
    policies: Json | None = None,
    weapons: Json | None = None,
    readings: Mapping[str, str] | None = None,
    set: Json | None = None,
) -> Answer:
    """Decide a scenario by looking at each of its worlds.

    Parameters
    ----------
    ruling : mapping
        A policy, or a timeline whose entries name `policies`.
    scenario : mapping
        With dotted keys.
    policies, weapons : mapping, optional
        What a timeline's entries and a scenario's `weapon.name` refer to.
    readings, set : mapping, optional
        Questions answered and parameters set by the user.
    """
    fixed = dict(readings or {})
    case = _Case(ruling, scenario, policies or {}, weapons or {}, fixed, set or {})
    worlds = list(case.worlds())
    names = case.names
    matters = {name for i, name in enumerate(names) if _matters(worlds, i)}
    asked = [q for q in case.questions if q in matters]
    rows = []
    for choice in itertools.product(*(case.questions[q] for q in asked)):
        chosen = dict(zip(asked, choice, strict=True))
        here = [w for w in worlds if chosen.items() <= w.choice.items()]
        rows.append((fixed | chosen, _possible(here)))
    if not asked and not fixed:
        rows = []
    rules = {}
    for policy, name in dict.fromkeys(key for w in worlds for key in w.rules):
        # a policy that is not in force somewhere does not apply there
        found = {w.rules.get((policy, name), "does_not_apply") for w in worlds}
        rules[policy, name] = found.pop() if len(found) == 1 else "unknown"
    return Answer(
        _possible(worlds),
        frozenset(m for m in matters if m in case.unknown and m not in LOCATIONS),
        frozenset(m for m in matters if m in LOCATIONS),
        frozenset(asked),
        tuple(rows),
        rules,
        len(worlds),
    )


def worlds_of(
    ruling: Json, scenario: Json, weapons: Json, readings: Mapping[str, str], set: Json
) -> tuple[list[str], list[World]]:
    """Return what is open, and every world; a world's key has a value for each open thing."""
    case = _Case(ruling, scenario, {}, weapons, dict(readings), set)
    return case.names, list(case.worlds())


def _possible(worlds: list[World]) -> tuple[str, ...]:
    found = frozenset[str]().union(*(w.outcome for w in worlds))
    return tuple(o for o in ORDER if o in found)


def _matters(worlds: list[World], index: int) -> bool:
    """Tell whether two worlds that differ only in one coordinate have different outcomes."""
    seen: dict[tuple[Any, ...], frozenset[str]] = {}
    for world in worlds:
        others = world.key[:index] + world.key[index + 1 :]
        if seen.setdefault(others, world.outcome) != world.outcome:
            return True
    return False


class _Case:
    def __init__(
        self, ruling: Json, scenario: Json, policies: Json, weapons: Json,
        fixed: dict[str, str], settings: Json,
    ) -> None:  # fmt: skip
        self.ruling, self.settings, self.fixed = ruling, settings, fixed
        entries = ruling.get("entries", [])
        self.policies = [policies[e["policy"]] for e in entries] or [ruling]
        self.types = TYPES | {
            name: fact.get("type") or tuple(fact["values"])
            for p in self.policies
            for name, fact in p.get("facts", {}).items()
        }
        self.questions = {
            question: list(body["readings"])
            for one in (ruling, *self.policies)
            for question, body in one.get("questions", {}).items()
            if question not in fixed
        }
        self.given = {k: self._value(k, v) for k, v in scenario.items() if v is not None}
        self.withheld = {k for k, v in scenario.items() if v is None}
        for attribute in FILLED if "weapon.name" in self.given else ():
            value = weapons[self.given["weapon.name"]].get(attribute)
            path = f"weapon.{attribute}"
            if value is not None and path not in scenario:
                self.given[path] = self._value(path, value)
        self.blurred = any(
            _has(zone, "edge_km")
            for policy in self.policies
            for choice in self.choices()
            for zone in self.law(policy, choice).zones.values()
        )
        self.named = self._named()
        self.unknown = self._unknown()

    @property
    def names(self) -> list[str]:
        """The open questions, then the facts and places that are not known."""
        return [*self.questions, *self.unknown]

    def _value(self, path: str, raw: Any) -> Any:
        kind = self.types.get(path)
        if kind == "date":
            return date.fromisoformat(raw)
        return float(raw) if kind in ("km", "number") else raw

    def choices(self) -> Iterator[dict[str, str]]:
        for choice in itertools.product(*self.questions.values()):
            yield dict(zip(self.questions, choice, strict=True))

    def law(self, one: Json, choice: Mapping[str, str]) -> Law:
        """Return a policy (or a timeline, which has parameters too) under readings."""
        definitions = dict(one.get("definitions", {}))
        parameters = {n: p["value"] for n, p in one.get("parameters", {}).items()}
        zones = dict(one.get("zones", {}))
        for question, body in one.get("questions", {}).items():
            reading = body["readings"][{**choice, **self.fixed}[question]]
            definitions |= reading.get("define", {})
            parameters |= reading.get("set", {})
            zones |= reading.get("zones", {})
        return Law(one, definitions, parameters | dict(self.settings), zones)

    # -- which values a fact could have ------------------------------------------------------

    def _named(self) -> dict[str, set[Any]]:
        """Return the attributes that conditions name, each with the values they compare with."""
        found: dict[str, set[Any]] = {}
        laws = [self.law(p, c) for p in self.policies for c in self.choices()]
        for law in laws:
            for condition in conditions_of(law):
                for attribute, operator, operand in tests_of(condition):
                    steps = found.setdefault(attribute, set())
                    if attribute not in LOCATIONS:
                        many = operand if operator == "in" else [operand]
                        steps |= {self._value(attribute, figure_of(v, law)) for v in many}
        days = found.setdefault("date", set()) if "entries" in self.ruling else set()
        for choice in self.choices():
            values = self.law(self.ruling, choice).parameters
            for entry in self.ruling.get("entries", []):
                for day in entry["in_force"].values():
                    days.add(date.fromisoformat(values[day[1:]] if day[0] == "$" else day))
        scenario_keys = {*self.given, *self.withheld}
        for attribute, record in RECORDS.items():
            if attribute in found and attribute not in scenario_keys:
                found.setdefault("target.location", set())
                for law in laws:
                    dated = {z[record]["on"] for z in law.zones.values() if _has(z, record)}
                    if dated - {None}:
                        found.setdefault("date", set())
                        found["date"] |= {date.fromisoformat(d) for d in dated if d}
        return found

    def _unknown(self) -> dict[str, list[Any]]:
        """Return the facts and places that are not known, each with the values to try."""
        steps = set().union(*(self.named.get(a, set()) for a in (DISTANCE, RANGE)))
        steps |= {self.given[a] for a in (DISTANCE, RANGE) if a in self.given}
        target, launch = (self._exact(name) for name in LOCATIONS)
        self.derived_distance = (
            DISTANCE not in self.given and DISTANCE not in self.withheld
            and all(name in self.given for name in LOCATIONS)
        )  # fmt: skip
        if self.derived_distance and target and launch:
            self.given[DISTANCE] = kilometres(target, launch)
            steps.add(self.given[DISTANCE])
        unknown: dict[str, list[Any]] = {}
        for attribute, values in self.named.items():
            if attribute in self.given and attribute not in LOCATIONS:
                continue
            if attribute == DISTANCE and self.derived_distance:
                continue
            if attribute in RECORDS and attribute not in self.withheld and self._said(attribute):
                continue
            if attribute == DEPTH and attribute not in self.withheld:
                raise NotImplementedError("the depth of a target is given or withheld here")
            if attribute in LOCATIONS:
                if self._exact(attribute) is None or self.blurred:
                    unknown[attribute] = self._points(attribute)
            elif attribute in (DISTANCE, RANGE):
                unknown[attribute] = _numbers(steps, lowest=0.0)
            else:
                unknown[attribute] = self._classes(attribute, values)
        return unknown

    def _said(self, attribute: str) -> bool:
        """Tell whether, under every reading, some zone's record says it."""
        laws = [self.law(p, c) for p in self.policies for c in self.choices()]
        return all(_recorded(law, RECORDS[attribute]) for law in laws)

    def _classes(self, attribute: str, values: set[Any]) -> list[Any]:
        kind = self.types[attribute]
        if kind == "boolean":
            return [False, True]
        if kind == "date":
            near = {v + timedelta(days=n) for v in values for n in (-1, 0, 1)}
            return sorted(near) or [date(2024, 6, 1)]
        if kind in ("number", "km"):
            return _numbers(values, lowest=0.0 if kind == "km" else None)
        named = sorted(values) if OTHER in kind else [w for w in kind if w in values]
        return named + [w for w in kind if w not in values][:1]

    def _exact(self, name: str) -> Point | None:
        place = self.given.get(name, {})
        if place.get("type") == "Point":
            return tuple(place["coordinates"])
        return (
            (place["lon"], place["lat"]) if "lon" in place and "accuracy_km" not in place else None
        )

    def _points(self, name: str) -> list[Point]:
        """Return the points that an uncertain place could be; readings do not move it."""
        if name not in self.given:
            return [*map(centre, CELLS), ELSEWHERE]
        place = self.given[name]
        if "accuracy_km" in place or self._exact(name):  # a disc far smaller than a cell
            point = self._exact(name) or (place["lon"], place["lat"])
            return [centre(c) for c in AROUND if touches(c, point)] or [point]
        region = cells(place.get("zone") or {"geometry": place}, self.policies[0].get("zones", {}))
        if self.blurred and "zone" not in place:
            region = frozenset(c for c in AROUND if any(adjoin(c, other) for other in region))
        return [centre(c) for c in sorted(region)]

    # -- worlds ------------------------------------------------------------------------------

    def worlds(self) -> Iterator[World]:
        for choice in self.choices():
            laws = [self.law(p, choice) for p in self.policies]
            values = self.law(self.ruling, choice).parameters
            candidates = list(self.unknown.values())
            known = dict(self.given)
            for name in LOCATIONS:
                if (point := self._exact(name)) is not None and not self.blurred:
                    known[name] = point
            if math.prod(map(len, candidates)) * len(laws) > MOST_WORLDS:
                raise TooManyWorlds
            for combination in itertools.product(*candidates):
                facts = known | dict(zip(self.unknown, combination, strict=True))
                if self.derived_distance and DISTANCE not in facts:
                    facts[DISTANCE] = kilometres(*(facts[n] for n in LOCATIONS))
                if not self._can_be(facts):
                    continue
                law = laws[0]
                if "entries" in self.ruling:
                    found = [
                        p for p, e in zip(laws, self.ruling["entries"], strict=True)
                        if _in_force(e["in_force"], facts["date"], values)
                    ]  # fmt: skip
                    law = found[0] if found else NOTHING
                self._derive_records(facts, law)
                outcome, rules = evaluate(law, facts)
                named = {(law.policy["policy"], r): status for r, status in rules.items()}
                yield World((*choice.values(), *combination), choice, outcome, named)

    def _can_be(self, facts: Json) -> bool:
        """Tell whether a strike is within range; what is given is taken as given."""
        if DISTANCE not in facts or RANGE not in facts:
            return True
        both_given = DISTANCE in self.given and RANGE in self.given
        return both_given or bool(facts[DISTANCE] <= facts[RANGE])

    def _derive_records(self, facts: dict[str, Any], law: Law) -> None:
        for attribute, record in RECORDS.items():
            if attribute in self.given or attribute in self.withheld:
                continue
            if attribute not in self.named or not _recorded(law, record):
                continue
            facts[attribute] = False
            for name, zone in law.zones.items():
                if not _has(zone, record):
                    continue
                if inside(facts["target.location"], law.cells[name]):
                    day = zone[record]["on"]
                    if day is None or facts["date"] >= date.fromisoformat(day):
                        facts[attribute] = True


def _has(zone: Any, record: str) -> bool:
    return isinstance(zone, dict) and record in zone


def _recorded(law: Law, record: str) -> bool:
    return any(_has(zone, record) for zone in law.zones.values())


def _numbers(values: set[float], lowest: float | None) -> list[float]:
    """Return each value, a number between each two, one above, and one below if there can be."""
    steps = sorted(values) or [1.0]
    between = [(a + b) / 2 for a, b in itertools.pairwise(steps)]
    below = steps[0] - 1 if lowest is None else (steps[0] + lowest) / 2
    return sorted({below, *steps, *between, steps[-1] + 1})


def _in_force(when: Json, day: date, values: Json) -> bool:
    moments = {k: date.fromisoformat(values[v[1:]] if v[0] == "$" else v) for k, v in when.items()}
    return (
        day >= moments.get("from", date.min)
        and day <= moments.get("until", date.max)
        and day < moments.get("before", date.max)
    )
