"""The shapes of policy and timeline files, before names and conditions are looked at."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from strikerules.documents.models import Strict
from strikerules.language.values import read_date
from strikerules.problems import Problem

__all__ = [
    "CONDITION_REF",
    "AddDocument",
    "Algorithm",
    "CatalogueDocument",
    "Effect",
    "FactDocument",
    "InForce",
    "Name",
    "OtherwiseDocument",
    "ParameterDocument",
    "PolicyDocument",
    "QuestionDocument",
    "ReadingDocument",
    "RemoveDocument",
    "ReplaceDocument",
    "RuleDocument",
    "TimelineDocument",
    "TimelineEntryDocument",
]

# Web addresses, since pydantic follows every other reference; `schema` puts the real places in.
CONDITION_REF = "https://strikerules.invalid/schema/condition"
ZONE_REF = "https://strikerules.invalid/schema/zone"

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
