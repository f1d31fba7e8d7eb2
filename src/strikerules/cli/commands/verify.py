"""Look at policies in all worlds: gaps, conflicts, rules and readings that never
matter, and the properties that a policy states, proved or refuted.

Exit status 0 without findings, 1 with, 2 if it could not run.
"""

from __future__ import annotations

import argparse
import json
import re
from typing import TYPE_CHECKING

from strikerules.cli.common import add_format, add_output, all_of
from strikerules.cli.exits import FINDING, FINE
from strikerules.cli.layout import as_json
from strikerules.problems import InvalidInput, Problem, did_you_mean, quoted

if TYPE_CHECKING:
    from strikerules.verification import Verification

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``verify`` takes."""
    parser.add_argument(
        "policies", nargs="*", metavar="POLICY",
        help="policies and timelines, by name or path; all that ship unless given",
    )  # fmt: skip
    parser.add_argument(
        "--select", metavar="CODES", action="append", default=[],
        help="only these codes, or those that begin so: `SR80,SR821` (may be repeated)",
    )  # fmt: skip
    parser.add_argument(
        "--ignore", metavar="CODES", action="append", default=[],
        help="without these codes (may be repeated)",
    )  # fmt: skip
    parser.add_argument(
        "--sources", metavar="PATH", default=None,
        help="a folder or file of registered sources beside those that ship",
    )  # fmt: skip
    parser.add_argument(
        "--zones", action="store_true", help="also the zones of the register"
    )  # fmt: skip
    add_format(parser, "text", "json", "sarif", "github")
    add_output(parser)
    parser.add_argument(
        "--verbose", "-v", action="store_true",
        help="also what was proved, and the findings that are accepted",
    )  # fmt: skip
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 whatever is found")


def run(args: argparse.Namespace) -> int:
    """Run ``verify``."""
    from strikerules.api import load
    from strikerules.verification import verify

    output = args.output_to
    problems: list[Problem] = []
    chosen = _codes(args.select, "--select", problems)
    ignored = _codes(args.ignore, "--ignore", problems)
    if problems:
        raise InvalidInput(problems)
    policies = all_of(args.policies, lambda name: load(name, sources=args.sources))
    found = verify(*policies, zones=args.zones, sources=args.sources).select(chosen, ignored)
    colour = output.colour and args.output in (None, "-")
    text = _render(found, args, output.width, colour)
    if text or args.output not in (None, "-"):
        output.emit(text, args.output)
    return FINDING if len(found) and not args.exit_zero else FINE


def _codes(words: list[str], option: str, problems: list[Problem]) -> list[str]:
    """Return codes and beginnings of codes; an SR601 goes to `problems` for one of no code."""
    from strikerules.problems.catalogue import titles

    found = []
    for word in (w.strip() for group in words for w in group.split(",")):
        if re.fullmatch(r"SR\d{0,3}", word) and any(code.startswith(word) for code in titles()):
            found.append(word)
        else:
            problems.append(
                Problem(
                    "SR601", f"{quoted(word)} can't be `{option}`", None,
                    "a code such as `SR802`, or the beginning of several: `SR80`",
                    did_you_mean(word, [c for c in titles() if c.startswith(("SR5", "SR8"))]),
                )
            )  # fmt: skip
    return found


def _render(found: Verification, args: argparse.Namespace, width: int, colour: bool) -> str:
    from strikerules import __version__
    from strikerules.views import findings

    data = found.to_dict()
    if args.format == "json":
        return as_json("verify/1", data)
    if args.format == "sarif":
        sarif = findings.findings_sarif(data, __version__)
        return json.dumps(sarif, ensure_ascii=False, indent=2)
    if args.format == "github":
        return findings.findings_github(data)
    return findings.findings_text(data, width=width, colour=colour, full=args.verbose)
