"""A page for every policy and timeline that ships, and one for their open questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from strikerules.api import load
from strikerules.cli.policy_text import condition_lines
from strikerules.documents import read_document
from strikerules.geography.atlas import default_atlas
from strikerules.language.conditions import Condition, Parameter
from strikerules.language.library import DEFAULT, Library, Shipped
from strikerules.language.policy import Figure, Policy, Question, Ruling, Timeline
from strikerules.language.values import written
from writing import code, flat, link, made_from, table, target, ticked, toc

HYPOTHETICAL = (
    ":::{admonition} Hypothetical\n:class: warning\n"
    "Nobody has announced this policy; it models what was hinted at.\n:::\n"
)


def policies() -> dict[str, str]:
    """Return the pages."""
    found = list(Library(default_atlas().has).shipped())
    rulings = {one.name: load(one.name).ruling for one in found}
    pages = {f"{one.name}.md": _page(one, rulings[one.name]) for one in found}
    rows = []
    for one in found:
        data = read_document(one.path).data
        kind = "hypothetical" if data.get("hypothetical") else one.kind
        extends = f"`{data['extends']}`" if data.get("extends") else ""
        rows.append((f"[`{one.name}`]({one.name}.md)", kind, extends, data.get("title", "")))
    pages["questions.md"] = _questions_page(rulings)
    pages["index.md"] = (
        "# Policies\n\n"
        + made_from("`rules/`")
        + "\n"
        + table(["name", "kind", "extends", "title"], rows)
        + f"\nUnless told otherwise, `check` uses the timeline `{DEFAULT}`. What the policies leave"
        " open is on\n[one page](questions.md).\n\n"
        + toc([*(one.name for one in found), "questions"])
    )
    return pages


def cited(cites: Iterable[str], sources: Iterable[str]) -> str:
    """Return claims as links to where they are told."""
    (first, *_) = (*sources, "")
    out = []
    for ref in cites:
        source, _, claim = ref.rpartition("/")
        out.append(link(claim, "claim", source or first, claim))
    return ", ".join(out)


def _page(one: Shipped, ruling: Ruling) -> str:
    source = one.path.read_text(encoding="utf-8")
    parts = [target(one.kind, one.name) + f"# {one.name}\n", f"**{ruling.title}**\n"]
    if isinstance(ruling, Policy) and ruling.hypothetical:
        parts.append(HYPOTHETICAL)
    parts.append(flat(ruling.text) + "\n")
    parts.append(_head(ruling))
    parts += _entries(ruling) if isinstance(ruling, Timeline) else _rules(ruling)
    if ruling.questions:
        parts.append("## Open questions\n")
        parts += [question_text(q, ruling) for q in ruling.questions.values()]
    if ruling.parameters:
        parts += ["## Parameters\n", _parameters(ruling.parameters, ruling.sources)]
    if ruling.properties:
        rows = [(f"`{p.id}`", flat(p.text or p.title), cited(p.cites, ruling.sources))
                for p in ruling.properties]  # fmt: skip
        parts += [
            "## Properties\n",
            "What it states of itself; `strikerules verify` proves each.\n",
            table(["property", "states", "claims"], rows),
        ]
    parts += ["## The file\n", f"`rules/{one.path.name}`\n", code(source, "yaml")]
    return "\n".join(parts)


def _head(ruling: Ruling) -> str:
    rows: list[tuple[str, str]] = []
    if isinstance(ruling, Policy):
        if ruling.lineage:
            chain = [link(f"`{n}`", "policy", n) for n in ruling.lineage]
            rows.append(("a variant of", ", ".join(chain)))
        rows.append(("in force by itself", _days(ruling.in_force) or "not said"))
        other = ruling.otherwise
        rows.append(("conflicts", f"`{ruling.conflicts}`"))
        rows.append(("where no rule decides", f"`{other.effect}` {flat(other.text)}"))
    elif ruling.known_until:
        rows.append(("known until", f"{ruling.known_until}"))
    rows.append(("sources", ", ".join(link(f"`{s}`", "source", s) for s in ruling.sources)))
    rows.append(("claims", cited(ruling.cites, ruling.sources)))
    return table(["", ""], [row for row in rows if row[1]])


def _days(in_force: Mapping[str, Any]) -> str:
    def day(value: Any) -> str:
        return f"`${value.name}`" if isinstance(value, Parameter) else str(value)

    return ", ".join(f"{word} {day(value)}" for word, value in in_force.items())


def _entries(ruling: Timeline) -> list[str]:
    rows = [
        (link(f"`{e.policy.name}`", "policy", e.policy.name), _days(e.in_force),
         cited(e.cites, ruling.sources))
        for e in ruling.entries
    ]  # fmt: skip
    return ["## Entries\n", table(["policy", "in force", "claims"], rows)]


def conditions(condition: Condition, policy: Policy) -> str:
    """Return a condition in words, as a list."""
    lines = []
    for depth, line in condition_lines(condition, policy):
        words, cites, tail = (*re.split(r" \[(c[\w, ]+)\]", line.removeprefix("- ")), "", "")[:3]
        words = words.replace("<", "&lt;")
        claims = f" ({cited(cites.split(', '), policy.sources)})" if cites else ""
        lines.append(f"{'  ' * depth}- {words}{claims}{tail}\n")
    return "".join(lines)


def _rules(policy: Policy) -> list[str]:
    parts = []
    if policy.scope is not None:
        parts += ["## Scope\n", "It governs a strike where\n", conditions(policy.scope, policy)]
    parts.append("## Rules\n")
    for rule in policy.rules:
        parts.append(target("rule", policy.name, rule.id) + f"### {rule.id}\n")
        said = f"**{rule.effect}**: {flat(rule.title)}" if rule.title else f"**{rule.effect}**"
        claims = cited(rule.cites, policy.sources)
        parts.append(said + (f" ({claims})" if claims else "") + "\n")
        if rule.text:
            parts.append(flat(rule.text) + "\n")
        parts += ["It applies where\n", conditions(rule.when, policy)]
        if rule.unless is not None:
            parts += ["unless\n", conditions(rule.unless, policy)]
        if rule.overrides:
            parts.append(f"It overrides {ticked(rule.overrides)}.\n")
        if rule.regardless:
            parts.append(f"{ticked(rule.regardless)} makes no difference to it.\n")
        if rule.origin and rule.origin != policy.name:
            parts.append(f"It comes from {link(f'`{rule.origin}`', 'policy', rule.origin)}.\n")
    if policy.definitions:
        parts.append("## Definitions\n")
        for name, condition in policy.definitions.items():
            parts += [f"`{name}` means\n", conditions(condition, policy)]
    return parts


def _parameters(figures: Mapping[str, Figure], sources: Iterable[str]) -> str:
    rows = [
        (f"`{f.name}`", f"{written(f.value)} {f.unit or ''}", f.status or "", flat(f.note),
         cited(f.cites, sources))
        for f in figures.values()
    ]  # fmt: skip
    return table(["parameter", "value", "status", "note", "claims"], rows)


def question_text(question: Question, ruling: Ruling) -> str:
    """Return a question and its readings."""
    sources = ruling.sources
    rows = [
        (f"`{r.id}`", flat(r.text or r.title), r.status or "", cited(r.cites, sources))
        for r in question.readings.values()
    ]
    return "\n".join(
        [
            target("question", ruling.name, question.id) + f"### {question.id}\n",
            f"**{flat(question.title)}** {flat(question.text)}"
            f" ({cited(question.cites, sources)})\n",
            table(["reading", "says", "status", "claims"], rows),
        ]
    )


def _questions_page(rulings: Mapping[str, Ruling]) -> str:
    rows: dict[str, list[Any]] = {}
    for name, ruling in rulings.items():
        for question in ruling.questions.values():
            where = link(f"`{name}`", "question", name, question.id)
            if question.id in rows:
                rows[question.id][3] += f", {where}"
            else:
                readings = ticked(question.readings)
                rows[question.id] = [f"`{question.id}`", flat(question.title), readings, where]
    return (
        "# Open questions\n\n"
        "What the policies that ship leave open, and how it can be read. Every answer that hangs"
        " on one says so, and what it would be under each reading; `--reading QUESTION=READING`"
        " answers one.\n\n" + table(["question", "asks", "readings", "asked by"], rows.values())
    )
