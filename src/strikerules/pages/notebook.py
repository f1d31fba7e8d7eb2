"""Policies and differences in a notebook: no script, readable where styles are cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strikerules.language.policy import Policy, Ruling, Timeline
from strikerules.language.values import written
from strikerules.pages.law import condition_html
from strikerules.pages.markup import Html, code, joined, listed, prose, tag
from strikerules.pages.words import LOOKS
from strikerules.views.differences import inline
from strikerules.views.words import outcome_words

__all__ = ["difference_html", "policy_html"]

_MOST = 12


def policy_html(ruling: Ruling) -> str:
    """Return a policy or a timeline as one HTML element.

    Examples
    --------
    >>> import strikerules as sr
    >>> found = policy_html(sr.load("kharkiv").ruling)
    >>> "no-long-range-attacks" in found, "<script" in found
    (True, False)
    """
    parts = [tag("p", tag("strong", ruling.title or ruling.name), " ", code(ruling.name))]
    if ruling.text:
        parts.append(tag("p", prose(" ".join(ruling.text.split()))))
    if isinstance(ruling, Timeline):
        rows = []
        for entry in ruling.entries:
            time = ", ".join(f"{k} {getattr(v, 'name', v)}" for k, v in entry.in_force.items())
            rows.append([code(entry.policy.name), entry.policy.title or "", time,
                         ", ".join(entry.cites)])  # fmt: skip
        parts.append(_table(["policy", "title", "in force", "claims"], rows))
    else:
        parts += _rules(ruling)
    if ruling.open_questions:
        rows = [
            [code(q.id), q.title or "", ", ".join(q.readings)]
            for q in ruling.open_questions.values()
        ]
        parts.append(tag("p", "Open questions"))
        parts.append(_table(["question", "what it asks", "readings"], rows))
    if ruling.parameters:
        parts.append(tag("p", "Figures"))
        parts.append(
            listed(
                f"{f.name} = {written(f.value)}{f' {f.unit}' if f.unit else ''}"
                + (f" ({f.status})" if f.status else "")
                for f in ruling.parameters.values()
            )
        )
    return tag("div", *parts)


def _rules(policy: Policy) -> list[Html]:
    rows = []
    for rule in policy.rules:
        when = condition_html(rule.when, policy)
        rows.append([code(rule.id), rule.effect, when, ", ".join(rule.cites)])
    end = policy.otherwise
    return [
        _table(["rule", "effect", "when", "claims"], rows),
        tag("p", f"Otherwise: {end.effect.replace('_', ' ')}. Conflicts: {policy.conflicts}."),
    ]


def difference_html(data: Mapping[str, Any]) -> str:
    """Return a difference as one HTML element; `data` as `Diff.to_dict` gives it."""
    parts = [tag("p", "From ", code(data["a"]), " to ", code(data["b"]))]
    if data["equivalent"]:
        parts.append(tag("p", "Equivalent: both come to the same in every scenario compared."))
    elif data["equivalent"] is None:
        parts.append(tag("p", "Neither shown to be equivalent nor to differ."))
    for shift in data["shifts"]:
        after, before = (outcome_words(tuple(shift[k])) for k in ("to", "from"))
        area = shift["area_km2"]
        where = f" ({area:,.0f} km²)" if area is not None else ""
        parts.append(tag("p", tag("strong", f"{after} instead of {before}"), where))
        parts.append(listed(prose(line) for line in shift["all_of"][:_MOST]))
    rows = []
    for region in data["regions"][:_MOST]:
        witness = region["witness"]
        example = inline({k: v for k, v in witness.items() if k != "scenario"}) if witness else ""
        change = LOOKS[region["change"]].title
        rows.append([change, prose("; ".join(region["all_of"]) or "everywhere"), code(example)])
    if rows:
        table = _table(["change", "where", "example"], rows)
        parts.append(
            tag("details", tag("summary", f"{len(data['regions'])} kinds of cases"), table)
        )
    parts += [tag("p", "Note: ", prose(note)) for note in data["notes"]]
    return tag("div", *parts)


def _table(heads: list[str], rows: list[list[str]]) -> Html:
    head = tag("tr", joined(tag("th", h) for h in heads))
    body = joined(tag("tr", joined(tag("td", cell) for cell in row)) for row in rows)
    return tag("table", head, body)
