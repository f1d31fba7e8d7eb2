"""The parts of a map as a table that shows itself: in words and as a picture, and as a map."""

from __future__ import annotations

from typing import Any

from geopandas import GeoDataFrame

from strikerules.language.scenario import Scenario
from strikerules.pages.explore import Explored, map_picture
from strikerules.pages.frame import frame_around
from strikerules.pages.layers import focus, places_of, rows_of
from strikerules.pages.markup import Html, joined, listed, prose, table, tag
from strikerules.pages.words import region_reasons, region_words

__all__ = ["Regions"]

_MOST = 20


class Regions(GeoDataFrame):  # type: ignore[misc]
    """What `Policy.regions` returns: a geopandas table that knows what it is of.

    What is made from it, by selecting rows for instance, shows itself as any GeoDataFrame.
    """

    @classmethod
    def of(cls, table: GeoDataFrame, policy: Any, scenario: Scenario) -> Regions:
        """Return a table that remembers its policy and its scenario."""
        found = cls(table)
        found.attrs = dict(table.attrs)
        object.__setattr__(found, "_asked", (policy, scenario))
        return found

    def _title(self) -> str:
        return (
            f"What {self.attrs['policy']} says of targets, all else as in {self.attrs['scenario']}"
        )

    def explore(self, *args: Any, **kwargs: Any) -> Any:
        """Show them on an interactive map, which needs no network.

        With arguments it is geopandas' own `explore`, whose maps need one.

        Returns
        -------
        Explored

        Raises
        ------
        InvalidInput
            SR621 where Bokeh is missing.

        Examples
        --------
        >>> import strikerules as sr
        >>> sr.load("ban").regions({"weapon.made_in": "US"}).explore()
        <map: What ban says of targets, all else as in scenario>
        """
        if args or kwargs or not hasattr(self, "_asked"):
            return super().explore(*args, **kwargs)
        from strikerules.pages.figure import PolicyMap

        policy, scenario = self._asked
        frame = frame_around(focus(policy, places_of(policy, scenario).values()), close=True)
        shown = PolicyMap(policy, scenario, self, frame=frame)
        return Explored(shown, self, self._title(), policy.name)

    def _repr_html_(self) -> str | None:
        if not hasattr(self, "_asked") or "geometry" not in self:
            plain: str | None = super()._repr_html_()
            return plain
        rows = [
            [str(number), joined([tag("strong", region_words(row)),
                                  listed(map(prose, region_reasons(row)))]),
             ", ".join(row["citations"]), f"{row['area_km2']:,.0f} km²"]
            for number, row in enumerate(rows_of(self)[:_MOST])
        ]  # fmt: skip
        left = len(self) - _MOST
        more = tag("p", f"… and {left} more") if left > 0 else None
        heads = ["row", "decision and why", "claims", "area"]
        return tag("div", self._picture(), table(self._title(), heads, rows), more)

    def _picture(self) -> Html | None:
        from importlib.util import find_spec

        if find_spec("bokeh") is None:
            return None
        shown = self.explore()
        return Html(map_picture(shown.map, shown.title))
