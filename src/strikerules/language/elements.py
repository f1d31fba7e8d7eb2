"""What policies, timelines and the zone register hold, each part with the claims that it cites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from strikerules.documents import Document, Path
from strikerules.documents.accepted import shipped_documents
from strikerules.language.compose import SECTIONS
from strikerules.sources.links import Element

__all__ = ["elements_of", "shipped_elements"]

_KINDS = {s: s.removesuffix("s") for s in SECTIONS}


def elements_of(doc: Document, file: str | None = None) -> tuple[Element, ...]:
    """Return the elements of a policy, a timeline or a zone register.

    A part that a variant inherits is not listed again. Cites inside a part (on a condition, in
    the record of a zone) count as the part's own. Where the language has no place for cites,
    and for a definition, a scope or a reading without any, the element's cites are None.

    Parameters
    ----------
    doc : Document
        As read; a document of another kind has no elements.
    file : str, optional
        How the elements name it; the document's own name unless given.

    Returns
    -------
    tuple of Element
        In the order of the document, each once.

    Examples
    --------
    >>> from strikerules.documents import parse_document
    >>> doc = parse_document("{policy: p, rules: [{id: r, effect: permit, cites: [c01a]}]}")
    >>> [(e.key, e.cites) for e in elements_of(doc)]
    [('policy:p', ()), ('policy:p/rule:r', ('c01a',))]
    """
    data = doc.data
    if not isinstance(data, dict):
        return ()
    name = file or doc.name
    if "policy" in data:
        found = _Reader(doc, name, "policy", str(data["policy"])).policy()
    elif "timeline" in data:
        found = _Reader(doc, name, "timeline", str(data["timeline"])).timeline()
    elif isinstance(data.get("zones"), list):
        found = _register(doc, name)
    else:
        return ()
    once: dict[str, Element] = {}
    for element in found:
        once.setdefault(element.key, element)
    return tuple(once.values())


def shipped_elements() -> tuple[Element, ...]:
    """Return the elements of everything that ships.

    Examples
    --------
    >>> {e.kind for e in shipped_elements()} >= {"policy", "timeline", "rule", "zone"}
    True
    """
    return tuple(
        element
        for _, path, doc in shipped_documents()
        for element in elements_of(doc, f"{path.parent.name}/{path.name}")
    )


def _cites(raw: Any) -> Iterator[str]:
    """Yield the cites of a part and of everything inside it."""
    items: Iterable[Any] = ()
    if isinstance(raw, dict):
        own = raw.get("cites")
        if isinstance(own, list):
            yield from (str(c) for c in own)
        items = (v for k, v in raw.items() if k != "cites")
    elif isinstance(raw, list):
        items = raw
    for item in items:
        yield from _cites(item)


def _all_cites(raw: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_cites(raw)))


def _assumed(raw: Any) -> bool:
    return isinstance(raw, dict) and raw.get("status") == "assumed"


class _Reader:
    def __init__(self, doc: Document, file: str, owner: str, name: str) -> None:
        self.doc, self.file, self.owner, self.name = doc, file, owner, name
        self.data: dict[str, Any] = doc.data
        sources = self.data.get("sources")
        self.sources = tuple(map(str, sources)) if isinstance(sources, list) else ()

    def _element(
        self,
        kind: str,
        name: str,
        path: Path,
        cites: tuple[str, ...] | None,
        *,
        assumed: bool = False,
        question: str | None = None,
    ) -> Element:
        belongs = {} if kind == self.owner else {self.owner: self.name}
        return Element(
            kind, name, question=question, cites=cites, sources=self.sources, assumed=assumed,
            file=self.file, line=self.doc.position(path, key=True).line, **belongs,
        )  # fmt: skip

    def _whole(self) -> Element:
        own = self.data.get("cites")
        cites = tuple(map(str, own)) if isinstance(own, list) else ()
        return self._element(self.owner, self.name, (self.owner,), cites)

    def policy(self) -> Iterator[Element]:
        yield self._whole()
        if "in_force" in self.data:
            yield self._element("element", "in_force", ("in_force",), None)
        for part in ("", "replace", "add"):
            section = self.data.get(part) if part else self.data
            if isinstance(section, dict):
                yield from self._parts(section, (part,) if part else ())

    def timeline(self) -> Iterator[Element]:
        yield self._whole()
        yield from self._parts(self.data, ())
        for index, entry in enumerate(self.data.get("entries") or []):
            path: Path = ("entries", index)
            yield self._element("entry", str(entry["policy"]), path, _all_cites(entry))

    def _parts(self, data: dict[str, Any], base: Path) -> Iterator[Element]:
        for single in ("scope", "conflicts", "otherwise"):
            if single in data:
                cites = _all_cites(data[single]) or (() if single == "otherwise" else None)
                yield self._element("element", single, (*base, single), cites)
        for section, kind in _KINDS.items():
            parts = data.get(section) or {}
            items = (
                ((str(r["id"]), i, r) for i, r in enumerate(parts))
                if isinstance(parts, list)
                else ((n, n, r) for n, r in parts.items())
            )
            for name, step, raw in items:
                path = (*base, section, step)
                if kind == "question":
                    yield from self._question(name, path, raw)
                    continue
                cites = _all_cites(raw)
                place = kind != "definition" and isinstance(raw, dict)
                yield self._element(
                    kind, name, path, cites or (() if place else None), assumed=_assumed(raw)
                )

    def _question(self, name: str, path: Path, raw: dict[str, Any]) -> Iterator[Element]:
        yield self._element("question", name, path, _all_cites({"cites": raw.get("cites")}))
        for reading, value in (raw.get("readings") or {}).items():
            here = (*path, "readings", reading)
            yield self._element(
                "reading", reading, here, _all_cites(value) or None,
                assumed=_assumed(value), question=name,
            )  # fmt: skip
            for part, kind in (("define", "definition"), ("zones", "zone")):
                for inner in (value or {}).get(part) or {}:
                    yield self._element(kind, inner, (*here, part, inner), None)


def _register(doc: Document, file: str) -> Iterator[Element]:
    for index, raw in enumerate(doc.data["zones"]):
        records = {k: raw[k] for k in ("designated", "communicated") if raw.get(k)}
        yield Element(
            "zone",
            str(raw["id"]),
            cites=_all_cites(records) if records else None,
            assumed=_assumed(raw),
            file=file,
            line=doc.position(("zones", index, "id")).line,
        )
