"""Hypothesis strategies for whole policies, as mappings that `strikerules.load` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import shapely
from hypothesis import strategies as st

from strikerules.engine.combine import ALGORITHMS
from strikerules.geography.zones import zone_register
from strikerules.language.vocabulary import KINDS_OF_TARGET, KINDS_OF_WEAPON
from strikerules.problems import InvalidInput, Problem, quoted
from strikerules.testing.strategies.places import is_small

__all__ = ["policies"]

_ZONES = ("russia", "ukraine", "belgorod-oblast", "kharkiv-oblast")
_LANDS = ("US", "GB", "NO")
_KM = (100, 30, 0, 300)
_DAYS = ("2024-05-30", "2024-05-27", "2024-06-10")
#: Widening by other distances would take a second each where a place is not known.
_NEAR_KM = (30, 100)

_WORDS: dict[str, tuple[str, ...]] = {
    "weapon.made_in": _LANDS,
    "weapon.supplied_by": _LANDS,
    "attacker": ("UA", "GB"),
    "weapon.kind": KINDS_OF_WEAPON[:3],
    "target.kind": KINDS_OF_TARGET[:4],
    "target.supports": ("kharkiv_assault", "other_operation", "none"),
    "timing": ("pre_emptive", "in_response"),
    "weapon.name": ("gmlrs-m31", "storm-shadow"),
}
_BOOLEANS = ("weapon.us_parts", "area.designated", "area.communicated")
_NUMBERS = ("weapon.max_range_km", "strike.distance_km", "target.depth_km")
_PLACES = ("target.location", "launch.location")

_FACTS: dict[str, dict[str, Any]] = {
    "conditions.crews_trained": {"type": "boolean"},
    "weather.visibility_km": {"type": "number", "unit": "km"},
    "weather.sky": {"values": ["clear", "overcast"]},
    "review.due": {"type": "date"},
}
#: Each with the values it may have, and the attributes that it may be compared with.
_PARAMETERS: dict[str, tuple[tuple[Any, ...], tuple[str, ...]]] = {
    "far_km": (_KM, (*_NUMBERS, *_PLACES)),
    "turn": (_DAYS, ("date",)),
    "land": (_LANDS, ("weapon.made_in", "weapon.supplied_by")),
    "sort": (KINDS_OF_WEAPON[:3], ("weapon.kind",)),
    "asked": ((True, False), ("weapon.us_parts",)),
}
_EQUAL = ("eq", "ne")
_ORDER = ("gt", "le", "lt", "ge", *_EQUAL)
_IN_TIME = ("from", "before", "until", *_ORDER)
_NEAR = ("within_distance",)
_WIDER = ("wider", "strip", "kept")
_TENTHS = range(10)

Made = dict[str, Any]


def policies(
    *, zones: Sequence[str] = _ZONES, max_rules: int = 4
) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for whole policies.

    They have a scope or none, each of the combining algorithms, what holds otherwise, rules with
    exceptions, definitions, parameters, facts and zones of their own, and questions whose readings
    define, set and put zones in place of others. They mean nothing: they are for properties that
    hold of every policy. They shrink towards a policy without rules.

    Parameters
    ----------
    zones : sequence of str
        Names of the register, one or more: the policies test these, and make their own zones
        from them.
    max_rules : int
        The most rules that a policy has.

    Returns
    -------
    SearchStrategy
        Of mappings that `strikerules.load` takes without problems.

    Raises
    ------
    InvalidInput
        SR401 there is no such zone, SR115 `max_rules` is less than 0, SR406 no zone is named.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> import strikerules as sr
    >>> @settings(max_examples=20, derandomize=True, database=None, deadline=None)
    ... @given(policies(zones=["belgorod-oblast", "kharkiv-oblast"], max_rules=2))
    ... def decides_something(mapping):
    ...     assert sr.load(mapping).check({"date": "2024-06-02"}).possible
    >>> decides_something()
    """
    if max_rules < 0:
        message = f"{quoted(max_rules)} is out of range for `max_rules`"
        raise InvalidInput(Problem("SR115", message, None, "at least 0"))
    if not zones or isinstance(zones, str):
        message = f"{quoted(zones)} can't be `zones`"
        raise InvalidInput(Problem("SR406", message, None, "a list of names of zones"))
    for name in zones:
        zone_register().get(name)
    return _policies(zones=tuple(zones), max_rules=max_rules)


def _draw_policy(draw: st.DrawFn, zones: tuple[str, ...], max_rules: int) -> Made:
    return _Drawing(draw, zones).policy(max_rules)


_draw_policy.__name__ = "policies"
_policies: Callable[..., st.SearchStrategy[Made]] = st.composite(_draw_policy)


class _Drawing:
    """One policy being drawn: first what conditions may name, then what they say."""

    def __init__(self, draw: st.DrawFn, zones: tuple[str, ...]) -> None:
        self.draw, self.register_zones = draw, zones
        self.small = [n for n in zones if is_small(zone_register().get(n))]
        self.zones = list(zones)
        self.own_zones: Made = {}
        self.parameters: Made = {}
        self.facts: Made = {}
        self.attributes: dict[str, tuple[Sequence[Any], Sequence[str]]] = {}
        self.definitions: Made = {}
        self.questions: Made = {}
        self.named: list[str] = []

    def _pick(self, choices: Iterable[Any]) -> Any:
        return self.draw(st.sampled_from(list(choices)))

    def _some(self, names: Iterable[str], most: int, least: int = 0) -> list[str]:
        choice = st.sampled_from(list(names))
        return self.draw(st.lists(choice, min_size=least, max_size=most, unique=True))

    def policy(self, max_rules: int) -> Made:
        """Return the policy, without the sections that have nothing in them."""
        self.facts = {n: dict(_FACTS[n]) for n in self._some(_FACTS, 2)}
        self.attributes = self._attributes()
        for name, (values, paths) in _PARAMETERS.items():
            if not self.attributes.keys().isdisjoint(paths) and self._pick((False, True)):
                self.parameters[name] = self._pick(values)
        for index in range(self._pick(range(3))):
            self.own_zones[f"zone-{index + 1}"] = self._zone()
        self.zones += self.own_zones
        for index in range(self._pick(range(3))):
            name = f"meant-{index + 1}"
            self.definitions[name] = self._condition()
            self.named.append(name)
        free = {"define": list(self.definitions), "set": list(self.parameters),
                "zones": list(self.own_zones)}  # fmt: skip
        for index in range(self._pick(range(3))):
            self._question(f"question-{index + 1}", free)
        scope = self._condition() if self._pick((False, True)) else None
        conflicts = self._pick((None, *ALGORITHMS))
        otherwise = self._pick((None, "prohibit", "permit", "not_governed", "more"))
        if otherwise == "more":
            otherwise = {"effect": "prohibit", "text": "what is not allowed is prohibited"}
        rules: list[Made] = []
        for index in range(self._pick(range(max_rules + 1))):
            rules.insert(self._pick(range(index + 1)), self._rule(f"rule-{index + 1}", rules))
        found = {
            "policy": "drawn",
            "scope": scope,
            "conflicts": conflicts,
            "otherwise": otherwise,
            "facts": self.facts,
            "parameters": {n: {"value": v} for n, v in self.parameters.items()},
            "zones": self.own_zones,
            "definitions": self.definitions,
            "questions": self.questions,
            "rules": rules,
        }
        return {k: v for k, v in found.items() if v is not None and v != {} and v != []}

    def _rule(self, name: str, before: list[Made]) -> Made:
        rule: Made = {"id": name, "effect": self._pick(("permit", "prohibit"))}
        for part in self._pick((("when",), ("when", "unless"), (), ("unless",))):
            rule[part] = self._condition()
        beaten = self._some((r["id"] for r in before), 2) if before else []
        return rule | ({"overrides": beaten} if beaten else {})

    def _question(self, name: str, free: dict[str, list[str]]) -> None:
        """Draw a question that settles what no other does, or something that is its own."""
        kind = self._pick(("define", "zones", "set") if free["set"] else ("define", "zones"))
        own = f"{name}-means"
        about = self._pick((*free[kind], own) if kind != "set" else free[kind])
        readings: Made = {}
        for reading in ("first", "second", "third")[: self._pick((2, 3))]:
            if about != own and self._pick((False, False, True)):
                # what one reading is silent on, the policy itself has
                readings[reading] = {}
                continue
            if kind == "define":
                # definitions that it could name might rest on it
                said = self._condition(naming=False)
            else:
                said = self._zone() if kind == "zones" else self._pick(_PARAMETERS[about][0])
            readings[reading] = {kind: {about: said}}
        self.questions[name] = {"readings": readings}
        if about != own:
            free[kind].remove(about)
        else:
            (self.named if kind == "define" else self.zones).append(about)

    # -- zones ---------------------------------------------------------------------------------

    def _zone(self) -> Any:
        """Draw a zone made from those of the register, one that is not empty."""
        kinds = ("name", "same_as", "union", "box", *_WIDER * bool(self.small))
        kind = self._pick(kinds)
        if kind == "name":
            return self._pick(self.register_zones)
        if kind == "same_as":
            records = {r: self._record() for r in self._some(["designated", "communicated"], 2)}
            return {"same_as": self._pick(self.register_zones), **records}
        if kind == "union":
            return {"union": self._some(self.register_zones, 3, least=1)}
        if kind == "box":
            east, north = self._pick(_TENTHS), self._pick(_TENTHS)
            return _box(self._pick(self.register_zones), east, north, self._pick((0, 1)))
        name = self._pick(self.small)
        wider = {"buffer_km": self._pick(_NEAR_KM), "of": name}
        if kind == "strip":
            return {"difference": [wider, name]}
        return wider if kind == "wider" else {"intersection": [name, wider], "status": "assumed"}

    def _record(self) -> Made:
        day = self._pick((None, *_DAYS))
        return {"by": "somebody"} | ({"on": day} if day else {})

    # -- conditions ----------------------------------------------------------------------------

    def _condition(self, depth: int = 2, *, naming: bool = True) -> Any:
        """Draw a condition; `naming` allows it to name definitions."""
        kinds = ["test"] * 3 + ["all", "any", "not"] * bool(depth) + ["always"]
        kind = self._pick([*kinds, "is"] if naming and self.named else kinds)
        if kind == "test":
            return self._test(self._pick(self.attributes))
        if kind == "is":
            return {"is": self._pick(self.named)}
        if kind == "not":
            return {"not": self._condition(depth - 1, naming=naming)}
        if kind == "always":
            return self._pick((True, False))
        parts = range(self._pick((2, 1, 3, 0)))
        return {kind: [self._condition(depth - 1, naming=naming) for _ in parts]}

    def _test(self, path: str) -> Made:
        """Draw a test of one attribute: a bare value, a list, or one comparison or two."""
        if path in _PLACES:
            compare = self._pick(("within", "disjoint", "intersects", *_NEAR * bool(self.small)))
            zones = self.small if compare in _NEAR else self.zones
            zone: Any = self._pick(zones)
            if compare in _NEAR:
                far = ["$far_km"] * ("far_km" in self.parameters)
                zone = {"of": zone, "km": self._pick((*_NEAR_KM, *far))}
            return {path: {compare: zone}}
        values, comparisons = self.attributes[path]
        names = [f"${n}" for n in self.parameters if path in _PARAMETERS[n][1]]
        values = (*values, *names)
        how = self._pick(("is", "compared", "between", "in"))
        if how == "is":
            return {path: self._pick(values)}
        if how == "in":
            return {path: {"in": [self._pick(values) for _ in range(self._pick((2, 1, 3, 0)))]}}
        several = self._some(comparisons, 1 if how == "compared" else 2, least=1)
        return {path: {comparison: self._pick(values) for comparison in several}}

    def _attributes(self) -> dict[str, tuple[Sequence[Any], Sequence[str]]]:
        """Draw what may be tested, a few for a policy, with the values and comparisons of each."""
        flag, number, day = ((True, False), _EQUAL), (_KM, _ORDER), (_DAYS, _IN_TIME)
        known: dict[str, tuple[Sequence[Any], Sequence[str]]] = {
            **{path: (words, _EQUAL) for path, words in _WORDS.items()},
            **dict.fromkeys(_NUMBERS, number),
            **dict.fromkeys(_BOOLEANS, flag),
            **dict.fromkeys(_PLACES, ((), ())),
            "date": day,
        }
        found = {path: known[path] for path in self._some(known, 4, least=1)}
        kinds = {"boolean": flag, "number": number, "date": day}
        for path, fact in self.facts.items():
            found[path] = kinds[fact["type"]] if "type" in fact else (fact["values"], _EQUAL)
        return found


def _box(name: str, east: int, north: int, edge_km: int) -> Made:
    """Return a box of half a degree near a point of a zone."""
    point = shapely.point_on_surface(zone_register().get(name).geometry)
    west = min(max(round(point.x + east / 10, 1), -179.0), 179.0)
    south = min(max(round(point.y + north / 10, 1), -89.0), 89.0)
    ring = [(0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5), (0.0, 0.0)]
    corners = [[round(west + x, 1), round(south + y, 1)] for x, y in ring]
    made: Made = {"geometry": {"type": "Polygon", "coordinates": [corners]}}
    return made | ({"edge_km": edge_km} if edge_km else {})
