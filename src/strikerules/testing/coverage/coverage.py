"""The coverage of policies by the cases that passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import floor
from typing import Any

from msgspec import Struct

from strikerules.api import Policy
from strikerules.engine.decision import Decision
from strikerules.language.scenario import Scenario
from strikerules.problems import InvalidInput
from strikerules.testing.coverage.instrument import Instrument
from strikerules.testing.coverage.items import KINDS, Item, claims_covered
from strikerules.testing.suite import Expectation

__all__ = ["Coverage", "Covered", "Open"]


class Open(Struct):
    """An item that no case covers, and a case that would.

    `impossible` is that no scenario can cover it; `case` is None where none was found.
    """

    item: Item
    impossible: bool = False
    case: dict[str, Any] | None = None


class Covered:
    """One policy and what of it is covered.

    Parameters
    ----------
    policy : Policy
    name : str
        As it is shown.

    Attributes
    ----------
    cases : int
        That passed and were counted.
    covered : set of str
        Ids of items.
    """

    def __init__(self, policy: Policy, name: str) -> None:
        self.policy, self.name = policy, name
        self.instrument = Instrument(policy)
        self.covered: set[str] = set()
        self.cases = 0
        self._varied: dict[tuple[Any, ...], Instrument] = {}
        self._open: list[Open] | None = None

    def count(
        self,
        scenario: Scenario,
        expect: Expectation,
        decision: Decision,
        readings: Mapping[str, str] | None = None,
        set: Mapping[str, Any] | None = None,
    ) -> None:
        """Count a case that passed."""
        instrument = self.instrument
        if set:
            key = tuple(set.items())
            if key not in self._varied:
                self._varied[key] = Instrument(self.policy.vary(set=set))
            instrument = self._varied[key]
        wanted = [i.id for i in self.instrument.items if i.id not in self.covered]
        self.covered |= instrument.covers(scenario, expect, decision, readings or {}, wanted)
        self.cases += 1
        self._open = None

    def take(self, covered: set[str], cases: int) -> None:
        """Take what another process has counted."""
        self.covered |= covered
        self.cases += cases
        self._open = None

    def is_covered(self, item: Item) -> bool:
        """Tell whether an item is covered."""
        return item.id in self.covered or item.id in self._claimed

    @property
    def _claimed(self) -> set[str]:
        return set(claims_covered(self.instrument.plan, self.covered, self.cases > 0))

    @property
    def uncovered(self) -> list[Open]:
        """What can be covered and is not, each with a case that would; worked out once."""
        return [o for o in self._looked() if not o.impossible]

    @property
    def impossible(self) -> list[Open]:
        """What no scenario can cover; it does not count."""
        return [o for o in self._looked() if o.impossible]

    def _looked(self) -> list[Open]:
        if self._open is None:
            left = [i for i in self.instrument.items if not self.is_covered(i)]
            found = self._found([i for i in left if i.kind != "claim"]) if left else {}
            self._open = [found.get(i.id) or Open(i) for i in left]
            self._settle_claims()
        return self._open

    def _found(self, left: list[Item]) -> dict[str, Open]:
        from strikerules.analysis.diagrams import TooManyNodes
        from strikerules.testing.coverage.finding import Finder

        try:
            return Finder(self.instrument).look_for(left)
        except (InvalidInput, TooManyNodes, RecursionError):
            return {}  # more worlds, or combinations of readings, than are looked at

    def _settle_claims(self) -> None:
        """A claim can't be covered where one of its parts can't."""
        assert self._open is not None
        gone = {o.item.id for o in self._open if o.impossible}
        parts = self.instrument.plan.parts
        for one in self._open:
            if one.item.kind == "claim":
                among = parts[one.item.id.removeprefix("claim:")]
                left = [[i for i in part if i not in gone] for part in among]
                held = [part for part in left if part]
                one.impossible = not held
                if held and all(any(i in self.covered for i in part) for part in held):
                    self.covered.add(one.item.id)
        self._open = [o for o in self._open if o.item.id not in self.covered]

    @property
    def total(self) -> int:
        """How many items can be covered."""
        return len(self.instrument.items) - len(self.impossible)

    @property
    def count_covered(self) -> int:
        """How many are."""
        return self.total - len(self.uncovered)

    @property
    def percent(self) -> int:
        """The share that is covered, rounded down."""
        return floor(100 * self.count_covered / self.total) if self.total else 100

    def by_kind(self) -> dict[str, tuple[int, int]]:
        """Return for each kind of item how many are covered, and of how many."""
        gone = {o.item.id for o in self.impossible}
        left = {o.item.id for o in self.uncovered}
        total = Counter(i.kind for i in self.instrument.items if i.id not in gone)
        missing = Counter(i.kind for i in self.instrument.items if i.id in left)
        return {KINDS[k]: (total[k] - missing[k], total[k]) for k in KINDS if total[k]}

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "policy": self.name,
            "cases": self.cases,
            "covered": self.count_covered,
            "total": self.total,
            "percent": self.percent,
            "kinds": {k: {"covered": a, "total": b} for k, (a, b) in self.by_kind().items()},
            "uncovered": [_plain(o) for o in self.uncovered],
            "impossible": [_plain(o) for o in self.impossible],
        }


def _plain(one: Open) -> dict[str, Any]:
    at = one.item.at
    where = {} if at is None or not at.file else {
        "file": at.file, "line": at.line, "column": at.column
    }  # fmt: skip
    out = {"id": one.item.id, "kind": one.item.kind, "text": one.item.text, **where}
    return out if one.impossible else {**out, "case": one.case}


class Coverage:
    """The coverage of all policies that a run has tested."""

    def __init__(self) -> None:
        self.policies: dict[str, Covered] = {}

    def of(self, policy: Policy, name: str, key: str) -> Covered:
        """Return the count of a policy."""
        if key not in self.policies:
            self.policies[key] = Covered(policy, name)
        return self.policies[key]

    @property
    def percent(self) -> int:
        """The share of all items that is covered, rounded down."""
        covered = sum(p.count_covered for p in self.policies.values())
        total = sum(p.total for p in self.policies.values())
        return floor(100 * covered / total) if total else 0

    def below(self, threshold: float) -> bool:
        """Tell whether any policy is covered less; true where nothing was counted."""
        return not self.policies or any(
            100 * p.count_covered < threshold * p.total for p in self.policies.values()
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "percent": self.percent,
            "policies": [p.to_dict() for p in self.policies.values()],
        }
