"""The whole of one policy: as text for people, and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from strikerules.cli.layout import labelled, wrapped
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
from strikerules.language.policy import Figure, Policy, Question, Reading, Rule, ZoneSpec
from strikerules.language.values import written
from strikerules.views.conditions import condition_lines

__all__ = ["condition_data", "policy_data", "policy_text"]


def condition_data(condition: Condition) -> Any:
    """Return a condition as a policy file writes it."""
    more = {"cites": list(condition.cites)} if condition.cites else {}
    if condition.note:
        more["note"] = condition.note  # type: ignore[assignment]
    match condition:
        case Constant(value=value):
            return value
        case All(parts=parts):
            return {"all": [condition_data(p) for p in parts], **more}
        case AnyOf(parts=parts):
            return {"any": [condition_data(p) for p in parts], **more}
        case Not(part=part):
            return {"not": condition_data(part), **more}
        case Is(name=name):
            return {"is": name, **more}
        case Test(attribute=attribute, operator=operator, operand=operand):
            return {attribute: {operator: _operand(operand)}, **more}


def _operand(operand: Any) -> Any:
    if isinstance(operand, Parameter):
        return f"${operand.name}"
    if isinstance(operand, Distance):
        return {"of": operand.of, "km": _operand(operand.km)}
    if isinstance(operand, tuple):
        return [_operand(o) for o in operand]
    return operand if isinstance(operand, bool | int | float) else written(operand)


def policy_data(policy: Policy, files: Mapping[str, str]) -> dict[str, Any]:
    """Return a policy, its inheritance worked out, as plain data; `files` as in `policy_text`."""
    from strikerules.cli.stated_text import accept_data, property_data

    return {
        "policy": policy.name,
        "title": policy.title,
        "text": policy.text,
        "hypothetical": policy.hypothetical,
        "extends": list(policy.lineage),
        "in_force": {k: _operand(v) for k, v in policy.in_force.items()},
        "sources": list(policy.sources),
        "cites": list(policy.cites),
        "scope": None if policy.scope is None else condition_data(policy.scope),
        "conflicts": policy.conflicts,
        "otherwise": {
            "effect": policy.otherwise.effect,
            "text": policy.otherwise.text,
            "cites": list(policy.otherwise.cites),
        },
        "rules": [_rule_data(rule) for rule in policy.rules],
        "questions": {q.id: _question_data(policy, q) for q in policy.questions.values()},
        "parameters": {
            f.name: {
                "value": _operand(f.value),
                "unit": f.unit,
                "status": f.status,
                "note": f.note,
                "cites": list(f.cites),
                "from": f.origin,
            }
            for f in policy.parameters.values()
        },
        "definitions": {
            name: {"means": condition_data(c), "from": _home(c, files)}
            for name, c in policy.definitions.items()
        },
        "facts": {
            a.path: {"kind": a.kind, "text": a.text, "unit": a.unit, "values": list(a.values)}
            for a in policy.facts.values()
        },
        "zones": {z.name: {"made_from": z.raw, "from": z.owner} for z in policy.zones.values()},
        "properties": property_data(policy.properties),
        "accept": accept_data(policy.accepts),
    }


def _rule_data(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "effect": rule.effect,
        "title": rule.title,
        "text": rule.text,
        "note": rule.note,
        "when": condition_data(rule.when),
        "unless": None if rule.unless is None else condition_data(rule.unless),
        "overrides": list(rule.overrides),
        "regardless": list(rule.regardless),
        "cites": list(rule.cites),
        "from": rule.origin,
    }


def _question_data(policy: Policy, question: Question) -> dict[str, Any]:
    return {
        "title": question.title,
        "text": question.text,
        "cites": list(question.cites),
        "from": question.origin,
        "answered": policy.fixed.get(question.id),
        "readings": {
            r.id: {
                "text": r.text,
                "status": r.status,
                "cites": list(r.cites),
                "define": {n: condition_data(c) for n, c in r.define.items()},
                "set": {n: _operand(v) for n, v in r.set.items()},
                "zones": {n: z.raw for n, z in r.zones.items()},
            }
            for r in question.readings.values()
        },
    }


def _home(condition: Condition, files: Mapping[str, str]) -> str | None:
    return files.get(condition.at.file) if condition.at is not None else None


class _Page:
    """Lines of text, filled to a width."""

    def __init__(self, policy: Policy, width: int) -> None:
        self.policy, self.width = policy, width
        self.lines: list[str] = []

    def put(self, text: str, indent: int = 0, hang: int = 0) -> None:
        self.lines.append(wrapped(text, self.width, " " * (indent + hang), " " * indent))

    def head(self, text: str) -> None:
        self.lines += ["", text]

    def pair(self, label: str, text: str, indent: int = 2) -> None:
        inner = labelled(label, text, self.width - indent)
        self.lines += [" " * indent + line for line in inner.splitlines()]

    def condition(self, label: str, condition: Condition, indent: int) -> None:
        lines = list(condition_lines(condition, self.policy))
        self.put(f"{label} {lines[0][1]}", indent, 2)
        for depth, text in lines[1:]:
            self.put(text, indent + 2 * depth, 2)


def policy_text(policy: Policy, files: Mapping[str, str], width: int) -> str:
    """Return a policy, its inheritance worked out, as text for people.

    Parameters
    ----------
    policy : Policy
    files : mapping
        From a file's name to the policy in it, to tell where definitions come from.
    width : int
        Columns to fill; words longer than a line stand out.
    """
    page = _Page(policy, width)
    mark = " (hypothetical: nobody has announced it)" if policy.hypothetical else ""
    page.put(f"policy {policy.name}{mark}")
    if policy.title:
        page.put(policy.title, 2)
    if policy.text:
        page.lines.append("")
        page.put(policy.text, 2)
    page.lines.append("")
    if policy.lineage:
        page.pair("extends", ", which extends ".join(policy.lineage))
    if policy.in_force:
        time = " ".join(f"{k} {_operand(v)}" for k, v in policy.in_force.items())
        page.pair("in force", f"{time} (a timeline's own days come before this)")
    if policy.sources:
        page.pair("sources", ", ".join(policy.sources))
    if policy.cites:
        page.pair("cites", ", ".join(policy.cites))
    page.pair("conflicts", policy.conflicts)
    end = policy.otherwise
    page.pair("otherwise", end.effect + (f": {end.text}" if end.text else "") + _cited(end.cites))
    if policy.scope is not None:
        page.head("scope")
        page.condition("it governs a strike where", policy.scope, 2)
    _rules(page, policy.rules)
    _questions(page, policy.questions.values())
    _figures(page, policy.parameters.values())
    if policy.definitions:
        page.head("definitions")
        for name, condition in policy.definitions.items():
            page.put(f"{name}{_from(policy, _home(condition, files))}", 2)
            page.condition("means:", condition, 4)
    if policy.facts:
        page.head("facts of its own")
        for fact in policy.facts.values():
            page.put(f"{fact.path}: {fact.wanted}", 2, 2)
            if fact.text != fact.path:
                page.put(fact.text, 4)
    _zones(page, policy.zones.values())
    _stated(page)
    return "\n".join(page.lines)


def _cited(cites: Iterable[str]) -> str:
    names = ", ".join(cites)
    return f" [{names}]" if names else ""


def _from(policy: Policy, origin: str | None) -> str:
    return f" (from {origin})" if origin and origin != policy.name else ""


def _rules(page: _Page, rules: Iterable[Rule]) -> None:
    page.head("rules" if (rules := list(rules)) else "rules: none")
    for rule in rules:
        page.put(f"{rule.id}: {rule.effect}{_cited(rule.cites)} (from {rule.origin})", 2, 2)
        for text in (rule.title, rule.text, rule.note):
            if text:
                page.put(text, 4)
        page.condition("when", rule.when, 4)
        if rule.unless is not None:
            page.condition("unless", rule.unless, 4)
        if rule.overrides:
            page.put(f"overrides {', '.join(rule.overrides)}", 4, 2)
        if rule.regardless:
            page.put(f"regardless of {', '.join(rule.regardless)}", 4, 2)


def _questions(page: _Page, questions: Iterable[Question]) -> None:
    policy = page.policy
    if questions := list(questions):
        page.head("open questions")
    for question in questions:
        page.put(f"{question.id}{_cited(question.cites)}{_from(policy, question.origin)}", 2, 2)
        for text in (question.title, question.text):
            if text:
                page.put(text, 4)
        if question.id in policy.fixed:
            page.put(f"answered: {policy.fixed[question.id]}", 4)
        for reading in question.readings.values():
            _reading(page, reading)


def _reading(page: _Page, reading: Reading) -> None:
    mark = f" ({reading.status})" if reading.status else ""
    page.put(f"- {reading.id}{mark}{_cited(reading.cites)}", 4, 2)
    if reading.text:
        page.put(reading.text, 6)
    for name, condition in reading.define.items():
        page.condition(f"`{name}` means:", condition, 6)
    for name, value in reading.set.items():
        page.put(f"{name} is {written(value)}", 6)
    for name, spec in reading.zones.items():
        page.put(f"the zone {name} is {_zone(spec)}", 6)


def _figures(page: _Page, figures: Iterable[Figure]) -> None:
    if figures := list(figures):
        page.head("parameters")
    for figure in figures:
        unit = f" {figure.unit}" if figure.unit else ""
        status = f" ({figure.status})" if figure.status else ""
        origin = _from(page.policy, figure.origin)
        value = f"{figure.name} = {written(figure.value)}{unit}"
        page.put(f"{value}{status}{_cited(figure.cites)}{origin}", 2, 2)
        if figure.note:
            page.put(figure.note, 4)


def _zones(page: _Page, zones: Iterable[ZoneSpec]) -> None:
    if zones := list(zones):
        page.head("zones of its own")
    for spec in zones:
        page.put(f"{spec.name} is {_zone(spec)}{_from(page.policy, spec.owner)}", 2, 2)


def _stated(page: _Page) -> None:
    from strikerules.cli.stated_text import property_words

    if page.policy.properties:
        page.head("properties (`strikerules verify` proves or refutes them)")
    for stated in page.policy.properties:
        page.put(f"{stated.id}: {property_words(stated)}{_cited(stated.cites)}", 2, 2)
        if stated.text:
            page.put(stated.text, 4)
        if stated.when is not None:
            page.condition("where", stated.when, 4)
    if page.policy.accepts:
        page.head("accepted findings")
    for one in page.policy.accepts:
        about = f" about {', '.join(one.about)}" if one.about else ""
        page.put(f"{one.code}{about}{_from(page.policy, one.origin)}: {one.because}", 2, 2)


def _zone(spec: ZoneSpec) -> str:
    from strikerules.cli.commands.zones import made_from

    return made_from(spec.raw)
