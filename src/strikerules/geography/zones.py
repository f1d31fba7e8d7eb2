"""The zone register: what each zone is, and its outline when it is first needed."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import shapely
from msgspec import Struct, convert

from strikerules.data import folder
from strikerules.documents import Document, ensure_shape, read_document
from strikerules.geography.derive import derive, geometry_of, parents
from strikerules.geography.edges import Edges, nearby_edge_km
from strikerules.geography.geodesy import wrap_lon
from strikerules.language.zones import INTENTS
from strikerules.problems import InvalidInput, Problem, did_you_mean, quoted

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["DataSource", "Entry", "Record", "Zone", "ZoneRegister", "zone_register"]

#: So many distances are looked for near the point before all edges of a zone are made ready.
_FEW = 3

Status = Literal["published", "derived", "assumed"]


class DataSource(Struct, frozen=True):
    """A data set that outlines or places were taken from, in a package on PyPI."""

    title: str
    licence: str
    credit: str
    url: str
    package: str
    version: str
    sha256: str
    path: str


class Record(Struct, frozen=True):
    """That an area was designated or communicated: by whom, and when if that is public."""

    by: str
    on: str | None = None
    cites: list[str] = []

    @property
    def day(self) -> datetime.date | None:
        """The day, or None if it is not public."""
        return None if self.on is None else datetime.date.fromisoformat(self.on)


class Entry(Struct, frozen=True):
    """One zone as the register has it."""

    id: str
    title: str
    status: Status
    source: list[str]
    licence: str
    edge_km: float | int
    bbox: list[float | int]
    file: str
    derive: Any = None
    inside: list[str] = []
    apart: list[str] = []
    adjoins: list[str] = []
    designated: Record | None = None
    communicated: Record | None = None
    note: str | None = None


class _Register(Struct, frozen=True):
    sources: dict[str, DataSource]
    zones: list[Entry]


class Zone:
    """A zone: its record at once, its geometry when it is first looked at.

    Parameters
    ----------
    entry : Entry
    outline : Path, shapely geometry, or callable
        A GeoJSON file, the geometry itself, or what makes it.

    Attributes
    ----------
    id, title, status, source, licence, edge_km, bbox, derive, designated, communicated, note
        As in the register; `edge_km` is how far the outline may be from the true edge.
    intents : dict
        What the zone is stated to be to others: from ``inside``, ``apart`` and ``adjoins``, as
        far as they are given, to the zones' names. Nothing here makes it so.
    """

    def __init__(self, entry: Entry, outline: Path | BaseGeometry) -> None:
        self.entry = entry
        self.id = entry.id
        self.title = entry.title
        self.status: Status = entry.status
        self.source = tuple(entry.source)
        self.licence = entry.licence
        self.edge_km = float(entry.edge_km)
        self.bbox = tuple(float(edge) for edge in entry.bbox)
        self.derive: Any = entry.derive
        self.designated = entry.designated
        self.communicated = entry.communicated
        self.note = entry.note
        stated = ((key, tuple(getattr(entry, key))) for key in INTENTS)
        self.intents = {key: names for key, names in stated if names}
        self.drawn = self.made = False
        self._outline = outline
        self._lock = threading.RLock()
        self._of_thread = threading.local()
        self._wkb: bytes | None = None
        self._edges: Edges | None = None
        self._asked = 0

    def __repr__(self) -> str:
        return f"<Zone {self.id}: {self.title}>"

    @property
    def geometry(self) -> BaseGeometry:
        """The area, WGS 84 degrees, prepared for predicates; edges are straight in degrees.

        Each thread has a copy of its own: two threads must not use one prepared geometry.
        """
        own: BaseGeometry | None = getattr(self._of_thread, "geometry", None)
        if own is None:
            with self._lock:
                if self._wkb is None:
                    self._wkb = self._bytes()
            own = shapely.from_wkb(self._wkb)
            shapely.prepare(own)
            self._of_thread.geometry = own
        return own

    @property
    def prepared(self) -> BaseGeometry:
        """The same as `geometry`, whose predicates are prepared."""
        return self.geometry

    @property
    def edges(self) -> Edges:
        """The boundary, for exact distances."""
        if self._edges is None:
            with self._lock:
                if self._edges is None:
                    self._edges = Edges(self.geometry)
        return self._edges

    def covers(self, lon: float, lat: float) -> bool:
        """Whether a point is in the zone or on its edge.

        Examples
        --------
        >>> zone_register().get("kharkiv-oblast").covers(36.25, 49.98)
        True
        """
        return bool(shapely.intersects_xy(self.geometry, wrap_lon(lon), lat))

    def distance_km(self, lon: float, lat: float) -> float:
        """Geodesic distance from a point to the zone, 0 in it and on its edge.

        Examples
        --------
        >>> zone_register().get("kharkiv-oblast").distance_km(36.25, 49.98)
        0.0
        """
        return 0.0 if self.covers(lon, lat) else self.to_edge_km(lon, lat)

    def to_edge_km(self, lon: float, lat: float) -> float:
        """Geodesic distance from a point to the zone's edge, inside or outside.

        The first few times only the edges around the point are looked at, which is enough unless
        the edge is far; after that all edges are made ready.

        Examples
        --------
        >>> round(zone_register().get("kharkiv-oblast").to_edge_km(36.25, 49.98))
        33
        """
        self._asked += 1
        if self._edges is None and self._asked <= _FEW:
            km = nearby_edge_km(self.geometry, lon, lat)
            if km is not None:
                return km
        return self.edges.distance_km(lon, lat)

    def edge_bounds_km(self, lon: float, lat: float) -> tuple[float, float]:
        """Bounds on `to_edge_km`, some metres apart, that take less time to find.

        Examples
        --------
        >>> low, high = zone_register().get("kharkiv-oblast").edge_bounds_km(36.25, 49.98)
        >>> low <= zone_register().get("kharkiv-oblast").to_edge_km(36.25, 49.98) <= high
        True
        """
        if self._edges is None and self._asked < _FEW:
            km = self.to_edge_km(lon, lat)
            return km, km
        return self.edges.bounds_km(lon, lat)

    def _bytes(self) -> bytes:
        """The outline as WKB; a large one that ships lies beside its GeoJSON as such."""
        if isinstance(self._outline, Path):
            beside = self._outline.with_suffix(".wkb")
            if beside.is_file():
                return beside.read_bytes()
        return shapely.to_wkb(self._load())

    def _load(self) -> BaseGeometry:
        if not isinstance(self._outline, Path):
            return self._outline
        try:
            text = self._outline.read_text(encoding="utf-8")
        except OSError:
            raise InvalidInput(
                Problem(
                    "SR403",
                    f"the outline of the zone {quoted(self.id)} can't be read",
                    expected=f"a GeoJSON file {quoted(str(self._outline))}",
                )
            ) from None
        return geometry_of(text, self._outline.name, trusted=True)


class ZoneRegister:
    """Zones by their ids.

    Parameters
    ----------
    document : Document
        The register as read.
    base : Path
        The folder that its file names start from.

    Raises
    ------
    InvalidInput
        SR111 to SR117 for what a key or a value may not be; SR407 for an id that is there twice,
        a source that is not listed, a bounding box the wrong way round, a wrong derivation.
    """

    def __init__(self, document: Document, base: Path) -> None:
        ensure_shape("zones", document)
        register = convert(document.data, _Register)
        self.sources = register.sources
        self._zones: dict[str, Zone] = {}
        problems = []
        ids = {entry.id for entry in register.zones}
        for index, entry in enumerate(register.zones):
            for key, text in _wrongs(entry, self._zones, register.sources):
                where = document.position(("zones", index, key))
                problems.append(Problem("SR407", text, where))
            for path, name in _strangers(entry, ids):
                where = document.position(("zones", index, *path))
                hint = did_you_mean(name, ids - {entry.id})
                problems.append(Problem("SR407", _stranger(name, entry), where, help=hint))
            self._zones.setdefault(entry.id, Zone(entry, base / entry.file))
        if problems:
            raise InvalidInput(problems)

    @classmethod
    def read(cls, path: Path) -> ZoneRegister:
        """Read a register from its file; outlines are looked for beside it."""
        return cls(read_document(path), path.parent)

    def __iter__(self) -> Iterator[Zone]:
        return iter(self._zones.values())

    def __len__(self) -> int:
        return len(self._zones)

    def __contains__(self, zone_id: object) -> bool:
        return zone_id in self._zones

    @property
    def ids(self) -> tuple[str, ...]:
        """Every zone's id, in the order of the register."""
        return tuple(self._zones)

    def get(self, zone_id: str) -> Zone:
        """The zone of this id.

        Raises
        ------
        InvalidInput
            SR401 if there is none, with the nearest id as a suggestion.

        Examples
        --------
        >>> zone_register().get("belarus").title
        'Belarus'
        """
        zone = self._zones.get(zone_id)
        if zone is None:
            raise InvalidInput(
                Problem(
                    "SR401",
                    f"zone {quoted(zone_id)} is not known",
                    expected="the id of a zone in the register",
                    help=did_you_mean(zone_id, self._zones),
                )
            )
        return zone

    def derive(self, expression: Any, *, base: Path | None = None) -> BaseGeometry:
        """Make the geometry of an expression over this register's zones (see `derive`).

        Examples
        --------
        >>> zone_register().derive({"intersection": ["ukraine", "crimea"]}).geom_type
        'Polygon'
        """
        return derive(expression, lambda zone_id: self.get(zone_id).geometry, base=base)


@cache
def zone_register() -> ZoneRegister:
    """The zones that ship, read once."""
    return ZoneRegister.read(folder("geodata") / "zones.yaml")


def _wrongs(
    entry: Entry, before: dict[str, Zone], sources: dict[str, DataSource]
) -> Iterator[tuple[str, str]]:
    if entry.id in before:
        yield "id", f"the id {quoted(entry.id)} is there twice"
    for name in entry.source:
        if name not in sources:
            yield "source", f"the source {quoted(name)} is not listed under `sources`"
    west, south, east, north = entry.bbox
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        yield "bbox", f"{quoted(entry.bbox)} is not west, south, east, north in degrees"
    if entry.derive is not None:
        known = {name: zone.edge_km for name, zone in before.items()}
        missing = [name for name in parents(entry.derive) if name not in known]
        for name in missing:
            yield "derive", f"the zone {quoted(name)} is not listed before {quoted(entry.id)}"
        widest = max((known[n] for n in parents(entry.derive) if n in known), default=0.0)
        if entry.edge_km < widest:
            yield "edge_km", f"{quoted(entry.edge_km)} is less than the {widest:g} of a part"
    for key, record in (("designated", entry.designated), ("communicated", entry.communicated)):
        try:
            _ = record.day if record else None
        except ValueError:
            yield key, f"{quoted(record.on if record else None)} is not a date"


def _strangers(entry: Entry, ids: set[str]) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield what an entry states of itself or of zones that are not there, and where."""
    for key in INTENTS:
        for index, name in enumerate(getattr(entry, key)):
            if name not in ids or name == entry.id:
                yield (key, index), name


def _stranger(name: str, entry: Entry) -> str:
    itself = name == entry.id
    return "this names the zone itself" if itself else f"the zone {quoted(name)} is not listed"
