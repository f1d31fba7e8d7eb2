"""Who refers to whom: definitions, attributes, cycles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from strikerules.language.conditions import Condition, Is, Test, walk
from strikerules.language.policy import Policy

__all__ = ["attributes_of", "bodies_of", "conditions_of", "cycle_in", "definition_graph"]


def cycle_in(graph: Mapping[str, Sequence[str]]) -> list[str] | None:
    """Return the names along one cycle, or None; a name outside the graph has no successors."""
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            name, index = stack.pop()
            if index == 0:
                if name in done:
                    continue
                path.append(name)
                on_path.add(name)
            successors = graph.get(name, ())
            if index < len(successors):
                stack.append((name, index + 1))
                following = successors[index]
                if following in on_path:
                    return path[path.index(following) :]
                stack.append((following, 0))
            else:
                done.add(name)
                if path and path[-1] == name:
                    path.pop()
                    on_path.discard(name)
    return None


def bodies_of(policy: Policy, name: str) -> list[Condition]:
    """Return every condition that a definition stands for, under one reading or another."""
    found = []
    for question in policy.questions.values():
        fixed = policy.fixed.get(question.id)
        for reading in question.readings.values():
            if name in reading.define and fixed in (None, reading.id):
                found.append(reading.define[name])
    if name in policy.definitions:
        found.append(policy.definitions[name])
    return found


def definition_graph(policy: Policy) -> dict[str, list[str]]:
    """Return for each definition the definitions that it rests on."""
    names = dict.fromkeys(
        [*policy.definitions, *(n for q in policy.questions.values()
                                for r in q.readings.values() for n in r.define)]
    )  # fmt: skip
    return {
        name: list(
            dict.fromkeys(
                node.name
                for body in bodies_of(policy, name)
                for node in walk(body)
                if isinstance(node, Is)
            )
        )
        for name in names
    }


def attributes_of(policy: Policy, conditions: Iterable[Condition]) -> set[str]:
    """Return the attributes that conditions test, definitions followed under every reading."""
    found: set[str] = set()
    seen: set[str] = set()
    stack = list(conditions)
    while stack:
        for node in walk(stack.pop()):
            if isinstance(node, Test):
                found.add(node.attribute)
            elif isinstance(node, Is) and node.name not in seen:
                seen.add(node.name)
                stack.extend(bodies_of(policy, node.name))
    return found


def conditions_of(policy: Policy) -> Iterator[Condition]:
    """Yield every condition of a policy and every condition inside it, under every reading."""
    roots: list[Condition] = [] if policy.scope is None else [policy.scope]
    for rule in policy.rules:
        roots += [rule.when, *([] if rule.unless is None else [rule.unless])]
    roots += policy.definitions.values()
    for question in policy.questions.values():
        for reading in question.readings.values():
            roots += reading.define.values()
    for root in roots:
        yield from walk(root)
