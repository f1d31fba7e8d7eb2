"""The engine and the reference asked the same, and how their answers differ."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pprint import pformat
from typing import Any

import strikerules as sr
from strikerules.data import folder
from strikerules.documents import read_document

from .evaluator import Answer, decide
from .strategies import Case


@cache
def weapons() -> dict[str, Any]:
    """Return the shipped catalogue as plain data."""
    listed = read_document(folder("rules") / "weapons.yaml").data["weapons"]
    return {weapon["name"]: weapon for weapon in listed}


def ask(case: Case) -> Any:
    """Return the engine's decision."""
    return sr.load(case.policy).check(case.scenario, readings=case.readings, set=case.set)


def expected(case: Case) -> Answer:
    """Return the reference's answer; `TooManyWorlds` where there are too many to look at."""
    return decide(
        case.policy, case.scenario, weapons=weapons(), readings=case.readings, set=case.set
    )


def differences(decision: Any, answer: Answer) -> dict[str, tuple[Any, Any]]:
    """Return what the engine says and what the reference says, where that is not the same."""
    said = {
        "possible": tuple(decision.possible),
        "decision": decision.decision,
        "facts": set(decision.depends_on.facts),
        "places": set(decision.depends_on.places),
        "questions": set(decision.depends_on.questions),
        "readings": _rows((r["choose"], r["possible"]) for r in decision.to_dict()["readings"]),
        "rules": {(r["policy"], r["id"]): r["outcome"] for r in decision.to_dict()["rules"]},
    }
    known = {
        "possible": answer.possible,
        "decision": answer.possible[0] if len(answer.possible) == 1 else "indeterminate",
        "facts": set(answer.facts),
        "places": set(answer.places),
        "questions": set(answer.questions),
        "readings": _rows(answer.readings),
        "rules": answer.rules,
    }
    return {k: (said[k], known[k]) for k in said if said[k] != known[k]}


def _rows(rows: Any) -> list[tuple[list[tuple[str, str]], tuple[str, ...]]]:
    return sorted((sorted(choose.items()), tuple(possible)) for choose, possible in rows)


def told(case: Case, found: Mapping[str, tuple[Any, Any]], seed: int | None = None) -> str:
    """Return a disagreement in words, with the case."""
    head = "" if seed is None else f"seed {seed}: "
    lines = [f"{head}the engine and the reference disagree"]
    lines += [f"  {k}: engine {a}, reference {b}" for k, (a, b) in found.items()]
    return "\n".join([*lines, pformat(vars(case), width=110, sort_dicts=False)])
