"""Policies to be mutated, each with the cases that test it, and their mutants."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct

from strikerules import __version__
from strikerules.api import Policy, load
from strikerules.data import folder
from strikerules.documents import Document, parse_document
from strikerules.language.library import Library
from strikerules.language.policy import Timeline
from strikerules.problems import InvalidInput
from strikerules.testing.compare import differences
from strikerules.testing.mutation.changing import Change
from strikerules.testing.mutation.edits import apply, diff_of
from strikerules.testing.mutation.operators import changes_of, changes_of_timeline
from strikerules.testing.reporting import shown
from strikerules.testing.suite import Case, Suite

__all__ = ["Mutant", "Target", "targets_of"]


class Mutant(Struct, frozen=True):
    """A policy with one small change.

    Parameters
    ----------
    id : str
        A digest of the change.
    kind : str
        What is changed: ``rule``, ``effect``, ``condition``, ``threshold``, ``edge``, …
    text : str
        The change in words.
    file : str
    line : int
        Where it is made.
    diff : str
        The change as a unified diff of the file.
    """

    id: str
    kind: str
    text: str
    file: str
    line: int
    diff: str
    change: Change


class Target:
    """A policy, its mutants and its cases.

    Attributes
    ----------
    name : str
    path : pathlib.Path
        The policy's file.
    policy : Policy
    cases : list of (Suite, Case)
        That are run: neither skipped nor known to fail.
    """

    def __init__(self, name: str, path: Path, policy: Policy) -> None:
        self.name, self.path, self.policy = name, path, policy
        self.cases: list[tuple[Suite, Case]] = []

    @cached_property
    def mutants(self) -> list[Mutant]:
        """All mutants, each once."""
        found: dict[str, Mutant] = {}
        for change in self._changes():
            old = change.doc.text
            new = apply(old, change.edits)
            if new == old:
                continue
            key = hashlib.sha256(f"{change.doc.name}\0{new}".encode()).hexdigest()[:16]
            line = old.count("\n", 0, min(e.start for e in change.edits)) + 1
            found.setdefault(
                key,
                Mutant(
                    key, change.kind, change.text, shown(change.doc.name), line,
                    diff_of(old, new, shown(change.doc.name)), change,
                ),
            )  # fmt: skip
        return list(found.values())

    def _changes(self) -> Iterable[Change]:
        library = Library(self.policy.atlas.has)
        vocabulary, atlas = self.policy.ruling.vocabulary, self.policy.atlas
        if isinstance(self.policy.ruling, Timeline):
            return changes_of_timeline(library.document(self.path), vocabulary, atlas)
        return changes_of(library.composite(self.path), vocabulary, atlas)

    def mutated(self, mutant: Mutant) -> Policy | None:
        """Return the policy with the change made; None where that is no policy any more."""
        change = mutant.change
        new = apply(change.doc.text, change.edits)
        try:
            doc: Document = parse_document(new, change.doc.name, change.doc.base)
            library = Library(self.policy.atlas.has)
            library.lay(Path(change.doc.name), doc)
            ruling = library.load(self.path)
            self.policy.atlas.check(ruling)
            policy = self.policy.of(ruling)
            _ = policy.program
        except InvalidInput:
            return None
        return policy

    @cached_property
    def digest(self) -> str:
        """A digest of all that the decisions of the policy rest on, its cases left out."""
        library = Library(self.policy.atlas.has)
        library.load(self.path)
        texts = [library.document(p).text for p in library.files()]
        files = {
            p for doc in map(library.document, library.files()) for p in _zone_files(doc, doc.data)
        }
        texts += [p.read_text(encoding="utf-8", errors="replace") for p in sorted(files)]
        texts += [_shipped_digest(), __version__]
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _zone_files(doc: Document, raw: Any) -> Iterable[Path]:
    if isinstance(raw, dict):
        name = raw.get("file")
        if isinstance(name, str) and doc.base is not None and (doc.base / name).is_file():
            yield doc.base / name
        for value in raw.values():
            yield from _zone_files(doc, value)
    elif isinstance(raw, list):
        for item in raw:
            yield from _zone_files(doc, item)


@cache
def _shipped_digest() -> str:
    """Return a digest of the zones, towns and weapons that ship."""
    found = hashlib.sha256()
    data = folder("geodata")
    for path in (*sorted((data / "zones").iterdir()), data / "zones.yaml", data / "places.csv",
                 folder("rules") / "weapons.yaml"):  # fmt: skip
        found.update(path.read_bytes())
    return found.hexdigest()


def kills(suite: Suite, case: Case, mutant: Policy) -> bool:
    """Tell whether a case fails with a mutant in the place of its policy."""
    assert case.expect is not None
    readings, figures = suite.answers.get(case.policy, ({}, {}))
    try:
        policy = mutant
        if readings or figures:
            policy = policy.vary(set=figures, readings=readings)
        if case.readings or case.set:
            policy = policy.vary(set=case.set, readings=case.readings)
        return bool(differences(case.expect, policy.check(case.scenario)))
    except InvalidInput:
        return True


def case_digest(suite: Suite, case: Case) -> str:
    """Return a digest of what a case gives and expects, wherever it stands."""
    scenario, expect = case.scenario, case.expect
    assert expect is not None
    parts: Sequence[Any] = (
        suite.answers.get(case.policy), sorted(case.readings.items()), sorted(case.set.items()),
        sorted(scenario.values.items(), key=str), sorted(scenario.locations.items(), key=str),
        sorted(scenario.withheld), expect.decision, sorted(expect.possible or ()), expect.because,
        expect.not_because, sorted(expect.rules.items()),
        None if expect.depends_on is None else sorted(expect.depends_on),
        sorted(expect.readings.items(), key=str), expect.cites,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def targets_of(
    suites: Iterable[Suite], wanted: Mapping[str, set[str]] | None = None
) -> list[Target]:
    """Return the policies that suites test, each with all its cases.

    Parameters
    ----------
    suites : iterable of Suite
    wanted : mapping, optional
        For each suite's file the names of the cases that are taken; all unless given.

    Notes
    -----
    A policy that a file varies (``policies: [{policy: P, set: …}]``) is mutated in its file, and
    the mutant varied in the same way.
    """
    found: dict[Path, Target] = {}
    for suite in suites:
        for case in suite.cases:
            if case.expect is None or case.skip or case.xfail or case.todo:
                continue
            if wanted is not None and case.name not in wanted.get(suite.file, set()):
                continue
            policy = suite.policies[case.policy]
            at = policy.ruling.at
            if at is None or not at.file:
                continue
            path = Path(at.file)
            key = path.resolve()
            if key not in found:
                found[key] = Target(policy.name, path, load(path))
            found[key].cases.append((suite, case))
    return list(found.values())
