"""What a page rests on: the claims that it cites, and what nobody published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from strikerules.language.policy import Policy, Ruling, Timeline, questions_of
from strikerules.language.values import written
from strikerules.pages.case import section
from strikerules.pages.layers import Ruled
from strikerules.pages.markup import Html, code, joined, listed, table, tag
from strikerules.sources.cited import Claims

__all__ = ["assumptions_section", "cites_of", "sources_section"]


def assumptions_section(assumed: Iterable[str], policies: Sequence[Ruled]) -> Html:
    """What nobody published and some answer leans on, each in words."""
    names = dict.fromkeys(assumed)
    if not names:
        return section("assumptions", "Assumptions", tag("p", "No answer leans on any."))
    register = policies[0].atlas.register
    rulings = [r for p in policies for r in _all(p.ruling)]
    figures = {n: f for r in rulings for n, f in r.parameters.items()}
    items = []
    for name in names:
        words: list[str | None] = [code(name)]
        if name in register:
            zone = register.get(name)
            words += [": ", zone.title, f". {zone.note}" if zone.note else None]
        elif name in figures:
            figure = figures[name]
            unit = f" {figure.unit}" if figure.unit else ""
            words += [
                f": {written(figure.value)}{unit}",
                f", {figure.note}" if figure.note else None,
            ]
        items.append(joined(words))
    return section("assumptions", "Assumptions",
                   tag("p", "Answers on this page lean on what nobody published:"),
                   listed(items))  # fmt: skip


def _all(ruling: Ruling) -> Iterator[Ruling]:
    """Yield a ruling, and the policies of a timeline."""
    yield ruling
    if isinstance(ruling, Timeline):
        yield from ruling.policies


def cites_of(ruling: Ruling) -> Iterator[str]:
    """Yield every claim that the text of a policy or a timeline names."""
    for question in questions_of(ruling).values():
        yield from question.cites
        for reading in question.readings.values():
            yield from reading.cites
    for one in _all(ruling):
        yield from one.cites
        for figure in one.parameters.values():
            yield from figure.cites
        if isinstance(one, Policy):
            yield from _in_policy(one)
        else:
            for entry in one.entries:
                yield from entry.cites


def _in_policy(policy: Policy) -> Iterator[str]:
    yield from policy.otherwise.cites
    for rule in policy.rules:
        yield from rule.cites
        for condition in (rule.when, rule.unless):
            yield from _in(condition)
    for condition in (*policy.definitions.values(), policy.scope):
        yield from _in(condition)


def _in(condition: Any) -> Iterator[str]:
    if condition is None:
        return
    yield from condition.cites
    for part in getattr(condition, "parts", ()):
        yield from _in(part)
    if hasattr(condition, "part"):
        yield from _in(condition.part)


def sources_section(cites: Iterable[str], rulings: Iterable[Ruling], claims: Claims) -> Html:
    """Return the claims that a page cites, source by source."""
    among = list(dict.fromkeys(s for r in rulings for one in _all(r) for s in one.sources))
    found: dict[str, list[Any]] = {}
    lost = []
    for ref in sorted(dict.fromkeys(cites)):
        claim = claims.find(ref, among)
        if claim is None:
            lost.append(ref)
        else:
            rows = found.setdefault(claim.source, [])
            if claim not in rows:
                rows.append(claim)
    parts: list[Html] = []
    for source, rows in found.items():
        head = claims.head(source) or {}
        words = [f"“{head.get('title', source)}”", head.get("outlet"), head.get("author")]
        day = f", {head['date']}" if head.get("date") else ""
        parts.append(tag("p", ", ".join(str(w) for w in words if w) + day, " ", code(source)))
        parts.append(
            table(
                "Claims in the project's own words",
                ["claim", "paragraph", "who says it", "how firmly", "what it says"],
                [[c.id, str(c.paragraph), c.speaker, c.firmness, c.text] for c in rows],
                [{"id": f"claim-{c.id}"} for c in rows],
            )
        )
    if lost:
        parts.append(tag("p", "Cited, and not in the register: ",
                         joined((tag("span", code(r), id=f"claim-{r.rpartition('/')[2]}")
                                 for r in lost), ", ")))  # fmt: skip
    if not parts:
        parts.append(tag("p", "The policy names no source."))
    return section("sources", "Sources", *parts)
