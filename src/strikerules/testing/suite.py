"""Suites of policy tests: cases, and what each expects."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from strikerules.engine.decision import Outcome, Standing
from strikerules.language.scenario import Scenario
from strikerules.problems import Position

if TYPE_CHECKING:
    from strikerules.api import Decision, Policy

__all__ = ["BY_DEFAULT", "OUTSIDE", "Case", "Choice", "Expectation", "Suite", "choice_words"]

BY_DEFAULT, OUTSIDE = "otherwise", "scope"
"""What a decision can be because of beside rules: no rule decides; the policy does not govern."""

Choice = tuple[tuple[str, str], ...]
"""Questions, each with a reading."""


def choice_words(choice: Choice) -> str:
    """Return readings as `Expectation.places` names them."""
    return ",".join(f"{question}={reading}" for question, reading in choice)


class Expectation(Struct, frozen=True):
    """What is expected of a decision; all that is said has to be so.

    Parameters
    ----------
    decision : str, optional
        One of the outcomes, or ``indeterminate``.
    possible : frozenset of str, optional
        Exactly the outcomes that are possible.
    because : tuple of str
        Rules, or ``otherwise`` or ``scope``, that are among the reasons.
    not_because : tuple of str
        Those that are surely not.
    rules : mapping
        How rules stand.
    depends_on : frozenset of str, optional
        Exactly the facts, places, questions and conflicting rules that an open case hangs on.
    readings : mapping
        The decision under some readings.
    cites : tuple of str
        Claims that are among those cited.
    at : Position, optional
        Where it stands; `places` say where each part of it does.
    """

    decision: str | None = None
    possible: frozenset[Outcome] | None = None
    because: tuple[str, ...] = ()
    not_because: tuple[str, ...] = ()
    rules: Mapping[str, Standing] = {}
    depends_on: frozenset[str] | None = None
    readings: Mapping[Choice, str] = {}
    cites: tuple[str, ...] = ()
    at: Position | None = None
    places: Mapping[str, Position] = {}

    def place(self, part: str, name: str | None = None) -> Position | None:
        """Return where a part of it stands: ``because``, ``readings``, …, or a name in the part."""
        inner = self.places.get(f"{part}.{name}") if name is not None else None
        return inner or self.places.get(part, self.at)


class Case(Struct, frozen=True):
    """One case under one policy.

    Parameters
    ----------
    name : str
        Unique in its file; a row of a table and one policy of several are told in brackets.
    policy : str
        Which of the suite's policies decides it.
    scenario : Scenario
    readings, set : mapping
        Questions answered and parameters set for this case.
    expect : Expectation or None
        None where the case is still to be written.
    skip, xfail, todo : str, optional
        Why it is not run, why it is known to fail, what is still to be done.
    """

    name: str
    policy: str
    scenario: Scenario
    expect: Expectation | None
    readings: Mapping[str, str] = {}
    set: Mapping[str, Any] = {}
    skip: str | None = None
    xfail: str | None = None
    todo: str | None = None
    text: str | None = None
    at: Position | None = None
    key: str = ""


class Suite(Struct, frozen=True, dict=True):
    """A test file that was read.

    Attributes
    ----------
    file : str
        As it was named.
    policies : mapping
        By the names that the cases have for them.
    cases : tuple of Case
    read_from : tuple of pathlib.Path
        The policies' files, and those that they rest on.
    answers : mapping
        For each policy the questions that the file answers and the parameters that it sets.
    """

    file: str
    policies: Mapping[str, Policy]
    cases: tuple[Case, ...]
    title: str | None = None
    read_from: tuple[Path, ...] = ()
    answers: Mapping[str, tuple[Mapping[str, str], Mapping[str, Any]]] = {}

    def policy_of(self, case: Case) -> Policy:
        """Return the policy that decides a case, its questions answered and parameters set."""
        key = (case.policy, tuple(case.readings.items()), tuple(case.set.items()))
        known: dict[Any, Policy] = self.__dict__.setdefault("_varied", {})
        if key not in known:
            policy = self.policies[case.policy]
            if case.set or case.readings:
                policy = policy.vary(set=case.set, readings=case.readings)
            known[key] = policy
        return known[key]

    def decide(self, case: Case) -> Decision:
        """Decide a case."""
        return self.policy_of(case).check(case.scenario)
