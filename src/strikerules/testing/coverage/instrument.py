"""A policy and all its changes compiled together, to see what a case would notice.

A change is the policy with one thing made otherwise: a condition negated, an exception left out,
the default turned round. A case covers a thing where it passes and would fail with the change, so a
case that expects too little covers nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from strikerules.api import Policy
from strikerules.engine.case import Case
from strikerules.engine.compile import Together
from strikerules.engine.decide import Verdict
from strikerules.engine.decision import Decision
from strikerules.engine.diagram import unsettled
from strikerules.engine.program import Program
from strikerules.language.policy import Ruling
from strikerules.language.scenario import Scenario
from strikerules.testing.coverage.items import Item, Plan, plan_of
from strikerules.testing.coverage.projection import masks_of, notices
from strikerules.testing.suite import BY_DEFAULT, Expectation

__all__ = ["Instrument", "Look"]

Masks = Sequence[int]


class Instrument:
    """A policy made ready to count what cases cover.

    Parameters
    ----------
    policy : Policy

    Attributes
    ----------
    items : tuple of Item
    plan : Plan
    programs : list of Program
        The policy's own, then one for each change.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.plan: Plan = plan_of(policy.ruling)
        rulings: list[Ruling] = [policy.ruling, *self.plan.changes]
        self.together = Together(rulings, policy.atlas)
        self.programs: list[Program] = self.together.programs()
        self.plan.add_lines(self.programs[0])
        self.items: tuple[Item, ...] = tuple(self.plan.items)

    def covers(
        self,
        scenario: Scenario,
        expect: Expectation,
        decision: Decision,
        readings: Mapping[str, str],
        wanted: Iterable[str],
    ) -> set[str]:
        """Return which of the wanted items a case covers that passed.

        Parameters
        ----------
        scenario : Scenario
        expect : Expectation
        decision : Decision
        readings : mapping
            The case's own answers.
        wanted : iterable of str
            Ids of items.
        """
        look = Look(self, scenario, expect, decision, readings)
        probes = self.plan.probes
        return {one for one in wanted if one in probes and probes[one](look)}


class Look:
    """One case that passed, and what it would have come to with this or that changed.

    Attributes
    ----------
    case : Case
    true, false : list of int
        The operations' values, for all that is known.
    masks : sequence of int
        The outcomes.
    within : int
        The combinations of readings that the case's own answers leave.
    """

    def __init__(
        self,
        instrument: Instrument,
        scenario: Scenario,
        expect: Expectation,
        decision: Decision,
        readings: Mapping[str, str],
    ) -> None:
        self.instrument, self.expect, self.decision = instrument, expect, decision
        self.program = instrument.programs[0]
        self.case = Case(self.program, scenario, instrument.policy.atlas)
        self.within = masks_of(self.program, tuple(readings.items()))
        self.true, self.false = self.program.run(self.case.atom_values, self.case.given)
        self._variants: dict[int, Masks] = {}
        self._flipped: dict[int, Masks] = {}

    @cached_property
    def masks(self) -> Masks:
        return self._outcome(self.program, self.case, self.true, self.false)

    def _outcome(self, program: Program, case: Case, true: list[int], false: list[int]) -> Masks:
        fast = program.outcome(true, false)
        if not unsettled(fast):
            return fast
        one = copy.copy(case)
        one.program, one.warnings = program, []
        return Verdict(one).masks

    def variant(self, number: int) -> Masks:
        """Return the outcomes with a change made."""
        if number not in self._variants:
            program = self.instrument.programs[number]
            self._variants[number] = self._outcome(program, self.case, self.true, self.false)
        return self._variants[number]

    def flipped(self, atom: int) -> Masks:
        """Return the outcomes with a test that is known taken the other way round."""
        if atom not in self._flipped:
            case: Any = copy.copy(self.case)
            value = case.atom_values[atom]
            assert value is not None
            case.atom_values = list(case.atom_values)
            case.atom_values[atom] = not value
            true, false = self.program.run(case.atom_values, case.given)
            self._flipped[atom] = self._outcome(self.program, case, true, false)
        return self._flipped[atom]

    def notices(self, after: Masks, *, default_turned: bool = False) -> bool:
        """Tell whether the case would have failed.

        A default that is turned round is as much of a reason as it was.
        """
        reasons = set(self.expect.because) - ({BY_DEFAULT} if default_turned else set())
        return notices(self.expect, self.program, self.masks, after, self.within, reasons)
