"""Whatever is given as a scenario, a policy or a timeline is read or refused, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from strikerules.documents import parse_document
from strikerules.language.library import Library
from strikerules.language.scenario import Scenario, read_scenario, scenarios_of
from strikerules.language.vocabulary import BASE
from strikerules.problems import InvalidInput, Problem

T = TypeVar("T")

WORDS = st.sampled_from(
    ["US", "UA", "NO", "kharkiv", "ban", "base", "russia", "$x", "x", "y", "rule", "", "$", "80 km",
     "2024-05-31", "2024-02-30", "permit", "prohibit", "drone", "none", "true", "a.b", "./x.yaml",
     "m777", "Point", "Polygon", "Feature", "boolean", "number", "first-applicable", "assumed"]
)  # fmt: skip
NUMBERS = st.sampled_from([0, 1, -1, 36.9, 50.45, 95, 1e308, -0.0, 10**400, float("inf"),
                           float("nan"), 2024])  # fmt: skip
LEAVES = st.none() | st.booleans() | NUMBERS | WORDS

SCENARIO_KEYS = st.sampled_from(
    ["scenario", "scenarios", "defaults", "title", "text", "note", "conditions", "weapon", "target",
     "launch", "area", "strike", "location", "lon", "lat", "accuracy_km", "place", "zone", "type",
     "coordinates", "geometry", "made_in", "kind", "name", "depth_km", "x",
     *(a.path for a in BASE)]
)  # fmt: skip
POLICY_KEYS = st.sampled_from(
    ["policy", "timeline", "title", "extends", "in_force", "from", "until", "before", "sources",
     "cites", "scope", "conflicts", "otherwise", "effect", "definitions", "questions", "readings",
     "define", "set", "zones", "parameters", "value", "unit", "status", "facts", "type", "values",
     "rules", "id", "when", "unless", "overrides", "regardless", "note", "replace", "remove", "add",
     "entries", "known_until", "all", "any", "not", "is", "in", "eq", "lt", "within", "of", "km",
     "within_distance", "union", "buffer_km", "same_as", "geometry", "file", "designated", "by",
     "properties", "never", "always", "implies", "settled", "decision", "accept", "finding",
     "about", "because", "inside", "apart", "adjoins",
     "weapon.kind", "weapon.max_range_km", "target.location", "attacker", "x", "y", "a.b"]
)  # fmt: skip


def _trees(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=20,
    )


def _attempt(read: Callable[[], T]) -> tuple[T | None, tuple[Problem, ...]]:
    """Return what was read, or the problems with it; any other exception fails the test."""
    try:
        return read(), ()
    except InvalidInput as error:
        return None, error.problems


def _written(data: Any) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


@given(st.dictionaries(SCENARIO_KEYS, _trees(SCENARIO_KEYS), max_size=6))
def test_any_scenario(data: dict[str, Any]) -> None:
    """Some scenario would end in a traceback instead of a message."""
    found, problems = _attempt(lambda: read_scenario(data))
    assert isinstance(found, Scenario) is not bool(problems)
    assert all(p.message and p.code for p in problems)


@given(_trees(SCENARIO_KEYS))
def test_any_file_of_scenarios(data: Any) -> None:
    """Some file of scenarios would end in a traceback, or its message point outside the file."""
    found, problems = _attempt(lambda: scenarios_of(parse_document(_written(data), "s.yaml")))
    assert bool(found) is not bool(problems)
    for problem in problems:
        assert problem.position is not None
        assert problem.position.file == "s.yaml"


PART = _trees(POLICY_KEYS)
NAMED = st.dictionaries(WORDS, PART, max_size=3)
RULES = st.lists(
    st.fixed_dictionaries(
        {"id": WORDS, "effect": st.sampled_from(["permit", "prohibit"])},
        optional={"when": PART, "unless": PART, "overrides": st.lists(WORDS, max_size=2),
                  "regardless": st.lists(WORDS, max_size=2)},
    ),
    max_size=3,
)  # fmt: skip
QUESTIONS = st.dictionaries(
    WORDS,
    st.fixed_dictionaries(
        {"readings": st.dictionaries(WORDS, st.fixed_dictionaries(
            {}, optional={"define": NAMED, "set": NAMED, "zones": NAMED}), max_size=3)}
    ),
    max_size=2,
)  # fmt: skip
STATED: dict[str, st.SearchStrategy[Any]] = {
    "properties": st.lists(st.fixed_dictionaries(
        {"id": WORDS},
        optional=dict.fromkeys(
            ["never", "always", "implies", "same_as", "settled", "regardless", "note"], PART),
    ), max_size=2) | PART,
    "accept": st.lists(st.fixed_dictionaries(
        {"finding": WORDS | st.sampled_from(["SR802", "SR702"]), "because": LEAVES},
        optional={"about": PART}), max_size=2) | PART,
}  # fmt: skip
SECTIONS: dict[str, st.SearchStrategy[Any]] = {
    "rules": RULES | PART,
    "definitions": NAMED | PART,
    "zones": NAMED | PART,
    "questions": QUESTIONS | PART,
    "parameters": st.dictionaries(WORDS, st.fixed_dictionaries({"value": LEAVES}), max_size=2),
    "facts": NAMED | PART,
    "scope": PART,
    "otherwise": PART,
    "conflicts": WORDS,
}
POLICIES = st.fixed_dictionaries(
    {"policy": st.sampled_from(["p", "x"])},
    optional=SECTIONS | STATED | {"extends": WORDS, "in_force": PART, "set": NAMED, "remove": PART,
                         "add": st.fixed_dictionaries({}, optional=SECTIONS),
                         "replace": st.fixed_dictionaries({}, optional=SECTIONS)},
)  # fmt: skip
TIMELINES = st.fixed_dictionaries(
    {"timeline": st.just("t"),
     "entries": st.lists(st.fixed_dictionaries(
         {"policy": st.sampled_from(["ban", "kharkiv", "nope", "us-weapons-in-russia"]),
          "in_force": PART | st.fixed_dictionaries({}, optional={"from": WORDS, "until": WORDS})}
     ), max_size=3)},
    optional={"questions": QUESTIONS, "parameters": SECTIONS["parameters"], "known_until": LEAVES,
              **STATED},
)  # fmt: skip


NAMES = st.sampled_from(["x", "y", "z", "russia"])
REFERENCES = st.sampled_from(["$x", "$y", "$nope"])
CONDITIONS = st.recursive(
    st.booleans()
    | st.builds(lambda n: {"is": n}, NAMES)
    | st.dictionaries(
        st.sampled_from(["weapon.kind", "weapon.max_range_km", "target.location", "date", "mood",
                         "attacker", "weapon.us_parts", "nope"]),
        LEAVES | REFERENCES | st.dictionaries(
            st.sampled_from(["eq", "ne", "in", "lt", "ge", "before", "within", "disjoint",
                             "within_distance"]),
            LEAVES | REFERENCES | NAMES | st.lists(LEAVES, max_size=2)
            | st.fixed_dictionaries({"of": NAMES, "km": NUMBERS | REFERENCES}),
            max_size=2),
        min_size=1, max_size=1),
    lambda inner: st.builds(lambda k, v: {k: v}, st.sampled_from(["all", "any"]),
                            st.lists(inner, max_size=3))
    | st.builds(lambda v: {"not": v}, inner),
    max_leaves=8,
)  # fmt: skip
ZONES = st.recursive(
    NAMES,
    lambda inner: st.builds(lambda k, v: {k: v}, st.sampled_from(["union", "difference"]),
                            st.lists(inner, max_size=2))
    | st.builds(lambda n, z: {"buffer_km": n, "of": z}, NUMBERS, inner)
    | st.builds(lambda z: {"same_as": z, "edge_km": 1}, NAMES)
    | st.builds(lambda z, k, v: {"same_as": z, k: v}, NAMES,
                st.sampled_from(["inside", "apart", "adjoins"]),
                NAMES | st.lists(NAMES, max_size=2) | LEAVES),
    max_leaves=4,
)  # fmt: skip
FIGURES = st.fixed_dictionaries({"value": st.sampled_from([5, 5.5, True, "word", "2024-05-31"])})
ANSWERS = st.fixed_dictionaries({}, optional={
    "define": st.dictionaries(NAMES, CONDITIONS, max_size=2),
    "set": st.dictionaries(NAMES, st.sampled_from([5, True, "word", "2024-05-31"]), max_size=1),
    "zones": st.dictionaries(NAMES, ZONES, max_size=1),
})  # fmt: skip
DECISIONS = st.sampled_from(["permitted", "prohibited", "not_governed"])
OTHERS = st.sampled_from(["kharkiv", "broader-targets", "p", "nope", "./nope.yaml"])
PROPERTIES: st.SearchStrategy[list[dict[str, Any]]] = st.lists(st.builds(
    lambda i, kind: {"id": i, **kind},
    NAMES,
    st.one_of(
        st.builds(lambda d, c: {"never": {"decision": d, "when": c}},
                  DECISIONS | st.lists(DECISIONS, min_size=1, max_size=2), CONDITIONS),
        st.builds(lambda d, c: {"always": {"decision": d, "when": c}}, DECISIONS, CONDITIONS),
        st.builds(lambda p, d: {"implies": {"policy": p, "decision": d}}, OTHERS, DECISIONS),
        st.builds(lambda p: {"same_as": p}, OTHERS),
        st.builds(lambda c: {"settled": {"when": c}}, CONDITIONS),
        st.builds(lambda a: {"regardless": [a]}, st.sampled_from(["date", "mood", "x"])),
    ),
), max_size=2)  # fmt: skip
ACCEPT = st.lists(st.fixed_dictionaries(
    {"finding": st.just("SR802"), "because": st.just("so")},
    optional={"about": st.lists(NAMES, max_size=2)}), max_size=2)  # fmt: skip
SHAPED: dict[str, st.SearchStrategy[Any]] = {
    "scope": CONDITIONS,
    "definitions": st.dictionaries(NAMES, CONDITIONS, max_size=3),
    "zones": st.dictionaries(NAMES, ZONES, max_size=3),
    "parameters": st.dictionaries(NAMES, FIGURES, max_size=2),
    "facts": st.just({"mood": {"values": ["x", "y"]}}),
    "questions": st.dictionaries(
        NAMES, st.fixed_dictionaries({"readings": st.dictionaries(NAMES, ANSWERS, max_size=3)}),
        max_size=2),
    "rules": st.lists(st.fixed_dictionaries(
        {"id": NAMES, "effect": st.sampled_from(["permit", "prohibit"])},
        optional={"when": CONDITIONS, "unless": CONDITIONS,
                  "overrides": st.lists(NAMES, max_size=2),
                  "regardless": st.lists(st.sampled_from(["mood", "date", "x"]), max_size=1)},
    ), max_size=3),
}  # fmt: skip
LISTED = ("rules", "zones", "definitions", "questions")
LISTS = st.fixed_dictionaries({}, optional={k: st.lists(NAMES, max_size=2) for k in LISTED})
WELL_SHAPED = st.fixed_dictionaries(
    {"policy": st.just("p")},
    optional=SHAPED | {
        "properties": PROPERTIES,
        "accept": ACCEPT,
        "extends": st.sampled_from(["kharkiv", "broader-targets", "p", "nope"]),
        "set": st.dictionaries(NAMES | st.just("long_range_km"), NAMES | NUMBERS, max_size=2),
        "remove": LISTS,
        "add": st.fixed_dictionaries({}, optional=SHAPED),
        "replace": st.fixed_dictionaries({}, optional=SHAPED),
    },
)  # fmt: skip


@settings(max_examples=400)
@given(WELL_SHAPED | POLICIES | TIMELINES | _trees(POLICY_KEYS))
def test_any_policy(data: Any) -> None:
    """Some policy or timeline would end in a traceback instead of a message."""
    library = Library(lambda name: True if name in ("russia", "ukraine") else None)
    found, problems = _attempt(
        lambda: library.load_document(parse_document(_written(data), "p.yaml"))
    )
    assert (found is None) is bool(problems)
    assert found is None or found.name in ("p", "x", "t")
    assert all(p.message and p.code and p.position for p in problems)


ANY_NAME = dict.fromkeys(["x", "y", "z", "russia"], True)
STATING = st.fixed_dictionaries(
    {"properties": PROPERTIES, "accept": ACCEPT},
    optional={"parameters": st.dictionaries(NAMES, FIGURES, max_size=2)},
)  # fmt: skip
AS_POLICY = {"policy": "p", "definitions": ANY_NAME, "facts": {"mood": {"values": ["x", "y"]}}}
AS_TIMELINE = {"timeline": "t", "entries": [{"policy": "ban", "in_force": {}}]}


@given(st.sampled_from([AS_POLICY, AS_TIMELINE]), STATING)
def test_any_property(ruling: dict[str, Any], stated: dict[str, Any]) -> None:
    """Some property would end in a traceback, or be left out without a word."""
    library = Library(lambda name: None if name in ("x", "y", "z") else True)
    doc = parse_document(_written(ruling | stated), "p.yaml")
    found, problems = _attempt(lambda: library.load_document(doc))
    assert all(p.message and p.code and p.position for p in problems)
    if found is None:
        assert problems
        return
    assert [p.id for p in found.properties] == [p["id"] for p in stated["properties"]]
    assert [a.code for a in found.accepts] == [a["finding"] for a in stated["accept"]]
    for one in found.properties:
        if one.policy is not None:
            other, more = _attempt(partial(library.load_property_policy, one))
            assert (other is None) is bool(more)
            assert all(p.position and p.position.file == "p.yaml" for p in more)
