"""What a policy decides all over the map; what that takes is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

from strikerules.given import on_day, one_scenario
from strikerules.sweeping import Sweeping

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from shapely.geometry.base import BaseGeometry

    from strikerules.analysis.landscape import Landscape
    from strikerules.language.scenario import Scenario
    from strikerules.sources.cited import Claims

__all__ = ["Mapped"]

_ONE_ONLY = "put the one to draw into a file of its own"


class Mapped(Sweeping):
    """Decides the whole map at once, and draws it."""

    if TYPE_CHECKING:
        _claims: Claims

        @property
        def name(self) -> str: ...

        def vary(
            self, *, set: Mapping[str, Any] | None = None, readings: Mapping[str, str] | None = None
        ) -> Mapped: ...

    def regions(
        self,
        scenario: Mapping[str, Any] | Scenario | str | PathLike[str],
        *,
        readings: Mapping[str, str] | None = None,
        set: Mapping[str, Any] | None = None,
        as_of: str | None = None,
        within: str | Sequence[float] | BaseGeometry | None = None,
    ) -> GeoDataFrame:
        """Return the parts of the map on which the decision about a target is the same.

        The parts are the overlay of the zones and distances that the rules ask about, exact like
        these; no points are sampled.

        Parameters
        ----------
        scenario : mapping, Scenario or path
            As in `check`. A target's place that it gives is left out: the target may be anywhere.
        readings, set : mapping, optional
            As in `vary`.
        as_of : str, optional
            Decide as if this were the scenario's date.
        within : str, sequence of four float or polygon, optional
            What to look at: the name of a zone; west, south, east and north in degrees, the west
            the larger one across the antimeridian; or an outline in longitude and latitude. The
            whole Earth unless given.

        Returns
        -------
        GeoDataFrame
            In longitude and latitude (EPSG:4326), parts where something is permitted first. What
            is decided alike is one row: `decision`, `possible`, `depends_on` (facts, places and
            questions), `readings`, `rules` (those that apply), `citations` (claims),
            `assumptions`, `beyond_range` (the weapon does not reach there from the launch point,
            and the case is decided as given), `area_km2` on the ellipsoid, and `geometry`. The
            rows cover what is looked at without overlapping. `attrs` has `policy`, `scenario`,
            `readings`, `set`, `as_of`, `assumptions` and `within`.

        Raises
        ------
        InvalidInput
            As `check`; SR401 and SR409 where `within` is no zone or no part of the map.

        See Also
        --------
        check : one scenario, its target in one place.
        plot : the same as a picture.

        Notes
        -----
        Zones are taken as they are drawn, as in `diff`. Along an edge that is good to some km
        `check` leaves a point open; here each side has its own decision right up to the line.
        A point on a zone's edge is in the zone. Circles are drawn to 2 m, lines around zones to
        2 m; parts that are thinner than about a metre are not told apart.

        Examples
        --------
        >>> import strikerules as sr
        >>> found = sr.load("ban").regions({"weapon": {"made_in": "US"}})
        >>> found[["decision", "rules"]].values.tolist()
        [['prohibited', []], ['not_governed', []]]
        """
        policy = self.vary(set=set, readings=readings) if set or readings else self
        found = policy._landscape(self._one(scenario, as_of), within).frame()
        found.attrs |= {
            "readings": dict(readings or {}),
            "set": dict(set or {}),
            "as_of": as_of,
            "within": within,
        }
        return found

    def plot(
        self,
        scenario: Mapping[str, Any] | Scenario | str | PathLike[str],
        ax: Axes | None = None,
        *,
        readings: Mapping[str, str] | None = None,
        set: Mapping[str, Any] | None = None,
        as_of: str | None = None,
        within: str | Sequence[float] | BaseGeometry | None = None,
    ) -> Axes:
        """Draw what would be decided of a scenario all over the map, with the case itself.

        Parameters
        ----------
        scenario : mapping, Scenario or path
            As in `check`. Its target, if it has a place, is drawn; the colours are those of the
            same strike with its target anywhere else.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure unless given. Its limits and its scale are set.
        readings, set, as_of, within
            As in `regions`; the picture shows what lies around the case unless told otherwise.

        Returns
        -------
        matplotlib.axes.Axes
            In km east and north of the picture's middle.

        Raises
        ------
        InvalidInput
            SR611 where matplotlib is missing; otherwise as `regions`.

        Examples
        --------
        >>> import strikerules as sr
        >>> ax = sr.load("kharkiv").plot("examples/forward-launch-site.yaml")
        >>> ax.get_title(loc="left")
        'Permitted by kharkiv'
        """
        from strikerules.pictures import picture

        policy = self.vary(set=set, readings=readings) if set or readings else self
        one = policy._one(scenario, as_of)
        return picture(policy, one, ax=ax, within=within)

    def _one(self, scenario: Any, as_of: str | None) -> Scenario:
        return on_day(one_scenario(scenario, self.ruling.vocabulary, _ONE_ONLY), as_of)

    def _landscape(self, scenario: Scenario, within: Any) -> Landscape:
        from strikerules.analysis.landscape import landscape
        from strikerules.analysis.window import window_of

        window = window_of(within, self.ruling, self.atlas)
        return landscape(self.program, scenario, self.atlas, self._claims, window)
