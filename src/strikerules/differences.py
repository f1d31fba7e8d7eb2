"""Two policies compared, for Python: `diff` and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from strikerules.analysis.diff import compare
from strikerules.analysis.difference import Difference, Region, Shift
from strikerules.api import Policy, load
from strikerules.documents.writing import write_whole
from strikerules.engine.case import TARGET
from strikerules.given import on_day, one_scenario
from strikerules.language.policy import fixed_in
from strikerules.language.scenario import Scenario, read_scenario
from strikerules.language.values import written
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from shapely.geometry.base import BaseGeometry

    from strikerules.pages.explore import Explored

__all__ = ["Diff", "diff", "varied"]

_HEAD = ("a", "b", "given", "as_of", "readings", "set", "equivalent", "notes")

_COLUMNS = [
    "change", "from", "to", "when", "questions", "witness", "rules_a", "rules_b", "citations",
    "area_km2", "geometry",
]  # fmt: skip
_ONE_ONLY = "put the one to compare under into a file of its own"

Source = Policy | str | PathLike[str] | Mapping[str, Any]


class Diff:
    """How two policies differ over all scenarios.

    Iterating gives the regions one by one; `regions` is the same as a table with geometry.

    Attributes
    ----------
    a, b : str
        The policies' names.
    equivalent : bool or None
        True is a proof: no scenario tells the two apart. None where it was given up.
    shifts : tuple of Shift
        What takes the place of what, readings among the conditions: the short account.
    notes : tuple of str
    """

    def __init__(
        self,
        difference: Difference,
        anywhere: Callable[[], Diff] | None = None,
        sides: Sequence[Policy] = (),
        given: Scenario | None = None,
    ) -> None:
        self._difference, self._anywhere = difference, anywhere
        self._sides, self._given = tuple(sides), given
        self.a, self.b = difference.a, difference.b
        self.equivalent = difference.equivalent
        self.shifts: tuple[Shift, ...] = difference.shifts
        self.notes = difference.notes
        self.zones = difference.zones

    @property
    def own_choices(self) -> tuple[str, ...]:
        """What one of the two had answered or set before they were compared, in words."""
        told, found = self._difference.readings, []
        for name, one, other in zip((self.a, self.b), self._sides, self._sides[::-1], strict=False):
            own = {q: r for q, r in fixed_in(one.ruling).items() if told.get(q) != r}
            figures = other.parameters
            own |= {n: v for n, v in one.parameters.items() if n in figures and figures[n] != v}
            if own:
                said = ", ".join(f"{key} = {written(value)}" for key, value in own.items())
                found.append(f"{said} in {name}")
        return tuple(found)

    def __iter__(self) -> Iterator[Region]:
        return iter(self._difference.regions)

    def __len__(self) -> int:
        return len(self._difference.regions)

    def __repr__(self) -> str:
        if self.equivalent is None:
            return f"<Diff {self.a} -> {self.b}: given up>"
        what = "equivalent" if self.equivalent else f"{len(self)} regions"
        return f"<Diff {self.a} -> {self.b}: {what}>"

    @cached_property
    def anywhere(self) -> Diff:
        """The same comparison with the target anywhere, where what is given says where it is."""
        return self if self._anywhere is None else self._anywhere()

    @property
    def regions(self) -> GeoDataFrame:
        """The regions as a geopandas table, WGS 84.

        Returns
        -------
        GeoDataFrame
            A row for each region: `change`, `from`, `to`, `when`, `questions`, `witness`,
            `rules_a`, `rules_b`, `citations`, `area_km2`, and the geometry of where the targets
            are (none where any place will do).
        """
        import geopandas

        rows = [
            (
                region.change,
                list(region.from_),
                list(region.to),
                region.when,
                list(region.questions),
                region.witness,
                *(side.get("rules", []) for side in region.sides),
                [c.claim for c in region.citations],
                region.area_km2,
                region.geometry,
            )
            for region in self
        ]
        return geopandas.GeoDataFrame(rows, columns=_COLUMNS, geometry="geometry", crs="EPSG:4326")

    def plot(self, ax: Axes | None = None, *, within: BaseGeometry | None = None) -> Axes:
        """Draw where something changes for a target.

        A target's place that is given is left out, as in `Policy.regions`.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure unless given. Its limits and its scale are set.
        within : polygon, optional
            What to look at, WGS 84 degrees; where something changes unless given.

        Returns
        -------
        matplotlib.axes.Axes
            In km east and north of the picture's middle.

        Raises
        ------
        InvalidInput
            SR611 where matplotlib is missing.
        """
        from strikerules.pictures.change import change_picture

        return change_picture(self, ax=ax, within=within)

    def to_dict(self, *, geometry: bool = True) -> dict[str, Any]:
        """Return the difference as in ``diff/1``, without the envelope."""
        return self._difference.to_dict(geometry=geometry)

    def geojson(self) -> dict[str, Any]:
        """Return the regions as a GeoJSON feature collection."""
        data = self.to_dict()
        features = []
        for region in data["regions"]:
            geometry = region.pop("geometry")
            features.append({"type": "Feature", "properties": region, "geometry": geometry})
        head = {k: v for k, v in data.items() if k in _HEAD}
        return {"type": "FeatureCollection", **head, "features": features}

    def text(self, *, width: int = 80, colour: bool = False, full: bool = False) -> str:
        """Return the difference as text, as ``strikerules diff`` prints it."""
        from strikerules.views.differences import difference_text

        data = self.to_dict(geometry=False)
        return difference_text(data, width=width, colour=colour, full=full)

    __str__ = text

    def markdown(self) -> str:
        """Return the difference as Markdown."""
        from strikerules.views.differences import difference_markdown

        return difference_markdown(self.to_dict(geometry=False))

    def explore(self) -> Explored:
        """Show where something changes on an interactive map, which needs no network.

        Returns
        -------
        Explored
            It shows itself in a notebook, and `save` writes it to a file.

        Raises
        ------
        InvalidInput
            SR621 where Bokeh is missing.
        """
        from strikerules.pages.change import change_map
        from strikerules.pages.explore import Explored

        regions = self.anywhere.regions
        title = f"Where {self.b} decides otherwise than {self.a}"
        shown = change_map(regions, self._sides, self._given)
        return Explored(shown, regions, title, f"{self.a} and {self.b}")

    def report(self, path: str | PathLike[str] | None = None, *, title: str | None = None) -> str:
        """Return a page about the difference that opens anywhere; `path` is written as well.

        Raises
        ------
        InvalidInput
            SR621 where Bokeh is missing.
        """
        from strikerules.pages.change import change_page

        data, claims = self.to_dict(geometry=False), self._sides[0].claims
        regions = self.anywhere.regions
        page = change_page(data, regions, self._sides, claims, given=self._given, title=title)
        if path is not None:
            write_whole(Path(path), page)
        return page

    def _repr_html_(self) -> str:
        from strikerules.pages.notebook import difference_html

        return difference_html(self.to_dict(geometry=False))


def diff(
    a: Source,
    b: Source,
    *,
    given: Mapping[str, Any] | Scenario | str | PathLike[str] | None = None,
    readings: Mapping[str, str] | None = None,
    set: Mapping[str, Any] | None = None,
    as_of: str | None = None,
) -> Diff:
    """Compare two policies over all scenarios, with geography exact.

    Parameters
    ----------
    a, b : Policy, str, path or mapping
        Policies or timelines, as `load` takes them.
    given : mapping, Scenario or path, optional
        What is the same in all scenarios that are compared ("for a US rocket of 80 km").
    readings, set : mapping, optional
        Questions answered and parameters set, in whichever of the two have them.
    as_of : str, optional
        Compare on this day.

    Returns
    -------
    Diff

    Raises
    ------
    InvalidInput
        SR324 or SR323 where neither has such a question or parameter; SR606 where one fact has
        two types.

    Notes
    -----
    A scenario stands for the worlds that it leaves possible, so two policies that agree in every
    world in which everything is known agree on every scenario. The zones are compared as they are
    drawn; within an edge's uncertainty `check` leaves a point open, and witnesses keep away from
    there. Scenarios whose facts contradict each other are not compared.

    Examples
    --------
    >>> import strikerules as sr
    >>> kharkiv = sr.load("kharkiv")
    >>> sr.diff(kharkiv, kharkiv.vary(set={"long_range_km": 100})).equivalent
    True
    """
    one, two = (_policy(source) for source in (a, b))
    one, two = varied((one, two), readings or {}, set or {})
    names = (one.name, two.name) if one.name != two.name else (one.name, f"{two.name} (second)")
    vocabulary = _vocabulary(one, two)
    scenario = None
    if given is not None:
        scenario = one_scenario(given, vocabulary, _ONE_ONLY)
    if as_of is not None:
        scenario = on_day(scenario or Scenario("all", {}), as_of)
    told = {
        "given": None if given is None or scenario is None else scenario.name,
        "as_of": as_of,
        "readings": dict(readings or {}),
        "set": dict(set or {}),
    }

    def of(given: Scenario | None) -> Difference:
        return compare(
            (one.ruling, two.ruling),
            one.atlas,
            [_checker(policy, vocabulary) for policy in (one, two)],
            names=names,
            given=given,
            told=told,
        )

    if scenario is None or TARGET not in scenario.locations:
        return Diff(of(scenario), None, (one, two), scenario)
    moved = replace(
        scenario, locations={p: x for p, x in scenario.locations.items() if p != TARGET}
    )
    sides = (one, two)
    return Diff(of(scenario), lambda: Diff(of(moved), None, sides, scenario), sides, scenario)


def _policy(source: Source) -> Policy:
    return source if isinstance(source, Policy) else load(source)


def _vocabulary(one: Policy, two: Policy) -> Any:
    from strikerules.analysis.space import vocabulary_of

    return vocabulary_of([one.ruling, two.ruling])


def _checker(policy: Policy, vocabulary: Any) -> Any:
    def check(data: dict[str, Any]) -> Any:
        return policy.check(read_scenario(data, vocabulary))

    return check


def varied(
    policies: Sequence[Policy], readings: Mapping[str, str], figures: Mapping[str, Any]
) -> list[Policy]:
    """Answer questions and set parameters in whichever of several policies have them.

    Parameters
    ----------
    policies : sequence of Policy
    readings, figures : mapping
        As `Policy.vary` takes them.

    Raises
    ------
    InvalidInput
        SR324 or SR323 where none has such a question or parameter.
    """
    none = "neither policy has" if len(policies) == 2 else "no policy has"
    problems = []
    for kind, code, wanted in (("question", "SR324", readings), ("parameter", "SR323", figures)):
        known = [{**p.questions, **fixed_in(p.ruling)} if kind == "question" else p.parameters
                 for p in policies]  # fmt: skip
        names = list(dict.fromkeys(n for k in known for n in k))
        problems += [
            Problem(
                code, f"{none} a {kind} {quoted(name)}", None,
                listed(names) or None, did_you_mean(name, names),
            )
            for name in wanted
            if name not in names
        ]  # fmt: skip
    if problems:
        raise InvalidInput(problems)
    out = []
    for policy in policies:
        own = {**policy.questions, **fixed_in(policy.ruling)}
        out.append(
            policy.vary(
                readings={k: v for k, v in readings.items() if k in own},
                set={k: v for k, v in figures.items() if k in policy.parameters},
            )
        )
    return out
