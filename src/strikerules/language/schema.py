"""JSON Schema (draft 7) of the files that people write, for their editors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from strikerules.language.documents import (
    CONDITION_REF,
    EXPECT_REF,
    GIVEN_REF,
    ZONE_REF,
    CatalogueDocument,
    PolicyDocument,
    TimelineDocument,
)
from strikerules.language.properties import KINDS
from strikerules.language.schema_terms import (
    COUNTRY,
    DATE_PATTERN,
    Schema,
    condition_definitions,
    one_of_words,
    scenario_definitions,
    zone_definition,
)
from strikerules.language.schema_texts import KEY_TEXTS
from strikerules.language.vocabulary import KINDS_OF_WEAPON, Vocabulary

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = [
    "DRAFT",
    "draft7",
    "policy_schema",
    "scenario_schema",
    "source_schema",
    "timeline_schema",
    "weapons_schema",
]

DRAFT = "http://json-schema.org/draft-07/schema#"

_RENAMED = {"zone": "zone_record", "record": "designation"}


def draft7(model: type[BaseModel], title: str, **definitions: Schema) -> Schema:
    """Return a model's JSON Schema in draft 7, with a description at every key.

    Parameters
    ----------
    model : type
        A strict model of a whole file.
    title : str
    **definitions : dict
        Schemas to stand beside the model's own, such as ``condition`` and ``own_zone``.

    Raises
    ------
    LookupError
        A key of the model has no description in `KEY_TEXTS`.
    """
    raw = model.model_json_schema(by_alias=True)
    own = raw.pop("$defs", {})
    own[model.__name__] = raw
    # A model that another one extends (`replace` is `add` and more) is described on its own.
    made = {_name(n): _described(_name(n), _tidied(s)) for n, s in own.items()}
    whole = made.pop(_name(model.__name__))
    return {"$schema": DRAFT, "title": title, **whole, "definitions": {**made, **definitions}}


def _name(model: str) -> str:
    base = re.sub(r"(Document|Entry)$", "", model)
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", base).lower()
    if model.endswith("Entry"):
        return _RENAMED.get(snake, snake)
    return "timeline_entry" if model == "TimelineEntryDocument" else snake


def _tidied(raw: Any) -> Any:
    """Return a schema with draft-7 references, without machine-made titles."""
    if isinstance(raw, list):
        return [_tidied(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    out: Schema = {}
    for key, value in raw.items():
        if key == "properties":
            out[key] = {name: _tidied(inner) for name, inner in value.items()}
        elif key == "title" and isinstance(value, str):
            continue
        else:
            out[key] = _tidied(value)
    if "$ref" in out:
        ref: Schema = {"$ref": _place(out.pop("$ref"))}
        out = {"allOf": [ref], **out} if out else ref
    if out.get("format") == "date":
        out["pattern"] = DATE_PATTERN
    return out


def _place(ref: str) -> str:
    fixed = {
        CONDITION_REF: "condition",
        ZONE_REF: "own_zone",
        GIVEN_REF: "attributes",
        EXPECT_REF: "expected",
    }
    return f"#/definitions/{fixed.get(ref) or _name(ref.rpartition('/')[2])}"


def _described(name: str, schema: Schema) -> Schema:
    texts = KEY_TEXTS[name]
    for key, inner in schema["properties"].items():
        if "$ref" in inner:
            inner["allOf"] = [{"$ref": inner.pop("$ref")}]
        inner["description"] = texts[key]
    if "description" in schema:
        schema["description"] = " ".join(schema["description"].split())
    return schema


def policy_schema() -> Schema:
    """Return the schema of a policy file.

    Examples
    --------
    >>> policy_schema()["required"]
    ['policy']
    """
    return _with_properties(PolicyDocument, "A policy")


def timeline_schema() -> Schema:
    """Return the schema of a timeline file.

    Examples
    --------
    >>> timeline_schema()["required"]
    ['timeline', 'entries']
    """
    return _with_properties(TimelineDocument, "A timeline")


def _with_properties(model: type[BaseModel], title: str) -> Schema:
    conditions = condition_definitions(Vocabulary())
    zones = {"zone": zone_definition(), "own_zone": zone_definition(own=True)}
    schema = draft7(model, title, **conditions, **zones)
    stated = schema["definitions"]["property"]
    stated["oneOf"] = [{"required": [kind]} for kind in KINDS]
    for kind in KINDS:
        # what is left out is not the same as null
        del stated["properties"][kind]["default"]
    return schema


def weapons_schema() -> Schema:
    """Return the schema of the weapons catalogue.

    Examples
    --------
    >>> weapons_schema()["required"]
    ['weapons']
    """
    schema = draft7(CatalogueDocument, "The weapons catalogue")
    weapon = schema["definitions"]["weapon"]["properties"]
    weapon["made_in"] |= COUNTRY
    weapon["kind"] |= one_of_words(KINDS_OF_WEAPON)
    weapon["max_range_km"]["minimum"] = 0
    return schema


def source_schema() -> Schema:
    """Return the schema of a source and its claims.

    Examples
    --------
    >>> source_schema()["properties"]["date"]["format"]
    'date'
    """
    from strikerules.sources.entries import SourceEntry

    schema = draft7(SourceEntry, "A source document and its claims")
    date = {"format": "date", "pattern": DATE_PATTERN}
    schema["properties"]["date"] |= date
    schema["properties"]["sha256"]["pattern"] = "^[0-9a-f]{64}$"
    for place in ("span", "claim"):
        for key in ("from", "until", "date", "happened"):
            for option in schema["definitions"][place]["properties"].get(key, {}).get("anyOf", []):
                if option.get("type") == "string":
                    option |= date
    claim = schema["definitions"]["claim"]
    claim["properties"]["id"]["pattern"] = "^c[0-9]{2,}[a-z]$"
    claim["oneOf"] = [{"required": ["encoded_as"]}, {"required": ["not_encoded"]}]
    return schema


def scenario_schema(vocabulary: Vocabulary | None = None) -> Schema:
    """Return the schema of a file of scenarios.

    Parameters
    ----------
    vocabulary : Vocabulary, optional
        The attributes, with those that a policy declares; the base ones unless given.

    Examples
    --------
    >>> sorted(scenario_schema()["definitions"])[:3]
    ['attributes', 'country', 'date']
    """
    return {
        "$schema": DRAFT,
        "title": "A scenario, or several",
        "description": "A hypothetical strike. What is left out is unknown.",
        "type": "object",
        "if": {"required": ["scenarios"]},
        "then": {
            "properties": {
                "scenarios": {
                    "description": "The scenarios of this file, each with a name of its own.",
                    "type": "array",
                    "minItems": 1,
                    "items": {"$ref": "#/definitions/scenario"},
                },
                "defaults": {
                    "description": "What holds for each of them unless it says otherwise.",
                    "anyOf": [{"$ref": "#/definitions/attributes"}, {"type": "null"}],
                },
            },
            "additionalProperties": False,
        },
        "else": {"$ref": "#/definitions/scenario"},
        "definitions": scenario_definitions(vocabulary or Vocabulary()),
    }
