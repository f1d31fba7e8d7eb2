"""Where conditions stand in a policy, and the policy with one of them changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from strikerules.language.conditions import All, AnyOf, Condition, Is, Not, Test
from strikerules.language.policy import Policy

__all__ = ["Site", "changed", "sites_of"]

Change = Callable[[Condition], Condition]


class Site(Struct, frozen=True):
    """A condition at its place in the text of a policy.

    Parameters
    ----------
    policy : Policy
    root : tuple
        ``("scope",)``, ``("rule", ID, "when")``, ``("definition", NAME)`` or
        ``("reading", QUESTION, READING, NAME)``.
    steps : tuple of int
        Into the parts of joined conditions.
    condition : Condition
    """

    policy: Policy
    root: tuple[str, ...]
    steps: tuple[int, ...]
    condition: Condition

    @property
    def id(self) -> str:
        """What tells it from all others of the policy, and stays where nothing around changes."""
        return "/".join((*self.root, *map(str, self.steps)))


def sites_of(policy: Policy) -> Iterator[Site]:
    """Yield the tests and the uses of definitions, readings that were not chosen left out."""
    for root, condition in _roots(policy):
        yield from _below(policy, root, (), condition)


def _roots(policy: Policy) -> Iterator[tuple[tuple[str, ...], Condition]]:
    if policy.scope is not None:
        yield ("scope",), policy.scope
    for rule in policy.rules:
        yield ("rule", rule.id, "when"), rule.when
        if rule.unless is not None:
            yield ("rule", rule.id, "unless"), rule.unless
    for name, condition in policy.definitions.items():
        yield ("definition", name), condition
    for question in policy.questions.values():
        fixed = policy.fixed.get(question.id)
        for reading in question.readings.values():
            if fixed in (None, reading.id):
                for name, condition in reading.define.items():
                    yield ("reading", question.id, reading.id, name), condition


def _below(
    policy: Policy, root: tuple[str, ...], steps: tuple[int, ...], condition: Condition
) -> Iterator[Site]:
    if isinstance(condition, Test | Is):
        yield Site(policy, root, steps, condition)
    elif isinstance(condition, All | AnyOf):
        for number, part in enumerate(condition.parts):
            yield from _below(policy, root, (*steps, number), part)
    elif isinstance(condition, Not):
        yield from _below(policy, root, (*steps, 0), condition.part)


def changed(site: Site, change: Change) -> Policy:
    """Return the policy with the condition at a site changed, and nothing else."""
    policy = site.policy

    def at(condition: Condition, steps: tuple[int, ...]) -> Condition:
        if not steps:
            return change(condition)
        first, *rest = steps
        if isinstance(condition, Not):
            return replace(condition, part=at(condition.part, tuple(rest)))
        assert isinstance(condition, All | AnyOf)
        parts = list(condition.parts)
        parts[first] = at(parts[first], tuple(rest))
        return replace(condition, parts=tuple(parts))

    match site.root:
        case ("scope",):
            assert policy.scope is not None
            return replace(policy, scope=at(policy.scope, site.steps))
        case ("rule", name, key):
            rules = [
                replace(rule, **{key: at(getattr(rule, key), site.steps)}) if rule.id == name
                else rule for rule in policy.rules
            ]  # fmt: skip
            return replace(policy, rules=tuple(rules))
        case ("definition", name):
            body = at(policy.definitions[name], site.steps)
            return replace(policy, definitions={**policy.definitions, name: body})
        case ("reading", question_id, reading_id, name):
            question: Any = policy.questions[question_id]
            reading = question.readings[reading_id]
            body = at(reading.define[name], site.steps)
            reading = replace(reading, define={**reading.define, name: body})
            question = replace(question, readings={**question.readings, reading_id: reading})
            return replace(policy, questions={**policy.questions, question_id: question})
    raise AssertionError(site.root)
