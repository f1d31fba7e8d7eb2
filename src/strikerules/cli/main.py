"""The command line: finds the command, keeps its promises about exit codes and errors.

A command is a module in `cli/commands` with `add_arguments(parser)` and `run(args) -> int`; it is
imported only when it is used, so that the command line starts fast.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from strikerules.cli.exits import FAILED
from strikerules.cli.output import Output
from strikerules.problems import InvalidInput, Position, Problem, did_you_mean, listed, quoted

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "check": "decide scenarios",
    "test": "run policy tests: cases in YAML, coverage, mutants",
    "diff": "what one policy says that another does not, over all scenarios",
    "verify": "gaps, conflicts, what never matters; properties proved or refuted",
    "batch": "decide the rows of a table, or of a sweep",
    "map": "a picture: what is decided all over the map, with the case on it",
    "report": "a page that opens anywhere: scenarios decided, with maps and sources",
    "app": "a live page: change a case and see what a policy makes of it",
    "policies": "the policies, variants and timelines that ship",
    "timeline": "which policy is in force when",
    "zones": "the zones, and what is known of each",
    "weapons": "the weapons catalogue",
    "trace": "from each claim to what encodes it, and back",
    "explain": "what an error or a finding means",
    "schema": "JSON Schema for editors",
    "init": "a starter folder for a policy of one's own",
}

_ABOUT = """Is a hypothetical strike permitted, prohibited or not governed by a published
policy - or can't that be told, and what does it hang on? It studies policies
with made-up scenarios."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are problems, and whose help is loaded only when asked for."""

    def __init__(self, words: Sequence[str], **kwargs: Any) -> None:
        if "-h" in words or "--help" in words:
            from rich_argparse import RawDescriptionRichHelpFormatter

            kwargs["formatter_class"] = RawDescriptionRichHelpFormatter
        kwargs["allow_abbrev"] = False
        super().__init__(**kwargs)

    def error(self, message: str) -> NoReturn:
        raise InvalidInput(_usage_problem(self, message))


def _usage_problem(parser: argparse.ArgumentParser, message: str) -> Problem:
    options = [o for a in parser._actions for o in a.option_strings]
    words = message.split()
    help_text: str | None = f"`{parser.prog} --help` lists what it takes"
    if message.startswith("unrecognized arguments:"):
        first = message.removeprefix("unrecognized arguments:").split()[0]
        message = f"the option {quoted(first)} is not known" if first.startswith("-") else (
            f"there is one argument too many: {quoted(first)}"
        )  # fmt: skip
        help_text = did_you_mean(first.partition("=")[0], options) or help_text
    elif "invalid choice" in message:
        value = message.partition("invalid choice: ")[2].partition(" (")[0].strip("'\"")
        action = next(
            (a for a in parser._actions if a.choices and "/".join(a.option_strings) in message),
            None,
        )
        choices = [str(c) for c in (action.choices or ())] if action else []
        name = action.option_strings[-1] if action and action.option_strings else "that"
        message = f"{quoted(value)} is not a value of `{name}`"
        return Problem("SR601", message, None, listed(choices) or None,
                       did_you_mean(value, choices) or help_text)  # fmt: skip
    elif "required:" in words:
        message = f"something is missing: {quoted(message.rpartition(': ')[2])}"
    elif message.startswith("argument ") and "expected" in words:
        message = f"`{words[1].rstrip(':').partition('/')[0]}` needs a value"
    return Problem("SR601", message[:1].lower() + message[1:], None, None, help_text)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        Without the program's name; from the process unless given.

    Returns
    -------
    int
        0 permitted, not governed or passed; 1 prohibited or a finding; 2 could not run;
        3 indeterminate.

    Examples
    --------
    >>> main(["explain", "SR111"])  # doctest: +ELLIPSIS
    SR111 ...
    0
    """
    words = list(sys.argv[1:] if argv is None else argv)
    output = Output(sys.stdout, sys.stderr)
    try:
        return _run(words, output)
    except InvalidInput as error:
        output.problems(error.problems)
        return FAILED
    except BrokenPipeError:
        # The reader went away (`| head`); say nothing more, not even at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        output.say("stopped")
        return 130
    except RecursionError:
        output.problems([Problem("SR602", "the input is nested too deep")])
        return FAILED
    except OSError as error:
        what = quoted(str(error.filename)) if error.filename else "the output"
        output.problems(
            [Problem("SR603", f"can't use {what}: {(error.strerror or 'an error').lower()}")]
        )
        return FAILED
    except Exception as error:
        if os.environ.get("STRIKERULES_DEBUG"):
            raise
        output.problems(
            [
                Problem(
                    "SR699",
                    "something went wrong inside strikerules, and nothing was decided",
                    Position(_where(error), 0, 0),
                    help="please report it, with the output of the same command under"
                    " STRIKERULES_DEBUG=1",
                )
            ]
        )
        return FAILED


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "strikerules"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"


def _run(words: list[str], output: Output) -> int:
    if not words or words[0] in ("-h", "--help"):
        return _overview(output, 0 if words else FAILED)
    if words[0] in ("-V", "--version"):
        from strikerules import __version__

        output.print(f"strikerules {__version__}")
        return 0
    name = words[0]
    if name not in COMMANDS:
        raise InvalidInput(
            Problem(
                "SR601",
                f"there is no command {quoted(name)}",
                None,
                listed(COMMANDS, most=len(COMMANDS)),
                did_you_mean(name, list(COMMANDS))
                or (
                    f"to decide a file: `strikerules check {name}`"
                    if name.endswith((".yaml", ".yml", ".json"))
                    else None
                ),
            )
        )
    module = import_module(f"strikerules.cli.commands.{name}")
    parser = _Parser(words, prog=f"strikerules {name}", description=module.__doc__)
    module.add_arguments(parser)
    try:
        args = parser.parse_args(words[1:])
    except SystemExit as done:  # after `--help`
        return int(done.code or 0)
    args.output_to = output
    status: int = module.run(args)
    return status


def _overview(output: Output, status: int) -> int:
    width = max(map(len, COMMANDS))
    lines = ["usage: strikerules COMMAND …", "", _ABOUT, "", "commands:"]
    lines += [f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()]
    lines += [
        "",
        "`strikerules COMMAND --help` says more, `strikerules --version` the version.",
        "exit status: 0 permitted, not governed or passed; 1 prohibited or a finding;",
        "2 could not run; 3 indeterminate.",
    ]
    (output.print if status == 0 else output.say)("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
