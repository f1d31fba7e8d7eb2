"""Cases written: what a decision says, as the expectation of a test file."""

from __future__ import annotations

from typing import Any

from strikerules.engine.decision import Decision
from strikerules.problems import Problem
from strikerules.testing.compare import decided, reasons, under
from strikerules.testing.expected import expectation_of
from strikerules.testing.flow import flow
from strikerules.testing.suite import Expectation

__all__ = ["case_of", "case_yaml", "expect_of", "expectation_from"]


def expect_of(decision: Decision) -> dict[str, Any]:
    """Return what a decision says, as `expect:` of a test file has it.

    A settled one says why, an open one what it hangs on and what it is under each reading of the
    questions that matter.
    """
    out: dict[str, Any] = {"decision": decision.decision}
    if decision.settled:
        because = [name for name, sure in reasons(decision).items() if sure]
        return {**out, "because": because} if because else out
    hangs = decision.depends_on
    out["depends_on"] = [*hangs.facts, *hangs.places, *hangs.questions, *hangs.conflicts]
    questions: dict[str, None] = {}
    for row in decision.readings:
        questions |= {q: None for q, _ in row.choose if q in hangs.questions}
    if len(questions) > 1:
        out["readings"] = {
            ", ".join(f"{q}={r}" for q, r in row.choose if q in questions): decided(row.possible)
            for row in decision.readings
        }
    elif questions:
        question = next(iter(questions))
        readings = dict.fromkeys(r for row in decision.readings for q, r in row.choose
                                 if q == question)  # fmt: skip
        out["readings"] = {
            f"{question}={r}": decided(under(decision, ((question, r),))) for r in readings
        }
    return out


def expectation_from(decision: Decision) -> Expectation:
    """Return what a decision says as an expectation that it meets."""
    found = expectation_of(expect_of(decision))
    assert not isinstance(found, Problem), found
    return found


def case_of(data: dict[str, Any], decision: Decision, name: str) -> dict[str, Any]:
    """Return a scenario and its decision as one entry of `cases:`."""
    given = {k: v for k, v in data.items() if k != "scenario"}
    title = name.replace("`", "").replace("::", ":")
    return {"name": title, "given": given, "expect": expect_of(decision)}


def case_yaml(case: dict[str, Any], indent: int = 0) -> str:
    """Return a case as lines of YAML, to be put under `cases:`.

    Examples
    --------
    >>> print(case_yaml({"name": "a", "given": {"timing": "pre_emptive"}, "expect": "permitted"}))
    - name: a
      given: {timing: pre_emptive}
      expect: permitted
    """
    lines = []
    for number, (key, value) in enumerate(case.items()):
        lines.append(f"{'- ' if not number else '  '}{key}: {flow(value)}")
    return "\n".join(" " * indent + line for line in lines)
