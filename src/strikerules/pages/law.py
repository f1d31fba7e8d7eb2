"""The text of a policy as a section of a page, with how its rules stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from strikerules.engine.decision import Decision
from strikerules.language.conditions import Condition, Parameter
from strikerules.language.policy import Policy, Question, Rule, Ruling, Timeline
from strikerules.language.values import written
from strikerules.pages.case import badge, cited, section
from strikerules.pages.markup import Html, code, joined, listed, prose, table, tag
from strikerules.views.conditions import condition_lines

__all__ = ["Standings", "condition_html", "policy_section", "standings"]

#: From a policy and a rule of it to how it stands, each with the scenarios in which it does.
Standings = Mapping[tuple[str, str], Mapping[str, Sequence[str]]]

_WORDS = {
    "applies": "applies",
    "defeated": "is defeated",
    "unknown": "may apply",
    "does_not_apply": "does not apply",
}
_EFFECTS = {"permit": "permits", "prohibit": "prohibits", "not_governed": "does not govern"}


def standings(decisions: Iterable[Decision]) -> dict[tuple[str, str], dict[str, list[str]]]:
    """Return how the rules stand in decisions."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for decision in decisions:
        for rule in decision.rules:
            by = found.setdefault((rule.policy, rule.id), {})
            by.setdefault(rule.outcome, []).append(decision.scenario)
    return found


def policy_section(
    ruling: Ruling, stands: Standings, *, several: bool = False, ident: str = "policy"
) -> Html:
    """Return the text of a policy or a timeline.

    Parameters
    ----------
    ruling : Policy or Timeline
    stands : mapping
        As `standings` gives it.
    several : bool
        Whether to say in which scenarios a rule stands so.
    ident : str
        What the ids in it begin with.
    """
    title = f"Policy: {ruling.title or ruling.name}"
    if isinstance(ruling, Policy):
        return section(ident, title, *_policy(ruling, stands, several, 3))
    parts = [*_head(ruling), *_questions(ruling.questions.values(), ruling.fixed, 3),
             _figures(ruling)]  # fmt: skip
    for number, entry in enumerate(ruling.entries):
        policy = entry.policy
        asked = any(name == policy.name for name, _ in stands)
        time = ", ".join(f"{k} {_moment(v, ruling)}" for k, v in entry.in_force.items())
        head = joined([tag("strong", policy.title or policy.name), " ", code(policy.name),
                       f": in force {time}" if time else "", " ", cited(entry.cites)])  # fmt: skip
        inner = joined(_policy(policy, stands, several, 4))
        parts.append(
            tag("details", tag("summary", head), inner, open=asked, class_="entry",
                id=f"{ident}-{number + 1}")
        )  # fmt: skip
    return section(ident, title, *parts)


def _moment(value: object, timeline: Timeline) -> str:
    if not isinstance(value, Parameter):
        return str(value)
    figure = timeline.parameters.get(value.name)
    return f"{value.name} ({written(figure.value)})" if figure else value.name


def _head(ruling: Ruling) -> Iterator[Html]:
    name = joined([code(ruling.name), " ", cited(ruling.cites)])
    yield tag("p", name)
    if ruling.text:
        yield tag("p", prose(" ".join(ruling.text.split())))


def _policy(policy: Policy, stands: Standings, several: bool, level: int) -> Iterator[Html]:
    yield from _head(policy)
    if policy.hypothetical:
        yield tag("p", "Hypothetical: nobody has announced it.", class_="note")
    if policy.lineage:
        yield tag("p", "It extends ", joined(map(code, policy.lineage), ", which extends "), ".")
    facts = [joined(["Rules that conflict: ", code(policy.conflicts), "."])]
    end = policy.otherwise
    facts.append(
        joined(["Where no rule decides: it ", _EFFECTS[end.effect],
                f" ({end.text})" if end.text else "", ". ", cited(end.cites)])
    )  # fmt: skip
    if policy.scope is not None:
        facts.insert(
            0, joined(["It governs a strike where ", condition_html(policy.scope, policy)])
        )
    yield listed(facts, class_="plain")
    yield tag(f"h{level}", "Rules")
    for rule in policy.rules:
        yield _rule(rule, policy, stands.get((policy.name, rule.id), {}), several)
    if not policy.rules:
        yield tag("p", "None.")
    if policy.definitions:
        yield tag(f"h{level}", "Definitions")
        yield listed(
            (joined([code(name), ": ", condition_html(c, policy)])
             for name, c in policy.definitions.items()),
            class_="plain",
        )  # fmt: skip
    yield from _questions(policy.questions.values(), policy.fixed, level, policy)
    figures = _figures(policy)
    if figures:
        yield figures


def _rule(rule: Rule, policy: Policy, stands: Mapping[str, Sequence[str]], several: bool) -> Html:
    order = [s for s in _WORDS if s in stands]
    badges = [
        joined([badge(s, _WORDS[s]), f" in {', '.join(stands[s])}" if several else None])
        for s in order
    ]
    strongest = order[0].replace("_", "-") if order else "unasked"
    head = tag(
        "p", code(rule.id), f" {_EFFECTS[rule.effect]} ", joined(badges, "; "), " ",
        cited(rule.cites), class_="rule-head",
    )  # fmt: skip
    unless = None
    if rule.unless is not None:
        unless = tag("div", "unless ", condition_html(rule.unless, policy))
    return tag(
        "div", head,
        tag("p", prose(rule.title)) if rule.title else None,
        tag("p", prose(rule.text)) if rule.text else None,
        tag("div", "when ", condition_html(rule.when, policy)),
        unless,
        tag("p", "overrides ", ", ".join(rule.overrides)) if rule.overrides else None,
        tag("p", prose(rule.note), class_="note") if rule.note else None,
        class_=f"rule {strongest}",
    )  # fmt: skip


def condition_html(condition: Condition, policy: Policy) -> Html:
    """Return a condition in words, its parts as lists in lists."""
    lines = list(condition_lines(condition, policy))
    if len(lines) == 1:
        return prose(lines[0][1])
    return joined([prose(lines[0][1]), _below(lines[1:], 1)])


def _below(lines: Sequence[tuple[int, str]], depth: int) -> Html:
    starts = [i for i, (at, _) in enumerate(lines) if at <= depth]
    items = []
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        inner = lines[start + 1 : stop]
        text = prose(lines[start][1].removeprefix("- "))
        items.append(joined([text, _below(inner, depth + 1) if inner else None]))
    return listed(items, class_="condition")


def _questions(
    questions: Iterable[Question],
    fixed: Mapping[str, str],
    level: int,
    policy: Policy | None = None,
) -> Iterator[Html]:
    found = list(questions)
    if not found:
        return
    yield tag(f"h{level}", "Open questions")
    for question in found:
        head = joined([tag("strong", question.title or question.id), " ", code(question.id), " ",
                       cited(question.cites)])  # fmt: skip
        answered = fixed.get(question.id)
        readings = listed(
            joined([code(r.id), ": " if r.text else None, prose(r.text) if r.text else None,
                    tag("em", " (assumed)") if r.status == "assumed" else None, " ",
                    cited(r.cites),
                    tag("strong", " chosen here") if answered == r.id else None])
            for r in question.readings.values()
        )  # fmt: skip
        text = tag("p", prose(" ".join(question.text.split()))) if question.text else None
        yield tag("details", tag("summary", head), text, readings, class_="question")


def _figures(ruling: Ruling) -> Html | None:
    found = list(ruling.parameters.values())
    if not found:
        return None
    rows = [
        [code(f.name), f"{written(f.value)}{f' {f.unit}' if f.unit else ''}",
         f.status or "", joined([f.note or "", " ", cited(f.cites)])]
        for f in found
    ]  # fmt: skip
    return table(f"Figures of {ruling.name}", ["figure", "value", "standing", "note"], rows)
