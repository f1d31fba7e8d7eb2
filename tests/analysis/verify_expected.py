"""What `verify` has to find of a policy's rules, conditions and readings, world by world.

It takes a plain mapping and looks at every world; nothing of the package that it judges is used.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.reference.one_world import Json, Law, evaluate, holds

from .verify_worlds import Looked
from .worlds import recorded

Path = tuple[str | int, ...]


@dataclass
class Expected:
    """Findings by code, each as the names that it is about, or as (attribute, constant)."""

    found: dict[str, set[tuple[Any, ...]]] = field(default_factory=dict)
    constants: dict[Path, bool] = field(default_factory=dict)
    idle_parts: dict[Path, str] = field(default_factory=dict)
    worlds: int = 0

    def add(self, code: str, *about: Any) -> None:
        self.found.setdefault(code, set()).add(about)


class _Rule:
    """What was seen of a rule in scope."""

    def __init__(self) -> None:
        self.met = self.applies = self.first = self.matters = False
        self.with_: set[str] = set()


def expected(policy: Json, looked: Looked) -> Expected:
    """Look at all worlds of a policy."""
    out = Expected()
    rules: dict[str, _Rule] = {rule["id"]: _Rule() for rule in policy["rules"]}
    without = {name: _without(policy, name) for name in rules}
    parts = {
        (n, *path): (rule["id"], key, changed)
        for n, rule in enumerate(policy["rules"])
        for key in ("when", "unless")
        if key in rule
        for path, changed in _shorter(rule[key], (key,))
    }
    same_parts = dict.fromkeys(parts, True)
    tests = {path: (a, op, v) for path, a, op, v in _tests_of_policy(policy)}
    values: dict[Path, set[bool]] = {path: set() for path in tests}
    outcomes: dict[Any, dict[tuple[Any, ...], list[frozenset[str]]]] = {}
    undecided = False
    names = list(looked.questions)
    for number, facts in enumerate(looked):
        out.worlds = number + 1
        for choice, law in looked.laws:
            here = recorded(law, facts)
            outcome, status = evaluate(law, here)
            for question in names:
                others = tuple(c for c in choice if c[0] != question)
                outcomes.setdefault((question, others), {}).setdefault(
                    (question, dict(choice)[question]), []
                ).append(outcome)
            for path, (attribute, operator, operand) in tests.items():
                if len(values[path]) < 2:
                    test = {attribute: {operator: operand}}
                    values[path].add(holds(test, here, law))
            if not holds(policy.get("scope", True), here, law):
                continue
            applying = [name for name in rules if status[name] == "applies"]
            undecided = undecided or not applying
            for place, name in enumerate(applying):
                rules[name].applies = True
                rules[name].first = rules[name].first or not place
                rules[name].with_ |= set(applying)
            for name, one in rules.items():
                one.met = one.met or status[name] != "does_not_apply"
                if not one.matters:
                    fewer = Law(without[name], law.definitions, law.parameters, law.zones)
                    one.matters = evaluate(fewer, here)[0] != outcome
            for path, (name, key, changed) in parts.items():
                if same_parts[path]:
                    rule = next(r for r in policy["rules"] if r["id"] == name) | {key: changed}
                    met = holds(rule.get("when", True), here, law) and not holds(
                        rule.get("unless", False), here, law
                    )
                    same_parts[path] = met == (status[name] != "does_not_apply")
    if undecided and "otherwise" not in policy and "-unless-" not in policy.get("conflicts", ""):
        out.add("SR801")
    idle = _idle(policy, rules, out)
    _conflicts(policy, rules, out)
    for path, seen in values.items():
        if len(seen) == 1:
            out.constants[path] = seen.copy().pop()
            out.add("SR806", tests[path][0], out.constants[path])
    # a test that is always true or false is told as that
    told = {*out.constants, *(path[:-1] for path in out.constants if _is_alone(policy, path))}
    for path, same in same_parts.items():
        if same and parts[path][0] not in idle and path not in told:
            out.idle_parts[path] = parts[path][0]
    _readings(looked, outcomes, out)
    return out


def _is_alone(policy: Json, path: Path) -> bool:
    """Tell whether a comparison is all that its condition says."""
    found: Any = policy["rules"] if isinstance(path[0], int) else policy
    for step in path[:-1]:
        found = found[step]
    ((_, value),) = found.items()
    return not isinstance(value, dict) or len(value) == 1


def _idle(policy: Json, rules: dict[str, _Rule], out: Expected) -> set[str]:
    idle = set()
    for name, seen in rules.items():
        reached = seen.applies
        if policy.get("conflicts") == "first-applicable":
            reached = seen.first
        if not seen.matters:
            idle.add(name)
            out.add("SR803" if not seen.met else "SR805" if reached else "SR804", name)
    return idle


def _conflicts(policy: Json, rules: dict[str, _Rule], out: Expected) -> None:
    effects = {rule["id"]: rule["effect"] for rule in policy["rules"]}
    one_only = policy.get("conflicts") == "only-one-applicable"
    order = list(rules)
    for n, name in enumerate(order):
        others = [
            other for m, other in enumerate(order)
            if other in rules[name].with_
            and (m > n if one_only else (effects[name], effects[other]) == ("permit", "prohibit"))
        ]  # fmt: skip
        if others:
            out.add("SR802", name, *others)


def _readings(looked: Looked, outcomes: dict[Any, Any], out: Expected) -> None:
    for question, readings in looked.questions.items():
        same = [
            (a, b)
            for a, b in itertools.combinations(readings, 2)
            if all(
                seen[question, a] == seen[question, b]
                for (q, _), seen in outcomes.items()
                if q == question
            )
        ]
        if len(same) == len(readings) * (len(readings) - 1) // 2:
            out.add("SR812", question)
        else:
            for a, b in same:
                out.add("SR813", question, a, b)


# -- a policy with something left out --------------------------------------------------------


def _without(policy: Json, name: str) -> dict[str, Any]:
    found = copy.deepcopy(dict(policy))
    found["rules"] = [r for r in found["rules"] if r["id"] != name]
    for rule in found["rules"]:
        rule["overrides"] = [o for o in rule.get("overrides", ()) if o != name]
    return found


def _shorter(condition: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield a joined condition with each of its parts left out, however deep it is.

    Several comparisons of one attribute are parts of a condition, too.
    """
    if not isinstance(condition, dict):
        return
    ((key, value),) = condition.items()
    if key in ("all", "any"):
        for n, part in enumerate(value):
            if len(value) > 1 and not isinstance(part, bool):
                yield (*path, key, n), {key: [*value[:n], *value[n + 1 :]]}
            for where, changed in _shorter(part, (*path, key, n)):
                yield where, {key: [*value[:n], changed, *value[n + 1 :]]}
    elif key == "not":
        for where, changed in _shorter(value, (*path, key)):
            yield where, {"not": changed}
    elif isinstance(value, dict) and len(value) > 1:
        for operator in value:
            yield (*path, operator), {key: {o: v for o, v in value.items() if o != operator}}


# -- what is reached from the rules ----------------------------------------------------------


def _bodies(policy: Json, name: str, written: bool) -> Iterator[tuple[Path, Any]]:
    """Yield what a definition stands for under one reading or another, and where it is.

    With `written` also what the policy says itself where every reading says otherwise.
    """
    defined = []
    for question, body in policy.get("questions", {}).items():
        here = [
            (("questions", question, "readings", r, "define", name), one["define"][name])
            for r, one in body["readings"].items()
            if name in one.get("define", {})
        ]
        defined += here
        if len(here) == len(body["readings"]) and not written:
            yield from defined
            return
    yield from defined
    if name in policy["definitions"]:
        yield ("definitions", name), policy["definitions"][name]


def reached(
    policy: Json, roots: list[tuple[Path, Any]], written: bool = False
) -> Iterator[tuple[Path, Any]]:
    """Yield every condition that some conditions come to, joined ones and their parts."""
    seen: set[str] = set()
    stack = list(roots)
    while stack:
        path, condition = stack.pop()
        yield path, condition
        if not isinstance(condition, dict):
            continue
        ((key, value),) = condition.items()
        if key in ("all", "any"):
            stack += [((*path, key, n), part) for n, part in enumerate(value)]
        elif key == "not":
            stack.append(((*path, key), value))
        elif key == "is" and value not in seen:
            seen.add(value)
            stack += _bodies(policy, value, written)


def roots_of(policy: Json) -> list[tuple[Path, Any]]:
    """Return the conditions of scope and rules."""
    roots: list[tuple[Path, Any]] = [(("scope",), policy["scope"])] if "scope" in policy else []
    for n, rule in enumerate(policy["rules"]):
        roots += [((n, key), rule[key]) for key in ("when", "unless") if key in rule]
    return roots


def _tests_of_policy(policy: Json) -> Iterator[tuple[Path, str, str, Any]]:
    for path, condition in reached(policy, roots_of(policy)):
        if isinstance(condition, dict):
            ((key, value),) = condition.items()
            if key not in ("all", "any", "not", "is"):
                tests = value if isinstance(value, dict) else {"eq": value}
                for operator, operand in tests.items():
                    yield (*path, operator), key, operator, operand
