"""Examples that `verify` gives, decided again: by the engine, and world by world."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml
from tests.reference.evaluator import DEPTH, ORDER, TooManyWorlds, decide
from tests.reference.one_world import Json, evaluate

from strikerules.language.scenario import read_scenario

from .verify_properties import BESIDE, MOVES, Claim, Judge, Stated
from .verify_worlds import Looked, given_by
from .worlds import recorded

_READ = re.compile(r", ([\w-]+) read as ([\w-]+)")
WORDS = {"permitted": "permitted", "prohibited": "prohibited", "not_governed": "not governed"}


def not_shown(stated: Stated, policy: Any, finding: Any) -> list[str]:
    """Return what is wrong with the example of a property that is refuted, in words."""
    if finding.witness is None:
        return ["there is no example"]
    judge = Judge(stated, given_by(finding.witness), finding.readings)
    (claim,) = (c for c in judge.claims if c.id == finding.about[0])
    if claim.kind in BESIDE:
        judge.looked.answer_other(dict(_READ.findall(finding.help)))
    possible, wrong = replayed(stated.policy, policy, finding)
    worlds = list(judge.looked)
    if not worlds:
        # of the distances between two places only some are tried
        return wrong if judge.sampled else [*wrong, "no world is like the example"]
    if claim.kind == "regardless":
        return [*wrong, *_dependence(stated, policy, claim, finding, possible)]
    found = [list(judge.shown(claim, facts)) for facts in worlds]
    # of two questions of one name that are not one question only the first policy's is told
    mine, theirs = judge.looked.worlds.own
    free = claim.kind in BESIDE and bool(mine.keys() & theirs.keys())
    if not all(any(one) if free else all(one) for one in found):
        wrong.append(f"some of its {len(worlds)} worlds refute nothing")
    refutes = {
        "never": bool(claim.decisions & set(possible)),
        "always": bool(set(possible) - claim.decisions),
        "settled": len(possible) > 1,
        "implies": bool(claim.decisions & set(possible)),
    }
    if not refutes.get(claim.kind, True):
        wrong.append(f"the engine says {possible}")
    return wrong


def replayed(plain: Json, policy: Any, finding: Any) -> tuple[tuple[str, ...], list[str]]:
    """Return what the engine says of an example, and where anyone else says otherwise."""
    possible = possible_of(policy, finding.witness, finding.readings)
    decision = possible[0] if len(possible) == 1 else "indeterminate"
    wrong = []
    if decision != finding.decision:
        wrong.append(f"the engine says {decision}, the finding {finding.decision}")
    given = given_by(finding.witness)
    if Looked(plain, given=given).sampled:
        # the reference does not know how far a weapon's reach is from a place
        return possible, wrong
    try:
        answer = decide(plain, {DEPTH: None, **given}, readings=finding.readings)
    except TooManyWorlds:
        return possible, wrong
    same = possible
    if DEPTH not in given:
        # nor does it know places, which say how deep they are
        same = possible_of(policy, _laid_over(finding.witness, {DEPTH: None}), finding.readings)
    if answer.possible != same:
        wrong.append(f"the engine says {same}, the reference {answer.possible}")
    return possible, wrong


def possible_of(policy: Any, witness: Json, readings: Json) -> tuple[str, ...]:
    """Return what the engine says is possible."""
    scenario = read_scenario(dict(witness), policy.ruling.vocabulary)
    return tuple(policy.check(scenario, readings=readings).possible)


def _dependence(
    stated: Stated, policy: Any, claim: Claim, finding: Any, before: tuple[str, ...]
) -> list[str]:
    """Check that the change that the help names turns the outcome, and is of what it may be."""
    changed, _, said = finding.help.partition(", and with ")[2].rpartition(" it is ")
    moved = {name for one in claim.of for name in MOVES.get(one, ())}
    values = _values(changed, {*claim.of, *moved})
    if not values:
        return [f"no change is named: {finding.help}"]
    other = _laid_over(finding.witness, values)
    after = possible_of(policy, other, finding.readings)
    wrong = []
    if after == before:
        wrong.append(f"with {values} it is {after} all the same")
    if said != _said(after):
        wrong.append(f"with {values} it is {after}, said {said}")
    for witness, possible in ((finding.witness, before), (other, after)):
        judge = Judge(stated, given_by(witness), finding.readings)
        for facts in judge.looked:
            for _, law in judge.looked.laws:
                if not judge.looked.holds(claim.named, law, facts):
                    wrong.append(f"`when` does not hold in {facts}")
                elif judge.looked.outcomes(law, facts) != set(possible):
                    wrong.append(f"in {facts} it is not {possible}")
    return wrong


def _values(text: str, names: Iterable[str]) -> dict[str, Any]:
    """Read `timing in_response, target.kind other`."""
    starts = sorted((text.find(f"{n} "), n) for n in names if f"{n} " in text)
    found: dict[str, Any] = {}
    if not starts:
        return found
    for (start, name), following in zip(starts, [*starts[1:], (len(text) + 2, "")], strict=True):
        word = text[start + len(name) + 1 : following[0]].removesuffix(", ")
        value = yaml.safe_load(word)
        found[name] = value.isoformat() if hasattr(value, "isoformat") else value
        if word in ("NO", "left out"):
            found[name] = word if word == "NO" else ...
    return found


def _laid_over(witness: Json, values: dict[str, Any]) -> dict[str, Any]:
    out = {k: dict(v) if isinstance(v, dict) else v for k, v in witness.items()}
    for path, value in values.items():
        head, _, tail = path.partition(".")
        holder, key = (out.setdefault(head, {}), tail) if tail else (out, head)
        holder[key] = value
        if value is ...:
            del holder[key]
    return out


def _said(possible: tuple[str, ...]) -> str:
    words = [WORDS[o] for o in ORDER if o in possible]
    return " or ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} or {words[-1]}"


def rules_not_shown(plain: Json, policy: Any, finding: Any) -> list[str]:
    """Return what is wrong with the example of a gap (SR801) or a conflict (SR802)."""
    if finding.witness is None:
        return ["there is no example"]
    _, wrong = replayed(plain, policy, finding)
    looked = Looked(plain, given=given_by(finding.witness), readings=finding.readings)
    number = 0
    for facts in looked:
        for _, law in looked.laws:
            number += 1
            status = evaluate(law, recorded(law, facts))[1]
            applying = {name for name, one in status.items() if one == "applies"}
            if finding.code == "SR801" and applying:
                wrong.append(f"{applying} apply in {facts}")
            if finding.code == "SR802" and not set(finding.about[:2]) <= applying:
                wrong.append(f"only {applying} apply in {facts}")
    return wrong if number or looked.sampled else [*wrong, "no world is like the example"]
