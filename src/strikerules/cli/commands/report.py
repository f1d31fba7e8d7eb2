"""A page about scenarios that opens anywhere: one file that needs no network.

It has the verdict and what it hangs on, a map to explore, the explanation, what
holds under each reading, the policy's text and the sources. Exit status 0
whatever is decided.
"""

from __future__ import annotations

import argparse

from strikerules.cli.common import add_output, add_policy, once_only, policy_of, scenarios_of
from strikerules.cli.exits import FINE

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``report`` takes."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a file of scenarios; `-` is standard input"
    )
    add_policy(parser)
    parser.add_argument("--title", metavar="TEXT", default=None, help="the title of the page")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Run ``report``."""
    from strikerules.pages.library import ensure_bokeh
    from strikerules.pages.report import cases_page

    ensure_bokeh()
    policy = policy_of(args)
    once_only(args.files)
    scenarios = scenarios_of(args.files, policy, args.as_of)
    more = {
        "as of": args.as_of,
        "readings": ", ".join(args.reading),
        "set": ", ".join(args.set),
    }
    told = {name: words for name, words in more.items() if words}
    page = cases_page(policy, scenarios, policy.claims, title=args.title, more=told)
    args.output_to.emit(page, args.output)
    return FINE
