"""A difference between two policies: what it tells, each part worked out when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

from msgspec import Struct

from strikerules.analysis.diagrams import TooManyNodes
from strikerules.analysis.regions import Extent, Wording
from strikerules.analysis.space import Space
from strikerules.analysis.statements import Speaker
from strikerules.engine.decision import Citation, Decision, Outcome

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Compared", "Difference", "Kind", "Outcomes", "Region", "Shift", "Witness", "kind_of"]

Kind = Literal[
    "newly_permitted",
    "newly_prohibited",
    "newly_unsettled",
    "newly_settled",
    "newly_governed",
    "no_longer_governed",
    "unsettled_otherwise",
]

Outcomes = tuple[Outcome, ...]


class Compared(Protocol):
    """What regions and shifts ask of the comparison that they come from."""

    space: Space
    speaker: Speaker
    order: list[int]

    def witness(self, node: int, drawn: tuple[Outcomes, Outcomes], kind: Kind) -> Witness | None:
        """Return a scenario of a set of worlds, replayed under both policies."""
        ...

    def questions_in(self, node: int) -> tuple[str, ...]:
        """Return the questions that some outcome in a set of worlds hangs on."""
        ...


class Witness(Struct, frozen=True):
    """A scenario of a region, with what the engine says of it under both policies.

    `shown` is whether the engine says what the region does.
    """

    scenario: dict[str, Any]
    a: Decision
    b: Decision
    shown: bool


class Region:
    """Scenarios in which everything is known, that go from the same outcomes to the same others.

    Attributes
    ----------
    change : str
        One of `Kind`.
    from_, to : tuple of str
        What `check` calls `possible` for the witness under the two policies.
    drawn : tuple of two tuples of str
        The same with the edges of zones taken as they are drawn; it differs from `from_` and `to`
        only where the region is narrower than the edges are uncertain.
    witness : dict or None
        A scenario of the region, None where none was found.
    questions : tuple of str
        Open questions that the outcome hangs on somewhere in the region, before or after.
    """

    def __init__(self, comparison: Compared, node: int, drawn: tuple[Outcomes, Outcomes]) -> None:
        self._comparison, self._node, self.drawn = comparison, node, drawn
        self.number = 0
        self.change: Kind = kind_of(*drawn)

    @cached_property
    def _wording(self) -> Wording:
        c = self._comparison
        return Wording.of(c.speaker, c.space.diagrams, self._node, c.space.possible, c.order)

    @cached_property
    def _extent(self) -> Extent:
        return Extent(self._comparison.space, self._node)

    @cached_property
    def _found(self) -> Witness | None:
        try:
            return self._comparison.witness(self._node, self.drawn, self.change)
        except TooManyNodes:
            return None

    @property
    def lines(self) -> tuple[str, ...]:
        """The region's conditions in words, all of which hold."""
        return self._wording.lines

    @property
    def when(self) -> str:
        """The conditions in one line."""
        return self._wording.text

    @property
    def condition(self) -> Any:
        """The conditions in the condition language, as plain data."""
        return self._wording.condition

    @property
    def witness(self) -> dict[str, Any] | None:
        """A scenario of the region."""
        return None if self._found is None else self._found.scenario

    @property
    def shown(self) -> bool:
        """Whether the engine, asked about the witness, says what the region does."""
        return self._found is not None and self._found.shown

    @property
    def from_(self) -> Outcomes:
        """What is possible for the witness under the first policy."""
        return self.drawn[0] if self._found is None else self._found.a.possible

    @property
    def to(self) -> Outcomes:
        """What is possible for the witness under the second policy."""
        return self.drawn[1] if self._found is None else self._found.b.possible

    @property
    def area_km2(self) -> float | None:
        """Where the targets are: the area on the ellipsoid; None where any place will do."""
        return self._extent.area_km2

    @property
    def geometry(self) -> BaseGeometry | None:
        """Where the targets are, WGS 84 degrees; None where any place will do."""
        return self._extent.geometry

    @property
    def place(self) -> str | None:
        """Which location `geometry` is of: the target's, or the launch point's."""
        return self._extent.path

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The open questions that the outcome hangs on, somewhere in the region."""
        return self._comparison.questions_in(self._node)

    @property
    def sides(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the witness comes to under each policy: the rules that apply, the claims."""
        if self._found is None:
            return {}, {}
        return _side(self._found.a), _side(self._found.b)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The claims that the two decisions on the witness rest on."""
        if self._found is None:
            return ()
        both = (*self._found.a.citations, *self._found.b.citations)
        return tuple(dict.fromkeys(both))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What nobody published and the two decisions on the witness lean on."""
        if self._found is None:
            return ()
        return tuple(dict.fromkeys((*self._found.a.assumptions, *self._found.b.assumptions)))

    def to_dict(self, *, geometry: bool = True) -> dict[str, Any]:
        """Return the region as one entry of ``regions`` in ``diff/1``."""
        shape = self.geometry if geometry else None
        area = self.area_km2
        out: dict[str, Any] = {
            "change": self.change,
            "from": list(self.from_),
            "to": list(self.to),
            "when": self.when,
            "all_of": list(self.lines),
            "condition": self.condition,
            "questions": list(self.questions),
            "witness": self.witness,
            "shown": self.shown,
            "sides": dict(zip("ab", self.sides, strict=True)),
            "citations": [c.to_dict() for c in self.citations],
            "assumptions": list(self.assumptions),
            "place": self.place,
            "area_km2": None if area is None else round(area, 3),
            "geometry": None if shape is None else geojson(shape),
        }
        if (self.from_, self.to) != self.drawn:
            out["as_drawn"] = {"from": list(self.drawn[0]), "to": list(self.drawn[1])}
        return out


class Shift:
    """Worlds in which one outcome takes the place of another, readings among the conditions.

    Attributes
    ----------
    from_, to : tuple of str
        One outcome each; two where rules of the policy contradict each other.
    regions : tuple of Region
        Where scenarios change in this way, under some readings or all.
    """

    def __init__(
        self, comparison: Compared, node: int, from_: Outcomes, to: Outcomes,
        regions: tuple[Region, ...],
    ) -> None:  # fmt: skip
        self._comparison, self._node = comparison, node
        self.from_, self.to, self.regions = from_, to, regions

    @cached_property
    def _wording(self) -> Wording:
        c = self._comparison
        space = c.space
        questions = range(space.diagrams.bottom, space.unfolded.bottom)
        return Wording.of(
            c.speaker, space.unfolded, space.unfold(self._node), space.unfold(space.possible),
            [*questions, *c.order], questions,
        )  # fmt: skip

    @property
    def lines(self) -> tuple[str, ...]:
        """Its conditions in words, those on readings among them."""
        return self._wording.lines

    @property
    def when(self) -> str:
        """The conditions in one line."""
        return self._wording.text

    @cached_property
    def _extent(self) -> Extent:
        return Extent(self._comparison.space, self._node)

    @property
    def area_km2(self) -> float | None:
        """Where, under one reading or another; None where any place will do."""
        return self._extent.area_km2

    def to_dict(self) -> dict[str, Any]:
        """Return it as one entry of ``shifts`` in ``diff/1``."""
        area = self.area_km2
        return {
            "from": list(self.from_),
            "to": list(self.to),
            "when": self.when,
            "all_of": list(self.lines),
            "condition": self._wording.condition,
            "regions": [r.number for r in self.regions],
            "area_km2": None if area is None else round(area, 3),
        }


class Difference(Struct, frozen=True):
    """How two policies differ over all scenarios.

    Attributes
    ----------
    equivalent : bool or None
        True is a proof: in every world both decide alike. None: it was too much to work out.
    regions : tuple of Region
        Disjoint; all scenarios outside of them are decided alike.
    shifts : tuple of Shift
        The same by what changes in one world, under one choice of readings.
    notes : tuple of str
    zones : dict
        The zones that conditions name, by these names, as shapely polygons.
    """

    a: str
    b: str
    regions: tuple[Region, ...]
    shifts: tuple[Shift, ...]
    notes: tuple[str, ...] = ()
    equivalent: bool | None = None
    given: str | None = None
    readings: dict[str, str] = {}
    set: dict[str, Any] = {}
    as_of: str | None = None
    zones: dict[str, Any] = {}

    def to_dict(self, *, geometry: bool = True) -> dict[str, Any]:
        """Return it as in ``diff/1``, without the envelope."""
        return {
            "a": self.a,
            "b": self.b,
            "given": self.given,
            "as_of": self.as_of,
            "readings": dict(self.readings),
            "set": {k: plain(v) for k, v in self.set.items()},
            "equivalent": self.equivalent,
            "shifts": [s.to_dict() for s in self.shifts],
            "regions": [r.to_dict(geometry=geometry) for r in self.regions],
            "notes": list(self.notes),
        }


def kind_of(before: Outcomes, after: Outcomes) -> Kind:
    """Return what kind of change it is, from what is possible before and after."""
    if len(after) > 1:
        if before == ("not_governed",) and "not_governed" not in after:
            return "newly_governed"
        return "newly_unsettled" if len(before) == 1 else "unsettled_otherwise"
    if len(before) > 1:
        return "newly_settled"
    if after == ("permitted",):
        return "newly_permitted"
    return "newly_prohibited" if after == ("prohibited",) else "no_longer_governed"


def _side(decision: Decision) -> dict[str, Any]:
    return {
        "policy": decision.policy,
        "rules": [r.id for r in decision.rules if r.outcome in ("applies", "unknown")],
        "claims": [c.claim for c in decision.citations],
    }


def plain(value: Any) -> Any:
    """Return a figure as JSON has it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def geojson(geometry: BaseGeometry) -> dict[str, Any]:
    """Return a geometry as plain GeoJSON data."""
    import json

    import shapely

    found: dict[str, Any] = json.loads(
        shapely.to_geojson(shapely.orient_polygons(geometry, exterior_cw=False))
    )
    return found
