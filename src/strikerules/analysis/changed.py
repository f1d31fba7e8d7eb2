"""Where two policies can differ at all: where a rule holds that only one of them has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from strikerules.analysis.diagrams import Function
from strikerules.analysis.outcomes import joined
from strikerules.analysis.space import Space
from strikerules.engine.program import Part

__all__ = ["where_they_may_differ"]

_BY_ORDER = "first-applicable"


def where_they_may_differ(space: Space) -> int:
    """Return worlds outside of which the first two rulings of a space surely decide alike.

    Rules with the same effect, conditions and overriding rules are one and the same to both. In a
    world where no other rule's conditions hold, both have the same rules to combine.

    Returns
    -------
    int
        A node, a mask of all readings or none; `one` where the scope, the algorithm, the default,
        the time in force or the order of what they share is not the same.
    """
    diagrams = space.diagrams
    one, two = (program.parts for program in space.programs[:2])
    if len(one) != 1 or len(two) != 1:
        return diagrams.one
    a, b = one[0], two[0]
    same = (
        a.entry == b.entry
        and a.scope == b.scope
        and a.policy.conflicts == b.policy.conflicts
        and a.policy.otherwise.effect == b.policy.otherwise.effect
    )
    if not same:
        return diagrams.one
    keys = [_keys(part) for part in (a, b)]
    shared = Counter(keys[0]) & Counter(keys[1])
    own: list[Function] = []
    orders: list[list[Hashable]] = []
    for part, names in zip((a, b), keys, strict=True):
        left = Counter(shared)
        order: list[Hashable] = []
        for ops, key in zip(part.rules, names, strict=True):
            if left[key]:
                left[key] -= 1
                order.append(key)
                continue
            met = space.ops[ops.when]
            own.append(met if ops.unless is None else met & ~space.ops[ops.unless])
        orders.append(order)
    if a.policy.conflicts == _BY_ORDER and orders[0] != orders[1]:
        return diagrams.one
    return diagrams.somewhere(joined(diagrams, own, every=False).node)


def _keys(part: Part) -> list[Hashable]:
    """Return for each rule what it comes to: its effect, its conditions, what overrides it."""
    found: dict[int, Hashable] = {}
    for index in part.order:
        ops = part.rules[index]
        above = frozenset(Counter(found[o] for o in ops.overriders).items())
        found[index] = (ops.rule.effect, ops.when, ops.unless, above)
    return [found[index] for index in range(len(part.rules))]
