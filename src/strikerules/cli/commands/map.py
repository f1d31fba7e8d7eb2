"""Draw what a policy decides all over the map, with the case on it.

A picture shows the same case with its target anywhere: permitted, open (and on
what), prohibited, not governed. The name's ending says of which kind it is:
.png, .svg or .pdf. Several scenarios make several pictures: `--output` is then
a folder that is there, or has `{name}` in it for each scenario's name. The
names of the files are printed. Exit status 0, or 2 if a picture can't be made.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strikerules.cli.common import add_policy, once_only, policy_of, scenarios_of
from strikerules.cli.exits import FINE
from strikerules.problems import InvalidInput, Problem, quoted
from strikerules.problems.render import render_problems

if TYPE_CHECKING:
    from strikerules.api import Policy
    from strikerules.engine.decision import Decision
    from strikerules.language.scenario import Scenario

__all__ = ["add_arguments", "run"]

_NAME = "{name}"
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)\s*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``map`` takes."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a file of scenarios; `-` is standard input"
    )
    add_policy(parser)
    parser.add_argument(
        "--output", "-o", metavar="FILE", required=True,
        help="a .png, .svg or .pdf, written whole or not at all; a folder or `{name}` for several",
    )  # fmt: skip
    parser.add_argument(
        "--within", metavar="WHERE", default=None,
        help="show a zone, or a box: WEST,SOUTH,EAST,NORTH (default: what lies around the case)",
    )  # fmt: skip
    parser.add_argument(
        "--by", metavar="QUESTION", default=None, help="a map for each reading of an open question"
    )
    parser.add_argument(
        "--versions", action="store_true",
        help="a map for each policy of the timeline, whatever the date",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Run ``map``."""
    from strikerules.given import on_day

    output = args.output_to
    policy = policy_of(args)
    once_only(args.files)
    if args.by is not None and args.versions:
        raise InvalidInput(
            Problem("SR601", "`--by` and `--versions` are two pictures", None, "one of them")
        )
    scenarios = scenarios_of(args.files, policy)
    paths = _paths(args.output, [s.name for s in scenarios])
    panels = _panels(policy, args)
    within = _within(args.within)
    warnings: list[Problem] = []
    for scenario, path in zip(scenarios, paths, strict=True):
        decisions = _draw(policy, panels, on_day(scenario, args.as_of), path, within, args.by)
        warnings += [w for d in decisions for w in d.warnings]
        output.print(str(path))
    if warnings:
        told = render_problems(
            list(dict.fromkeys(warnings)), colour=output.remark_colour, word="warning"
        )
        output.remarks.write(told)
    return FINE


def _draw(
    policy: Policy, panels: Any, scenario: Scenario, path: Path, within: Any, by: str | None
) -> Sequence[Decision]:
    from strikerules.pictures import save_panels, save_picture

    if panels is None:
        return [save_picture(policy, scenario, path, within)]
    return save_panels(policy, panels, scenario, path, within, by=by)


def _panels(policy: Policy, args: argparse.Namespace) -> Any:
    from strikerules.pictures import panels_by, panels_of_versions

    if args.by is not None:
        return panels_by(policy, args.by)
    return panels_of_versions(policy) if args.versions else None


def _paths(given: str, names: Sequence[str]) -> list[Path]:
    """Return a file for each scenario.

    Raises
    ------
    InvalidInput
        SR612 where one name would have to do for several, SR611 where nothing can be drawn.
    """
    from strikerules.pictures import ready_for

    where = str(Path(given) / f"{_NAME}.png") if Path(given).is_dir() else given
    paths = [Path(where.replace(_NAME, _as_file(name))) for name in names]
    for path in dict.fromkeys(paths):
        ready_for(path)
    if _NAME not in where and len(names) > 1:
        raise InvalidInput(
            Problem(
                "SR612",
                f"{quoted(given)} is one picture, and there are {len(names)} scenarios",
                None,
                "a folder that is there, or a name with `{name}` in it",
            )
        )
    twice = [p for p in dict.fromkeys(paths) if paths.count(p) > 1]
    if twice:
        raise InvalidInput(
            Problem(
                "SR612",
                f"several scenarios would be drawn into {quoted(str(twice[0]))}",
                None,
                "scenarios of different names",
            )
        )
    return paths


def _as_file(name: str) -> str:
    """Return a scenario's name as part of a file's.

    Examples
    --------
    >>> _as_file("a/b: the first")
    'a-b-the-first'
    """
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "scenario"


def _within(word: str | None) -> Any:
    """Return a zone's name, or the four numbers of a box."""
    if word is None:
        return None
    parts = word.split(",")
    if all(_NUMBER.fullmatch(part) for part in parts):
        return tuple(map(float, parts))
    return word
