"""Random policies and scenarios, small enough that every world can be looked at.

One generator serves hypothesis (`cases`) and the seeded loop (`case_of_seed`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from .grid import SIZE, SOUTH, WEST
from .source import Drawn, Seeded, Source

WORDS = {
    "attacker": ("UA", "GE"),
    "weapon.made_in": ("US", "GB", "NO"),
    "weapon.supplied_by": ("US", "DE"),
    "weapon.kind": ("artillery", "drone"),
    "target.kind": ("air_base", "logistics"),
    "target.supports": ("kharkiv_assault", "none"),
    "timing": ("pre_emptive", "in_response"),
    "own.colour": ("red", "green", "blue"),
}
COUNTRIES = ("attacker", "weapon.made_in", "weapon.supplied_by")
UNNAMED = {
    "attacker": "FR",
    "weapon.made_in": "FR",
    "weapon.supplied_by": "FR",
    "weapon.kind": "guided_bomb",
    "target.kind": "infrastructure",
    "target.supports": "other_operation",
}
BOOLEANS = ("weapon.us_parts", "conditions.ready", "own.flag")
DISTANCE = "strike.distance_km"
REACH = ("weapon.max_range_km", DISTANCE)
RECORDS = ("area.designated", "area.communicated")
NUMBERS = ("weapon.max_range_km", DISTANCE, "target.depth_km", "own.figure")
DATES = ("date", "own.day")
PLACES = ("target.location", "launch.location")
ATTRIBUTES = (*WORDS, *BOOLEANS, *RECORDS, *NUMBERS, *DATES, *PLACES)

FACTS = {
    "conditions.ready": {"type": "boolean"},
    "own.flag": {"type": "boolean"},
    "own.figure": {"type": "number"},
    "own.day": {"type": "date"},
    "own.colour": {"values": list(WORDS["own.colour"])},
}
FIGURES = (100, 0, 50, 300)
GIVEN_FIGURES = (100, 80, 0, 50, 120.5, 300, 1000)
DAYS = ("2024-05-30", "2024-05-27", "2024-06-10")
GIVEN_DAYS = (*DAYS, "2024-05-29", "2024-05-31", "2025-01-01")
PARAMETERS: dict[str, tuple[Any, ...]] = {
    "p_km": FIGURES,
    "p_day": DAYS,
    "p_word": ("artillery", "drone", "guided_bomb"),
    "p_land": ("US", "UA", "GB"),
    "p_flag": (True, False),
}
ALGORITHMS = (
    "prohibit-overrides", "permit-overrides", "first-applicable", "only-one-applicable",
    "prohibit-unless-permit", "permit-unless-prohibit",
)  # fmt: skip
ZONES = ("z0", "z1", "z2", "z3")
WEAPONS = ("storm-shadow", "scalp-eg", "gmlrs-m31", "ukrainian-long-range-drone")
DEFINITIONS = ("d0", "d1", "d2")


@dataclass(frozen=True)
class Case:
    """A policy, a scenario, and what the user answered and set."""

    policy: dict[str, Any]
    scenario: dict[str, Any]
    readings: dict[str, str] = field(default_factory=dict)
    set: dict[str, Any] = field(default_factory=dict)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return a strategy for cases."""
    return make_case(Drawn(draw))


def case_of_seed(seed: int) -> Case:
    """Return the case of a seed."""
    return make_case(Seeded(seed))


def make_case(source: Source) -> Case:
    maker = Maker(source)
    policy = maker.policy()
    scenario = maker.scenario()
    readings, settings = {}, {}
    for question, body in policy["questions"].items():
        if source.chance(10):
            readings[question] = source.pick(list(body["readings"]))
    for name, values in PARAMETERS.items():
        if source.chance(4):
            settings[name] = source.pick(values)
    return Case(policy, scenario, readings, settings)


class Maker:
    """Makes the parts of a case from a source of choices.

    With `several` policies the zones of one name are not one zone: none is a place, and none has
    an uncertain edge.
    """

    def __init__(self, source: Source, *, several: bool = False) -> None:
        self.source, self.several = source, several
        self.pick, self.chance = source.pick, source.chance
        count = self.pick((2, 3, 1, 4, 5))
        self.used = sorted({self.pick(ATTRIBUTES) for _ in range(count)}, key=ATTRIBUTES.index)
        # what belongs together is seldom picked together
        tied = (("target.location", 40), *((n, 70) for n in REACH if set(REACH) & set(self.used)))
        self.used += [n for n, percent in tied if n not in self.used and self.chance(percent)]

    # -- policies ----------------------------------------------------------------------------

    def policy(self) -> dict[str, Any]:
        policy: dict[str, Any] = {
            "policy": "random",
            "facts": FACTS,
            "parameters": {n: {"value": self.pick(v)} for n, v in PARAMETERS.items()},
            "zones": self.zones(),
            "definitions": {},
            "questions": {},
        }
        for index, name in enumerate(DEFINITIONS):
            policy["definitions"][name] = self.condition(1, DEFINITIONS[:index])
        for question in ("q0", "q1")[: self.pick((1, 0, 2))]:
            readings = ("a", "b", "c")[: self.pick((2, 3))]
            owned = {"q0": ("d0", "p_km", "z0"), "q1": ("d1", "p_word", "z1")}[question]
            body = {r: self.reading(owned, policy["zones"]) for r in readings}
            policy["questions"][question] = {"readings": body}
            defined = [owned[0] in r.get("define", {}) for r in body.values()]
            if all(defined) and self.chance(50):
                del policy["definitions"][owned[0]]
        policy["rules"] = self.rules()
        if self.chance(30):
            policy["scope"] = self.condition(2)
        if self.chance(80):
            policy["conflicts"] = self.pick(ALGORITHMS)
        if self.chance(70):
            effect = self.pick(("prohibit", "permit", "not_governed"))
            policy["otherwise"] = {"effect": effect} if self.chance(20) else effect
        return policy

    def reading(self, owned: tuple[str, str, str], zones: dict[str, Any]) -> dict[str, Any]:
        definition, parameter, zone = owned
        reading: dict[str, Any] = {}
        if self.chance(75):
            below = DEFINITIONS[: DEFINITIONS.index(definition)]
            reading["define"] = {definition: self.condition(1, below)}
        if self.chance(40):
            reading["set"] = {parameter: self.pick(PARAMETERS[parameter])}
        if self.chance(35):
            reading["zones"] = {zone: self.zone_like(zones[zone])}
        return reading

    def rules(self) -> list[dict[str, Any]]:
        names = [f"r{i}" for i in range(self.pick((2, 1, 3, 4, 0)))]
        rules: list[dict[str, Any]] = []
        for index, name in enumerate(names):
            rule: dict[str, Any] = {"id": name, "effect": self.pick(("permit", "prohibit"))}
            if self.chance(90):
                rule["when"] = self.condition(self.pick((1, 2)))
            if self.chance(25):
                rule["unless"] = self.condition(1)
            beaten = [other for other in names[:index] if self.chance(30)]
            if beaten:
                rule["overrides"] = beaten
            rules.insert(self.pick(range(len(rules) + 1)), rule)
        return rules

    def condition(self, depth: int, definitions: tuple[str, ...] = DEFINITIONS) -> Any:
        kind = self.pick(("test",) * 6 + ("all", "any", "not") * (2 * (depth > 0)) + ("is", "rare"))
        if kind in ("all", "any"):
            count = self.pick((2, 3, 2, 2, 1, 3, 2, 0))
            return {kind: [self.condition(depth - 1, definitions) for _ in range(count)]}
        if kind == "not":
            return {"not": self.condition(depth - 1, definitions)}
        if kind == "is" and definitions:
            return {"is": self.pick(definitions)}
        if kind == "rare" and self.chance(50):
            return self.pick((True, False))
        return self.test()

    def test(self) -> dict[str, Any]:
        attribute = self.pick(self.used)
        if attribute in PLACES:
            return {attribute: self.operators(("within", "disjoint", "intersects"), ZONES)}
        operators: tuple[str, ...] = ("eq", "ne")
        if attribute in WORDS:
            values: tuple[Any, ...] = WORDS[attribute]
            if attribute in COUNTRIES:
                values += ("$p_land",)
            elif attribute == "weapon.kind":
                values += ("$p_word",)
        elif attribute in NUMBERS:
            values, operators = (*FIGURES, "$p_km"), ("gt", "le", "lt", "ge", "eq", "ne")
        elif attribute in DATES:
            values = (*DAYS, "$p_day")
            operators = ("from", "before", "until", "lt", "le", "gt", "ge", "eq", "ne")
        else:
            values = (True, False, "$p_flag")
        if self.chance(15):
            many = [self.pick(values) for _ in range(self.pick((2, 1, 3, 0)))]
            return {attribute: {"in": many}}
        if self.chance(40):
            return {attribute: self.pick(values)}
        return {attribute: self.operators(operators, values)}

    def operators(self, operators: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
        count = 2 if self.chance(20) else 1
        return {self.pick(operators): self.pick(values) for _ in range(count)}

    # -- zones -------------------------------------------------------------------------------

    def zones(self) -> dict[str, Any]:
        blurred = self.chance(10) and not self.several
        zones: dict[str, Any] = {}
        for name in ZONES[:3]:
            zones[name] = {"geometry": self.shape()} | ({"edge_km": 1} if blurred else {})
        for name in [z for z in ZONES[:2] if self.chance(40)]:
            for record in ("designated", "communicated"):
                if self.chance(70):
                    day = self.pick((None, *DAYS))
                    zones[name][record] = {"by": "somebody", "on": day}
        # z2 overlaps what it is combined with, so that no combination is empty
        zones["z3"] = self.pick(
            (
                "z0",
                {"same_as": "z1"},
                {"union": ["z0", "z1"]},
                {"union": ["z2", {"difference": ["z0", "z1"]}]},
                {"union": ["z1", {"intersection": ["z0", "z2"]}]},
            )
        )
        return zones

    def zone_like(self, zone: dict[str, Any]) -> dict[str, Any]:
        """Return another zone with the same edge, and perhaps with the same records."""
        keep = ("edge_km", "designated", "communicated") if self.chance(50) else ("edge_km",)
        return {"geometry": self.shape()} | {k: zone[k] for k in keep if k in zone}

    def shape(self) -> dict[str, Any]:
        if self.chance(10):
            return {"type": "Polygon", "coordinates": [ring(0, 0, 3, 3), ring(1, 1, 2, 2)[::-1]]}
        if self.chance(15):
            first, second = (ring(0, 0, 1, 1), ring(1, 1, 2, 3))
            return {"type": "MultiPolygon", "coordinates": [[first], [second]]}
        return {"type": "Polygon", "coordinates": [self.box()]}

    def box(self) -> list[list[float]]:
        west, south = self.pick(range(SIZE)), self.pick(range(SIZE))
        east = self.pick(range(west + 1, SIZE + 1))
        return ring(west, south, east, self.pick(range(south + 1, SIZE + 1)))

    # -- scenarios ---------------------------------------------------------------------------

    def scenario(self) -> dict[str, Any]:
        scenario: dict[str, Any] = {"scenario": "random"}
        extra = [a for a in ATTRIBUTES if a not in self.used and self.chance(8)]
        for attribute in (*self.used, *extra):
            if self.chance(30):
                scenario[attribute] = self.value(attribute)
            elif self.chance(20):
                scenario[attribute] = None
        if self.chance(12):
            scenario["weapon.name"] = self.pick(WEAPONS)
        return modelled(scenario)

    def value(self, attribute: str) -> Any:
        if attribute in PLACES:
            return self.place()
        if attribute in WORDS:
            unnamed = UNNAMED.get(attribute)
            return self.pick((*WORDS[attribute], *((unnamed,) if unnamed else ())))
        if attribute in NUMBERS:
            return self.pick(GIVEN_FIGURES)
        return self.pick(GIVEN_DAYS if attribute in DATES else (True, False))

    def place(self) -> dict[str, Any]:
        kind = self.pick(("centre", "edge", "corner", "disc", "box", "zone", "boxes", "elsewhere"))
        halves = range(1, 2 * SIZE, 2)
        lines = range(0, 2 * SIZE + 1, 2)
        x, y = self.pick(halves), self.pick(halves)
        if kind == "edge":
            x, y = (self.pick(lines), y) if self.chance(50) else (x, self.pick(lines))
        if kind == "corner" or (kind == "disc" and self.chance(50)):
            x, y = self.pick(lines), self.pick((*lines, *halves))
        if kind == "elsewhere":
            x = 40
        if kind == "box":
            return {"type": "Polygon", "coordinates": [self.box()]}
        if kind == "boxes":
            return self.shape()
        if kind == "zone" and not self.several:
            return {"zone": self.pick(ZONES)}
        point = at(x / 2, y / 2)
        if kind == "centre" and self.chance(20):
            return {"type": "Point", "coordinates": [point["lon"], point["lat"]]}
        return point | ({"accuracy_km": 1} if kind == "disc" else {})

    def middle(self) -> tuple[float, float]:
        """Return the middle of a cell, in cells from the grid's corner."""
        return self.pick(range(SIZE)) + 0.5, self.pick(range(SIZE)) + 0.5


def modelled(scenario: dict[str, Any]) -> dict[str, Any]:
    """Withhold what would tie a distance or a depth to a region: the reference has only cells.

    How these and an uncertain place narrow each other is in `test_given_distances.py`.
    """
    scenario.setdefault("target.depth_km", None)
    if not (scenario.get("target.location") and is_exact(scenario["target.location"])):
        scenario["target.depth_km"] = None
    places = [scenario[p] for p in PLACES if scenario.get(p)]
    if len(places) == 2 and all(is_exact(p) for p in places):
        if scenario.get(DISTANCE, 0) is None:
            del scenario[DISTANCE]
    elif places:
        scenario[DISTANCE] = None
    return scenario


def is_exact(place: dict[str, Any]) -> bool:
    """Tell whether a place is one point."""
    return place.get("type") == "Point" or ("lon" in place and "accuracy_km" not in place)


def at(x: float, y: float) -> dict[str, float]:
    """Return a point, in cells from the grid's corner."""
    return {"lon": WEST + x, "lat": SOUTH + y}


def ring(west: int, south: int, east: int, north: int) -> list[list[float]]:
    """Return a box as a ring, in cells from the grid's corner."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [[WEST + x, SOUTH + y] for x, y in corners]
