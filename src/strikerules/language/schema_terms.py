"""The vocabulary as JSON Schema: attributes, locations, conditions, zones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from strikerules.language.countries import COUNTRIES
from strikerules.language.locations import MOST_ACCURACY_KM
from strikerules.language.vocabulary import Attribute, Vocabulary

__all__ = [
    "COUNTRY",
    "DATE_PATTERN",
    "INTENT_TEXTS",
    "Schema",
    "condition_definitions",
    "one_of_words",
    "scenario_definitions",
    "zone_definition",
]

Schema = dict[str, Any]

DATE_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INTENT_TEXTS = {
    "inside": "Zones that it is meant to lie in, each of them.",
    "apart": "Zones that it is meant to have no area in common with.",
    "adjoins": "Zones that it is meant to share an edge with, without gap or overlap.",
}
_OWN_PATTERN = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"


def one_of_words(words: Iterable[str]) -> Schema:
    """Return the schema of one word of several."""
    return {"type": "string", "enum": list(words)}


COUNTRY: Schema = one_of_words(sorted(COUNTRIES))
_DATE: Schema = {"type": "string", "format": "date", "pattern": DATE_PATTERN}
_PARAMETER: Schema = {
    "description": "A parameter of the policy, as `$name`.",
    "type": "string",
    "pattern": r"^\$.",
}
_WORD: Schema = {"type": "string", "minLength": 1}
_CITES: Schema = {
    "description": "Claims of the source register that this rests on, such as `c04b`.",
    "type": "array",
    "items": {"type": "string"},
}
_NOTE: Schema = {
    "description": "A remark for readers; nothing depends on it.",
    "type": ["string", "null"],
}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _with_unit(unit: str) -> str:
    return rf"^\s*[-+]?[0-9]+(\.[0-9]+)?\s*{unit}\s*$"


def _value(attribute: Attribute) -> Schema:
    """Return the schema of a value of an attribute that is not a location."""
    if attribute.kind == "number":
        number: Schema = {"type": "number"}
        text: Schema = {"type": "string", "pattern": _with_unit(attribute.unit or "")}
        if attribute.unit == "km" and attribute.origin == "base":
            number["minimum"] = 0
            text["pattern"] = text["pattern"].replace("[-+]?", "[+]?")
        return {"anyOf": [number, text]} if attribute.unit else number
    return {
        "boolean": {"type": "boolean"},
        "date": _ref("date"),
        "country": _ref("country"),
        "text": {"type": "string"},
        "values": one_of_words(attribute.values),
    }[attribute.kind]


def _wording(attribute: Attribute) -> str:
    return f"{attribute.text[:1].upper()}{attribute.text[1:]}: {attribute.wanted}."


def scenario_definitions(vocabulary: Vocabulary) -> dict[str, Schema]:
    """Return the definitions that a schema of scenarios needs.

    Attributes may be nested (``weapon: {made_in: US}``) or dotted (``weapon.made_in: US``); null
    is unknown, and not filled in.
    """
    top: dict[str, Any] = {}
    for attribute in vocabulary.values():
        value = _ref("location") if attribute.kind == "location" else _value(attribute)
        schema = {"description": _wording(attribute), "anyOf": [value, {"type": "null"}]}
        top[attribute.path] = schema
        group, dot, rest = attribute.path.partition(".")
        if dot:
            inner = top.setdefault(group, _group(group))["properties"]
            inner[rest] = schema
    top.setdefault("conditions", _group("conditions"))["additionalProperties"] = {
        "description": "A circumstance that a policy may look at.",
        "type": ["boolean", "null"],
    }
    head = {
        "scenario": {
            "description": "The scenario's name, unique in the file.",
            "anyOf": [_WORD, {"type": "integer"}],
        },
        "title": {"description": "A short title for people.", "type": ["string", "null"]},
        "text": {"description": "What it is about.", "type": ["string", "null"]},
        "note": _NOTE,
    }
    undeclared = {r"^conditions\.": {"type": ["boolean", "null"]}}
    return {
        "scenario": {
            "description": "A hypothetical strike. What is left out is unknown.",
            "type": "object",
            "required": ["scenario"],
            "properties": {**head, **top},
            "patternProperties": undeclared,
            "additionalProperties": False,
        },
        "attributes": {
            "description": "What is known of a strike.",
            "type": "object",
            "properties": top,
            "patternProperties": undeclared,
            "additionalProperties": False,
        },
        "location": _location(),
        "country": {"description": "An ISO 3166-1 alpha-2 country code.", **COUNTRY},
        "date": {"description": "An ISO date such as `2024-05-31`.", **_DATE},
    }


_GROUPS = {
    "weapon": "The weapon.",
    "target": "What is struck.",
    "launch": "Where the strike is launched.",
    "area": "Whether the area that holds the target is one that has been designated.",
    "strike": "The strike as a whole.",
    "conditions": "Circumstances that a policy may look at.",
}


def _group(name: str) -> Schema:
    return {
        "description": _GROUPS.get(name, f"Attributes of {name}."),
        "type": ["object", "null"],
        "properties": {},
        "additionalProperties": False,
    }


def _object(required: Iterable[str], description: str, **properties: Schema) -> Schema:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _location() -> Schema:
    degrees: Schema = {"type": "number"}
    lon = {"description": "Degrees east, WGS 84.", **degrees, "minimum": -180, "maximum": 180}
    lat = {"description": "Degrees north, WGS 84.", **degrees, "minimum": -90, "maximum": 90}
    accuracy = {
        "description": "The radius in km of a circle that certainly holds the place.",
        "type": "number",
        "minimum": 0,
        "maximum": MOST_ACCURACY_KM,
    }
    point = _object(["lon", "lat"], "A point.", lon=lon, lat=lat, accuracy_km=accuracy)
    place = _object(
        ["place"], "A town of the gazetteer.",
        place={"description": "The town's name.", **_WORD}, accuracy_km=accuracy,
    )  # fmt: skip
    zone = _object(
        ["zone"], "Somewhere in a zone.", zone={"description": "The zone's id.", **_WORD}
    )
    position = {
        "description": "Longitude and latitude in degrees.",
        "type": "array",
        "items": [lon, lat, {"type": "number"}],
        "minItems": 2,
        "maxItems": 3,
    }
    ring = {
        "description": "Positions around the edge; the last repeats the first.",
        "type": "array",
        "items": position,
        "minItems": 4,
    }
    polygon = {"type": "array", "items": ring, "minItems": 1}
    shapes = [
        _geometry("Point", "A point in GeoJSON.", position),
        _geometry("Polygon", "Somewhere in a polygon, in GeoJSON.", polygon),
        _geometry(
            "MultiPolygon", "Somewhere in one of several polygons, in GeoJSON.",
            {"type": "array", "items": polygon, "minItems": 1},
        ),
    ]  # fmt: skip
    feature = {
        "description": "A GeoJSON feature; its geometry is what counts.",
        "type": "object",
        "properties": {"type": {"const": "Feature"}, "geometry": {"anyOf": shapes}},
        "required": ["type", "geometry"],
    }
    return {
        "description": "Where: a point, a town, a zone, or a GeoJSON point or polygon.",
        "anyOf": [point, place, zone, *shapes, feature],
    }


def _geometry(kind: str, description: str, coordinates: Schema) -> Schema:
    return {
        "description": description,
        "type": "object",
        "properties": {"type": {"const": kind}, "coordinates": coordinates},
        "required": ["type", "coordinates"],
    }


_PLACES = {
    "within": "The place is in the zone; its edge belongs to it.",
    "disjoint": "The place has nothing in common with the zone.",
    "intersects": "The place and the zone have something in common.",
}
_ORDER = {"lt": "Less than.", "le": "At most.", "gt": "More than.", "ge": "At least."}
_DATES = {
    "before": "Before this day.",
    "from": "On this day or later.",
    "until": "On this day or earlier.",
}


def condition_definitions(vocabulary: Vocabulary) -> dict[str, Schema]:
    """Return the definitions of a condition and what it is made of."""
    condition = _ref("condition")
    several = {"type": "array", "items": condition}
    joined: dict[str, Schema] = {
        "all": {"description": "Every one of these holds.", **several},
        "any": {"description": "At least one of these holds.", **several},
        "not": {"description": "This does not hold.", "allOf": [condition]},
        "is": {"description": "A definition of this name holds.", **_WORD},
    }
    tests = {a.path: _test(a) for a in vocabulary.values()}
    return {
        "condition": {
            "description": "`true` or `false`; `all`, `any`, `not` or `is`; or a test of one"
            " attribute, such as `weapon.made_in: US`.",
            "anyOf": [
                {"type": "boolean"},
                {
                    "type": "object",
                    "properties": {**joined, **tests, "cites": _CITES, "note": _NOTE},
                    "propertyNames": {"pattern": _OWN_PATTERN},
                    "additionalProperties": _ref("own_test"),
                    "anyOf": _one_key_besides("cites", "note"),
                },
            ],
        },
        "own_test": _own_test(),
        "country": {"description": "An ISO 3166-1 alpha-2 country code.", **COUNTRY},
        "date": {"description": "An ISO date such as `2024-05-31`.", **_DATE},
    }


def _one_key_besides(a: str, b: str) -> list[Schema]:
    """Return the ways to have one key beside two that may be left out."""

    def size(number: int) -> Schema:
        return {"minProperties": number, "maxProperties": number}

    has_a, has_b = {"required": [a]}, {"required": [b]}
    return [
        {**size(1), "not": {"anyOf": [has_a, has_b]}},
        {**size(2), **has_a, "not": has_b},
        {**size(2), **has_b, "not": has_a},
        {**size(3), "required": [a, b]},
    ]


def _test(attribute: Attribute) -> Schema:
    if attribute.kind == "location":
        zone_name = {**_WORD, "not": {"pattern": r"^\$"}}
        operators: dict[str, Schema] = {
            name: {"description": text, **zone_name} for name, text in _PLACES.items()
        }
        operators["within_distance"] = _object(
            ["of", "km"], "The place is no farther from the zone than so many km.",
            of={"description": "The zone's name.", **zone_name},
            km={"description": "The distance in km.",
                "anyOf": [{"type": "number"}, {"type": "string", "pattern": _with_unit("km")},
                          _PARAMETER]},
        )  # fmt: skip
        return {"description": _about(attribute), **_operators(operators)}
    value = {"anyOf": [_value(attribute), _PARAMETER]}
    operators = {
        "eq": {"description": "Equal to.", **value},
        "ne": {"description": "Not equal to.", **value},
        "in": {"description": "One of these.", "type": "array", "items": value},
    }
    more = {"number": _ORDER, "date": _ORDER | _DATES}.get(attribute.kind, {})
    operators |= {name: {"description": text, **value} for name, text in more.items()}
    return {
        "description": _about(attribute),
        "anyOf": [_value(attribute), _PARAMETER, _operators(operators)],
    }


def _about(attribute: Attribute) -> str:
    return f"{attribute.text[:1].upper()}{attribute.text[1:]}."


def _operators(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
    }


def _own_test() -> Schema:
    scalar = {"type": ["boolean", "number", "string"]}
    names = ("eq", "ne", *_ORDER, *_DATES)
    operators: dict[str, Schema] = dict.fromkeys(names, scalar)
    operators["in"] = {"type": "array", "items": scalar}
    return {
        "description": "A test of an attribute that the policy declares under `facts:`.",
        "anyOf": [scalar, _operators(operators)],
    }


def zone_definition(*, own: bool = False) -> Schema:
    """Return the definition of a zone as policies write it.

    Of a zone of a policy's own, unlike of a part of one, it can be stated what it is to others.
    """
    zone = _ref("zone")
    record = {
        "anyOf": [
            {"type": "null"},
            {"const": False},
            {
                "type": "object",
                "properties": {
                    "by": {"description": "Who did it.", "type": "string"},
                    "on": {
                        "description": "The day, or null where it is not public.",
                        "anyOf": [_DATE, {"type": "null"}],
                    },
                    "cites": _CITES,
                },
                "additionalProperties": False,
            },
        ]
    }
    several = {"type": "array", "items": zone, "minItems": 1}
    makers: dict[str, Schema] = {
        "union": {"description": "All that is in one of these.", **several},
        "intersection": {"description": "What is in all of these.", **several},
        "difference": {"description": "The first, without all the others.", **several},
        "buffer_km": {
            "description": "Widen (or, below zero, narrow) the zone `of` by so many km.",
            "type": "number",
            "minimum": -500,
            "maximum": 500,
            "not": {"const": 0},
        },
        "geometry": {"description": "An outline in GeoJSON, WGS 84 degrees.", "type": "object"},
        "file": {"description": "The path of a GeoJSON file.", **_WORD},
        "same_as": {"description": "Another zone's name.", **_WORD},
    }
    more: dict[str, Schema] = {
        "of": {"description": "The zone that `buffer_km` widens.", "allOf": [zone]},
        "title": {"description": "A short title for people.", "type": "string"},
        "status": {
            "description": "`assumed` where nobody published it.",
            **one_of_words(("published", "derived", "assumed")),
        },
        "source": {"description": "Where it was taken from.", "type": "string"},
        "edge_km": {
            "description": "How far the outline may be from the true edge, in km.",
            "type": "number",
            "minimum": 0,
            "maximum": 100,
        },
        "designated": {"description": "By whom and when it was designated.", **record},
        "communicated": {"description": "By whom and when it was communicated.", **record},
        "note": _NOTE,
        "cites": _CITES,
    }
    if own:
        names: Schema = {"anyOf": [_WORD, {"type": "array", "items": _WORD, "minItems": 1}]}
        more |= {key: {"description": text, **names} for key, text in INTENT_TEXTS.items()}
    return {
        "description": "A zone: another one's name, or how it is made.",
        "anyOf": [
            _WORD,
            {
                "type": "object",
                "properties": {**makers, **more},
                "additionalProperties": False,
                "oneOf": [{"required": [name]} for name in makers],
                "dependencies": {"buffer_km": ["of"]},
            },
        ],
    }
