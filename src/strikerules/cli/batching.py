"""A batch on its way: the table opened, decided, written, and what is said of it."""

from __future__ import annotations

import argparse
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from strikerules.cli.common import pairs
from strikerules.problems import InvalidInput, Problem, quoted
from strikerules.problems.render import render_problems

if TYPE_CHECKING:
    import datetime

    from strikerules.api import Policy
    from strikerules.batch.files import Ending
    from strikerules.batch.rejects import Rejects
    from strikerules.batch.running import Run
    from strikerules.batch.sources import Source
    from strikerules.language.vocabulary import Vocabulary

__all__ = ["decide", "opened"]

#: So many rows that can't be read are told of, each with what is wrong.
_MOST_TOLD = 5

#: What to do on the command line where the library tells what to do in Python: the code, a part of
#: the message, and the help.
_ADVICE = (
    ("SR221", "both stand for", "leave one of them unread: `--ignore COLUMN`"),
    ("SR221", "hold geometries", "say which: `--map COLUMN=target.location`"),
    (
        "SR222",
        "has no coordinate reference system",
        "say which: `--crs EPSG:4326` is longitude and latitude as GPS has them",
    ),
    ("SR222", "states another", "leave out `--crs`, or mend what the table says"),
)


@contextmanager
def opened(args: argparse.Namespace, policies: Sequence[Policy], rows: int) -> Iterator[Source]:
    """Open the table, or make the rows that are asked for."""
    from strikerules.batch.files import open_table

    if args.table is not None:
        with open_table(args.table, rows, args.layer) as source:
            yield source
        return
    from strikerules.analysis.space import vocabulary_of
    from strikerules.batch.sweep import grid_sweep, read_sweep
    from strikerules.batch.swept import SweepSource
    from strikerules.geography.atlas import zones_of

    rulings = [p.ruling for p in policies]
    vocabulary = vocabulary_of(rulings)
    zones = {name: spec for ruling in rulings for name, spec in zones_of(ruling).items()}
    if args.sweep is not None:
        sweep = read_sweep(args.sweep, vocabulary, policies[0].atlas, zones)
    else:
        zone, _, step = args.grid.rpartition(":")
        try:
            km = float(step.removesuffix("km"))
        except ValueError:
            km = -1.0
        if not zone or not 0 < km < 1e6:
            raise InvalidInput(
                Problem(
                    "SR601",
                    f"{quoted(args.grid)} can't be `--grid`",
                    None,
                    "a zone and a step in km such as `belgorod-oblast:10`",
                )
            )
        given = {} if args.given is None else _given(args.given, vocabulary)
        sweep = grid_sweep(zone, km, vocabulary, policies[0].atlas, zones, given=given)
    output = args.output_to
    if sweep.remarks:
        output.remarks.write(
            render_problems(sweep.remarks, colour=output.remark_colour, word="warning")
        )
    yield SweepSource(sweep, rows)


def _given(path: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return what a scenario says, but for where the target is."""
    from strikerules.given import one_scenario
    from strikerules.language.locations import location_data

    scenario = one_scenario(path, vocabulary, "put the one that is meant into a file of its own")
    places = {k: location_data(v) for k, v in scenario.locations.items()}
    found = {**scenario.values, **places, **dict.fromkeys(scenario.withheld)}
    return {name: value for name, value in found.items() if name != "target.location"}


@contextmanager
def _advice() -> Iterator[None]:
    """Say how to mend a table's columns with options."""
    try:
        yield
    except InvalidInput as error:
        found = []
        for problem in error.problems:
            helps = [h for code, part, h in _ADVICE
                     if problem.code == code and part in problem.message]  # fmt: skip
            found.append(replace(problem, help=helps[0]) if helps else problem)
        raise InvalidInput(found) from None


@contextmanager
def _leaving_nothing() -> Iterator[None]:
    """Clear up where the process is told to end, as after Ctrl-C."""

    def stop(*_: object) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:
        # only the main thread may
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def decide(
    args: argparse.Namespace,
    source: Source,
    policies: Sequence[Policy],
    columns: Sequence[str],
    rejects_path: Path | None,
    ending: Ending | None,
) -> None:
    """Decide a table, write it, and say what it came to."""
    from strikerules.batch.files import write_lines, write_table
    from strikerules.batch.fitting import lost_crs
    from strikerules.batch.rejects import Rejects
    from strikerules.batch.running import Run, Under
    from strikerules.batch.whole import beside
    from strikerules.cli.progress import rows_done

    output = args.output_to
    unders = [Under(p.name, p.decider, Counter()) for p in policies]
    with ExitStack() as stack:
        stack.enter_context(_leaving_nothing())
        place = None if ending is None else stack.enter_context(beside(Path(args.out)))
        rejects = stack.enter_context(Rejects(rejects_path, source.schema.names))
        with _advice():
            run = Run(
                source, unders, columns, rejects,
                mapping=pairs(args.map, "--map", "COLUMN=PATH"), crs=args.crs,
                day=_day(args.as_of), ignored=args.ignore,
                typed=ending is not None and ending.kind != "csv",
                coded=ending is not None and ending.kind == "parquet",
                point=ending is not None and ending.kind in ("gpkg", "geojson"),
            )  # fmt: skip
        for line in run.remarks():
            output.say(line)
        if ending is None or ending.kind == "csv":
            for column, crs in lost_crs(run.schema).items():
                output.say(f"{quoted(column)} is in {crs}, which CSV has no place to say")
        with rows_done(output, run, quiet=args.quiet) as batches:
            if place is not None and ending is not None:
                write_table(place, ending, run.schema, batches, source, chief=run.chief)
            elif args.strict:
                spool = stack.enter_context(tempfile.TemporaryFile())
                write_lines(spool, run.schema, batches, source)
            else:
                write_lines(_bytes_of(output.results), run.schema, batches, source)
        if args.strict and rejects.count:
            raise rejects.error(run.rows + rejects.count)
        if args.strict and place is None:
            spool.seek(0)
            shutil.copyfileobj(spool, _bytes_of(output.results))
    _tell(args, run, rejects)


def _day(text: str | None) -> datetime.date | None:
    from strikerules.language.values import read_date

    if text is None:
        return None
    day = read_date(text, None)
    if isinstance(day, Problem):
        raise InvalidInput(day)
    return day


def _bytes_of(stream: Any) -> Any:
    stream.flush()
    return stream.buffer


def _tell(args: argparse.Namespace, run: Run, rejects: Rejects) -> None:
    from strikerules.batch.summary import tally_of
    from strikerules.cli.batch_text import Done, counted
    from strikerules.cli.layout import as_json

    output = args.output_to
    if rejects.count:
        told = [problem for bad in rejects.first[:_MOST_TOLD] for problem in bad.told()]
        output.remarks.write(render_problems(told, colour=output.remark_colour, word="warning"))
        output.say(
            f"{counted(rejects.count, 'row')} can't be read; with what is wrong: {rejects.path}"
        )
    elif rejects.path is not None and rejects.path.exists():
        output.say(f"{rejects.path} is from an earlier run; this time every row can be read")
    if args.quiet:
        return
    done = Done(
        run.source.name, args.out, run.rows, rejects.count,
        str(rejects.path) if rejects.count else None, run.read(), run.unread(),
        run.source.lines,
        tuple(tally_of(u.name, u.decider.program, u.counts) for u in run.unders),
    )  # fmt: skip
    text = as_json("batch/1", done.to_dict()) if args.format == "json" else done.text(output.width)
    (output.say if args.out == "-" else output.print)(text)
