"""JSON Schema of what `batch` prints; results may carry more keys than it names."""

from __future__ import annotations

from typing import Any

from strikerules.cli.analysis_schemas import document, integer, list_of, or_null, record, text

__all__ = ["batch_schema"]

Schema = dict[str, Any]


def batch_schema() -> Schema:
    """Return the schema of ``batch/1``."""
    from strikerules.batch.summary import DECISIONS

    share = {
        "description": "Which part of all rows; null where there are no rows.",
        "type": ["number", "null"], "minimum": 0, "maximum": 1,
    }  # fmt: skip
    figures = record({"rows": integer("How many rows."), "share": share})
    decisions = {
        "description": "What the rows come to.",
        **record(dict.fromkeys(DECISIONS, _ref("figures"))),
    }
    reading = record(
        {
            "question": text("The open question."),
            "reading": text("The reading that is chosen; all else is as open as it was."),
            "decisions": decisions,
        }
    )
    hanging = record(
        {
            "name": text("A fact, a place or a question."),
            "rows": integer("How many rows hang on it."),
        }
    )
    tally = record(
        {
            "policy": text("The policy or timeline."),
            "decisions": decisions,
            "readings": list_of(
                "One for each reading of the questions that matter to a row.", _ref("reading")
            ),
            "hangs_on": list_of("What rows hang on, the most frequent first.", _ref("hanging")),
        }
    )
    read = {
        "description": "From the columns that are looked at to the paths that they stand for.",
        "type": "object",
        "additionalProperties": {"type": "string"},
    }
    rejected = record(
        {
            "rows": integer("How many."),
            "file": or_null("string", "Where they are; null where there are none."),
        }
    )
    return document(
        "batch/1",
        "What a table came to",
        "What `strikerules batch --format json` prints.",
        {
            "source": text("The table or the sweep."),
            "out": text("The file that was written; `-` is standard output."),
            "rows": integer("How many rows were decided."),
            "rejected": {"description": "The rows that can't be read.", **rejected},
            "columns": {
                "description": "The table's columns.",
                **record(
                    {
                        "read": read,
                        "passed_on": list_of("The others.", {"type": "string"}),
                    }
                ),
            },
            "policies": list_of("One for each policy, in order.", _ref("tally")),
        },
        {"tally": tally, "reading": reading, "hanging": hanging, "figures": figures},
    )


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}
