"""The policies, variants and timelines that ship; with a name, one in full.

Hypothetical policies are models of hints: nobody has announced them.
"""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import Any

from strikerules.cli.common import add_format, add_output
from strikerules.cli.layout import as_json, columns
from strikerules.problems import InvalidInput

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "name", metavar="NAME_OR_FILE", nargs="?", help="a policy; a list of all unless given"
    )
    add_format(parser, "text", "json")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Print the list, or one policy."""
    out = args.output_to
    if args.name is not None:
        text = _one(args.name, args.format, out.width)
    else:
        rows = _listed()
        text = as_json("policies/1", {"policies": rows}) if args.format == "json" else _table(
            rows, out.width
        )  # fmt: skip
    out.emit(text, args.output)
    return 0


def _listed() -> list[dict[str, Any]]:
    from strikerules.documents import read_document
    from strikerules.language.library import DEFAULT, Library

    rows: list[dict[str, Any]] = []
    for found in Library(lambda _: None).shipped():
        data = read_document(found.path).data
        rows.append(
            {
                "name": found.name,
                "kind": found.kind,
                "title": data.get("title"),
                "hypothetical": bool(data.get("hypothetical", False)),
                "extends": data.get("extends"),
                "default": found.name == DEFAULT,
            }
        )
    return rows


def _table(rows: list[dict[str, Any]], width: int) -> str:
    body = [
        [
            row["name"],
            "hypothetical" if row["hypothetical"] else row["kind"],
            row["extends"] or "-",
            row["title"] or "",
        ]
        for row in rows
    ]
    default = next((row["name"] for row in rows if row["default"]), None)
    text = columns(body, ["name", "kind", "extends", "title"], width)
    tail = "\n\nhypothetical: a policy that nobody has announced, modelled on a hint."
    return text + tail + (f"\nUnless told otherwise, `check` uses `{default}`." if default else "")


def _one(name: str, style: str, width: int) -> str:
    from strikerules.cli.policy_text import policy_data, policy_text
    from strikerules.geography.atlas import default_atlas
    from strikerules.language.library import Library
    from strikerules.language.policy import Timeline

    library = Library(default_atlas().has)
    ruling = library.load(name)
    if isinstance(ruling, Timeline):
        from strikerules.cli.commands.timeline import timeline_data, timeline_text

        if style == "json":
            return as_json("timeline/1", timeline_data(ruling))
        return timeline_text(ruling, width)
    files = {ruling.at.file: ruling.name} if ruling.at is not None else {}
    for parent in ruling.lineage:
        # A parent that is named by its path can't be found by its name; then nothing is said.
        with suppress(InvalidInput):
            at = library.load(parent).at
            files |= {at.file: parent} if at is not None else {}
    if style == "json":
        return as_json("policy/1", policy_data(ruling, files))
    return policy_text(ruling, files, width)
