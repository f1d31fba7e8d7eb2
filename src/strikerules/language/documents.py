"""The shapes of policy and timeline files, before names and conditions are looked at."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from strikerules.documents.models import Strict
from strikerules.language.policy import Decided
from strikerules.language.values import read_date
from strikerules.problems import Problem, cant_be, quoted

__all__ = [
    "CONDITION_REF",
    "EXPECT_REF",
    "GIVEN_REF",
    "AcceptDocument",
    "AddDocument",
    "Algorithm",
    "AlwaysDocument",
    "CatalogueDocument",
    "Effect",
    "FactDocument",
    "ImpliesDocument",
    "InForce",
    "Name",
    "NeverDocument",
    "OtherwiseDocument",
    "ParameterDocument",
    "PolicyDocument",
    "PropertyDocument",
    "QuestionDocument",
    "ReadingDocument",
    "RegardlessDocument",
    "RemoveDocument",
    "ReplaceDocument",
    "RuleDocument",
    "SameAsDocument",
    "SettledDocument",
    "TimelineDocument",
    "TimelineEntryDocument",
]

# Web addresses, since pydantic follows every other reference; `schema` puts the real places in.
CONDITION_REF = "https://strikerules.invalid/schema/condition"
ZONE_REF = "https://strikerules.invalid/schema/zone"
GIVEN_REF = "https://strikerules.invalid/schema/given"
EXPECT_REF = "https://strikerules.invalid/schema/expect"

FINDING = r"^SR8[0-9]{2}$"

Name = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*([-_.][A-Za-z0-9]+)*$", max_length=100)
]
Effect = Literal["permit", "prohibit"]
Default = Literal["permit", "prohibit", "not_governed"]
Algorithm = Literal[
    "prohibit-overrides",
    "permit-overrides",
    "first-applicable",
    "only-one-applicable",
    "prohibit-unless-permit",
    "permit-unless-prohibit",
]
Condition = Annotated[Any, WithJsonSchema({"$ref": CONDITION_REF})]
ZoneExpression = Annotated[Any, WithJsonSchema({"$ref": ZONE_REF})]
ScalarValue = Annotated[Any, WithJsonSchema({"type": ["number", "string", "boolean"]})]


def _date(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("$"):
        return value
    found = read_date(value, None)
    if isinstance(found, Problem):
        raise ValueError(f"{found.code} {found.message} | {found.expected or ''}")
    return found


IsoDate = Annotated[
    date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})
]
DateOrParameter = Annotated[
    date | str,
    BeforeValidator(_date),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "pattern": r"^\$"}]}
    ),
]


class InForce(Strict):
    """When a policy is in force: `from` and `until` include their day, `before` does not."""

    from_: DateOrParameter | None = Field(default=None, alias="from")
    until: DateOrParameter | None = None
    before: DateOrParameter | None = None


class RuleDocument(Strict):
    """A rule: an effect, when it applies, and where that is said."""

    id: Name
    effect: Effect
    title: str | None = None
    text: str | None = None
    when: Condition = True
    unless: Condition = False
    overrides: list[str] = []
    regardless: list[str] = []
    cites: list[str] = []
    note: str | None = None
    before: str | None = None
    after: str | None = None


class OtherwiseDocument(Strict):
    """What holds where no rule decides, and where that is said."""

    effect: Default
    cites: list[str] = []
    text: str | None = None


class ReadingDocument(Strict):
    """One way to read an open question: what it makes of definitions, parameters and zones."""

    title: str | None = None
    text: str | None = None
    cites: list[str] = []
    status: Literal["published", "derived", "assumed"] | None = None
    define: dict[Name, Condition] = {}
    set: dict[Name, ScalarValue] = {}
    zones: dict[Name, ZoneExpression] = {}


class QuestionDocument(Strict):
    """An open question of interpretation and its readings."""

    title: str | None = None
    text: str | None = None
    cites: list[str] = []
    readings: dict[Name, ReadingDocument]


class ParameterDocument(Strict):
    """A figure, date or word that conditions refer to as `$name`."""

    value: ScalarValue
    unit: str | None = None
    status: Literal["published", "derived", "assumed"] | None = None
    title: str | None = None
    note: str | None = None
    cites: list[str] = []


class FactDocument(Strict):
    """An attribute of a policy's own."""

    type: Literal["boolean", "number", "date"] | None = None
    values: list[str] | None = None
    unit: str | None = None
    text: str | None = None
    cites: list[str] = []


class AddDocument(Strict):
    """What a variant adds."""

    rules: list[RuleDocument] = []
    definitions: dict[Name, Condition] = {}
    zones: dict[Name, ZoneExpression] = {}
    questions: dict[Name, QuestionDocument] = {}
    parameters: dict[Name, ParameterDocument] = {}
    facts: dict[str, FactDocument] = {}


class ReplaceDocument(AddDocument):
    """What a variant puts in the place of its parent's."""

    scope: Condition = None
    conflicts: Algorithm | None = None
    otherwise: Default | OtherwiseDocument | None = None


class RemoveDocument(Strict):
    """What a variant leaves out."""

    rules: list[str] = []
    definitions: list[str] = []
    zones: list[str] = []
    questions: list[str] = []
    parameters: list[str] = []
    facts: list[str] = []


def _no_open_decision(value: Any) -> Any:
    if value == "indeterminate":
        raise ValueError(
            "SR114 `indeterminate` is not a value of `decision` | `permitted`, `prohibited` or"
            " `not_governed` | that nothing is left open is said with `settled`"
        )
    return value


def _left_out() -> Any:
    """A key that may be left out and can't be null."""
    return Field(default=None)


def _form(name: str, key: str, kind: Any, forms: Any, expected: str) -> BeforeValidator:
    """Take a mapping; a value of this kind stands for one with this key alone."""

    def read(value: Any) -> Any:
        if isinstance(value, dict):
            return value
        if isinstance(value, kind) and value is not False:
            return {key: value}
        raise ValueError(f"SR113 {cant_be(value, name)} | {expected}")

    return BeforeValidator(read, json_schema_input_type=forms)


def _finding(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(FINDING, value):
        raise ValueError(
            f"SR114 {quoted(value)} is not a finding | the code of a finding of `strikerules"
            " verify`, such as `SR802`"
        )
    return value


def _reason(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("SR115 `because` is empty | the reason why the finding is meant to be so")
    return value


Decision = Annotated[Decided, BeforeValidator(_no_open_decision)]
_Attributes = Annotated[list[str], Field(min_length=1)]
_DECIDES = "`{decision: DECISION, when: CONDITION}`"
_OTHER = "a policy's name, or `{policy: NAME, …}`"


class NeverDocument(Strict):
    """Nowhere where `when` holds is it decided so."""

    decision: Annotated[
        Decided | Annotated[list[Decided], Field(min_length=1)], BeforeValidator(_no_open_decision)
    ]
    when: Condition = True


class AlwaysDocument(Strict):
    """Everywhere where `when` holds it is decided so."""

    decision: Decision
    when: Condition = True


class ImpliesDocument(Strict):
    """What this policy decides so, another one decides so too."""

    policy: str
    decision: Decision = "permitted"
    when: Condition = True


class SameAsDocument(Strict):
    """This policy decides as another one does."""

    policy: str
    when: Condition = True


class SettledDocument(Strict):
    """No open question makes a difference."""

    when: Condition = True


class RegardlessDocument(Strict):
    """Some facts make no difference."""

    of: _Attributes
    when: Condition = True


class PropertyDocument(Strict):
    """What a policy or a timeline states of itself: one of `never` to `regardless`."""

    id: Name
    title: str | None = None
    text: str | None = None
    note: str | None = None
    cites: list[str] = []
    never: Annotated[NeverDocument, _form("never", "decision", (), NeverDocument, _DECIDES)] = (
        _left_out()
    )
    always: Annotated[AlwaysDocument, _form("always", "decision", (), AlwaysDocument, _DECIDES)] = (
        _left_out()
    )
    implies: Annotated[
        ImpliesDocument,
        _form("implies", "policy", str, str | ImpliesDocument, _OTHER),
    ] = _left_out()
    same_as: Annotated[
        SameAsDocument,
        _form("same_as", "policy", str, str | SameAsDocument, _OTHER),
    ] = _left_out()
    settled: Annotated[
        SettledDocument,
        _form(
            "settled",
            "when",
            bool,
            Literal[True] | SettledDocument,
            "`true`, or `{when: CONDITION}`",
        ),
    ] = _left_out()
    regardless: Annotated[
        RegardlessDocument,
        _form(
            "regardless",
            "of",
            list,
            _Attributes | RegardlessDocument,
            "a list of attributes, or `{of: […], when: CONDITION}`",
        ),
    ] = _left_out()


class AcceptDocument(Strict):
    """A finding of `verify` that is meant to be so, and why."""

    finding: Annotated[
        str, BeforeValidator(_finding), Field(json_schema_extra={"pattern": FINDING})
    ]
    about: list[str] = []
    because: Annotated[str, BeforeValidator(_reason), Field(json_schema_extra={"pattern": r"\S"})]


class PolicyDocument(Strict):
    """A policy file; with `extends`, a variant that says only what differs."""

    policy: Name
    title: str | None = None
    text: str | None = None
    hypothetical: bool = False
    extends: str | None = None
    in_force: InForce | None = None
    sources: list[str] = []
    cites: list[str] = []
    scope: Condition = None
    conflicts: Algorithm | None = None
    otherwise: Default | OtherwiseDocument | None = None
    definitions: dict[Name, Condition] = {}
    questions: dict[Name, QuestionDocument] = {}
    parameters: dict[Name, ParameterDocument] = {}
    facts: dict[str, FactDocument] = {}
    zones: dict[Name, ZoneExpression] = {}
    rules: list[RuleDocument] = []
    properties: list[PropertyDocument] = []
    accept: list[AcceptDocument] = []
    set: dict[Name, ScalarValue] = {}
    replace: ReplaceDocument | None = None
    remove: RemoveDocument | None = None
    add: AddDocument | None = None


class WeaponDocument(Strict):
    """A weapon of the catalogue."""

    name: Name
    title: str
    made_in: str
    kind: str
    max_range_km: float
    us_parts: bool | None = None
    status: Literal["approximate"]
    source: str
    note: str | None = None


class CatalogueDocument(Strict):
    """The weapons catalogue."""

    weapons: list[WeaponDocument]
    title: str | None = None
    text: str | None = None


class TimelineEntryDocument(Strict):
    """One policy of a timeline and when it is in force."""

    policy: str
    in_force: InForce
    title: str | None = None
    text: str | None = None
    cites: list[str] = []


class TimelineDocument(Strict):
    """Policies in the order in which they are in force."""

    timeline: Name
    title: str | None = None
    text: str | None = None
    sources: list[str] = []
    cites: list[str] = []
    known_until: IsoDate | None = None
    questions: dict[Name, QuestionDocument] = {}
    parameters: dict[Name, ParameterDocument] = {}
    entries: list[TimelineEntryDocument] = Field(min_length=1)
    properties: list[PropertyDocument] = []
    accept: list[AcceptDocument] = []
