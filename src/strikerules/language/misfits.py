"""Words that a parameter can be, and that the attribute it is compared with can not."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from strikerules.language.conditions import Parameter, Test
from strikerules.language.graph import conditions_of
from strikerules.language.policy import Policy
from strikerules.language.values import Value, read_value
from strikerules.problems import Position, Problem

__all__ = ["misfits"]


def misfits(policy: Policy) -> Iterator[Problem]:
    """Yield the problem with each value of a parameter that some test could never meet.

    A rule that rests on such a word would never apply, or always, and nobody would be told.
    """
    vocabulary = policy.vocabulary
    seen: set[tuple[str, str, str]] = set()
    for test in conditions_of(policy):
        if not isinstance(test, Test):
            continue
        attribute = vocabulary[test.attribute]
        if attribute.kind not in ("values", "country"):
            continue
        operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
        for operand in operands:
            if not isinstance(operand, Parameter):
                continue
            for value, at in _values(policy, operand.name):
                key = (operand.name, attribute.path, str(value))
                found = read_value(attribute, value, at)
                if isinstance(found, Problem) and key not in seen:
                    seen.add(key)
                    yield replace(found, message=f"{found.message}, which `${operand.name}` is"
                                  " compared with")  # fmt: skip


def _values(policy: Policy, name: str) -> Iterator[tuple[Value, Position | None]]:
    figure = policy.parameters[name]
    yield figure.value, figure.at
    if name in policy.pinned:
        return
    for question in policy.questions.values():
        for reading in question.readings.values():
            if name in reading.set and policy.fixed.get(question.id) in (None, reading.id):
                yield reading.set[name], question.at
