"""What every view of a decision says, in what order; the views only set it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from strikerules.engine.decision import Decision, Settling
from strikerules.engine.explain import Step

__all__ = ["Line", "MOST_ROWS", "MOST_SETTLINGS", "hangs_on", "headline", "settling_words", "verdict", "why"]

MOST_ROWS = 12
MOST_SETTLINGS = 6

_VERDICTS = {
    "permitted": "PERMITTED",
    "prohibited": "PROHIBITED",
    "not_governed": "NOT GOVERNED",
    "indeterminate": "INDETERMINATE",
}
_WORDS = {"permitted": "permitted", "prohibited": "prohibited", "not_governed": "not governed"}


def outcome_words(outcomes: tuple[str, ...]) -> str:
    """Return outcomes in words: ``permitted or prohibited``."""
    return " or ".join(_WORDS[o] for o in outcomes)


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


def why(decision: Decision) -> Iterator[Line]:
    """Yield the explanation line by line."""
    if decision.why is None:
        return
    outcomes = {(r.policy, r.id): r for r in decision.rules}
    for step in decision.why.children:
        if step.kind == "rule":
            result = next(r for (_, i), r in outcomes.items() if i == step.name)
            words = _RULE_WORDS[result.outcome]
            remark = f", {step.remark}" if step.remark else ""
            yield Line(
                0, _MARKS[step.truth], f"rule {step.name} ({result.effect}) {words}{remark}",
                step.text if step.text != step.name else None, step.citations, kind="rule",
            )  # fmt: skip
            for child in step.children:
                yield from _below(child, 1)
        else:
            yield from _below(step, 0)


def _below(step: Step, depth: int) -> Iterator[Line]:
    if step.kind == "all" and not step.citations and depth > 0 and step.children:
        for child in step.children:
            yield from _below(child, depth)
        return
    yield Line(
        depth, _MARKS[step.truth], step.text, step.evidence, step.citations,
        bool(step.assumptions), step.kind,
    )  # fmt: skip
    children = step.children
    if step.kind in ("definition", "scope", "reading") and len(children) == 1:
        only = children[0]
        if only.kind == "all":
            children = only.children
    for child in children:
        yield from _below(child, depth + 1)


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
    return f"{answers} → {_WORDS[settling.decision]}"
