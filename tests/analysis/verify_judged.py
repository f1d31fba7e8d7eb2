"""What `verify` says of a policy, held against all its worlds."""

from __future__ import annotations

import json
from pathlib import Path as FilePath
from pprint import pformat
from typing import Any

from tests.reference.evaluator import TooManyWorlds
from tests.reference.one_world import Json

import strikerules as sr
from strikerules.documents import read_document

from .verify_expected import Expected, expected
from .verify_properties import Judge, Stated
from .verify_replay import not_shown, rules_not_shown
from .verify_worlds import Looked

LOOKED_AT = ("SR801", "SR802", "SR803", "SR804", "SR805", "SR806", "SR807", "SR812", "SR813")


def written(stated: Stated, folder: FilePath) -> FilePath:
    """Write the policies of a case, one beside the other; return the path of the first."""
    for name, policy in (("mine", stated.policy), ("other", stated.other)):
        (folder / f"{name}.yaml").write_text(json.dumps(policy, indent=1))
    return folder / "mine.yaml"


def property_mistakes(stated: Stated, folder: FilePath) -> tuple[list[str], dict[str, bool]]:
    """Return what is wrong with what `verify` says of properties, and which worlds refute."""
    judge = Judge(stated)
    policy = sr.load(written(stated, folder))
    found = sr.verify(policy)
    if not judge.looked.as_told(found.reports[0].notes):
        return [f"it should not leave aside what it does: {found.reports[0].notes}"], {}
    refuted = judge.refuted()
    proved = set(found.reports[0].proved)
    said = {f.about[0]: f for f in found if f.code == "SR821"}
    left = {f.about[0] for f in found if f.code == "SR822"}
    wrong = [f"{f.code}: {f.message}" for f in found if f.code == "SR823"]
    for claim in judge.claims:
        if judge.looked.unlooked and claim.kind not in ("never", "always"):
            # where records are not looked at, nothing about several readings is proved
            if (claim.id in left) == refuted[claim.id]:
                wrong.append(f"{claim} is left open: {claim.id in left}")
            continue
        if claim.id in left and judge.sampled and claim.kind == "regardless":
            # two points of one zone may show it, which are not tried
            continue
        if (claim.id in proved) == (claim.id in said):
            wrong.append(f"{claim.id} is proved: {claim.id in proved}, and refuted as well or not")
        if refuted[claim.id] and claim.id in proved:
            wrong.append(f"{claim} is proved, and a world refutes it")
        if not refuted[claim.id] and claim.id in said and not judge.sampled:
            wrong.append(f"{claim} is refuted by no world, but by {said[claim.id].witness}")
    for name, finding in said.items():
        try:
            wrong += [f"{name}, {finding.witness}: {w}" for w in not_shown(stated, policy, finding)]
        except TooManyWorlds:
            continue
    return wrong, refuted


def rule_mistakes(plain: Json, folder: FilePath | None = None) -> tuple[list[str], Expected | None]:
    """Return what is wrong with findings of rules, and what should be found.

    Of a policy in a file the places are looked at, too. Nothing is expected where only some of the
    distances between places are tried.
    """
    looked = Looked(plain)
    if looked.sampled:
        return [], None
    policy = sr.load(dict(plain) if folder is None else _file(plain, folder))
    verification = sr.verify(policy)
    found = list(verification)
    if not looked.as_told(verification.reports[0].notes):
        return ["it should not leave aside what it does"], None
    wanted = expected(plain, looked)
    wrong = [f"{f.code}: {f.message}" for f in found if f.code == "SR823"]
    for code in LOOKED_AT if not looked.unlooked else LOOKED_AT[:-2]:
        said = {_about(f) for f in found if f.code == code}
        known = wanted.found.get(code, set())
        if code == "SR807":
            known = {(name,) for name in wanted.idle_parts.values()}
        if said != known:
            wrong.append(f"{code}: said {said - known} too much, left out {known - said}")
    if folder is not None:
        wrong += _misplaced(plain, found, wanted, folder)
    for finding in found:
        if finding.code in ("SR801", "SR802"):
            try:
                bad = rules_not_shown(plain, policy, finding)
            except TooManyWorlds:
                continue
            wrong += [f"{finding.code} {finding.about}, {finding.witness}: {w}" for w in bad]
    return wrong, wanted


def _about(finding: Any) -> tuple[Any, ...]:
    if finding.code == "SR806":
        return finding.about[0], finding.message.endswith("true")
    # the others are those that keep the rule from applying
    return finding.about[:1] if finding.code in ("SR804", "SR807") else finding.about


def _file(plain: Json, folder: FilePath) -> FilePath:
    path = folder / "policy.yaml"
    path.write_text(json.dumps(plain, indent=1))
    return path


def _misplaced(plain: Json, found: list[Any], wanted: Expected, folder: FilePath) -> list[str]:
    """Return which conditions are told of at another place than where they are written."""
    doc = read_document(folder / "policy.yaml")
    wrong = []
    for code, paths in (("SR806", wanted.constants), ("SR807", wanted.idle_parts)):
        said = {str(f.at) for f in found if f.code == code}
        places = {str(doc.position(_condition(path))) for path in paths}
        if said != places:
            wrong.append(f"{code} at {said}, not at {places}")
    return wrong


def _condition(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return where a condition is written; a comparison is where its condition is."""
    full = ("rules", *path) if isinstance(path[0], int) else path
    return full if isinstance(full[-1], int) else full[:-1]


def told(plain: Json, wrong: list[str], seed: int | None = None) -> str:
    """Return mistakes in words, with the policy."""
    keep = {k: v for k, v in plain.items() if k not in ("facts", "parameters")}
    return "\n".join([f"seed {seed}", *wrong[:8], pformat(keep, width=110)])
