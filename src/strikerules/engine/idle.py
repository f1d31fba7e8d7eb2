"""Rules without which an outcome is the same."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from strikerules.engine.combine import ALGORITHMS, Outcomes
from strikerules.engine.decision import names_of
from strikerules.engine.program import Part, Status

__all__ = ["idle_rules"]

_UNKNOWN = Status(0, 0, 0, 0, 0)

#: What some neighbours come to together stands for them among all the others.
_FOLDED = frozenset(ALGORITHMS) - {"only-one-applicable"}


def idle_rules(part: Part, true: list[int], false: list[int], every: int) -> Iterator[str]:
    """Yield rules without which the outcome of a policy is the same, whatever they come to.

    Rules that do not apply are left out first, so that one that applies and decides stays. Those
    that were left out stay out when the next is tried.

    Parameters
    ----------
    part : Part
    true, false : list of int
        For each operation the combinations of readings under which it surely holds, or fails.
    every : int
    """
    outcome = names_of(part.outcome(true, false, every), every)
    if len(outcome) > 1:
        return
    if false[part.scope] == every:
        yield from (ops.rule.id for ops in part.rules)
        return
    rest = _Rest(part, true, false, every)
    order = sorted(range(len(part.rules)), key=lambda i: rest.statuses[i].fails != every)
    for index in order:
        before = rest.leave_out(index)
        if names_of(rest.outcome(), every) == outcome:
            yield part.rules[index].rule.id
        else:
            rest.put_back(before)


class _Rest:
    """The outcome of a policy of which more and more rules are left out.

    A tree of what neighbours come to together: a change of one rule is one of those above it.
    """

    def __init__(self, part: Part, true: list[int], false: list[int], every: int) -> None:
        self._part, self._true, self._false, self._every = part, true, false, every
        self.statuses = part.statuses(true, false, every)
        self._left_out: set[int] = set()
        self._rank = {index: rank for rank, index in enumerate(part.order)}
        self._overridden: dict[int, list[int]] = {}
        for index, ops in enumerate(part.rules):
            for other in ops.overriders:
                self._overridden.setdefault(other, []).append(index)
        children = part.children(self.statuses, every)
        self._combine = ALGORITHMS[part.policy.conflicts]
        self._children = children
        self._size = 0
        if part.policy.conflicts in _FOLDED:
            self._size = 1 << max(0, len(children) - 1).bit_length()
            fill = [Outcomes(0, 0, every)] * (self._size - len(children))
            self._tree = [Outcomes(0, 0, every)] * self._size + children + fill
            for node in range(self._size - 1, 0, -1):
                self._tree[node] = self._combine(self._tree[2 * node : 2 * node + 2], every)

    def leave_out(self, index: int) -> list[tuple[int, Status]]:
        """Take a rule as one of which nothing is known; return what it and others were before."""
        before = []
        self._left_out.add(index)
        waiting = [self._rank[index]]
        while waiting:
            now = self._part.order[heapq.heappop(waiting)]
            while waiting and self._part.order[waiting[0]] == now:
                heapq.heappop(waiting)
            status = self._status(now)
            if status != self.statuses[now]:
                before.append((now, self.statuses[now]))
                self._set(now, status)
                for other in self._overridden.get(now, ()):
                    heapq.heappush(waiting, self._rank[other])
        return before

    def put_back(self, before: list[tuple[int, Status]]) -> None:
        """Undo the last `leave_out`."""
        self._left_out.discard(before[0][0])
        for index, status in before:
            self._set(index, status)

    def outcome(self) -> Outcomes:
        """Return what the policy may come to."""
        children = [self._tree[1]] if self._size else self._children
        return self._part.settle(children, self._true, self._false, self._every)

    def _status(self, index: int) -> Status:
        if index in self._left_out:
            return _UNKNOWN
        return self._part.status(index, self.statuses, self._true, self._false, self._every)

    def _set(self, index: int, status: Status) -> None:
        self.statuses[index] = status
        child = self._part.child(index, status, self._every)
        self._children[index] = child
        if not self._size:
            return
        node = self._size + index
        while self._tree[node] != child:
            self._tree[node] = child
            node //= 2
            if not node:
                return
            child = self._combine(self._tree[2 * node : 2 * node + 2], self._every)
