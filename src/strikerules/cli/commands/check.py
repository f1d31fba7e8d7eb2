"""Decide scenarios: permitted, prohibited, not governed - or what it hangs on."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from strikerules.cli.common import add_format, add_output, add_policy, once_only, policy_of
from strikerules.cli.exits import FAILED, status_of, worst
from strikerules.problems import InvalidInput, Problem
from strikerules.problems.render import render_problems

if TYPE_CHECKING:
    from strikerules.api import Decision

__all__ = ["add_arguments", "run"]

_FORMATS = ("text", "json", "markdown")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``check`` takes."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a file of scenarios; `-` is standard input"
    )
    add_policy(parser)
    add_format(parser, *_FORMATS)
    add_output(parser)
    parser.add_argument(
        "--quiet", "-q", action="store_true", help="one line for each scenario, no explanation"
    )
    parser.add_argument(
        "--verbose", "-v", action="store_true", help="every step of the explanation"
    )
    parser.add_argument(
        "--margin", action="store_true",
        help="how much each fact and place may be off before a settled decision changes",
    )  # fmt: skip
    parser.add_argument(
        "--exit-zero", action="store_true", help="exit 0 whatever is decided, 2 for errors"
    )


def run(args: argparse.Namespace) -> int:
    """Run ``check``."""
    from strikerules import __version__

    output = args.output_to
    policy = policy_of(args)
    once_only(args.files)
    problems: list[Problem] = []
    decisions: list[Decision] = []
    for file in args.files:
        try:
            decisions += policy.check_all(file, as_of=args.as_of, margin=args.margin)
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        output.problems(InvalidInput(problems).problems)
    warnings = list(dict.fromkeys(w for d in decisions for w in d.warnings))
    if warnings and args.format != "text":
        output.remarks.write(render_problems(warnings, colour=output.remark_colour, word="warning"))
    # a file is written whole or not at all, so not without the scenarios that could not be read
    if (decisions or not problems) and not (problems and args.output not in (None, "-")):
        output.emit(_render(decisions, args, output.width, output.colour, __version__), args.output)
    if problems:
        return FAILED
    return 0 if args.exit_zero else worst(status_of(d.decision) for d in decisions)


def _render(
    decisions: list[Decision], args: argparse.Namespace, width: int, colour: bool, version: str
) -> str:
    if args.format == "json":
        data = {
            "strikerules": version,
            "schema": "decision/1",
            "results": [d.to_dict() for d in decisions],
        }
        return json.dumps(data, indent=2, ensure_ascii=False)
    if args.format == "markdown":
        from strikerules.views.markdown import decision_markdown

        return "\n".join(decision_markdown(d, brief=args.quiet) for d in decisions)
    from strikerules.views.text import decision_text

    colour = colour and args.output in (None, "-")
    gap = "\n" if args.quiet else "\n\n"
    return gap.join(
        decision_text(d, width=width, colour=colour, brief=args.quiet, full=args.verbose).rstrip(
            "\n"
        )
        for d in decisions
    )
