"""A policy shown: interactive maps, pages, notebooks; imported when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strikerules.documents.writing import write_whole
from strikerules.given import on_day
from strikerules.language.scenario import Scenario, read_scenarios
from strikerules.mapping import Mapped
from strikerules.problems import InvalidInput, Problem

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from strikerules.pages.explore import Explored
    from strikerules.pages.regions import Regions

__all__ = ["Exploring"]

Given = Mapping[str, Any] | Scenario | str | PathLike[str]


class Exploring(Mapped):
    """Shows what a policy decides, and itself."""

    if TYPE_CHECKING:

        @property
        def claims(self) -> Any: ...

        @property
        def name(self) -> str: ...

        @property
        def title(self) -> str: ...

    def regions(
        self,
        scenario: Given,
        *,
        readings: Mapping[str, str] | None = None,
        set: Mapping[str, Any] | None = None,
        as_of: str | None = None,
        within: str | Sequence[float] | BaseGeometry | None = None,
    ) -> Regions:
        found = super().regions(
            scenario, readings=readings, set=set, as_of=as_of, within=within
        )  # fmt: skip
        from strikerules.pages.regions import Regions

        policy: Any = self.vary(set=set, readings=readings) if set or readings else self
        return Regions.of(found, policy, policy._one(scenario, as_of))

    regions.__doc__ = Mapped.regions.__doc__

    def explore(
        self,
        scenario: Given | None = None,
        *,
        readings: Mapping[str, str] | None = None,
        set: Mapping[str, Any] | None = None,
        as_of: str | None = None,
    ) -> Explored:
        """Show the parts of the map by decision on an interactive map, which needs no network.

        Parameters
        ----------
        scenario : mapping, Scenario or path, optional
            As in `check`; its places are shown, and the regions are those of the same case with
            its target anywhere. Without one all is unknown.
        readings, set, as_of : optional
            As in `check`.

        Returns
        -------
        Explored
            It shows itself in a notebook; `save` writes it to a file, `figure` is Bokeh's.

        Raises
        ------
        InvalidInput
            SR621 where Bokeh is missing; otherwise as `check`.

        Examples
        --------
        >>> import strikerules as sr
        >>> sr.load("kharkiv").explore("examples/forward-launch-site.yaml").title
        'A missile launcher 15 km inside Russia, used against Kharkiv, by kharkiv'
        """
        from strikerules.pages.explore import Explored
        from strikerules.pages.report import scenario_map

        policy: Any = self.vary(set=set, readings=readings) if set or readings else self
        one = policy._one(scenario if scenario is not None else {}, as_of)
        shown, regions = scenario_map(policy, one)
        title = f"{one.title or one.name}, by {self.name}" if scenario is not None else self.title
        return Explored(shown, regions, title, self.name)

    def report(
        self,
        *scenarios: Given,
        path: str | PathLike[str] | None = None,
        title: str | None = None,
        as_of: str | None = None,
    ) -> str:
        """Return a page about scenarios that opens anywhere: one file, no network.

        Parameters
        ----------
        *scenarios : mapping, Scenario or path
            As in `check`; a file may hold several.
        path : path, optional
            Where to write it.
        title : str, optional
        as_of : str, optional
            Decide as if this were the scenarios' date.

        Returns
        -------
        str
            The page, HTML.

        Raises
        ------
        InvalidInput
            SR621 where Bokeh is missing; SR201 without any scenario; otherwise as `check`.

        Examples
        --------
        >>> import strikerules as sr
        >>> page = sr.load("kharkiv").report("examples/forward-launch-site.yaml")
        >>> page.splitlines()[0], len(page.encode()) < 3_000_000
        ('<!DOCTYPE html>', True)
        """
        from strikerules.pages.report import cases_page

        found: list[Scenario] = []
        for source in scenarios:
            if isinstance(source, str | PathLike):
                several = read_scenarios(source, self.ruling.vocabulary)
                found += [on_day(one, as_of) for one in several]
            else:
                found.append(self._one(source, as_of))
        more = {"as of": as_of} if as_of else None
        if not found:
            raise InvalidInput(Problem("SR201", "there is no scenario to report on"))
        page = cases_page(self, found, self.claims, title=title, more=more)  # type: ignore[arg-type]
        if path is not None:
            write_whole(Path(path), page)
        return page

    def _repr_html_(self) -> str:
        from strikerules.pages.notebook import policy_html

        return policy_html(self.ruling)
