"""Decide the rows of a table: each is a scenario, its columns are the attributes.

IN and OUT are CSV, Parquet, GeoParquet, GeoPackage, GeoJSON or Arrow, as their
names end; `-` is CSV on standard input or output. OUT has the columns of IN and
for each row the decision. A column stands for the attribute that it is called
after (`weapon.made_in`, `target.location.lon`); an empty cell is unknown. Rows
that can't be read go to a file of their own.

Exit status 0, or 2 if it could not run; nothing is left half written.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from strikerules.cli.common import add_format, add_policy, all_of, answers
from strikerules.cli.exits import FINE
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

if TYPE_CHECKING:
    from strikerules.api import Policy

__all__ = ["add_arguments", "run"]

_MOST_ROWS = 10_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``batch`` takes."""
    parser.add_argument(
        "table", nargs="?", metavar="IN", help="the table; `-` is CSV on standard input"
    )
    parser.add_argument(
        "--out", "--output", "-o", metavar="OUT", required=True,
        help="where the decided table goes; `-` is CSV on standard output",
    )  # fmt: skip
    parser.add_argument(
        "--sweep", metavar="FILE", default=None,
        help="decide the rows of a sweep, which are made up, in place of a table",
    )  # fmt: skip
    parser.add_argument(
        "--grid", metavar="ZONE:KM", default=None,
        help="decide a regular grid of made-up targets over a zone, in place of a table",
    )  # fmt: skip
    parser.add_argument(
        "--given", metavar="FILE", default=None,
        help="a scenario: what holds for every target of the grid, all but its place",
    )  # fmt: skip
    add_policy(parser, several="adds columns that begin with its name")
    parser.add_argument(
        "--map", metavar="COLUMN=PATH", action="append", default=[],
        help="which attribute a column stands for (may be repeated)",
    )  # fmt: skip
    parser.add_argument(
        "--ignore", metavar="COLUMN", action="append", default=[],
        help="a column that is passed on unread, whatever it is called (may be repeated)",
    )  # fmt: skip
    parser.add_argument(
        "--columns", metavar="NAMES", default=None,
        help="the columns to add, with commas between them (default: all of decision, possible,"
        " settled, rules, depends_on)",
    )  # fmt: skip
    parser.add_argument(
        "--rejects", metavar="FILE", default=None,
        help="where rows go that can't be read, as CSV (default: OUT's name, ending in"
        " .rejects.csv)",
    )  # fmt: skip
    parser.add_argument(
        "--strict", action="store_true", help="a row that can't be read is an error"
    )
    parser.add_argument(
        "--crs", metavar="CRS", default=None,
        help="the coordinate reference system of a geometry that does not say its own, such as"
        " EPSG:4326",
    )  # fmt: skip
    parser.add_argument("--layer", metavar="NAME", default=None, help="which layer of a GeoPackage")
    parser.add_argument(
        "--rows", metavar="N", type=int, default=None,
        help="how many rows to hold in memory at a time (default: 65536)",
    )  # fmt: skip
    add_format(parser, "text", "json")
    parser.add_argument("--quiet", "-q", action="store_true", help="no summary and no progress")


def run(args: argparse.Namespace) -> int:
    """Run ``batch``."""
    _check(args)
    from strikerules.batch.files import ROWS, ending_of
    from strikerules.cli.batching import decide, opened

    # what is wrong with either is told at once
    all_of([n for n in (args.table, args.out) if n not in (None, "-")], ending_of)
    ending = None if args.out == "-" else ending_of(args.out)
    policies = _policies(args)
    columns = _columns(args.columns)
    rejects = None if args.strict else _rejects_path(args)
    _refuse_same(args, rejects)
    with opened(args, policies, args.rows or ROWS) as source:
        decide(args, source, policies, columns, rejects, ending)
    return FINE


def _check(args: argparse.Namespace) -> None:
    given = [
        n for n, v in (("IN", args.table), ("--sweep", args.sweep), ("--grid", args.grid)) if v
    ]
    if len(given) != 1:
        message = (
            f"{listed(given, 'and')} can't be given together"
            if given
            else "there is nothing to decide"
        )
        raise InvalidInput(
            Problem("SR601", message, None, "a table `IN`, or `--sweep FILE`, or `--grid ZONE:KM`")
        )
    if args.given is not None and args.grid is None:
        raise InvalidInput(Problem("SR601", "`--given` says what holds for a `--grid`"))
    if args.rows is not None and not 1 <= args.rows <= _MOST_ROWS:
        raise InvalidInput(
            Problem("SR601", f"`{args.rows}` can't be `--rows`", None, f"1 to {_MOST_ROWS:,}")
        )
    if args.strict and args.rejects is not None:
        raise InvalidInput(
            Problem(
                "SR601", "`--strict` leaves nothing for `--rejects` to take", None, "one of them"
            )
        )
    if args.table is None:
        for option, value in (
            ("--layer", args.layer),
            ("--map", args.map),
            ("--ignore", args.ignore),
            ("--crs", args.crs),
        ):
            if value:
                raise InvalidInput(
                    Problem("SR601", f"`{option}` is for a table; a sweep names its columns itself")
                )


def _policies(args: argparse.Namespace) -> list[Policy]:
    from strikerules.api import load
    from strikerules.language.library import DEFAULT

    policies = all_of(args.policy or [DEFAULT], load)
    names = Counter(p.name for p in policies)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise InvalidInput(
            Problem(
                "SR601",
                f"{names[twice[0]]} policies are called {quoted(twice[0])}",
                None,
                "names that tell the added columns apart",
            )
        )
    if len(policies) == 1:
        return [policies[0].vary(**answers(args))]
    from strikerules.differences import varied

    wanted = answers(args)
    return varied(policies, wanted["readings"], wanted["set"])


def _columns(wanted: str | None) -> Sequence[str]:
    from strikerules.batch.answers import COLUMNS

    if wanted is None:
        return COLUMNS
    names = list(dict.fromkeys(name.strip() for name in wanted.split(",")))
    problems = [
        Problem(
            "SR601",
            f"{quoted(name)} is not a column that can be added",
            None,
            listed(COLUMNS, "and"),
            did_you_mean(name, COLUMNS),
        )
        for name in names
        if name not in COLUMNS
    ]
    if problems:
        raise InvalidInput(problems)
    return names


def _rejects_path(args: argparse.Namespace) -> Path:
    """Return where rows go that can't be read."""
    from strikerules.batch.files import ENDINGS, ending_of

    if args.rejects is not None:
        if ending_of(args.rejects).text != ".csv":
            raise InvalidInput(
                Problem("SR225", f"{quoted(args.rejects)} can't be `--rejects`", None, "`NAME.csv`")
            )
        return Path(args.rejects)
    if args.out != "-":
        path = Path(args.out)
    else:
        path = Path("batch.csv" if args.table in (None, "-") else Path(args.table).name)
    stem = next(
        (path.name[: -len(e)] for e in sorted(ENDINGS, key=len, reverse=True)
         if path.name.lower().endswith(e)),
        path.name,
    )  # fmt: skip
    return path.with_name(f"{stem}.rejects.csv")


def _refuse_same(args: argparse.Namespace, rejects: Path | None) -> None:
    """Refuse to write to what is read, or two tables to one file."""
    named: dict[Path, str] = {}
    parts = (
        ("IN", args.table),
        ("--sweep", args.sweep),
        ("--out", args.out),
        ("the rejects", rejects),
    )
    for part, name in parts:
        if name is None or name == "-":
            continue
        path = Path(name).resolve()
        if path in named:
            raise InvalidInput(
                Problem(
                    "SR601",
                    f"{quoted(str(name))} is both `{named[path]}` and `{part}`",
                    None,
                    "files of their own",
                )
            )
        named[path] = part
