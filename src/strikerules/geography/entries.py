"""The shape of the zone register's file."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from strikerules.documents.models import Strict

__all__ = ["DataSourceEntry", "RecordEntry", "RegisterDocument", "ZoneEntry"]

Number = float | int


class DataSourceEntry(Strict):
    """A data set that outlines or places were taken from, in a package on PyPI."""

    title: str
    licence: str
    credit: str
    url: str
    package: str
    version: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    path: str


class RecordEntry(Strict):
    """That an area was designated or communicated: by whom, and when if that is public."""

    by: str
    on: str | None
    cites: list[str] = []


class ZoneEntry(Strict):
    """One zone as the register has it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    status: Literal["published", "derived", "assumed"]
    source: list[str] = Field(min_length=1)
    licence: str
    edge_km: Number = Field(ge=0, le=100)
    bbox: list[Number] = Field(min_length=4, max_length=4)
    file: str
    derive: Any = None
    inside: list[str] = []
    apart: list[str] = []
    adjoins: list[str] = []
    designated: RecordEntry | None = None
    communicated: RecordEntry | None = None
    note: str | None = None


class RegisterDocument(Strict):
    """The zone register."""

    sources: dict[str, DataSourceEntry]
    zones: list[ZoneEntry]
