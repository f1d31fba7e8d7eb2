"""The shape of a test file, before the policies are at hand."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from strikerules.documents.models import Strict
from strikerules.language.documents import EXPECT_REF, GIVEN_REF, Name, ScalarValue
from strikerules.language.values import read_date
from strikerules.problems import Problem, quoted

__all__ = [
    "CaseDocument",
    "ExpectDocument",
    "PolicyUse",
    "TableDocument",
    "TestDocument",
    "is_label",
]

Decided = Literal["permitted", "prohibited", "not_governed", "indeterminate"]
Outcome = Literal["permitted", "prohibited", "not_governed"]
Standing = Literal["applies", "does_not_apply", "defeated", "unknown"]
# control characters would reach the terminal, lone surrogates could not be printed
_NO_LABEL = re.compile("::|[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
Given = Annotated[dict[str, Any], WithJsonSchema({"$ref": GIVEN_REF})]


def _reason(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("SR115 a reason is empty | why the case does not count now")
    return value


def is_label(text: str) -> bool:
    """Tell whether a text can be what a case, or a row of a table, is called."""
    return bool(text.strip()) and _NO_LABEL.search(text) is None


def _case_name(value: Any) -> Any:
    if isinstance(value, str) and not is_label(value):
        what = f"{quoted(value)} can't be the name of a case"
        raise ValueError(
            f"SR117 {what if value.strip() else 'the name of a case is empty'}"
            " | one line of plain text without `::`, for pytest writes `FILE::NAME`"
        )
    return value


def _policy_use(value: Any) -> Any:
    if isinstance(value, str):
        return {"policy": value}
    if not isinstance(value, dict):
        raise ValueError(
            f"SR113 {quoted(value)} can't be a policy"
            " | its name, the path of its file, or a mapping with `policy`, `name`, `set`, …"
        )
    return value


def _day(value: Any) -> Any:
    found = read_date(value, None)
    if isinstance(found, Problem):
        raise ValueError(f"{found.code} {found.message} | {found.expected or ''}")
    return value


Day = Annotated[str, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
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


# one model, so that what is wrong with a mapping is not said of a name
OneOfSeveral = Annotated[
    PolicyUse, BeforeValidator(_policy_use, json_schema_input_type=str | PolicyUse)
]
Expect = Annotated[Any, WithJsonSchema({"$ref": EXPECT_REF})]


class CaseDocument(Strict):
    """One case, or with `each` one for every row of a table."""

    name: CaseName
    text: str | None = None
    note: str | None = None
    given: Given = {}
    readings: dict[str, str] = {}
    set: dict[str, ScalarValue] = {}
    as_of: Day | None = None
    each: TableDocument | None = None
    expect: Expect = None
    skip: Reason | None = None
    xfail: Reason | None = None
    todo: Reason | None = None


class TestDocument(Strict):
    """Cases for one policy, or the same cases for several."""

    __test__ = False

    policy: str | None = None
    policies: Annotated[list[OneOfSeveral], Field(min_length=1)] | None = None
    title: str | None = None
    text: str | None = None
    note: str | None = None
    defaults: Given = {}
    readings: dict[str, str] = {}
    set: dict[str, ScalarValue] = {}
    as_of: Day | None = None
    cases: Annotated[list[CaseDocument], Field(min_length=1)]
