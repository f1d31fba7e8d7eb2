"""Random properties of random policies, and what has to be said of each, world by world."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.reference.evaluator import DEPTH, DISTANCE, LOCATIONS
from tests.reference.one_world import Json
from tests.reference.source import Seeded, Source
from tests.reference.strategies import ATTRIBUTES, Maker

from .mutants import mutant, same_condition
from .pairs import maker_of
from .verify_worlds import NOBODY, Looked

DECISIONS = ("permitted", "prohibited", "not_governed")
BESIDE = ("implies", "same_as")
KINDS = ("never", "always", "implies", "same_as", "settled", "regardless")
TARGET, LAUNCH = LOCATIONS
MOVES = {
    TARGET: (DEPTH, DISTANCE),
    LAUNCH: (DISTANCE,),
    DEPTH: (TARGET, DISTANCE),
    DISTANCE: (LAUNCH,),
}
"""What a fact can't differ in without these: a place has its depth and its distance."""
REGARDLESS = tuple(a for a in ATTRIBUTES if a != "own.flag")


@dataclass(frozen=True)
class Stated:
    """A policy that states things of itself, and the other one that some of them name."""

    policy: dict[str, Any]
    other: dict[str, Any]


def stated_of_seed(seed: int) -> Stated:
    """Return the policies of a seed."""
    return make_stated(Seeded(seed))


def make_stated(source: Source) -> Stated:
    """Return a policy with a property of every kind, and some more."""
    maker = maker_of(source)
    policy = maker.policy() | {"policy": "mine"}
    other = copy.deepcopy(policy)
    if source.chance(80):
        other, _, _ = mutant(maker, policy)
    other["policy"] = "other"
    kinds = [*KINDS, *(source.pick(KINDS) for _ in range(source.pick((2, 1, 0))))]
    policy["properties"] = [_property(maker, policy, f"p{n}", k) for n, k in enumerate(kinds)]
    return Stated(policy, other)


def _property(maker: Maker, policy: Json, name: str, kind: str) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if kind == "never":
        many = [d for d in DECISIONS if maker.chance(50)] or [maker.pick(DECISIONS)]
        body["decision"] = many[0] if len(many) == 1 and maker.chance(50) else many
    elif kind == "always" or (kind == "implies" and maker.chance(50)):
        body["decision"] = maker.pick(DECISIONS)
    if kind in BESIDE:
        body["policy"] = "other.yaml"
    if kind == "regardless":
        count = maker.pick((1, 2, 3))
        named = [maker.pick(maker.used if maker.chance(60) else REGARDLESS) for _ in range(count)]
        body["of"] = list(dict.fromkeys(named))
    if maker.chance(60):
        body["when"] = _when(maker, policy)
    short: Any = body
    if not body:
        short = True
    elif set(body) == {"of"} and maker.chance(50):
        short = body["of"]
    elif set(body) == {"policy"} and maker.chance(50):
        short = body["policy"]
    return {"id": name, kind: short}


def _when(maker: Maker, policy: Json) -> Any:
    """Return a condition: any, or one that has to do with the rules, so that something holds."""
    said = [r["when"] for r in policy["rules"] if "when" in r]
    said += [policy["scope"]] if "scope" in policy else []
    if not said or maker.chance(40):
        return maker.condition(1)
    one = maker.pick(said)
    if maker.chance(30):
        one = same_condition(maker, one)
    if maker.chance(60):
        one = {"not": one}
    return {"all": [one, maker.condition(0)]} if maker.chance(40) else one


# -- judged ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """A property, in the one shape."""

    id: str
    kind: str
    decisions: frozenset[str]
    of: tuple[str, ...]
    when: Any = None

    @property
    def named(self) -> str | None:
        """The name of its condition among those that the worlds tell apart."""
        return None if self.when is None else self.id


def claims_of(policy: Json) -> list[Claim]:
    """Return the properties of a policy."""
    found = []
    for stated in policy["properties"]:
        ((kind, body),) = ((k, v) for k, v in stated.items() if k in KINDS)
        long = body if isinstance(body, dict) else {"of": body} if kind == "regardless" else {}
        decided = long.get("decision", ["permitted"] if kind == "implies" else [])
        many = [decided] if isinstance(decided, str) else decided
        found.append(
            Claim(stated["id"], kind, frozenset(many), tuple(long.get("of", ())), long.get("when"))
        )
    return found


class Judge:
    """Says of each property whether a world refutes it.

    Parameters
    ----------
    stated : Stated
    given, readings : mapping, optional
        Only the worlds of a scenario, and some readings alone.
    """

    def __init__(
        self, stated: Stated, given: Json | None = None, readings: dict[str, str] | None = None
    ) -> None:
        self.claims = claims_of(stated.policy)
        conditions = {c.id: c.when for c in self.claims if c.when is not None}
        beside = any(c.kind in BESIDE for c in self.claims)
        other = stated.other if beside else NOBODY
        self.looked = Looked(stated.policy, other, conditions, given, readings)
        self.sampled = self.looked.sampled

    def refuted(self) -> dict[str, bool]:
        """Return whether some world refutes each property."""
        found = dict.fromkeys((c.id for c in self.claims), False)
        seen: dict[Any, frozenset[str]] = {}
        for facts in self.looked:
            for claim in self.claims:
                if found[claim.id]:
                    continue
                if claim.kind == "regardless":
                    found[claim.id] = self._depends(claim, facts, seen)
                else:
                    found[claim.id] = any(self.shown(claim, facts))
        return found

    def shown(self, claim: Claim, facts: Json) -> Iterator[bool]:
        """Yield for each combination of readings whether a world refutes a property under it."""
        looked = self.looked
        if claim.kind == "settled":
            inside = any(looked.holds(claim.named, law, facts) for _, law in looked.laws)
            outcomes = frozenset[str]().union(
                *(looked.outcomes(law, facts) for _, law in looked.laws)
            )
            yield inside and len(outcomes) > 1
        elif claim.kind in BESIDE:
            for (_, law), (_, other) in looked.together():
                mine, theirs = looked.outcomes(law, facts), looked.outcomes(other, facts)
                yield looked.holds(claim.named, law, facts) and (
                    mine != theirs if claim.kind == "same_as"
                    else bool(mine & claim.decisions) and bool(theirs - claim.decisions)
                )  # fmt: skip
        else:
            for _, law in looked.laws:
                found = looked.outcomes(law, facts)
                wrong = found & claim.decisions if claim.kind == "never" else (
                    found - claim.decisions
                )  # fmt: skip
                yield looked.holds(claim.named, law, facts) and bool(wrong)

    def _depends(self, claim: Claim, facts: Json, seen: dict[Any, frozenset[str]]) -> bool:
        """Tell whether a world seen before differs in what should not matter, and so decided."""
        named = self.looked.worlds.named
        free = {name for one in claim.of for name in (one, *MOVES.get(one, ()))}
        rest = tuple((k, v) for k, v in facts.items() if k in named and k not in free)
        for choice, law in self.looked.laws:
            if self.looked.holds(claim.named, law, facts):
                outcome = self.looked.outcomes(law, facts)
                if seen.setdefault((claim.id, choice, rest), outcome) != outcome:
                    return True
        return False
