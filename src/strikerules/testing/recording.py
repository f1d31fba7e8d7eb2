"""Which decisions tests asserted, for the coverage of the policies that made them."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from strikerules.api import Policy
    from strikerules.engine.decision import Decision
    from strikerules.language.scenario import Scenario
    from strikerules.testing.suite import Expectation

__all__ = ["RECORDER", "Recorder", "note_assertion", "note_check"]


class Recorder(Protocol):
    """Takes what was asserted; the coverage of a run is one."""

    def asserted(
        self,
        policy: Policy,
        scenario: Scenario,
        readings: Mapping[str, str],
        decision: Decision,
        expect: Expectation,
    ) -> None:
        """Take an expectation that held."""
        ...


RECORDER: ContextVar[Recorder | None] = ContextVar("strikerules_recorder", default=None)

#: Decisions that the `check` fixture made in the test that is running, by identity.
_CHECKS: ContextVar[dict[int, Any] | None] = ContextVar("strikerules_checks", default=None)


def note_check(
    decision: Decision, policy: Policy, scenario: Scenario, readings: Mapping[str, str]
) -> None:
    """Remember which policy and scenario a decision came from."""
    known = _CHECKS.get()
    if known is None:
        known = {}
        _CHECKS.set(known)
    known[id(decision)] = (decision, policy, scenario, dict(readings))


def forget_checks() -> None:
    """Forget the decisions of a test that is over."""
    _CHECKS.set(None)


def note_assertion(decision: Decision, expect: Expectation) -> None:
    """Hand an expectation that held to the recorder, if there is one and it knows the decision."""
    recorder, known = RECORDER.get(), _CHECKS.get()
    if recorder is not None and known is not None and id(decision) in known:
        _, policy, scenario, readings = known[id(decision)]
        recorder.asserted(policy, scenario, readings, decision, expect)
