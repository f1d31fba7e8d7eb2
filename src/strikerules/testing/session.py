"""What one pytest run has counted, in one process or several. PYTEST_DONT_REWRITE"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from strikerules.api import Policy
from strikerules.engine.decision import Decision
from strikerules.language.policy import Timeline
from strikerules.language.scenario import Scenario
from strikerules.testing.coverage.coverage import Coverage, Covered
from strikerules.testing.suite import Case, Expectation, Suite

__all__ = ["Session"]


class Session:
    """The coverage of a run, as the cases pass."""

    def __init__(self) -> None:
        self._coverage = Coverage()
        self._sources: dict[str, tuple[str, str]] = {}

    def coverage(self) -> Coverage:
        """Return what was counted."""
        return self._coverage

    def ran(self, suite: Suite, case: Case, decision: Decision) -> None:
        """Count a case that passed."""
        assert case.expect is not None
        policy = suite.policies[case.policy]
        counted = self._of(policy, case.policy, f"{Path(suite.file).resolve()}")
        self._count(counted, case.scenario, case.expect, decision, case.readings, case.set)

    def asserted(
        self,
        policy: Policy,
        scenario: Scenario,
        readings: Mapping[str, str],
        decision: Decision,
        expect: Expectation,
    ) -> None:
        """Count an assertion in Python that held."""
        self._count(self._of(policy, policy.name, ""), scenario, expect, decision, readings, {})

    def _count(
        self,
        counted: Covered,
        scenario: Scenario,
        expect: Expectation,
        decision: Decision,
        readings: Mapping[str, str],
        figures: Mapping[str, Any],
    ) -> None:
        """Count a case, for a timeline also where it tests the one policy in force."""
        counted.count(scenario, expect, decision, readings, figures)
        ruling = counted.policy.ruling
        if not isinstance(ruling, Timeline) or figures:
            return
        inner = next((p for p in ruling.policies if p.name == decision.policy), None)
        if inner is not None:
            one = counted.policy.of(inner)
            own = {q: r for q, r in readings.items() if q in inner.questions}
            self._of(one, one.name, "").count(
                scenario, expect, one.check(scenario, readings=own), own
            )

    def _of(self, policy: Policy, name: str, suite: str) -> Covered:
        key = _key(policy, name)
        self._sources.setdefault(key, (suite, name))
        return self._coverage.of(policy, name, key)

    def dump(self) -> list[dict[str, Any]]:
        """Return the counts as plain data, for another process."""
        return [
            {
                "key": key,
                "suite": self._sources[key][0],
                "name": counted.name,
                "file": _file(counted.policy),
                "covered": sorted(counted.covered),
                "cases": counted.cases,
            }
            for key, counted in self._coverage.policies.items()
        ]

    def take(self, dumped: list[dict[str, Any]]) -> None:
        """Take the counts of another process."""
        from strikerules.api import load
        from strikerules.testing.read import read_suite

        for one in dumped:
            key = one["key"]
            if key not in self._coverage.policies:
                if one["suite"]:
                    policy = read_suite(one["suite"]).policies[one["name"]]
                elif one["file"]:
                    policy = load(one["file"])
                else:
                    continue
                self._sources[key] = (one["suite"], one["name"])
                self._coverage.of(policy, one["name"], key)
            self._coverage.policies[key].take(set(one["covered"]), one["cases"])


def _file(policy: Policy) -> str:
    at = policy.ruling.at
    return str(Path(at.file).resolve()) if at is not None and at.file else ""


def _key(policy: Policy, name: str) -> str:
    """Return what tells a policy of a run from all others: its file, its name, what was varied."""
    ruling = policy.ruling
    fixed = sorted(ruling.fixed.items())
    figures = sorted((n, str(f.value)) for n, f in ruling.parameters.items() if n in ruling.pinned)
    return f"{_file(policy)}|{name}|{fixed}|{figures}"
