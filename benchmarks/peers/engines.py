"""Rule engines deciding one row from a raw dict; most have to be told where the target is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import shapely

from peers.grid import CROSSED, IN, cells_of
from peers.task import BOUNDS, LIMIT_KM, Task, facts
from peers.timing import Peer

__all__ = ["PEERS"]

Row = dict[str, Any]
Decides = Callable[[Row], str]


def by_hand(job: Task) -> Decides:
    """Python and shapely, the cheapest test first."""
    country, area, inside = job.country, job.area, shapely.intersects_xy

    def decide(row: Row) -> str:
        weapon = row["weapon"]
        if weapon["made_in"] != "US":
            return "not_governed"
        where = row["target"]["location"]
        lon, lat = where["lon"], where["lat"]
        if not inside(country, lon, lat):
            return "not_governed"
        if weapon["max_range_km"] > LIMIT_KM or row["strike"]["distance_km"] > LIMIT_KM:
            return "prohibited"
        return "permitted" if inside(area, lon, lat) else "prohibited"

    return decide


def by_hand_on_a_grid(job: Task) -> Decides:
    """Python, and shapely only where an edge crosses the cell that the target is in."""
    per_degree = 64
    west, south, east, north = BOUNDS
    rasters = [cells_of(g, BOUNDS, per_degree) for g in (job.country, job.area)]
    wide = rasters[0].shape[1]
    in_country, in_area = (raster.tobytes() for raster in rasters)
    country, area, inside = job.country, job.area, shapely.intersects_xy

    def decide(row: Row) -> str:
        weapon = row["weapon"]
        if weapon["made_in"] != "US":
            return "not_governed"
        where = row["target"]["location"]
        lon, lat = where["lon"], where["lat"]
        on_grid = west <= lon <= east and south <= lat <= north
        cell = int((lat - south) * per_degree) * wide + int((lon - west) * per_degree)
        kind = in_country[cell] if on_grid else CROSSED
        if not (inside(country, lon, lat) if kind == CROSSED else kind == IN):
            return "not_governed"
        if weapon["max_range_km"] > LIMIT_KM or row["strike"]["distance_km"] > LIMIT_KM:
            return "prohibited"
        kind = in_area[cell] if on_grid else CROSSED
        if inside(area, lon, lat) if kind == CROSSED else kind == IN:
            return "permitted"
        return "prohibited"

    return decide


def datalogic(_: Task) -> Decides:
    """Compiled json-logic."""
    import datalogic_py

    short = [{"<=": [{"var": name}, LIMIT_KM]} for name in ("range", "distance")]
    scope = {"and": [{"==": [{"var": "made_in"}, "US"]}, {"var": "in_country"}]}
    inner = {"if": [{"and": [{"var": "in_area"}, *short]}, "permitted", "prohibited"]}
    evaluate = datalogic_py.Engine().compile({"if": [scope, inner, "not_governed"]}).evaluate
    return lambda row: evaluate(facts(row))


def zen_expression(_: Task) -> Decides:
    """A compiled expression of zen's."""
    import zen

    evaluate = zen.compile_expression(
        f"made_in == 'US' and in_country ? (in_area and range <= {LIMIT_KM} and"
        f" distance <= {LIMIT_KM} ? 'permitted' : 'prohibited') : 'not_governed'"
    ).evaluate
    return lambda row: evaluate(facts(row))


def zen_table(_: Task) -> Decides:
    """A decision table of zen's, the first rule that fits."""
    import zen

    fields = ("made_in", "in_country", "in_area", "range", "distance")
    short = f"<= {LIMIT_KM}"
    rules = [
        (("'US'", "true", "true", short, short), "permitted"),
        (("'US'", "true", "", "", ""), "prohibited"),
        (("", "", "", "", ""), "not_governed"),
    ]
    decision = zen.ZenEngine().create_decision(json.dumps(table_of(fields, rules)))
    return lambda row: decision.evaluate(facts(row))["result"]["decision"]


def table_of(fields: Sequence[str], rules: Sequence[tuple[Sequence[str], str]]) -> dict[str, Any]:
    """Return a decision table as zen reads it.

    Parameters
    ----------
    fields : sequence of str
        The facts, a column each.
    rules : sequence of tuple
        For each rule its tests, a column each, and its outcome.
    """
    here = {"position": {"x": 0, "y": 0}}
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": f"i{n}", "name": f, "field": f} for n, f in enumerate(fields)],
        "outputs": [{"id": "o", "name": "decision", "field": "decision"}],
        "rules": [
            {"_id": f"r{k}", "o": f"'{outcome}'", **{f"i{n}": t for n, t in enumerate(tests)}}
            for k, (tests, outcome) in enumerate(rules)
        ],
    }
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", **here},
            {"id": "t", "type": "decisionTableNode", "name": "t", "content": content, **here},
            {"id": "out", "type": "outputNode", "name": "out", **here},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "t"},
            {"id": "b", "type": "edge", "sourceId": "t", "targetId": "out"},
        ],
    }


def cel_in_rust(_: Task) -> Decides:
    """A compiled program in Google's Common Expression Language."""
    import cel

    execute = cel.compile(
        f"made_in == 'US' && in_country ? (in_area && range <= {LIMIT_KM} &&"
        f" distance <= {LIMIT_KM} ? 'permitted' : 'prohibited') : 'not_governed'"
    ).execute
    return lambda row: execute(facts(row))


def rule_engine_lazily(job: Task) -> Decides:
    """A rule-engine expression that asks for a fact when it comes to it."""
    import rule_engine

    def where(row: Row) -> tuple[float, float]:
        found = row["target"]["location"]
        return found["lon"], found["lat"]

    known: dict[str, Callable[[Row], Any]] = {
        "made_in": lambda row: row["weapon"]["made_in"],
        "range": lambda row: row["weapon"]["max_range_km"],
        "distance": lambda row: row["strike"]["distance_km"],
        "in_country": lambda row: job.in_country(*where(row)),
        "in_area": lambda row: job.in_area(*where(row)),
    }
    context = rule_engine.Context(resolver=lambda row, name: known[name](row))
    rule = rule_engine.Rule(
        f"(made_in == 'US' and in_country) ? ((range <= {LIMIT_KM} and distance <= {LIMIT_KM}"
        " and in_area) ? 'permitted' : 'prohibited') : 'not_governed'",
        context=context,
    )
    evaluate: Decides = rule.evaluate
    return evaluate


CEDAR = f"""
@id("not-governed") forbid (principal, action, resource)
unless {{ context.made_in == "US" && context.in_country }};
@id("near-and-short") permit (principal, action, resource)
when {{
  context.in_area && context.range <= {LIMIT_KM * 10:.0f} && context.distance <= {LIMIT_KM * 10:.0f}
}};
"""


def cedar_parsed(_: Task) -> Decides:
    """Cedar, its policies parsed once."""
    import cedarpy

    return _cedar(cedarpy.PolicySet.from_str(CEDAR), cedarpy.Entities.from_json_str("[]"))


def cedar_text(_: Task) -> Decides:
    """Cedar, its policies parsed at every call."""
    return _cedar(CEDAR, "[]")


def _cedar(policies: Any, entities: Any) -> Decides:
    from cedarpy import is_authorized

    def decide(row: Row) -> str:
        context = facts(row)
        # Cedar has whole numbers only
        context["range"] = round(context["range"] * 10)
        context["distance"] = round(context["distance"] * 10)
        request = {"principal": 'A::"a"', "action": 'A::"b"', "resource": 'A::"c"'}
        found = is_authorized({**request, "context": context}, policies, entities)
        if found.allowed:
            return "permitted"
        return "not_governed" if found.diagnostics.reasons else "prohibited"

    return decide


REGO = f"""package strike
default decision := "prohibited"
governed if {{ input.made_in == "US"; input.in_country }}
decision := "not_governed" if not governed
decision := "permitted" if {{
    governed; input.in_area; input.range <= {LIMIT_KM}; input.distance <= {LIMIT_KM}
}}
"""


def rego(_: Task) -> Decides:
    """Rego in C++, compiled to a bundle."""
    ask = rego_bundle(REGO, "strike/decision")
    return lambda row: ask(facts(row))


def rego_bundle(module: str, entry: str) -> Callable[[Row], str]:
    """Return what asks a compiled module for one of its values."""
    import regopy

    interpreter = regopy.Interpreter()
    interpreter.add_module("strike", module)
    bundle = interpreter.build("data." + entry.replace("/", "."), [entry])
    assert bundle.ok()

    def ask(given: Row) -> str:
        interpreter.set_input(given)
        output = interpreter.query_bundle_entrypoint(bundle, entry)
        return str(output.results[0].expressions[0])

    return ask


def casbin_priority(_: Task) -> Decides:
    """Casbin, the first policy that fits deciding."""
    import casbin

    model = casbin.Enforcer.new_model(
        text="""
[request_definition]
r = made_in, in_country, in_area, range, distance
[policy_definition]
p = rule, eft
[policy_effect]
e = priority(p.eft) || deny
[matchers]
m = eval(p.rule)
"""
    )
    enforcer = casbin.Enforcer(model)
    enforcer.add_policy("not (r.made_in == 'US' and r.in_country)", "deny")
    short = f"r.range <= {LIMIT_KM} and r.distance <= {LIMIT_KM}"
    enforcer.add_policy(f"r.in_area and {short}", "allow")

    def decide(row: Row) -> str:
        f = facts(row)
        allowed, because = enforcer.enforce_ex(
            f["made_in"], f["in_country"], f["in_area"], f["range"], f["distance"]
        )
        if allowed:
            return "permitted"
        return "not_governed" if because else "prohibited"

    return decide


PEERS = (
    Peer("Python + shapely by hand", by_hand),
    Peer("Python + a grid + shapely by hand", by_hand_on_a_grid),
    Peer("datalogic-py (json-logic)", datalogic, ("datalogic-py",)),
    Peer("zen-engine, expression", zen_expression, ("zen-engine",)),
    Peer("zen-engine, decision table", zen_table, ("zen-engine",)),
    Peer("CEL in Rust", cel_in_rust, ("common-expression-language",)),
    Peer("rule-engine", rule_engine_lazily, ("rule-engine",)),
    Peer("cedarpy, policies parsed once", cedar_parsed, ("cedarpy",)),
    Peer("cedarpy, policies as text", cedar_text, ("cedarpy",)),
    Peer("regopy, bundle", rego, ("regopy",)),
    Peer("casbin", casbin_priority, ("casbin",)),
)
