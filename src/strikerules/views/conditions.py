"""A condition of a policy in words, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from strikerules.engine.words import asked
from strikerules.language.conditions import (
    All,
    AnyOf,
    Condition,
    Constant,
    Distance,
    Is,
    Not,
    Parameter,
    Test,
)
from strikerules.language.policy import Policy

__all__ = ["condition_lines"]


def condition_lines(condition: Condition, policy: Policy) -> Iterator[tuple[int, str]]:
    """Yield a condition line by line, each with its depth."""
    yield from _lines(condition, policy, 0, "")


def _lines(
    condition: Condition, policy: Policy, depth: int, before: str
) -> Iterator[tuple[int, str]]:
    cites = f" [{', '.join(condition.cites)}]" if condition.cites else ""
    match condition:
        case Constant(value=value):
            yield depth, f"{before}{'always' if value else 'never'}{cites}"
        case Is(name=name):
            yield depth, f"{before}`{name}` holds{cites}"
        case Test():
            yield depth, f"{before}{_asked(condition, policy)}{cites}"
        case Not(part=part):
            yield from _lines(part, policy, depth, before + "not: ")
        case All(parts=parts) | AnyOf(parts=parts):
            word = "all of" if isinstance(condition, All) else "at least one of"
            yield depth, f"{before}{word}{cites}{':' if parts else ' nothing'}"
            for part in parts:
                yield from _lines(part, policy, depth + 1, "- ")


def _asked(test: Test, policy: Policy) -> str:
    operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    names = [
        o.name if isinstance(o, Parameter) else o.km.name  # type: ignore[union-attr]
        for o in operands
        if isinstance(o, Parameter) or (isinstance(o, Distance) and isinstance(o.km, Parameter))
    ]
    used = f" ({', '.join('$' + n for n in names)})" if names else ""
    return asked(test, dict(policy.parameters), policy.vocabulary) + used
