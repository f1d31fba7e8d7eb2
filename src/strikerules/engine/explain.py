"""The explanation of a decision: what was asked, what it came to, and on what evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from strikerules.engine.case import Case
from strikerules.engine.decide import Verdict
from strikerules.engine.decision import RuleResult
from strikerules.engine.program import Part
from strikerules.engine.words import asked, evidence
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
from strikerules.language.policy import Policy, Rule, Timeline
from strikerules.language.values import written

__all__ = ["Explainer", "Step", "Truth", "explain", "leaned_on"]

Truth = Literal["yes", "no", "open", "depends"]
"""`open` hangs on facts or places, `depends` on how an open question is read."""

Kind = Literal["entry", "scope", "rule", "all", "any", "not", "definition", "reading", "test",
               "constant", "otherwise", "policy"]  # fmt: skip


class Step(Struct, frozen=True):
    """One step of an explanation.

    Parameters
    ----------
    kind : str
    text : str
        What is asked.
    truth : {"yes", "no", "open", "depends"} or None
    evidence : str, optional
        What the scenario has to say to it.
    citations, assumptions : tuple of str
        Claims, and zones or parameters that nobody published.
    remark : str, optional
        Why a rule won or lost.
    """

    kind: Kind
    text: str
    truth: Truth | None = None
    evidence: str | None = None
    citations: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    remark: str | None = None
    name: str | None = None
    children: tuple[Step, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the tree as plain data."""
        out: dict[str, Any] = {"kind": self.kind, "text": self.text}
        for key in ("name", "truth", "evidence", "remark"):
            if getattr(self, key) is not None:
                out[key] = getattr(self, key)
        for key in ("citations", "assumptions"):
            if getattr(self, key):
                out[key] = list(getattr(self, key))
        if self.children:
            out["children"] = [c.to_dict() for c in self.children]
        return out

    def walk(self) -> Iterator[Step]:
        """Yield the step and every step below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def explain(verdict: Verdict, results: Iterable[RuleResult]) -> Step:
    """Return the explanation of a verdict."""
    return Explainer(verdict, {(r.policy, r.id): r for r in results}).tree()


class Explainer:
    """Explains a verdict, step by step.

    Parameters
    ----------
    verdict : Verdict
    results : dict
        From a policy's and a rule's name to how the rule stands.
    """

    def __init__(self, verdict: Verdict, results: dict[tuple[str, str], RuleResult]) -> None:
        self.verdict = verdict
        self.case: Case = verdict.case
        self.program = verdict.program
        self.every = self.program.every
        self.seen: set[tuple[str, str]] = set()
        self.of_policy: dict[str, list[RuleResult]] = {}
        for result in results.values():
            self.of_policy.setdefault(result.policy, []).append(result)
        policies = [part.policy for part in self.program.parts]
        self.vocabularies = {policy.name: policy.vocabulary for policy in policies}
        self.figures = {policy.name: dict(policy.parameters) for policy in policies}

    def tree(self) -> Step:
        children: list[Step] = []
        for part in self.program.parts:
            if self.verdict.false[part.entry] != self.every:
                children += self.policy(part)
        ruling = self.program.ruling
        if not children and isinstance(ruling, Timeline):
            text = f"no policy of `{ruling.name}` is in force"
            children = [Step("entry", text, "yes", self._date())]
        return Step("policy", ruling.title or ruling.name, name=ruling.name,
                    children=tuple(children))  # fmt: skip

    def truth(self, op: int, within: int | None = None) -> Truth:
        bits = self.every if within is None else within
        true, false = self.verdict.true[op] & bits, self.verdict.false[op] & bits
        if true == bits:
            return "yes"
        if false == bits:
            return "no"
        return "depends" if true | false == bits else "open"

    def policy(self, part: Part) -> Iterator[Step]:
        policy, ruling = part.policy, self.program.ruling
        if isinstance(ruling, Timeline):
            yield self.entry(part, ruling)
        if policy.scope is not None:
            yield Step(
                "scope", f"`{policy.name}` governs this", self.truth(part.scope),
                children=(self.condition(policy, policy.scope),),
            )  # fmt: skip
            if self.verdict.false[part.scope] == self.every:
                return
        results = self.of_policy.get(policy.name, [])
        applying = [r for r in results if r.outcome == "applies"]
        ops = {one.rule.id: one for one in part.rules}
        for result in results:
            # a definition is spelt out once in each rule, so that a rule stands by itself
            self.seen = set()
            yield self.rule(policy, ops[result.id].rule, result, applying)
        yield from self.otherwise(part)

    def entry(self, part: Part, timeline: Timeline) -> Step:
        # the parts of a program stand in the order of the timeline's entries
        number = next(i for i, p in enumerate(self.program.parts) if p is part)
        entry = timeline.entries[number]
        words, assumed = [], []
        for key, moment in entry.in_force.items():
            if isinstance(moment, Parameter):
                figure = timeline.parameters[moment.name]
                days = {
                    written(r.set[moment.name])
                    for q in timeline.questions.values()
                    for r in q.readings.values()
                    if moment.name in r.set
                    and timeline.fixed.get(q.id) in (None, r.id)
                    and moment.name not in timeline.pinned
                } or {written(figure.value)}
                words.append(f"{key} " + " or ".join(sorted(days)))
                if figure.status in ("assumed", "set") and self._day_matters(moment, key, timeline):
                    assumed.append(figure.name)
            else:
                words.append(f"{key} {moment}")
        truth = self.truth(part.entry)
        return Step(
            "entry",
            f"`{part.policy.name}` is in force ({', '.join(words)})",
            truth,
            self._date(),
            entry.cites,
            tuple(assumed),
            name=part.policy.name,
        )

    def _day_matters(self, moment: Parameter, key: str, timeline: Timeline) -> bool:
        """Whether another day that some reading has, chosen or not, would change the answer."""
        day: Any = self.case.values.get("date")
        days: list[Any] = [
            r.set[moment.name]
            for q in timeline.questions.values()
            for r in q.readings.values()
            if moment.name in r.set
        ] + [timeline.parameters[moment.name].value]
        if day is None:
            return len(set(days)) > 1
        return len({day <= d if key == "until" else day < d for d in days}) > 1

    def _date(self) -> str:
        day = self.case.values.get("date")
        return f"the date is {written(day)}" if day is not None else "the date is not given"

    def rule(
        self, policy: Policy, rule: Rule, result: RuleResult, applying: list[RuleResult]
    ) -> Step:
        children = [self.condition(policy, rule.when)]
        if rule.unless is not None:
            inner = self.condition(policy, rule.unless)
            children.append(Step("not", "unless", self._opposite(inner.truth), children=(inner,)))
        for name in rule.regardless:
            value = self.case.values.get(name)
            given = f"it is {written(value)}" if value is not None else "it is not given"
            children.append(Step("constant", f"{name} makes no difference", "yes", given))
        truth: dict[str, Truth] = {"applies": "yes", "unknown": "open"}
        return Step(
            "rule",
            rule.title or rule.id,
            truth.get(result.outcome, "no"),
            None,
            rule.cites,
            remark=self.remark(policy, result, applying),
            name=rule.id,
            children=tuple(children),
        )

    def remark(self, policy: Policy, result: RuleResult, applying: list[RuleResult]) -> str | None:
        if result.outcome == "defeated":
            return "defeated by " + ", ".join(f"`{o}`" for o in result.defeated_by)
        if result.outcome != "applies":
            return None
        against = [r.id for r in applying if r.effect != result.effect]
        if not against:
            return None
        names = ", ".join(f"`{a}`" for a in against)
        winner = {"prohibit-overrides": "prohibit", "permit-unless-prohibit": "prohibit",
                  "permit-overrides": "permit", "prohibit-unless-permit": "permit"}.get(
                      policy.conflicts)  # fmt: skip
        if winner is not None:
            verb = "wins over" if winner == result.effect else "loses to"
            return f"{verb} {names} ({policy.conflicts})"
        if policy.conflicts == "first-applicable":
            order = [r.id for r in policy.rules]
            first = min((result.id, *against), key=order.index) == result.id
            return f"{'stands before' if first else 'stands after'} {names} (first-applicable)"
        return f"contradicts {names} (only-one-applicable)"

    @staticmethod
    def _opposite(truth: Truth | None) -> Truth | None:
        flipped: dict[Truth | None, Truth] = {"yes": "no", "no": "yes"}
        return flipped.get(truth, truth)

    def otherwise(self, part: Part) -> Iterator[Step]:
        """What holds where no rule decides, if that can be."""
        policy = part.policy
        if policy.conflicts.partition("-")[2].startswith("unless"):
            return
        outcomes = [r.outcome for r in self.of_policy.get(policy.name, [])]
        if "applies" in outcomes:
            return
        effect = {"permit": "permitted", "prohibit": "prohibited"}.get(
            policy.otherwise.effect, "not governed"
        )
        held = {self.truth(part.scope), self.truth(part.entry)} == {"yes"}
        sure = "unknown" not in outcomes and held
        yield Step(
            "otherwise",
            policy.otherwise.text or f"where no rule decides: {effect}",
            "yes" if sure else "open",
            f"no rule applies, so it is {effect}" if sure else None,
            policy.otherwise.cites,
            name=policy.otherwise.effect,
        )

    def condition(self, policy: Policy, condition: Condition) -> Step:
        op = self.program.places[(policy.name, id(condition))]
        truth, cites = self.truth(op), condition.cites
        match condition:
            case Constant(value=value):
                return Step("constant", "always" if value else "never", truth, citations=cites)
            case All(parts=parts):
                return Step("all", "all of", truth, citations=cites,
                            children=tuple(self.condition(policy, p) for p in parts))  # fmt: skip
            case AnyOf(parts=parts):
                return Step("any", "any of", truth, citations=cites,
                            children=tuple(self.condition(policy, p) for p in parts))  # fmt: skip
            case Not(part=part):
                return Step("not", "not", truth, citations=cites,
                            children=(self.condition(policy, part),))  # fmt: skip
            case Is(name=name):
                return Step("definition", name, truth, citations=cites, name=name,
                            children=tuple(self.definition(policy, name)))  # fmt: skip
            case Test():
                return self.test(policy, condition, truth)

    def definition(self, policy: Policy, name: str) -> Iterator[Step]:
        """The body of a definition, or one for each reading of the question that settles it."""
        if (policy.name, name) in self.seen:
            yield Step("definition", "as above", None)
            return
        self.seen.add((policy.name, name))
        for question_id, reading_id in policy.fixed.items():
            reading = policy.questions[question_id].readings[reading_id]
            if name in reading.define:
                yield Step(
                    "reading", f"read as chosen, {question_id}={reading_id}", None,
                    citations=reading.cites, name=f"{question_id}={reading_id}",
                    children=(self.condition(policy, reading.define[name]),),
                )  # fmt: skip
                return
        for question in policy.open_questions.values():
            if not any(name in r.define for r in question.readings.values()):
                continue
            masks = next(q for q in self.program.questions if q.id == question.id)
            for reading, mask in zip(question.readings.values(), masks.masks, strict=True):
                body = reading.define.get(name) or policy.definitions[name]
                op = self.program.places[(policy.name, id(body))]
                yield Step(
                    "reading",
                    f"{question.id}={reading.id}",
                    self.truth(op, mask),
                    citations=reading.cites,
                    name=f"{question.id}={reading.id}",
                    children=(self.condition(policy, body),),
                )
            return
        yield self.condition(policy, policy.definitions[name])

    def test(self, policy: Policy, test: Test, truth: Truth) -> Step:
        figures = self.figures[policy.name]
        text = asked(test, figures, self.vocabularies[policy.name])
        assumed = [
            n for n in _parameters(test) if figures[n].status in ("assumed", "set")
        ]  # fmt: skip
        choices = self.program.tests[(policy.name, id(test))]
        derived = self._record_words(test)
        zone_name = _zone(test)
        words: list[str] = []
        children: list[Step] = []
        for choice, index in choices:
            atom = self.program.atoms[index]
            if atom.zone is not None and atom.zone.status == "assumed" and zone_name:
                assumed.append(zone_name)
            said = derived or evidence(self.case, atom)
            words.append(said)
            if len(choices) > 1:
                children.append(replace(self._choice(policy, test, choice), evidence=said))
        same = len(set(words)) == 1
        return Step(
            "test",
            text,
            truth,
            words[0] if same else None,
            test.cites,
            tuple(dict.fromkeys(assumed)),
            name=test.attribute,
            children=() if same else tuple(children),
        )

    def choice_steps(self, policy: Policy, test: Test) -> list[Step | None]:
        """Return for each choice of the readings that a test rests on its step, if it has one."""
        choices = self.program.tests[(policy.name, id(test))]
        if len(choices) == 1:
            return [None]
        return [self._choice(policy, test, choice) for choice, _ in choices]

    def _choice(self, policy: Policy, test: Test, choice: dict[str, str]) -> Step:
        label = ", ".join(f"{q}={r}" for q, r in choice.items())
        return Step("reading", label, self._under(policy, test, choice), name=label)

    def _under(self, policy: Policy, test: Test, choice: dict[str, str]) -> Truth:
        within = self.every
        for question in self.program.questions:
            if question.id in choice:
                within &= question.masks[question.readings.index(choice[question.id])]
        return self.truth(self.program.places[(policy.name, id(test))], within)

    def _record_words(self, test: Test) -> str | None:
        """What the zones' records say, where the scenario does not say it itself."""
        key = {"area.designated": "designated", "area.communicated": "communicated"}.get(
            test.attribute
        )
        if key is None or test.attribute in self.case.given:
            return None
        day: Any = self.case.values.get("date")
        words: dict[bool | None, list[str]] = {True: [], None: [], False: []}
        for atom in self.program.atoms:
            if atom.attribute != "target.location" or atom.zone is None:
                continue
            record = getattr(atom.zone, key)
            if record is None or atom.operator != "within":
                continue
            inside = self.case.side(atom).sure
            when = f" on {record.day}" if record.day else ", the day is not public"
            early = record.day is not None and day is not None and day < record.day
            said = (
                f"by the zone's record: {key} by {record.by}{when}{', not before' if early else ''}"
            )
            words[inside].append(said)
        if words[True]:
            return words[True][0]
        if words[None]:
            return f"{words[None][0]}, if the target is in the zone"
        return "the target is outside every zone that has a record" if words[False] else None


def _parameters(test: Test) -> list[str]:
    operand = test.operand
    if isinstance(operand, Distance):
        return [operand.km.name] if isinstance(operand.km, Parameter) else []
    operands = operand if isinstance(operand, tuple) else (operand,)
    return [o.name for o in operands if isinstance(o, Parameter)]


def _zone(test: Test) -> str | None:
    if isinstance(test.operand, Distance):
        return test.operand.of
    if test.operator in ("within", "intersects", "disjoint"):
        return str(test.operand)
    return None


def leaned_on(step: Step) -> Iterator[Step]:
    """Yield the steps that a step's truth rests on.

    Of an `all` that fails, one part that fails is enough; of an `any` that holds, one that holds.
    Where it is open, every part counts.
    """
    yield step
    children: Iterable[Step] = step.children
    decisive = {("all", "no"): "no", ("any", "yes"): "yes"}.get((step.kind, step.truth or ""))
    if decisive is not None:
        sure = [c for c in step.children if c.truth == decisive]
        children = sure[:1] if sure else step.children
    for child in children:
        yield from leaned_on(child)
