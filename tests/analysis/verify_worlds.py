"""All worlds of one policy, or of two, and what holds in each under every reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.reference.evaluator import DEPTH, LOCATIONS, RECORDS
from tests.reference.one_world import Json, Law, conditions_of, evaluate, holds, tests_of

import strikerules as sr

from .worlds import LEFT_OUT, Choice, Worlds, recorded

__all__ = ["NOBODY", "Looked", "flat", "given_by"]

TARGET = LOCATIONS[0]
NOBODY: Json = {"policy": "nobody"}
"""A policy that says nothing: the other one where only one is looked at."""

Facts = dict[str, Any]


class _Facts(Worlds):
    """Worlds without what is said of them."""

    def world(self, facts: Facts) -> Any:
        return facts


class Looked:
    """The worlds of a policy and, if there is one, of another that it is compared with.

    Parameters
    ----------
    policy, other : mapping
    conditions : mapping
        More that the worlds have to tell apart, in the words of the policy.
    given, readings : mapping, optional
        A scenario with dotted keys, and questions answered.
    """

    def __init__(
        self, policy: Json, other: Json = NOBODY, conditions: Mapping[str, Any] | None = None,
        given: Json | None = None, readings: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        more = {f"own-{name}": body for name, body in (conditions or {}).items()}
        asked = dict(policy) | {"definitions": {**policy.get("definitions", {}), **more}}
        asking = {"id": "own", "effect": "permit", "when": {"any": [{"is": n} for n in more]}}
        self.worlds = _Facts(
            asked | {"rules": [*policy.get("rules", []), asking]}, other, given, left_out=True
        )
        self.side, self.other = self.worlds.sides
        self.side.laws = [
            (choice, Law(asked, law.definitions, law.parameters, law.zones))
            for choice, law in self.side.laws
        ]
        self.unlooked: set[str] = set()
        if given is not None:
            # what a scenario leaves out the zones' records tell
            self.worlds.given |= dict.fromkeys(self.worlds.records, LEFT_OUT)
        self._known: dict[tuple[Any, ...], frozenset[str]] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        chosen = readings or {}
        self.side.laws = [one for one in self.side.laws if chosen.items() <= dict(one[0]).items()]
        # of a question that only has the name in common the other policy's stays open
        both = {q: r for q, r in chosen.items() if q in self.worlds.shared}
        self.other.laws = [one for one in self.other.laws if both.items() <= dict(one[0]).items()]

    @property
    def sampled(self) -> bool:
        """Whether only some of the distances between two places are tried."""
        return self.worlds.sampled

    def answer_other(self, readings: Mapping[str, str]) -> None:
        """Choose readings of the other policy's own questions."""
        own = self.worlds.own[1]
        said = {q: r for q, r in readings.items() if q in own}
        self.other.laws = [one for one in self.other.laws if said.items() <= dict(one[0]).items()]

    def as_told(self, notes: Iterable[str]) -> bool:
        """Leave aside what is said not to be looked at; tell whether it may be.

        It may where only some of the readings have records of a fact.
        """
        said = {p for p in RECORDS if any(n.startswith(f"`{p}` is compared as") for n in notes)}
        self.unlooked = said
        return self.worlds.unlooked <= said <= self.worlds.mixed

    @property
    def laws(self) -> list[tuple[Choice, Law]]:
        """The policy under each combination of its readings."""
        return self.side.laws

    @property
    def questions(self) -> Mapping[str, list[str]]:
        """The policy's open questions."""
        return self.side.questions

    def together(self) -> Iterator[tuple[tuple[Choice, Law], tuple[Choice, Law]]]:
        """Yield the readings of both policies that go together: one to a question of both."""
        for mine, law in self.side.laws:
            for theirs, its in self.other.laws:
                both = self.worlds.shared
                if all(dict(mine)[q] == r for q, r in theirs if q in both):
                    yield (mine, law), (theirs, its)

    def __iter__(self) -> Iterator[Facts]:
        for facts in iter(self.worlds):
            told: Facts = facts  # type: ignore[assignment]
            if all(told.get(path) != LEFT_OUT for path in self.unlooked):
                yield told

    def holds(self, name: str | None, law: Law, facts: Facts) -> bool:
        """Tell whether one of the conditions holds in a world under a reading."""
        return name is None or holds(law.definitions[f"own-{name}"], recorded(law, facts), law)

    def outcomes(self, law: Law, facts: Facts) -> frozenset[str]:
        """Return what a policy comes to."""
        key = (id(law), *(facts[name] for name in self._tested(law)))
        if key not in self._known:
            self._known[key] = evaluate(law, recorded(law, facts))[0]
        return self._known[key]

    def _tested(self, law: Law) -> tuple[str, ...]:
        """Return the attributes that a policy tests under a reading."""
        if id(law) not in self._names:
            tested = (name for c in conditions_of(law) for name, _, _ in tests_of(c))
            hangs_on = (TARGET, "date") if self.worlds.records else ()
            named = (*tested, *(n for n in hangs_on if n in self.worlds.named))
            self._names[id(law)] = tuple(dict.fromkeys(named))
        return self._names[id(law)]


def given_by(witness: Json) -> dict[str, Any]:
    """Return what a witness gives, with dotted keys and without its name.

    The reference knows the grid alone, where no depths are: that of a place is given beside it.
    """
    given = {k: v for k, v in flat(witness).items() if k != "scenario"}
    target = given.get(TARGET)
    if target is not None and DEPTH not in given:
        given[DEPTH] = sr.zone("ukraine").distance_km(target["lon"], target["lat"])
    return given


def flat(scenario: Json, head: str = "") -> dict[str, Any]:
    """Return a nested scenario with dotted keys; a location stays whole."""
    found: dict[str, Any] = {}
    for key, value in scenario.items():
        path = f"{head}{key}"
        if isinstance(value, dict) and path not in LOCATIONS:
            found |= flat(value, f"{path}.")
        else:
            found[path] = value
    return found
