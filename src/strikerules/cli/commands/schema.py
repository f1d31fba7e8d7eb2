"""JSON Schema (draft 7) of a kind of file, for editors to complete and check it.

With the YAML extension of an editor, save the schema and begin a file with
`# yaml-language-server: $schema=FILE`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from strikerules.cli.common import add_output
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

if TYPE_CHECKING:
    from strikerules.language.vocabulary import Vocabulary

__all__ = ["KINDS", "add_arguments", "decision_schema", "run", "zones_schema"]

KINDS = {
    "scenario": "one scenario or several",
    "policy": "a policy or a variant",
    "timeline": "policies, and when each is in force",
    "test": "policy tests",
    "sweep": "scenarios by the thousand, for `batch --sweep`",
    "decision": "what `check --format json` prints",
    "batch": "what `batch --format json` prints",
    "diff": "what `diff --format json` prints",
    "results": "what `test --format json` prints",
    "verify": "what `verify --format json` prints",
    "zones": "the zone register",
    "source": "a source document and its claims",
    "weapons": "the weapons catalogue",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    kinds = "; ".join(f"{name}: {text}" for name, text in KINDS.items())
    parser.add_argument("kind", metavar="KIND", help=kinds)
    parser.add_argument(
        "--policy", metavar="NAME_OR_FILE", default=None,
        help="for scenarios, tests and sweeps: take in the attributes that this policy or timeline"
        " declares",
    )  # fmt: skip
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Print the schema."""
    if args.kind not in KINDS:
        raise InvalidInput(
            Problem(
                "SR601",
                f"there is no schema {quoted(args.kind)}",
                expected=listed(KINDS, most=len(KINDS)),
                help=did_you_mean(args.kind, KINDS),
            )
        )
    if args.policy is not None and args.kind not in ("scenario", "test", "sweep"):
        raise InvalidInput(
            Problem(
                "SR601",
                "`--policy` makes a difference to the schemas of scenarios, tests and sweeps only",
            )
        )
    schema = _schema(args.kind, args.policy)
    args.output_to.emit(json.dumps(schema, ensure_ascii=False, indent=2), args.output)
    return 0


def _schema(kind: str, policy: str | None) -> dict[str, Any]:
    from strikerules.cli.analysis_schemas import diff_schema, verify_schema
    from strikerules.cli.batch_schema import batch_schema
    from strikerules.cli.suite_schema import results_schema
    from strikerules.language import schema
    from strikerules.testing.schema import suite_schema

    if policy is not None:
        from strikerules.geography.atlas import default_atlas
        from strikerules.language.library import Library

        vocabulary = Library(default_atlas().has).load(policy).vocabulary
        own = {"scenario": schema.scenario_schema, "test": suite_schema, "sweep": _sweep_schema}
        return own[kind](vocabulary)
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "scenario": schema.scenario_schema,
        "policy": schema.policy_schema,
        "timeline": schema.timeline_schema,
        "test": suite_schema,
        "sweep": _sweep_schema,
        "decision": decision_schema,
        "batch": batch_schema,
        "diff": diff_schema,
        "verify": verify_schema,
        "results": results_schema,
        "zones": zones_schema,
        "source": schema.source_schema,
        "weapons": schema.weapons_schema,
    }
    return makers[kind]()


def _sweep_schema(vocabulary: Vocabulary | None = None) -> dict[str, Any]:
    from strikerules.batch.sweep.schema import sweep_schema

    return sweep_schema(vocabulary)


def zones_schema() -> dict[str, Any]:
    """Return the schema of the zone register."""
    from strikerules.geography.entries import RegisterDocument
    from strikerules.language.schema import draft7
    from strikerules.language.schema_terms import DATE_PATTERN, zone_definition

    schema = draft7(RegisterDocument, "The zone register", zone=zone_definition())
    record = schema["definitions"]["zone_record"]["properties"]
    record["derive"]["anyOf"] = [{"$ref": "#/definitions/zone"}, {"type": "null"}]
    for option in schema["definitions"]["designation"]["properties"]["on"]["anyOf"]:
        if option["type"] == "string":
            option["pattern"] = DATE_PATTERN
    return schema


def _texts(description: str) -> dict[str, Any]:
    return {"description": description, "type": "array", "items": {"type": "string"}}


def _text(description: str, *, or_null: bool = False) -> dict[str, Any]:
    return {"description": description, "type": ["string", "null"] if or_null else "string"}


def decision_schema() -> dict[str, Any]:
    """Return the schema of ``decision/1``; results may carry more keys than it names."""
    from strikerules.engine.decision import OUTCOMES
    from strikerules.language.schema import DRAFT

    outcome = {"type": "string", "enum": list(OUTCOMES)}
    possible = {
        "description": "The outcomes over all possible worlds, in a fixed order.",
        "type": "array",
        "items": outcome,
        "minItems": 1,
        "uniqueItems": True,
    }
    result = {
        "scenario": _text("The scenario's name."),
        "title": _text("The scenario's title.", or_null=True),
        "policy": _text("The policy in force, or the timeline where several may be."),
        "timeline": _text("The timeline that picked the policy.", or_null=True),
        "decision": {
            "description": "The outcome where there is one, else `indeterminate`.",
            "type": "string",
            "enum": [*OUTCOMES, "indeterminate"],
        },
        "possible": possible,
        "rules": {
            "description": "How each rule stands in the case.",
            "type": "array",
            "items": {"$ref": "#/definitions/rule"},
        },
        "depends_on": {
            "description": "What the case hangs on; empty exactly where it is settled.",
            "type": "object",
            "properties": {
                "facts": _texts("Facts that are not known."),
                "places": _texts("Places that are not exactly known."),
                "questions": _texts("Open questions of interpretation."),
                "conflicts": _texts("Rules that contradict each other in one world."),
            },
            "required": ["facts", "places", "questions"],
        },
        "readings": {
            "description": "The outcomes under each choice of the readings that matter.",
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "choose": {
                        "description": "From a question to the reading chosen.",
                        "type": "object",
                        "additionalProperties": {"type": "string"},
                    },
                    "possible": possible,
                },
                "required": ["choose", "possible"],
            },
        },
        "settled_by": {
            "description": "Every minimal set of answers that would settle the case, by size.",
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "answers": {"type": "object", "additionalProperties": {"type": "string"}},
                    "decision": outcome,
                },
                "required": ["answers", "decision"],
            },
        },
        "next_question": {
            "description": "The one thing whose answer leaves least open; null where settled.",
            "anyOf": [{"$ref": "#/definitions/next_question"}, {"type": "null"}],
        },
        "margin": {
            "description": "How robust a settled decision is, if asked for; null where open.",
            "anyOf": [{"$ref": "#/definitions/margin"}, {"type": "null"}],
        },
        "assumptions": _texts("Zones and parameters that nobody published and that it leans on."),
        "citations": {
            "description": "The claims that the decision rests on.",
            "type": "array",
            "items": {"$ref": "#/definitions/citation"},
        },
        "warnings": {
            "description": "What is odd about the scenario.",
            "type": "array",
            "items": {"$ref": "#/definitions/problem"},
        },
        "notes": _texts("What else a reader should know."),
        "explanation": {
            "description": "The steps that lead to the decision.",
            "anyOf": [{"$ref": "#/definitions/step"}, {"type": "null"}],
        },
    }
    required = ["scenario", "policy", "decision", "possible", "rules", "depends_on", "readings"]
    return {
        "$schema": DRAFT,
        "title": "Decisions",
        "description": "What `strikerules check --format json` prints.",
        "type": "object",
        "properties": {
            "strikerules": _text("The version that decided."),
            "schema": {"description": "The kind of this document.", "const": "decision/1"},
            "results": {
                "description": "One decision for each scenario, in order.",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": result,
                    "required": [*required, "assumptions", "citations"],
                },
            },
        },
        "required": ["strikerules", "schema", "results"],
        "additionalProperties": False,
        "definitions": {**_definitions(), **_robustness(possible)},
    }


def _definitions() -> dict[str, Any]:
    number = {"type": ["integer", "null"]}
    return {
        "rule": {
            "type": "object",
            "properties": {
                "id": _text("The rule's id."),
                "effect": {
                    "description": "Whether the rule permits or prohibits.",
                    "type": "string",
                    "enum": ["permit", "prohibit"],
                },
                "outcome": {
                    "description": "How the rule stands over all worlds.",
                    "type": "string",
                    "enum": ["applies", "does_not_apply", "unknown", "defeated"],
                },
                "citations": _texts("The claims that the rule cites."),
                "policy": _text("The policy that the rule is decided in."),
                "defeated_by": _texts("The rules that override it in this case."),
            },
            "required": ["id", "effect", "outcome", "citations"],
        },
        "citation": {
            "type": "object",
            "properties": {
                "claim": _text("The claim's id."),
                "source": _text("Its source; null where it is not registered.", or_null=True),
                "paragraph": {"description": "Where it stands in the source.", **number},
            },
            "required": ["claim", "source", "paragraph"],
        },
        "problem": {
            "type": "object",
            "properties": {
                "code": {
                    "description": "The stable code; `strikerules explain CODE` has its page.",
                    "type": "string",
                    "pattern": "^SR[0-9]{3}$",
                },
                "message": _text("What is odd."),
                "file": _text("The file that it stands in."),
                "line": {"description": "The line, from 1.", "type": "integer"},
                "column": {"description": "The column, from 1.", "type": "integer"},
                "expected": _text("What would have been right."),
                "help": _text("What to do about it."),
            },
            "required": ["code", "message"],
        },
        "step": {
            "type": "object",
            "properties": {
                "kind": _text("The kind of step."),
                "text": _text("The step in words."),
                "children": {
                    "description": "The steps below it.",
                    "type": "array",
                    "items": {"$ref": "#/definitions/step"},
                },
            },
            "required": ["kind", "text"],
        },
    }


def _robustness(possible: dict[str, Any]) -> dict[str, Any]:
    """Return what the next question and the margins consist of."""

    def number(description: str, *, or_null: bool = False) -> dict[str, Any]:
        kinds = ["number", "null"] if or_null else "number"
        return {"description": description, "type": kinds}

    def maybe(name: str, description: str) -> dict[str, Any]:
        return {
            "description": description,
            "anyOf": [{"$ref": f"#/definitions/{name}"}, {"type": "null"}],
        }

    def record(properties: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "properties": properties, "required": list(properties)}

    def several(description: str, item: dict[str, Any]) -> dict[str, Any]:
        return {"description": description, "type": "array", "items": item}

    return {
        "next_question": record(
            {
                "name": _text("The fact, the place or the question to ask about."),
                "kind": {
                    "description": "Which of the three it is.",
                    "type": "string",
                    "enum": ["fact", "place", "question"],
                },
                "answers": several(
                    "Each answer, and the outcomes after it.",
                    record({"answer": _text("The answer."), "possible": possible}),
                ),
            }
        ),
        "margin": record(
            {
                "facts": several(
                    "Facts that are known and looked at.",
                    {"$ref": "#/definitions/fact_margin"},
                ),
                "places": several(
                    "The target's and the launch point's positions.",
                    {"$ref": "#/definitions/place_margin"},
                ),
            }
        ),
        "fact_margin": record(
            {
                "name": _text("The fact."),
                "value": _text("Its value, or an interval in words.", or_null=True),
                "unit": _text("The unit of a number.", or_null=True),
                "source": {
                    "description": "Who says it.",
                    "type": "string",
                    "enum": ["given", "catalogue", "derived", "record"],
                },
                "falls": maybe("turn", "Going down or back: where the decision first changes."),
                "rises": maybe("turn", "Going up or on: where the decision first changes."),
                "changes": several(
                    "Other values that make a difference, where it is no number and no date.",
                    record({"value": _text("The values."), "possible": possible}),
                ),
            }
        ),
        "turn": record(
            {
                "by": number("How far from the value; days for a date."),
                "to": {
                    "description": "The value up to which the decision is the same.",
                    "type": ["number", "string"],
                },
                "included": {"description": "Whether also at that value.", "type": "boolean"},
                "possible": possible,
            }
        ),
        "place_margin": record(
            {
                "name": _text("The attribute."),
                "first": maybe("nearest", "The nearest point that is decided otherwise."),
                "other": maybe("nearest", "The nearest where the outcome is out, edges as drawn."),
                "searched_km": number(
                    "How far was looked; null where no position on Earth was left out.",
                    or_null=True,
                ),
                "exact": {
                    "description": "Otherwise `first` is a lower bound.",
                    "type": "boolean",
                },
            }
        ),
        "nearest": record(
            {
                "km": number("Geodesic distance from the place's nearest point."),
                "possible": possible,
                "lon": number("Degrees, WGS 84.", or_null=True),
                "lat": number("Degrees, WGS 84.", or_null=True),
                "azimuth": number("Degrees clockwise from north.", or_null=True),
                "crossed": several(
                    "The lines that make the difference.",
                    record(
                        {
                            "of": _text("A zone, or the other place of the strike."),
                            "km": number("At this distance from it; null: its edge.", or_null=True),
                            "edge_km": number("How exact the line is."),
                        }
                    ),
                ),
            }
        ),
    }
