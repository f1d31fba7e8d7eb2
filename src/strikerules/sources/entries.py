"""The register's files as they are written: strict models, before anything is resolved."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from strikerules.documents.models import Strict
from strikerules.sources.model import Firmness

__all__ = ["ClaimEntry", "ReferenceEntry", "SourceEntry", "SpanEntry"]

Text = Annotated[str, Field(min_length=1)]


class SpanEntry(Strict):
    """An interval of days; a single day is written as plain text instead."""

    from_: Text | None = Field(None, alias="from")
    until: Text | None = None
    about: bool = False


class ReferenceEntry(Strict):
    """One entry of ``encoded_as``."""

    policy: Text | None = None
    timeline: Text | None = None
    rule: Text | None = None
    question: Text | None = None
    reading: Text | None = None
    parameter: Text | None = None
    definition: Text | None = None
    fact: Text | None = None
    zone: Text | None = None
    entry: Text | None = None
    element: Text | None = None


class ClaimEntry(Strict):
    """One claim."""

    id: Text
    paragraph: int
    sentence: int | None = None
    speaker: Text
    date: Text | SpanEntry
    happened: Text | SpanEntry | None = None
    date_note: Text | None = None
    firmness: Firmness
    text: Text
    quoted: list[Text] = Field(default_factory=list)
    encoded_as: list[ReferenceEntry] | None = None
    not_encoded: Text | None = None


class SourceEntry(Strict):
    """One file of the register."""

    source: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$")]
    title: Text
    outlet: Text
    date: Text
    author: Text | None = None
    sha256: Text
    sha256_of: Text | None = None
    numbering: Text | None = None
    paragraphs: Annotated[int, Field(ge=1)]
    sentences: list[Annotated[int, Field(ge=1)]] = Field(default_factory=list)
    speakers: dict[str, Text]
    claims: list[ClaimEntry]
