"""Finding policies and timelines, by name or by path."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path as FilePath
from typing import Literal

from msgspec import Struct, field

from strikerules.data import folder
from strikerules.documents import Document, Path, read_document
from strikerules.language.build import ZoneNames, build_policy
from strikerules.language.compose import Composite, compose
from strikerules.language.policy import Policy, Property, Ruling
from strikerules.language.timeline import build_timeline
from strikerules.problems import (
    InvalidInput,
    Position,
    Problem,
    did_you_mean,
    listed,
    quoted,
)

__all__ = ["DEFAULT", "Library", "Shipped"]

DEFAULT = "us-weapons-in-russia"
"""The timeline that `check` uses unless told otherwise."""

_ENDINGS = (".yaml", ".yml", ".json")
_NOT_RULINGS = ("weapons",)
_SHAPE = frozenset(f"SR11{n}" for n in range(1, 8))


class Shipped(Struct, frozen=True):
    """A policy or timeline that comes with the package."""

    name: str
    kind: Literal["policy", "timeline"]
    path: FilePath


class Library(Struct):
    """Loads policies and timelines, once each.

    Parameters
    ----------
    register_has : callable
        Tells whether the zone register has a zone (True), or suggests one.
    folders : tuple of pathlib.Path
        Where names are looked up, in order; the shipped `rules/` unless told otherwise.
    """

    register_has: ZoneNames
    folders: tuple[FilePath, ...] = field(default_factory=lambda: (folder("rules"),))
    _documents: dict[FilePath, Document] = {}
    _rulings: dict[FilePath, Ruling] = {}

    def shipped(self) -> Iterator[Shipped]:
        """Yield what the folders hold, by name."""
        for place in self.folders:
            for path in sorted(place.glob("*.yaml")):
                if path.stem in _NOT_RULINGS:
                    continue
                data = self._read(path).data
                if isinstance(data, dict) and ("policy" in data or "timeline" in data):
                    kind: Literal["policy", "timeline"] = (
                        "policy" if "policy" in data else "timeline"
                    )
                    yield Shipped(str(data[kind]), kind, path)

    def names(self) -> list[str]:
        """Return the names that can be loaded, by the files' names."""
        return sorted(
            p.stem for d in self.folders for p in d.glob("*.yaml") if p.stem not in _NOT_RULINGS
        )

    def load(self, source: str | PathLike[str] = DEFAULT) -> Ruling:
        """Load a policy or a timeline by name or path; ``timeline`` is the shipped timeline.

        Raises
        ------
        InvalidInput
            SR325 where there is none, and whatever is wrong with the file.
        """
        return self._ruling(self._find(source))

    def load_from(self, name: str, base: FilePath | None, at: Position | None) -> Ruling:
        """Load a policy or a timeline that a file names, as `extends` does.

        Parameters
        ----------
        name : str
            A name or a path; it is looked for beside the file first.
        base : pathlib.Path, optional
            The file's folder.
        at : Position, optional
            Where the file names it, for messages.

        Raises
        ------
        InvalidInput
            As `load`, at that place where there is none.
        """
        return self._ruling(self._find(DEFAULT if name == "timeline" else name, base, at))

    def composite(self, path: FilePath) -> Composite:
        """Return a policy's file and what it extends, laid together, still unread."""
        return compose(self._read(path), self._parent)

    def lay(self, path: FilePath, doc: Document) -> None:
        """Take a document for what the file at a path holds, for everything that names it."""
        self._documents[path.resolve()] = doc
        self._rulings.clear()

    def document(self, path: FilePath) -> Document:
        """Return the document in a file, read once."""
        return self._read(path)

    def files(self) -> list[FilePath]:
        """Return the files that were read so far."""
        return list(self._documents)

    def load_property_policy(self, stated: Property) -> Policy:
        """Load the other policy of a property that says ``implies`` or ``same_as``.

        It is looked for as `extends` is: beside the file that names it, then by name among the
        folders.

        Raises
        ------
        InvalidInput
            SR325 or SR101 where there is none, SR326 where it is a timeline, each at the name in
            the property, and whatever is wrong with the other policy.
        ValueError
            A property of another kind.
        """
        if stated.policy is None:
            raise ValueError(f"{stated.kind} names no policy")
        return self._policy(stated.policy, stated.base, stated.policy_at)

    def load_parent(self, policy: Policy) -> Policy | None:
        """Load what a variant extends; None for a policy that extends none."""
        if policy.extends is None:
            return None
        return self._policy(policy.extends, policy.base, policy.at)

    def load_document(self, doc: Document) -> Ruling:
        """Load a policy or a timeline from a document that was read already."""
        data = doc.data
        if isinstance(data, dict) and "timeline" in data:
            return build_timeline(doc, self._named_in, self.register_has)
        if not isinstance(data, dict) or "policy" not in data:
            raise InvalidInput(
                Problem(
                    "SR326",
                    f"{quoted(doc.name)} is neither a policy nor a timeline",
                    doc.position(),
                    expected="a key `policy:` or `timeline:` with its name",
                    help="it looks like a scenario: `strikerules check` decides it"
                    if isinstance(data, dict) and ("scenario" in data or "scenarios" in data)
                    else None,
                )
            )
        try:
            return self._build(doc)
        except InvalidInput as error:
            if all(p.code in _SHAPE for p in error.problems):
                from strikerules.language.second_look import second_look

                raise second_look(doc, error, self._build) from None
            raise

    def _build(self, doc: Document) -> Policy:
        return build_policy(compose(doc, self._parent), self.register_has)

    def _ruling(self, path: FilePath) -> Ruling:
        key = path.resolve()
        if key not in self._rulings:
            self._rulings[key] = self.load_document(self._read(path))
        return self._rulings[key]

    def _read(self, path: FilePath) -> Document:
        # Known by where it is, named as the user named it.
        key = path.resolve()
        if key not in self._documents:
            self._documents[key] = read_document(path)
        return self._documents[key]

    def _named_in(self, name: str, doc: Document, path: Path) -> Policy:
        return self._policy(name, doc.base, doc.position(path))

    def _policy(self, name: str, base: FilePath | None, at: Position | None) -> Policy:
        where = self._find(name, base, at)
        data = self._read(where).data
        # Looked at before it is built: a timeline that names itself would never end.
        if not (isinstance(data, dict) and "timeline" in data):
            found = self._ruling(where)
            if isinstance(found, Policy):
                return found
        raise InvalidInput(Problem("SR326", f"{quoted(name)} is a timeline, not a policy", at))

    def _parent(self, name: str, doc: Document, path: Path) -> Document:
        found = self._read(self._find(name, doc.base, doc.position(path)))
        if not isinstance(found.data, dict) or "policy" not in found.data:
            raise InvalidInput(
                Problem("SR326", f"{quoted(name)} is not a policy", doc.position(path))
            )
        return found

    def _find(
        self,
        source: str | PathLike[str],
        base: FilePath | None = None,
        at: Position | None = None,
    ) -> FilePath:
        """Return the file of a name or path; `base` and `at` where a document names it."""
        name = str(source)
        if name == "timeline":
            name = DEFAULT
        as_path = FilePath(name)
        is_path = not isinstance(source, str) or name.endswith(_ENDINGS) or "/" in name
        if is_path:
            if base is not None and not as_path.is_absolute():
                as_path = base / as_path
            if at is not None and not as_path.exists():
                near = did_you_mean(as_path.stem, _names_in(as_path.parent))
                hint = near.replace("`?", ".yaml`?") if near else None
                raise InvalidInput(
                    Problem("SR101", f"there is no file {quoted(name)}", at, help=hint)
                )
            return as_path
        places = [*([base] if base is not None else []), *self.folders]
        for place in places:
            candidate = place / f"{name}.yaml"
            if "\0" not in name and len(name) < 256 and candidate.is_file():
                return candidate
        beside = [] if base is None else _names_in(base)
        raise InvalidInput(
            Problem(
                "SR325",
                f"there is no policy or timeline {quoted(name)}",
                at,
                expected=listed(self.names()) + ", or the path of a file",
                help=did_you_mean(name, [*self.names(), *beside]),
            )
        )


def _names_in(place: FilePath) -> list[str]:
    """Return the names of a folder's files, without their ending."""
    return sorted(p.stem for p in place.glob("*.yaml"))
