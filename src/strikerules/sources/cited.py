"""Claims as decisions cite them: looked up without reading the whole register.

`SourceRegister` checks and resolves everything; a decision needs of a claim its paragraph, its
speaker and its words. A file that ships was checked by the tests, so that of it only the claims
that are asked for are parsed; a register of one's own is read through `SourceRegister` first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from msgspec import Struct

from strikerules.data import folder
from strikerules.documents import Document, is_accepted, parse_document, read_text

__all__ = ["CitedClaim", "Claims", "shipped_claims"]

_CLAIM = re.compile(r"^  - id: (\S+)$", re.MULTILINE)


class CitedClaim(Struct, frozen=True):
    """A claim of the register, as far as a decision tells of it."""

    id: str
    source: str
    paragraph: int
    text: str
    firmness: str
    speaker: str


class _File:
    """One source: its head, and the text of each claim until it is asked for."""

    def __init__(self, path: Path) -> None:
        name, text, base = read_text(path)
        starts = list(_CLAIM.finditer(text))
        if not starts or not is_accepted(Document(name, text, None, {}, base)):
            from strikerules.sources.reader import read_source

            doc = parse_document(text, name, base)
            read_source(doc)
            self._head: dict[str, Any] = doc.data
            self._claims: dict[str, Any] = {c["id"]: c for c in doc.data["claims"]}
        else:
            head = text[: starts[0].start()].rpartition("claims:")[0]
            self._head = parse_document(head, name).data
            ends = [m.start() for m in starts[1:]] + [len(text)]
            self._claims = {
                m[1]: text[m.start() : end] for m, end in zip(starts, ends, strict=True)
            }
        self.id: str = self._head["source"]

    @property
    def ids(self) -> list[str]:
        return list(self._claims)

    @property
    def head(self) -> dict[str, Any]:
        return self._head

    def get(self, claim: str) -> CitedClaim | None:
        raw = self._claims.get(claim)
        if raw is None:
            return None
        if isinstance(raw, str):
            raw = self._claims[claim] = parse_document(raw).data[0]
        speakers = self._head.get("speakers") or {}
        return CitedClaim(
            claim, self.id, raw["paragraph"], raw["text"].strip(), raw["firmness"],
            speakers.get(raw["speaker"], raw["speaker"]),
        )  # fmt: skip


class Claims:
    """Claims by id, read when the first is asked for.

    Parameters
    ----------
    *files : path
        Files or folders of the register.
    """

    def __init__(self, *files: str | PathLike[str]) -> None:
        self._places = [Path(f) for f in files]
        self._files: dict[str, _File] | None = None

    def _by_source(self) -> dict[str, _File]:
        if self._files is None:
            paths = [
                file
                for place in self._places
                for file in (sorted(place.glob("*.yaml")) if place.is_dir() else [place])
            ]
            self._files = {file.id: file for file in map(_File, paths)}
        return self._files

    def ids(self, source: str) -> list[str]:
        """Return the claims of a source; none where it is not registered."""
        files = self._by_source()
        return files[source].ids if source in files else []

    def head(self, source: str) -> dict[str, Any] | None:
        """Return what is known of a source itself; None where it is not registered.

        Examples
        --------
        >>> shipped_claims().head("nyt-2024-05-31")["outlet"]
        'The New York Times'
        """
        files = self._by_source()
        return files[source].head if source in files else None

    def find(self, ref: str, among: Iterable[str] = ()) -> CitedClaim | None:
        """Return a claim, or None where there is none or it is not clear which is meant.

        Parameters
        ----------
        ref : str
            ``c04b``, looked up in `among`, or ``nyt-2024-05-31/c04b``.
        among : iterable of str
            Sources in question; all where it is empty.

        Examples
        --------
        >>> shipped_claims().find("c06a").paragraph
        6
        """
        source, slash, name = ref.rpartition("/")
        files = self._by_source()
        places = [source] if slash else (list(among) or list(files))
        found = [c for p in places if p in files and (c := files[p].get(name)) is not None]
        return found[0] if len(found) == 1 else None


@cache
def shipped_claims() -> Claims:
    """Return the claims that ship."""
    return Claims(folder("seeds"))
