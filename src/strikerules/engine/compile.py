"""Policies and timelines compiled into programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from strikerules.engine.compile_policy import PolicyCompiler
from strikerules.engine.frame import Frame, Shared
from strikerules.engine.program import ALL, CONST, NOT, Atom, Part, Program, Question, RuleOps
from strikerules.geography.atlas import Atlas
from strikerules.language.conditions import Condition
from strikerules.language.policy import Entry, Policy, Ruling, Timeline
from strikerules.language.values import Value

__all__ = ["Together", "compile_ruling"]


def compile_ruling(ruling: Ruling, atlas: Atlas) -> Program:
    """Compile a policy or a timeline.

    Parameters
    ----------
    ruling : Policy or Timeline
        Checked already.
    atlas : Atlas
        Makes names of zones into zones.

    Raises
    ------
    InvalidInput
        A zone's geometry can't be made (SR4xx).
    """
    together = Together([ruling], atlas)
    return together.programs()[0]


class Together:
    """Rulings compiled into programs that share tests, operations and the numbering of readings.

    A question that two rulings have under one name and with the same readings is one question;
    with other readings under the same name it is a question of its own to each.

    Parameters
    ----------
    rulings : sequence of Policy or Timeline
    atlas : Atlas

    Attributes
    ----------
    questions : list of dict
        For each ruling its open questions, by the names that it has for them.
    """

    def __init__(self, rulings: Sequence[Ruling], atlas: Atlas) -> None:
        self.questions = _questions(rulings)
        every = 1
        for questions in self.questions:
            for question in questions.values():
                every = max(every, sum(question.masks))
        self._shared = Shared(atlas, every, several=len(rulings) > 1)
        self._compilers = [
            _Compiler(ruling, questions, self._shared)
            for ruling, questions in zip(rulings, self.questions, strict=True)
        ]
        self._parts = [compiler.parts() for compiler in self._compilers]

    def condition(self, index: int, condition: Condition) -> int:
        """Compile a condition as the ruling at an index would read it; return its operation."""
        return self._compilers[index].condition(condition)

    def programs(self) -> list[Program]:
        """Return the programs, with all that was compiled so far."""
        shared = self._shared
        return [
            Program(
                one.ruling, tuple(questions.values()), shared.every, tuple(shared.atoms),
                tuple(shared.ops), tuple(parts), one.places, one.tests, shared.keep,
            )
            for one, questions, parts in zip(
                self._compilers, self.questions, self._parts, strict=True
            )
        ]  # fmt: skip


class _Compiler(Frame):
    """Compiles one ruling."""

    def __init__(self, ruling: Ruling, questions: dict[str, Question], shared: Shared) -> None:
        super().__init__(questions, shared)
        self.ruling = ruling
        self.own: PolicyCompiler | None = None

    def parts(self) -> list[Part]:
        ruling = self.ruling
        if isinstance(ruling, Policy):
            return [self.part(ruling, self.op(CONST, True))]
        return [self.part(e.policy, self.entry(ruling, e)) for e in ruling.entries]

    def condition(self, condition: Condition) -> int:
        """Compile a condition of the ruling's own, beside those of its rules."""
        if self.own is None:
            ruling = self.ruling
            policy = ruling if isinstance(ruling, Policy) else Policy(
                ruling.name, (), questions=ruling.questions, parameters=ruling.parameters,
                fixed=ruling.fixed, pinned=ruling.pinned,
            )  # fmt: skip
            self.own = PolicyCompiler(self, policy)
        return self.own.condition(condition)

    def part(self, policy: Policy, entry: int) -> Part:
        one = PolicyCompiler(self, policy)
        if policy is self.ruling:
            self.own = one
        scope = self.op(CONST, True) if policy.scope is None else one.condition(policy.scope)
        index = {rule.id: i for i, rule in enumerate(policy.rules)}
        overriders: list[list[int]] = [[] for _ in policy.rules]
        for i, rule in enumerate(policy.rules):
            for other in rule.overrides:
                overriders[index[other]].append(i)
        rules = tuple(
            RuleOps(
                rule,
                one.condition(rule.when),
                None if rule.unless is None else one.condition(rule.unless),
                tuple(overriders[i]),
            )
            for i, rule in enumerate(policy.rules)
        )
        return Part(policy, entry, scope, rules, _overriders_first(overriders))

    def entry(self, timeline: Timeline, entry: Entry) -> int:
        """The time in which an entry is in force, as tests of the date."""
        tests = []
        for key, moment in entry.in_force.items():
            atom_op = "le" if key == "until" else "lt"

            def test(value: Value, operator: str = atom_op, negate: bool = key == "from") -> int:
                found = self.atom(Atom("date", operator, value))
                return self.op(NOT, found) if negate else found

            if isinstance(moment, date):
                tests.append(test(moment))
                continue
            affecting = [] if moment.name in timeline.pinned else [
                q for q in timeline.questions
                if q in self.questions
                and any(moment.name in r.set for r in timeline.questions[q].readings.values())
            ]  # fmt: skip
            base = dict(timeline.parameters)
            fixed = {q: timeline.questions[q].readings[r] for q, r in timeline.fixed.items()
                     if q in timeline.questions}  # fmt: skip
            cases = []
            for mask, choice in self.choices(affecting, timeline.questions):
                value: Value = base[moment.name].value
                if moment.name not in timeline.pinned:
                    for reading in (*fixed.values(), *choice.values()):
                        value = reading.set.get(moment.name, value)
                cases.append((mask, test(value)))
            tests.append(self.select(cases))
        return self.op(ALL, tuple(tests))


def _questions(rulings: Sequence[Ruling]) -> list[dict[str, Question]]:
    """Number the combinations of readings: mixed radix, the first question slowest."""
    open_questions = [ruling.open_questions for ruling in rulings]
    keys: dict[tuple[str, frozenset[str]], tuple[str, ...]] = {}
    for questions in open_questions:
        for name, question in questions.items():
            keys.setdefault((name, frozenset(question.readings)), tuple(question.readings))
    total = 1
    for ids in keys.values():
        total *= len(ids)
    made: dict[tuple[str, frozenset[str]], Question] = {}
    stride = total
    for key, ids in keys.items():
        span, stride = stride, stride // len(ids)
        masks = []
        for index in range(len(ids)):
            block = ((1 << stride) - 1) << (index * stride)
            mask = 0
            for start in range(0, total, span):
                mask |= block << start
            masks.append(mask)
        made[key] = Question(key[0], ids, tuple(masks), stride)
    return [
        {name: made[(name, frozenset(question.readings))] for name, question in questions.items()}
        for questions in open_questions
    ]


def _overriders_first(overriders: list[list[int]]) -> tuple[int, ...]:
    order: list[int] = []
    waiting = dict(enumerate(overriders))
    while waiting:
        ready = [i for i, others in waiting.items() if all(o not in waiting for o in others)]
        order += ready
        for i in ready:
            del waiting[i]
    return tuple(order)
