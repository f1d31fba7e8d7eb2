"""Parts of a policy that nothing uses: definitions, zones, parameters, facts."""

from __future__ import annotations

from collections.abc import Iterator

from strikerules.analysis.findings import Finding
from strikerules.geography.derive import parents
from strikerules.language.conditions import Condition, Distance, Is, Parameter, Test, walk
from strikerules.language.graph import bodies_of
from strikerules.language.policy import Policy
from strikerules.problems import Position, quoted

__all__ = ["unused_findings"]


def unused_findings(policy: Policy) -> Iterator[Finding]:
    """Yield definitions, zones, parameters and facts of a policy's own that nothing uses.

    What a variant inherits is told of where it is written.
    """
    used = _Used(policy)
    file = policy.at.file if policy.at is not None else ""

    def own(at: Position | None) -> bool:
        return at is None or at.file == file

    def unused(code: str, kind: str, name: str, at: Position | None) -> Finding:
        return Finding(
            code, f"the {kind} {quoted(name)} is not used", policy.name, (name,), at,
            "no rule, scope or property comes to it; take it out, or use it",
        )  # fmt: skip

    for name, body in policy.definitions.items():
        if name not in used.definitions and own(body.at):
            yield unused("SR808", "definition", name, body.at)
    for name, spec in policy.zones.items():
        at = spec.doc.position(spec.path, key=True) if spec.doc.name else None
        if name not in used.zones and spec.owner == policy.name:
            yield unused("SR809", "zone", name, at)
    for name, figure in policy.parameters.items():
        if name not in used.parameters and figure.origin in ("", policy.name):
            yield unused("SR810", "parameter", name, figure.at)
    own_facts = not policy.lineage
    for path in policy.facts:
        if own_facts and path not in used.attributes:
            yield unused("SR811", "fact", path, policy.at)


class _Used:
    """The names that scope, rules and properties come to, under any reading."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.definitions: set[str] = set()
        self.zones: set[str] = set()
        self.parameters: set[str] = set()
        self.attributes: set[str] = set()
        roots: list[Condition] = [] if policy.scope is None else [policy.scope]
        for rule in policy.rules:
            roots += [rule.when, *([] if rule.unless is None else [rule.unless])]
            self.attributes |= set(rule.regardless)
        for stated in policy.properties:
            roots += [] if stated.when is None else [stated.when]
            self.attributes |= set(stated.attributes)
        self._follow(roots)
        for moment in policy.in_force.values():
            if isinstance(moment, Parameter):
                self.parameters.add(moment.name)
        self._follow_zones()

    def _follow(self, stack: list[Condition]) -> None:
        while stack:
            for node in walk(stack.pop()):
                if isinstance(node, Is) and node.name not in self.definitions:
                    self.definitions.add(node.name)
                    stack += bodies_of(self.policy, node.name)
                elif isinstance(node, Test):
                    self._test(node)

    def _test(self, test: Test) -> None:
        self.attributes.add(test.attribute)
        operand = test.operand
        operands = operand if isinstance(operand, tuple) else (operand,)
        if isinstance(operand, Distance):
            self.zones.add(operand.of)
            operands = (operand.km,)
        elif test.operator in ("within", "disjoint", "intersects"):
            self.zones.add(str(operand))
        self.parameters |= {o.name for o in operands if isinstance(o, Parameter)}
        if test.attribute in ("area.designated", "area.communicated"):
            # the records of all the policy's zones answer it
            self.zones |= self.policy.zones.keys()

    def _follow_zones(self) -> None:
        readings = [r for q in self.policy.questions.values() for r in q.readings.values()]
        stack = list(self.zones)
        while stack:
            name = stack.pop()
            for specs in (self.policy.zones, *(r.zones for r in readings)):
                if name in specs:
                    fresh = set(parents(specs[name].raw)) - self.zones
                    self.zones |= fresh
                    stack += fresh
