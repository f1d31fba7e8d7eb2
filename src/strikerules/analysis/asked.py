"""A settled case, asked again with one thing changed."""

from __future__ import annotations

from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from strikerules.engine.case import Case
from strikerules.engine.decide import Verdict
from strikerules.engine.decision import Outcome, names_of
from strikerules.engine.program import Program
from strikerules.geography.atlas import Atlas
from strikerules.geography.places import Place
from strikerules.language.locations import Location
from strikerules.language.policy import ZoneSpec
from strikerules.language.scenario import Scenario
from strikerules.language.values import Value
from strikerules.problems import Position

__all__ = ["Asked"]


class _There(Struct, frozen=True):
    """Stands where a scenario has a location, and is a place already."""

    place: Place


class _Places(Atlas):
    """An atlas that is handed places, and makes each location's place once."""

    def __init__(self, atlas: Atlas) -> None:
        self.register, self._made = atlas.register, atlas._made
        self._known: dict[int, tuple[Location, Place]] = {}

    def place(
        self, location: Location, position: Position | None, specs: dict[str, ZoneSpec] | Any
    ) -> Place:
        if isinstance(location, _There):
            return location.place
        if id(location) not in self._known:
            self._known[id(location)] = (location, super().place(location, position, specs))
        return self._known[id(location)][1]


class Asked:
    """A case and what is possible in it; questions about variants are answered once each.

    Parameters
    ----------
    program : Program
    scenario : Scenario
    atlas : Atlas
    """

    def __init__(self, program: Program, scenario: Scenario, atlas: Atlas) -> None:
        self.program, self.scenario = program, scenario
        self.atlas = _Places(atlas)
        self.case = Case(program, scenario, self.atlas)
        self.possible = self._possible(self.case)
        self._with: dict[tuple[str, Value], tuple[Outcome, ...]] = {}

    def _possible(self, case: Case) -> tuple[Outcome, ...]:
        return names_of(Verdict(case).masks, self.program.every)

    def with_value(self, path: str, value: Value) -> tuple[Outcome, ...]:
        """Return what is possible where a fact has this value, and all others theirs."""
        key = (path, value)
        if key not in self._with:
            # what the catalogue fills in for a weapon stays, whatever its name
            values = {**self.scenario.values, **self.case.values, path: value}
            scenario = replace(
                self.scenario, values=values, withheld=self.scenario.withheld - {path}
            )
            self._with[key] = self._possible(Case(self.program, scenario, self.atlas))
        return self._with[key]

    def case_without(self, path: str) -> Case:
        """Return the case with a fact left out, to be worked out from others."""
        values = {k: v for k, v in self.scenario.values.items() if k != path}
        return Case(self.program, replace(self.scenario, values=values), self.atlas)

    def with_place(self, path: str, place: Place) -> tuple[Outcome, ...]:
        """Return what is possible where the target or the launch point is somewhere else."""
        there = cast(Location, _There(place))
        locations = {**self.scenario.locations, path: there}
        scenario = replace(self.scenario, locations=locations)
        return self._possible(Case(self.program, scenario, self.atlas))
