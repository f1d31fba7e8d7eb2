"""All worlds of two policies, one by one, and what each policy says there under every reading.

It takes plain mappings; what a policy comes to in a world is the reference evaluator's business.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.reference.evaluator import (
    DISTANCE,
    LOCATIONS,
    ORDER,
    OTHER,
    RANGE,
    RECORDS,
    TYPES,
    TooManyWorlds,
)
from tests.reference.grid import CELLS, ELSEWHERE, Point, centre, inside, kilometres
from tests.reference.one_world import Json, Law, conditions_of, evaluate, figure_of, tests_of

Outcomes = tuple[str, ...]
Choice = tuple[tuple[str, str], ...]
MOST_EVALUATIONS = 6000
"""Worlds, times the combinations of readings of both policies."""
FAR_KM = 30_000.0
AS_FAR = -1.0  # a range that is just enough
LEFT_OUT = "(left out)"
"""What a scenario does not say of a fact that the records of the zones tell then."""


@dataclass(frozen=True)
class World:
    """A scenario in which everything is known, and what the two policies say of it.

    `drawn` is the outcomes before and after over all readings, `changed` whether they differ for
    some choice of the questions that the policies share, `questions` those that matter, and
    `singles` what each combination of all readings comes to.
    """

    facts: dict[str, Any]
    drawn: tuple[Outcomes, Outcomes]
    changed: bool
    questions: frozenset[str]
    singles: dict[Choice, tuple[Outcomes, Outcomes]]


class Side:
    """A policy under each combination of its readings."""

    def __init__(self, policy: Json, readings: Mapping[str, str], settings: Json) -> None:
        self.policy, self.settings = policy, settings
        asked = policy.get("questions", {})
        self.fixed = {q: r for q, r in readings.items() if q in asked}
        self.questions = {
            q: list(body["readings"]) for q, body in asked.items() if q not in self.fixed
        }
        self.laws = [(choice, self._law(dict(choice))) for choice in choices(self.questions)]
        self.attributes = {
            name: None
            for _, law in self.laws
            for c in conditions_of(law)
            for name, _, _ in tests_of(c)
        }
        self._known: dict[tuple[Any, ...], dict[Choice, Outcomes]] = {}

    def _law(self, choice: dict[str, str]) -> Law:
        policy = self.policy
        definitions = dict(policy.get("definitions", {}))
        parameters = {n: p["value"] for n, p in policy.get("parameters", {}).items()}
        zones = dict(policy.get("zones", {}))
        for question, name in {**choice, **self.fixed}.items():
            reading = policy["questions"][question]["readings"][name]
            definitions |= reading.get("define", {})
            parameters |= reading.get("set", {})
            zones |= reading.get("zones", {})
        return Law(policy, definitions, parameters | dict(self.settings), zones)

    def names(self, path: str) -> list[Law]:
        """Return the policy under the readings under which it asks about a fact."""
        return [law for _, law in self.laws if path in asked_in(law)]

    def outcomes(self, facts: Json) -> dict[Choice, Outcomes]:
        """Return what the policy comes to in a world, under each combination of its readings."""
        key = tuple(facts[name] for name in self.attributes)
        if key not in self._known:
            self._known[key] = {
                choice: ordered(evaluate(law, recorded(law, facts))[0]) for choice, law in self.laws
            }
        return self._known[key]


class Worlds:
    """The worlds that two policies tell apart, or some of them.

    Parameters
    ----------
    a, b : mapping
        Policies; neither compares a depth with a place.
    given : mapping, optional
        A scenario with dotted keys: what is the same in all worlds.
    readings, settings : mapping, optional
        Questions answered and parameters set, in whichever of the two have them.
    left_out : bool
        Whether scenarios count that leave to the records of zones whether an area is designated.

    Attributes
    ----------
    records : set of str
        Facts that scenarios may leave to the records of zones.
    unlooked, mixed : set of str
        Facts that only some of the readings leave to records: of those under which they are
        asked about, and of all.
    """

    def __init__(
        self, a: Json, b: Json, given: Json | None = None,
        readings: Mapping[str, str] | None = None, settings: Json | None = None,
        *, left_out: bool = False,
    ) -> None:  # fmt: skip
        self.sides = [Side(p, readings or {}, settings or {}) for p in (a, b)]
        self.types: dict[str, Any] = dict(TYPES)
        for name in [*a.get("facts", {}), *b.get("facts", {})]:
            facts = [p["facts"][name] for p in (a, b) if name in p.get("facts", {})]
            many = dict.fromkeys(v for f in facts for v in f.get("values", ()))
            self.types[name] = facts[0].get("type") or tuple(many)
        self.given = {
            k: self._value(k, v)
            for k, v in (given or {}).items()
            if v is not None and k != "scenario"
        }
        self.fixed = set(given or {})
        self.named = self._named()
        self.records: set[str] = set()
        self.unlooked: set[str] = set()
        self.mixed: set[str] = set()
        for path in RECORDS.keys() & self.named.keys() - self.fixed if left_out else ():
            self._look_at_records(path)
        asked = [side.questions for side in self.sides]
        self.shared = {
            q: asked[0][q] for q in asked[0] if q in asked[1] and {*asked[0][q]} == {*asked[1][q]}
        }
        self.own = [{q: r for q, r in one.items() if q not in self.shared} for one in asked]

    @property
    def sampled(self) -> bool:
        """Whether distances between places matter, of which only some are tried."""
        exact = all("lon" in self.given.get(n, {}) for n in LOCATIONS)
        limits = {DISTANCE, RANGE} & {*self.named, *self.given}
        return self.measured and bool(limits) and not exact

    def name_of(self, question: str) -> str:
        """Return what a question of `singles` is called in a condition."""
        side, _, name = question.rpartition(":")
        if not side or any(name not in own for own in self.own):
            return name
        return f"{name} of {side}"

    def _value(self, path: str, raw: Any) -> Any:
        kind = self.types.get(path)
        if kind == "date":
            return date.fromisoformat(raw)
        return float(raw) if kind in ("km", "number") else raw

    def _named(self) -> dict[str, set[Any]]:
        """Return the attributes that conditions name, each with the values they compare with."""
        found: dict[str, set[Any]] = {}
        for law in (law for side in self.sides for _, law in side.laws):
            for condition in conditions_of(law):
                for attribute, operator, operand in tests_of(condition):
                    steps = found.setdefault(attribute, set())
                    if attribute not in LOCATIONS:
                        many = operand if operator == "in" else [operand]
                        steps |= {self._value(attribute, figure_of(v, law)) for v in many}
        return found

    def _look_at_records(self, path: str) -> None:
        """Note whether a fact can be left out, and what it hangs on then."""
        naming = [side for side in self.sides if path in side.attributes]
        have = [bool(zones_with(law, path)) for side in naming for _, law in side.laws]
        self.mixed |= {path} if any(have) and not all(have) else set()
        found = [law for side in self.sides for law in side.names(path)]
        days = [[z[RECORDS[path]]["on"] for z in zones_with(law, path)] for law in found]
        if not all(days):
            self.unlooked |= {path} if any(days) else set()
            return
        if not days:
            return
        self.records.add(path)
        told = {date.fromisoformat(day) for many in days for day in many if day}
        more = {LOCATIONS[0]: set(), **({"date": told} if told else {})}
        for name, values in more.items():
            self.named[name] = self.named.get(name, set()) | values
            for side in self.sides:
                side.attributes.setdefault(name)

    # -- what each fact could be -------------------------------------------------------------

    def candidates(self) -> dict[str, list[Any]]:
        """Return the values to try for each fact and place that the policies name."""
        steps = set().union(*(self.named.get(a, set()) for a in (DISTANCE, RANGE)))
        steps |= {self.given[a] for a in (DISTANCE, RANGE) if a in self.given}
        found: dict[str, list[Any]] = {}
        for attribute, values in self.named.items():
            kind = self.types.get(attribute)
            if attribute in LOCATIONS:
                found[attribute] = self._points(attribute)
            elif attribute in self.given:
                found[attribute] = [self.given[attribute]]
            elif attribute in (DISTANCE, RANGE):
                found[attribute] = numbers(steps, 0.0)
            elif kind == "boolean":
                found[attribute] = [False, True, *([LEFT_OUT] if attribute in self.records else [])]
            elif kind == "date":
                near = {v + timedelta(days=n) for v in values for n in (-1, 0, 1)}
                found[attribute] = sorted(near) or [date(2024, 6, 1)]
            elif kind in ("km", "number"):
                found[attribute] = numbers(values, 0.0 if kind == "km" else None)
            else:
                named = sorted(values) if OTHER in kind else [w for w in kind if w in values]
                found[attribute] = named + [w for w in kind if w not in values][:1]
        return found

    def _points(self, name: str) -> list[Point]:
        """Return a point for every combination of zones that it can be in, edges among them."""
        region = self.given.get(name)
        if region is not None and "lon" in region:
            return [(region["lon"], region["lat"])]
        zones = {z for side in self.sides for _, law in side.laws for z in law.cells.values()}
        halves = range(2 * CELLS[0][0], 2 * CELLS[-1][0] + 3)
        rows = range(2 * CELLS[0][1], 2 * CELLS[-1][1] + 3)
        points = [*map(centre, CELLS), *((x / 2, y / 2) for x in halves for y in rows), ELSEWHERE]
        if region is not None:
            points = [p for p in points if within_box(p, region)]
        kinds: dict[tuple[bool, ...], Point] = {}
        for point in points:
            kinds.setdefault(tuple(inside(point, zone) for zone in zones), point)
        return list(kinds.values())

    # -- worlds ------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[World]:
        candidates = self.candidates()
        if self.measured:
            candidates |= {n: self._points(n) for n in LOCATIONS}
            candidates.pop(DISTANCE, None)
            if RANGE in candidates and RANGE not in self.given:
                candidates[RANGE] += [FAR_KM, AS_FAR]
        readings = sum(len(side.laws) for side in self.sides)
        if math.prod(map(len, candidates.values())) * readings > MOST_EVALUATIONS:
            raise TooManyWorlds
        for combination in itertools.product(*candidates.values()):
            facts = dict(zip(candidates, combination, strict=True))
            away = facts.get(DISTANCE, self.given.get(DISTANCE, 0.0))
            if self.measured:
                away = kilometres(*(facts[n] for n in LOCATIONS))
                facts[DISTANCE] = away
                if facts.get(RANGE) == AS_FAR:
                    facts[RANGE] = away
            reach = facts.get(RANGE, self.given.get(RANGE, math.inf))
            if away <= reach or self._given_so:
                yield self.world(facts)

    @property
    def measured(self) -> bool:
        """Whether both ends of a strike have a place, which say how far it is."""
        return DISTANCE not in self.fixed and all(
            n in self.named or n in self.given for n in LOCATIONS
        )

    @property
    def _given_so(self) -> bool:
        """Whether distance and range are both given; such facts are taken as they are."""
        exact = all("lon" in (self.given.get(n) or {}) for n in LOCATIONS)
        return RANGE in self.given and (DISTANCE in self.given or (self.measured and exact))

    def world(self, facts: dict[str, Any]) -> World:
        """Return a world with what the policies say of it."""
        found = [side.outcomes(facts) for side in self.sides]
        singles: dict[Choice, tuple[Outcomes, Outcomes]] = {}
        changed = False
        for shared in choices(self.shared):
            sets: list[set[str]] = []
            parts = []
            for outcomes, own in zip(found, self.own, strict=True):
                here = [(mine, outcomes[_key(shared, mine)]) for mine in choices(own)]
                sets.append({o for _, many in here for o in many})
                parts.append(here)
            changed = changed or sets[0] != sets[1]
            for (mine, before), (theirs, after) in itertools.product(*parts):
                # of two questions of one name that are not one each policy has its own
                named = [*shared, *((f"a:{q}", r) for q, r in mine),
                         *((f"b:{q}", r) for q, r in theirs)]  # fmt: skip
                singles[tuple(named)] = (before, after)
        matter = {
            question
            for outcomes, side in zip(found, self.sides, strict=True)
            for place, question in enumerate(sorted(side.questions))
            if _matters(outcomes, place)
        }
        both = [ordered({o for many in outcomes.values() for o in many}) for outcomes in found]
        return World(facts, (both[0], both[1]), changed, frozenset(matter), singles)


def asked_in(law: Law) -> set[str]:
    """Return what a policy asks about, in its rules and the definitions that they rest on."""
    rules = law.policy.get("rules", [])
    left = [law.policy.get("scope", True)]
    left += [rule[k] for rule in rules for k in ("when", "unless") if k in rule]
    found: set[str] = set()
    for condition in left:
        found |= {name for name, _, _ in tests_of(condition)}
        left += [law.definitions[name] for name in _definitions_in(condition)]
    return found


def _definitions_in(condition: Any) -> Iterator[str]:
    for key, value in condition.items() if isinstance(condition, dict) else ():
        if key == "is":
            yield value
        for part in value if key in ("all", "any") else [value] if key == "not" else ():
            yield from _definitions_in(part)


def zones_with(law: Law, path: str) -> list[Json]:
    """Return the zones that have a record of whether an area is designated, or communicated."""
    return [z for z in law.zones.values() if isinstance(z, dict) and RECORDS[path] in z]


def recorded(law: Law, facts: Json) -> Json:
    """Return facts with those that are left out as the records of the zones have them."""
    found = dict(facts)
    for path, record in RECORDS.items():
        if facts.get(path) != LEFT_OUT:
            continue
        found[path] = False
        for name, zone in law.zones.items():
            if isinstance(zone, dict) and record in zone:
                day = zone[record]["on"]
                # where no rule asks, the day need not be known
                since = day is None or facts.get("date", date.max) >= date.fromisoformat(day)
                if since and inside(facts.get(LOCATIONS[0], ELSEWHERE), law.cells[name]):
                    found[path] = True
    return found


def choices(questions: Mapping[str, list[str]]) -> list[Choice]:
    """Return every combination of readings; the questions by name."""
    names = sorted(questions)
    return [
        tuple(zip(names, picks, strict=True))
        for picks in itertools.product(*(questions[n] for n in names))
    ]


def ordered(outcomes: set[str] | frozenset[str]) -> Outcomes:
    """Return outcomes in the order in which they are told."""
    return tuple(o for o in ORDER if o in outcomes)


def numbers(values: set[float], lowest: float | None) -> list[float]:
    """Return each value, a number between each two, one above, and one below if there can be."""
    steps = sorted(values) or [1.0]
    between = [(a + b) / 2 for a, b in itertools.pairwise(steps)]
    below = steps[0] - 1 if lowest is None else (steps[0] + lowest) / 2
    return sorted({below, *steps, *between, steps[-1] + 1})


def within_box(point: Point, region: Json) -> bool:
    """Tell whether a point is inside a box, not on its edge."""
    (ring,) = region["coordinates"]
    lons, lats = [p[0] for p in ring], [p[1] for p in ring]
    return min(lons) < point[0] < max(lons) and min(lats) < point[1] < max(lats)


def _key(shared: Choice, own: Choice) -> Choice:
    return tuple(sorted((*shared, *own)))


def _matters(outcomes: Mapping[Choice, Outcomes], place: int) -> bool:
    """Tell whether another reading of one question changes the outcome somewhere."""
    seen: dict[Choice, Outcomes] = {}
    return any(
        seen.setdefault((*choice[:place], *choice[place + 1 :]), found) != found
        for choice, found in outcomes.items()
    )
