"""A composite of documents read into a checked `Policy`: every name, type and unit looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, cast

from msgspec.structs import replace

from strikerules.documents import Path
from strikerules.language.compose import Composite, Located
from strikerules.language.conditions import (
    Condition,
    Context,
    Parameter,
    read_condition,
)
from strikerules.language.figures import attribute_of, read_figures
from strikerules.language.graph import attributes_of, cycle_in, definition_graph
from strikerules.language.misfits import misfits
from strikerules.language.policy import (
    Effect,
    Otherwise,
    Policy,
    Question,
    Rule,
    ZoneSpec,
)
from strikerules.language.properties import read_accepts, read_properties
from strikerules.language.questions import combinations, read_questions
from strikerules.language.values import read_date
from strikerules.language.vary import apply_set
from strikerules.language.vocabulary import BASE, Attribute, Vocabulary
from strikerules.language.zones import check_zone
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

__all__ = ["MOST_COMBINATIONS", "ZoneNames", "build_policy", "read_figures", "read_questions"]

MOST_COMBINATIONS = 4096

ZoneNames = Callable[[str], str | Literal[True] | None]
"""Tells whether the register has a zone: True, a suggestion, or None."""

_NOT_THERE = ("SR303", "SR304", "SR307", "SR308", "SR314")
_FACT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\Z")


def build_policy(composite: Composite, register_has: ZoneNames) -> Policy:
    """Read every part of a composite.

    Raises
    ------
    InvalidInput
        Every problem at once: SR301 to SR350 and what the values have (SR113 to SR118).
    """
    return _Builder(composite, register_has).build()


class _Builder:
    def __init__(self, composite: Composite, register_has: ZoneNames) -> None:
        self.c = composite
        self.problems: list[Problem] = []
        self.facts = self._facts()
        self.figures = read_figures(self.c.section("parameters"), self.problems)
        zones = self.c.section("zones")
        definitions = set(self.c.section("definitions"))
        reading_zones: set[str] = set()
        for part in self.c.section("questions").values():
            for reading in (part.raw.get("readings") or {}).values():
                definitions |= set((reading or {}).get("define") or {})
                reading_zones |= set((reading or {}).get("zones") or {})

        def has_zone(name: str) -> str | Literal[True] | None:
            if name in zones or name in reading_zones:
                return True
            known = register_has(name)
            return known if known is True else did_you_mean(name, [*zones]) or known

        self.context = Context(
            Vocabulary(self.facts.values()),
            definitions,
            {n: attribute_of(f) for n, f in self.figures.items()},
            has_zone,
            self.problems,
        )
        self.register_has = register_has

    def build(self) -> Policy:
        c, head = self.c, self.c.head
        zones = self._zones(c.section("zones"))
        definitions = {
            name: self._condition(part) for name, part in c.section("definitions").items()
        }
        questions = read_questions(c.section("questions"), self.context, self.figures)
        self._check_readings(questions, definitions, zones)
        rules = tuple(self._rule(part) for part in c.section("rules").values())
        scope = self._condition(c.single["scope"]) if "scope" in c.single else None
        policy = Policy(
            c.name,
            rules,
            scope=scope,
            conflicts=c.single["conflicts"].raw
            if "conflicts" in c.single
            else "prohibit-overrides",
            otherwise=self._otherwise(),
            definitions=definitions,
            questions=questions,
            parameters=self.figures,
            facts=self.facts,
            zones=zones,
            title=head.get("title"),
            text=head.get("text"),
            hypothetical=bool(head.get("hypothetical")),
            lineage=c.lineage,
            extends=c.head.get("extends"),
            base=c.doc.base,
            in_force=read_in_force(head.get("in_force")),
            properties=read_properties(c.properties, self.context),
            accepts=read_accepts(c.accepts),
            sources=c.sources,
            cites=tuple(head.get("cites") or ()),
            at=c.doc.position(("policy",)),
        )
        self._check_definitions(policy)
        self._check_rules(policy)
        policy = self._sets(policy)
        if not self.problems:
            self.problems += misfits(policy)
        _check_count(policy.open_questions, policy, self.problems)
        if self.problems:
            raise InvalidInput([self._blamed(p) for p in self.problems])
        return policy

    def _blamed(self, problem: Problem) -> Problem:
        """Say so where a variant took away what a part that it inherits rests on."""
        removed = (n for names in (self.c.head.get("remove") or {}).values() for n in names)
        if problem.code not in _NOT_THERE or not any(quoted(n) in problem.message for n in removed):
            return problem
        hint = f"the variant `{self.c.name}` removes it; replace what rests on it as well"
        return replace(problem, help=hint)

    def _condition(self, part: Located, path: Path | None = None, raw: Any = ...) -> Condition:
        return read_condition(
            part.doc, part.path if path is None else path, self.context,
            part.raw if raw is ... else raw,
        )  # fmt: skip

    def _facts(self) -> dict[str, Attribute]:
        base = {a.path for a in BASE}
        groups = {a.path.partition(".")[0] for a in BASE if "." in a.path}
        facts: dict[str, Attribute] = {}
        for path, part in self.c.section("facts").items():
            at = part.doc.position(part.path, key=True)
            raw = part.raw or {}
            if path in base or path in groups or not _FACT.match(path):
                self.problems.append(
                    Problem(
                        "SR311",
                        f"{quoted(path)} can't be a fact of one's own",
                        at,
                        expected="a name such as `conditions.crews_trained` that is not in the"
                        " vocabulary",
                    )
                )
                continue
            kind, values = raw.get("type"), raw.get("values")
            if (kind is None) == (values is None):
                self.problems.append(
                    Problem(
                        "SR311",
                        f"the fact {quoted(path)} needs a type",
                        at,
                        expected="`type: boolean`, `number` or `date`, or `values: […]`",
                    )
                )
                continue
            facts[path] = Attribute(
                path, kind or "values", raw.get("text") or path, tuple(values or ()),
                raw.get("unit"), "declared", tuple(raw.get("cites") or ()),
            )  # fmt: skip
        return facts

    def _zones(self, parts: dict[str, Located]) -> dict[str, ZoneSpec]:
        zones: dict[str, ZoneSpec] = {}
        uses: dict[str, list[str]] = {}
        for name, part in parts.items():
            uses[name] = check_zone(
                part.raw, part.doc, part.path, self.context.has_zone, self.problems, itself=name
            )
            zones[name] = ZoneSpec(name, part.raw, part.origin, part.doc, part.path)
        if loop := cycle_in(uses):
            part = parts[loop[0]]
            self.problems.append(
                Problem(
                    "SR312",
                    "zones that are made from each other: "
                    + " → ".join(quoted(n) for n in (*loop, loop[0])),
                    part.doc.position(part.path, key=True),
                )
            )
        return zones

    def _rule(self, part: Located) -> Rule:
        raw, doc, path = part.raw, part.doc, part.path
        when = (
            self._condition(part, (*path, "when"), raw["when"])
            if "when" in raw
            else read_condition(doc, path, self.context, True)
        )
        unless = (
            self._condition(part, (*path, "unless"), raw["unless"]) if "unless" in raw else None
        )
        return Rule(
            raw["id"],
            cast(Effect, raw["effect"]),
            when,
            unless,
            overrides=tuple(raw.get("overrides") or ()),
            regardless=tuple(raw.get("regardless") or ()),
            cites=tuple(raw.get("cites") or ()),
            title=raw.get("title"),
            text=raw.get("text"),
            note=raw.get("note"),
            origin=part.origin,
            at=doc.position((*path, "id")),
        )

    def _otherwise(self) -> Otherwise:
        part = self.c.single.get("otherwise")
        if part is None:
            return Otherwise("not_governed")
        raw = part.raw if isinstance(part.raw, dict) else {"effect": part.raw}
        return Otherwise(
            raw["effect"], tuple(raw.get("cites") or ()), raw.get("text"),
            part.doc.position(part.path),
        )  # fmt: skip

    def _check_readings(
        self,
        questions: dict[str, Question],
        definitions: dict[str, Condition],
        zones: dict[str, ZoneSpec],
    ) -> None:
        owners: dict[tuple[str, str], str] = {}
        for question in questions.values():
            part = self.c.section("questions")[question.id]
            at = part.doc.position(part.path, key=True)
            for kind in ("define", "zones", "set"):
                names = dict.fromkeys(
                    n for r in question.readings.values() for n in getattr(r, kind)
                )
                for name in names:
                    other = owners.setdefault((kind, name), question.id)
                    if other != question.id:
                        self.problems.append(
                            Problem(
                                "SR331",
                                f"{quoted(name)} is settled by two questions, {quoted(other)} and"
                                f" {quoted(question.id)}",
                                at,
                                help="let one question settle it, or define two names",
                            )
                        )
                    missing = [
                        r.id for r in question.readings.values() if name not in getattr(r, kind)
                    ]
                    has_base = {
                        "define": name in definitions,
                        "zones": name in zones or self.register_has(name) is True,
                        "set": True,
                    }[kind]
                    if missing and not has_base:
                        what = "definition" if kind == "define" else "zone"
                        self.problems.append(
                            Problem(
                                "SR330",
                                f"the reading {quoted(missing[0])} of {quoted(question.id)} leaves"
                                f" the {what} {quoted(name)} undefined",
                                at,
                                help=f"give it in every reading, or a {what} to start from",
                            )
                        )

    def _check_definitions(self, policy: Policy) -> None:
        if loop := cycle_in(definition_graph(policy)):
            part = self.c.section("definitions").get(loop[0])
            at = part.doc.position(part.path, key=True) if part else policy.at
            self.problems.append(
                Problem(
                    "SR313",
                    "definitions that rest on each other: "
                    + " → ".join(quoted(n) for n in (*loop, loop[0])),
                    at,
                    help="one of them has to say what it means without the others",
                )
            )

    def _check_rules(self, policy: Policy) -> None:
        rules = {r.id: r for r in policy.rules}
        graph: dict[str, list[str]] = {}
        for rule in policy.rules:
            part = self.c.section("rules")[rule.id]
            graph[rule.id] = [o for o in rule.overrides if o in rules]
            for index, other in enumerate(rule.overrides):
                at = part.doc.position((*part.path, "overrides", index))
                if other not in rules:
                    self.problems.append(
                        Problem(
                            "SR314",
                            f"`overrides` names no rule: {quoted(other)}",
                            at,
                            expected=listed(r for r in rules if r != rule.id) or None,
                            help=did_you_mean(other, [r for r in rules if r != rule.id]),
                        )
                    )
            self._check_regardless(rule, part, policy)
        if loop := cycle_in(graph):
            self.problems.append(
                Problem(
                    "SR315",
                    "rules that override each other: "
                    + " → ".join(quoted(n) for n in (*loop, loop[0])),
                    rules[loop[0]].at,
                )
            )

    def _check_regardless(self, rule: Rule, part: Located, policy: Policy) -> None:
        if not rule.regardless:
            return
        used = attributes_of(policy, (rule.when, *((rule.unless,) if rule.unless else ())))
        for index, name in enumerate(rule.regardless):
            at = part.doc.position((*part.path, "regardless", index))
            if name not in self.context.vocabulary:
                self.problems.append(
                    Problem(
                        "SR304",
                        f"{quoted(name)} is not an attribute",
                        at,
                        help=did_you_mean(name, self.context.vocabulary),
                    )
                )
            elif name in used:
                self.problems.append(
                    Problem(
                        "SR316",
                        f"the rule says that it holds regardless of `{name}`, and tests it",
                        at,
                        help="take it out of `regardless` or out of the conditions",
                    )
                )

    def _sets(self, policy: Policy) -> Policy:
        for name, part in self.c.sets.items():
            at = part.doc.position(part.path)
            outcome = apply_set(policy, name, part.raw, at, part.doc.position(part.path, key=True))
            if isinstance(outcome, Problem):
                self.problems.append(outcome)
            else:
                policy = cast(Policy, outcome)
        return policy


def read_in_force(raw: dict[str, Any] | None) -> dict[str, Any]:
    """Return a time in force whose shape was checked, dates as dates."""
    return {
        key: Parameter(value[1:]) if str(value).startswith("$") else read_date(value, None)
        for key, value in (raw or {}).items()
        if value is not None
    }


def _check_count(questions: dict[str, Question], policy: Policy, problems: list[Problem]) -> None:
    count = combinations(questions.values())
    if count > MOST_COMBINATIONS:
        problems.append(
            Problem(
                "SR333",
                f"the open questions have {count:,} combinations of readings",
                policy.at,
                expected=f"at most {MOST_COMBINATIONS:,}",
                help="answer some of them: `set: {QUESTION: READING}`",
            )
        )
