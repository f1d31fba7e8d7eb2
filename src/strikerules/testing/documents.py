"""The shape of a test file, before the policies are at hand."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from strikerules.documents.models import Strict
from strikerules.language.documents import EXPECT_REF, GIVEN_REF, IsoDate, Name, ScalarValue

__all__ = [
    "CaseDocument",
    "ExpectDocument",
    "PolicyUse",
    "TableDocument",
    "TestDocument",
]

Decided = Literal["permitted", "prohibited", "not_governed", "indeterminate"]
Outcome = Literal["permitted", "prohibited", "not_governed"]
Standing = Literal["applies", "does_not_apply", "defeated", "unknown"]
Given = Annotated[dict[str, Any], WithJsonSchema({"$ref": GIVEN_REF})]


def _reason(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("SR115 a reason is empty | why the case does not count now")
    return value


def _case_name(value: Any) -> Any:
    if isinstance(value, str):
        bad = next((c for c in ("::", "\n", "\r", "\t") if c in value), None)
        if bad is not None or not value.strip():
            what = "is empty" if bad is None else f"holds {bad!r}"
            raise ValueError(
                f"SR117 the name of a case {what} | one line of text without `::`, for pytest"
                " writes `FILE::NAME`"
            )
    return value


Reason = Annotated[str, BeforeValidator(_reason), Field(json_schema_extra={"pattern": r"\S"})]
CaseName = Annotated[str, BeforeValidator(_case_name)]


class ExpectDocument(Strict):
    """What a case expects; all that is said has to be so."""

    decision: Decided | None = None
    possible: Annotated[list[Outcome], Field(min_length=1)] | None = None
    because: list[str] = []
    not_because: list[str] = []
    rules: dict[str, Standing] = {}
    depends_on: list[str] | None = None
    readings: dict[str, Decided] = {}
    cites: list[str] = []


class TableDocument(Strict):
    """A case for each row: attributes, and what is expected, by column."""

    columns: Annotated[list[str], Field(min_length=1)]
    rows: Annotated[list[list[Any]], Field(min_length=1)]


class PolicyUse(Strict):
    """A policy, perhaps varied, and what the file calls it."""

    policy: str
    name: Name | None = None
    readings: dict[str, str] = {}
    set: dict[str, ScalarValue] = {}


Expect = Annotated[Any, WithJsonSchema({"$ref": EXPECT_REF})]


class CaseDocument(Strict):
    """One case, or with `each` one for every row of a table."""

    name: CaseName
    text: str | None = None
    note: str | None = None
    given: Given = {}
    readings: dict[str, str] = {}
    set: dict[str, ScalarValue] = {}
    as_of: IsoDate | None = None
    each: TableDocument | None = None
    expect: Expect = None
    skip: Reason | None = None
    xfail: Reason | None = None
    todo: Reason | None = None


class TestDocument(Strict):
    """Cases for one policy, or the same cases for several."""

    __test__ = False

    policy: str | None = None
    policies: Annotated[list[str | PolicyUse], Field(min_length=1)] | None = None
    title: str | None = None
    text: str | None = None
    note: str | None = None
    defaults: Given = {}
    readings: dict[str, str] = {}
    set: dict[str, ScalarValue] = {}
    as_of: IsoDate | None = None
    cases: Annotated[list[CaseDocument], Field(min_length=1)]
