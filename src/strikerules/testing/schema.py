"""JSON Schema (draft 7) of test files, for editors."""

from __future__ import annotations

from strikerules.engine.decision import OUTCOMES
from strikerules.language.schema import draft7
from strikerules.language.schema_terms import Schema, scenario_definitions
from strikerules.language.vocabulary import Vocabulary
from strikerules.testing.documents import ExpectDocument, TestDocument

__all__ = ["suite_schema"]


def suite_schema(vocabulary: Vocabulary | None = None) -> Schema:
    """Return the schema of a test file.

    Parameters
    ----------
    vocabulary : Vocabulary, optional
        The attributes, with those that a policy declares. Unless it is given, facts that are no
        base attributes are let through.

    Examples
    --------
    >>> suite_schema()["required"]
    ['cases']
    """
    given = scenario_definitions(vocabulary or Vocabulary())
    given.pop("scenario")
    if vocabulary is None:
        given["attributes"]["additionalProperties"] = {
            "description": "A fact that the policy declares."
        }
    expect = draft7(ExpectDocument, "What is expected")
    for key in ("$schema", "title", "definitions"):
        expect.pop(key, None)
    one = {"anyOf": [{"enum": [*OUTCOMES, "indeterminate"]}, {"$ref": "#/definitions/expect"}]}
    expected = {
        "description": "A decision, a mapping that says more, or one of these for each policy.",
        "anyOf": [*one["anyOf"], {"type": "object", "minProperties": 1,
                                  "additionalProperties": one}],
    }  # fmt: skip
    schema = draft7(TestDocument, "Policy tests", expect=expect, expected=expected, **given)
    schema["oneOf"] = [{"required": ["policy"]}, {"required": ["policies"]}]
    columns = schema["definitions"]["table"]["properties"]["columns"]["items"]
    columns["minLength"] = 1
    return schema
