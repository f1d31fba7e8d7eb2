"""A set of worlds shown by one of them: a scenario, the readings, what the engine says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from strikerules.analysis.cover import worlds_in
from strikerules.analysis.diagrams import Box, TooManyNodes
from strikerules.analysis.regions import order_of
from strikerules.analysis.space import Space
from strikerules.analysis.witness import scenarios_for
from strikerules.engine.decision import Decision
from strikerules.engine.program import Question

__all__ = ["Check", "Example", "Shower"]

Check = Callable[[dict[str, Any], dict[str, str]], Decision]
"""Decides a scenario, as plain data, under some readings."""


class Example(Struct, frozen=True):
    """A scenario of a set of worlds, as small as it was found."""

    scenario: dict[str, Any]
    readings: dict[str, str]
    decision: Decision


class Shower:
    """Makes sets of worlds into examples, replayed through the engine.

    Parameters
    ----------
    space : Space
    check : callable
    """

    def __init__(self, space: Space, check: Check) -> None:
        self.space, self.check = space, check
        self.order = order_of(space)

    def example(
        self, node: int, name: str, holds: Callable[[Decision], bool] = lambda _: True
    ) -> Example | None:
        """Return a scenario of a set of worlds of which the engine says what is wanted."""
        try:
            for data, chosen in self.candidates(node, name):
                readings = self.space.readings_of(0, chosen)
                decision = self.check(data, readings)
                if holds(decision):
                    return Example(data, readings, decision)
        except TooManyNodes:
            return None
        return None

    def candidates(
        self, node: int, name: str
    ) -> Iterator[tuple[dict[str, Any], list[tuple[Question, str]]]]:
        """Yield scenarios of a set of worlds, with the readings that have to be chosen."""
        space, wide = self.space, self.space.unfolded
        facts = space.diagrams.bottom
        order = [*range(facts, wide.bottom), *self.order]
        nodes = space.unfold(node), space.unfold(space.possible)
        for box, world in worlds_in(wide, *nodes, order):
            readings = self.chosen(box[facts:], world[facts:], wide.full[facts:])
            for data in scenarios_for(space, name, box[:facts], world[:facts]):
                yield data, readings

    def chosen(self, box: Box, world: Box, full: Box) -> list[tuple[Question, str]]:
        """Return the readings that have to be chosen for a world, by the questions' axes."""
        return [
            (question, question.readings[chosen.bit_length() - 1])
            for question, mask, chosen, whole in zip(
                self.space.questions, box, world, full, strict=True
            )
            if mask != whole
        ]

    def shown(self, node: int, name: str = "example") -> dict[str, Any]:
        """Return what a finding tells of a set of worlds."""
        example = self.example(node, name)
        if example is None:
            return {}
        return {
            "witness": example.scenario,
            "readings": example.readings,
            "decision": example.decision.decision,
        }
