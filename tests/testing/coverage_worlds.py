"""What a case covers, by the reference: the plain policy changed, and both decided world by world.

Nothing here is taken from the code that counts coverage. A scenario is made in which every fact is
known, so that a policy has one outcome under each combination of readings; an item's change is made
on the policy's mapping, and the reference says what that comes to.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tests.reference.grid import ELSEWHERE, SIZE, Point, inside, kilometres
from tests.reference.one_world import Law, evaluate, figure_of, holds
from tests.reference.source import Source
from tests.reference.strategies import (
    BOOLEANS,
    DISTANCE,
    GIVEN_DAYS,
    GIVEN_FIGURES,
    RECORDS,
    UNNAMED,
    WORDS,
    at,
)

import strikerules as sr

Json = dict[str, Any]
Choice = tuple[tuple[str, str], ...]
Table = dict[Choice, frozenset[str]]
RANGE, DEPTH, TARGET, LAUNCH = (
    "weapon.max_range_km", "target.depth_km", "target.location", "launch.location",
)  # fmt: skip
FIGURES = (*GIVEN_FIGURES, 99.5, 100.5, 101, 49.5, 0.5, 297.5, 303)
_DAYS = (*GIVEN_DAYS, "2024-05-28", "2024-05-26", "2024-06-09", "2024-06-11")
_TURNED = {"permit": "prohibit", "prohibit": "permit", "not_governed": "permit"}


@dataclass(frozen=True)
class World:
    """A scenario in which every fact is known, as the engine and as the reference takes it."""

    scenario: Json
    facts: Json


def choices(policy: Json) -> list[Choice]:
    """Return all combinations of readings."""
    names = [[(q, r) for r in body["readings"]] for q, body in policy["questions"].items()]
    return list(itertools.product(*names))


def law(policy: Json, choice: Choice) -> Law:
    """Return a policy under readings."""
    definitions = dict(policy.get("definitions", {}))
    parameters = {n: p["value"] for n, p in policy.get("parameters", {}).items()}
    zones = dict(policy.get("zones", {}))
    for question, reading in choice:
        body = policy["questions"][question]["readings"][reading]
        definitions |= body.get("define", {})
        parameters |= body.get("set", {})
        zones |= body.get("zones", {})
    return Law(policy, definitions, parameters, zones)


class Judge:
    """A policy of the reference's generator, decided by the reference.

    Parameters
    ----------
    policy : dict
    """

    def __init__(self, policy: Json) -> None:
        self.policy = policy
        self.choices = choices(policy)
        self.laws = {c: law(policy, c) for c in self.choices}
        self.text = str({k: policy.get(k) for k in ("rules", "definitions", "questions", "scope")})
        self._laws_of: dict[str, dict[Choice, Law]] = {}

    def tests(self, attribute: str) -> bool:
        """Tell whether the policy names an attribute anywhere."""
        return repr(attribute) in self.text

    @cached_property
    def blurred(self) -> bool:
        """Whether zones have an uncertain edge."""
        return "edge_km" in str(self.policy)

    # -- worlds --------------------------------------------------------------------------------

    def world(self, source: Source) -> World:
        """Return a scenario in which all is known that the policy asks."""
        scenario: Json = {"scenario": "world", "own.colour": source.pick(WORDS["own.colour"])}
        for name, words in WORDS.items():
            scenario[name] = source.pick((*words, *([UNNAMED[name]] if name in UNNAMED else [])))
        for name in BOOLEANS:
            scenario[name] = source.pick((True, False))
        scenario["own.figure"] = source.pick(FIGURES)
        scenario["date"], scenario["own.day"] = source.pick(_DAYS), source.pick(_DAYS)
        for name in RECORDS:
            if not self._all_recorded(name) or source.chance(50):
                scenario[name] = source.pick((True, False))
        facts = {k: self._value(k, v) for k, v in scenario.items()}
        self._places(source, scenario, facts)
        return World(scenario, facts)

    def _places(self, source: Source, scenario: Json, facts: Json) -> None:
        derived = any(name not in scenario for name in RECORDS)
        points: dict[str, Point] = {}
        for name in (TARGET, LAUNCH):
            free = not self.tests(name) and not (name == TARGET and derived)
            if not free or source.chance(50):
                points[name] = facts[name] = self._point(source)
                scenario[name] = {"lon": points[name][0], "lat": points[name][1]}
        if len(points) == 2:
            facts[DISTANCE] = kilometres(points[TARGET], points[LAUNCH])
        else:
            facts[DISTANCE] = scenario[DISTANCE] = source.pick(FIGURES)
        far = [f for f in (*FIGURES, 20_000) if f >= facts[DISTANCE]]
        facts[RANGE] = scenario[RANGE] = source.pick(far)
        if TARGET in points:
            facts[DEPTH] = sr.zone("ukraine").distance_km(*points[TARGET])
        else:
            facts[DEPTH] = scenario[DEPTH] = source.pick(FIGURES)

    def _point(self, source: Source) -> Point:
        if source.chance(8):
            return ELSEWHERE
        steps = (0.5, 0.02, -0.02) if self.blurred else (0.5, 0.02, -0.02, 0)
        x, y = ((source.pick(range(SIZE)) + source.pick(steps)) for _ in range(2))
        place = at(x, y)
        return round(place["lon"], 3), round(place["lat"], 3)

    def _value(self, path: str, raw: Any) -> Any:
        return date.fromisoformat(raw) if path in ("date", "own.day") else raw

    def _all_recorded(self, path: str) -> bool:
        return all(self._records(one, path) for one in self.laws.values())

    def _records(self, one: Law, path: str) -> list[tuple[str, Any]]:
        key = path.removeprefix("area.")
        return [(n, z[key]) for n, z in one.zones.items() if isinstance(z, dict) and key in z]

    def known(self, world: World, one: Law) -> Json:
        """Return the facts with what the zones' records say of the rest."""
        facts = dict(world.facts)
        for path in RECORDS:
            if path not in facts:
                facts[path] = any(
                    inside(facts[TARGET], one.cells[name])
                    and (r["on"] is None or facts["date"] >= date.fromisoformat(r["on"]))
                    for name, r in self._records(one, path)
                )
        return facts

    # -- outcomes ------------------------------------------------------------------------------

    def table(self, world: World, laws: dict[Choice, Law] | None = None) -> Table:
        """Return the outcome under each combination of readings."""
        among = self.laws if laws is None else laws
        return {c: evaluate(one, self.known(world, self.laws[c]))[0] for c, one in among.items()}

    def laws_of(self, key: str, changed: Json) -> dict[Choice, Law]:
        """Return a change of the policy under each combination of readings, made once."""
        if key not in self._laws_of:
            self._laws_of[key] = {c: law(changed, c) for c in self.choices}
        return self._laws_of[key]

    def after(self, item: str, world: World) -> Iterator[Table]:
        """Yield what the outcomes would be with the change that an item is about.

        Nothing is yielded for a condition that has not the item's value anywhere, and for a line
        that the world is not close to.
        """
        before = self.table(world)
        _, _, rest = item.partition("/")
        if item.startswith("edge/"):
            yield from self._edge(item, world)
        elif item.startswith("threshold/"):
            yield from self._threshold(item, world)
        elif "/question/" in item:
            question, reading = rest.split("/")[1:]
            for other in self.policy["questions"][question]["readings"]:
                if other != reading:
                    changed = copy.deepcopy(self.policy)
                    among = changed["questions"][question]["readings"]
                    among[reading] = copy.deepcopy(among[other])
                    # what a zone's record says is of the reading that was taken
                    laws = {c: law(changed, c) for c in self.choices}
                    yield {
                        c: evaluate(laws[c], self.known(world, laws[c]))[0] for c in self.choices
                    }
        elif rest.endswith((":true", ":false")):
            path, _, side = rest.rpartition(":")
            changed, condition = negated(self.policy, path)
            new = self.table(world, self.laws_of(f"not {path}", changed))
            where = {
                c for c, one in self.laws.items()
                if holds(condition, self.known(world, one), one) == (side == "true")
            }  # fmt: skip
            if where:
                yield {c: new[c] if c in where else before[c] for c in self.choices}
        else:
            yield self.table(world, self.laws_of(rest, without(self.policy, rest)))

    # -- lines ---------------------------------------------------------------------------------

    def _flipped(self, world: World, is_it: Any) -> Table:
        found = {}
        for choice, one in self.laws.items():
            flip = _Flip(one, is_it)
            policy = {**one.policy, "rules": [flip.rule(r) for r in one.policy["rules"]]}
            if "scope" in policy:
                policy["scope"] = flip.condition(policy["scope"])
            definitions = {n: flip.condition(d) for n, d in one.definitions.items()}
            turned = Law(policy, definitions, one.parameters, one.zones)
            found[choice] = evaluate(turned, self.known(world, one))[0]
        return found

    def _threshold(self, item: str, world: World) -> Iterator[Table]:
        _, attribute, operator, end = item.split("/")
        text, side = end.rsplit(":", 1)
        day = attribute in ("date", "own.day")
        operand: Any = date.fromisoformat(text) if day else float(text.replace(",", ""))
        value = world.facts[attribute]
        beyond: Any = value.toordinal() - operand.toordinal() if day else value - operand
        most = 1 if day else max(1, operand / 100)
        beside = 0 < (-beyond if operator == "lt" else beyond) <= most
        if beyond == 0 if side == "at" else beside:
            ours = ("lt", "ge", "before", "from") if operator == "lt" else ("le", "gt", "until")
            yield self._flipped(
                world,
                lambda a, op, v, _: a == attribute and op in ours
                and (date.fromisoformat(v) if day else v) == operand,
            )  # fmt: skip

    def _edge(self, item: str, world: World) -> Iterator[Table]:
        _, attribute, name, end = item.split("/")
        side = end.rsplit(":", 1)[1]
        if attribute not in world.scenario:
            return
        x, y = world.facts[attribute]
        shapes = {tuple(sorted(one.cells[name])) for one in self.laws.values()}
        assert len(shapes) == 1, "asked only where the zone is the same under all readings"
        cells = next(iter(self.laws.values())).cells[name]
        steps = (-0.04, 0, 0.04)
        close = len({inside((x + a, y + b), cells) for a in steps for b in steps}) == 2
        if close and inside((x, y), cells) == (side == "inside"):
            other = {n for n, zone in self.policy["zones"].items() if zone == name}
            yield self._flipped(
                world, lambda a, op, zone, _: a == attribute and zone in {name, *other}
            )


class _Flip:
    def __init__(self, one: Law, is_it: Any) -> None:
        self.one, self.is_it = one, is_it

    def rule(self, raw: Json) -> Json:
        keys = [k for k in ("when", "unless") if k in raw]
        parts: Json = {k: self.condition(raw[k]) for k in keys}
        return {**raw, **parts}

    def condition(self, raw: Any) -> Any:
        """Return a condition with each of the tests that are meant taken the other way round."""
        if isinstance(raw, bool):
            return raw
        ((key, value),) = raw.items()
        if key in ("all", "any"):
            return {key: [self.condition(part) for part in value]}
        if key == "not":
            return {"not": self.condition(value)}
        if key == "is":
            return raw
        tests = value if isinstance(value, dict) else {"eq": value}
        parts = []
        for operator, operand in tests.items():
            one = {key: {operator: operand}}
            figure = operand if operator == "in" else figure_of(operand, self.one)
            meant = operator not in ("eq", "ne", "in") and self.is_it(key, operator, figure, raw)
            parts.append({"not": one} if meant else one)
        return {"all": parts}


def negated(policy: Json, path: str) -> tuple[Json, Any]:
    """Return a policy with the condition at a place negated, and what stood there."""
    changed = copy.deepcopy(policy)
    names = path.split("/")
    match names[0]:
        case "scope":
            holder, key, steps = changed, "scope", names[1:]
        case "rule":
            holder = next(r for r in changed["rules"] if r["id"] == names[1])
            key, steps = names[2], names[3:]
        case "definition":
            holder, key, steps = changed["definitions"], names[1], names[2:]
        case _:
            holder = changed["questions"][names[1]]["readings"][names[2]]["define"]
            key, steps = names[3], names[4:]
    where: Any = key
    for step in map(int, steps):
        raw = holder[where]
        if "not" in raw:
            holder, where = raw, "not"
        elif "all" in raw or "any" in raw:
            holder, where = raw.get("all", raw.get("any")), step
        else:  # several tests of one attribute are joined
            ((attribute, tests),) = raw.items()
            holder[where] = {"all": [{attribute: {op: v}} for op, v in tests.items()]}
            holder, where = holder[where]["all"], step
    condition = holder[where]
    holder[where] = {"not": condition}
    return changed, condition


def without(policy: Json, path: str) -> Json:
    """Return a policy without an exception, or with its default turned round."""
    changed = copy.deepcopy(policy)
    if path == "otherwise":
        default = policy.get("otherwise", "not_governed")
        changed["otherwise"] = _TURNED[default["effect"] if isinstance(default, dict) else default]
        return changed
    _, name, kind, *other = path.split("/")
    rule = next(r for r in changed["rules"] if r["id"] == name)
    if kind == "unless":
        del rule["unless"]
    else:
        rule["overrides"].remove(other[0])
    return changed


def seen(expect: str, table: Table, within: list[Choice]) -> Any:
    """Return what a kind of expectation sees of outcomes."""
    possible = frozenset[str]().union(*(table[c] for c in within))
    if expect == "possible":
        return possible
    if expect == "readings":
        return [_one(table[c]) for c in within]
    return _one(possible)


def _one(possible: frozenset[str]) -> str:
    return next(iter(possible)) if len(possible) == 1 else "indeterminate"
