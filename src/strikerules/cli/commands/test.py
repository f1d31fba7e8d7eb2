"""Run policy tests: files called NAME_test.strike.yaml.

With --coverage it says what of the policies no case settles, and gives a case
for each; with --mutate which small changes of a policy no case would notice.

Exit status 0 if all pass, 1 if one fails or a threshold is not reached, 2 if a
file can't be read or there is no test.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strikerules.cli.common import add_format, add_output
from strikerules.cli.exits import FAILED, FINDING, FINE
from strikerules.problems import InvalidInput, Problem, did_you_mean, quoted

if TYPE_CHECKING:
    from strikerules.testing.mutation.run import Mutation
    from strikerules.testing.runner import Run

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``test`` takes."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH",
        help="test files, folders, or shipped policies by name (default: the current folder)",
    )  # fmt: skip
    parser.add_argument(
        "--run", metavar="REGEX", default=None,
        help="only cases whose `FILE::NAME` the regular expression is found in",
    )  # fmt: skip
    parser.add_argument(
        "--coverage", action="store_true", help="what of the policies no case settles, and a case"
    )
    parser.add_argument(
        "--mutate", action="store_true", help="small changes of a policy that no case notices"
    )
    parser.add_argument(
        "--threshold", metavar="PERCENT", type=float, default=None,
        help="exit 1 where coverage, or with --mutate the score, of a policy is lower",
    )  # fmt: skip
    parser.add_argument(
        "--jobs", "-j", metavar="N", type=int, default=None,
        help="processes for --mutate (default: as many as there are cores)",
    )  # fmt: skip
    parser.add_argument(
        "--no-cache", action="store_true",
        help="run all mutants, and keep nothing in .strikerules_cache",
    )  # fmt: skip
    parser.add_argument(
        "--watch", action="store_true", help="run again whenever a test or a policy changes"
    )
    parser.add_argument("--verbose", "-v", action="store_true", help="a line for every case")
    add_format(parser, "pretty", "json", "junit", "github")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Run ``test``."""
    _check(args)
    if args.watch:
        from strikerules.cli.watching import watch

        return watch(args, _once, lambda: _files(args))
    return _once(args)


def _check(args: argparse.Namespace) -> None:
    threshold = args.threshold
    if threshold is not None and not 0 <= threshold <= 100:
        raise InvalidInput(
            Problem(
                "SR601",
                f"`{threshold:g}` can't be `--threshold`",
                None,
                "a percentage from 0 to 100",
            )
        )
    if threshold is not None and not args.mutate:
        args.coverage = True
    if args.jobs is not None and args.jobs < 1:
        raise InvalidInput(Problem("SR601", f"`{args.jobs}` can't be `--jobs`", None, "1 or more"))
    if args.format in ("junit", "github") and args.mutate and args.format == "junit":
        raise InvalidInput(
            Problem(
                "SR601",
                "JUnit's format has no place for mutants",
                None,
                "`--format pretty`, `json` or `github` with `--mutate`",
            )
        )


def _once(args: argparse.Namespace) -> int:
    from strikerules.testing.runner import run_files

    output = args.output_to
    colour = output.colour and args.output in (None, "-") and args.format == "pretty"
    done = run_files(
        _files(args), pattern=args.run, coverage=args.coverage, junit=args.format == "junit",
        width=output.width, colour=colour,
    )  # fmt: skip
    if not done.results:
        raise InvalidInput(
            Problem(
                "SR910",
                f"no case's id has {quoted(args.run)} in it",
                None,
                None,
                f"{_cases(done.deselected)} looked at; `--verbose` lists them",
            )
            if args.run
            else Problem("SR910", "the test files hold no case")
        )
    mutation = None
    if args.mutate and not done.count("failed", "error"):
        mutation = _mutate(args, done)
    elif args.mutate:
        output.say("no mutants were made: a mutant tells nothing while cases fail")
    if args.format == "junit" and done.coverage is not None:
        # there is no place for it in the result
        for one in done.coverage.policies.values():
            output.say(f"{one.name}: {one.percent} % covered ({one.count_covered} of {one.total})")
    output.emit(_render(done, mutation, args, output.width, colour), args.output)
    return _status(done, mutation, args)


def _cases(number: int) -> str:
    return "1 case was" if number == 1 else f"{number} cases were"


def _files(args: argparse.Namespace) -> list[Path]:
    """Return the test files that the arguments stand for.

    Raises
    ------
    InvalidInput
        SR910 where there is none, SR101 for what does not exist.
    """
    from strikerules.data import folder
    from strikerules.testing.read import ENDINGS, is_suite, read_all

    shipped = folder("rules") / "tests"
    names = {p.name.removesuffix(ENDINGS[0]): p for p in sorted(shipped.glob(f"*{ENDINGS[0]}"))}
    wanted: list[Path] = []
    problems = []
    for word in args.paths or ["."]:
        path = Path(word)
        if path.exists() and (path.is_dir() or is_suite(path)):
            wanted.append(path)
        elif word in names:
            wanted.append(names[word])
        elif path.exists():
            problems.append(
                Problem(
                    "SR910",
                    f"{quoted(word)} is not called as test files are",
                    None,
                    "a name that ends in `_test.strike.yaml`",
                )
            )
        else:
            problems.append(
                Problem(
                    "SR101",
                    f"there is no file or folder {quoted(word)}",
                    None,
                    "a test file, a folder, or a policy that ships",
                    did_you_mean(word, names),
                )
            )
    if problems:
        raise InvalidInput(problems)
    found = list(read_all(wanted))
    if not found:
        where = ", ".join(quoted(str(p)) for p in wanted)
        raise InvalidInput(
            Problem(
                "SR910",
                f"there is no test in {where}",
                None,
                "files called `NAME_test.strike.yaml`",
                "`strikerules init DIR` makes a folder with some",
            )
        )
    return found


def _mutate(args: argparse.Namespace, done: Run) -> Mutation:
    from strikerules.cli.progress import mutants_done
    from strikerules.testing.mutation.run import CACHE, mutate
    from strikerules.testing.read import read_suite

    suites = [read_suite(file) for file in done.passed]
    with mutants_done(args.output_to) as progress:
        return mutate(
            suites, wanted=done.passed, jobs=args.jobs,
            cache=None if args.no_cache else CACHE, progress=progress,
        )  # fmt: skip


def _render(
    done: Run, mutation: Mutation | None, args: argparse.Namespace, width: int, colour: bool
) -> str:
    from strikerules.cli import suite_text

    if args.format == "json":
        return suite_text.as_data(done, mutation)
    if args.format == "junit":
        return done.junit or ""
    if args.format == "github":
        return suite_text.github(done, mutation)
    parts: list[str] = [suite_text.pretty(done, width=width, colour=colour, full=args.verbose)]
    more: dict[str, Any] = {"width": width, "colour": colour, "threshold": args.threshold}
    if done.coverage is not None:
        from strikerules.testing.coverage.text import coverage_text

        parts.append(coverage_text(done.coverage, **more))
    if mutation is not None:
        from strikerules.testing.mutation.text import mutation_text

        parts.append(mutation_text(mutation, **more))
    return "\n".join(parts)


def _status(done: Run, mutation: Mutation | None, args: argparse.Namespace) -> int:
    if done.count("error"):
        return FAILED
    if done.count("failed"):
        return FINDING
    if args.threshold is not None:
        low = done.coverage is not None and done.coverage.below(args.threshold)
        if low or (mutation is not None and mutation.below(args.threshold)):
            return FINDING
    return FINE
