"""Changes to a policy: some that may change what it means, some that must not."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from tests.reference.strategies import ALGORITHMS, FIGURES, PARAMETERS, ZONES, Maker

EFFECTS = ("permit", "prohibit", "not_governed")

Policy = dict[str, Any]


def mutant(maker: Maker, policy: Policy) -> tuple[Policy, tuple[str, ...], bool]:
    """Return a changed copy, what was done to it, and whether it must mean the same."""
    source = maker.source
    wanted = source.pick(("alike", "changed", "changed", "both"))
    found = copy.deepcopy(policy)
    done: list[str] = []
    for changes in {"alike": (ALIKE,), "changed": (CHANGED,), "both": (CHANGED, ALIKE)}[wanted]:
        for _ in range(source.pick((1, 2, 3))):
            change = source.pick(changes)
            if change(maker, found):
                done.append(change.__name__.strip("_"))
    return found, tuple(done), wanted == "alike" or not done


# -- changes that may change what is meant ---------------------------------------------------


def _drop_rule(maker: Maker, policy: Policy) -> bool:
    if not policy["rules"]:
        return False
    gone = maker.pick(policy["rules"])
    policy["rules"].remove(gone)
    for rule in policy["rules"]:
        if gone["id"] in rule.get("overrides", ()):
            rule["overrides"] = [o for o in rule["overrides"] if o != gone["id"]]
    return True


def _add_rule(maker: Maker, policy: Policy) -> bool:
    rule = {"id": _new(policy), "effect": maker.pick(EFFECTS[:2]),
            "when": maker.condition(1)}  # fmt: skip
    policy["rules"].insert(maker.pick(range(len(policy["rules"]) + 1)), rule)
    return True


def _flip_rule(maker: Maker, policy: Policy) -> bool:
    if not policy["rules"]:
        return False
    rule = maker.pick(policy["rules"])
    rule["effect"] = "permit" if rule["effect"] == "prohibit" else "prohibit"
    return True


def _reorder_rules(maker: Maker, policy: Policy) -> bool:
    rules = policy["rules"]
    if len(rules) < 2:
        return False
    rules.insert(0, rules.pop(maker.pick(range(1, len(rules)))))
    return True


def _reword_rule(maker: Maker, policy: Policy) -> bool:
    if not policy["rules"]:
        return False
    maker.pick(policy["rules"])[maker.pick(("when", "when", "unless"))] = maker.condition(1)
    return True


def _change_figure(maker: Maker, policy: Policy) -> bool:
    found = [
        (holder, key)
        for holder, key in _conditions(policy)
        for holder, key in _operands(holder[key])
        if isinstance(holder[key], int | float) and not isinstance(holder[key], bool)
    ]
    if not found:
        return False
    holder, key = maker.pick(found)
    holder[key] = maker.pick((*FIGURES, 120.5))
    return True


def _change_parameter(maker: Maker, policy: Policy) -> bool:
    name = maker.pick(list(PARAMETERS))
    policy["parameters"][name] = {"value": maker.pick(PARAMETERS[name])}
    return True


def _change_definition(maker: Maker, policy: Policy) -> bool:
    names = list(policy["definitions"])
    if not names:
        return False
    policy["definitions"][maker.pick(names)] = maker.condition(1, ())
    return True


def _swap_readings(maker: Maker, policy: Policy) -> bool:
    if not policy["questions"]:
        return False
    readings = maker.pick(list(policy["questions"].values()))["readings"]
    readings["a"], readings["b"] = readings["b"], readings["a"]
    return True


def _change_reading(maker: Maker, policy: Policy) -> bool:
    """Make a reading another's copy; a question with fewer readings than it seems to have."""
    if not policy["questions"]:
        return False
    readings = maker.pick(list(policy["questions"].values()))["readings"]
    readings["a"] = copy.deepcopy(readings[maker.pick(list(readings)[1:])])
    return True


def _drop_reading(maker: Maker, policy: Policy) -> bool:
    """So that the question is no longer the same."""
    many = [q["readings"] for q in policy["questions"].values() if len(q["readings"]) > 2]
    if not many:
        return False
    del maker.pick(many)["c"]
    return True


def _replace_zone(maker: Maker, policy: Policy) -> bool:
    name = maker.pick(ZONES[:3])
    policy["zones"][name] = maker.zone_like(policy["zones"][name])
    return True


def _change_algorithm(maker: Maker, policy: Policy) -> bool:
    policy["conflicts"] = maker.pick(ALGORITHMS)
    return True


def _change_otherwise(maker: Maker, policy: Policy) -> bool:
    policy["otherwise"] = maker.pick(EFFECTS)
    return True


def _change_scope(maker: Maker, policy: Policy) -> bool:
    if "scope" in policy and maker.chance(40):
        del policy["scope"]
    else:
        policy["scope"] = maker.condition(1)
    return True


CHANGED: tuple[Callable[[Maker, Policy], bool], ...] = (
    _drop_rule, _add_rule, _flip_rule, _reorder_rules, _reword_rule, _change_figure,
    _change_figure, _change_parameter, _change_definition, _swap_readings, _change_reading,
    _drop_reading, _replace_zone, _change_algorithm, _change_otherwise, _change_scope,
)  # fmt: skip


# -- changes that do not ---------------------------------------------------------------------


def _say_otherwise(maker: Maker, policy: Policy) -> bool:
    """Write a condition differently: twice negated, De Morgan, the opposite test, as a list."""
    found = list(_conditions(policy))
    if not found:
        return False
    holder, key = maker.pick(found)
    holder[key] = same_condition(maker, holder[key])
    return True


def same_condition(maker: Maker, condition: Any) -> Any:
    """Return a condition that holds in the same worlds."""
    wrapped = maker.pick((
        {"not": {"not": condition}}, {"all": [condition, True]}, {"any": [False, condition]},
        {"any": [condition, condition]},
    ))  # fmt: skip
    if not isinstance(condition, dict):
        return wrapped
    ((key, value),) = condition.items()
    if key in ("all", "any") and maker.chance(80):
        other = "any" if key == "all" else "all"
        return {"not": {other: [{"not": part} for part in reversed(value)]}}
    if key == "not" and maker.chance(70):
        return {"any": [{"not": same_condition(maker, value)}]}
    if key in ("all", "any", "not", "is"):
        return wrapped
    opposite = {"gt": "le", "le": "gt", "lt": "ge", "ge": "lt", "eq": "ne", "ne": "eq",
                "before": "from", "from": "before", "within": "disjoint",
                "disjoint": "intersects", "intersects": "disjoint"}  # fmt: skip
    tests = value if isinstance(value, dict) else {"eq": value}
    if len(tests) == 1 and maker.chance(80):
        ((operator, operand),) = tests.items()
        if operator in opposite:
            return {"not": {key: {opposite[operator]: operand}}}
        if operator == "in":
            return {"any": [{key: one} for one in operand]}
    return wrapped


def _same_definition(maker: Maker, policy: Policy) -> bool:
    """Name a rule's condition."""
    rules = [r for r in policy["rules"] if "when" in r]
    if not rules or "own-name" in policy["definitions"]:
        return False
    rule = maker.pick(rules)
    policy["definitions"]["own-name"] = rule["when"]
    rule["when"] = {"is": "own-name"}
    return True


def _unless_in_when(maker: Maker, policy: Policy) -> bool:
    """Write an exception as part of the condition."""
    rules = [r for r in policy["rules"] if "unless" in r]
    if not rules:
        return False
    rule = maker.pick(rules)
    rule["when"] = {"all": [rule.get("when", True), {"not": rule.pop("unless")}]}
    return True


def _dead_rule(maker: Maker, policy: Policy) -> bool:
    """Add a rule that never applies."""
    condition = maker.condition(1)
    rule = {"id": _new(policy), "effect": maker.pick(EFFECTS[:2]),
            "when": {"all": [condition, {"not": same_condition(maker, condition)}]}}  # fmt: skip
    policy["rules"].insert(maker.pick(range(len(policy["rules"]) + 1)), rule)
    return True


def _same_reading_again(maker: Maker, policy: Policy) -> bool:
    """Give a question a reading more, which says what another says already: an own question."""
    few = [q["readings"] for q in policy["questions"].values() if "d" not in q["readings"]]
    if not few:
        return False
    readings = maker.pick(few)
    readings["d"] = copy.deepcopy(maker.pick(list(readings.values())))
    return True


def _readings_in_another_order(maker: Maker, policy: Policy) -> bool:
    if not policy["questions"]:
        return False
    question = maker.pick(list(policy["questions"].values()))
    question["readings"] = dict(reversed(question["readings"].items()))
    return True


def _more_values(maker: Maker, policy: Policy) -> bool:
    """Let a fact have a value that no condition names."""
    facts = copy.deepcopy(policy["facts"])
    facts["own.colour"]["values"] = ["white", *facts["own.colour"]["values"]]
    policy["facts"] = facts
    return True


ALIKE: tuple[Callable[[Maker, Policy], bool], ...] = (
    _say_otherwise, _say_otherwise, _say_otherwise, _same_definition, _unless_in_when, _dead_rule,
    _same_reading_again, _readings_in_another_order, _more_values,
)  # fmt: skip


def _new(policy: Policy) -> str:
    """Return a name that no rule has."""
    taken = {rule["id"] for rule in policy["rules"]}
    return next(name for n in itertools.count(10) if (name := f"r{n}") not in taken)


def _conditions(policy: Policy) -> Iterator[tuple[Any, Any]]:
    """Yield where each condition of a policy stands, the parts of conditions too."""
    tops: list[tuple[Any, Any]] = [(policy["definitions"], n) for n in policy["definitions"]]
    if "scope" in policy:
        tops.append((policy, "scope"))
    tops += [(r, k) for r in policy["rules"] for k in ("when", "unless") if k in r]
    for question in policy["questions"].values():
        for reading in question["readings"].values():
            tops += [(reading["define"], n) for n in reading.get("define", ())]
    for holder, key in tops:
        yield from _parts(holder, key)


def _parts(holder: Any, key: Any) -> Iterator[tuple[Any, Any]]:
    yield holder, key
    condition = holder[key]
    if isinstance(condition, dict):
        for part in ("all", "any"):
            for number in range(len(condition.get(part, ()))):
                yield from _parts(condition[part], number)
        if "not" in condition:
            yield from _parts(condition, "not")


def _operands(condition: Any) -> Iterator[tuple[Any, Any]]:
    """Yield where the figures stand that a test compares with."""
    if not isinstance(condition, dict) or {"all", "any", "not", "is"} & condition.keys():
        return
    for path, value in condition.items():
        if not isinstance(value, dict):
            yield condition, path
            continue
        for operator, operand in value.items():
            if isinstance(operand, list):
                yield from ((operand, n) for n in range(len(operand)))
            else:
                yield value, operator
