"""How a case is asked whether it covers something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from strikerules.language.conditions import Condition

if TYPE_CHECKING:
    from strikerules.testing.coverage.instrument import Look

__all__ = ["Changed", "InForce", "Matters", "Read", "Stands", "taken_as"]


class Stands(Struct, frozen=True):
    """A rule stands in one of some ways."""

    policy: str
    rule: str
    standings: tuple[str, ...]

    def __call__(self, look: Look) -> bool:
        return any(
            r.id == self.rule and r.policy == self.policy and r.outcome in self.standings
            for r in look.decision.rules
        )


class Matters(Struct, frozen=True):
    """A condition has a value, and with the other one the case would have failed.

    Where the value is not the same under every reading, only those count under which it is this.
    """

    policy: str
    condition: Condition
    change: int
    value: bool

    def __call__(self, look: Look) -> bool:
        op = look.program.places.get((self.policy, id(self.condition)))
        if op is None:  # nothing asks the definition that it is in
            return False
        where = (look.true if self.value else look.false)[op] & look.within
        if not where:
            return False
        after = look.variant(self.change)
        return look.notices(
            [(new & where) | (old & ~where) for old, new in zip(look.masks, after, strict=True)]
        )


class Changed(Struct, frozen=True):
    """With a change the case would have failed."""

    change: int
    default_turned: bool = False

    def __call__(self, look: Look) -> bool:
        return look.notices(look.variant(self.change), default_turned=self.default_turned)


class Read(Struct, frozen=True):
    """If one reading said what another of the question says, the case would have failed."""

    question: str
    reading: str

    def __call__(self, look: Look) -> bool:
        question = next(q for q in look.program.questions if q.id == self.question)
        mine = question.readings.index(self.reading)
        return any(
            look.notices(
                taken_as(
                    look.masks,
                    question.masks[mine],
                    question.masks[other],
                    (other - mine) * question.stride,
                )
            )
            for other in range(len(question.readings))
            if other != mine
        )


def taken_as(masks: Sequence[int], mine: int, other: int, shift: int) -> list[int]:
    """Return outcomes with one reading's in the place of another's."""
    found = []
    for mask in masks:
        moved = mask & other
        moved = moved >> shift if shift > 0 else moved << -shift
        found.append((mask & ~mine) | moved)
    return found


class InForce(Struct, frozen=True):
    """A policy of a timeline is in force, and no other may be."""

    policy: str

    def __call__(self, look: Look) -> bool:
        return look.decision.policy == self.policy
