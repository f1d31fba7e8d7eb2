"""One policy in one world, where every fact is known: what holds, what applies, the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from .grid import Cell, cells, inside

Json = Mapping[str, Any]
OUTCOME = {"permit": "permitted", "prohibit": "prohibited", "not_governed": "not_governed"}


@dataclass(frozen=True)
class Law:
    """A policy under one combination of readings."""

    policy: Json
    definitions: Json
    parameters: Json
    zones: Json

    @cached_property
    def cells(self) -> dict[str, frozenset[Cell]]:
        """The cells of each zone."""
        return {name: cells(name, self.zones) for name in self.zones}


def evaluate(law: Law, facts: Json) -> tuple[frozenset[str], dict[str, str]]:
    """Return the outcome of a policy in one world (two where rules conflict), and its rules'."""
    rules = {r["id"]: r for r in law.policy.get("rules", [])}
    met = {
        name
        for name, rule in rules.items()
        if holds(rule.get("when", True), facts, law)
        and not holds(rule.get("unless", False), facts, law)
    }

    def applies(name: str) -> bool:
        above = [r["id"] for r in rules.values() if name in r.get("overrides", [])]
        return name in met and not any(applies(other) for other in above)

    if not holds(law.policy.get("scope", True), facts, law):
        return frozenset({"not_governed"}), dict.fromkeys(rules, "does_not_apply")
    status = {
        name: "applies" if applies(name) else "defeated" if name in met else "does_not_apply"
        for name in rules
    }
    effects = [rules[n]["effect"] for n in rules if status[n] == "applies"]
    default = law.policy.get("otherwise", "not_governed")
    effect = combine(law.policy.get("conflicts", "prohibit-overrides"), effects)
    if effect is None:
        effect = default["effect"] if isinstance(default, dict) else default
    if effect == "conflict":
        return frozenset({"permitted", "prohibited"}), status
    return frozenset({OUTCOME[effect]}), status


def combine(algorithm: str, effects: list[str]) -> str | None:
    """Combine the effects of the rules that apply; None where nothing decides."""
    if algorithm == "prohibit-unless-permit":
        return "permit" if "permit" in effects else "prohibit"
    if algorithm == "permit-unless-prohibit":
        return "prohibit" if "prohibit" in effects else "permit"
    if not effects:
        return None
    if algorithm == "prohibit-overrides":
        return "prohibit" if "prohibit" in effects else "permit"
    if algorithm == "permit-overrides":
        return "permit" if "permit" in effects else "prohibit"
    if algorithm == "first-applicable":
        return effects[0]
    if algorithm == "only-one-applicable":
        return effects[0] if len(effects) == 1 else "conflict"
    raise ValueError(algorithm)


def holds(condition: Any, facts: Json, law: Law) -> bool:
    """Tell whether a condition holds in one world."""
    if isinstance(condition, bool):
        return condition
    ((key, value),) = ((k, v) for k, v in condition.items() if k not in ("cites", "note"))
    if key == "all":
        return all(holds(part, facts, law) for part in value)
    if key == "any":
        return any(holds(part, facts, law) for part in value)
    if key == "not":
        return not holds(value, facts, law)
    if key == "is":
        return holds(law.definitions[value], facts, law)
    tests = value if isinstance(value, dict) else {"eq": value}
    return all(_test(facts[key], op, operand, law) for op, operand in tests.items())


def _test(fact: Any, operator: str, operand: Any, law: Law) -> bool:
    if operator in ("within", "intersects"):
        return inside(fact, law.cells[operand])
    if operator == "disjoint":
        return not inside(fact, law.cells[operand])
    many = [figure_of(v, law) for v in (operand if operator == "in" else [operand])]
    if isinstance(fact, date):
        many = [date.fromisoformat(v) for v in many]
    one = many[0] if many else None
    if operator in ("in", "eq"):
        return fact in many
    if operator == "ne":
        return bool(fact != one)
    if operator in ("lt", "before"):
        return bool(fact < one)
    if operator in ("le", "until"):
        return bool(fact <= one)
    if operator == "gt":
        return bool(fact > one)
    if operator in ("ge", "from"):
        return bool(fact >= one)
    raise ValueError(operator)


def figure_of(value: Any, law: Law) -> Any:
    return law.parameters[value[1:]] if isinstance(value, str) and value[:1] == "$" else value


def conditions_of(law: Law) -> Iterator[Any]:
    yield law.policy.get("scope", True)
    yield from law.definitions.values()
    for rule in law.policy.get("rules", []):
        yield from (rule.get("when", True), rule.get("unless", False))


def tests_of(condition: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield every test of an attribute in a condition."""
    for key, value in condition.items() if isinstance(condition, dict) else ():
        if key in ("all", "any"):
            for part in value:
                yield from tests_of(part)
        elif key == "not":
            yield from tests_of(value)
        elif key not in ("is", "cites", "note"):
            for operator, operand in (value if isinstance(value, dict) else {"eq": value}).items():
                yield key, operator, operand
