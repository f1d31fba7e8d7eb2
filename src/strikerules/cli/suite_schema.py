"""JSON Schema of what `test` prints; results may carry more keys than it names."""

from __future__ import annotations

from typing import Any, get_args

from strikerules.cli.analysis_schemas import document, integer, list_of, or_null, record, text

__all__ = ["results_schema"]

Schema = dict[str, Any]


def results_schema() -> Schema:
    """Return the schema of ``test/1``."""
    from strikerules.testing.coverage.items import KINDS
    from strikerules.testing.runner import Outcome

    def words(description: str, choices: Any) -> Schema:
        return {"description": description, "type": "string", "enum": list(choices)}

    outcomes = get_args(Outcome)
    result = record(
        {
            "id": text("`FILE::NAME`, as pytest has it."),
            "name": text("The case's name."),
            "file": text("Its file."),
            "line": integer("Its line, from 1."),
            "policy": or_null("string", "What its file calls the policy; null: not readable."),
            "outcome": words("`error`: the file can't be read.", outcomes),
            "seconds": {"description": "How long it took.", "type": "number"},
            "reason": text("Why it was skipped, is known to fail, or is to be written."),
            "message": text("What is said of a failure."),
            "differences": list_of("What differs.", {"$ref": "#/definitions/difference"}),
        },
        "reason", "message", "differences",
    )  # fmt: skip
    difference = record(
        {
            "part": text("Which part of the expectation."),
            "expected": text("What was expected."),
            "got": text("What came of it."),
            "line": or_null("integer", "Where it is expected, from 1."),
        }
    )
    case = {"description": "A case that would do, as test files have it.",
            "type": ["object", "null"]}  # fmt: skip
    item = record(
        {
            "id": text("Stays while nothing around it changes."),
            "kind": words("What kind of thing.", KINDS),
            "text": text("What is to be seen."),
            "file": text("Where it stands."),
            "line": integer("From 1."),
            "column": integer("From 1."),
            "case": case,
        },
        "file", "line", "column", "case",
    )  # fmt: skip
    share = integer("The share in percent, rounded down.")
    covered = record(
        {
            "policy": text("The policy or timeline."),
            "cases": integer("How many cases were counted."),
            "covered": integer("How many items are covered."),
            "total": integer("How many can be."),
            "percent": share,
            "kinds": {
                "description": "The same for each kind of item.",
                "type": "object",
                "additionalProperties": record(
                    {"covered": integer("How many are."), "total": integer("How many can be.")}
                ),
            },
            "uncovered": list_of("What is not covered.", {"$ref": "#/definitions/item"}),
            "impossible": list_of(
                "What no consistent scenario can cover.", {"$ref": "#/definitions/item"}
            ),
        }
    )
    survivor = record(
        {
            "kind": text("What kind of change."),
            "text": text("The change in words."),
            "file": text("The file that it is made in."),
            "line": integer("From 1."),
            "diff": text("The change as a unified diff."),
            "outcome": words("`undecided`: it may be equivalent.", ("survived", "undecided")),
            "case": case,
        }
    )
    mutated = record(
        {
            "policy": text("The policy or timeline."),
            "file": text("Its file."),
            "cases": integer("How many cases were run."),
            "mutants": integer("How many mutants were made."),
            "killed": integer("How many a case noticed."),
            "equivalent": integer("How many decide every scenario as the policy does."),
            "invalid": integer("How many are no policies."),
            "percent": share,
            "survivors": list_of("What no case noticed.", {"$ref": "#/definitions/survivor"}),
        }
    )
    counts = {o: integer(f"How many: {o}.") for o in (*outcomes, "deselected")}

    def part(description: str, name: str) -> Schema:
        inner = record({"percent": share, "policies": list_of("Each.", _ref(name))})
        return {"description": description, "anyOf": [inner, {"type": "null"}]}

    return document(
        "test/1",
        "Results of policy tests",
        "What `strikerules test --format json` prints.",
        {
            "summary": {"description": "How many cases had which outcome.", **record(counts)},
            "results": list_of("One for each case, in order.", _ref("result")),
            "coverage": part("Null unless it was asked for.", "covered"),
            "mutation": part("Null unless it was asked for, or while cases fail.", "mutated"),
        },
        {
            "result": result, "difference": difference, "item": item, "covered": covered,
            "survivor": survivor, "mutated": mutated,
        },
    )  # fmt: skip


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}
