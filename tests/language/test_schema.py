"""JSON Schemas: true draft 7, what ships is valid, and what the reader refuses is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from strikerules.cli.commands.schema import KINDS
from strikerules.cli.main import main
from strikerules.data import folder
from strikerules.documents import Document, parse_document, read_document
from strikerules.documents.accepted import shipped_documents, validate_shape
from strikerules.language.library import Library
from strikerules.language.scenario import scenarios_of
from strikerules.language.schema import scenario_schema
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import InvalidInput

EXAMPLES = folder("rules").parent / "examples"


def _read(kind: str, doc: Document) -> None:
    """Read a document as the command line would, all but the geometry."""
    if kind == "scenario":
        scenarios_of(doc)
    elif kind in ("policy", "timeline"):
        Library(lambda _: True).load_document(doc)
    else:
        validate_shape(kind, doc)


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    """Every schema, as the command prints it."""
    found = {}
    for kind in KINDS:
        found[kind] = _printed(kind)
    return found


def _printed(kind: str, *more: str) -> Any:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["schema", kind, *more]) == 0
    return json.loads(out.getvalue())


def _errors(schema: Any, data: Any) -> str | None:
    error = best_match(Draft7Validator(schema).iter_errors(data))
    return None if error is None else f"{list(error.absolute_path)}: {error.message[:200]}"


def _walk(schema: Any) -> Iterator[Any]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from _walk(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _walk(item)


@pytest.mark.parametrize("kind", KINDS)
def test_is_draft_7(schemas: dict[str, Any], kind: str) -> None:
    """An editor that knows draft 7 would refuse the schema or ignore parts of it."""
    schema = schemas[kind]
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    later = {"$defs", "prefixItems", "dependentRequired", "unevaluatedProperties", "$anchor"}
    for part in _walk(schema):
        assert not later & set(part)
        if "$ref" in part:
            assert set(part) == {"$ref"}
            assert part["$ref"].removeprefix("#/definitions/") in schema["definitions"]


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_described(schemas: dict[str, Any], kind: str) -> None:
    """An editor would show a key without a word on what it means."""
    for name, part in {"": schemas[kind], **schemas[kind].get("definitions", {})}.items():
        for key, inner in part.get("properties", {}).items():
            assert inner.get("description"), (name, key)


SHIPPED = [(kind, path) for kind, path, _ in shipped_documents()]


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=lambda x: getattr(x, "name", x))
def test_what_ships_is_valid(schemas: dict[str, Any], kind: str, path: Path) -> None:
    """An editor would underline what the project itself ships."""
    assert _errors(schemas[kind], read_document(path).data) is None


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("**/*.yaml")), ids=lambda p: p.name)
def test_examples_are_valid(schemas: dict[str, Any], path: Path) -> None:
    """An editor would underline an example that the reader takes."""
    data = read_document(path).data
    kinds = ("policy", "timeline", "scenario", "scenarios", "sweep")
    kind = next((k for k in kinds if k in data), None)
    if kind is None or "tests" in data:
        pytest.skip("another kind of file")
    assert _errors(schemas[kind.removesuffix("s")], data) is None


GOOD_SCENARIOS = [
    "scenario: s",
    "scenario: 7",
    "{scenario: s, weapon: null, target: {location: null, kind: null}, conditions: {x: true}}",
    "{scenario: s, weapon.made_in: NO, target.location: {lon: 1, lat: 2, accuracy_km: 0}}",
    "{scenario: s, weapon: {max_range_km: 80 km}, title: t, text: x, note: null}",
    "{scenario: s, target: {location: {place: Belgorod, accuracy_km: 5}}}",
    "{scenario: s, launch: {location: {zone: kharkiv-oblast}}}",
    "{scenario: s, target: {location: {type: Point, coordinates: [36, 50, 0]}}}",
    "{scenario: s, target: {location: {type: Polygon, bbox: [1, 2, 3, 4],"
    " coordinates: [[[36, 50], [37, 50], [37, 51], [36, 50]]]}}}",
    "{scenario: s, target: {location: {type: Feature, properties: {}, geometry:"
    " {type: MultiPolygon, coordinates: [[[[36, 50], [37, 50], [37, 51], [36, 50]]]]}}}}",
    "{scenarios: [{scenario: a}, {scenario: b, timing: in_response}],"
    " defaults: {attacker: UA, weapon: {us_parts: false}}}",
]
GOOD_POLICIES = [
    "policy: p",
    "{policy: P.1_x-y, rules: [{id: r, effect: permit}], scope: true}",
    "{policy: p, rules: [{id: r, effect: permit, when: {all: []}, unless: {not: {any: []}}}]}",
    "{policy: p, parameters: {far: {value: 5, unit: km}, kind: {value: drone}},"
    " rules: [{id: r, effect: permit, when: {any: [{weapon.max_range_km: {gt: $far, le: 9 km}},"
    " {weapon.kind: $kind}, {weapon.made_in: {in: [US, NO]}}, {weapon.us_parts: true}]}}]}",
    "{policy: p, rules: [{id: r, effect: prohibit, when: {all: [{date: {from: 2030-01-01,"
    " before: 2031-01-01}}, {target.location: {within: russia, disjoint: crimea}},"
    " {target.location: {within_distance: {of: russia, km: 5}}}], cites: [c01a], note: n}}]}",
    "{policy: p, facts: {mood: {values: [good, bad]}, conditions.n: {type: number, unit: h}},"
    " rules: [{id: r, effect: permit, when: {all: [{mood: good}, {conditions.n: {ge: 5}}]}}]}",
    "{policy: p, zones: {a: russia, b: {union: [a, {buffer_km: -5, of: russia}], edge_km: 1,"
    " status: assumed, designated: {by: x, on: 2030-01-01}, communicated: false},"
    " c: {geometry: {type: Polygon, coordinates: []}}, d: {same_as: a}, e: {file: x.geojson}}}",
    "{policy: v, extends: kharkiv, set: {long_range_km: 300, air-bases: counted},"
    " remove: {rules: [sites-in-the-designated-area]},"
    " replace: {conflicts: first-applicable, otherwise: permit},"
    " add: {rules: [{id: r, effect: permit, before: no-long-range-attacks}]}}",
    "{policy: p, questions: {q: {readings: {a: {define: {x: true}, set: {n: 5}}, b: {define:"
    " {x: {attacker: UA}}}}}}, parameters: {n: {value: 1}}, otherwise: {effect: not_governed}}",
    "{policy: p, properties: [{id: a, never: {decision: permitted}}, {id: b, never: {decision:"
    " [permitted, not_governed], when: {attacker: UA}}, title: t, text: x, note: n, cites: [c01a]},"
    " {id: c, always: {decision: prohibited, when: false}}, {id: d, implies: ban},"
    " {id: e, implies: {policy: ./x.yaml, decision: not_governed}}, {id: f, same_as: ban},"
    " {id: g, same_as: {policy: ban, when: {not: {attacker: UA}}}}, {id: h, settled: true},"
    " {id: i, settled: {when: {attacker: UA}}}, {id: j, settled: {}}, {id: k, regardless: [date]},"
    " {id: l, regardless: {of: [date, timing], when: true}}]}",
    "{policy: p, accept: [{finding: SR802, because: so}, {finding: SR899, about: [], because: so},"
    " {finding: SR803, about: [a, 'b c'], because: so}]}",
    "{policy: p, zones: {a: {same_as: russia, inside: x, apart: [x, russia], adjoins: [x]}},"
    " questions: {q: {readings: {r: {zones: {b: {union: [a], inside: russia}}},"
    " s: {zones: {b: russia}}}}}}",
]
GOOD_TIMELINES = [
    "{timeline: t, entries: [{policy: ban, in_force: {}}], properties: [{id: a, settled: true},"
    " {id: b, never: {decision: permitted, when: {target.location: {within: russia}}}}],"
    " accept: [{finding: SR805, because: so}]}",
]


@pytest.mark.parametrize(
    ("kind", "text"),
    [("scenario", t) for t in GOOD_SCENARIOS]
    + [("policy", t) for t in GOOD_POLICIES]
    + [("timeline", t) for t in GOOD_TIMELINES],
)
def test_what_the_reader_takes_is_valid(schemas: dict[str, Any], kind: str, text: str) -> None:
    """An editor would underline what the reader takes."""
    doc = parse_document(text)
    _read(kind, doc)
    assert _errors(schemas[kind], doc.data) is None


BAD = {
    "scenario": [
        "just text",
        "[]",
        "weapon: {made_in: US}",
        "{scenario: s, wepon: {made_in: US}}",
        "{scenario: s, weapon: {makde_in: US}}",
        "{scenario: s, weapon: HIMARS}",
        "{scenario: s, weapon: {made_in: Norway}}",
        "{scenario: s, weapon: {made_in: false}}",
        "{scenario: s, weapon: {us_parts: yes}}",
        "{scenario: s, weapon: {max_range_km: -5}}",
        "{scenario: s, weapon: {max_range_km: 50 mi}}",
        "{scenario: s, weapon: {max_range_km: '50'}}",
        "{scenario: s, target: {kind: airbase}}",
        "{scenario: s, date: 31 May}",
        "{scenario: s, target: {location: Belgorod}}",
        "{scenario: s, target: {location: [36, 50]}}",
        "{scenario: s, target: {location: {lon: 36, lat: 95}}}",
        "{scenario: s, target: {location: {lon: 36}}}",
        "{scenario: s, target: {location: {lon: 36, lat: 50, accuracy: 5}}}",
        "{scenario: s, target: {location: {lon: 36, lat: 50, accuracy_km: 5000}}}",
        "{scenario: s, target: {location: {place: Belgorod, zone: russia}}}",
        "{scenario: s, target: {location: {place: ''}}}",
        "{scenario: s, target: {location: {type: LineString, coordinates: [[1, 2], [3, 4]]}}}",
        "{scenario: s, target: {location: {type: Polygon, coordinates: [[[1, 2], [3, 4]]]}}}",
        "{scenario: s, conditions: {x: maybe}}",
        "{scenario: s, title: 7}",
        "{scenario: s, defaults: {}}",
        "{scenario: ''}",
        "scenarios: []",
        "scenarios: {a: {}}",
        "{scenarios: [{scenario: s}], timing: pre_emptive}",
        "{scenarios: [{timing: pre_emptive}]}",
        "{scenarios: [{scenario: s}], defaults: {scenario: t}}",
    ],
    "policy": [
        "rules: []",
        "{policy: my policy}",
        "{policy: p, titel: t}",
        "{policy: p, rules: {r: {effect: permit}}}",
        "{policy: p, rules: [{id: r}]}",
        "{policy: p, rules: [{id: r, effect: allow}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: []}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: null}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {attacker: UA, timing: pre_emptive}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {all: {attacker: UA}}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {cites: [c01a]}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {not: [true]}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {is: 5}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {attacker: UK}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {weapon.kind: {gt: drone}}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {weapon.kind: {in: drone}}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {weapon.us_parts: 'yes'}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {weapon.max_range_km: far}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {date: {after: 2030-01-01}}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {target.location: russia}}]}",
        "{policy: p, rules: [{id: r, effect: permit, when: {target.location: {within: [a]}}}]}",
        "{policy: p, rules: [{id: r, effect: permit,"
        " when: {target.location: {within_distance: {of: russia}}}}]}",
        "{policy: p, conflicts: deny-overrides}",
        "{policy: p, otherwise: prohibited}",
        "{policy: p, otherwise: {effect: permit, cite: [c01a]}}",
        "{policy: p, in_force: {from: May 2024}}",
        "{policy: p, in_force: {since: 2024-05-30}}",
        "{policy: p, zones: {a: {union: []}}}",
        "{policy: p, zones: {a: {buffer_km: 5}}}",
        "{policy: p, zones: {a: {buffer_km: 0, of: russia}}}",
        "{policy: p, zones: {a: {union: [russia], file: x}}}",
        "{policy: p, zones: {a: {title: nothing}}}",
        "{policy: p, zones: {a: {same_as: russia, edge_km: 500}}}",
        "{policy: p, zones: {a: 5}}",
        "{policy: p, parameters: {far: 5}}",
        "{policy: p, parameters: {far: {unit: km}}}",
        "{policy: p, facts: {conditions.x: {type: text}}}",
        "{policy: p, questions: {q: {text: t}}}",
        "{policy: p, hypothetical: 'no'}",
        "{policy: p, extends: 5}",
        "{policy: v, extends: ban, remove: {rules: no-such-rule}}",
        "{policy: v, extends: ban, replace: {conflicts: none}}",
        "{policy: p, properties: {a: {settled: true}}}",
        "{policy: p, properties: [a]}",
        "{policy: p, properties: [{id: a}]}",
        "{policy: p, properties: [{settled: true}]}",
        "{policy: p, properties: [{id: a, settled: true, regardless: [date]}]}",
        "{policy: p, properties: [{id: a, settled: null}]}",
        "{policy: p, properties: [{id: a, settled: false}]}",
        "{policy: p, properties: [{id: a, settled: {when: }}]}",
        "{policy: p, properties: [{id: a, settled: {when: [true]}}]}",
        "{policy: p, properties: [{id: a, never: permitted}]}",
        "{policy: p, properties: [{id: a, never: {}}]}",
        "{policy: p, properties: [{id: a, never: {decision: []}}]}",
        "{policy: p, properties: [{id: a, never: {decision: permit}}]}",
        "{policy: p, properties: [{id: a, always: {decision: [permitted]}}]}",
        "{policy: p, properties: [{id: a, always: {decision: indeterminate}}]}",
        "{policy: p, properties: [{id: a, implies: [ban]}]}",
        "{policy: p, properties: [{id: a, implies: {decision: permitted}}]}",
        "{policy: p, properties: [{id: a, same_as: {policy: ban, decision: permitted}}]}",
        "{policy: p, properties: [{id: a, regardless: date}]}",
        "{policy: p, properties: [{id: a, regardless: []}]}",
        "{policy: p, properties: [{id: a, regardless: {when: true}}]}",
        "{policy: p, accept: {SR802: so}}",
        "{policy: p, accept: [{finding: SR802}]}",
        "{policy: p, accept: [{because: so}]}",
        "{policy: p, accept: [{finding: SR802, because: ' '}]}",
        "{policy: p, accept: [{finding: SR702, because: so}]}",
        "{policy: p, accept: [{finding: SR802, about: r, because: so}]}",
        "{policy: v, extends: ban, add: {properties: [{id: a, settled: true}]}}",
        "{policy: v, extends: ban, add: {accept: [{finding: SR802, because: so}]}}",
        "{policy: p, zones: {a: {same_as: russia, inside: []}}}",
        "{policy: p, zones: {a: {same_as: russia, apart: null}}}",
        "{policy: p, zones: {a: {same_as: russia, adjoins: [{union: [russia]}]}}}",
        "{policy: p, zones: {a: {inside: russia}}}",
        "{policy: p, zones: {a: {union: [{same_as: russia, inside: russia}]}}}",
    ],
    "timeline": [
        "{timeline: t}",
        "{timeline: t, entries: []}",
        "{timeline: t, entries: [{policy: ban}]}",
        "{timeline: t, entries: [{in_force: {from: 2030-01-01}}]}",
        "{timeline: t, entries: [{policy: ban, in_force: {from: soon}}]}",
        "{timeline: t, known_until: soon, entries: [{policy: ban, in_force: {}}]}",
        "{timeline: t, rules: [], entries: [{policy: ban, in_force: {}}]}",
        "{timeline: t, entries: [{policy: ban, in_force: {}}], properties: [{id: a}]}",
        "{timeline: t, entries: [{policy: ban, in_force: {}}], accept: [SR802]}",
    ],
    "weapons": [
        "{weapons: [{name: x}]}",
        "{weapons: {x: {}}}",
        "{weapons: [{name: x, title: x, made_in: US, kind: drone, max_range_km: far,"
        " status: approximate, source: x}]}",
        "{weapons: [{name: x, title: x, made_in: US, kind: drone, max_range_km: 5,"
        " status: exact, source: x}]}",
    ],
    "source": ["{source: s}", "{source: 5, claims: []}", "{source: s, title: t, extra: 1}"],
    "zones": ["{zones: []}", "{sources: {}, zones: [{id: A}]}", "{sources: [], zones: []}"],
}


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, ts in BAD.items() for t in ts])
def test_what_is_invalid_is_refused_too(schemas: dict[str, Any], kind: str, text: str) -> None:
    """An editor would find fault with what the reader takes, or let pass what it refuses."""
    doc = parse_document(text)
    assert _errors(schemas[kind], doc.data) is not None
    with pytest.raises(InvalidInput):
        _read(kind, doc)


def test_scenarios_of_a_policy_with_facts_of_its_own(tmp_path: Path) -> None:
    """An editor could not know the attributes that a policy declares."""
    text = "{scenario: s, conditions: {front_worsening: true}, mood: good}"
    data = parse_document(text).data
    assert _errors(scenario_schema(), data) is not None
    file = tmp_path / "p.yaml"
    file.write_text("{policy: p, facts: {mood: {values: [good, bad]}}}", encoding="utf-8")
    schema = _printed("scenario", "--policy", str(file))
    assert _errors(schema, data) is None
    assert _errors(schema, data | {"mood": "angry"}) is not None
    named = _printed("scenario", "--policy", "broader-targets")
    assert "crews_trained" in json.dumps(named)


def test_every_attribute_is_in_the_schema() -> None:
    """An attribute that policies test could not be completed in an editor."""
    top = scenario_schema()["definitions"]["scenario"]["properties"]
    for attribute in Vocabulary().values():
        group, _, rest = attribute.path.partition(".")
        inner = top[group]["properties"][rest] if rest else top[group]
        assert inner == top[attribute.path]
        assert attribute.wanted in inner["description"]


def test_decisions_are_valid(schemas: dict[str, Any], tmp_path: Path,
                             capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    """What `check --format json` prints would not be what its schema promises."""
    file = tmp_path / "cases.yaml"
    file.write_text(
        """\
defaults: {attacker: UA, weapon: {made_in: US, max_range_km: 80}}
scenarios:
  - {scenario: open}
  - {scenario: early, date: 2024-05-01, target: {location: {place: Belgorod}}}
  - scenario: permitted
    date: 2024-06-02
    target: {kind: missile_launcher, supports: kharkiv_assault, location: {lon: 36.9, lat: 50.3}}
  - {scenario: odd, strike: {distance_km: 500}, weapon: {name: m777, max_range_km: 5}}
""",
        encoding="utf-8",
    )
    for policy in ("timeline", "kharkiv", "broader-and-deeper"):
        main(["check", str(file), "--format", "json", "--policy", policy])
        data = json.loads(capsys.readouterr().out)
        assert len(data["results"]) == 4
        assert _errors(schemas["decision"], data) is None
    for wrong in ({"decision": "maybe"}, {"possible": []}, {"depends_on": {}}, {"rules": [{}]}):
        broken = data | {"results": [data["results"][0] | wrong]}
        assert _errors(schemas["decision"], broken) is not None
