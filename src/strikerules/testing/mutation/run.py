"""Mutants run against the cases, in parallel; what is known already is not run again."""

from __future__ import annotations

import itertools
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from math import floor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, ValidationError, convert, to_builtins

from strikerules.api import Policy
from strikerules.differences import diff
from strikerules.language.scenario import read_scenario
from strikerules.problems import InvalidInput
from strikerules.testing.compare import differences
from strikerules.testing.coverage.nearby import beyond_catalogue
from strikerules.testing.mutation.targets import Mutant, Target, case_digest, kills, targets_of
from strikerules.testing.read import read_suite
from strikerules.testing.suite import Suite
from strikerules.testing.writing import case_of, expectation_from

__all__ = ["CACHE", "Fate", "Mutated", "Mutation", "mutate"]

CACHE = Path(".strikerules_cache") / "mutants.json"
_CHUNK = 4
_MOST_KEPT = 50_000

Outcome = Literal["killed", "survived", "equivalent", "undecided", "invalid"]


class Fate(Struct, frozen=True):
    """What became of a mutant.

    Parameters
    ----------
    outcome : str
        ``equivalent``: proved to decide every scenario as the policy does. ``undecided``: no case
        notices it, and whether it is equivalent was too much to work out. ``invalid``: it is no
        policy, and doesn't count.
    killer : str, optional
        The case that failed.
    case : dict, optional
        For a survivor, a case that would kill it.
    """

    outcome: Outcome
    killer: str | None = None
    case: dict[str, Any] | None = None


class Mutated(Struct):
    """A policy and what became of its mutants."""

    name: str
    file: str
    mutants: list[Mutant]
    fates: dict[str, Fate]
    cases: int
    reused: int = 0

    def count(self, *outcomes: Outcome) -> int:
        """Return how many mutants had one of some outcomes."""
        found = Counter(f.outcome for f in self.fates.values())
        return sum(found[one] for one in outcomes)

    @property
    def killed(self) -> int:
        """How many were noticed."""
        return self.count("killed")

    @property
    def total(self) -> int:
        """How many count: all but those that are equivalent, and those that are no policies."""
        return self.count("killed", "survived", "undecided")

    @property
    def percent(self) -> int:
        """The share that was noticed, rounded down."""
        return floor(100 * self.killed / self.total) if self.total else 100

    @property
    def survivors(self) -> list[tuple[Mutant, Fate]]:
        """The mutants that no case notices."""
        return [
            (m, f) for m in self.mutants
            if (f := self.fates[m.id]).outcome in ("survived", "undecided")
        ]  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "policy": self.name,
            "file": self.file,
            "cases": self.cases,
            "mutants": len(self.mutants),
            "killed": self.killed,
            "equivalent": self.count("equivalent"),
            "invalid": self.count("invalid"),
            "percent": self.percent,
            "survivors": [
                {
                    "kind": m.kind, "text": m.text, "file": m.file, "line": m.line, "diff": m.diff,
                    "outcome": f.outcome, "case": f.case,
                }
                for m, f in self.survivors
            ],
        }  # fmt: skip


class Mutation(Struct):
    """All policies that were mutated."""

    policies: list[Mutated]

    @property
    def percent(self) -> int:
        """The share of all mutants that was noticed, rounded down."""
        killed = sum(p.killed for p in self.policies)
        total = sum(p.total for p in self.policies)
        return floor(100 * killed / total) if total else 0

    def below(self, threshold: float) -> bool:
        """Tell whether any policy's score is lower; true where nothing was mutated."""
        return not self.policies or any(100 * p.killed < threshold * p.total for p in self.policies)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"percent": self.percent, "policies": [p.to_dict() for p in self.policies]}


def mutate(
    suites: Sequence[Suite],
    *,
    wanted: Mapping[str, set[str]] | None = None,
    jobs: int | None = None,
    cache: Path | None = CACHE,
    progress: Callable[[str, int, int], None] | None = None,
) -> Mutation:
    """Make mutants of the policies that suites test, and see which of them the cases notice.

    Parameters
    ----------
    suites : sequence of Suite
    wanted : mapping, optional
        For each suite's file the names of the cases to run, all of which pass.
    jobs : int, optional
        How many processes; as many as there are cores unless given.
    cache : path, optional
        Where what became of mutants is kept; None keeps nothing.
    progress : callable, optional
        Told the policy, how many of its mutants are done, and how many there are.

    Returns
    -------
    Mutation
    """
    targets = targets_of(suites, wanted)
    store = _Store(cache)
    files = [suite.file for suite in suites]
    jobs = jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else jobs or 1
    found: list[Mutated] = []
    work: list[tuple[int, list[int], dict[str, list[str]]]] = []
    for index, target in enumerate(targets):
        digests = {case_digest(s, c): f"{s.file}::{c.name}" for s, c in target.cases}
        one = Mutated(target.name, str(target.path), target.mutants, {}, len(target.cases))
        waiting: dict[int, list[str]] = {}
        for number, mutant in enumerate(target.mutants):
            fate, tried = store.known(target.digest, mutant.id, digests)
            if fate is not None:
                one.fates[mutant.id] = fate
                one.reused += 1
            else:
                waiting[number] = tried
        found.append(one)
        numbers = list(waiting)
        for start in range(0, len(numbers), _CHUNK):
            chunk = numbers[start : start + _CHUNK]
            tried_of = {target.mutants[n].id: waiting[n] for n in chunk}
            work.append((index, chunk, tried_of))
    for index, results in _all(work, targets, files, wanted, min(jobs, max(1, len(work)))):
        one = found[index]
        for mutant_id, fate in results:
            one.fates[mutant_id] = fate
        if progress is not None:
            progress(one.name, len(one.fates), len(one.mutants))
    for target, one in zip(targets, found, strict=True):
        store.keep(target, one)
    store.write()
    return Mutation(found)


Results = list[tuple[str, Fate]]
_STATE: dict[str, Any] = {}


def _all(
    work: list[tuple[int, list[int], dict[str, list[str]]]],
    targets: list[Target],
    files: list[str],
    wanted: Mapping[str, set[str]] | None,
    jobs: int,
) -> Iterable[tuple[int, Results]]:
    if jobs <= 1:
        for index, numbers, tried in work:
            yield index, _run(targets[index], numbers, tried)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _start, (files, wanted)) as pool:
        waiting = {pool.submit(_work, one): one[0] for one in work}
        try:
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield waiting.pop(future), future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _start(files: list[str], wanted: Mapping[str, set[str]] | None) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started it says when to stop
    _STATE["targets"] = targets_of([read_suite(f) for f in files], wanted)


def _work(one: tuple[int, list[int], dict[str, list[str]]]) -> Results:
    index, numbers, tried = one
    return _run(_STATE["targets"][index], numbers, tried)


def _run(target: Target, numbers: Iterable[int], tried: Mapping[str, list[str]]) -> Results:
    return [
        (target.mutants[n].id, _fate(target, target.mutants[n], set(tried[target.mutants[n].id])))
        for n in numbers
    ]


def _fate(target: Target, mutant: Mutant, tried: set[str]) -> Fate:
    policy = target.mutated(mutant)
    if policy is None:
        return Fate("invalid")
    for place, (suite, case) in enumerate(target.cases):
        if case_digest(suite, case) not in tried and kills(suite, case, policy):
            # what noticed one mutant is likely to notice the next
            target.cases.insert(0, target.cases.pop(place))
            return Fate("killed", f"{suite.file}::{case.name}")
    try:
        compared = diff(target.policy, policy)
    except InvalidInput:  # more combinations of readings than are compared
        return Fate("undecided")
    if compared.equivalent:
        return Fate("equivalent")
    for region in compared:
        found = map(beyond_catalogue, _witnesses(target, region.witness))
        for data in itertools.chain.from_iterable(found):
            case = _killing(target, policy, data, mutant)
            if case is not None:
                return Fate("survived", case=case)
    return Fate("undecided" if compared.equivalent is None else "survived")


def _witnesses(target: Target, witness: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Yield a scenario, and where it gives a depth the same somewhere in each zone."""
    if witness is None:
        return
    yield witness
    within = witness.get("target", {})
    if "depth_km" in within:
        zones = {a.zone.id for a in target.policy.program.atoms if a.zone is not None}
        for name in sorted(zones):
            if name in target.policy.atlas.register:
                yield {**witness, "target": {**within, "location": {"zone": name}}}


def _killing(target: Target, policy: Policy, data: dict[str, Any], mutant: Mutant) -> Any:
    """Return a scenario as a case that passes with the policy and fails with the mutant.

    One whose facts contradict each other is none.
    """
    try:
        scenario = read_scenario(data, target.policy.ruling.vocabulary)
        decision = target.policy.check(scenario)
        contradicts = any(w.code == "SR701" for w in decision.warnings)
        if contradicts or not differences(expectation_from(decision), policy.check(scenario)):
            return None
    except InvalidInput:
        return None
    return case_of(data, decision, f"notices: {mutant.text}")


class _Known(Struct, omit_defaults=True):
    """What the file says of one mutant."""

    outcome: Outcome
    killer: str | None = None
    tried: list[str] = []
    case: dict[str, Any] | None = None


class _Store:
    """What became of mutants in earlier runs.

    A mutant is known by the policy's digest and its own. One that a case killed stays killed while
    that case is there as it was; one that is equivalent stays so; of one that survived only the
    cases are run that it has not met.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.data: dict[str, dict[str, Any]] = {}
        if path is not None:
            try:
                read = json.loads(path.read_text(encoding="utf-8"))
                if isinstance(read, dict) and read.get("schema") == "mutants/1":
                    known = convert(read["mutants"], dict[str, _Known])
                    self.data = {key: to_builtins(one) for key, one in known.items()}
            except (OSError, ValueError, KeyError, RecursionError, ValidationError):
                pass

    def known(
        self, digest: str, mutant: str, cases: Mapping[str, str]
    ) -> tuple[Fate | None, list[str]]:
        """Return what is known of a mutant, or the cases that it has met."""
        entry = self.data.get(f"{digest}/{mutant}")
        if entry is None:
            return None, []
        outcome = entry["outcome"]
        if outcome in ("equivalent", "invalid"):
            return Fate(outcome), []
        if outcome == "killed" and entry.get("killer") in cases:
            return Fate("killed", cases[entry["killer"]]), []
        tried = [str(t) for t in entry.get("tried") or []]
        if outcome in ("survived", "undecided") and set(cases) <= set(tried):
            return Fate(outcome, case=entry.get("case")), []
        return None, tried if outcome in ("survived", "undecided") else []

    def keep(self, target: Target, one: Mutated) -> None:
        """Note what became of a policy's mutants."""
        digests = {f"{s.file}::{c.name}": case_digest(s, c) for s, c in target.cases}
        for mutant_id, fate in one.fates.items():
            entry: dict[str, Any] = {"outcome": fate.outcome}
            if fate.killer is not None:
                entry["killer"] = digests.get(fate.killer)
            if fate.outcome in ("survived", "undecided"):
                entry |= {"tried": sorted(digests.values()), "case": fate.case}
            key = f"{target.digest}/{mutant_id}"
            self.data.pop(key, None)
            self.data[key] = entry

    def write(self) -> None:
        """Write the file whole, or leave it as it was where that can't be done."""
        if self.path is None:
            return
        for key in list(self.data)[: max(0, len(self.data) - _MOST_KEPT)]:
            del self.data[key]
        text = json.dumps({"schema": "mutants/1", "mutants": self.data})
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            ignore = self.path.parent / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            temporary = self.path.with_suffix(f".{os.getpid()}")
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self.path)
        except OSError:
            return
