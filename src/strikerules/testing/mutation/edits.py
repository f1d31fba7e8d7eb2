"""Small edits of YAML text by the paths of its parts: everything else stays to the letter."""

from __future__ import annotations

import bisect
import difflib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml
from msgspec import Struct

from strikerules.documents import Document, Path
from strikerules.testing.flow import flow

__all__ = ["Edit", "Text", "diff_of"]

_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)


class Edit(Struct, frozen=True):
    """Some of a text taken out, and what stands there instead."""

    start: int
    end: int
    new: str

    def apply(self, text: str) -> str:
        """Return the text with the edit made."""
        return text[: self.start] + self.new + text[self.end :]


class _Span(Struct, frozen=True):
    """Where a part and its key stand; an alias is `at` what it stands for."""

    key: tuple[int, int]
    start: int
    end: int
    block: bool = False
    alias: str | None = None


class _Anchor(Struct):
    """A part that aliases stand for: where it is, and their paths."""

    start: int
    end: int
    aliases: list[Path]


class Text:
    """A document with the places of its parts in the text.

    Parameters
    ----------
    doc : Document
        As it was read from YAML text.
    """

    def __init__(self, doc: Document) -> None:
        self.doc, self.text = doc, doc.text
        self.spans: dict[Path, _Span] = {}
        self.children: dict[Path, list[Path]] = {}
        self._anchors: dict[str, _Anchor] = {}
        self._all_anchors: list[_Anchor] = []
        self._words: dict[str, str] = {}
        self._events: Iterator[Any] = (
            e
            for e in yaml.parse(self.text, Loader=_LOADER)
            if not isinstance(e, yaml.StreamStartEvent | yaml.DocumentStartEvent)
        )
        first = next(self._events)
        self._walk(first, (), (first.start_mark.index,) * 2)
        tokens = yaml.scan(self.text, Loader=_LOADER)
        self._dashes = [
            t.start_mark.index for t in tokens if isinstance(t, yaml.BlockEntryToken)
        ]  # fmt: skip

    def _walk(self, event: Any, path: Path, key: tuple[int, int]) -> int:
        """Note where a part and what is in it stand; return where it ends."""
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.AliasEvent):
            self.spans[path] = _Span(key, start, end, alias=event.anchor)
            self._anchors[str(event.anchor)].aliases.append(path)
            return int(end)
        block = isinstance(event, yaml.CollectionStartEvent) and not event.flow_style
        self.children[path] = []
        if isinstance(event, yaml.CollectionStartEvent):
            for name, name_at, inner in self._inside(event):
                here = (*path, name)
                self.children[path].append(here)
                end = self._walk(inner, here, name_at or (inner.start_mark.index,) * 2)
            if not block:
                end = self._end
        elif event.style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip())
        self._anchor(event, start, end)
        self.spans[path] = _Span(key, start, end, block)
        return int(end)

    def _anchor(self, event: Any, start: int, end: int) -> None:
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(start, end, [])
            self._all_anchors.append(self._anchors[event.anchor])
            self._words[event.anchor] = getattr(event, "value", "")

    def _inside(self, event: Any) -> Iterator[tuple[str | int, tuple[int, int] | None, Any]]:
        """Yield the keys or numbers of what a mapping or a list holds, with their first events."""
        number = 0
        inner: Any
        while not isinstance(inner := next(self._events), yaml.CollectionEndEvent):
            if isinstance(event, yaml.SequenceStartEvent):
                yield number, None, inner
                number += 1
                continue
            spot = inner.start_mark.index, inner.end_mark.index
            if isinstance(inner, yaml.AliasEvent):
                name = self._words[str(inner.anchor)]
            else:
                name = inner.value
                self._anchor(inner, *spot)
            yield name, spot, next(self._events)
        end: Any = inner.end_mark
        self._end = end.index

    def has(self, path: Path) -> bool:
        """Tell whether the text has a part, if only by an alias."""
        return path in self.spans or self._alias_above(path) is not None

    def _alias_above(self, path: Path) -> Path | None:
        above = (path[:n] for n in range(len(path), -1, -1))
        known = next(p for p in above if p in self.spans)
        return known if self.spans[known].alias is not None else None

    def put(self, path: Path, value: Any) -> Edit:
        """Return the edit that puts a value, on one line, in the place of a part."""
        if path not in self.spans:
            return self._below_alias(path, lambda holder, key: holder.__setitem__(key, value))
        span = self.spans[path]
        new = flow(value)
        empty = span.start == span.end and self.text[span.start - 1 : span.start] in (":", "-")
        if empty or (span.block and self._column(span.start) == self._column(span.key[0])):
            # a list may stand as far left as its key, what takes its place may not
            new = " " + new
        return Edit(span.start, span.end, new)

    def _column(self, at: int) -> int:
        return at - self.text.rfind("\n", 0, at) - 1

    def rename(self, path: Path, key: str) -> Edit:
        """Return the edit that gives a part another key."""
        if path not in self.spans:

            def renamed(holder: Any, old: Any) -> None:
                items = [(key if k == old else k, v) for k, v in holder.items()]
                holder.clear()
                holder.update(items)

            return self._below_alias(path, renamed)
        start, end = self.spans[path].key
        mark = self.text[start] if self.text[start] in "\"'" else ""
        return Edit(start, end, f"{mark}{key}{mark}")

    def drop(self, path: Path) -> Edit:
        """Return the edit that takes an item out of a list; the last one leaves an empty list."""
        if path not in self.spans:
            return self._below_alias(path, lambda holder, key: holder.__delitem__(key))
        parent = path[:-1]
        siblings = self.children[parent]
        if len(siblings) == 1:
            return self.put(parent, [])
        span, above = self.spans[path], self.spans[parent]
        number = siblings.index(path)
        if above.block:
            dash = self._dashes[bisect.bisect_left(self._dashes, span.start) - 1]
            line = self.text.rfind("\n", 0, dash) + 1
            if self.text[line:dash].strip():
                # the first item of a list in a list stands on the outer item's line
                following = self.spans[siblings[number + 1]]
                after = self._dashes[bisect.bisect_left(self._dashes, following.start) - 1]
                return Edit(dash, after, "")
            stop = self.text.find("\n", span.end)
            return Edit(line, len(self.text) if stop < 0 else stop + 1, "")
        if number + 1 < len(siblings):
            return Edit(span.start, self.spans[siblings[number + 1]].start, "")
        return Edit(self.spans[siblings[number - 1]].end, span.end, "")

    def _below_alias(self, path: Path, change: Callable[[Any, Any], None]) -> Edit:
        """Return the edit that writes an alias out, with what it stands for changed."""
        at = self._alias_above(path)
        if at is None:
            raise KeyError(path)
        whole = _apart(self.doc.get(at))
        holder = whole
        for step in path[len(at) : -1]:
            holder = holder[step]
        change(holder, path[-1])
        return self.put(at, whole)

    def apart(self, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """Return edits with those that keep aliases of what they change as they were."""
        found = list(edits)
        for anchor in self._all_anchors:
            if not any(e.start < anchor.end and anchor.start < e.end for e in edits):
                continue
            for path in anchor.aliases:
                span = self.spans[path]
                if not any(e.start <= span.start and span.end <= e.end for e in found):
                    found.append(Edit(span.start, span.end, flow(self.doc.get(path))))
        return tuple(found)

    def append(self, key: str, value: Any) -> Edit:
        """Return the edit that adds a key at the top; what is there under it already is kept."""
        if (key,) in self.spans:
            old = self.doc.data[key] or {}
            return self.put((key,), {**old, **value} if isinstance(value, dict) else value)
        top = self.spans[()]
        if not top.block:
            inner = self.children[()]
            end = self.spans[inner[-1]].end
            return Edit(end, end, f", {flow({key: value})[1:-1]}")
        stop = self.text.find("\n", top.end)
        end = len(self.text) if stop < 0 else stop + 1
        gap = "\n" if stop < 0 else ""
        first = self.spans[self.children[()][0]].key[0]
        indent = " " * self._column(first)
        return Edit(end, end, f"{gap}{indent}{key}: {flow(value)}\n")


def _apart(data: Any) -> Any:
    """Return a copy of plain data in which what aliases stand for is there for each of them."""
    if isinstance(data, dict):
        return {key: _apart(value) for key, value in data.items()}
    return [_apart(value) for value in data] if isinstance(data, list) else data


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits made that do not overlap."""
    for edit in sorted(edits, key=lambda e: -e.start):
        text = edit.apply(text)
    return text


def diff_of(old: str, new: str, name: str) -> str:
    """Return what differs between two texts, as a unified diff with a line around it."""
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), name, f"{name} (mutant)", n=1
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
