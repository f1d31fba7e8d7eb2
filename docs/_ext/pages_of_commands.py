"""A page for every command, read off its parser."""

from __future__ import annotations

import argparse
import inspect
import re
from importlib import import_module
from types import ModuleType

from strikerules.cli import main as cli
from writing import code, made_from, table, toc

#: How wide a usage is.
_WIDTH = 88


def commands() -> dict[str, str]:
    """Return the pages of the commands, and the page that lists them."""
    pages = {f"{name}.md": _command(name) for name in cli.COMMANDS}
    rows = [(f"[`{name}`]({name}.md)", text) for name, text in cli.COMMANDS.items()]
    statuses = inspect.getdoc(cli.main) or ""
    means = re.search(r"int\n((?:    .*\n?)+)", statuses)
    assert means, "the docstring of `main` no longer says what is returned"
    pages["index.md"] = (
        "# Commands\n\n"
        + made_from("the commands' own parsers")
        + "\n"
        + table(["command", "does"], rows)
        + "\n## Exit status\n\n"
        + " ".join(means[1].split())
        + " The worst of several wins, in the order 2, 1, 3, 0.\n"
        "\nResults go to standard output, everything else to standard error.\n\n"
        + toc(cli.COMMANDS)
    )
    return pages


class _Parser(argparse.ArgumentParser):
    """A parser whose usage is as wide here as anywhere."""

    def __init__(self, name: str, module: ModuleType) -> None:
        super().__init__(
            prog=f"strikerules {name}",
            description=module.__doc__,
            allow_abbrev=False,
            formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=_WIDTH),
        )
        module.add_arguments(self)


def _command(name: str) -> str:
    module = import_module(f"strikerules.cli.commands.{name}")
    parser = _Parser(name, module)
    about = (module.__doc__ or "").strip()
    positional = [a for a in parser._actions if not a.option_strings]
    options = [a for a in parser._actions if a.option_strings]
    usage = parser.format_usage().removeprefix("usage: ")
    parts = [
        f"# strikerules {name}\n",
        about + "\n",
        code(usage),
        f"```{{program}} strikerules {name}\n```\n",
    ]
    for title, actions in (("Arguments", positional), ("Options", options)):
        if actions:
            parts.append(f"## {title}\n")
            parts += [_option(parser, action) for action in actions]
    if "Exit status" not in about:
        parts.append("## Exit status\n")
        parts.append(_status(module))
    return "\n".join(parts)


def _option(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else _value(action)
    if action.option_strings:
        signature = ", ".join(f"{o} {value}".strip() for o in action.option_strings)
    else:
        signature = value
    text = parser._get_formatter()._expand_help(action) if action.help else ""
    text = text[:1].upper() + text[1:]
    if action.choices:
        text += ("; one of " if text else "One of ") + ", ".join(f"`{c}`" for c in action.choices)
    return f"````{{option}} {signature}\n{text}.\n````\n"


def _value(action: argparse.Action) -> str:
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return f"{name} ..." if action.nargs in ("*", "+") else name


def _status(module: ModuleType) -> str:
    """Return what the exit status says, by what the command makes of its exit codes."""
    if hasattr(module, "status_of"):
        return (
            "0 permitted or not governed, 1 prohibited, 2 could not run, 3 indeterminate; of"
            " several scenarios the worst, in the order 2, 1, 3, 0.\n"
        )
    assert not hasattr(module, "FINDING"), f"{module.__name__} does not say its exit status"
    return "0, or 2 if it could not run.\n"
