"""What every view of a decision says, in what order; the views only set it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from strikerules.engine.decision import Decision, NextQuestion, Settling
from strikerules.engine.explain import Step
from strikerules.views.words import OUTCOME_WORDS, outcome_words

__all__ = [
    "MOST_ROWS",
    "MOST_SETTLINGS",
    "Line",
    "hangs_on",
    "headline",
    "next_answers",
    "next_words",
    "outcome_words",
    "settling_words",
    "verdict",
    "why",
]

MOST_ROWS = 12
MOST_SETTLINGS = 6

_VERDICTS = {
    "permitted": "PERMITTED",
    "prohibited": "PROHIBITED",
    "not_governed": "NOT GOVERNED",
    "indeterminate": "INDETERMINATE",
}


def verdict(decision: Decision) -> str:
    """Return the verdict in capitals."""
    return _VERDICTS[decision.decision]


def headline(decision: Decision) -> str:
    """Return what follows the verdict."""
    if decision.settled:
        return f"by `{decision.policy}`"
    return f"by `{decision.policy}`: {outcome_words(decision.possible)}"


class Line(Struct, frozen=True):
    """One line of the explanation: how deep, its mark, what is asked, what was found."""

    depth: int
    mark: str
    text: str
    evidence: str | None = None
    citations: tuple[str, ...] = ()
    assumed: bool = False
    kind: str = ""


_MARKS = {"yes": "yes", "no": "no", "open": "open", "depends": "depends", None: ""}
_RULE_WORDS = {
    "applies": "applies",
    "does_not_apply": "does not apply",
    "defeated": "is defeated",
    "unknown": "may apply",
}


def why(decision: Decision, *, full: bool = False) -> Iterator[Line]:
    """Yield the explanation line by line.

    Parameters
    ----------
    decision : Decision
    full : bool
        Every step. Otherwise only what the truth of each step rests on: of an `all` that fails
        the parts that fail, of an `any` that holds those that hold, and readings that come to the
        same on one line each.
    """
    if decision.why is None:
        return
    outcomes = {r.id: r for r in decision.rules}
    for step in decision.why.children:
        if step.kind == "rule" and step.name in outcomes:
            result = outcomes[step.name]
            remark = f", {step.remark}" if step.remark else ""
            yield Line(
                0,
                _MARKS[step.truth],
                f"rule {step.name} ({result.effect}) {_RULE_WORDS[result.outcome]}{remark}",
                step.text if step.text != step.name else None,
                step.citations,
                kind="rule",
            )
            for child in _kept(step, full):
                yield from _below(child, 1, full)
        else:
            yield from _below(step, 0, full)


def _kept(step: Step, full: bool) -> Iterator[Step]:
    """Yield the steps below a step that are worth a line, a lone `all` opened up."""
    children = step.children
    if not full:
        decisive = {("all", "no"): "no", ("any", "yes"): "yes"}.get((step.kind, step.truth or ""))
        children = tuple(c for c in children if c.truth == decisive) or children
        if step.kind == "rule" and step.truth == "no":
            children = tuple(c for c in children if c.truth != "yes") or children
    for child in children:
        if child.kind == "all" and step.kind not in ("all", "any", "not") and child.children:
            yield from _kept(child, full)
        else:
            yield child


def _below(step: Step, depth: int, full: bool, label: str = "") -> Iterator[Line]:
    readings = [c for c in step.children if c.kind == "reading"]
    text = f"{label}{step.text}"
    if readings and readings[0].name and step.kind == "definition":
        text += f" ({readings[0].name.partition('=')[0]})"
    yield Line(
        depth, _MARKS[step.truth], text, step.evidence, step.citations, bool(step.assumptions),
        step.kind,
    )  # fmt: skip
    if readings:
        for reading in readings:
            yield from _reading(reading, step, depth + 1, full)
        return
    for child in _kept(step, full):
        yield from _below(child, depth + 1, full)


def _reading(reading: Step, parent: Step, depth: int, full: bool) -> Iterator[Line]:
    """One line where a reading comes down to one step; none where it says nothing of its own."""
    label = (reading.name or reading.text).replace(f"{_question(parent)}=", "") + ": "
    kept = list(_kept(reading, full))
    while not full and len(kept) == 1 and kept[0].kind in ("any", "all"):
        kept = list(_kept(kept[0], full))
    if len(kept) == 1:
        if full or kept[0].kind != "constant" or parent.truth not in ("yes", "no"):
            yield from _below(kept[0], depth, full, label)
        return
    yield Line(depth, _MARKS[reading.truth], label.rstrip(": "), reading.evidence,
               reading.citations, kind="reading")  # fmt: skip
    for child in kept:
        yield from _below(child, depth + 1, full)


def _question(parent: Step) -> str:
    names = {(c.name or "").partition("=")[0] for c in parent.children if c.kind == "reading"}
    return names.pop() if len(names) == 1 else ""


def hangs_on(decision: Decision) -> Iterator[tuple[str, str]]:
    """Yield what an open case hangs on, each with what kind of thing it is."""
    depends = decision.depends_on
    for name in depends.facts:
        yield name, "a fact that is not given"
    for name in depends.places:
        yield name, "a place that is not exact, or not given"
    for name in depends.questions:
        yield name, "an open question of interpretation"
    for name in depends.conflicts:
        yield name, "a rule that contradicts another in one and the same world"


def settling_words(settling: Settling) -> str:
    """Return one way to settle a case in words."""
    answers = " and ".join(f"{a.name} = {a.value}" for a in settling.answers)
    return f"{answers} → {OUTCOME_WORDS[settling.decision]}"


def next_words(question: NextQuestion) -> str:
    """Return what to ask first in words, and how many of its answers settle the case."""
    settling, count = len(question.settling), len(question.answers)
    if settling == count:
        return f"{question.name} (each of its {count} answers settles it)"
    if settling == 0:
        return f"{question.name} (no answer settles it alone)"
    return f"{question.name} (settles it for {settling} of {count} answers)"


def next_answers(question: NextQuestion) -> Iterator[str]:
    """Yield each answer in words, with what is possible after it."""
    for row in question.answers:
        yield f"{row.answer} → {outcome_words(row.possible)}"
