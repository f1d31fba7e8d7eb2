"""Small edits of YAML text by the paths of its parts: everything else stays to the letter."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import yaml
from msgspec import Struct

from strikerules.documents import Document, Path

__all__ = ["Edit", "Text", "diff_of", "flow"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Edit(Struct, frozen=True):
    """Some of a text taken out, and what stands there instead."""

    start: int
    end: int
    new: str

    def apply(self, text: str) -> str:
        """Return the text with the edit made."""
        return text[: self.start] + self.new + text[self.end :]


class _Span(Struct, frozen=True):
    key: int
    start: int
    end: int
    block: bool
    parent: Path


def flow(value: Any) -> str:
    """Return plain data as YAML on one line.

    Examples
    --------
    >>> flow({"not": {"is": "long-range"}}), flow("NO"), flow(True)
    ('{not: {is: long-range}}', "'NO'", 'true')
    """
    text: str = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, width=100_000, allow_unicode=True
    )
    return text.removesuffix("\n").removesuffix("\n...").replace("\n", " ")


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
        root: Any = yaml.compose(self.text, Loader=_LOADER)
        self._walk(root, (), root.start_mark.index)

    def _walk(self, node: Any, path: Path, key: int) -> int:
        start = node.start_mark.index
        end: int = node.end_mark.index
        block = not isinstance(node, yaml.ScalarNode) and not node.flow_style
        self.children[path] = []
        if isinstance(node, yaml.MappingNode):
            for name, value in node.value:
                here = (*path, name.value)
                self.children[path].append(here)
                last = self._walk(value, here, name.start_mark.index)
                end = last if block else end
        elif isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                here = (*path, number)
                self.children[path].append(here)
                last = self._walk(item, here, item.start_mark.index)
                end = last if block else end
        elif node.style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip())
        self.spans[path] = _Span(key, start, end, block, path[:-1])
        return end

    def has(self, path: Path) -> bool:
        """Tell whether the text has a part."""
        return path in self.spans

    def put(self, path: Path, value: Any) -> Edit:
        """Return the edit that puts a value, on one line, in the place of a part."""
        span = self.spans[path]
        new = flow(value)
        if span.start == span.end and self.text[span.start - 1 : span.start] == ":":
            new = " " + new
        return Edit(span.start, span.end, new)

    def rename(self, path: Path, key: str) -> Edit:
        """Return the edit that gives a part another key."""
        span = self.spans[path]
        return Edit(span.key, span.key + len(str(path[-1])), key)

    def drop(self, path: Path) -> Edit:
        """Return the edit that takes an item out of a list; the last one leaves an empty list."""
        parent = path[:-1]
        siblings = self.children[parent]
        if len(siblings) == 1:
            return self.put(parent, [])
        span, above = self.spans[path], self.spans[parent]
        number = siblings.index(path)
        if above.block:
            dash = self.text.rindex("-", 0, span.start)
            line = self.text.rfind("\n", 0, dash) + 1
            if self.text[line:dash].strip():
                # the first item of a list in a list stands on the outer item's line
                following = self.spans[siblings[number + 1]]
                return Edit(span.start, following.start, "")
            stop = self.text.find("\n", span.end)
            return Edit(line, len(self.text) if stop < 0 else stop + 1, "")
        if number + 1 < len(siblings):
            return Edit(span.start, self.spans[siblings[number + 1]].start, "")
        return Edit(self.spans[siblings[number - 1]].end, span.end, "")

    def append(self, key: str, value: Any) -> Edit | None:
        """Return the edit that adds a key at the top; None where the top is not written in lines.

        What is there under the key already is kept.
        """
        if not self.spans[()].block:
            return None
        if (key,) in self.spans:
            old = self.doc.data[key] or {}
            return self.put((key,), {**old, **value}) if isinstance(value, dict) else self.put(
                (key,), value
            )  # fmt: skip
        end = len(self.text)
        gap = "" if self.text.endswith("\n") else "\n"
        return Edit(end, end, f"{gap}{key}: {flow(value)}\n")


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
