"""How robust a settled decision is: what `strikerules.analysis.margin` works out."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from strikerules.engine.decision import Outcome

__all__ = ["Change", "Crossed", "FactMargin", "Margin", "Nearest", "PlaceMargin", "Turn"]

Source = Literal["given", "catalogue", "derived", "record"]
"""Who says it: the scenario, the weapons catalogue, other facts, a zone's record."""


class Turn(Struct, frozen=True):
    """Where a number or a date that moves one way first makes another decision.

    Parameters
    ----------
    by : float
        How far it is from the value: km or the fact's own unit, days for a date.
    to : float or date
        The value up to which the decision is the same.
    included : bool
        Whether it is the same at `to` itself.
    possible : tuple of str
        The outcomes at `to` where that is not included, else just beyond.
    """

    by: float
    to: float | datetime.date
    included: bool
    possible: tuple[Outcome, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        to = self.to.isoformat() if isinstance(self.to, datetime.date) else self.to
        return {
            "by": round(self.by, 6),
            "to": round(to, 6) if isinstance(to, float) else to,
            "included": self.included,
            "possible": list(self.possible),
        }


class Change(Struct, frozen=True):
    """Other values of a fact, and what is possible under them."""

    value: str
    possible: tuple[Outcome, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        return {"value": self.value, "possible": list(self.possible)}


class FactMargin(Struct, frozen=True):
    """How far one fact may be off, all others as they are.

    Parameters
    ----------
    name : str
    value : str
        As it is written; an interval for a distance between uncertain places.
    unit : str, optional
    source : str
    falls, rises : Turn, optional
        Of numbers and dates; None where no lower or higher value makes a difference.
    changes : tuple of Change
        Of everything else: the values that make a difference.
    """

    name: str
    value: str | None
    unit: str | None
    source: Source
    falls: Turn | None = None
    rises: Turn | None = None
    changes: tuple[Change, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether no other value makes a difference."""
        return not (self.falls or self.rises or self.changes)

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "source": self.source,
            "falls": self.falls.to_dict() if self.falls else None,
            "rises": self.rises.to_dict() if self.rises else None,
            "changes": [c.to_dict() for c in self.changes],
        }


class Crossed(Struct, frozen=True):
    """A line that is crossed: a zone's edge, or at a distance from a zone or the other place."""

    of: str
    km: float | None = None
    edge_km: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        return {"of": self.of, "km": self.km, "edge_km": self.edge_km}


class Nearest(Struct, frozen=True):
    """The nearest point with another decision.

    Parameters
    ----------
    km : float
        Geodesic distance from the place's nearest point.
    possible : tuple of str
        The outcomes there.
    lon, lat, azimuth : float, optional
        Where it is, and in which direction, clockwise from north.
    crossed : tuple of Crossed
        The lines that make the difference; several may run together.
    """

    km: float
    possible: tuple[Outcome, ...]
    lon: float | None = None
    lat: float | None = None
    azimuth: float | None = None
    crossed: tuple[Crossed, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        return {
            "km": round(self.km, 4),
            "possible": list(self.possible),
            "lon": None if self.lon is None else round(self.lon, 6),
            "lat": None if self.lat is None else round(self.lat, 6),
            "azimuth": None if self.azimuth is None else round(self.azimuth, 1),
            "crossed": [c.to_dict() for c in self.crossed],
        }


class PlaceMargin(Struct, frozen=True):
    """How far a place may be off, all other facts as they are.

    Parameters
    ----------
    name : str
    first : Nearest, optional
        Where the decision is first another one; that it is open counts.
    other : Nearest, optional
        Where the outcome is first no longer possible, edges taken as they are drawn.
    searched_km : float, optional
        How far was looked; None where no position makes a difference, or the whole Earth was.
    exact : bool
        Otherwise `first` is a lower bound, and `other` was not looked for.
    """

    name: str
    first: Nearest | None
    other: Nearest | None
    searched_km: float | None = None
    exact: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        return {
            "name": self.name,
            "first": self.first.to_dict() if self.first else None,
            "other": self.other.to_dict() if self.other else None,
            "searched_km": self.searched_km,
            "exact": self.exact,
        }


class Margin(Struct, frozen=True):
    """By how much the facts and the places of a settled case may move, each alone.

    Attributes
    ----------
    decision : str
        The outcome that holds up to there.
    facts : tuple of FactMargin
        The known facts that a rule looks at.
    places : tuple of PlaceMargin
    """

    decision: Outcome
    facts: tuple[FactMargin, ...]
    places: tuple[PlaceMargin, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``margin`` of ``decision/1``."""
        return {
            "facts": [f.to_dict() for f in self.facts],
            "places": [p.to_dict() for p in self.places],
        }
