"""What a policy decides of tables; what that takes is imported when a table comes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from strikerules.batch.deciding import Decider
    from strikerules.engine.program import Program
    from strikerules.geography.atlas import Atlas

__all__ = ["Tabular"]

Frame = TypeVar("Frame")


class Tabular:
    """Decides data frames and Arrow tables; a row is what a scenario is to `Policy.check`.

    A column is named by the path of its attribute (``weapon.made_in``, ``target.location.lon``);
    others are left alone. What is missing in a cell is unknown.
    """

    def __init__(self) -> None:
        self._deciders = threading.local()

    if TYPE_CHECKING:

        @property
        def program(self) -> Program: ...

        @property
        def atlas(self) -> Atlas: ...

    @property
    def decider(self) -> Decider:
        """What decides its tables: one for each thread, which keeps what it has worked out."""
        found: Decider | None = getattr(self._deciders, "own", None)
        if found is None:
            from strikerules.batch.deciding import Decider

            found = self._deciders.own = Decider(self.program, self.atlas)
        return found

    def check_frame(
        self,
        frame: Frame,
        *,
        columns: Mapping[Any, str | None] | None = None,
        prefix: str = "",
        bad: Literal["raise", "mark"] = "raise",
        engine: Literal["dask"] | None = None,
    ) -> Frame:
        """Decide every row of a data frame.

        Parameters
        ----------
        frame : pandas.DataFrame, geopandas.GeoDataFrame or Dask frame
            Its active geometry is the target's place, a geometry called ``launch.location`` the
            place of launch, each in whatever coordinate reference system it states.
        columns : mapping, optional
            From a column to the path that it stands for; None for one that is to be left unread.
            There is a warning of columns that nothing reads and that may have been meant.
        prefix : str
            What the added columns' names begin with.
        bad : {"raise", "mark"}
            Whether rows that can't be read are refused, or left undecided, with what is wrong in
            a column ``problem``.
        engine : {"dask"}, optional
            Make a Dask frame of one that is none. A Dask frame is always decided by Dask, part
            after part, when it is computed.

        Returns
        -------
        pandas.DataFrame, geopandas.GeoDataFrame or Dask frame
            A copy: the same rows, index, geometry and coordinate reference system, and the columns
            ``decision``, ``possible``, ``settled``, ``rules`` and ``depends_on``. Where several
            names stand in a cell, ``|`` is between them.

        Raises
        ------
        InvalidInput
            SR221: columns can't be mapped so; SR222: a geometry has no coordinate reference
            system; SR223: a decision column is there already; SR224: rows can't be read.

        Examples
        --------
        >>> import pandas as pd
        >>> import strikerules as sr
        >>> frame = pd.DataFrame({
        ...     "weapon.made_in": ["US", "FR"],
        ...     "target.location.lon": [36.2, 39.0],
        ...     "target.location.lat": [49.9, 52.0],
        ... })
        >>> decided = sr.load("ban").check_frame(frame)
        >>> decided[["decision", "settled"]]
                decision  settled
        0   not_governed     True
        1  indeterminate    False
        >>> decided.depends_on[1]
        'weapon.us_parts|meaning-of-us-made'
        """
        from strikerules.batch import many

        if engine not in (None, "dask"):
            raise ValueError(f"engine is 'dask' or left out, not {engine!r}")
        given: Any = frame
        checked: Any
        if engine == "dask" or many.is_dask(given):
            checked = many.check_frame(self, given, columns, prefix=prefix, bad=bad)
        else:
            from strikerules.batch import frames

            checked = frames.check_frame(
                self.decider, given, columns, prefix=prefix, bad=bad, level=2
            )
        return checked  # type: ignore[no-any-return]

    def check_table(
        self,
        table: Any,
        *,
        columns: Mapping[str, str | None] | None = None,
        prefix: str = "",
        bad: Literal["raise", "mark"] = "raise",
        crs: Any = None,
    ) -> Any:
        """Decide every row of an Arrow table, or of a stream of Arrow batches.

        Parameters
        ----------
        table : pyarrow.Table, pyarrow.RecordBatch or a stream
            A stream is anything with ``__arrow_c_stream__``: a `pyarrow.RecordBatchReader`, a
            frame of Polars, a relation of DuckDB.
        columns, prefix, bad
            As in `check_frame`.
        crs : object, optional
            The coordinate reference system of geometries that do not say theirs, as pyproj takes
            it. GeoParquet and GeoArrow say it.

        Returns
        -------
        pyarrow.Table, pyarrow.RecordBatch or pyarrow.RecordBatchReader
            The same rows and metadata with the columns that `check_frame` adds. A stream is
            answered by a stream, which decides a batch when it is asked for.

        Raises
        ------
        InvalidInput
            As `check_frame`.

        Examples
        --------
        >>> import pyarrow as pa
        >>> import strikerules as sr
        >>> made_in, zone = ["US", None], ["russia", "russia"]
        >>> table = pa.table({"weapon.made_in": made_in, "target.location.zone": zone})
        >>> sr.load("ban").check_table(table)["possible"].to_pylist()
        ['prohibited', 'prohibited|not_governed']
        """
        import pyarrow as pa

        from strikerules.batch.tables import check_stream, decide_table

        given: dict[str, Any] = {"prefix": prefix, "bad": bad, "crs": crs, "level": 2}
        if not isinstance(table, pa.Table | pa.RecordBatch):
            if hasattr(table, "__arrow_c_stream__"):
                return check_stream(self.decider, table, columns, **given)
            if not hasattr(table, "__arrow_c_array__"):
                raise TypeError(
                    f"check_table takes an Arrow table or a stream, not {type(table).__name__};"
                    " `strikerules batch` reads files"
                )
            table = pa.record_batch(table)
        return decide_table(self.decider, table, columns, **given)[0]
