"""The policies and scenarios that can be chosen: what ships, and a folder of the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Literal

from msgspec import Struct

from strikerules.api import Policy, load
from strikerules.documents import Document, read_document
from strikerules.language.library import DEFAULT, Library
from strikerules.language.scenario import Scenario, scenarios_of
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["Choice", "Choices"]

Kind = Literal["timeline", "policy", "hypothetical", "unreadable"]

_MOST_FILES = 500
_ENDINGS = (".yaml", ".yml")


class Choice(Struct, frozen=True):
    """A policy or timeline that can be chosen.

    Parameters
    ----------
    key : str
        What `load` takes: the name of what ships, else a path.
    name : str
    title : str
    kind : {"timeline", "policy", "hypothetical", "unreadable"}
    own : bool
        Whether it is the user's.
    """

    key: str
    name: str
    title: str
    kind: Kind
    own: bool = False

    @property
    def label(self) -> str:
        """What a list of choices shows."""
        words = {
            "timeline": "timeline: ",
            "hypothetical": "hypothetical: ",
            "unreadable": "can't be read: ",
        }
        return f"{words.get(self.kind, '')}{self.name}"


class Choices:
    """What can be chosen; each policy is loaded when it is first used.

    Parameters
    ----------
    rules : path, optional
        A folder of the user's own: its policies, timelines and scenarios are offered too, those in
        folders within it as well.
    named : iterable of str
        Names or paths that are offered whatever the folder holds.

    Raises
    ------
    InvalidInput
        SR603 where the folder is none.
    """

    def __init__(self, rules: str | PathLike[str] | None = None, named: tuple[str, ...] = ()):
        self.rules = None if rules is None else Path(rules)
        self.named = named
        if self.rules is not None and not self.rules.is_dir():
            raise InvalidInput(
                Problem(
                    "SR603",
                    f"can't use {quoted(str(rules))}: there is no such folder",
                    expected="a folder with policies, such as `strikerules init` makes",
                )
            )
        self.read_again()

    def read_again(self) -> None:
        """Look at the folder anew and forget every policy that was loaded from it."""
        self._loaded: dict[str, Policy] = {}
        self._documents = dict(self._own_documents())
        found = [*self._shipped(), *self._own()]
        keys = {one.key for one in found}
        found += [
            Choice(key, Path(key).stem, "", "policy", own=True)
            for key in map(self.key, self.named)
            if key not in keys
        ]
        self.all = tuple(found)

    @staticmethod
    def key(name: str) -> str:
        """Return the key of a policy that is named as on the command line."""
        return DEFAULT if name == "timeline" else name

    def __iter__(self) -> Iterator[Choice]:
        return iter(self.all)

    def get(self, key: str) -> Choice:
        """Return a choice by its key."""
        return next((c for c in self.all if c.key == key), Choice(key, key, "", "policy"))

    def load(self, key: str) -> Policy:
        """Return a policy or a timeline, loaded once.

        Raises
        ------
        InvalidInput
            As `strikerules.load`.
        """
        if key not in self._loaded:
            self._loaded[key] = load(key)
        return self._loaded[key]

    def scenarios(self, vocabulary: Vocabulary) -> dict[str, Scenario]:
        """Return the scenarios of the user's folder that can be read, by name and file."""
        found: dict[str, Scenario] = {}
        for path, doc in self._documents.items():
            if not isinstance(doc, Document) or not isinstance(doc.data, dict):
                continue
            if not {"scenario", "scenarios"} & doc.data.keys():
                continue
            try:
                for one in scenarios_of(doc, vocabulary):
                    found[f"{one.name} ({path.name})"] = one
            except InvalidInput:
                continue
        return found

    def vocabulary(self) -> Vocabulary:
        """Return what any of the policies knows, those that can't be read left aside."""
        declared: dict[str, Attribute] = {}
        for choice in self.all:
            try:
                known = self.load(choice.key).ruling.vocabulary
            except InvalidInput:
                continue
            declared |= {p: a for p, a in known.items() if a.origin == "declared"}
        return Vocabulary(declared.values())

    def _shipped(self) -> Iterator[Choice]:
        found = []
        for one in Library(lambda _: None).shipped():
            data = read_document(one.path).data
            hypothetical = bool(data.get("hypothetical", False))
            kind: Kind = "hypothetical" if hypothetical else one.kind
            found.append(Choice(one.name, one.name, data.get("title") or "", kind))
        order = ("timeline", "policy", "hypothetical")
        yield from sorted(found, key=lambda c: order.index(c.kind))

    def _own_documents(self) -> Iterator[tuple[Path, Document | InvalidInput]]:
        if self.rules is None:
            return
        paths = (
            p
            for p in sorted(self.rules.rglob("*"))
            if p.suffix in _ENDINGS and not _hidden(p.relative_to(self.rules))
        )
        for _, path in zip(range(_MOST_FILES), paths, strict=False):
            if ".strike." in path.name:
                continue
            try:
                yield path, read_document(path)
            except InvalidInput as error:
                yield path, error

    def _own(self) -> Iterator[Choice]:
        for path, doc in self._documents.items():
            if isinstance(doc, InvalidInput):
                yield Choice(str(path), path.name, "", "unreadable", own=True)
            elif isinstance(doc.data, dict) and ("policy" in doc.data or "timeline" in doc.data):
                kind: Kind = "timeline" if "timeline" in doc.data else "policy"
                title = doc.data.get("title")
                name = str(doc.data.get(kind) or path.stem)
                yield Choice(str(path), name, str(title or ""), kind, own=True)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
