"""Import this for the accessor `strikerules` of pandas' data frames.

It is there as well after ``import strikerules`` or `strikerules.load`, if pandas was imported
before; this is for code that imports pandas later than both.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

if TYPE_CHECKING:
    import strikerules

__all__ = ["Accessor"]


@pd.api.extensions.register_dataframe_accessor("strikerules")
class Accessor:
    """What strikerules does with a data frame; also with a GeoDataFrame.

    Parameters
    ----------
    frame : pandas.DataFrame

    Examples
    --------
    >>> frame = pd.DataFrame({"weapon.made_in": ["US", "FR"], "target.location.zone": "ukraine"})
    >>> frame.strikerules.check("kharkiv").decision.tolist()
    ['not_governed', 'not_governed']
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def check(
        self,
        policy: strikerules.Policy | str | PathLike[str] | Mapping[str, Any],
        *,
        columns: Mapping[Any, str | None] | None = None,
        prefix: str = "",
        bad: Literal["raise", "mark"] = "raise",
    ) -> pd.DataFrame:
        """Return a copy of the frame with the decisions of a policy.

        Parameters
        ----------
        policy : Policy, str, path or mapping
            A policy that was loaded, or what `strikerules.load` takes.
        columns, prefix, bad
            As in `Policy.check_frame`.

        Returns
        -------
        pandas.DataFrame or geopandas.GeoDataFrame

        Examples
        --------
        >>> frame = pd.DataFrame({"made": ["US"], "weapon.max_range_km": [300.0]})
        >>> frame.strikerules.check("ban", columns={"made": "weapon.made_in"}).possible[0]
        'prohibited|not_governed'
        """
        import strikerules

        loaded = policy if isinstance(policy, strikerules.Policy) else strikerules.load(policy)
        return loaded.check_frame(self._frame, columns=columns, prefix=prefix, bad=bad)
