"""What one policy says that another does not, over all scenarios.

Exit status 0 if the two are equivalent, 1 if they differ, 3 if it was too much
to work out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from strikerules.cli.common import add_answers, add_format, add_output, all_of, answers
from strikerules.cli.exits import FINDING, FINE, OPEN
from strikerules.cli.layout import as_json

if TYPE_CHECKING:
    from strikerules.differences import Diff

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``diff`` takes."""
    parser.add_argument("a", metavar="A", help="a policy or timeline, by name or path")
    parser.add_argument("b", metavar="B", help="the one to compare it with")
    parser.add_argument(
        "--given", metavar="FILE", default=None,
        help="a scenario: compare only for what it gives; `-` is standard input",
    )  # fmt: skip
    parser.add_argument(
        "--as-of", metavar="DATE", default=None, help="compare as of this date"
    )  # fmt: skip
    add_answers(parser, " in both")
    add_format(parser, "text", "json", "markdown", "geojson")
    add_output(parser)
    parser.add_argument(
        "--map", metavar="FILE", default=None,
        help="also draw where something changes, the target anywhere: a .png, .svg or .pdf",
    )  # fmt: skip
    parser.add_argument(
        "--report", metavar="FILE", default=None,
        help="also write a page with maps and sources, which opens without a network",
    )  # fmt: skip
    parser.add_argument(
        "--verbose", "-v", action="store_true", help="every region with a scenario as an example"
    )
    parser.add_argument(
        "--exit-zero", action="store_true", help="exit 0 whatever is found, 2 for errors"
    )


def run(args: argparse.Namespace) -> int:
    """Run ``diff``."""
    from strikerules.api import load
    from strikerules.differences import diff

    output = args.output_to
    if args.map is not None:
        from strikerules.pictures.library import ready_for

        ready_for(Path(args.map))
    if args.report is not None:
        from strikerules.pages.library import ensure_bokeh

        ensure_bokeh()
    first, *others = all_of([args.a, args.b], load)
    a, b = first, *(others or [first])
    found = diff(a, b, given=args.given, as_of=args.as_of, **answers(args))
    if args.map is not None:
        from strikerules.pictures.change import save_change

        save_change(found, Path(args.map))
    if args.report is not None:
        output.emit(found.report(), args.report)
    colour = output.colour and args.output in (None, "-")
    output.emit(_render(found, args, output.width, colour), args.output)
    if args.exit_zero:
        return FINE
    return OPEN if found.equivalent is None else FINE if found.equivalent else FINDING


def _render(found: Diff, args: argparse.Namespace, width: int, colour: bool) -> str:
    if args.format == "json":
        return as_json("diff/1", found.to_dict())
    if args.format == "geojson":
        return json.dumps(found.geojson(), ensure_ascii=False, allow_nan=False)
    if args.format == "markdown":
        return found.markdown()
    return found.text(width=width, colour=colour, full=args.verbose)
