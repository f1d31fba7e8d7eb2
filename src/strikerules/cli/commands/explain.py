"""What the code of an error or a finding means, and how to mend it.

Without a code, list all of them.
"""

from __future__ import annotations

import argparse
import re

from strikerules.cli.common import add_format, add_output, all_of
from strikerules.cli.layout import as_json, wrapped
from strikerules.problems.catalogue import Page, page, titles

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("code", metavar="CODE", nargs="*", help="a code such as `SR111`")
    add_format(parser, "text", "markdown", "json")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Print the pages of the codes, or the list of all codes."""
    out = args.output_to
    if args.code:
        pages = list({p.code: p for p in all_of(args.code, page)}.values())
        texts = {
            "json": lambda: as_json("pages/1", {"pages": [p.to_dict() for p in pages]}),
            "markdown": lambda: "\n".join(p.text for p in pages),
            "text": lambda: "\n\n".join(_plain(p, out.width) for p in pages),
        }
    else:
        all_codes = titles()
        texts = {
            "json": lambda: as_json(
                "codes/1", {"codes": [{"code": c, "title": t} for c, t in all_codes.items()]}
            ),
            "markdown": lambda: "\n".join(f"- `{c}` {t}" for c, t in all_codes.items()),
            "text": lambda: "\n".join(f"{c}  {t}" for c, t in all_codes.items()),
        }
    out.emit(texts[args.format](), args.output)
    return 0


def _plain(one: Page, width: int) -> str:
    """Return a page with its paragraphs filled and its examples set in."""
    lines = [f"{one.code} {one.title}"]
    for name, body in one.sections.items():
        lines += ["", name]
        for index, part in enumerate(re.split(r"(?ms)^```[^\n]*\n(.*?)^```\n?", body)):
            if index % 2:
                lines += ["", *("      " + line if line else "" for line in part.splitlines())]
            else:
                lines += [
                    ("\n" if n else "") + wrapped(p, width, "  ")
                    for n, p in enumerate(filter(None, re.split(r"\n\s*\n", part.strip())))
                ]
    text = "\n".join(lines)
    return re.sub(r"\n\n\n+", "\n\n", text)
