"""JSON Schema (draft 7) of sweep files, for editors."""

from __future__ import annotations

from strikerules.batch.sweep.areas import LEAST_STEP_KM, MOST_STEP_KM
from strikerules.batch.sweep.context import DERIVED
from strikerules.batch.sweep.documents import SweepDocument
from strikerules.batch.sweep.laid import CELL
from strikerules.language.locations import MOST_ACCURACY_KM
from strikerules.language.schema import draft7
from strikerules.language.schema_terms import Schema, scenario_definitions
from strikerules.language.vocabulary import Attribute, Vocabulary

__all__ = ["sweep_schema"]

_REGION: Schema = {"$ref": "#/definitions/region"}
_KM: Schema = {"type": "string", "pattern": r"^\s*[+]?[0-9]+(\.[0-9]+)?\s*km\s*$"}


def sweep_schema(vocabulary: Vocabulary | None = None) -> Schema:
    """Return the schema of a sweep.

    Parameters
    ----------
    vocabulary : Vocabulary, optional
        The attributes, with those that a policy declares. Unless it is given, facts that are no
        base attributes are let through.

    Examples
    --------
    >>> sweep_schema()["required"]
    ['sweep', 'vary']
    """
    known = vocabulary or Vocabulary()
    given = scenario_definitions(known)
    given.pop("scenario")
    places = given["location"]["anyOf"]
    if vocabulary is None:
        given["attributes"]["additionalProperties"] = {
            "description": "A fact that the policy declares."
        }
    own = {
        "varied": _varied(known, given["attributes"]["properties"], open_ended=vocabulary is None),
        "region": {
            "description": "Somewhere with an inside: a zone by its name, a polygon, a town, or a"
            " point with `accuracy_km`.",
            "anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/definitions/location"}],
        },
        # what has an outline of its own can't stand in a table
        "listed_place": {"description": "A point, a town or a zone.", "anyOf": places[:4]},
        "grid": _grid(),
        "drawn_place": _draw(_REGION, accuracy_km=_accuracy()),
    }
    schema = draft7(SweepDocument, "A sweep", **given, **own)
    varied = schema["properties"]["vary"]
    schema["properties"]["vary"] = {
        "description": varied["description"],
        "allOf": [{"$ref": "#/definitions/varied"}],
    }
    return schema


def _varied(vocabulary: Vocabulary, given: Schema, *, open_ended: bool) -> Schema:
    top: Schema = {}
    for attribute in vocabulary.values():
        value = given[attribute.path]
        schema = {"description": value["description"], "anyOf": _forms(attribute, value)}
        top[attribute.path] = schema
        group, dot, rest = attribute.path.partition(".")
        if dot:
            outer = top.setdefault(group, {
                "description": given[group]["description"], "type": "object",
                "properties": {}, "additionalProperties": False,
            })  # fmt: skip
            outer["properties"][rest] = schema
    either = {"type": ["boolean", "null"]}
    circumstance = {
        "description": "A circumstance that a policy may look at.",
        "anyOf": _forms(Attribute("conditions", "boolean", ""), either),
    }
    top.setdefault("conditions", {
        "description": given["conditions"]["description"], "type": "object", "properties": {},
    })["additionalProperties"] = circumstance  # fmt: skip
    return {
        "description": "What is varied, and how: every combination is a row.",
        "type": "object",
        "properties": top,
        "patternProperties": {r"^conditions\.": circumstance},
        "additionalProperties": {"description": "A fact that the policy declares."}
        if open_ended
        else False,
        "minProperties": 1,
    }


def _forms(attribute: Attribute, value: Schema) -> list[Schema]:
    """Return the ways to vary an attribute whose values have this schema."""
    if attribute.kind == "location":
        place: Schema = {"anyOf": [{"$ref": "#/definitions/listed_place"}, {"type": "null"}]}
        return [_list(place), {"$ref": "#/definitions/grid"}, {"$ref": "#/definitions/drawn_place"}]
    item = {k: v for k, v in value.items() if k != "description"}
    forms = [_list(item["anyOf"][0] if attribute.path in DERIVED else item)]
    if attribute.kind in ("values", "boolean", "country") or attribute.path == "weapon.name":
        forms.append({"description": "Every value that it can have.", "const": "all"})
    if attribute.kind in ("number", "date"):
        single = item["anyOf"][0]
        forms += [_range(attribute, single), _draw(_drawn(attribute, single))]
    return forms


def _list(item: Schema) -> Schema:
    return {
        "description": "These values; null leaves it unknown.",
        "type": "array",
        "items": item,
        "minItems": 1,
        "uniqueItems": True,
    }


def _object(description: str, required: list[str], **properties: Schema) -> Schema:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _range(attribute: Attribute, value: Schema) -> Schema:
    ends = {
        "from": {"description": "The first value.", "allOf": [value]},
        "to": {"description": "The last one, if a step hits it.", "allOf": [value]},
    }
    if attribute.kind == "date":
        days = {"description": "Days from one to the next; 1 unless given.",
                "type": "integer", "minimum": 1}  # fmt: skip
        return _object("Days, both ends among them.", ["from", "to"], **ends, step=days)
    step = {
        "description": "From one value to the next.",
        "anyOf": [_above_0(), {"type": "string", "pattern": "[1-9]"}],
    }
    count = {"description": "How many values, both ends among them.",
             "type": "integer", "minimum": 2}  # fmt: skip
    found = _object("Numbers, both ends among them.", ["from", "to"], **ends, step=step,
                    count=count)  # fmt: skip
    found["oneOf"] = [{"required": ["step"]}, {"required": ["count"]}]
    return found


def _above_0() -> Schema:
    return {"type": "number", "exclusiveMinimum": 0}


def _grid() -> Schema:
    step = {
        "description": "How wide a cell is, in km.",
        "anyOf": [{"type": "number", "minimum": LEAST_STEP_KM, "maximum": MOST_STEP_KM}, _KM],
    }
    accuracy = _accuracy()
    about = accuracy.pop("description")
    return _object(
        "The centres of the cells of a regular grid, those that are in a region.",
        ["grid", "step_km"],
        grid={"description": "The region.", "allOf": [_REGION]},
        step_km=step,
        accuracy_km={
            "description": f"{about} `{CELL}`: as far as its cell reaches.",
            "anyOf": [accuracy, {"const": CELL}],
        },
    )


def _accuracy() -> Schema:
    return {
        "description": "How far each point may be off, in km.",
        "type": "number",
        "minimum": 0,
        "maximum": MOST_ACCURACY_KM,
    }


def _draw(what: Schema, **more: Schema) -> Schema:
    return _object(
        "Drawn at random, as often as `draws` says.",
        ["draw"],
        draw={"description": "What is drawn from.", "allOf": [what]},
        **more,
    )


def _drawn(attribute: Attribute, value: Schema) -> Schema:
    pair = {
        "description": "Each value between these two as likely as another.",
        "type": "array",
        "items": value,
        "minItems": 2,
        "maxItems": 2,
    }
    uniform = _object("Uniform.", ["uniform"], uniform=pair)
    if attribute.kind == "date":
        return uniform
    number: Schema = {"anyOf": [{"type": "number"}, {"type": "string"}]}
    inner = _object(
        "The distribution; values that the attribute can't have are drawn anew.",
        ["mean", "sd"],
        mean={"description": "Its mean.", **number},
        sd={"description": "Its standard deviation.", "anyOf": [_above_0(), {"type": "string"}]},
        **{
            "from": {"description": "Values below are drawn anew.", "allOf": [value]},
            "to": {"description": "Values above are drawn anew.", "allOf": [value]},
        },
    )
    normal = _object("Normal.", ["normal"], normal=inner)
    return {"anyOf": [uniform, normal]}
