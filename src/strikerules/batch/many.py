"""Frames in parts, decided by Dask: on the processors of one machine or on many machines."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Protocol

from strikerules.batch.adding import Bad
from strikerules.batch.naming import Columns

__all__ = ["check_frame", "is_dask"]

#: Columns whose categories are known only when the rows are.
OPEN = ("rules", "depends_on")


class Decides(Protocol):
    """A policy: it pickles to little, and is made ready once in a process."""

    @property
    def decider(self) -> Any: ...


def is_dask(frame: Any) -> bool:
    """Tell whether a frame is one of Dask's."""
    dask = sys.modules.get("dask")
    return dask is not None and bool(dask.is_dask_collection(frame))


def check_frame(
    policy: Decides,
    frame: Any,
    columns: Columns | None = None,
    *,
    prefix: str = "",
    bad: Bad = "raise",
) -> Any:
    """Return a Dask frame with the decision columns, to be decided part by part.

    Parameters
    ----------
    policy : Decides
    frame : dask.dataframe.DataFrame, dask_geopandas.GeoDataFrame or pandas.DataFrame
        One of pandas is split up first, into a part for each thread of the cluster or the machine.
    columns, prefix, bad
        As in `frames.check_frame`.

    Raises
    ------
    InvalidInput
        SR221 to SR223 at once; SR224 when the frame is computed.
    """
    import dask.dataframe

    from strikerules.batch import frames

    dd: Any = dask.dataframe
    if not is_dask(frame):
        frame = dd.from_pandas(frame, npartitions=_threads(), sort=False)
    given = dict(columns or {})
    meta = frames.check_frame(policy.decider, frame._meta, given, prefix=prefix, bad=bad, level=3)
    meta = dd.utils.clear_known_categories(meta, cols=[prefix + name for name in OPEN])
    return frame.map_partitions(
        _part, policy, given, prefix, bad, meta=meta, transform_divisions=False
    )


def _part(
    part: Any,
    policy: Decides,
    columns: Columns,
    prefix: str,
    bad: Bad,
    partition_info: Mapping[str, Any] | None = None,
) -> Any:
    from strikerules.batch import frames

    number = (partition_info or {}).get("number")
    where = "" if number is None else f"part {number}, "
    return frames.check_frame(policy.decider, part, columns, prefix=prefix, bad=bad, part=where)


def _threads() -> int:
    """Return how many parts can be decided at a time."""
    import os

    distributed = sys.modules.get("distributed")
    if distributed is not None:
        try:
            return sum(distributed.get_client().nthreads().values()) or 1
        except ValueError:
            pass
    return os.cpu_count() or 1
