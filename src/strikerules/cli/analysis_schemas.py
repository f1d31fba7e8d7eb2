"""JSON Schemas of what `diff` and `verify` print; results may carry more keys than they name."""

from __future__ import annotations

from typing import Any, get_args

__all__ = [
    "diff_schema",
    "document",
    "integer",
    "list_of",
    "or_null",
    "record",
    "text",
    "verify_schema",
]

Schema = dict[str, Any]


def text(description: str) -> Schema:
    """Return the schema of a text."""
    return {"description": description, "type": "string"}


def _texts(description: str) -> Schema:
    return list_of(description, {"type": "string"})


def integer(description: str) -> Schema:
    """Return the schema of a whole number that is not negative."""
    return {"description": description, "type": "integer", "minimum": 0}


def list_of(description: str, items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"description": description, "type": "array", "items": items}


def or_null(kind: str, description: str) -> Schema:
    """Return the schema of a value that may be null."""
    return {"description": description, "type": [kind, "null"]}


def _names(description: str) -> Schema:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": {"type": "string"},
    }


def record(properties: Schema, *optional: str) -> Schema:
    """Return the schema of a mapping; all keys are there but for those that are optional."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def document(
    kind: str, title: str, description: str, content: Schema, definitions: Schema
) -> Schema:
    """Return the schema of a whole result in its envelope."""
    from strikerules.language.schema import DRAFT

    envelope = {
        "strikerules": text("The version that worked it out."),
        "schema": {"description": "The kind of this document.", "const": kind},
    }
    return {
        "$schema": DRAFT,
        "title": title,
        "description": description,
        **record({**envelope, **content}),
        "additionalProperties": False,
        "definitions": definitions,
    }


def _outcomes(description: str) -> Schema:
    from strikerules.engine.decision import OUTCOMES

    return {
        "description": description,
        "type": "array",
        "items": {"type": "string", "enum": list(OUTCOMES)},
        "minItems": 1,
        "uniqueItems": True,
    }


def _where() -> Schema:
    """Return the keys that say which scenarios a shift or a region is made of."""
    return {
        "when": text("Its conditions in one line; `everywhere` where there are none."),
        "all_of": _texts("Its conditions in words, all of which hold."),
        "condition": {
            "description": "The same in the condition language of policies; true is everywhere.",
            "type": ["object", "boolean"],
        },
        "area_km2": {
            **or_null("number", "Where, on the ellipsoid; null where any place will do."),
            "minimum": 0,
        },
    }


def diff_schema() -> Schema:
    """Return the schema of ``diff/1``."""
    content = {
        "a": text("The first policy or timeline."),
        "b": text("The one that it is compared with."),
        "given": or_null("string", "The scenario that is the same throughout, if one was given."),
        "as_of": or_null("string", "The day on which they are compared, if one was given."),
        "readings": _names("From a question to the reading that was chosen in both."),
        "set": {
            "type": "object",
            "description": "From a parameter to the value that it was given in both.",
            "additionalProperties": {"type": ["number", "string", "boolean"]},
        },
        "equivalent": or_null(
            "boolean", "True is a proof: no scenario tells the two apart. Null: it was given up."
        ),
        "shifts": list_of(
            "What takes the place of what in one world, the readings among the conditions.",
            {"$ref": "#/definitions/shift"},
        ),
        "regions": list_of(
            "Disjoint; the scenarios outside of them are decided alike by both.",
            {"$ref": "#/definitions/region"},
        ),
        "notes": _texts("What a reader should know besides."),
    }
    definitions = {"shift": _shift(), "region": _region(), "side": _side(), "citation": _citation()}
    return document(
        "diff/1", "Differences", "What `strikerules diff --format json` prints.",
        content, definitions,
    )  # fmt: skip


def _shift() -> Schema:
    return record(
        {
            "from": _outcomes("The outcome before; several where rules contradict each other."),
            "to": _outcomes("The outcome after."),
            **_where(),
            "regions": {
                **list_of(
                    "The regions in which this happens, under some readings or all, by their"
                    " places in `regions`.",
                    {"type": "integer", "minimum": 0},
                ),
                "minItems": 1,
            },
        }
    )


def _region() -> Schema:
    from strikerules.analysis.difference import Kind

    return record(
        {
            "change": {
                "description": "What kind of change it is, over all readings.",
                "type": "string",
                "enum": list(get_args(Kind)),
            },
            "from": _outcomes("What is possible for the witness under the first policy."),
            "to": _outcomes("What is possible for the witness under the second."),
            **_where(),
            "questions": _texts("Open questions that the outcome hangs on, before or after."),
            "witness": {
                **or_null("object", "A scenario of the region; null where none was found."),
                "required": ["scenario"],
            },
            "shown": {
                "description": "Whether the engine says of the witness what the region does.",
                "type": "boolean",
            },
            "sides": {
                "description": "What the witness comes to under each of the two.",
                **record({k: {"$ref": "#/definitions/side"} for k in "ab"}),
            },
            "citations": list_of(
                "The claims that the two decisions rest on.", {"$ref": "#/definitions/citation"}
            ),
            "assumptions": _texts("What nobody published and the two decisions lean on."),
            "place": {
                "description": "Which location `geometry` is of; null where any place will do.",
                "enum": ["target.location", "launch.location", None],
            },
            "geometry": {
                **or_null("object", "Where, as a GeoJSON geometry; null where any will do."),
                "required": ["type"],
            },
            "as_drawn": {
                "description": "The outcomes with the edges of zones taken as they are drawn,"
                " where these differ from the witness's.",
                **record(
                    {
                        "from": _outcomes("Under the first policy."),
                        "to": _outcomes("Under the second."),
                    }
                ),
            },
        },
        "as_drawn",
    )


def _side() -> Schema:
    properties = {
        "policy": text("The policy that decides."),
        "rules": _texts("The rules that apply, or may."),
        "claims": _texts("The claims that the decision rests on."),
    }
    return record(properties, *properties)


def _citation() -> Schema:
    return record(
        {
            "claim": text("The claim's id."),
            "source": or_null("string", "Its source; null where it is not registered."),
            "paragraph": or_null("integer", "Where it stands in the source."),
        }
    )


def verify_schema() -> Schema:
    """Return the schema of ``verify/1``."""
    report = record(
        {
            "policy": text(
                "The policy or timeline; `zones` and `sources` are the registers that ship."
            ),
            "findings": list_of("What stands.", {"$ref": "#/definitions/finding"}),
            "accepted": list_of("What the policy accepts.", {"$ref": "#/definitions/accepted"}),
            "proved": _texts("The properties that hold in every scenario, under every reading."),
            "notes": _texts("What a reader should know besides."),
        }
    )
    accepted = {**_finding(), "because": text("The reason that the policy gives.")}
    return document(
        "verify/1",
        "Findings",
        "What `strikerules verify --format json` prints.",
        {
            "results": list_of(
                "One for each policy and timeline, in order, then the registers.",
                {"$ref": "#/definitions/report"},
            )
        },
        {
            "report": report,
            "finding": record(_finding(), *_MAY_LACK),
            "accepted": record(accepted, *_MAY_LACK),
        },
    )


_MAY_LACK = ("file", "line", "column", "help", "witness", "readings", "decision")


def _finding() -> Schema:
    from strikerules.analysis.findings import Level
    from strikerules.engine.decision import OUTCOMES

    return {
        "code": {
            "description": "The stable code; `strikerules explain CODE` has its page.",
            "type": "string",
            "pattern": "^SR[0-9]{3}$",
        },
        "level": {
            "description": "An error is wrong for sure, a note a matter of tidiness.",
            "type": "string",
            "enum": list(get_args(Level)),
        },
        "message": text("What was found."),
        "policy": text("The policy or timeline that it is about."),
        "about": _texts("The names in it that an `accept` can give."),
        "file": text("The file that it stands in."),
        "line": {"description": "The line, from 1.", "type": "integer"},
        "column": {"description": "The column, from 1.", "type": "integer"},
        "help": text("What to do about it, or what else the example shows."),
        "witness": {
            "description": "A scenario that shows it.",
            "type": "object",
            "required": ["scenario"],
        },
        "readings": _names("The readings under which it does."),
        "decision": {
            "description": "What the engine says of the witness under these readings.",
            "type": "string",
            "enum": [*OUTCOMES, "indeterminate"],
        },
    }
