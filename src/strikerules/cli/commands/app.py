"""A live page: change a case and see at once what the policy makes of it.

It is served on this machine alone unless told otherwise, and ends with Ctrl-C.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from strikerules.cli.common import add_policy, answers, plain_value
from strikerules.problems import InvalidInput, Problem, quoted

if TYPE_CHECKING:
    from strikerules.app.session import Setup

__all__ = ["add_arguments", "run"]

#: The case that the page begins with where none is given.
_FIRST = {
    "date": "2024-06-02", "attacker": "UA", "weapon.made_in": "US",
    "weapon.kind": "rocket_artillery", "weapon.max_range_km": "80",
    "target.kind": "missile_launcher", "target.supports": "kharkiv_assault",
    "target.location.lon": "36.9", "target.location.lat": "50.45",
    "target.location.accuracy_km": "1", "launch.location.lon": "36.7",
    "launch.location.lat": "50", "timing": "pre_emptive",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "file", nargs="?", metavar="SCENARIO",
        help="a file of scenarios to begin with (default: an invented case)",
    )  # fmt: skip
    add_policy(parser)
    parser.add_argument(
        "--against", metavar="NAME_OR_FILE", default=None, help="a second policy, side by side"
    )
    parser.add_argument(
        "--rules", metavar="DIR", default=None,
        help="a folder of your own: its policies and scenarios can be chosen too",
    )  # fmt: skip
    parser.add_argument(
        "--port", metavar="N", type=_port, default=None,
        help="0 is any that is free (default: 5173, or any where that is taken)",
    )  # fmt: skip
    parser.add_argument(
        "--host", metavar="ADDR", default="127.0.0.1",
        help="the address to listen at (default: %(default)s, which no other machine reaches)",
    )  # fmt: skip
    parser.add_argument(
        "--allow-origin", metavar="HOST:PORT", action="append", default=[],
        help="answer pages of this origin too (may be repeated)",
    )  # fmt: skip
    parser.add_argument(
        "--no-browser", action="store_true", help="do not open the page in a browser"
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise InvalidInput(
            Problem("SR601", f"{quoted(text)} can't be `--port`", None, "a number from 0 to 65535")
        )
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C."""
    from strikerules.app.guard import read_origin
    from strikerules.pages.library import ensure_bokeh

    ensure_bokeh()
    allowed = [read_origin(origin) for origin in args.allow_origin]
    setup = _setup(args)

    from strikerules.app.server import serve

    def ready(address: str) -> None:
        args.output_to.say(f"the live page is at {address} (Ctrl-C ends it)")
        args.output_to.remarks.flush()
        if not args.no_browser:
            import webbrowser

            webbrowser.open(address)

    serve(setup, ready, host=args.host, port=args.port, allowed=allowed)
    args.output_to.say("the live page has ended")
    return 0


def _setup(args: argparse.Namespace) -> Setup:
    """Return what the page begins with; everything that is given is looked at first."""
    from strikerules.app.answers import Answers
    from strikerules.app.choices import Choices
    from strikerules.app.session import Setup
    from strikerules.app.state import Form, form_of
    from strikerules.language.library import DEFAULT
    from strikerules.language.scenario import Scenario, read_scenarios

    named = tuple(name for name in (args.policy, args.against) if name is not None)
    choices = Choices(args.rules, named)
    chosen = answers(args)
    policy = choices.key(args.policy or DEFAULT)
    choices.load(policy).vary(**chosen)
    if args.against is not None:
        choices.load(choices.key(args.against))
    form = Form(
        policy=policy,
        against="" if args.against is None else choices.key(args.against),
        readings={k: str(v) for k, v in chosen["readings"].items()},
        parameters={k: _written(v) for k, v in chosen["set"].items()},
    )
    vocabulary = choices.vocabulary()
    found: dict[str, Scenario] = {}
    if args.file is not None:
        found = {one.name: one for one in read_scenarios(args.file, vocabulary)}
    found |= choices.scenarios(vocabulary)
    if args.file is not None:
        form = form_of(next(iter(found.values())), form)
    else:
        form = form.change(_FIRST)
    if args.as_of is not None:
        form = form.edit("date", str(plain_value(args.as_of)))
    return Setup(Answers(choices), form, found)


def _written(value: object) -> str:
    from strikerules.language.values import written

    return written(value)
