"""Rules without which every scenario would be decided alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from strikerules.analysis.diagrams import Function
from strikerules.analysis.outcomes import ORDERED, part_outcome, without
from strikerules.analysis.slices import Slicer
from strikerules.analysis.space import Space
from strikerules.engine.combine import Outcomes
from strikerules.engine.program import Part, Status

__all__ = ["Redundancy"]

_WINNING = {
    "prohibit-overrides": "prohibit",
    "permit-overrides": "permit",
    "permit-unless-prohibit": "prohibit",
    "prohibit-unless-permit": "permit",
}
"""The effect that decides wherever a rule with it applies."""


class Redundancy:
    """Tells which of a policy's rules make a difference.

    Parameters
    ----------
    space : Space
    part : Part
        The policy.
    statuses : list of Status
        How each rule stands, as functions.
    inside : Function
        The possible worlds in the policy's scope.
    """

    def __init__(self, space: Space, part: Part, statuses: list[Status], inside: Function) -> None:
        self.space, self.part, self.statuses, self.inside = space, part, statuses, inside

    def needed(self) -> set[int]:
        """Return rules that were seen to make a difference, in a slice or two of the worlds."""
        if not self.space.axes:
            return set()
        slicer = Slicer(self.space)
        waiting = {
            index: node
            for index, status in enumerate(self.statuses)
            if (node := (self.inside & status.applies).node) != self.space.diagrams.zero
        }
        found: set[int] = set()
        for index, node in list(waiting.items()):
            if index not in waiting:
                continue
            for seen in self._seen_to_matter(slicer, slicer.world_in(node), waiting):
                found.add(seen)
                del waiting[seen]
        return found

    def _seen_to_matter(
        self, slicer: Slicer, world: tuple[int, ...], waiting: Collection[int]
    ) -> list[int]:
        """Return the rules, of some, without which a world near this one is decided otherwise."""
        true, false = slicer.sides(world)
        every = slicer.every
        inside = true[self.part.scope] & slicer.column(self.space.possible, world)
        statuses = self.part.statuses(true, false, every)
        children = self.part.children(statuses, every)
        whole = self.part.settle(children, true, false, every)
        alone = _alone(self.part, children)
        found = []
        for index in waiting:
            applies = statuses[index].applies & inside
            if not applies or not applies & alone[self.part.rules[index].rule.effect]:
                continue
            if any(index in ops.overriders for ops in self.part.rules):
                less = without(self.part, index).outcome(true, false, every)
            else:
                fewer = [*children[:index], Outcomes(0, 0, every), *children[index + 1 :]]
                less = self.part.settle(fewer, true, false, every)
            if any((a ^ b) & inside for a, b in zip(whole, less, strict=True)):
                found.append(index)
        return found

    def is_redundant(self, index: int, applies: Function) -> bool:
        """Tell whether a rule makes no difference where it applies; elsewhere it makes none."""
        wins = _WINNING.get(self.part.policy.conflicts)
        if wins is None or any(ops.overriders for ops in self.part.rules):
            sides = self.space.sides(applies.node)
            return part_outcome(self.part, sides) == part_outcome(without(self.part, index), sides)
        mine = self.part.rules[index].rule.effect
        winners, others = self._rivals(index, applies, wins)
        default = self.part.policy.otherwise.effect
        if self.part.policy.conflicts.endswith(f"-unless-{wins}"):
            default = "permit" if wins == "prohibit" else "prohibit"
        if mine != wins:
            # it decides where no winner and no other of its own effect applies
            return default == mine or not _less(applies, [*winners, *others])
        left = _less(applies, winners)
        if not left or default != wins:
            return not left
        return not any(left & other for other in others)

    def _rivals(
        self, index: int, applies: Function, wins: str
    ) -> tuple[list[Function], list[Function]]:
        """Return where other rules apply as well: those whose effect wins, and the rest."""
        winners: list[Function] = []
        others: list[Function] = []
        for n, (ops, status) in enumerate(zip(self.part.rules, self.statuses, strict=True)):
            if n != index and (both := applies & status.applies):
                (winners if ops.rule.effect == wins else others).append(both)
        return winners, others


def _less(start: Function, taken: list[Function]) -> Function:
    """Return what is left of a set; what takes most of it is taken first."""
    left = start
    for one in sorted(taken, key=lambda f: len(f.diagrams.axes_of(f.node))):
        left = left & ~one
        if not left:
            break
    return left


def _alone(part: Part, children: Sequence[Outcomes]) -> dict[str, int]:
    """Return for each effect where just one rule has it: there its absence is likeliest to tell."""
    if part.policy.conflicts in ORDERED:
        return {"permit": -1, "prohibit": -1}
    found = {}
    for effect in ("permit", "prohibit"):
        once = twice = 0
        for child in children:
            mask = child.permit if effect == "permit" else child.prohibit
            twice |= once & mask
            once |= mask
        found[effect] = once & ~twice
    return found
