"""Rules and conditions: what can never matter, and what only the algorithm settles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from strikerules.analysis.diagrams import Function
from strikerules.analysis.findings import Finding
from strikerules.analysis.redundancy import Redundancy
from strikerules.analysis.space import Space
from strikerules.engine.program import Part, Program, Status
from strikerules.language.conditions import All, AnyOf, Condition, Constant, Is, Not, Test
from strikerules.language.graph import conditions_of
from strikerules.language.policy import Policy, Rule
from strikerules.problems import listed, quoted

__all__ = ["RuleChecks"]

Show = Callable[[int], dict[str, Any]]
"""From a set of worlds to what a finding tells of a scenario in it."""


class RuleChecks:
    """Looks at one policy's rules in all worlds.

    Parameters
    ----------
    space : Space
        The policy's program is its first.
    show : callable
        Makes a set of worlds into a witness.
    """

    def __init__(self, space: Space, show: Show) -> None:
        self.space, self.show = space, show
        self.program: Program = space.programs[0]
        self.part: Part = self.program.parts[0]
        self.policy: Policy = self.part.policy
        self.possible = Function(space.diagrams, space.possible)
        self.scope: Function = space.ops[self.part.scope]
        self.inside = self.scope & self.possible
        self.statuses: list[Status] = space.sides().statuses(self.part)
        self.idle: set[str] = set()
        self.constant: set[int] = set()
        self.redundancy = Redundancy(space, self.part, self.statuses, self.inside)

    def findings(self) -> Iterator[Finding]:
        """Yield what is to be said of the policy's rules and conditions."""
        yield from self._gap()
        yield from self._idle_rules()
        yield from self._conflicts()
        yield from self._constants()
        yield from self._implied()

    def _finding(self, code: str, message: str, *about: str, **more: Any) -> Finding:
        return Finding(code, message, self.policy.name, about, **more)

    def _meets(self, value: Function | int) -> Function:
        return self.inside & value

    # -- gaps --------------------------------------------------------------------------------

    def _gap(self) -> Iterator[Finding]:
        policy = self.policy
        if policy.otherwise.at is not None or "-unless-" in policy.conflicts:
            return
        outcomes = self.space.outcome(0, self.inside.node)
        undecided = self.inside & Function(self.space.diagrams, outcomes[2])
        if undecided:
            yield self._finding(
                "SR801",
                f"where no rule decides, {quoted(policy.name)} does not say what holds",
                at=policy.at,
                help="state it: `otherwise: prohibit`, `permit` or `not_governed`",
                show=partial(self.show, undecided.node),
            )

    # -- rules that do nothing ---------------------------------------------------------------

    def _idle_rules(self) -> Iterator[Finding]:
        earlier = Function(self.space.diagrams, self.space.diagrams.zero)
        needed = self.redundancy.needed()
        for index, (ops, status) in enumerate(zip(self.part.rules, self.statuses, strict=True)):
            rule = ops.rule
            applies = self._meets(status.applies)
            met = self._meets(status.met)
            reached = applies
            if self.policy.conflicts == "first-applicable":
                reached = applies & ~earlier
                earlier = status.applies | earlier
            if not met:
                self.idle.add(rule.id)
                yield self._never(rule, status)
            elif not reached and (not applies or self.redundancy.is_redundant(index, applies)):
                self.idle.add(rule.id)
                yield self._shadowed(rule, index, bool(applies))
            elif index not in needed and self.redundancy.is_redundant(index, applies):
                self.idle.add(rule.id)
                yield self._finding(
                    "SR805",
                    f"the rule {quoted(rule.id)} is redundant: without it every scenario would be"
                    " decided alike",
                    rule.id,
                    at=rule.at,
                    help="take it out; or state under `accept` why it is meant to stay",
                )

    def _never(self, rule: Rule, status: Status) -> Finding:
        outside = bool(self.possible & status.met)
        why = (
            "its conditions hold only outside the scope" if outside
            else "its conditions hold in no scenario, under no reading"
        )  # fmt: skip
        return self._finding(
            "SR803", f"the rule {quoted(rule.id)} can never apply: {why}", rule.id, at=rule.at,
            help="look for conditions that exclude each other",
        )  # fmt: skip

    def _shadowed(self, rule: Rule, index: int, applies: bool) -> Finding:
        rules = self.part.rules
        if applies:
            others = [
                ops.rule.id for n, ops in enumerate(rules[:index])
                if self._meets(self.statuses[n].applies) & self.statuses[index].applies
            ]  # fmt: skip
            why = f"earlier rules always apply first: {listed(others, 'and')}"
        else:
            others = [rules[o].rule.id for o in rules[index].overriders]
            why = f"it is overridden wherever it would apply, by {listed(others, 'and')}"
        return self._finding(
            "SR804", f"the rule {quoted(rule.id)} is shadowed: {why}", rule.id, *others, at=rule.at
        )

    # -- conflicts ---------------------------------------------------------------------------

    def _conflicts(self) -> Iterator[Finding]:
        live = [
            (ops.rule, self._meets(status.applies))
            for ops, status in zip(self.part.rules, self.statuses, strict=True)
        ]
        one_only = self.policy.conflicts == "only-one-applicable"
        for number, (rule, applies) in enumerate(live):
            if not applies:
                continue
            if one_only:
                rivals = live[number + 1 :]
            elif rule.effect == "permit":
                rivals = [(other, its) for other, its in live if other.effect == "prohibit"]
            else:
                continue
            others = [(other, both) for other, its in rivals if (both := applies & its)]
            if others:
                yield self._conflict(rule, others)

    def _conflict(self, rule: Rule, others: Sequence[tuple[Rule, Function]]) -> Finding:
        names = [other.id for other, _ in others]
        algorithm = self.policy.conflicts
        if algorithm == "only-one-applicable":
            tail = "and the policy lets only one apply"
        else:
            tail = f"which only {quoted(algorithm)} settles"
        return self._finding(
            "SR802",
            f"the rules {listed([rule.id, *names], 'and')} can apply together, {tail}",
            rule.id,
            *names,
            at=rule.at,
            help="write which one wins with `overrides:`, or say under `accept` that the algorithm"
            " is meant to",
            show=partial(self.show, others[0][1].node),
        )

    # -- conditions --------------------------------------------------------------------------

    def _constants(self) -> Iterator[Finding]:
        told: set[int] = set()
        for condition in conditions_of(self.policy):
            op = self.program.places.get((self.policy.name, id(condition)))
            if op is None or not isinstance(condition, Test):
                continue
            value = self.possible & self.space.ops[op]
            constant = "false" if not value else "true" if value == self.possible else None
            if constant is None or id(condition) in told:
                continue
            told.add(id(condition))
            self.constant.add(id(condition))
            yield self._finding(
                "SR806",
                f"the test of {quoted(condition.attribute)} is always {constant}",
                condition.attribute,
                at=condition.at,
                help="no scenario comes out otherwise, under any reading",
            )

    def _implied(self) -> Iterator[Finding]:
        """Parts of a rule's conditions that its other parts, or the scope, settle already."""
        for ops, status in zip(self.part.rules, self.statuses, strict=True):
            rule = ops.rule
            if rule.id in self.idle:
                continue
            when = self.space.ops[ops.when]
            nothing = Function(self.space.diagrams, self.space.diagrams.zero)
            unless = nothing if ops.unless is None else self.space.ops[ops.unless]
            met = self._meets(status.met)
            for root in (rule.when, *(() if rule.unless is None else (rule.unless,))):
                for part, value in self._without(root):
                    without = value & ~unless if root is rule.when else when & ~value
                    if id(part) not in self.constant and self._meets(without) == met:
                        yield self._finding(
                            "SR807",
                            f"in the rule {quoted(rule.id)} the condition {_named(part)} makes no"
                            " difference: the rest of the rule, or the scope, settles it",
                            rule.id,
                            at=part.at or rule.at,
                            help="take it out, or put right what makes it hold anyway",
                        )

    def _without(self, root: Condition) -> Iterator[tuple[Condition, Function]]:
        """Yield each part of a joined condition with the value of the whole left without it."""
        stack: list[tuple[Condition, Callable[[Function], Function]]] = [(root, lambda v: v)]
        while stack:
            node, outer = stack.pop()
            if isinstance(node, Not):
                stack.append((node.part, lambda v, outer=outer: outer(~v)))  # type: ignore[misc]
            if not isinstance(node, All | AnyOf):
                continue
            every = isinstance(node, All)
            values = [self._value(p) for p in node.parts]
            for number, part in enumerate(node.parts):
                rest = [v for n, v in enumerate(values) if n != number]
                joined = self._join(rest, every)
                if not isinstance(part, Constant) and len(node.parts) > 1:
                    yield part, outer(joined)

                def inner(v: Function, joined: Function = joined, every: bool = every,
                          outer: Callable[[Function], Function] = outer) -> Function:  # fmt: skip
                    return outer(joined & v if every else joined | v)

                stack.append((part, inner))

    def _join(self, values: Sequence[Function], every: bool) -> Function:
        diagrams = self.space.diagrams
        found = Function(diagrams, diagrams.one if every else diagrams.zero)
        for value in values:
            found = found & value if every else found | value
        return found

    def _value(self, condition: Condition) -> Function:
        return self.space.ops[self.program.places[(self.policy.name, id(condition))]]


def _named(condition: Condition) -> str:
    if isinstance(condition, Is):
        return quoted(f"is: {condition.name}")
    if isinstance(condition, Test):
        return f"on {quoted(condition.attribute)}"
    words = {All: "all", AnyOf: "any", Not: "not"}
    return f"under {quoted(words.get(type(condition), 'true'))}"
