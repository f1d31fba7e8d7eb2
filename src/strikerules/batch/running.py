"""A table decided from one end to the other, under one policy or several, piece by piece."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from strikerules.batch.answers import TYPES, Answer
from strikerules.batch.columns import Words
from strikerules.batch.decided import Decided
from strikerules.batch.deciding import Decider
from strikerules.batch.fitting import Chief, fitting_of, points_of, wkb_of
from strikerules.batch.plans import TARGET, Plan, nothing_said, plan_of
from strikerules.batch.rejects import Bad, Rejects, cells_of
from strikerules.batch.rows import Rows
from strikerules.batch.sources import Part, Ragged, Source
from strikerules.batch.texts import kinds_of, typed, understood
from strikerules.batch.unread import paths_known, remarks_on
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

__all__ = ["Run", "Under"]


class Under(Struct, frozen=True):
    """A policy to decide by.

    Parameters
    ----------
    name : str
    decider : Decider
    counts : Counter
        How many rows have come to which answer.
    """

    name: str
    decider: Decider
    counts: Counter[Answer]

    @property
    def vocabulary(self) -> Vocabulary:
        """What its rows are read by."""
        return self.decider.program.vocabulary


class Run:
    """A table on its way through.

    Parameters
    ----------
    source : Source
    unders : sequence of Under
        Where there are several, the added columns begin with their names.
    columns : sequence of str
        Which columns are added.
    rejects : Rejects
        Takes the rows that can't be read.
    mapping : mapping, optional
        From a column to the path that it stands for.
    crs : str, optional
        The coordinate reference system of geometries that do not say theirs.
    day : datetime.date, optional
        Decide as if this were every row's date.
    ignored : sequence of str
        Columns that are passed on whatever they are called.
    typed : bool
        Whether what is read from text is passed on as numbers, dates and booleans.
    coded : bool
        Whether added text is passed on as a dictionary and codes, else written out.
    point : bool
        Whether to add a geometry made of the targets' degrees, where there is none.

    Attributes
    ----------
    schema : pyarrow.Schema
        Of the table with the added columns.
    rows : int
        How many were decided so far.
    """

    def __init__(
        self,
        source: Source,
        unders: Sequence[Under],
        columns: Sequence[str],
        rejects: Rejects,
        *,
        mapping: Mapping[str, str] | None = None,
        crs: str | None = None,
        day: datetime.date | None = None,
        ignored: Sequence[str] = (),
        typed: bool = False,
        coded: bool = False,
        point: bool = False,
    ) -> None:
        self.source, self.unders, self.rejects, self.day = source, tuple(unders), rejects, day
        self._crs = crs
        self._coded = coded
        self._columns, self._ignored = tuple(columns), frozenset(ignored)
        self.plans = _plans(_seen(source.schema, ignored), self.unders, mapping or {}, crs)
        self.rows = 0
        self._texts = fitting_of(source.schema, "csv", source)
        schema = source.schema
        self._typed: dict[str, tuple[Plan, str, pa.DataType]] = {}
        if typed and source.text:
            for plan in self.plans:
                self._typed |= {name: (plan, path, kind) for path, name, kind in kinds_of(plan)}
            for name, (_, _, kind) in self._typed.items():
                schema = schema.set(schema.get_field_index(name), pa.field(name, kind))
        self.schema = self._schema(schema)
        self._point = point and not self.plans[0].geometry and "geometry" not in self.schema.names
        if self._point:
            about = {"ARROW:extension:name": "geoarrow.wkb",
                     "ARROW:extension:metadata": '{"crs": "EPSG:4326"}'}  # fmt: skip
            self.schema = self.schema.append(pa.field("geometry", pa.binary(), metadata=about))

    @property
    def chief(self) -> Chief | None:
        """The geometry that says where the targets are."""
        found = self.plans[0].geometry.get(TARGET)
        if found is not None:
            return Chief(found.column, found.encoding, self._crs)
        return Chief("geometry", "wkb") if self._point else None

    def read(self) -> dict[str, str]:
        """Return the columns that are read, each with the path that it stands for."""
        found: dict[str, str] = {}
        for plan in self.plans:
            found |= {column: path for path, column in plan.paths.items()}
            found |= {g.column: path for path, g in plan.geometry.items()}
        return {name: found[name] for name in self.source.schema.names if name in found}

    def unread(self) -> tuple[str, ...]:
        """Return the columns that are passed on without being looked at."""
        read = self.read()
        return tuple(name for name in self.source.schema.names if name not in read)

    def remarks(self) -> list[str]:
        """Return what to say of columns that may have been meant to be read."""
        if self.source.lines:
            return []
        paths = dict.fromkeys(path for plan in self.plans for path in paths_known(plan.vocabulary))
        names = [name for name in self.unread() if name not in self._ignored]
        return remarks_on(names, self.read(), paths)

    def _prefix(self, under: Under) -> str:
        return f"{under.name}." if len(self.unders) > 1 else ""

    def _kind(self, column: str) -> pa.DataType:
        kind = TYPES[column]
        return kind if self._coded or pa.types.is_boolean(kind) else pa.string()

    def _schema(self, schema: pa.Schema) -> pa.Schema:
        there = []
        for under in self.unders:
            for column in self._columns:
                name = self._prefix(under) + column
                if name in schema.names:
                    there.append(name)
                schema = schema.append(pa.field(name, self._kind(column)))
        if there:
            raise InvalidInput(
                Problem(
                    "SR223",
                    f"the table has a column {listed(there, 'and')} already",
                    None,
                    "no column of a name that is added",
                    "leave it out of the table, or choose others with `--columns`",
                )
            )
        return schema

    def batches(self) -> Generator[pa.RecordBatch, None, None]:
        """Yield the rows that can be read, with their decisions; the others are rejected."""
        ragged: list[Ragged] = []
        for part in self.source.parts():
            if not len(part.numbers):
                continue
            ragged += self.source.ragged
            self.source.ragged.clear()
            last = int(part.numbers[-1])
            here = [r for r in ragged if r.number <= last]
            ragged = ragged[len(here) :]
            batch = self._decided(part, here)
            if batch.num_rows:
                yield batch
        self._reject(self._from_ragged(ragged + self.source.ragged))

    def _reject(self, bad: list[Bad]) -> None:
        self.rejects.add(sorted(bad, key=lambda b: b.number))

    def _decided(self, part: Part, ragged: list[Ragged]) -> pa.RecordBatch:
        """Return the rows that can be read with the added columns."""
        numbers, batch = part
        read: dict[int, Rows] = {}
        found: list[Decided] = []
        problems: dict[int, dict[Problem, None]] = {}
        for under, plan in zip(self.unders, self.plans, strict=True):
            if id(plan) not in read:
                view = understood(batch, plan) if self.source.text else batch
                read[id(plan)] = plan.rows(view)
            decided = under.decider.decide(self._dated(read[id(plan)], plan))
            found.append(decided)
            for row, wrong in decided.problems.items():
                problems.setdefault(row, {}).update(dict.fromkeys(wrong))
        rows = read[id(self.plans[0])]
        bad = self._from_ragged(ragged)
        good = None
        if problems:
            at = sorted(problems)
            (wrong_rows,) = self._texts.batches([batch.take(pa.array(at))])
            for row, cells in zip(at, cells_of(wrong_rows), strict=True):
                name = None if rows.names is None else rows.name(row)
                bad.append(Bad(int(numbers[row]), name, tuple(problems[row]), cells))
            good = np.ones(batch.num_rows, dtype=np.bool_)
            good[at] = False
            batch = batch.filter(pa.array(good))
        self._reject(bad)
        self.rows += len(part.numbers) - len(problems)
        columns = list(batch.columns)
        for name, (plan, path, kind) in self._typed.items():
            column = typed(read[id(plan)], path, kind)
            index = self.schema.get_field_index(name)
            columns[index] = column if good is None else column.filter(pa.array(good))
        for under, decided in zip(self.unders, found, strict=True):
            answers = decided.numbers if good is None else decided.numbers[good]
            _count(under.counts, decided, answers)
            for name, column in decided.answers.columns(answers, self._columns).items():
                kind = self._kind(name)
                columns.append(column if column.type == kind else column.cast(kind))
        if self._point:
            columns.append(_points(rows, good))
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _from_ragged(self, ragged: list[Ragged]) -> list[Bad]:
        columns, found = len(self.source.schema), []
        for row in ragged:
            cells = "1 cell" if len(row.cells) == 1 else f"{len(row.cells)} cells"
            problem = Problem("SR226", f"it has {cells}, the header has {columns}")
            found.append(Bad(row.number, None, (problem,), row.cells, row.text.rstrip("\r\n")))
        return found

    def _dated(self, rows: Rows, plan: Plan) -> Rows:
        """Return rows as if the day that was asked for were the date of each."""
        if self.day is None:
            return rows
        codes = np.zeros(rows.count, dtype=np.int32)
        dates = Words(plan.vocabulary["date"], codes, (self.day,))
        return replace(rows, facts={**rows.facts, "date": dates})


def _seen(schema: pa.Schema, ignored: Sequence[str]) -> pa.Schema:
    """Return a schema without the columns that are not to be looked at.

    Raises
    ------
    InvalidInput
        SR221: there is no such column.
    """
    problems = [
        Problem(
            "SR221",
            f"there is no column {quoted(name)}",
            None,
            listed(schema.names) or None,
            did_you_mean(name, schema.names),
        )
        for name in ignored
        if name not in schema.names
    ]
    if problems:
        raise InvalidInput(problems)
    return pa.schema([f for f in schema if f.name not in ignored], schema.metadata)


def _named(names: list[str], mapping: Mapping[str, str], unders: Sequence[Under]) -> dict[str, str]:
    """Return a mapping by the columns' exact names; spaces around a name make no difference."""
    known = {path for under in unders for path in paths_known(under.vocabulary)}
    found = {n: n.strip() for n in names if n not in known and n.strip() in known}
    exact = {n.strip(): n for n in reversed(names)} | {n: n for n in names}
    return found | {exact.get(column, column): path for column, path in mapping.items()}


def _plans(
    schema: pa.Schema, unders: Sequence[Under], mapping: Mapping[str, str], crs: str | None
) -> list[Plan]:
    """Return how the table is read under each policy; one and the same where they agree.

    What one policy declares may be mapped to, although another does not know of it.
    """
    mapping = _named(schema.names, mapping, unders)
    declared = dict.fromkeys(path for u in unders for path in paths_known(u.vocabulary))
    plans: list[Plan] = []
    problems: list[Problem] = []
    for under in unders:
        vocabulary = under.vocabulary
        same = next((p for p in plans if dict(p.vocabulary) == dict(vocabulary)), None)
        if same is not None:
            plans.append(same)
            continue
        own = paths_known(vocabulary)
        known = {c: p for c, p in mapping.items() if p in own or p not in declared}
        try:
            plans.append(plan_of(schema, vocabulary, known, crs))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput([_hinted(p, schema.names, declared) for p in problems])
    return plans


def _hinted(problem: Problem, names: list[str], paths: Iterable[str]) -> Problem:
    """Return a problem with what a column may have been meant for, where nothing is read."""
    if problem.message != nothing_said([]).problems[0].message:
        return problem
    hints = remarks_on(names, {}, paths)
    return replace(problem, help=hints[0]) if hints else problem


def _count(counts: Counter[Answer], decided: Decided, numbers: NDArray[Any]) -> None:
    seen = np.bincount(numbers, minlength=1)
    for number in np.flatnonzero(seen).tolist():
        answer = decided.answers.items[number]
        assert answer is not None
        counts[answer] += int(seen[number])


def _points(rows: Rows, good: NDArray[np.bool_] | None) -> pa.Array:
    """Return the targets' degrees as well-known binary."""
    points = rows.places.get(TARGET)
    if points is None:
        count = rows.count if good is None else int(good.sum())
        return pa.nulls(count, pa.binary())
    lon, lat = (v if good is None else v[good] for v in (points.lon, points.lat))
    return wkb_of(points_of(lon, lat))
