"""A page for every registered source, with its claims and what encodes each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from strikerules.sources.model import Claim, Reference, Source
from strikerules.sources.register import shipped_register
from writing import flat, link, made_from, table, target, toc

ROOT = Path(__file__).parents[2]

CLAIM = re.compile(r"\bc\d\d[a-z]\b")

#: Parts that have a target on a page of their own; the rest are told with their policy.
_OWN = ("policy", "timeline", "zone")


def sources() -> dict[str, str]:
    """Return the pages."""
    found = shipped_register().sources
    pages = {f"{source.id}.md": _page(source) for source in found.values()}
    readme = (ROOT / "seeds" / "README.md").read_text(encoding="utf-8")
    pages["register.md"] = readme
    rows = [
        (f"[`{s.id}`]({s.id}.md)", s.title, s.outlet, s.date, len(s.claims)) for s in found.values()
    ]
    pages["index.md"] = (
        "# Sources\n\n"
        + made_from("`seeds/`")
        + "\n"
        + table(["source", "title", "outlet", "date", "claims"], rows)
        + "\n[The source register](register.md) says what a claim is and how it is tied to what"
        " encodes it;\n`strikerules trace` shows both directions.\n\n" + toc([*found, "register"])
    )
    return pages


def _page(source: Source) -> str:
    rows: list[tuple[str, Any]] = [
        ("title", source.title),
        ("outlet", source.outlet),
        ("date", source.date),
        ("SHA-256", f"`{source.sha256}`: {flat(source.sha256_of)}"),
        ("paragraphs", f"{source.paragraphs}; {flat(source.numbering)}"),
    ]
    parts = [
        target("source", source.id) + f"# {source.id}\n",
        table(["", ""], rows),
        "## Claims\n",
        "In this project's own words; what stands in quotation marks are the source's.\n",
    ]
    for claim in source.claims:
        parts.append(_claim(claim))
    return "\n".join(parts)


def _claim(claim: Claim) -> str:
    place = f"paragraph {claim.paragraph}"
    if claim.sentence is not None:
        place += f", sentence {claim.sentence}"
    said = f"{claim.speaker}; {claim.firmness}; {place}"
    parts = [
        target("claim", claim.source, claim.id) + f"### {claim.id}\n",
        CLAIM.sub(lambda m: link(m[0], "claim", claim.source, m[0]), flat(claim.text)) + "\n",
        f"*{said}*\n",
    ]
    if claim.quoted:
        parts.append("Its words: " + ", ".join(f'"{q}"' for q in claim.quoted) + "\n")
    if claim.encoded_as:
        parts.append("Encoded as " + "; ".join(map(_encoded, claim.encoded_as)) + ".\n")
    else:
        parts.append(f"Not encoded: {flat(claim.not_encoded)}.\n")
    return "\n".join(parts)


def _encoded(one: Reference) -> str:
    owner = "policy" if one.policy else "timeline" if one.timeline else one.kind
    name = one.policy or one.timeline or one.name
    if one.kind == "rule" and one.policy:
        return link(one.title, "rule", one.policy, one.name)
    if one.kind == "question":
        return link(one.title, "question", name, one.name)
    if one.kind == "reading" and one.question:
        return link(one.title, "question", name, one.question)
    return link(one.title, owner, name) if owner in _OWN else one.title
