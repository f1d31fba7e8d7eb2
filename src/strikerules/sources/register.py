"""The source register: every source document, and its claims by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from os import PathLike
from pathlib import Path as FilePath

from strikerules.data import folder
from strikerules.documents import read_document
from strikerules.problems import (
    InvalidInput,
    Position,
    Problem,
    did_you_mean,
    listed,
    quoted,
)
from strikerules.sources.model import Claim, Source
from strikerules.sources.reader import read_source

__all__ = ["SourceRegister", "shipped_register"]


class SourceRegister:
    """Sources and their claims.

    A claim is named by its id (``c04b``) among the sources that are in question, or everywhere by
    its source and its id (``nyt-2024-05-31/c04b``).

    Parameters
    ----------
    sources : iterable of Source

    Raises
    ------
    InvalidInput
        SR510 where two sources have one id.

    Examples
    --------
    >>> register = shipped_register()
    >>> register.claim("c06a").speaker
    'US officials, not named'
    >>> register.claim("nyt-2024-05-31/c06a").paragraph
    6
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources: dict[str, Source] = {}
        problems: list[Problem] = []
        for source in sources:
            if source.id in self.sources:
                problems.append(
                    Problem("SR510", f"the source {quoted(source.id)} is registered twice")
                )
            self.sources[source.id] = source
        if problems:
            raise InvalidInput(problems)
        self._by_ref = {claim.ref: claim for claim in self.claims()}
        self._by_id: dict[str, list[Claim]] = {}
        for claim in self.claims():
            self._by_id.setdefault(claim.id, []).append(claim)

    @classmethod
    def load(cls, *files: str | PathLike[str]) -> SourceRegister:
        """Read a register from its files; a folder stands for every ``.yaml`` file in it.

        Parameters
        ----------
        *files : path
            With none given, the register that ships.

        Raises
        ------
        InvalidInput
            The problems of every file, all at once.
        """
        problems: list[Problem] = []
        sources: list[Source] = []
        for path in _paths(files or (folder("seeds"),)):
            try:
                sources.append(read_source(read_document(path)))
            except InvalidInput as error:
                problems.extend(error.problems)
        if problems:
            raise InvalidInput(problems)
        return cls(sources)

    def claims(self) -> Iterator[Claim]:
        """Yield every claim, source by source, in the order of the files."""
        for source in self.sources.values():
            yield from source.claims

    def source(self, name: str, position: Position | None = None) -> Source:
        """Return the source with this id.

        Raises
        ------
        InvalidInput
            SR514, with `position`, where there is none.
        """
        if name in self.sources:
            return self.sources[name]
        raise InvalidInput(
            Problem(
                "SR514",
                f"the source {quoted(name)} is not registered",
                position,
                expected=listed(self.sources) or None,
                help=did_you_mean(name, self.sources),
            )
        )

    def find(
        self, ref: str, among: Iterable[str] = (), position: Position | None = None
    ) -> Claim | Problem:
        """Return the claim that `ref` names, or the problem with it.

        Parameters
        ----------
        ref : str
            An id, or a source's id, a slash and an id.
        among : iterable of str
            The sources that a bare id is looked up in; all of them where none is given.
        position : Position, optional
            Where `ref` is written.

        Returns
        -------
        Claim or Problem
            SR501 where there is no such claim; SR509 where several sources have one of that id.
        """
        if ref in self._by_ref:
            return self._by_ref[ref]
        wanted = set(among) or set(self.sources)
        found = [claim for claim in self._by_id.get(ref, []) if claim.source in wanted]
        if len(found) == 1:
            return found[0]
        if found:
            return Problem(
                "SR509",
                f"the claim {quoted(ref)} is in several sources",
                position,
                expected=listed(claim.ref for claim in found),
            )
        choices = [claim.id for claim in self.claims() if claim.source in wanted]
        return Problem(
            "SR501",
            f"the claim {quoted(ref)} is not in the source register",
            position,
            help=did_you_mean(ref, choices),
        )

    def claim(self, ref: str, among: Iterable[str] = (), position: Position | None = None) -> Claim:
        """Return the claim that `ref` names, as `find` does.

        Raises
        ------
        InvalidInput
            SR501 or SR509, with `position`.
        """
        found = self.find(ref, among, position)
        if isinstance(found, Problem):
            raise InvalidInput(found)
        return found


def _paths(files: Iterable[str | PathLike[str]]) -> Iterator[FilePath]:
    for file in files:
        path = FilePath(file)
        if path.is_dir():
            yield from sorted(path.glob("*.yaml"))
        else:
            yield path


@cache
def shipped_register() -> SourceRegister:
    """Return the register that ships, read once."""
    return SourceRegister.load()
