"""The policies that ship: nothing is found, and what is proved would not be if they were other."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import strikerules as sr
from strikerules.data import folder
from strikerules.documents import read_document
from strikerules.language.scenario import read_scenario

Plain = dict[str, Any]


@pytest.fixture(scope="module")
def shipped() -> Any:
    """Everything that ships, looked at once."""
    return sr.verify()


def test_nothing_is_found_in_what_ships(shipped: Any) -> None:
    """Else a gap or a conflict would be published that nobody has looked at."""
    assert [(f.policy, f.code, f.message) for f in shipped] == []
    names = [report.policy for report in shipped.reports]
    assert {"ban", "kharkiv", "us-weapons-in-russia", "broader-targets", "zones"} <= set(names)


def test_what_ships_proves_what_it_states(shipped: Any) -> None:
    """Else a published property would be neither proved nor refuted, or nothing be published."""
    proved = {report.policy: set(report.proved) for report in shipped.reports}
    assert sum(map(len, proved.values())) >= 10
    for report in shipped.reports:
        path = folder("rules") / f"{report.policy}.yaml"
        if path.exists():
            stated = read_document(path).data.get("properties", [])
            assert proved[report.policy] == {one["id"] for one in stated}


def test_what_is_accepted_says_why(shipped: Any) -> None:
    """Else a conflict of two rules could be waved through."""
    accepted = [(r.policy, f.code, why) for r in shipped.reports for f, why in r.accepted]
    assert ("kharkiv", "SR802") in {(policy, code) for policy, code, _ in accepted}
    assert all(len(why) > 20 for _, _, why in accepted)


# -- each proof can fail ---------------------------------------------------------------------


def _plain(name: str) -> Plain:
    return copy.deepcopy(read_document(folder("rules") / f"{name}.yaml").data)


def _rule(policy: Plain, number: int = 0) -> Plain:
    found: Plain = policy["rules"][number]
    return found


def _dropped(test: str) -> Callable[[Plain], None]:
    """Return a change that leaves a test of the first rule out."""

    def change(policy: Plain) -> None:
        parts = _rule(policy)["when"]["all"]
        kept = [p for p in parts if test not in p]
        assert len(kept) == len(parts) - 1
        _rule(policy)["when"] = {"all": kept}

    return change


def _drop_the_long_range_rule(policy: Plain) -> None:
    policy["rules"] = [r for r in policy["rules"] if r["id"] != "no-long-range-attacks"]


def _let_timing_matter(policy: Plain) -> None:
    _rule(policy).pop("regardless", None)
    _rule(policy)["when"]["all"].append({"timing": "in_response"})


def _govern_the_world(policy: Plain) -> None:
    policy["scope"] = {"is": "us-made"}


def _count_british_weapons(policy: Plain) -> None:
    readings = policy["questions"]["meaning-of-us-made"]["readings"]
    readings["with-us-parts"]["define"]["us-made"]["any"].append({"weapon.made_in": "GB"})


def _doubt_launchers(policy: Plain) -> None:
    readings = policy["questions"]["air-bases"]["readings"]
    kinds = {"not": {"target.kind": {"in": ["air_base", "missile_launcher"]}}}
    readings["not-counted"]["define"]["air-bases-count"] = kinds


def _narrow_the_reach(policy: Plain) -> None:
    parameters = policy["parameters"]
    parameters["long_range_depth_km"]["value"] = 5


def _permit_guns(policy: Plain) -> None:
    rule = {"id": "guns", "effect": "permit", "when": {"weapon.kind": "artillery"}}
    policy["rules"] = [*policy.get("rules", []), rule]
    policy["conflicts"] = "permit-overrides"


def _govern_half_of_russia(policy: Plain) -> None:
    policy["scope"] = {"any": [policy["scope"], {"target.location": {"within": "belarus"}}]}


def _day(reading: str, day: str) -> Callable[[Plain], None]:
    def change(timeline: Plain) -> None:
        readings = timeline["questions"]["day-of-effect"]["readings"]
        readings[reading]["set"]["day_of_effect"] = day

    return change


@pytest.mark.parametrize(
    ("name", "change", "refuted"),
    [
        ("kharkiv", _dropped("target.location"),
         {"only-in-designated-areas", "no-more-than-broader-targets",
          "no-more-than-long-range-lifted"}),
        ("kharkiv", _dropped("area.designated"), {"only-where-ukraine-was-told"}),
        ("kharkiv", _dropped("area.communicated"), {"only-where-ukraine-was-told"}),
        ("kharkiv", _dropped("is"), {"only-against-the-assault"}),
        ("kharkiv", _drop_the_long_range_rule,
         {"the-long-range-ban-stays", "no-more-than-broader-targets"}),
        ("kharkiv", _let_timing_matter, {"timing-makes-no-difference"}),
        ("kharkiv", _govern_the_world, {"targets-in-russia-only"}),
        ("kharkiv", _govern_half_of_russia, {"targets-in-russia-only"}),
        ("kharkiv", _count_british_weapons, {"foreign-weapons-are-free"}),
        ("kharkiv", _doubt_launchers, {"short-range-near-the-border-is-settled"}),
        ("kharkiv", _narrow_the_reach, {"short-range-near-the-border-is-settled"}),
        ("kharkiv", _permit_guns, {"only-in-designated-areas", "the-long-range-ban-stays"}),
        ("ban", _permit_guns, {"nothing-is-permitted", "whatever-the-circumstances"}),
        ("us-weapons-in-russia", _day("decided", "2024-05-20"),
         {"nothing-is-permitted-before", "the-ban-until-then"}),
        ("us-weapons-in-russia", _day("reported", "2024-06-03"),
         {"the-permission-since-the-report"}),
    ],
    ids=lambda value: getattr(value, "__name__", value if isinstance(value, str) else None),
)  # fmt: skip
def test_each_proof_can_fail(
    name: str, change: Callable[[Plain], None], refuted: set[str], tmp_path: Path
) -> None:
    """Else a proof might hold of any policy, and say nothing of this one."""
    document = _plain(name)
    change(document)
    path = tmp_path / f"{name}.yaml"
    path.write_text(json.dumps(document))
    policy = sr.load(path)
    found = sr.verify(policy)
    said = {f.about[0]: f for f in found if f.code == "SR821"}
    assert refuted <= said.keys()
    # without the areas one of the two policies has no records of what is designated
    assert found.reports[0].notes or not [f for f in found if f.code in ("SR822", "SR823")]
    kinds = {one["id"]: one for one in document["properties"]}
    for finding in said.values():
        _confirm(policy, kinds[finding.about[0]], finding)


def _confirm(policy: Any, stated: Plain, finding: Any) -> None:
    """Check that an example shows what it is said to show."""
    told = (finding.about, finding.witness, finding.readings)
    possible = _possible(policy, finding.witness, finding.readings)
    single = possible[0] if len(possible) == 1 else "indeterminate"
    assert single == finding.decision, told
    if "never" in stated:
        decided = stated["never"]["decision"]
        assert set(possible) & {decided, *(decided if isinstance(decided, list) else ())}, told
    elif "always" in stated:
        assert set(possible) - {stated["always"]["decision"]}, told
    elif "settled" in stated:
        assert len(possible) > 1, told
    elif "implies" in stated:
        other = sr.load(stated["implies"])
        mine = {q: r for q, r in finding.readings.items() if q in other.questions}
        assert "permitted" in possible, told
        assert set(_possible(other, finding.witness, mine)) != {"permitted"}, told
    elif "regardless" in stated:
        assert f"it is {'prohibited' if single == 'permitted' else 'permitted'}" in finding.help
    elif "same_as" in stated:
        other = sr.load(stated["same_as"]["policy"])
        mine = {q: r for q, r in finding.readings.items() if q in other.questions}
        assert _possible(other, finding.witness, mine) != possible, told


def _possible(policy: Any, witness: Plain, readings: Plain) -> tuple[str, ...]:
    scenario = read_scenario(witness, policy.ruling.vocabulary)
    return tuple(policy.check(scenario, readings=readings).possible)


@pytest.mark.parametrize(
    ("change", "code", "about"),
    [
        (lambda p: p.pop("otherwise"), "SR801", ()),
        (lambda p: p.pop("accept"), "SR802",
         ("sites-in-the-designated-area", "no-long-range-attacks")),
        (lambda p: _rule(p, 1).update(when={"all": [{"is": "long-range"}, {
            "target.location": {"within": "ukraine"}}, {"target.depth_km": {"gt": 5}}]}), "SR803",
         ("no-long-range-attacks",)),
        (lambda p: _rule(p, 1).update(overrides=["sites-in-the-designated-area"], when=True),
         "SR804", ("sites-in-the-designated-area", "no-long-range-attacks")),
        (lambda p: p["rules"].append({"id": "more", "effect": "prohibit", "when": {
            "target.kind": "infrastructure", }}), None, ()),
        (lambda p: _rule(p)["when"]["all"].append({"target.location": {"within": "russia"}}),
         "SR807", ("sites-in-the-designated-area",)),
        (lambda p: p["definitions"].update(idle={"timing": "pre_emptive"}), "SR808", ("idle",)),
        (lambda p: p["parameters"].update(idle_km={"value": 3}), "SR810", ("idle_km",)),
        (lambda p: p["questions"]["air-bases"]["readings"]["not-counted"].update(
            define={"air-bases-count": {"target.kind": {"in": [
                "launch_site", "artillery", "missile_launcher", "air_base", "aircraft_in_flight",
                "troop_concentration", "ammunition_depot", "command_post", "logistics",
                "air_defence", "infrastructure", "other"]}}}), "SR812", ("air-bases",)),
        (lambda p: _rule(p).pop("cites"), "SR818", ("sites-in-the-designated-area",)),
        (lambda p: p["accept"].append({"finding": "SR805", "because": "it may be"}), "SR819", ()),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_a_slip_in_what_ships_is_found(
    change: Callable[[Plain], Any], code: str | None, about: tuple[str, ...], tmp_path: Path
) -> None:
    """Else an edit of the policies could break them and every proof still hold."""
    document = _plain("kharkiv")
    change(document)
    path = tmp_path / "kharkiv.yaml"
    path.write_text(json.dumps(document))
    found = {(f.code, f.about) for f in sr.verify(path)}
    if code is None:
        assert not {c for c, _ in found} & {"SR801", "SR803", "SR804", "SR805"}
    else:
        assert (code, about) in found
