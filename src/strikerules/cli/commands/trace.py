"""From each claim to what encodes it, and back; and what is missing.

Exit status 1 if a claim or a rule has no partner, or if only one side tells of
a link.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from strikerules.cli.common import add_format, add_output
from strikerules.cli.exits import FINDING, FINE
from strikerules.cli.layout import as_json, columns, labelled, wrapped
from strikerules.problems import InvalidInput, Problem, did_you_mean, quoted
from strikerules.problems.render import render_problems

if TYPE_CHECKING:
    from strikerules.sources.links import Element, Link
    from strikerules.sources.model import Claim
    from strikerules.sources.tracing import Coverage, Trace

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "name", metavar="NAME", nargs="*",
        help="a claim (`c04b`), or a policy, timeline, rule, question, zone, …; all unless given",
    )  # fmt: skip
    add_format(parser, "text", "json")
    add_output(parser)
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 whatever is found")


def run(args: argparse.Namespace) -> int:
    """Print the trace, whole or of some claims and elements."""
    from strikerules.language.elements import shipped_elements
    from strikerules.sources.register import shipped_register
    from strikerules.sources.tracing import trace

    out = args.output_to
    found = trace(shipped_register(), shipped_elements())
    claims, elements = _named(found, args.name)
    findings = _about(found.problems(), claims, elements, bool(args.name))
    if args.format == "json":
        text = as_json("trace/1", _data(found, claims, elements, findings, whole=not args.name))
    else:
        text = _text(found, claims, elements, findings, out.width, whole=not args.name)
    out.emit(text, args.output)
    return FINDING if findings and not args.exit_zero else FINE


def _named(found: Trace, names: Sequence[str]) -> tuple[list[Claim], list[Element]]:
    """Return the claims and elements that the names stand for."""
    claims, elements = list(found.register.claims()), list(found.elements)
    if not names:
        return claims, elements
    picked_claims: dict[str, Claim] = {}
    picked: dict[str, Element] = {}
    problems = []
    for name in names:
        some = [c for c in claims if name in (c.id, c.ref, c.source)]
        parts = [e for e in elements if name in (e.name, e.key, e.policy, e.timeline)]
        if not some and not parts:
            choices = [*(c.id for c in claims), *dict.fromkeys(e.name for e in elements)]
            problems.append(
                Problem(
                    "SR605",
                    f"neither a claim nor a part of a policy is called {quoted(name)}",
                    expected="a claim such as `c04b`, or the name of a policy, rule, question, …",
                    help=did_you_mean(name, choices) or "`strikerules trace` lists them all",
                )
            )
        picked_claims |= {c.ref: c for c in some}
        picked |= {e.key: e for e in parts}
    if problems:
        raise InvalidInput(problems)
    return list(picked_claims.values()), list(picked.values())


def _about(
    problems: Iterable[Problem],
    claims: Iterable[Claim],
    elements: Iterable[Element],
    narrowed: bool,
) -> list[Problem]:
    """Return the findings that name one of the claims or elements."""
    if not narrowed:
        return list(problems)
    words = [*(f"claim {quoted(c.id)}" for c in claims), *(e.title for e in elements)]
    return [p for p in problems if any(word in p.message for word in words)]


def _data(
    found: Trace,
    claims: list[Claim],
    elements: list[Element],
    findings: list[Problem],
    *,
    whole: bool,
) -> dict[str, Any]:
    data = found.to_dict()
    if whole:
        return data
    refs, keys = {c.ref for c in claims}, {e.key for e in elements}
    claim_rows: Any = data["claims"]
    element_rows: Any = data["elements"]
    return {
        "sources": data["sources"],
        "claims": [c for c in claim_rows if f"{c['source']}/{c['claim']}" in refs],
        "elements": [e for e in element_rows if e["element"] in keys],
        "findings": [p.to_dict() for p in findings],
    }


def _text(
    found: Trace,
    claims: list[Claim],
    elements: list[Element],
    findings: list[Problem],
    width: int,
    *,
    whole: bool,
) -> str:
    lines: list[str] = []
    if claims:
        lines += ["from claims to what encodes them", ""]
        source = None
        for claim in claims:
            if claim.source != source:
                source = claim.source
                its = found.register.sources[source]
                text = f"{its.title} ({its.outlet}, {its.date})"
                lines += [source, wrapped(text, width, "  "), ""]
            lines += _claim(claim, found.elements_of(claim), width)
    if elements:
        lines += ["from what is encoded to its claims", ""]
        for element in elements:
            lines += _element(element, found.claims_of(element), width)
        lines.append("")
    if whole:
        lines += ["claims in each paragraph", "", _coverage(found.coverage, width), ""]
    lines.append(_count(len(findings)))
    if findings:
        lines += ["", render_problems(findings, word="finding").rstrip("\n")]
    return "\n".join(lines)


def _claim(claim: Claim, links: Sequence[Link], width: int) -> list[str]:
    said = f"{claim.firmness}, paragraph {claim.paragraph}, {claim.date}: {claim.speaker}"
    lines = ["  " + labelled(claim.id, said, width - 2, 6).replace("\n", "\n  ")]
    lines.append(wrapped(claim.text, width, " " * 8))
    for link in links:
        text = f"{link.element.title}{'' if link.confirmed else _one_sided(link)}"
        lines.append(wrapped(text, width, " " * 11, " " * 8 + "-> "))
    if claim.not_encoded:
        lines.append(wrapped(f"not encoded: {claim.not_encoded}", width, " " * 11, " " * 8))
    return [*lines, ""]


def _one_sided(link: Link) -> str:
    return " (which does not cite it)" if link.claimed else " (which the claim does not name)"


def _element(element: Element, links: Sequence[Link], width: int) -> list[str]:
    where = f" ({element.file}:{element.line})" if element.file else ""
    mark = ", assumed" if element.assumed else ""
    lines = [wrapped(f"{element.title}{mark}{where}", width, " " * 6, "  ")]
    names = [link.claim.id + ("" if link.confirmed else "!") for link in links]
    if names:
        lines.append(wrapped(", ".join(names), width, " " * 9, "      <- "))
    return lines


def _coverage(rows: Sequence[Coverage], width: int) -> str:
    several = len({row.source for row in rows}) > 1
    table = [
        [
            f"{row.source} {row.paragraph}" if several else str(row.paragraph),
            str(row.claims),
            str(row.encoded),
            str(row.context),
            str(row.not_encoded),
            "-" if row.sentences is None else str(row.sentences),
            ", ".join(map(str, row.sentences_without_claim)) or "none",
        ]
        for row in rows
    ]
    total = [
        "all",
        *(str(sum(getattr(r, k) for r in rows)) for k in
          ("claims", "encoded", "context", "not_encoded")),
        str(sum(r.sentences or 0 for r in rows)),
        str(sum(len(r.sentences_without_claim) for r in rows) or "none"),
    ]  # fmt: skip
    head = ["paragraph", "claims", "encoded", "context", "other", "sentences", "without a claim"]
    return columns([*table, total], head, width, right=range(6))


def _count(number: int) -> str:
    if not number:
        return "no findings: every claim and every part has its partner"
    return f"{number} finding{'s' if number > 1 else ''}"
