"""The shape of a sweep file, before what it varies is looked at."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from strikerules.documents.models import Strict
from strikerules.language.documents import GIVEN_REF, Name

__all__ = ["MOST_DRAWS", "SweepDocument"]

MOST_DRAWS = 10**10

Given = Annotated[dict[str, Any], WithJsonSchema({"$ref": GIVEN_REF})]


class SweepDocument(Strict):
    """Scenarios by the thousand: what they have in common, and what is varied."""

    sweep: Name
    title: str | None = None
    text: str | None = None
    note: str | None = None
    given: Given = {}
    vary: Annotated[dict[str, Any], Field(min_length=1)]
    draws: Annotated[int, Field(ge=1, le=MOST_DRAWS)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
