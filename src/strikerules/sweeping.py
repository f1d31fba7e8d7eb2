"""What a policy decides of sweeps and of random draws; what that takes is imported when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

from strikerules.given import one_scenario, plain_mapping
from strikerules.problems import InvalidInput, Problem
from strikerules.tabular import Tabular

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from strikerules.batch.decided import Decided
    from strikerules.batch.probability import Probability
    from strikerules.batch.shares import Shares
    from strikerules.batch.sweep import Sweep
    from strikerules.language.policy import Ruling
    from strikerules.language.scenario import Scenario

__all__ = ["MOST_ROWS", "Sweeping"]

#: A data frame of more rows than this is refused.
MOST_ROWS = 5_000_000


class Sweeping(Tabular):
    """Decides sweeps: scenarios by the thousand over values, grids and random draws."""

    if TYPE_CHECKING:
        ruling: Ruling

    def read_sweep(self, source: Sweep | Mapping[str, Any] | str | PathLike[str]) -> Sweep:
        """Read a sweep with this policy's facts and zones; nothing is decided yet.

        Parameters
        ----------
        source : mapping or path
            As docs/sweeps.md has it.

        Raises
        ------
        InvalidInput
            Every problem of the sweep at once.
        """
        from strikerules.batch.sweep import Sweep, read_sweep
        from strikerules.geography.atlas import zones_of

        if isinstance(source, Sweep):
            return source
        plain = plain_mapping(source) if isinstance(source, Mapping) else source
        return read_sweep(plain, self.ruling.vocabulary, self.atlas, zones_of(self.ruling))

    def sweep(self, source: Sweep | Mapping[str, Any] | str | PathLike[str]) -> pd.DataFrame:
        """Decide every row of a sweep.

        Parameters
        ----------
        source : mapping, path or Sweep

        Returns
        -------
        pandas.DataFrame
            The sweep's columns and those that `check_frame` adds.

        Raises
        ------
        InvalidInput
            As `read_sweep`; SR238 where there are more than 5,000,000 rows.

        Examples
        --------
        >>> import strikerules as sr
        >>> found = sr.load("ban").sweep({"sweep": "places", "given": {"weapon.made_in": "US"},
        ...     "vary": {"target.location": [{"place": "Kyiv"}, {"place": "Voronezh"}]}})
        >>> found[["target.location.place", "decision"]].to_dict("records")[0]
        {'target.location.place': 'Kyiv', 'decision': 'not_governed'}
        """
        import pyarrow as pa

        sweep = self.read_sweep(source)
        if sweep.count > MOST_ROWS:
            raise InvalidInput(
                Problem(
                    "SR238",
                    f"a sweep of {sweep.count:,} rows is too large for a data frame",
                    None,
                    f"at most {MOST_ROWS:,}",
                    "`shares` counts rows without keeping them; `strikerules batch --sweep`"
                    " writes them to a file",
                )
            )
        batches = [
            pa.RecordBatch.from_arrays(
                [*batch.columns, *(added := decided.columns()).values()],
                names=[*batch.schema.names, *added],
            )
            for batch, decided in self._decided(sweep)
        ]
        frame: pd.DataFrame = pa.Table.from_batches(batches).unify_dictionaries().to_pandas()
        return frame

    def shares(
        self,
        source: Sweep | Mapping[str, Any] | str | PathLike[str],
        by: Sequence[str] = (),
        *,
        zones: Sequence[str] = (),
    ) -> Shares:
        """Count what the rows of a sweep come to, without keeping them.

        Parameters
        ----------
        source : mapping, path or Sweep
        by : sequence of str
            Columns whose values are counted apart.
        zones : sequence of str
            Zones to count apart: by the first of them that a row's target lies in, in a column
            ``zone``.

        Returns
        -------
        Shares
            Weighted by the cells' areas where targets are on a grid; with intervals where rows
            are random draws. Its `frame` and `by_reading` are data frames.

        Examples
        --------
        >>> import strikerules as sr
        >>> shares = sr.load("kharkiv").shares({"sweep": "grid", "vary": {
        ...     "target.location": {"grid": "belgorod-oblast", "step_km": 10}},
        ...     "given": {"weapon.made_in": "US", "target.supports": "none",
        ...               "weapon.us_parts": False}})
        >>> shares.frame()[["rows", "permitted", "may_be_permitted"]].to_dict("records")
        [{'rows': 279, 'permitted': 0.0, 'may_be_permitted': 0.0}]
        """
        from strikerules.batch.in_zones import zone_column
        from strikerules.batch.shares import Shares

        sweep = self.read_sweep(source)
        areas = [self._zone(name) for name in zones]
        keys = [*by, *(["zone"] if areas else [])]
        counted = Shares(self.program, keys, weight=sweep.weight, draws=sweep.draws)
        for batch, decided in self._decided(sweep):
            columns = {name: batch.column(name) for name in batch.schema.names}
            if areas:
                columns["zone"] = zone_column(batch, areas)
            counted.add(columns, decided)
        return counted

    def probability(
        self,
        scenario: Mapping[str, Any] | Scenario | str | PathLike[str],
        *,
        draws: int = 10_000,
        seed: int = 0,
    ) -> Probability:
        """Draw a scenario's uncertain places at random, and count what it comes to.

        Parameters
        ----------
        scenario : mapping, Scenario or path
            As in `check`.
        draws : int
            From 1 to 10,000,000.
        seed : int
            The same seed gives the same draws.

        Returns
        -------
        Probability
            Shares of the draws with their intervals. That a place is as likely at one point of
            its region as at another is an assumption. Whatever else is not known stays open: a
            draw that is not settled counts as ``open``, under a share of its own.

        Examples
        --------
        >>> import strikerules as sr
        >>> found = sr.load("ban").probability({"weapon.made_in": "US", "target.location": {
        ...     "lon": 36.9, "lat": 50.45, "accuracy_km": 3}})
        >>> found.share("prohibited"), found.share("open")
        (1.0, 0.0)
        """
        from strikerules.batch.probability import probability_of

        one = one_scenario(scenario, self.ruling.vocabulary, "give one of them")
        return probability_of(self.decider, one, draws=draws, seed=seed)

    def _zone(self, name: str) -> Any:
        from strikerules.geography.atlas import zones_of

        return self.atlas.zone(name, zones_of(self.ruling), {})

    def _decided(self, sweep: Sweep) -> Iterator[tuple[pa.RecordBatch, Decided]]:
        from strikerules.batch.tables import decide_table

        for batch in sweep.batches():
            yield batch, decide_table(self.decider, batch)[1]
