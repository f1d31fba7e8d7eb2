"""Policies, timelines and their parts, read and checked: what the engine compiles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path as FilePath
from typing import Any, Literal

from msgspec import Struct

from strikerules.documents import Document, Path
from strikerules.language.conditions import Condition, Parameter
from strikerules.language.values import Value
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.problems import Position

__all__ = [
    "Accept",
    "Decided",
    "Default",
    "Effect",
    "Entry",
    "Figure",
    "Otherwise",
    "Policy",
    "Property",
    "PropertyKind",
    "Question",
    "Reading",
    "Rule",
    "Ruling",
    "Timeline",
    "ZoneSpec",
    "fixed_in",
    "pinned_in",
    "questions_of",
]

Effect = Literal["permit", "prohibit"]
Default = Literal["permit", "prohibit", "not_governed"]
Decided = Literal["permitted", "prohibited", "not_governed"]
PropertyKind = Literal["never", "always", "implies", "same_as", "settled", "regardless"]


class Rule(Struct, frozen=True):
    """A rule: it applies where `when` holds, `unless` does not, and no applying rule overrides."""

    id: str
    effect: Effect
    when: Condition
    unless: Condition | None = None
    overrides: tuple[str, ...] = ()
    regardless: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    title: str | None = None
    text: str | None = None
    note: str | None = None
    origin: str = ""
    at: Position | None = None


class Otherwise(Struct, frozen=True):
    """What holds where no rule decides."""

    effect: Default
    cites: tuple[str, ...] = ()
    text: str | None = None
    at: Position | None = None


class ZoneSpec(Struct, frozen=True):
    """A zone as a policy writes it: another zone's name, a derivation, a geometry or a file.

    `raw` is the expression as plain data; `owner` is the policy that it stands in.
    """

    name: str
    raw: Any
    owner: str
    doc: Document
    path: Path


class Reading(Struct, frozen=True):
    """One way to read an open question."""

    id: str
    define: Mapping[str, Condition] = {}
    set: Mapping[str, Value] = {}
    zones: Mapping[str, ZoneSpec] = {}
    cites: tuple[str, ...] = ()
    title: str | None = None
    text: str | None = None
    status: str | None = None
    at: Position | None = None


class Question(Struct, frozen=True):
    """An open question of interpretation; `readings` in the order of the document."""

    id: str
    readings: Mapping[str, Reading]
    cites: tuple[str, ...] = ()
    title: str | None = None
    text: str | None = None
    origin: str = ""
    at: Position | None = None


class Figure(Struct, frozen=True):
    """A parameter with its value, unit and standing (`status` is ``set`` where the user set it)."""

    name: str
    value: Value
    unit: str | None = None
    status: str | None = None
    cites: tuple[str, ...] = ()
    title: str | None = None
    note: str | None = None
    origin: str = ""
    at: Position | None = None


class Property(Struct, frozen=True):
    """What a policy or a timeline states of itself; `verify` proves or refutes it.

    Nothing is decided by it, and a variant does not inherit it.

    Parameters
    ----------
    id : str
    kind : {"never", "always", "implies", "same_as", "settled", "regardless"}
    decisions : tuple of str
        Which it speaks of; empty for ``same_as``, ``settled`` and ``regardless``.
    when : Condition, optional
        Where it is meant to hold; everywhere without one.
    policy : str, optional
        The other policy of ``implies`` and ``same_as``, by name or path as written. It is not
        loaded with this one: `Library.load_property_policy` does that.
    base : pathlib.Path, optional
        The folder that `policy` is looked for in first.
    attributes : tuple of str
        What makes no difference by ``regardless``.
    at, policy_at : Position, optional
        Of the id, and of the other policy's name.
    """

    id: str
    kind: PropertyKind
    decisions: tuple[Decided, ...] = ()
    when: Condition | None = None
    policy: str | None = None
    base: FilePath | None = None
    attributes: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    title: str | None = None
    text: str | None = None
    note: str | None = None
    at: Position | None = None
    policy_at: Position | None = None


class Accept(Struct, frozen=True):
    """A finding of `verify` that is meant to be so, and why.

    `about` are the names that it has to be about, empty where any will do; `origin` is the policy
    or timeline that says so.
    """

    code: str
    because: str
    about: tuple[str, ...] = ()
    origin: str = ""
    at: Position | None = None


class Policy(Struct, frozen=True):
    """A policy, its variants' inheritance already worked out.

    Parameters
    ----------
    name : str
    lineage : tuple of str
        The policies it extends, nearest first.
    extends : str, optional
        The nearest of them as written; it is looked for in the folder `base` first.
    fixed : mapping
        Questions that have been answered, each with its reading.
    pinned : frozenset of str
        Parameters that were set for good: readings no longer change them.
    properties : tuple of Property
        Its own, none inherited.
    accepts : tuple of Accept
        Those inherited first.
    """

    name: str
    rules: tuple[Rule, ...]
    scope: Condition | None = None
    conflicts: str = "prohibit-overrides"
    otherwise: Otherwise = Otherwise("not_governed")
    definitions: Mapping[str, Condition] = {}
    questions: Mapping[str, Question] = {}
    parameters: Mapping[str, Figure] = {}
    facts: Mapping[str, Attribute] = {}
    zones: Mapping[str, ZoneSpec] = {}
    fixed: Mapping[str, str] = {}
    pinned: frozenset[str] = frozenset()
    title: str | None = None
    text: str | None = None
    hypothetical: bool = False
    lineage: tuple[str, ...] = ()
    extends: str | None = None
    base: FilePath | None = None
    in_force: Mapping[str, date | Parameter] = {}
    properties: tuple[Property, ...] = ()
    accepts: tuple[Accept, ...] = ()
    sources: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    at: Position | None = None

    @property
    def vocabulary(self) -> Vocabulary:
        """The base attributes and the policy's own."""
        return Vocabulary(self.facts.values())

    @property
    def open_questions(self) -> dict[str, Question]:
        """Questions with more than one reading left, in the order of the document."""
        return {q: v for q, v in self.questions.items() if q not in self.fixed}


class Entry(Struct, frozen=True):
    """A policy in a timeline; ``from`` and ``until`` include their day, ``before`` does not."""

    policy: Policy
    in_force: Mapping[str, date | Parameter]
    cites: tuple[str, ...] = ()
    title: str | None = None
    text: str | None = None
    at: Position | None = None


class Timeline(Struct, frozen=True):
    """Policies, each with the time in which it is in force."""

    name: str
    entries: tuple[Entry, ...]
    questions: Mapping[str, Question] = {}
    parameters: Mapping[str, Figure] = {}
    fixed: Mapping[str, str] = {}
    pinned: frozenset[str] = frozenset()
    title: str | None = None
    text: str | None = None
    known_until: date | None = None
    properties: tuple[Property, ...] = ()
    accepts: tuple[Accept, ...] = ()
    sources: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    at: Position | None = None

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies in force at one time or another, in order."""
        return tuple(entry.policy for entry in self.entries)

    @property
    def vocabulary(self) -> Vocabulary:
        """The base attributes and those that any of the policies declares."""
        return Vocabulary({a.path: a for p in self.policies for a in p.facts.values()}.values())

    @property
    def open_questions(self) -> dict[str, Question]:
        """The timeline's questions and those of its policies that are still open."""
        found = {q: v for q, v in self.questions.items() if q not in self.fixed}
        for policy in self.policies:
            found.update(policy.open_questions)
        return found


Ruling = Policy | Timeline


def questions_of(ruling: Ruling) -> dict[str, Question]:
    """Return the questions of a policy, or of a timeline and all its policies."""
    found = dict(ruling.questions)
    for policy in ruling.policies if isinstance(ruling, Timeline) else ():
        found |= policy.questions
    return found


def pinned_in(ruling: Ruling) -> frozenset[str]:
    """Return the parameters that were set in a policy, or in one of a timeline's policies."""
    policies = ruling.policies if isinstance(ruling, Timeline) else ()
    return ruling.pinned.union(*(policy.pinned for policy in policies))


def fixed_in(ruling: Ruling) -> dict[str, str]:
    """Return the questions that a policy, or one of a timeline's policies, has answered."""
    found = dict(ruling.fixed)
    for policy in ruling.policies if isinstance(ruling, Timeline) else ():
        found |= policy.fixed
    return found
