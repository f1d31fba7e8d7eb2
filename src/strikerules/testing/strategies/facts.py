"""What a policy asks, and the values of facts that matter to it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from strikerules.api import Policy
from strikerules.engine.case import DEPTH, RANGE
from strikerules.geography.atlas import zones_of
from strikerules.geography.places import Place
from strikerules.geography.zones import Zone
from strikerules.language.policy import Timeline
from strikerules.language.scenario import Scenario, read_scenario
from strikerules.language.values import Value
from strikerules.language.vocabulary import Attribute
from strikerules.language.weapons import FILLED, Weapon, catalogue
from strikerules.testing.strategies.aims import Aim, Rule, aims_of
from strikerules.testing.strategies.places import is_small

__all__ = ["Asked", "Flat", "flattened", "tidy"]

#: Just beside a threshold, as a person would write it.
_BESIDE = (0.0, 1.0, -1.0, 0.001, -0.001)
_FIGURES = (80.0, 10.0, 300.0)
_DAYS = (date(2024, 6, 2), date(2024, 5, 2))
_COUNTRIES = ("FR", "NO", "US", "UA", "GB", "DE")
#: Where a policy names no zone, or none that is small.
_ELSEWHERE = {"target.location": "belgorod-oblast", "launch.location": "kharkiv-oblast"}

Flat = dict[str, Any]


class Asked:
    """What one policy asks of a scenario, and what is given of it already.

    Parameters
    ----------
    policy : Policy
    given : mapping
        Nested or dotted.

    Raises
    ------
    InvalidInput
        As `Policy.check` does: `given` is not a scenario.
    """

    def __init__(self, policy: Policy, given: Mapping[str, Any]) -> None:
        self.policy, self.vocabulary = policy, policy.ruling.vocabulary
        self.given: Flat = dict(flattened(given, self.vocabulary))
        known: Scenario = read_scenario(self.given, self.vocabulary)
        self.known = dict(known.values)
        self.specs = zones_of(policy.ruling)
        for path in known.locations:
            self.place(path, self.given[path])

    @cached_property
    def operands(self) -> dict[str, list[Value]]:
        """For each attribute that is tested the values that it is compared with, in order."""
        found: dict[str, dict[Value, None]] = {}
        for atom in self.policy.program.atoms:
            named = found.setdefault(atom.attribute, {})
            if atom.zone is None:
                operand = atom.operand
                several = operand if isinstance(operand, frozenset) else {operand}
                named |= dict.fromkeys(v for v in sorted(several, key=str) if v is not None)
        ruling = self.policy.ruling
        if "date" in found and isinstance(ruling, Timeline) and ruling.known_until:
            found["date"][ruling.known_until] = None
        return {path: list(named) for path, named in found.items()}

    @cached_property
    def aims(self) -> list[Rule | None]:
        """What a scenario may be aimed at."""
        return aims_of(self.policy.program)

    @cached_property
    def lines(self) -> dict[str, list[tuple[Zone, float | None]]]:
        """For each place the zones, and distances from zones, that it is compared with."""
        found: dict[str, dict[tuple[Zone, float | None], None]] = {p: {} for p in _ELSEWHERE}
        ukraine = self.policy.atlas.register_zone("ukraine")
        for atom in self.policy.program.atoms:
            operand = atom.operand
            if atom.zone is not None:
                km = float(operand) if isinstance(operand, float | int) else None
                found[atom.attribute][atom.zone, km or None] = None
        for depth in self.operands.get(DEPTH, ()):
            found["target.location"][ukraine, float(depth) or None] = None  # type: ignore[arg-type]
        for path, named in found.items():
            if not named:
                named[self.policy.atlas.register_zone(_ELSEWHERE[path]), None] = None
        return {path: list(named) for path, named in found.items()}

    @cached_property
    def regions(self) -> dict[str, list[str]]:
        """For each place the names of zones that it may be somewhere in."""
        register, found = self.policy.atlas.register, {}
        for path, elsewhere in _ELSEWHERE.items():
            names = dict.fromkeys(z.id for z, _ in self.lines[path] if is_small(z))
            names[elsewhere] = None
            known = [n for n in names if n in self.specs or n in register]
            found[path] = [n for n in known if is_small(self._zone(n))]
        return found

    def _zone(self, name: str) -> Zone:
        return self.policy.atlas.zone(name, self.specs, {})

    def place(self, path: str, location: Mapping[str, Any]) -> Place:
        """Return the place of a location as a scenario has it."""
        read = read_scenario({path: location}, self.vocabulary).locations[path]
        return self.policy.atlas.place(read, None, self.specs)

    def weapons(self, low: float) -> list[Weapon]:
        """Return the weapons that reach so far and contradict nothing that is given.

        Those that the policy names come first.
        """
        named = set(self.operands.get("weapon.name", ()))
        found = [
            weapon
            for weapon in catalogue().values()
            if (RANGE in self.known or weapon.max_range_km >= low)
            and all(
                self.known.get(f"weapon.{key}") in (None, getattr(weapon, key)) for key in FILLED
            )
        ]
        return sorted(found, key=lambda weapon: weapon.name not in named)

    def values(self, path: str, aim: Aim, low: float = -math.inf) -> st.SearchStrategy[Any]:
        """Return a strategy for an attribute's values; numbers are at least `low`."""
        attribute, operands = self.vocabulary[path], self.operands.get(path, [])
        others: st.SearchStrategy[Any] | None = None
        found: list[Any]
        if attribute.kind == "boolean":
            found = [False, True]
        elif attribute.kind == "number":
            cuts = [float(x) for x in operands if isinstance(x, float | int)]
            low = max(low, 0.0 if attribute.origin == "base" else -math.inf)
            # each depth is a line around Ukraine, which takes a second to draw
            found = _figures(cuts, low, _BESIDE[:3] if path == DEPTH else _BESIDE)
            if path != DEPTH and path not in aim.wanted:
                least = math.ceil(low if math.isfinite(low) else min(found) - 50)
                others = st.integers(least, max(2 * math.ceil(max(found)), least) + 100)
        elif attribute.kind == "date":
            found = _days(d for d in operands if isinstance(d, date))
        else:
            found = _words(attribute, operands)
        usual = st.sampled_from(aim.fitting(path, found))
        return usual if others is None else st.one_of(usual, usual, usual, others)


def flattened(data: Mapping[str, Any], vocabulary: Mapping[str, Attribute]) -> Iterable[Any]:
    """Yield the paths and values of a scenario, dates as text; what is no group stays as it is."""

    def walk(part: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, Any]]:
        for key, value in part.items():
            path = f"{prefix}{key}"
            group = path == "conditions" or any(n.startswith(f"{path}.") for n in vocabulary)
            if group and path not in vocabulary and isinstance(value, Mapping):
                yield from walk(value, f"{path}.")
            else:
                yield path, value.isoformat()[:10] if isinstance(value, date) else value

    return walk(data, "")


def _figures(cuts: Iterable[float], low: float, beside: Iterable[float]) -> list[float]:
    """Return numbers from `low` on: at cuts, beside them, between them."""
    ordered = sorted(set(cuts))
    tried = [cut + off for off in beside for cut in ordered]
    tried += [(a + b) / 2 for a, b in pairwise(ordered)]
    tried += () if ordered else _FIGURES
    tried += [low, math.ceil(low), math.ceil(low) + 50.0] if low > 0 else [0.0]
    return list(dict.fromkeys(tidy(x) for x in tried if x >= low and math.isfinite(x)))


def tidy(number: float) -> float:
    """Return a number as people write it: whole ones without a point, none rounded down."""
    number = max(round(number, 9), number)
    return int(number) if number == int(number) else number


def _days(turns: Iterable[date]) -> list[str]:
    """Return the days of change, and the days before and after them, as text."""
    ordered = sorted(turns) or list(_DAYS)
    inner = [day for day in ordered if date.min < day < date.max]
    beside = [day + timedelta(days=off) for off in (-1, 1) for day in inner]
    return list(dict.fromkeys(day.isoformat() for day in (*ordered, *beside)))


def _words(attribute: Attribute, operands: list[Value]) -> list[str]:
    """Return the words that tests name and one that they do not; all where none is named."""
    named = [str(word) for word in operands]
    if attribute.kind == "values":
        named = [word for word in named if word in attribute.values]
    choices = attribute.values if attribute.kind == "values" else _COUNTRIES
    others = [word for word in choices if word not in named]
    return [*named, *others[:1]] if named else others
