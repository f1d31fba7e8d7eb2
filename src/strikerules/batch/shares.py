"""Shares of decided rows: of how many, or of which area, what is permitted, prohibited or open.

Rows that can't be told one way or the other are a share of their own, ``open``. What is permitted
in every world is under ``permitted``; what is permitted in some world, whatever else is possible,
under ``may_be_permitted``: the share that would be permitted if everything were known lies between
the two.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from msgspec import Struct

from strikerules.batch.answers import Answers
from strikerules.batch.decided import Decided
from strikerules.batch.wilson import wilson
from strikerules.engine.decision import OUTCOMES
from strikerules.engine.program import Program, Question
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SHARES", "Shares", "column_of", "together"]

#: The columns of shares, which add up to 1.
SHARES = (*OUTCOMES, "open")

_NUMBER, _ROWS, _WEIGHT = "_number", "rows", "_weight"

#: Counts are laid together when so many have come in.
_MOST_PARTS = 500_000


class Choice(Struct, frozen=True):
    """Some readings that are chosen, and the combinations that choose them."""

    labels: tuple[str | None, ...]
    mask: int


class Shares:
    """Decided rows counted as they come, by group, and the shares that they make.

    Parameters
    ----------
    program : Program
        What decides the rows.
    by : sequence of str
        Columns whose values make groups.
    weight : str, optional
        The column that says how much a row counts, such as ``target.location.cell_km2``; rows
        count alike without one.
    draws : int, optional
        How many random draws there are of each group. Then the shares have the interval that
        they are in with 95 % confidence (`wilson`), in groups with no more rows than that.

    Examples
    --------
    >>> import strikerules as sr
    >>> from strikerules.batch.tables import decide_table
    >>> policy = sr.load("kharkiv")
    >>> shares = Shares(policy.program, by=["weapon.made_in"])
    >>> table = pa.table({"weapon.made_in": ["US", "FR", "US"], "weapon.us_parts": [False] * 3,
    ...                   "target.location.lon": [40.0, 40.0, 30.0],
    ...                   "target.location.lat": [52.0, 52.0, 49.5]})
    >>> shares.add(table, decide_table(policy.decider, table)[1])
    >>> shares.frame()[["weapon.made_in", "rows", "prohibited", "not_governed"]]
      weapon.made_in  rows  prohibited  not_governed
    0             US     2         0.5           0.5
    1             FR     1         0.0           1.0
    """

    def __init__(
        self,
        program: Program,
        by: Sequence[str] = (),
        *,
        weight: str | None = None,
        draws: int | None = None,
    ) -> None:
        self.questions: tuple[Question, ...] = program.questions
        self.every = program.every
        self.by, self.weight, self.draws = tuple(by), weight, draws
        self.answers = Answers()
        self._parts: list[pd.DataFrame] = []
        self._waiting = 0

    def __repr__(self) -> str:
        return f"<Shares>\n{self.frame()}"

    def _repr_html_(self) -> str:
        return str(self.frame().to_html(index=False, border=0))

    def add(
        self,
        columns: pa.Table | pa.RecordBatch | Mapping[str, Any],
        decided: Decided,
    ) -> None:
        """Count the rows of a table.

        Parameters
        ----------
        columns : pyarrow.Table, pyarrow.RecordBatch or mapping
            Has the columns that are grouped by, and the weight.
        decided : Decided
            What the rows come to.

        Raises
        ------
        InvalidInput
            SR221: there is no such column.
        """
        import pandas as pd

        numbers = self._numbers(decided)
        found = {name: _plain(column_of(columns, name)) for name in self.by}
        weight = None if self.weight is None else _plain(column_of(columns, self.weight))
        frame = pd.DataFrame({**found, _NUMBER: numbers}, index=range(len(numbers)))
        frame[_ROWS] = 1
        frame[_WEIGHT] = 1.0 if weight is None else np.asarray(weight, dtype=np.float64)
        self._parts.append(_laid_together(frame, self.by))
        self._waiting += len(self._parts[-1])
        self.__dict__.pop("_counts", None)
        if self._waiting > _MOST_PARTS:
            self._parts = [self._counts]
            # what is left of it may be many groups: as many again may come
            self._waiting = 0

    def frame(self, *questions: str) -> pd.DataFrame:
        """Return the shares of each group, in the order that the groups came.

        Parameters
        ----------
        *questions : str
            Open questions: a row for each combination of their readings, each over the readings
            of the questions that are left open. Without any, over all that is open.

        Returns
        -------
        pandas.DataFrame
            The columns grouped by and the questions; ``rows``, those that could be decided;
            ``weight`` if rows are weighted; the shares ``permitted``, ``prohibited``,
            ``not_governed`` and ``open``, which add up to 1; ``may_be_permitted`` and so on;
            ``unreadable`` rows, if there are any; the intervals ``permitted_low``,
            ``permitted_high`` and so on, if rows are draws.

        Raises
        ------
        InvalidInput
            SR324: there is no such open question.
        """
        chosen = [self._question(name) for name in questions]
        choices = []
        for combination in itertools.product(*(zip(q.readings, q.masks, strict=True)
                                               for q in chosen)):  # fmt: skip
            mask = self.every
            for _, part in combination:
                mask &= part
            choices.append(Choice(tuple(reading for reading, _ in combination), mask))
        return self._shares(choices, [q.id for q in chosen])

    def by_reading(self) -> pd.DataFrame:
        """Return the shares of each group over all that is open, then under each reading by itself.

        Returns
        -------
        pandas.DataFrame
            As `frame`, with the columns ``question`` and ``reading``; both are missing where
            nothing is chosen.
        """
        choices = [Choice((None, None), self.every)]
        choices += [
            Choice((q.id, reading), mask)
            for q in self.questions
            for reading, mask in zip(q.readings, q.masks, strict=True)
        ]
        return self._shares(choices, ["question", "reading"])

    def _question(self, name: str) -> Question:
        for question in self.questions:
            if question.id == name:
                return question
        ids = [q.id for q in self.questions]
        raise InvalidInput(
            Problem(
                "SR324",
                f"there is no open question {quoted(name)}",
                None,
                listed(ids) or "a policy with open questions",
                did_you_mean(name, ids),
            )
        )

    def _numbers(self, decided: Decided) -> Any:
        """Return each row's answer by this one's own numbers."""
        own = [0, *(self.answers.number(a) for a in decided.answers.items[1:] if a is not None)]
        return np.array(own, dtype=np.int64)[decided.numbers]

    @cached_property
    def _counts(self) -> pd.DataFrame:
        import pandas as pd

        if not self._parts:
            return pd.DataFrame({name: [] for name in (*self.by, _NUMBER, _ROWS, _WEIGHT)})
        return _laid_together(pd.concat(self._parts, ignore_index=True), self.by)

    def _shares(self, choices: Sequence[Choice], names: list[str]) -> pd.DataFrame:
        import pandas as pd

        groups, where = self._groups()
        counts = self._counts
        numbers = counts[_NUMBER].to_numpy(dtype=np.int64)
        totals = _Totals(len(groups), where, numbers, counts)
        found = []
        for choice in choices:
            frame = groups.copy()
            for name, label in zip(names, choice.labels, strict=True):
                frame[name] = label
            for name, column in self._columns(totals, choice.mask):
                frame[name] = column
            found.append(frame)
        whole = pd.concat(found, keys=range(len(found)))
        # the readings of one group stand together
        order = np.lexsort((np.repeat(np.arange(len(found)), len(groups)),
                            np.tile(np.arange(len(groups)), len(found))))  # fmt: skip
        return whole.iloc[order].reset_index(drop=True)

    def _groups(self) -> tuple[pd.DataFrame, Any]:
        """Return the groups in the order that they came, and each count's group."""
        import pandas as pd

        counts = self._counts
        if not self.by:
            return pd.DataFrame(index=[0]), np.zeros(len(counts), dtype=np.int64)
        keys = list(self.by)
        where = counts.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
        _, first = np.unique(where, return_index=True)
        return counts[keys].iloc[first].reset_index(drop=True), where

    def _columns(self, totals: _Totals, mask: int) -> Iterator[tuple[str, Any]]:
        """Yield the columns of shares where the readings of a mask are possible."""
        possible = self._possible(mask)
        rows, weight = totals.of(_ROWS), totals.of(_WEIGHT)
        readable = possible.any(axis=1)
        whole = weight(readable)
        yield "rows", rows(readable).astype(np.int64)
        if self.weight is not None:
            yield "weight", whole
        one = possible.sum(axis=1) == 1
        masks: dict[str, Any] = {name: possible[:, k] & one for k, name in enumerate(OUTCOMES)}
        masks["open"] = possible.sum(axis=1) > 1
        with np.errstate(invalid="ignore", divide="ignore"):
            for name, which in masks.items():
                yield name, weight(which) / whole
            for k, name in enumerate(OUTCOMES):
                yield f"may_be_{name}", weight(possible[:, k]) / whole
        unreadable = rows(~readable)
        if unreadable.any():
            yield "unreadable", unreadable.astype(np.int64)
        if self.draws is not None and self.weight is None:
            count = rows(readable)
            for name, which in masks.items():
                low, high = wilson(rows(which), count)
                # rows of one draw are not independent of one another
                yield f"{name}_low", np.where(count <= self.draws, low, np.nan)
                yield f"{name}_high", np.where(count <= self.draws, high, np.nan)

    def _possible(self, mask: int) -> Any:
        """Return for each answer which outcomes are possible; none where there is no answer."""
        return np.array(
            [
                [False] * 3 if answer is None else [bool(m & mask) for m in answer.masks]
                for answer in self.answers.items
            ]
        )


class _Totals:
    """Sums of counts by group, of those answers that are asked for."""

    def __init__(self, groups: int, where: Any, numbers: Any, counts: pd.DataFrame) -> None:
        self.groups, self.where, self.numbers, self.counts = groups, where, numbers, counts

    def of(self, column: str) -> Any:
        """Return what sums a column over the answers that a mask picks."""
        values = self.counts[column].to_numpy(dtype=np.float64)

        def total(answers: Any) -> Any:
            picked = answers[self.numbers] if len(self.numbers) else np.zeros(0, dtype=np.bool_)
            return np.bincount(self.where[picked], values[picked], minlength=self.groups)

        return total


def together(shares: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the shares of several policies or variants as one table.

    Parameters
    ----------
    shares : mapping
        From a policy's name to its shares, as `Shares.frame` or `Shares.by_reading` has them.

    Returns
    -------
    pandas.DataFrame
        With ``policy`` as the first column.
    """
    import pandas as pd

    found = [frame.assign(policy=name) for name, frame in shares.items()]
    whole = pd.concat(found, ignore_index=True)
    return whole[["policy", *(c for c in whole.columns if c != "policy")]]


def column_of(columns: Any, name: str) -> Any:
    """Return a column of a table or a mapping; SR221 where it has none so called."""
    mapping = isinstance(columns, Mapping)
    names = list(columns) if mapping else columns.schema.names
    if name not in names:
        raise InvalidInput(
            Problem(
                "SR221",
                f"there is no column {quoted(name)}",
                None,
                listed(names, most=12) if names else None,
                did_you_mean(name, names),
            )
        )
    return columns[name] if mapping else columns.column(name)


def _plain(data: Any) -> Any:
    """Return a column as pandas groups it: a dictionary stays one."""
    if isinstance(data, pa.Array | pa.ChunkedArray):
        return data.to_pandas()
    return data


def _laid_together(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    keys = [*by, _NUMBER]
    if not by:
        numbers = frame[_NUMBER].to_numpy()
        sums = {k: np.bincount(numbers, frame[k].to_numpy()) for k in (_ROWS, _WEIGHT)}
        some = np.unique(numbers)
        return type(frame)({_NUMBER: some, **{k: v[some] for k, v in sums.items()}})
    grouped = frame.groupby(keys, sort=False, dropna=False, observed=True, as_index=False)
    found = grouped.agg({_ROWS: "sum", _WEIGHT: "sum"})
    # a batch's dictionaries are its own
    return found.astype({name: object for name in by if found[name].dtype.name == "category"})
